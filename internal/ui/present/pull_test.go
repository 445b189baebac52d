package present

import (
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// pulledOf is a pull of layers with these titles.
func pulledOf(titles ...string) model.Pulled {
	layers := make([]model.Descriptor, len(titles))
	for i, title := range titles {
		layers[i] = model.Descriptor{MediaType: "application/json", Digest: model.DigestOf([]byte{byte(i)}), Size: 1000}
		if title != "" {
			layers[i].Annotations = map[string]string{model.AnnotationTitle: title}
		}
	}
	return model.Pulled{Package: "containai-payload", Digest: model.DigestOf(nil), Kind: model.VersionArtifact, Dir: "out", Files: model.PulledFiles(layers)}
}

func TestPullSentences(t *testing.T) {
	short := model.DigestOf(nil).Short()
	one := model.DigestOf([]byte{0}).Short()
	kept := pulledOf("channels.json", "b")
	kept.Files[0].Kept = true
	all := pulledOf("channels.json")
	all.Files[0].Kept = true
	packed := pulledOf("sub")
	packed.Files[0].Unpack = true
	image := pulledOf()
	image.Layout = true
	image.Files = []model.PulledFile{{Path: "oci-layout", Size: 30}, {Path: "index.json", Size: 70}}
	image.Foreign = []model.Descriptor{{Digest: model.DigestOf([]byte("w"))}}
	for _, c := range []struct {
		pulled model.Pulled
		want   []string
	}{
		{pulledOf("channels.json"), []string{
			"containai-payload@" + short + " saved in out: 1 file, 1.0 kB",
			"plain oras pull works here too"}},
		{pulledOf("artifacts/publish/v1.3.0/payload.tar.gz", "/home/runner/work/_temp/1/attestation.jsonl"), []string{
			"containai-payload@" + short + " saved in out: 2 files, 2.0 kB",
			"title artifacts/publish/v1.3.0/payload.tar.gz is a path; written as payload.tar.gz; plain oras pull makes its directories",
			"title /home/runner/work/_temp/1/attestation.jsonl is absolute; written as attestation.jsonl; plain oras pull would have refused: path traversal disallowed",
			`plain oras pull fails here for 1 title: "path traversal disallowed"`}},
		{pulledOf("../../x", ""), []string{
			"containai-payload@" + short + " saved in out: 2 files, 2.0 kB",
			"title ../../x leads out of the directory; written as x; plain oras pull would have refused: path traversal disallowed",
			"layer " + model.DigestOf([]byte{1}).Short() + " has no title; written as sha256-" + model.DigestOf([]byte{1}).Short() + ".json; plain oras pull leaves it out",
			`plain oras pull fails here for 1 title: "path traversal disallowed"`}},
		{pulledOf("", "a/b"), []string{
			"containai-payload@" + short + " saved in out: 2 files, 2.0 kB",
			"layer " + one + " has no title; written as sha256-" + one + ".json; plain oras pull leaves it out",
			"title a/b is a path; written as b; plain oras pull makes its directories",
			"plain oras pull works here, but makes directories for 1 title and leaves out 1 layer without a title"}},
		{pulledOf("x.json", "x.json", "CON"), []string{
			"containai-payload@" + short + " saved in out: 3 files, 3.0 kB",
			"title x.json clashes with another one; written as x-2.json",
			"title CON is no name for every file system; written as _CON",
			`plain oras pull fails here: x.json: "duplicate name"`}},
		{kept, []string{
			"containai-payload@" + short + " saved in out: 2 files, 2.0 kB (1 of them there already with the same content)",
			"plain oras pull works here too"}},
		{all, []string{
			"1 file of containai-payload@" + short + " in out, all there already with the same content",
			"plain oras pull works here too"}},
		{packed, []string{
			"containai-payload@" + short + " saved in out: 1 file, 1.0 kB",
			"title sub; not unpacked, although the layer asks for it and plain oras pull does it",
			"plain oras pull works here too"}},
		{pulledOf(), []string{"containai-payload@" + short + " has no layers: nothing was saved"}},
		{image, []string{
			"containai-payload@" + short + " saved in out as an OCI image layout: 2 files, 100 B",
			"layer " + model.DigestOf([]byte("w")).Short() + " is not in the layout: by its media type it is kept elsewhere than in the registry",
			"other tools read it as it is: oras manifest fetch --oci-layout out@" + string(model.DigestOf(nil))}},
	} {
		if got := PullSentences(c.pulled); !slices.Equal(got, c.want) {
			t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
		}
	}
}

func TestPullOfHostileTitlesIsSafeToShow(t *testing.T) {
	p := pulledOf("\x1b]0;owned\x07", "/\u202egpj.evil", strings.Repeat("n/", 9000), "a\r\nb")
	p.Files[0].MediaType = "application/\x1b[2Jevil"
	p.Dir = "out\x1b[2J"
	text := strings.Join(PullSentences(p), "\n") + PullTable(p).Text(0) + PullTable(p).Markdown()
	for _, line := range strings.Split(text, "\n") {
		if model.Sanitize(line) != line || len(line) > 1000 {
			t.Errorf("a line of %d bytes is not safe: %.200q", len(line), line)
		}
	}
}

func TestPullTable(t *testing.T) {
	p := pulledOf("channels.json", "b.json")
	p.Files[1].Kept = true
	got := PullTable(p).Text(0)
	want := "FILE             SIZE  MEDIA TYPE        DIGEST        STATE\n" +
		"channels.json  1.0 kB  application/json  " + model.DigestOf([]byte{0}).Short() + "  ✓ saved\n" +
		"b.json         1.0 kB  application/json  " + model.DigestOf([]byte{1}).Short() + "  there already, the same\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
