package ghcr_test

import (
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
)

func TestUntag(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"takes one tag and nothing else":    untagOne,
		"is settled by reading":             untagSettles,
		"is resumed between its two writes": untagResumes,
		"gives back what cannot be removed": untagGivesBack,
		"leaves what others touched":        untagConflict,
		"keeps a last tag":                  untagLast,
		"needs an API on GHCR":              untagWithoutAPI,
	} {
		t.Run(name, func(t *testing.T) { r.seed(); f(t, r) })
	}
}

// untagging plans by hand to take nightly off the containai image.
func (r *rig) untagging() model.Plan {
	d, _ := r.World().Resolve("containai", "nightly")
	return r.planOf(model.Change{Kind: model.RemoveTag, Stage: 1, Package: "containai", Tag: "nightly", From: d})
}

func untagOne(t *testing.T, r *rig) {
	r.post("switches", map[string]any{"lag": "300ms"})
	s := open(t, r.deleting(t))
	refresh(t, s)
	plan := r.untagging()
	want, from := r.held("containai"), plan.Changes[0].From
	want[from] = without(want[from], "nightly")
	mark := r.mark()
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultDone || out.Err != nil || !out.Written || out.Steps[0].Verified == nil || !*out.Steps[0].Verified {
		t.Fatalf("outcome %+v", out)
	}
	if diff := cmp.Diff(want, r.held("containai")); diff != "" {
		t.Errorf("the truth (-want +got):\n%s", diff)
	}
	sent := r.writes(mark)
	if count(sent, "PUT containai/manifests/nightly 201") != 1 || count(sent, "DELETE /orgs/") != 1 || count(sent, "PUT") != 1 {
		t.Errorf("sent %v", sent)
	}
	_, placeholder := model.UntagPlaceholder(plan.ID, "containai", "nightly")
	journal, _ := s.Journal(t.Context())
	var got []model.JournalEvent
	for _, e := range journal {
		got = append(got, model.JournalEvent{Kind: e.Kind, Tag: e.Tag, Before: e.Before, After: e.After, State: e.State})
	}
	if diff := cmp.Diff([]model.JournalEvent{
		{Kind: model.EventIntent, Tag: "nightly", Before: from, After: placeholder},
		{Kind: model.EventOutcome, Tag: "nightly", Before: from, After: placeholder, State: model.StepDone},
		{Kind: model.EventIntent, Tag: "nightly", Before: placeholder},
		{Kind: model.EventOutcome, Tag: "nightly", Before: placeholder, State: model.StepDone},
	}, got); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
	executed := model.Executions(journal, map[string]model.Plan{plan.ID: plan})
	if len(executed) != 1 || !executed[0].Whole() || executed[0].Steps[0].State != model.StepDone {
		t.Errorf("the journal is read as %+v", executed)
	}
	if journal[2].VersionID == 0 {
		t.Error("the version that is deleted is not named")
	}
	survey, _ := s.Stored(t.Context())
	if d := pkg(t, survey, "containai").Snapshot.Tag("nightly"); d != "" {
		t.Errorf("the survey still shows %s", d.Short())
	}
	// Once more there is nothing to do.
	mark = r.mark()
	if out := execute(t, s, plan, nil); out.Result != model.ResultNothing || count(r.writes(mark), "PUT") != 0 {
		t.Errorf("outcome %+v, sent %v", out, r.writes(mark))
	}
}

func without(list []string, x string) []string {
	out := []string{}
	for _, s := range list {
		if s != x {
			out = append(out, s)
		}
	}
	return out
}

