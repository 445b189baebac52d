package ghcr_test

import (
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
)

// document is a small artifact as a promotion writes it.
func document(content string) *model.Artifact {
	return &model.Artifact{Type: "application/vnd.containai.metadata", MediaType: "application/json", Title: "channels.json",
		Content: []byte(content), Annotations: map[string]string{"org.opencontainers.image.created": "2026-03-01T03:00:00Z"}}
}

// planOf is a plan made by hand.
func (r *rig) planOf(changes ...model.Change) model.Plan {
	u, _ := url.Parse(r.Registry)
	p := model.Plan{Registry: u.Host, Owner: r.Owner, Title: "by hand", Actor: "tester", Changes: changes}
	p.ID = p.CanonicalID()
	return p
}

func putOf(pkg, tag string, from model.Digest, a *model.Artifact) model.Change {
	return model.Change{Kind: model.PutArtifact, Stage: 1, Package: pkg, Tag: tag, From: from, To: a.Digest(), Artifact: a}
}

// events are the journal's as KIND STATE TAG BEFORE→AFTER, without previews.
func events(t *testing.T, s *ghcr.Service) []string {
	t.Helper()
	all, err := s.Journal(t.Context())
	if err != nil {
		t.Fatalf("reading the journal: %v", err)
	}
	var out []string
	for _, e := range all {
		if e.Kind == model.EventPreview {
			continue
		}
		what := e.Tag
		if what == "" && e.VersionID != 0 {
			what = fmt.Sprint(e.VersionID)
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Kind, what, e.State)))
	}
	return out
}

// writes are the requests that change something, uploads that only try the
// right to push left out.
func (r *rig) writes(mark int64) []string {
	var out []string
	for _, line := range r.lines(r.since(mark)) {
		if !strings.HasPrefix(line, "GET") && !strings.HasPrefix(line, "HEAD") {
			out = append(out, line)
		}
	}
	return out
}

func count(lines []string, prefix string) int {
	n := 0
	for _, l := range lines {
		if strings.HasPrefix(l, prefix) {
			n++
		}
	}
	return n
}

func TestPutArtifact(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"brings what is needed once": putBrings,
		"is settled by reading":      putSettles,
		"stops at a conflict":        putConflict,
		"is executed again":          putAgain,
	} {
		t.Run(name, func(t *testing.T) { r.restore(); f(t, r) })
	}
}

const metadata = "containai-metadata"

func putBrings(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	refresh(t, s)
	a := document(`{"a":1}`)
	plan := r.planOf(putOf(metadata, "prod", r.prod[metadata], a), model.Change{Kind: model.CreateTag, Stage: 2, Package: metadata, Tag: "v9.9.9", To: a.Digest()})
	mark := r.mark()
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultDone || !out.Written {
		t.Fatalf("outcome %+v", out)
	}
	for _, tag := range []string{"prod", "v9.9.9"} {
		if now, _ := r.World().Resolve(metadata, tag); now != a.Digest() {
			t.Errorf("%s is %s", tag, now.Short())
		}
	}
	raw, mediaType, _ := r.World().Manifest(metadata, a.Digest())
	if want, _ := a.Manifest(); string(raw) != string(want) || mediaType != model.MediaOCIManifest {
		t.Errorf("the manifest is %s of type %s", raw, mediaType)
	}
	if blob, ok := r.World().Blob(metadata, model.DigestOf(a.Content)); !ok || string(blob) != string(a.Content) {
		t.Errorf("the layer is %q, %v", blob, ok)
	}
	lines := r.writes(mark)
	if count(lines, "PUT "+metadata+"/manifests/") != 2 || count(lines, "PUT "+metadata+"/blobs/uploads 201") > 2 {
		t.Errorf("sent %v", lines)
	}
	if diff := cmp.Diff([]string{"intent prod", "outcome prod done", "intent v9.9.9", "outcome v9.9.9 done"}, events(t, s)); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
	survey, _ := s.Stored(t.Context())
	snap := pkg(t, survey, metadata).Snapshot
	if snap.Tag("prod") != a.Digest() || snap.Manifests[a.Digest()] == nil {
		t.Error("the survey does not show what was written")
	}
	// The blobs are there now: another tag for the same content brings nothing.
	mark = r.mark()
	if out := execute(t, s, r.planOf(putOf(metadata, "again", "", a)), nil); out.Result != model.ResultDone {
		t.Errorf("outcome %+v", out)
	}
	if got := count(r.writes(mark), "PUT "+metadata+"/blobs"); got != 0 {
		t.Errorf("%d blobs were brought a second time", got)
	}
}

