package ghcr_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// unused is a build of the containai package that no channel points to.
const unused = "sha-f24b770e3e6069ea14ebe1a8d0269bf1798e2d00"

// deleting are options under which versions may be deleted, at any pace.
func (r *rig) deleting(t testing.TB) ghcr.Options {
	o := r.options(r.Tokens.Admin)
	o.Saved, o.PointsPerMinute = t.TempDir(), 1_000_000
	return o
}

// build lists the versions of an index by their part: first it and the indexes
// of its platforms, then their children, then what speaks of them.
func (r *rig) build(tag string) [][]model.Digest {
	r.t.Helper()
	resolve := func(tag string) model.Digest {
		d, ok := r.World().Resolve("containai", tag)
		if !ok {
			r.t.Fatalf("there is no containai:%s", tag)
		}
		return d
	}
	out := make([][]model.Digest, 3)
	out[0] = []model.Digest{resolve(tag), resolve(tag + "-amd64"), resolve(tag + "-arm64")}
	parse := func(d model.Digest) *model.Manifest {
		raw, mediaType, _ := r.World().Manifest("containai", d)
		m, err := model.ParseManifest(raw, mediaType)
		if err != nil {
			r.t.Fatal(err)
		}
		return m
	}
	for _, child := range parse(out[0][0]).Manifests {
		out[1] = append(out[1], child.Digest)
	}
	for _, arch := range out[0][1:] {
		index := resolve("sha256-" + arch.Hex())
		out[2] = append(out[2], index, parse(index).Manifests[0].Digest)
	}
	return out
}

// doomed plans by hand the deletion of digests, group after group.
func (r *rig) doomed(t *testing.T, s *ghcr.Service, groups ...[]model.Digest) model.Plan {
	t.Helper()
	var changes []model.Change
	for i, group := range groups {
		for _, d := range group {
			v, ok := r.World().VersionByDigest("containai", d)
			if !ok {
				t.Fatalf("there is no %s", d)
			}
			changes = append(changes, model.Change{Kind: model.DeleteVersion, Stage: i + 1, Package: "containai", From: d, VersionID: v.ID})
		}
	}
	return r.withEffects(refresh(t, s), changes)
}

func (r *rig) withEffects(survey model.Survey, changes []model.Change) model.Plan {
	p := r.planOf(changes...)
	p.Effects = model.EffectsOf(survey, changes)
	p.ID = p.CanonicalID()
	return p
}

// held is every version of a package that is there, with its tags.
func (r *rig) held(pkg string) map[model.Digest][]string {
	versions, _ := r.World().Versions(pkg, false, 0, 0)
	out := make(map[model.Digest][]string)
	for _, v := range versions {
		tags := slices.Clone(v.Tags)
		slices.Sort(tags)
		out[v.Digest] = tags
	}
	return out
}

func stepStates(out model.Outcome) []model.StepState {
	var list []model.StepState
	for _, step := range out.Steps {
		list = append(list, step.State)
	}
	return list
}

func all(state model.StepState, n int) []model.StepState {
	return slices.Repeat([]model.StepState{state}, n)
}

func (r *rig) seed() {
	r.post("faults", []any{})
	r.post("reset", map[string]any{})
}

func TestDelete(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"takes exactly what was shown":      deleteExactly,
		"is settled by reading":             deleteSettles,
		"spares what belongs to a refused":  deleteSpares,
		"spares the proof of a refused":     deleteSparesProof,
		"explains a refusal":                deleteExplains,
		"stops at a conflict":               deleteConflict,
		"waits where it is asked to":        deleteWaits,
		"stops between two, and is resumed": deleteStops,
		"is tried beforehand":               deletePreflight,
		"keeps the manifests or nothing":    deleteKeepsFirst,
		"finds users and odd names":         deleteDoors,
	} {
		t.Run(name, func(t *testing.T) { r.seed(); f(t, r) })
	}
}

