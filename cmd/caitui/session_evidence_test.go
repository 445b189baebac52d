package main

import (
	"path/filepath"
	"testing"
)

// Evidence about prod in three keys and a name; on another machine it holds.
// Where the directory does not do, another one can be named.
func TestSessionEvidence(t *testing.T) {
	r := newRig(t, "containai")
	x := r.open(80, 24)
	fresh(x)
	name := func(dir, proposed string) {
		for range len(proposed) {
			x.Press("backspace")
		}
		x.Type(dir)
		x.Press("enter")
	}
	x.Type("E")
	x.WaitFor(`> for ourselves`, limit)
	x.WaitFor(`enter choose`, limit)
	x.Press("enter")
	x.WaitFor(`directory \./evidence-prod`, limit)
	x.WaitFor(`enter export`, limit)
	name("~/", "./evidence-prod") // its own data lie there
	x.WaitFor(`is not empty`, limit)
	x.WaitFor(`enter export`, limit)
	name(filepath.Join(r.data, "evidence"), r.data+"/")
	x.WaitFor(`evidence\.tar\.gz: verified`, limit)
	x.WaitFor(`containai-installer: verified`, limit)
	x.Press("esc")
	x.WaitGone(`Check it`, limit)
	x.Type("q")
	x.WaitExit(limit)
	for _, line := range serverWrites(r) {
		t.Errorf("exporting wrote: %s", line)
	}
	elsewhere := map[string]string{"HOME": t.TempDir(), "CAITUI_DATA_DIR": t.TempDir()}
	if res := runInside(t.Context(), elsewhere, "verify", "--evidence", filepath.Join(r.data, "evidence")); res.code != exitOK {
		t.Errorf("checked again: exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
}
