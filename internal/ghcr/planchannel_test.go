package ghcr_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// truth is where every tag of every package points, by the simulator itself.
func (r *rig) truth() map[string]model.Digest {
	out := make(map[string]model.Digest)
	for _, p := range r.World().Packages() {
		for _, tag := range r.World().TagNames(p.Name) {
			out[p.Name+":"+tag], _ = r.World().Resolve(p.Name, tag)
		}
	}
	return out
}

// foretold fails unless the truth after is the truth before plus exactly the
// plan's effects.
func foretold(t *testing.T, before, after map[string]model.Digest, plan model.Plan) {
	t.Helper()
	want := make(map[string]model.Digest, len(before))
	for tag, d := range before {
		want[tag] = d
	}
	for _, e := range plan.Effects {
		switch {
		case e.Tag == "":
		case e.After == "":
			delete(want, e.Package+":"+e.Tag)
		default:
			want[e.Package+":"+e.Tag] = e.After
		}
	}
	if d := cmp.Diff(want, after); d != "" {
		t.Errorf("tags (-foretold +found):\n%s", d)
	}
}

// advisedPlan plans what caitui itself advises for prod.
func advisedPlan(t *testing.T, s *ghcr.Service, survey model.Survey, channel string) model.Plan {
	t.Helper()
	for _, target := range model.ChannelTargets(survey, channel) {
		if target.Advised {
			plan, err := s.PlanChannel(t.Context(), model.ChannelRequest{Act: model.ActRollback, Channel: channel, Release: target.Release.Name})
			if err != nil {
				t.Fatalf("planning: %v", err)
			}
			return plan
		}
	}
	t.Fatalf("nothing is advised for %s", channel)
	return model.Plan{}
}

func TestChannelBackToOneRelease(t *testing.T) {
	for _, c := range []struct {
		scenario, channel, title string
		tags                     int
	}{
		{"containai", "prod", "roll prod back from v1.3.0 to v1.2.0", 10},
		{"runbook", "prod", "roll prod back from v1.3.0 to v1.2.0", 11},
		{"half-rollback", "prod", "bring all of prod to v1.2.0", 4},
		{"partial-publish", "prod", "roll prod back from v1.4.0 to v1.3.0", 7},
		{"race", "dev", "bring all of dev to 6e19a5d", 2},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			r := newRig(t, c.scenario)
			s := open(t, r.options(r.Tokens.Write))
			plan := advisedPlan(t, s, refresh(t, s), c.channel)
			if plan.Blocked() || plan.Title != c.title || len(plan.Changes) != c.tags {
				t.Fatalf("%q with %d changes, blockers %v", plan.Title, len(plan.Changes), plan.Blockers)
			}
			for _, v := range plan.Verdicts {
				if v.Platforms != v.Resolved {
					t.Errorf("%s: %d of %d platforms", v.Package, v.Resolved, v.Platforms)
				}
			}
			before := r.truth()
			out := execute(t, s, plan, nil)
			if out.Result != model.ResultDone {
				t.Fatalf("outcome %+v", out)
			}
			foretold(t, before, r.truth(), plan)
			expectSound(t, r, s, plan)
			after := refresh(t, s)
			state, _ := after.Channel(c.channel)
			if state.Drift() || !state.Complete() {
				t.Errorf("%s afterwards: drift %v, complete %v", c.channel, state.Drift(), state.Complete())
			}
		})
	}
}

// A plan works from the store and the registry alone: GitHub's API being dead
// is a warning, on whatever the store remembers.
func TestChannelPlanWithoutGitHub(t *testing.T) {
	r := newRig(t, "containai")
	o := r.options(r.Tokens.Write)
	dir := t.TempDir()
	o.Store, o.Journal = openStore(t, dir), openJournal(t, dir)
	first := open(t, o)
	refresh(t, first)
	if err := first.Close(); err != nil { // what it knows is written behind it
		t.Fatal(err)
	}
	o.Store = openStore(t, dir)
	r.post("faults", []any{map[string]any{"host": "api", "do": map[string]any{"status": 503}}})
	s := open(t, o)
	survey, err := s.Stored(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	plan := advisedPlan(t, s, survey, "prod")
	if plan.Blocked() || len(plan.Changes) != 10 {
		t.Fatalf("changes %d, blockers %v", len(plan.Changes), plan.Blockers)
	}
	if !slices.ContainsFunc(plan.Warnings, func(w model.Remark) bool { return w.Code == model.CodeUncheckedRuns }) {
		t.Errorf("nothing says that runs were not asked for: %v", plan.Warnings)
	}
	before := r.truth()
	if out := execute(t, s, plan, nil); out.Result != model.ResultDone {
		t.Fatalf("outcome %+v", out)
	}
	foretold(t, before, r.truth(), plan)
}

// The role is tried on all packages before the first write: where one lacks it,
// nothing moves.
func TestChannelStopsWhereOneRoleIsMissing(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Write))
	plan := advisedPlan(t, s, refresh(t, s), "prod")
	r.post("faults", []any{map[string]any{"method": "POST", "path": "containai-installer/blobs/uploads",
		"do": map[string]any{"status": 403, "body": `{"errors":[{"code":"DENIED","message":"permission_denied: write_package"}]}`}}})
	before := r.truth()
	out := execute(t, s, plan, nil)
	if out.Result == model.ResultDone || out.Written {
		t.Errorf("outcome %+v", out)
	}
	foretold(t, before, r.truth(), model.Plan{})
}

