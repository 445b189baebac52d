package main

import "testing"

// Columns are sorted and hidden in one history and stay so in the next.
func TestSessionColumns(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			x := r.open(size.cols, size.rows)
			fresh(x)
			openPackage(x, "containai-claude")
			x.WaitFor(`amd64 arm64`, limit)
			x.Type("c")
			x.WaitFor(`Columns of history`, limit)
			x.Press("down", "enter")
			x.WaitFor(`sorted by this`, limit)
			x.Press("enter")
			x.WaitFor(`sorted by this, reversed`, limit)
			x.Press("down", "down", "down") // platforms
			x.Type(" ")
			x.WaitFor(`hidden`, limit)
			x.Press("esc")
			x.WaitGone(`tags .*platforms +(size|channel)`, limit)
			x.WaitFor(`release↓`, limit)
			x.Type("g")
			x.WaitFor(`> +7 d +v1\.3\.0`, limit)
			x.Press("down")
			x.WaitFor(`> +44 d +v1\.2\.0`, limit)
			x.Type("/tag:v1")
			x.WaitFor(`4 of \d+ rows`, limit)
			x.Press("enter")
			openPackage(x, "containai-base")
			x.WaitFor(`release↓`, limit)
			x.WaitGone(`tags .*platforms +(size|channel)`, limit)
			x.Type("c")
			x.Type("0")
			x.Press("esc")
			x.WaitGone(`release↓`, limit)
			x.WaitFor(`tags .*platforms +(size|channel)`, limit)
		})
	}
}
