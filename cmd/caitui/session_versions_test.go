package main

import "testing"

// From the list of all versions into a package, to the same release in another
// one, to what prod was before, and all the way back.
func TestSessionAllVersions(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			x := r.open(size.cols, size.rows)
			fresh(x)
			x.Type("A")
			x.WaitFor(`All versions`, limit)
			x.WaitFor(`1,1\d\d versions`, limit)
			x.WaitFor(`containai-log-forwarder +–`, limit)
			x.Type("/name:claude tag:prod")
			x.WaitFor(`1 of \d+ rows`, limit)
			x.Press("enter")
			x.Type(" ")
			x.WaitFor(`1 marked`, limit)
			x.Press("enter")
			x.WaitFor(`containai-claude history`, limit)
			x.WaitFor(`> +7 d +v1\.3\.0`, limit)
			x.Type("p")
			x.WaitFor(`The other packages of v1\.3\.0`, limit)
			x.Type("log-f")
			x.Press("enter")
			x.WaitFor(`containai-log-forwarder history`, limit)
			x.WaitFor(`> +7 d +v1\.3\.0`, limit)
			x.Type("#")
			x.WaitFor(`prod +[0-9a-f]{12}, v1\.2\.0, for 37 d until 24 Jun`, limit)
			x.Press("enter")
			x.WaitFor(`> +44 d +v1\.2\.0`, limit)
			x.Press("alt+left", "alt+left")
			x.WaitFor(`All versions`, limit)
			x.WaitFor(`1 of \d+ rows`, limit)
			x.WaitFor(`1 marked`, limit)
			x.Press("alt+right", "alt+right")
			x.WaitFor(`> +44 d +v1\.2\.0`, limit)
			for _, line := range serverWrites(r) {
				t.Errorf("browsing wrote: %s", line)
			}
		})
	}
}