func TestChannelNonsense(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Write))
	refresh(t, s)
	for name, c := range map[string]struct {
		req  model.ChannelRequest
		kind error
	}{
		"no such channel":  {model.ChannelRequest{Channel: "staging", Release: "v1.2.0"}, model.ErrInvalid},
		"no release":       {model.ChannelRequest{Channel: "prod"}, model.ErrInvalid},
		"unknown release":  {model.ChannelRequest{Channel: "prod", Release: "v9.9.9"}, model.ErrNotFound},
		"not a version":    {model.ChannelRequest{Act: model.ActPromote, Channel: "prod", Release: "v1.2.0", As: "latest"}, model.ErrInvalid},
		"unknown package":  {model.ChannelRequest{Channel: "prod", Release: "v1.2.0", Exclude: []string{"nginx"}}, model.ErrInvalid},
		"digest elsewhere": {model.ChannelRequest{Channel: "prod", Digests: map[string]model.Digest{"nginx": model.DigestOf(nil)}}, model.ErrInvalid},
		"not a digest":     {model.ChannelRequest{Channel: "prod", Digests: map[string]model.Digest{"containai": "v1"}}, model.ErrInvalid},
	} {
		if _, err := s.PlanChannel(t.Context(), c.req); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", name, err, c.kind)
		}
	}
}

// expectSound looks at what the plan left: all of it stands, and the one thing
// wrong in the pipeline's world, a private installer, is told.
func expectSound(t *testing.T, r *rig, s *ghcr.Service, plan model.Plan) {
	t.Helper()
	n := r.mark()
	a := s.After(t.Context(), plan)
	for _, e := range r.since(n) {
		if e.Method != http.MethodHead && e.Method != http.MethodGet {
			t.Errorf("looking sent %s %s", e.Method, e.Path)
		}
	}
	for _, tag := range a.Tags {
		if !tag.Stands() {
			t.Errorf("%s:%s does not stand: %v", tag.Package, tag.Tag, tag.Err)
		}
	}
	for _, p := range a.Packages {
		if p.Platforms != p.Resolved || r.World().Scenario() != "race" && p.Attested.Found != p.Attested.Expected {
			t.Errorf("%+v", p)
		}
		private := p.Package == "containai-installer" && r.World().Scenario() != "runbook"
		if private != (p.Anonymous == model.AnonymousRefused) {
			t.Errorf("%s is %s for strangers", p.Package, p.Anonymous)
		}
	}
	if a.Channel == nil || a.Channel.Drift() {
		t.Errorf("channel %+v", a.Channel)
	}
}

// A promotion's own document is known at once: what is looked at afterwards is
// one set, before anything is refreshed.
func TestPromotedChannelIsOneSetAtOnce(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Write))
	refresh(t, s)
	plan, err := s.PlanChannel(t.Context(), model.ChannelRequest{Act: model.ActPromote, Channel: "prod", Release: "08dd3c9", As: "v1.4.0",
		Overrides: []string{model.CodePayloadChannel}})
	if err != nil || plan.Blocked() {
		t.Fatalf("%v, %v", plan.Blockers, err)
	}
	before := r.truth()
	if out := execute(t, s, plan, nil); out.Result != model.ResultDone {
		t.Fatalf("outcome %+v", out)
	}
	foretold(t, before, r.truth(), plan)
	for when, survey := range map[string]model.Survey{"at once": s.Survey(), "refreshed": refresh(t, s)} {
		prod, _ := survey.Channel("prod")
		if prod.Drift() || prod.Release == nil || prod.Release.Name != "v1.4.0" || prod.Previous == nil || prod.Previous.Release.Name != "v1.3.0" {
			t.Errorf("%s: %v, drift %v, before it %+v", when, prod.Release, prod.Drift(), prod.Previous)
		}
	}
}
