package main

import (
	"regexp"
	"strings"
	"testing"
)

// What was sent, live, with the commands that do the same, and no token in it.
func TestSessionRequests(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			x := r.open(size.cols, size.rows)
			fresh(x)
			x.Type("@")
			x.WaitFor(`Requests that caitui sent`, limit)
			x.WaitFor(`following`, limit)
			before := x.WaitFor(`[\d,]+ requests`, limit)[0]
			x.Type("r") // while it is open, more arrives
			x.WaitGone(regexp.QuoteMeta(before+" ·"), limit)
			x.Type("/method:head path:containai/")
			x.WaitFor(`\d+ of [\d,]+ requests`, limit)
			x.Press("enter")
			x.Type("k") // what is still sent would move the cursor on
			x.WaitFor(`G follows`, limit)
			x.WaitFor(`oras resolve`, limit)
			x.Type("y")
			x.WaitFor(`: crane --insecure digest 127\.0\.0\.1`, limit)
			x.Type("y")
			x.WaitFor(`: oras resolve`, limit)
			if screen := x.Screen(); strings.Contains(screen, r.token) {
				t.Errorf("a token is on the screen:\n%s", screen)
			}
			x.Press("esc", "esc")
			x.WaitFor(`Channels`, limit)
			x.Type("q")
			x.WaitExit(limit)
			for _, line := range serverWrites(r) {
				t.Errorf("looking wrote: %s", line)
			}
		})
	}
}