func putSettles(t *testing.T, r *rig) {
	lost, reset, trouble := map[string]any{"lost_reply": true}, map[string]any{"reset": true}, map[string]any{"status": 500}
	for i, c := range []struct {
		name, method, path string
		do                 map[string]any
		state              model.StepState
		written            bool
	}{
		{"manifest, reply lost", "PUT", "/manifests/prod$", lost, model.StepDone, true},
		{"manifest, reset", "PUT", "/manifests/prod$", reset, model.StepFailed, true},
		{"blob, reply lost", "PUT", "/blobs/uploads/", lost, model.StepDone, true},
		{"blob, reset", "PUT", "/blobs/uploads/", reset, model.StepFailed, false},
		{"blob, 500", "PUT", "/blobs/uploads/", trouble, model.StepFailed, false},
		{"asking for the blob, 500", "HEAD", "/blobs/sha256", trouble, model.StepFailed, false},
		{"asking for the blob, refused by another host", "HEAD", "/blobs/sha256", map[string]any{"status": 403}, model.StepDone, true},
		{"manifest, cut", "PUT", "/manifests/prod$", map[string]any{"truncate": 0}, model.StepDone, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.restore()
			s := open(t, r.options(r.Tokens.Write))
			a := document(fmt.Sprintf(`{"settles":%d}`, i))
			plan := r.planOf(putOf(metadata, "prod", r.prod[metadata], a))
			r.post("faults", fault(c.method, "/"+metadata+c.path, c.do))
			mark := r.mark()
			out := execute(t, s, plan, nil)
			now, _ := r.World().Resolve(metadata, "prod")
			if out.Steps[0].State != c.state || out.Written != c.written || (now == a.Digest()) != (c.state == model.StepDone) {
				t.Errorf("state %s, written %v, prod %s, %v", out.Steps[0].State, out.Written, now.Short(), out.Err)
			}
			if n := count(r.writes(mark), "PUT "+metadata+"/manifests"); n > 1 {
				t.Errorf("the manifest was sent %d times", n)
			}
			if got := events(t, s); got[len(got)-1] != "outcome prod "+string(c.state) {
				t.Errorf("journal %v", got)
			}
		})
	}
}

func putConflict(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := r.planOf(putOf(metadata, "prod", model.DigestOf([]byte("former")), document(`{"c":1}`)))
	mark := r.mark()
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultConflict || out.Written || count(r.writes(mark), "PUT") != 0 {
		t.Errorf("outcome %+v, sent %v", out, r.writes(mark))
	}
	forged := plan
	forged.Changes = []model.Change{plan.Changes[0]}
	forged.Changes[0].Artifact = document(`{"other":1}`)
	if _, err := s.Execute(t.Context(), forged, model.Conduct{}); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("other content under a confirmed digest: %v", err)
	}
}

func putAgain(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := r.planOf(putOf(metadata, "prod", r.prod[metadata], document(`{"again":1}`)))
	execute(t, s, plan, nil)
	out, err := s.Execute(t.Context(), plan, model.Conduct{Resumes: true})
	if err != nil || out.Result != model.ResultNothing || out.Steps[0].State != model.StepAlready || out.Written {
		t.Errorf("outcome %+v, %v", out, err)
	}
	if diff := cmp.Diff([]string{"intent prod", "outcome prod done", "resumed", "intent prod", "outcome prod already"}, events(t, s)); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
}

// A registry that nobody here wrote takes the document, and another client
// reads it by the digest that the plan showed.
func TestPutArtifactOnAForeignRegistry(t *testing.T) {
	host := foreign.Distribution(t)
	s := open(t, plain("http://"+host))
	a := document(`{"foreign":true}`)
	plan := model.Plan{Registry: host, Title: "by hand", Actor: "tester", Changes: []model.Change{putOf("group/meta", "prod", "", a)}}
	plan.ID = plan.CanonicalID()
	if out := execute(t, s, plan, nil); out.Result != model.ResultDone {
		t.Fatalf("outcome %+v", out)
	}
	crane := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), foreign.Tool(t, "crane"), args...).CombinedOutput()
		if err != nil {
			t.Fatalf("crane %v: %v %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	if got := crane("digest", host+"/group/meta:prod"); got != string(a.Digest()) {
		t.Errorf("crane says %s, the plan said %s", got, a.Digest())
	}
	if got := crane("blob", host+"/group/meta@"+string(model.DigestOf(a.Content))); got != string(a.Content) {
		t.Errorf("crane reads %q", got)
	}
}