func untagSettles(t *testing.T, r *rig) {
	on := func(method, path, host string, from int, do map[string]any) []any {
		rules := fault(method, path, do)
		rules[0].(map[string]any)["host"], rules[0].(map[string]any)["from"] = host, from
		return rules
	}
	for _, c := range []struct {
		name   string
		faults []any
		state  model.StepState
		tag    string // where it points afterwards: gone, former, placeholder
	}{
		{"placeholder, reply lost", on("PUT", "/manifests/nightly$", "registry", 1, map[string]any{"lost_reply": true}), model.StepDone, "gone"},
		{"placeholder, reset", on("PUT", "/manifests/nightly$", "registry", 1, map[string]any{"reset": true}), model.StepFailed, "former"},
		{"placeholder, 403", on("PUT", "/manifests/nightly$", "registry", 1, map[string]any{"status": 403}), model.StepRefused, "former"},
		{"list, 500", on("GET", "/containai/versions\\?", "api", 1, map[string]any{"status": 500}), model.StepFailed, "placeholder"},
		{"deletion, reply lost", on("DELETE", "/versions/", "api", 1, map[string]any{"lost_reply": true}), model.StepDone, "gone"},
		{"deletion, reset", on("DELETE", "/versions/", "api", 1, map[string]any{"reset": true}), model.StepFailed, "placeholder"},
		{"deletion, limited", limited("DELETE", "/versions/", 403), model.StepDone, "gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.seed()
			s := open(t, r.deleting(t))
			plan := r.untagging()
			_, placeholder := model.UntagPlaceholder(plan.ID, "containai", "nightly")
			r.post("faults", c.faults)
			out := execute(t, s, plan, nil)
			now, _ := r.World().Resolve("containai", "nightly")
			want := map[string]model.Digest{"gone": "", "former": plan.Changes[0].From, "placeholder": placeholder}[c.tag]
			if out.Steps[0].State != c.state || now != want || out.Written != (c.tag != "former" || c.state == model.StepFailed) {
				t.Errorf("state %s, written %v, nightly %s, want %s, %v", out.Steps[0].State, out.Written, now.Short(), want.Short(), out.Err)
			}
			if got := events(t, s); got[len(got)-1] != "outcome nightly "+string(c.state) {
				t.Errorf("journal %v", got)
			}
			if c.tag != "placeholder" {
				return
			}
			if !strings.Contains(out.Err.Error(), "placeholder") && !strings.Contains(out.Err.Error(), "deleting") {
				t.Errorf("it does not say what the tag serves: %v", out.Err)
			}
			r.post("faults", []any{})
			mark := r.mark()
			again, err := s.Execute(t.Context(), plan, model.Conduct{Resumes: true})
			if err != nil || again.Result != model.ResultDone || count(r.writes(mark), "PUT") != 0 {
				t.Errorf("resumed: %+v, %v, sent %v", again, err, r.writes(mark))
			}
			if _, there := r.World().Resolve("containai", "nightly"); there {
				t.Error("nightly is still there")
			}
		})
	}
}

