package present

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

func someDiff() model.Diff {
	d := func(c string) model.Digest { return model.Digest("sha256:" + strings.Repeat(c, 64)) }
	return model.Diff{
		A: model.DiffSide{Ref: "v1.2.0", Package: "p", Digest: d("1"), Release: "v1.2.0"},
		B: model.DiffSide{Ref: "prod", Package: "p", Digest: d("2"), Release: "v1.3.0"},
		Sections: []model.DiffSection{
			{Name: model.DiffConfig, Equal: 7, Entries: []model.DiffEntry{
				{Path: "user", Change: model.DiffChanged, Before: "root", After: "agent"},
				{Path: "created", Change: model.DiffChanged, Before: "1", After: "2", Noise: true, Text: "noise has no text here"},
			}},
			{Name: model.DiffLayers, Equal: 2, Note: "2 layers shared with q@abc", Entries: []model.DiffEntry{
				{Path: "COPY a", Change: model.DiffAdded, After: string(d("3")) + " (5 bytes)"},
				{Path: "COPY b", Change: model.DiffRemoved, Before: ""},
			}},
			{Name: model.DiffFiles, Note: "not read"},
		},
	}
}

func TestDiffTables(t *testing.T) {
	want := `SECTION  ADDED  REMOVED  CHANGED  DATES AND THE LIKE  EQUAL  NOTE
config       0        0        1                   1      7
layers       1        1        0                   0      2  2 layers shared with q@abc
files        –        –        –                   –      –  not read
`
	if d := cmp.Diff(want, DiffSummaryTable(someDiff()).Text(0)); d != "" {
		t.Errorf("summary (-want +got):\n%s", d)
	}
	want = `SECTION  WHAT    CHANGE   BEFORE   AFTER
config   user    changed  root     agent
layers   COPY a  added    –        333333333333 (5 bytes)
layers   COPY b  removed  (empty)  –
`
	if d := cmp.Diff(want, DiffTable(someDiff()).Text(0)); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
	if got, want := TellDiff(someDiff()), "p v1.2.0 → prod (v1.3.0): 1 changed, 1 added, 1 removed (config 1, layers 2)"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
	none := someDiff()
	for i := range none.Sections {
		none.Sections[i].Entries = nil
	}
	if got := DiffTable(none).Text(0); got != "Nothing differs in what was compared; not compared: files.\n" {
		t.Errorf("nothing: %q", got)
	}
	if got := TellDiff(none); !strings.HasSuffix(got, ": nothing differs in what was compared; not compared: files") {
		t.Errorf("nothing: %q", got)
	}
	many := model.Diff{Sections: []model.DiffSection{{Name: "env"}}}
	for range 45 {
		many.Sections[0].Entries = append(many.Sections[0].Entries, model.DiffEntry{Path: "x", Change: model.DiffAdded})
	}
	if got := DiffTable(many).Text(0); strings.Count(got, "\n") != 42 || !strings.Contains(got, "and 5 more, told by -o json") {
		t.Errorf("many: %s", got)
	}
}

func TestDiffValues(t *testing.T) {
	hex := strings.Repeat("a", 64)
	for in, want := range map[string]string{
		"sha256:" + hex + " and sha256:" + hex[:10]: "aaaaaaaaaaaa and sha256:aaaaaaaaaa",
		"file 0644 sha256:" + hex:                   "file 0644 aaaaaaaaaaaa",
		"a\x1b[2J\nb":                               "a\ufffd[2J b",
		"":                                          "",
		"sha256:sha256:" + hex:                      "sha256:aaaaaaaaaaaa",
		strings.Repeat("é", 500):                    strings.Repeat("é", 159) + "…",
		"ghcr.io/o/p:v1@sha256:" + hex + "sha256:" + hex + "trailing": "ghcr.io/o/p:v1@aaaaaaaaaaaaaaaaaaaaaaaatrailing",
	} {
		if got := DiffValue(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestDiffTextsAreFenced(t *testing.T) {
	d := model.Diff{Sections: []model.DiffSection{{Name: "files", Entries: []model.DiffEntry{
		{Path: "/a_b", Change: model.DiffChanged, Text: "--- before\n+++ after\n@@ -1 +1 @@\n-\tx\n+```\n+\x1b[31mred\n"},
		{Path: "/quiet", Change: model.DiffChanged, Noise: true, Text: "-a\n"},
		{Path: "/binary", Change: model.DiffChanged},
	}}}}
	blocks := DiffTexts(d)
	if len(blocks) != 1 {
		t.Fatalf("%+v", blocks)
	}
	if got, want := blocks[0].Markdown(), "#### /a\\_b\n\n````diff\n--- before\n+++ after\n@@ -1 +1 @@\n-    x\n+```\n+\ufffd[31mred\n````"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := blocks[0].Text(); !strings.HasPrefix(got, "/a_b\n--- before\n") {
		t.Errorf("%q", got)
	}
}

func TestChannelDiffTable(t *testing.T) {
	d := someDiff()
	anew := model.Diff{Sections: []model.DiffSection{{Name: "config", Equal: 1}}}
	c := model.ChannelDiff{Channel: "prod", From: "v1.2.0", To: "v1.3.0", Packages: []model.PackageDiff{
		{Package: "p", Before: d.A.Digest, After: d.B.Digest, Diff: &d},
		{Package: "q", Before: d.A.Digest, After: d.A.Digest, Same: true},
		{Package: "r", Before: d.A.Digest, After: d.B.Digest, Diff: &anew},
		{Package: "s", Before: d.A.Digest, Err: errors.New("prod has nothing of s")},
	}}
	want := `PACKAGE  BEFORE        AFTER         STATE           WHAT DIFFERS
p        111111111111  222222222222  3 differences   config 1, layers 2
q        111111111111  111111111111  ✓ same digest
r        111111111111  222222222222  built anew
s        111111111111  –             ! not compared  prod has nothing of s
`
	if d := cmp.Diff(want, ChannelDiffTable(c).Text(0)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got, want := TellChannelDiff(c), "prod v1.2.0 → v1.3.0: 2 of 4 packages changed, 1 the same, 1 not compared"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}