func deleteExactly(t *testing.T, r *rig) {
	o := r.deleting(t)
	s := open(t, o)
	groups := r.build(unused)
	plan := r.doomed(t, s, groups...)
	want := r.held("containai")
	for _, c := range plan.Changes {
		delete(want, c.From)
	}
	mark := r.mark()
	dir := filepath.Join(o.Saved, model.Digest(plan.ID).Hex())
	out := execute(t, s, plan, func(step model.Step) {
		if _, err := os.Stat(filepath.Join(dir, "index.json")); err != nil {
			t.Errorf("step %d is %s before the manifests are kept: %v", step.Index, step.State, err)
		}
	})
	if out.Result != model.ResultDone || out.Err != nil || !out.Written {
		t.Fatalf("outcome %+v", out)
	}
	if diff := cmp.Diff(want, r.held("containai")); diff != "" {
		t.Errorf("the truth (-want +got):\n%s", diff)
	}
	var sent, journal []string
	for _, c := range plan.Changes {
		sent = append(sent, fmt.Sprintf("DELETE /orgs/%s/packages/container/containai/versions/%d 204", r.Owner, c.VersionID))
		journal = append(journal, fmt.Sprintf("intent %d", c.VersionID), fmt.Sprintf("outcome %d done", c.VersionID))
	}
	if diff := cmp.Diff(sent, r.writes(mark)); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(journal, events(t, s)); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
	survey, _ := s.Stored(t.Context())
	if v, there := pkg(t, survey, "containai").Snapshot.Version(groups[0][0]); there {
		t.Errorf("the survey still shows %v", v)
	}
	for _, step := range out.Steps {
		if step.Verified == nil || !*step.Verified {
			t.Errorf("%d was not read back", step.VersionID)
		}
	}
	keptLayout(t, dir, plan)
}

// keptLayout reads what was kept with a client that nobody here wrote.
func keptLayout(t *testing.T, dir string, plan model.Plan) {
	t.Helper()
	for _, c := range plan.Changes {
		raw, err := exec.CommandContext(t.Context(), foreign.Tool(t, "oras"), "manifest", "fetch", "--oci-layout", dir+"@"+string(c.From)).Output()
		if err != nil || model.DigestOf(raw) != c.From {
			t.Errorf("oras reads %s: %v", c.From.Short(), err)
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil || !strings.Contains(string(raw), `"containai:`+unused+`"`) {
		t.Errorf("the index does not name the tag: %v %s", err, raw)
	}
}

func deleteSettles(t *testing.T, r *rig) {
	message := func(text string) map[string]any { return map[string]any{"message": text} }
	for _, c := range []struct {
		name    string
		do      map[string]any
		state   model.StepState
		written bool
		gone    bool
		kind    error
	}{
		{"reply lost", map[string]any{"lost_reply": true}, model.StepDone, true, true, nil},
		{"reset", map[string]any{"reset": true}, model.StepFailed, true, false, model.ErrUnreachable},
		{"500", map[string]any{"status": 500}, model.StepFailed, true, false, model.ErrUnreachable},
		{"no role", map[string]any{"status": 404, "body": message("Package not found.")}, model.StepRefused, false, false, model.ErrForbidden},
		{"403", map[string]any{"status": 403, "body": message("Resource not accessible by integration")}, model.StepRefused, false, false, model.ErrForbidden},
		{"limit for an hour", map[string]any{"status": 429, "headers": map[string]string{"Retry-After": "3600"}}, model.StepFailed, false, false, model.ErrRateLimited},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name != "reply lost" {
				notRaced(t)
			}
			r.seed()
			s := open(t, r.deleting(t))
			groups := r.build(unused)
			plan := r.doomed(t, s, groups[0][:1], groups[1])
			rules := fault("DELETE", fmt.Sprintf("/versions/%d$", plan.Changes[0].VersionID), c.do)
			rules[0].(map[string]any)["host"] = "api"
			r.post("faults", rules)
			mark := r.mark()
			out := execute(t, s, plan, nil)
			_, there := r.World().VersionByDigest("containai", plan.Changes[0].From)
			if out.Steps[0].State != c.state || out.Written != c.written || there == c.gone || !errors.Is(out.Err, c.kind) {
				t.Errorf("state %s, written %v, there %v, %v", out.Steps[0].State, out.Written, there, out.Err)
			}
			if n := count(r.writes(mark), fmt.Sprintf("DELETE /orgs/%s/packages/container/containai/versions/%d ", r.Owner, plan.Changes[0].VersionID)); n > 1 {
				t.Errorf("it was sent %d times", n)
			}
			rest := model.StepNotStarted
			if c.state == model.StepDone {
				rest = model.StepDone
			}
			if diff := cmp.Diff(all(rest, 4), stepStates(out)[1:]); diff != "" {
				t.Errorf("the children (-want +got):\n%s", diff)
			}
			if got := events(t, s); got[1] != fmt.Sprintf("outcome %d %s", plan.Changes[0].VersionID, c.state) {
				t.Errorf("journal %v", got)
			}
		})
	}
}

