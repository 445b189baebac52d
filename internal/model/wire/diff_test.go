package wire

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

func someDiff() model.Diff {
	return model.Diff{
		A: model.DiffSide{Ref: "v1", Package: "p", Digest: digestA, Release: "v1", Created: noon},
		B: model.DiffSide{Ref: "prod\x1b[2J", Package: "p", Digest: digestB},
		Sections: []model.DiffSection{
			{Name: model.DiffEnv, Equal: 3, Entries: []model.DiffEntry{
				{Path: "NEW", Change: model.DiffAdded, After: ""},
				{Path: "OLD", Change: model.DiffRemoved, Before: "x\x1b]0;evil\x07"},
				{Path: "T", Change: model.DiffChanged, Before: "1", After: "2", Noise: true, Text: "-a\tb\n+\x1bc\n"},
			}},
			{Name: model.DiffFiles, Note: "not read"},
		},
	}
}

func TestDiffDoc(t *testing.T) {
	doc := DiffDoc(model.Inventory{Registry: "ghcr.io"}, someDiff())
	expect(t, doc, `"caitui.diff/v1"`, "schema")
	expect(t, doc, `"p"`, "package")
	for _, key := range []string{"owner", "channel", "packages"} {
		expect(t, doc, "null", key)
	}
	expect(t, doc, `"`+string(digestA)+`"`, "a", "digest")
	expect(t, doc, "null", "b", "created")
	expect(t, doc, "null", "b", "release")
	expect(t, doc, "3", "sections", "0", "equal")
	expect(t, doc, "null", "sections", "0", "note")
	expect(t, doc, "null", "sections", "0", "entries", "0", "before")
	expect(t, doc, `""`, "sections", "0", "entries", "0", "after")
	expect(t, doc, "null", "sections", "0", "entries", "0", "text")
	if doc.Sections[0].Entries[1].After != nil || !doc.Sections[0].Entries[2].Noise || doc.Sections[0].Entries[2].Text != "-a    b\n+\ufffdc\n" {
		t.Errorf("%+v", doc.Sections[0].Entries)
	}
	// What was not compared has no count of equal things.
	doc.Sections = doc.Sections[1:]
	expect(t, doc, "null", "sections", "0", "equal")
	expect(t, doc, "[]", "sections", "0", "entries")
	expect(t, doc, `"not read"`, "sections", "0", "note")
	if raw, _ := json.Marshal(DiffDoc(model.Inventory{}, someDiff())); strings.Contains(string(raw), `\u001b`) || strings.Contains(string(raw), `\u0007`) {
		t.Errorf("a control character: %s", raw)
	}
}

func TestChannelDiffDoc(t *testing.T) {
	d := someDiff()
	doc := ChannelDiffDoc(model.Inventory{Owner: "o"}, model.ChannelDiff{Channel: "prod", From: "v1", Packages: []model.PackageDiff{
		{Package: "same", Before: digestA, After: digestA, Same: true},
		{Package: "p", Before: digestA, After: digestB, Diff: &d},
		{Package: "lost", Before: digestA, Err: errors.New("gone\x1b")},
	}})
	expect(t, doc, `"caitui.diff/v1"`, "schema")
	expect(t, doc, "null", "package")
	expect(t, doc, `"prod"`, "channel")
	expect(t, doc, `"v1"`, "a", "ref")
	expect(t, doc, "null", "a", "digest")
	expect(t, doc, "null", "b", "release")
	expect(t, doc, `"packages"`, "sections", "0", "name")
	expect(t, doc, "1", "sections", "0", "equal")
	expect(t, doc, "true", "packages", "0", "same")
	expect(t, doc, "null", "packages", "0", "sections")
	expect(t, doc, "null", "packages", "0", "error")
	if e := doc.Sections[0].Entries; len(e) != 1 || e[0].Path != "p" || e[0].Change != "changed" || *e[0].After != string(digestB) {
		t.Errorf("packages: %+v", e)
	}
	if doc.Packages[2].After != "" || doc.Packages[2].Error != "gone\ufffd" || len(doc.Packages[1].Sections) != 2 || doc.Sections[0].Note == "" {
		t.Errorf("%+v", doc.Packages)
	}
}
