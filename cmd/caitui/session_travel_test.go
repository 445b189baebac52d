package main

import "testing"

// Back leaves a screen, forward returns to it as it was.
func TestSessionBackAndForward(t *testing.T) {
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
			x.Type(" ")
			x.WaitFor(`1 marked`, limit)
			x.Type("a")
			x.WaitFor(`SLSA provenance`, limit)
			x.Press("alt+left", "alt+left")
			x.WaitFor(`Channels`, limit)
			x.Press("alt+right")
			x.WaitFor(`containai-proxy history`, limit)
			x.WaitFor(`1 of \d+ rows`, limit)
			x.WaitFor(`1 marked`, limit)
			x.Press("alt+right")
			x.WaitFor(`SLSA provenance`, limit)
		})
	}
}