func deleteSpares(t *testing.T, r *rig) {
	s := open(t, r.deleting(t))
	groups := r.build(unused)
	groups[0] = append(groups[0], r.build("sha-d5502ee4886e78487d8334c1a3a36aca934f4b13")[0]...)
	plan := r.doomed(t, s, groups...)
	r.World().AddDownloads("containai", groups[0][0], 6000)
	before := r.held("containai")
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultStopped || !out.Written || !strings.Contains(out.Err.Error(), "1 of 14 were refused and 10 spared") ||
		!strings.Contains(out.Err.Error(), "5,000 times") || !strings.Contains(model.CureOf(out.Err), "support") {
		t.Errorf("outcome %s, %v, cure %q", out.Result, out.Err, model.CureOf(out.Err))
	}
	want := append([]model.StepState{model.StepRefused, model.StepSpared, model.StepSpared}, all(model.StepDone, 3)...)
	want = append(want, all(model.StepSpared, 8)...)
	if diff := cmp.Diff(want, stepStates(out)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	for _, d := range groups[0][3:] {
		delete(before, d)
	}
	if diff := cmp.Diff(before, r.held("containai")); diff != "" {
		t.Errorf("the truth (-want +got):\n%s", diff)
	}
	refused := 0
	for _, line := range events(t, s) {
		if strings.HasPrefix(line, "refused") && strings.HasSuffix(line, "spared") {
			refused++
		}
	}
	journal, _ := s.Journal(t.Context())
	read := model.Executions(journal, map[string]model.Plan{plan.ID: plan})
	if len(read) != 1 {
		t.Fatalf("the journal is read as %d executions", len(read))
	}
	for i, step := range read[0].Steps {
		if step.State != want[i] {
			t.Errorf("the journal is read as %s for step %d, which is %s", step.State, i, want[i])
		}
	}
	if refused != 10 {
		t.Errorf("%d spared ones are journalled", refused)
	}
}

// An index of one platform may list a BuildKit attestation beside it that the
// whole does not list. What GitHub keeps of the whole keeps it too, with what
// hangs on it.
func deleteSparesProof(t *testing.T, r *rig) {
	w := r.World()
	whole := r.build(unused)[0][0]
	put := func(mediaType string, doc map[string]any) model.Digest {
		raw, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		return w.PutManifest("containai", mediaType, raw, w.Now())
	}
	entry := func(d model.Digest, more map[string]any) map[string]any {
		raw, mediaType, _ := w.Manifest("containai", d)
		e := map[string]any{"mediaType": mediaType, "digest": d, "size": len(raw)}
		maps.Copy(e, more)
		return e
	}
	raw, mediaType, _ := w.Manifest("containai", whole)
	m, err := model.ParseManifest(raw, mediaType)
	if err != nil {
		t.Fatal(err)
	}
	amd64 := m.Platforms()[0].Digest
	statement := put(model.MediaOCIManifest, map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest,
		"config": entry(amd64, nil), "layers": []any{}})
	arch := put(model.MediaOCIIndex, map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": []any{
		entry(amd64, map[string]any{"platform": map[string]string{"architecture": "amd64", "os": "linux"}}),
		entry(statement, map[string]any{"platform": map[string]string{"architecture": "unknown", "os": "unknown"},
			"annotations": map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": string(amd64)}}),
	}})
	proof := put(model.MediaOCIManifest, map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest,
		"config": entry(amd64, nil), "layers": []any{entry(statement, nil)}})
	fallback := put(model.MediaOCIIndex, map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": []any{entry(proof, nil)}})
	for tag, d := range map[string]model.Digest{"buildkit-amd64": arch, arch.FallbackTag(): fallback} {
		if err := w.SetTag("containai", tag, d, w.Now()); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, r.deleting(t))
	plan := r.doomed(t, s, []model.Digest{whole}, []model.Digest{arch}, []model.Digest{statement, fallback}, []model.Digest{proof})
	w.AddDownloads("containai", whole, 6000)
	before := r.held("containai")
	out := execute(t, s, plan, nil)
	if d := cmp.Diff(append([]model.StepState{model.StepRefused}, all(model.StepSpared, 4)...), stepStates(out)); d != "" {
		t.Errorf("steps (-want +got):\n%s", d)
	}
	if d := cmp.Diff(before, r.held("containai")); d != "" {
		t.Errorf("the truth (-before +after):\n%s", d)
	}
}

