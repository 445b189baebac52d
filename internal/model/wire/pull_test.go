package wire

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestPullDoc(t *testing.T) {
	p := model.Pulled{Package: "containai-payload", Digest: digestA, Kind: model.VersionArtifact, Dir: "out", Files: []model.PulledFile{
		{Path: "attestation.jsonl", MediaType: model.MediaInToto, Digest: digestB, Size: 7, Title: "/home/\x1b[2J/attestation.jsonl", Form: model.TitleAbsolute, Kept: true},
		{Path: "sha256-x.json", Digest: digestA, Form: model.TitleNone},
	}}
	doc := PullDoc("ghcr.io", "novotnyllc", model.Reference{Package: "containai-payload", Tag: "prod"}, model.ViaMetadata, p, []string{"a note"})
	for _, c := range []struct {
		want string
		path []string
	}{
		{`"caitui.pull/v1"`, []string{"schema"}},
		{`"ghcr.io"`, []string{"registry"}},
		{`"novotnyllc"`, []string{"owner"}},
		{`"containai-payload"`, []string{"package"}},
		{`"containai-payload:prod"`, []string{"subject", "ref"}},
		{`"` + string(digestA) + `"`, []string{"subject", "digest"}},
		{`"metadata"`, []string{"subject", "via"}},
		{`"artifact"`, []string{"kind"}},
		{`"out"`, []string{"dir"}},
		{`false`, []string{"layout"}},
		{`"out/attestation.jsonl"`, []string{"files", "0", "path"}},
		{`"` + model.MediaInToto + `"`, []string{"files", "0", "media_type"}},
		{`"` + string(digestB) + `"`, []string{"files", "0", "digest"}},
		{`"/home/` + "\ufffd" + `[2J/attestation.jsonl"`, []string{"files", "0", "title"}},
		{`"absolute"`, []string{"files", "0", "title_form"}},
		{`7`, []string{"files", "0", "size"}},
		{`true`, []string{"files", "0", "kept"}},
		{`["a note"]`, []string{"notes"}},
	} {
		expect(t, doc, c.want, c.path...)
	}
	empty := PullDoc("", "", model.Reference{Package: "x", Digest: digestA}, "", model.Pulled{Digest: digestA}, nil)
	for path, want := range map[string]string{"files": "[]", "notes": "[]", "registry": "null"} {
		expect(t, empty, want, path)
	}
	expect(t, empty, "null", "subject", "via")
	untitled := PullDoc("", "", model.Reference{}, "", model.Pulled{Files: p.Files[1:]}, nil)
	expect(t, untitled, "null", "files", "0", "title")
	expect(t, untitled, "null", "files", "0", "media_type")
}
