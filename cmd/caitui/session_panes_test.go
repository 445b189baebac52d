package main

import "testing"

// What changed since the release before, from the first screen down to the
// line that breaks claude on arm64.
func TestSessionWhatChanged(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			x := r.open(size.cols, size.rows)
			fresh(x)
			before := x.KeyCount()
			x.Type("d")
			x.WaitFor(`10 of 10 packages changed`, limit)
			x.Press("down", "down", "enter")
			x.WaitFor(`prod: containai-claude`, limit)
			x.WaitFor(`platforms`, limit)
			x.Type("f")
			x.WaitFor(`validate-claude\.sh`, limit)
			x.WaitFor(`aarch64`, limit)
			if n := x.KeyCount() - before; n > 5 {
				t.Errorf("it takes %d keys, want at most 5", n)
			}
			x.Press("esc", "esc")
			x.WaitFor(`Channels`, limit)
			for _, line := range serverWrites(r) {
				t.Errorf("comparing wrote: %s", line)
			}
		})
	}
}

// One store lacks what the other has, and the pane says which.
func TestSessionAttestations(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			x := r.open(size.cols, size.rows)
			fresh(x)
			openPackage(x, "containai-proxy")
			x.Type("/tag:nightly")
			x.WaitFor(`1 of \d+ rows`, limit)
			x.Press("enter")
			x.Type("a")
			x.WaitFor(`SLSA provenance`, limit)
			x.WaitFor(`missing`, limit)
			x.WaitFor(`covered through`, limit)
			for _, line := range serverWrites(r) {
				t.Errorf("looking wrote: %s", line)
			}
		})
	}
}

// An auditor opens the SBOM of what prod has, looks for a component, and sees
// what changed in it since the release before.
func TestSessionSBOM(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			x := r.open(size.cols, size.rows)
			fresh(x)
			x.Type("s")
			x.WaitFor(`SPDX 2\.3, describes the payload`, limit)
			x.WaitFor(`13 components`, limit)
			x.Type("/requests")
			x.WaitFor(`1 of 13 components`, limit)
			x.WaitFor(`2\.32\.11`, limit)
			x.Press("enter", "esc")
			x.Type("d")
			x.WaitFor(`Compare with`, limit)
			x.Type("v1.2.0")
			x.Press("enter")
			x.WaitFor(`against v1\.2\.0 .*: 0 added, 0 removed, 5 of another`, limit)
			x.WaitFor(`2\.32\.10`, limit)
			x.Press("esc", "esc")
			// An image has none, and the payload's is offered as what it is.
			openPackage(x, "containai-claude")
			x.Type("s")
			x.WaitFor(`none for this image; looked in seven`, limit)
			x.Press("enter")
			x.WaitFor(`describes the payload`, limit)
			for _, line := range serverWrites(r) {
				t.Errorf("looking wrote: %s", line)
			}
		})
	}
}