func deleteExplains(t *testing.T, r *rig) {
	for text, want := range map[string]string{
		"You cannot delete the last tagged version of a package. You must delete the package instead.":                                      "the last version with a tag",
		"You cannot delete the last version of a package. You must delete the package instead.":                                             "the last version of the package",
		"Publicly visible package versions with more than 5000 downloads cannot be deleted. Contact GitHub support for further assistance.": "more than 5,000 times",
		"Because.": "a reason that caitui does not know: GitHub",
	} {
		r.seed()
		s := open(t, r.deleting(t))
		plan := r.doomed(t, s, r.build(unused)[0][:1])
		rules := fault("DELETE", "/versions/", map[string]any{"status": 400, "body": map[string]any{"message": text}})
		rules[0].(map[string]any)["host"] = "api"
		r.post("faults", rules)
		out := execute(t, s, plan, nil)
		err := out.Steps[0].Err
		if out.Steps[0].State != model.StepRefused || out.Written || err == nil || !strings.Contains(err.Error(), want) || model.CureOf(err) == "" {
			t.Errorf("%s: %s, %v, cure %q", text, out.Steps[0].State, err, model.CureOf(err))
		}
	}
}

func deleteConflict(t *testing.T, r *rig) {
	for name, c := range map[string]struct {
		change func(top model.Digest)
		says   string
	}{
		"a channel points to it, which GitHub does not show yet": {func(top model.Digest) {
			r.post("switches", map[string]any{"lag": "1h"})
			r.post("retag", map[string]any{"package": "containai", "tag": "prod", "digest": string(top)})
		}, "the tag prod now"},
		"a tag nobody showed": {func(top model.Digest) {
			r.post("retag", map[string]any{"package": "containai", "tag": "precious", "digest": string(top)})
		}, "the tag precious now"},
		"a tag it has lost": {func(model.Digest) {
			other, _ := r.World().Resolve("containai", "v1.2.0")
			r.post("retag", map[string]any{"package": "containai", "tag": unused, "digest": string(other)})
		}, "not have the tag " + unused},
	} {
		t.Run(name, func(t *testing.T) {
			r.seed()
			s := open(t, r.deleting(t))
			groups := r.build(unused)
			plan := r.doomed(t, s, groups...)
			c.change(groups[0][0])
			before := r.held("containai")
			out := execute(t, s, plan, nil)
			if out.Result != model.ResultConflict || out.Written || !strings.Contains(out.Err.Error(), c.says) {
				t.Errorf("outcome %s, written %v, %v", out.Result, out.Written, out.Err)
			}
			if diff := cmp.Diff(before, r.held("containai")); diff != "" {
				t.Errorf("the truth changed:\n%s", diff)
			}
		})
	}
	r.post("switches", map[string]any{"lag": "0s"})
}

// limited is GitHub's secondary limit, once, for a second.
func limited(method, path string, status int) []any {
	rules := fault(method, path, map[string]any{"status": status, "headers": map[string]string{"Retry-After": "1"},
		"body": map[string]any{"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
			"documentation_url": "https://docs.github.com/rest/overview/rate-limits#secondary-rate-limits"}})
	rules[0].(map[string]any)["host"], rules[0].(map[string]any)["count"] = "api", 1
	return rules
}

