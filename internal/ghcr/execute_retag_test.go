package ghcr_test

import (
	"bytes"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
)

// A retag is one PUT of the very bytes with the very type and nothing else,
// whatever is retagged: its digest never changes, and nobody's index of
// referrers is touched.
func TestRetagIsOnePut(t *testing.T) {
	r := newRig(t, "containai")
	f := filler{T: t, Base: r.Registry, Auth: bearer(r.Tokens.Admin)}
	repo := r.Owner + "/tool"
	s := open(t, r.options(r.Tokens.Admin))
	for name, d := range everyForm(f, repo) {
		t.Run(name, func(t *testing.T) {
			before := f.Send("GET", "/v2/"+repo+"/manifests/"+string(d), "", nil)
			raw, _ := io.ReadAll(before.Body)
			tags := r.held("tool")
			mark := r.mark()
			out := execute(t, s, r.planOf(model.Change{Kind: model.CreateTag, Stage: 1, Package: "tool", Tag: "z-" + name, To: d}), nil)
			if out.Result != model.ResultDone {
				t.Fatalf("outcome %+v", out)
			}
			sent := r.writes(mark)
			if count(sent, "PUT tool/manifests/z-"+name+" 201") != 1 || count(sent, "POST tool/blobs/uploads 202") != 1 || count(sent, "DELETE tool/blobs/uploads 204") != 1 || len(sent) != 3 {
				t.Errorf("sent %v", sent)
			}
			if reads := count(r.lines(r.since(mark)), "HEAD tool/manifests/z-"+name); reads != 2 {
				t.Errorf("the tag was read %d times, before and after", reads)
			}
			after := f.Send("GET", "/v2/"+repo+"/manifests/z-"+name, "", nil)
			now, _ := io.ReadAll(after.Body)
			if !bytes.Equal(raw, now) || after.Header.Get("Content-Type") != before.Header.Get("Content-Type") {
				t.Errorf("type %s, bytes %s", after.Header.Get("Content-Type"), now)
			}
			tags[d] = append(tags[d], "z-"+name)
			if diff := cmp.Diff(tags, r.held("tool")); diff != "" {
				t.Errorf("the truth (-want +got):\n%s", diff)
			}
		})
	}
}

// everyForm pushes one of each form, with and without a subject.
func everyForm(f filler, repo string) map[string]model.Digest {
	index := f.Image(repo, "", "index", false)
	list := f.Image(repo, "", "list", true)
	empty := f.Blob(repo, []byte(model.EmptyConfig))
	empty.MediaType = model.MediaOCIEmpty
	config := empty
	config.MediaType = "application/vnd.oci.image.config.v1+json"
	about := model.Descriptor{MediaType: model.MediaOCIIndex, Digest: index, Size: int64(len(rawManifest(f.T, f, repo, index)))}
	doc := func(kind string, extra map[string]any) map[string]any {
		out := map[string]any{"schemaVersion": 2, "mediaType": kind}
		for k, v := range extra {
			out[k] = v
		}
		return out
	}
	image := func(extra map[string]any) model.Digest {
		extra["config"], extra["layers"] = config, []model.Descriptor{}
		return f.Manifest(repo, "", model.MediaOCIManifest, doc(model.MediaOCIManifest, extra)).Digest
	}
	artifact := func(extra map[string]any) model.Digest {
		extra["config"], extra["layers"], extra["artifactType"] = empty, []model.Descriptor{empty}, "application/vnd.example"
		return f.Manifest(repo, "", model.MediaOCIManifest, doc(model.MediaOCIManifest, extra)).Digest
	}
	return map[string]model.Digest{
		"index": index, "list": list, "image": image(map[string]any{}), "artifact": artifact(map[string]any{}),
		"index-subject":    f.Manifest(repo, "", model.MediaOCIIndex, doc(model.MediaOCIIndex, map[string]any{"manifests": []any{}, "subject": about})).Digest,
		"image-subject":    image(map[string]any{"subject": about}),
		"artifact-subject": artifact(map[string]any{"subject": about}),
	}
}

// The same on a registry that nobody here wrote, with the digest that another
// client finds.
func TestRetagOnAForeignRegistry(t *testing.T) {
	host := foreign.Distribution(t)
	f := filler{T: t, Base: "http://" + host}
	s := open(t, plain("http://"+host))
	for name, d := range everyForm(f, "group/tool") {
		plan := model.Plan{Registry: host, Title: "by hand", Actor: "tester", Changes: []model.Change{{Kind: model.CreateTag, Stage: 1, Package: "group/tool", Tag: "z-" + name, To: d}}}
		plan.ID = plan.CanonicalID()
		if out := execute(t, s, plan, nil); out.Result != model.ResultDone {
			t.Errorf("%s: %+v", name, out)
			continue
		}
		got, err := exec.CommandContext(t.Context(), foreign.Tool(t, "crane"), "digest", host+"/group/tool:z-"+name).Output()
		if err != nil || strings.TrimSpace(string(got)) != string(d) {
			t.Errorf("%s: crane says %s, %v; the plan said %s", name, got, err, d)
		}
	}
	if tags := f.Tags("group/tool"); strings.Contains(tags, "sha256-") {
		t.Errorf("an index of referrers was written: %s", tags)
	}
}
