package main

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// A tag is chosen among several, taken off, and put back by undo: each time the
// truth is what it was and exactly the previewed effects, and no placeholder is
// left behind.
func TestSessionUntag(t *testing.T) {
	t.Parallel()
	r := newRig(t, "containai")
	r.token = r.server.Info().Tokens.Admin
	tags, versions := r.state()
	x := r.open(80, 24)
	fresh(x)
	openPackage(x, "containai-proxy")
	x.WaitFor(`amd64 arm64`, limit)
	x.Type("/tag:main")
	x.WaitFor(`1 of \d+ rows`, limit)
	x.Press("enter")
	x.Type("-")
	x.WaitFor(`Take a tag off containai-proxy`, limit)
	x.WaitFor(`main-a17c\S* +(moving|meant)`, limit)
	x.Type("latest")
	x.WaitFor(`> latest`, limit)
	x.Press("enter")
	x.WaitFor(`UNTAG containai-proxy:latest`, limit)
	x.WaitFor(`for a moment latest serves an empty manifest`, limit)
	x.WaitFor(`Type latest to remove 1 tag`, limit)
	x.Press("esc")
	x.WaitGone(`UNTAG`, limit)
	nowTags, nowVersions := r.state()
	differs(t, "tags after cancelling", nil, tags, nowTags)
	differs(t, "versions after cancelling", nil, versions, nowVersions)
	x.Type("-latest")
	x.WaitFor(`> latest`, limit)
	x.Press("enter")
	x.WaitFor(`Type latest to remove 1 tag`, limit)
	x.Type("latest")
	x.Press("enter")
	x.WaitFor(`LIVE Done`, limit)
	lost, _ := foretold(r.keptFor(model.ActUntag))
	nowTags, nowVersions = r.state()
	differs(t, "tags", lost, tags, nowTags)
	differs(t, "versions", nil, versions, nowVersions)
	x.WaitFor(`U undo: take this back`, limit)
	x.Type("U")
	x.WaitFor(`create containai-proxy:latest again`, limit)
	x.WaitFor(`Type latest to create 1 tag`, limit)
	x.Type("latest")
	x.Press("enter")
	x.WaitFor(`LIVE Done`, limit)
	nowTags, nowVersions = r.state()
	differs(t, "tags after the undo", nil, tags, nowTags)
	differs(t, "versions after the undo", nil, versions, nowVersions)
	x.Press("esc")
	x.WaitGone(`LIVE Done`, limit)
	x.Type("q")
	if code := x.WaitExit(limit); code != 0 {
		t.Errorf("caitui left with %d", code)
	}
}