func deleteWaits(t *testing.T, r *rig) {
	for _, status := range []int{403, 429} {
		r.seed()
		s := open(t, r.deleting(t))
		plan := r.doomed(t, s, r.build(unused)[0])
		r.post("faults", limited("DELETE", "/versions/", status))
		var seen []model.StepState
		out := execute(t, s, plan, func(step model.Step) {
			if step.Index == 0 {
				seen = append(seen, step.State)
			}
		})
		if out.Result != model.ResultDone {
			t.Fatalf("%d: outcome %+v", status, out)
		}
		if diff := cmp.Diff([]model.StepState{model.StepMoving, model.StepWaiting, model.StepMoving, model.StepDone}, seen); diff != "" {
			t.Errorf("%d: progress (-want +got):\n%s", status, diff)
		}
	}
	// Stopped while it waits: nothing was done, and that is what is said.
	r.seed()
	s := open(t, r.deleting(t))
	plan := r.doomed(t, s, r.build(unused)[0])
	r.post("faults", limited("DELETE", "/versions/", 403))
	before := r.held("containai")
	ctx, cancel := context.WithCancel(t.Context())
	out, err := s.Execute(ctx, plan, model.Conduct{Progress: func(step model.Step) {
		if step.State == model.StepWaiting {
			cancel()
		}
	}})
	if err != nil || out.Result != model.ResultStopped || out.Written || !errors.Is(out.Err, context.Canceled) {
		t.Errorf("outcome %+v, %v", out, err)
	}
	if diff := cmp.Diff(all(model.StepNotStarted, 3), stepStates(out)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, r.held("containai")); diff != "" {
		t.Errorf("the truth changed:\n%s", diff)
	}
}

