package main

import "testing"

// The auditor opens prod, sees on one screen whether all of it is attested, goes
// to the next thing that is not, wherever it is, and reads why.
func TestSessionAudit(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			x := r.open(size.cols, size.rows)
			fresh(x)
			before := x.KeyCount()
			x.Type("a") // on prod, where the cursor starts
			x.WaitFor(`containai-claude +✓ through +✓ through +✓ through`, limit)
			x.WaitFor(`prod verified`, limit)
			x.WaitFor(`prod → index [0-9a-f]{12} → amd64 [0-9a-f]{12}`, limit)
			x.Type("n")
			x.WaitFor(`(?s)> nightly.*containai-base +✓ through +✗ failed`, limit)
			x.WaitFor(`amd64 [0-9a-f]{12} is not covered`, limit)
			x.Press("enter")
			x.WaitFor(`✗ failed: 1 of 2 platforms not covered`, limit)
			x.WaitFor(`policy \(p\): \d+ demands`, limit)
			x.Press("enter")
			x.WaitFor(`verdict: ✗ failed at the step digest`, limit)
			x.WaitFor(`expected: sha256:[0-9a-f]{12}`, limit)
			x.WaitFor(`1: what was asked about is not among`, limit)
			x.WaitFor(`certificate: what it says, not proved`, limit)
			if n := x.KeyCount() - before; n > 4 {
				t.Errorf("it takes %d keys, want at most 4", n)
			}
			x.Press("esc", "esc")
			x.WaitFor(`packages × channels`, limit)
			for _, line := range serverWrites(r) {
				t.Errorf("looking wrote: %s", line)
			}
		})
	}
}