func untagResumes(t *testing.T, r *rig) {
	// Killed between the two writes: the tag serves the placeholder, and only
	// the plan is known.
	plan := r.untagging()
	want, from := r.held("containai"), plan.Changes[0].From
	want[from] = without(want[from], "nightly")
	raw, _ := model.UntagPlaceholder(plan.ID, "containai", "nightly")
	filler{T: t, Base: r.Registry, Auth: bearer(r.Tokens.Admin)}.Send("PUT", "/v2/"+r.Owner+"/containai/manifests/nightly", model.MediaOCIIndex, raw)
	s := open(t, r.deleting(t))
	out, err := s.Execute(t.Context(), plan, model.Conduct{Resumes: true})
	if err != nil || out.Result != model.ResultDone {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	if diff := cmp.Diff(want, r.held("containai")); diff != "" {
		t.Errorf("the truth (-want +got):\n%s", diff)
	}
	journal, _ := s.Journal(t.Context())
	half := []model.JournalEvent{
		{Kind: model.EventIntent, Plan: plan.ID, Package: "containai", Tag: "nightly", Before: from, After: model.DigestOf(raw)},
		{Kind: model.EventOutcome, Plan: plan.ID, Package: "containai", Tag: "nightly", Before: from, After: model.DigestOf(raw), State: model.StepDone},
	}
	plans := map[string]model.Plan{plan.ID: plan}
	if killed := model.Executions(half, plans); len(killed) != 1 || killed[0].Whole() || killed[0].Steps[0].State != model.StepUnknown {
		t.Errorf("a journal that ends between the writes is read as %+v", killed)
	}
	if whole := model.Executions(append(half, journal...), plans); len(whole) != 1 || !whole[0].Whole() {
		t.Errorf("the journal of both runs is read as %+v", whole)
	}
	if diff := cmp.Diff([]string{"resumed", "intent nightly", "outcome nightly done"}, events(t, s)); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
}

func untagGivesBack(t *testing.T, r *rig) {
	for name, do := range map[string]map[string]any{
		"kept":    {"status": 400, "body": map[string]any{"message": "You cannot delete the last tagged version of a package. You must delete the package instead."}},
		"no role": {"status": 404, "body": map[string]any{"message": "Package not found."}},
	} {
		r.seed()
		s := open(t, r.deleting(t))
		plan := r.untagging()
		rules := fault("DELETE", "/versions/", do)
		rules[0].(map[string]any)["host"] = "api"
		r.post("faults", rules)
		out := execute(t, s, plan, nil)
		now, _ := r.World().Resolve("containai", "nightly")
		if out.Steps[0].State != model.StepRefused || now != plan.Changes[0].From || !strings.Contains(out.Err.Error(), "was not removed and points to") {
			t.Errorf("%s: state %s, nightly %s, %v", name, out.Steps[0].State, now.Short(), out.Err)
		}
		got := events(t, s)
		if diff := cmp.Diff([]string{"intent nightly", "outcome nightly done", "intent nightly", "outcome nightly refused", "intent nightly", "outcome nightly done"}, got); diff != "" {
			t.Errorf("%s: journal (-want +got):\n%s", name, diff)
		}
		journal, _ := s.Journal(t.Context())
		read := model.Executions(journal, map[string]model.Plan{plan.ID: plan})
		if len(read) != 1 || read[0].Steps[0].State != model.StepRefused {
			t.Errorf("%s: the journal is read as %+v", name, read)
		}
	}
}

func untagConflict(t *testing.T, r *rig) {
	s := open(t, r.deleting(t))
	plan := r.untagging()
	other, _ := r.World().Resolve("containai", "v1.2.0")
	r.post("retag", map[string]any{"package": "containai", "tag": "nightly", "digest": string(other)})
	mark := r.mark()
	if out := execute(t, s, plan, nil); out.Result != model.ResultConflict || out.Written || count(r.writes(mark), "PUT") != 0 {
		t.Errorf("outcome %+v, sent %v", out, r.writes(mark))
	}
	// Somebody gives the placeholder another tag: deleting it would take that too.
	r.seed()
	raw, placeholder := model.UntagPlaceholder(plan.ID, "containai", "nightly")
	f := filler{T: t, Base: r.Registry, Auth: bearer(r.Tokens.Admin)}
	for _, tag := range []string{"nightly", "precious"} {
		f.Send("PUT", "/v2/"+r.Owner+"/containai/manifests/"+tag, model.MediaOCIIndex, raw)
	}
	mark = r.mark()
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultConflict || count(r.writes(mark), "DELETE /orgs") != 0 || !strings.Contains(out.Err.Error(), "precious") {
		t.Errorf("outcome %+v, sent %v", out, r.writes(mark))
	}
	if now, _ := r.World().Resolve("containai", "precious"); now != placeholder {
		t.Errorf("precious is %s", now.Short())
	}
}

func untagLast(t *testing.T, r *rig) {
	f := filler{T: t, Base: r.Registry, Auth: bearer(r.Tokens.Admin)}
	d := f.Image(r.Owner+"/lonely", "only", "x", false)
	plan := r.planOf(model.Change{Kind: model.RemoveTag, Stage: 1, Package: "lonely", Tag: "only", From: d})
	mark := r.mark()
	out := execute(t, open(t, r.deleting(t)), plan, nil)
	if out.Steps[0].State != model.StepRefused || out.Written || !errors.Is(out.Err, model.ErrUnsupported) || !strings.Contains(out.Err.Error(), "last tag of lonely") {
		t.Errorf("outcome %+v", out)
	}
	if sent := r.writes(mark); count(sent, "PUT") != 0 || count(sent, "DELETE /orgs") != 0 {
		t.Errorf("sent %v", sent)
	}
}

func untagWithoutAPI(t *testing.T, r *rig) {
	o := r.deleting(t)
	o.API, o.APICredentials = "", ghcr.Credentials{}
	mark := r.mark()
	out := execute(t, open(t, o), r.untagging(), nil)
	if out.Steps[0].State != model.StepRefused || out.Written || !errors.Is(out.Err, model.ErrUnsupported) || !strings.Contains(model.CureOf(out.Err), "--api") {
		t.Errorf("outcome %+v, cure %q", out, model.CureOf(out.Err))
	}
	if sent := r.writes(mark); count(sent, "PUT") != 0 {
		t.Errorf("sent %v", sent)
	}
}

// Registries that nobody here wrote and that delete tags: the tag goes, and
// what it pointed to stays, as another client finds.
func TestUntagOnForeignRegistries(t *testing.T) {
	for name, start := range map[string]func() string{
		"distribution": func() string { return foreign.Distribution(t) },
		"ggcr": func() string {
			srv := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
			t.Cleanup(srv.Close)
			return strings.TrimPrefix(srv.URL, "http://")
		},
	} {
		t.Run(name, func(t *testing.T) {
			host := start()
			f := filler{T: t, Base: "http://" + host}
			d := f.Image("group/tool", "prod", "x", false)
			f.Send("PUT", "/v2/group/tool/manifests/v1", model.MediaOCIIndex, rawManifest(t, f, "group/tool", d))
			s := open(t, plain("http://"+host))
			for _, tag := range []string{"prod", "v1"} { // the last one too: that is GitHub's rule alone
				plan := model.Plan{Registry: host, Title: "by hand", Actor: "tester", Changes: []model.Change{{Kind: model.RemoveTag, Stage: 1, Package: "group/tool", Tag: tag, From: d}}}
				plan.ID = plan.CanonicalID()
				if out := execute(t, s, plan, nil); out.Result != model.ResultDone {
					t.Fatalf("%s: %+v", tag, out)
				}
				crane := func(args ...string) string {
					raw, err := exec.CommandContext(t.Context(), foreign.Tool(t, "crane"), args...).CombinedOutput()
					if err != nil {
						return "error " + string(raw)
					}
					return strings.TrimSpace(string(raw))
				}
				if got := crane("digest", host+"/group/tool:"+tag); !strings.HasPrefix(got, "error") {
					t.Errorf("crane still finds %s at %s", tag, got)
				}
				if got := crane("digest", host+"/group/tool@"+string(d)); got != string(d) {
					t.Errorf("crane finds %s for what %s pointed to", got, tag)
				}
			}
		})
	}
}