func deleteStops(t *testing.T, r *rig) {
	o := r.deleting(t)
	o.Journal = openJournal(t, t.TempDir())
	s := open(t, o)
	groups := r.build(unused)
	plan := r.doomed(t, s, groups...)
	want := r.held("containai")
	mark := r.mark()
	ctx, cancel := context.WithCancel(t.Context())
	out, err := s.Execute(ctx, plan, model.Conduct{Progress: func(step model.Step) {
		if step.Index == 4 && step.State == model.StepMoving {
			cancel() // in the middle of the fifth
		}
	}})
	if err != nil || out.Result != model.ResultStopped || !out.Written {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	if diff := cmp.Diff(append(all(model.StepDone, 5), all(model.StepNotStarted, 6)...), stepStates(out)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	// Somebody deletes one of the rest meanwhile; another process goes on.
	if err := r.World().DeleteVersion("containai", plan.Changes[7].VersionID); err != nil {
		t.Fatal(err)
	}
	o.Store = nil
	out, err = open(t, o).Execute(t.Context(), plan, model.Conduct{Resumes: true})
	if err != nil || out.Result != model.ResultDone {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	again := append(all(model.StepAlready, 5), all(model.StepDone, 6)...)
	again[7] = model.StepAlready
	if diff := cmp.Diff(again, stepStates(out)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	for _, c := range plan.Changes {
		delete(want, c.From)
	}
	if diff := cmp.Diff(want, r.held("containai")); diff != "" {
		t.Errorf("the truth (-want +got):\n%s", diff)
	}
	if got := len(r.writes(mark)); got != 10 {
		t.Errorf("%d writes for ten deletions: %v", got, r.writes(mark))
	}
	keptLayout(t, filepath.Join(o.Saved, model.Digest(plan.ID).Hex()), plan)
}

func deletePreflight(t *testing.T, r *rig) {
	s := open(t, r.deleting(t))
	plan := r.doomed(t, s, r.build(unused)...)
	hidden := []any{map[string]any{"method": "GET", "path": "/packages/container/containai$", "host": "api", "do": map[string]any{"status": 404, "body": map[string]any{"message": "Package not found."}}}}
	down := []any{map[string]any{"method": "GET", "path": "/packages/container/containai$", "host": "api", "do": map[string]any{"status": 500}}}
	for name, c := range map[string]struct {
		token  string
		faults []any
		state  model.StepState
		kind   error
		cure   string
	}{
		"scope":     {r.Tokens.Write, nil, model.StepRefused, model.ErrForbidden, "delete:packages"},
		"anonymous": {"", nil, model.StepRefused, model.ErrUnauthorized, "GITHUB_TOKEN"},
		"hidden":    {r.Tokens.Admin, hidden, model.StepRefused, model.ErrNotFound, "role"},
		"down":      {r.Tokens.Admin, down, model.StepNotStarted, model.ErrUnreachable, "try again"},
	} {
		t.Run(name, func(t *testing.T) {
			r.post("faults", []any{})
			o := r.deleting(t)
			creds := ghcr.Credentials{Token: c.token, Source: "GITHUB_TOKEN"}
			o.APICredentials, o.RegistryCredentials = creds, creds
			s := open(t, o)
			if c.faults != nil {
				r.post("faults", c.faults)
			}
			mark := r.mark()
			out := execute(t, s, plan, nil)
			if out.Result != model.ResultStopped || out.Written || !errors.Is(out.Err, c.kind) || !strings.Contains(model.CureOf(out.Err), c.cure) {
				t.Errorf("outcome %s, %v, cure %q", out.Result, out.Err, model.CureOf(out.Err))
			}
			if diff := cmp.Diff(all(c.state, 11), stepStates(out)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			if sent := r.writes(mark); len(sent) > 0 {
				t.Errorf("sent %v", sent)
			}
		})
	}
}

func deleteKeepsFirst(t *testing.T, r *rig) {
	o := r.deleting(t)
	s := open(t, o)
	plan := r.doomed(t, s, r.build(unused)...)
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o.Saved = blocked
	mark := r.mark()
	out := execute(t, open(t, o), plan, nil)
	if out.Result != model.ResultStopped || out.Written || len(r.writes(mark)) > 0 || !strings.Contains(out.Err.Error(), "keeping the manifests") {
		t.Errorf("outcome %+v, sent %v", out, r.writes(mark))
	}
	o.Saved = ""
	if _, err := open(t, o).Execute(t.Context(), plan, model.Conduct{}); !errors.Is(err, model.ErrUnsupported) {
		t.Errorf("without a folder: %v", err)
	}
	// A manifest that cannot be read ends the plan before it begins.
	o = r.deleting(t)
	s = open(t, o)
	r.post("faults", fault("GET", "/containai/manifests/"+string(plan.Changes[10].From), map[string]any{"status": 500}))
	mark = r.mark()
	if out := execute(t, s, plan, nil); out.Result != model.ResultStopped || out.Written || len(r.writes(mark)) > 0 {
		t.Errorf("outcome %+v, sent %v", out, r.writes(mark))
	}
	// An index that somebody damaged is written anew.
	r.post("faults", []any{})
	dir := filepath.Join(o.Saved, model.Digest(plan.ID).Hex())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "index.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := execute(t, s, plan, nil); out.Result != model.ResultDone {
		t.Fatalf("outcome %+v", out)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil || !json.Valid(raw) {
		t.Errorf("the index: %v %s", err, raw)
	}
}

func deleteDoors(t *testing.T, r *rig) {
	for _, kind := range []string{"organization", "user"} {
		r.seed()
		r.post("switches", map[string]any{"owner_kind": kind})
		r.World().CreatePackage("group/tool", world.PackageOptions{Visibility: world.Public})
		f := filler{T: t, Base: r.Registry, Auth: bearer(r.Tokens.Admin)}
		repo := r.Owner + "/group/tool"
		f.Image(repo, "kept", "kept", false)
		d := f.Image(repo, "doomed", "doomed", false)
		v, ok := r.World().VersionByDigest("group/tool", d)
		if !ok {
			t.Fatal("it was not pushed")
		}
		plan := r.planOf(model.Change{Kind: model.DeleteVersion, Stage: 1, Package: "group/tool", From: d, VersionID: v.ID})
		plan.Effects = []model.Effect{{Package: "group/tool", Tag: "doomed", Before: d, Kind: model.EffectRemoved, Undo: model.UndoUntil}}
		plan.ID = plan.CanonicalID()
		out := execute(t, open(t, r.deleting(t)), plan, nil)
		if _, there := r.World().VersionByDigest("group/tool", d); out.Result != model.ResultDone || there {
			t.Errorf("%s: there %v, %+v", kind, there, out)
		}
	}
	r.post("switches", map[string]any{"owner_kind": "organization"})
}
