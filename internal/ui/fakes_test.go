package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/spinner"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func noon() time.Time { return time.Date(2026, 7, 1, 12, 0, 4, 0, time.UTC) }

func digest(name string) model.Digest { return model.DigestOf([]byte(name)) }

// manifests names the manifests that a survey knows of containai.
func survey(age time.Duration, manifests ...string) model.Survey {
	read := map[model.Digest]*model.Manifest{}
	for _, m := range manifests {
		read[digest(m)] = &model.Manifest{Digest: digest(m)}
	}
	at := noon().Add(-age)
	layout := model.ContainAI()
	snapshot := model.NewSnapshot("containai", model.OriginAPI, at, []model.Version{
		{ID: 2, Digest: digest("new"), Tags: []string{"prod", "v1.3.0", "edge"}, Created: noon().Add(-7 * 24 * time.Hour)},
		{ID: 1, Digest: digest("old"), Tags: []string{"v1.2.0"}, Created: noon().Add(-44 * 24 * time.Hour)},
	}).WithManifests(read)
	inv := model.Inventory{Registry: "ghcr.io", Owner: "novotnyllc", Layout: layout, ReadAt: at}
	for _, spec := range layout.Packages {
		state := model.PackageState{Spec: spec, Known: true, Fresh: true, Snapshot: model.NewSnapshot(spec.Name, model.OriginAPI, at, nil)}
		if spec.Name == "containai" {
			state.Snapshot = snapshot
		}
		inv.Packages = append(inv.Packages, state)
	}
	return model.Survey{Inventory: inv, Releases: []model.Release{
		{Name: "v1.3.0", Version: "v1.3.0", Members: map[string]model.Member{"containai": {Digest: digest("new")}}},
		{Name: "v1.2.0", Version: "v1.2.0", Members: map[string]model.Member{"containai": {Digest: digest("old")}}},
	}}
}

// fake is a service that records what it is asked for. Its answers are values
// or functions; it never blocks unless a test makes it.
type fake struct {
	mu       sync.Mutex
	calls    []string
	planned  []model.RetagRequest
	channels []model.ChannelRequest
	doomed   []model.DeleteRequest
	ran      []model.Plan
	ctxs     map[string]context.Context

	stored, fresh model.Survey
	refreshErr    error
	confirm       func() (model.Survey, error)
	read          func(pkg string, digests []model.Digest) (model.Survey, error)
	versions      func(pkg string) (model.Survey, error)
	plan          func(model.RetagRequest) (model.Plan, error)
	planChannel   func(model.ChannelRequest) (model.Plan, error)
	planDelete    func(model.DeleteRequest) (model.Plan, error)
	execute       func(context.Context, model.Plan, func(model.Step)) (model.Outcome, error)
	conduct       func(context.Context, model.Plan, model.Conduct) (model.Outcome, error)
	compare       func(ctx context.Context, pkg string, a, b model.Digest) (model.Diff, error)
	compareFiles  func(ctx context.Context, progress func(done, total int64)) (model.DiffSection, error)
	channelErr    error
	sent          model.RequestLog
	pullFiles     func(pkg string, d model.Digest) (model.Pulled, error)
	pull          func(ctx context.Context, dir string, progress func(done, total int64)) (model.Pulled, error)
	attested      func(pkg string, d model.Digest, found func(model.AttestationList)) (model.Verification, error)
	verdicts      map[model.Digest]model.VerdictKind // of Trusted; absent: verified
	after         model.Aftermath
	status        model.Status
	record        model.Record
}

func newFake() *fake {
	return &fake{
		ctxs:   map[string]context.Context{},
		stored: survey(3 * 24 * time.Hour), fresh: survey(0),
		status: model.Status{
			Registry: "ghcr.io",
			Account:  model.Account{Login: "alice", Source: "GITHUB_TOKEN", Scopes: []string{"write:packages"}},
			Rate:     model.RateLimit{Known: true, Limit: 5000, Remaining: 4988},
		},
	}
}

func (f *fake) note(ctx context.Context, call string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, call)
	f.ctxs[call] = ctx
}

// asked is the context of the last call of a name, nil where there was none.
func (f *fake) asked(call string) context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ctxs[call]
}

// called counts calls that begin with a name.
func (f *fake) called(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		if strings.HasPrefix(c, name) {
			n++
		}
	}
	return n
}

func (f *fake) Stored(ctx context.Context) (model.Survey, error) {
	f.note(ctx, "stored")
	return f.stored, nil
}

func (f *fake) Refresh(ctx context.Context) (model.Survey, error) {
	f.note(ctx, "refresh")
	if f.refreshErr != nil {
		return model.Survey{}, f.refreshErr
	}
	return f.fresh, nil
}

func (f *fake) Confirm(ctx context.Context) (model.Survey, error) {
	f.note(ctx, "confirm")
	if f.confirm != nil {
		return f.confirm()
	}
	return model.Survey{}, nil
}

func (f *fake) Versions(ctx context.Context, pkg string) (model.Survey, error) {
	f.note(ctx, "versions "+pkg)
	if f.versions != nil {
		return f.versions(pkg)
	}
	return f.fresh, nil
}

func (f *fake) Read(ctx context.Context, pkg string, digests []model.Digest) (model.Survey, error) {
	f.note(ctx, fmt.Sprintf("read %s %d", pkg, len(digests)))
	if f.read != nil {
		return f.read(pkg, digests)
	}
	return f.fresh, nil
}

func (f *fake) PlanRetag(ctx context.Context, req model.RetagRequest) (model.Plan, error) {
	f.note(ctx, "plan")
	f.mu.Lock()
	f.planned = append(f.planned, req)
	f.mu.Unlock()
	if f.plan != nil {
		return f.plan(req)
	}
	return goodPlan(req), nil
}

func (f *fake) After(ctx context.Context, _ model.Plan) model.Aftermath {
	f.note(ctx, "after")
	return f.after
}

func (f *fake) PlanChannel(ctx context.Context, req model.ChannelRequest) (model.Plan, error) {
	f.note(ctx, "plan channel")
	f.mu.Lock()
	f.channels = append(f.channels, req)
	f.mu.Unlock()
	if f.planChannel != nil {
		return f.planChannel(req)
	}
	return model.PlanChannel(f.fresh, req, model.ChannelFacts{}), nil
}

func (f *fake) PlanUntag(ctx context.Context, req model.UntagRequest) (model.Plan, error) {
	f.note(ctx, "plan untag "+req.Package+":"+req.Tag)
	return model.PlanUntag(f.fresh, req, model.RetagFacts{}), nil
}

func (f *fake) PlanDelete(ctx context.Context, req model.DeleteRequest) (model.Plan, error) {
	f.note(ctx, "plan delete")
	f.mu.Lock()
	f.doomed = append(f.doomed, req)
	f.mu.Unlock()
	if f.planDelete != nil {
		return f.planDelete(req)
	}
	return deletionPlan(req), nil
}

func (f *fake) Execute(ctx context.Context, plan model.Plan, how model.Conduct) (model.Outcome, error) {
	progress := how.Progress
	f.note(ctx, "execute")
	f.mu.Lock()
	f.ran = append(f.ran, plan)
	f.mu.Unlock()
	if f.conduct != nil {
		return f.conduct(ctx, plan, how)
	}
	if f.execute != nil {
		return f.execute(ctx, plan, progress)
	}
	yes := true
	var steps []model.Step
	for i, c := range plan.Changes {
		step := model.Step{Index: i, Package: c.Package, Tag: c.Tag, State: model.StepMoving}
		progress(step)
		step.State, step.Verified = model.StepDone, &yes
		progress(step)
		steps = append(steps, step)
	}
	return model.Outcome{
		Plan: plan.ID, Result: model.ResultDone, Steps: steps, Written: true,
		Head: model.JournalHead{Seq: 42, Hash: "9f3a12bc00de11ff"},
	}, nil
}

func (f *fake) Compare(ctx context.Context, pkg string, a, b model.Digest) (model.Diff, error) {
	f.note(ctx, fmt.Sprintf("compare %s %s %s", pkg, a.Short(), b.Short()))
	if f.compare != nil {
		return f.compare(ctx, pkg, a, b)
	}
	return differences(pkg, a, b), nil
}

func (f *fake) CompareFiles(ctx context.Context, pkg string, _, _ model.Digest, progress func(done, total int64)) (model.DiffSection, error) {
	f.note(ctx, "files "+pkg)
	if f.compareFiles != nil {
		return f.compareFiles(ctx, progress)
	}
	return model.DiffSection{Name: model.DiffFiles, Entries: []model.DiffEntry{{Path: "etc/motd", Change: model.DiffAdded, After: "12 B"}}}, nil
}

func (f *fake) CompareChannel(ctx context.Context, channel string) (model.ChannelDiff, error) {
	f.note(ctx, "channel "+channel)
	d := differences("containai", digest("old"), digest("new"))
	return model.ChannelDiff{Channel: channel, From: "v1.2.0", To: "v1.3.0", Packages: []model.PackageDiff{
		{Package: "containai", Before: d.A.Digest, After: d.B.Digest, Diff: &d},
	}}, f.channelErr
}

func (f *fake) Attested(ctx context.Context, pkg string, d model.Digest, found func(model.AttestationList)) (model.Verification, error) {
	f.note(ctx, "attestations "+pkg)
	if f.attested != nil {
		return f.attested(pkg, d, found)
	}
	return model.Verification{List: model.AttestationList{Package: pkg, Subject: d}}, nil
}

func (f *fake) Audit(ctx context.Context, first, release string, told func([]model.SetVerification)) ([]model.SetVerification, error) {
	f.note(ctx, "audit "+first+" "+release)
	sets := []model.SetVerification{{Channel: "prod"}}
	told(sets)
	return sets, nil
}

func (f *fake) Trusted(ctx context.Context, digests map[string]model.Digest) (map[string]model.TargetTrust, error) {
	f.note(ctx, "trusted")
	out := make(map[string]model.TargetTrust, len(digests))
	for pkg, d := range digests {
		out[pkg] = model.TargetTrust{Expected: true, Verdict: cmp.Or(f.verdicts[d], model.VerdictVerified)}
	}
	return out, nil
}

func (f *fake) SBOMs(ctx context.Context, pkg string, d model.Digest) (model.SBOMList, error) {
	f.note(ctx, "sboms "+pkg+" "+d.Short())
	return model.SBOMList{Package: pkg, Subject: d, Kind: model.VersionArtifact, Documents: []model.SBOMDocument{{
		Describes: model.DescribesPayload, SBOM: model.SBOM{Format: model.SBOMSPDX, SpecVersion: "2.3", Raw: []byte(`{"spdxVersion":"SPDX-2.3"}`),
			Components: []model.SBOMComponent{{Name: "tomli", Version: d.Short(), Key: "tomli"}}}}}}, nil
}

func (f *fake) Requests(ctx context.Context, after int64) (model.RequestLog, error) {
	f.note(ctx, fmt.Sprintf("requests %d", after))
	f.mu.Lock()
	log := f.sent
	f.mu.Unlock()
	if log.Total > after {
		return log, nil
	}
	<-ctx.Done()
	return model.RequestLog{}, ctx.Err()
}

func (f *fake) PullFiles(ctx context.Context, pkg string, d model.Digest) (model.Pulled, error) {
	f.note(ctx, "files of "+pkg)
	if f.pullFiles != nil {
		return f.pullFiles(pkg, d)
	}
	return model.Pulled{Package: pkg, Digest: d, Kind: model.VersionArtifact, Files: model.PulledFiles([]model.Descriptor{
		{MediaType: "application/gzip", Digest: digest("payload"), Size: 3_000_000, Annotations: map[string]string{model.AnnotationTitle: "payload.tar.gz"}},
		{MediaType: "application/jsonl", Digest: digest("attestation"), Size: 4_200, Annotations: map[string]string{model.AnnotationTitle: "/home/runner/attestation.jsonl"}},
	})}, nil
}

func (f *fake) Pull(ctx context.Context, pkg string, d model.Digest, dir string, progress func(done, total int64)) (model.Pulled, error) {
	f.note(ctx, "pull "+pkg+" into "+dir)
	if f.pull != nil {
		return f.pull(ctx, dir, progress)
	}
	out, err := f.PullFiles(ctx, pkg, d)
	out.Dir = dir
	progress(out.Bytes(), out.Bytes())
	return out, err
}

func (f *fake) Raw(ctx context.Context, pkg string, d model.Digest) (model.RawContent, error) {
	f.note(ctx, "raw "+pkg)
	return model.RawContent{Package: pkg, Digest: d, Manifest: true, Body: []byte(`{"schemaVersion":2}`)}, nil
}

// differences is one change between two versions.
func differences(pkg string, a, b model.Digest) model.Diff {
	return model.Diff{
		A: model.DiffSide{Package: pkg, Digest: a, Release: "v1.2.0"}, B: model.DiffSide{Package: pkg, Digest: b, Release: "v1.3.0"},
		Sections: []model.DiffSection{{Name: model.DiffConfig, Equal: 3, Entries: []model.DiffEntry{
			{Path: "user", Change: model.DiffChanged, Before: "root", After: "agent"},
		}}},
	}
}

func (f *fake) Status() model.Status { return f.status }

// goodPlan moves the tag from new to the target.
func goodPlan(req model.RetagRequest) model.Plan {
	return model.Plan{
		ID: "sha256:" + strings.Repeat("a", 64), Registry: "ghcr.io", Owner: "novotnyllc",
		Title: fmt.Sprintf("Point %s:%s to v1.2.0", req.Package, req.Tag), Actor: req.Actor,
		ReadAt:  noon().Add(-3 * time.Second),
		Changes: []model.Change{{Kind: model.MoveTag, Stage: 2, Package: req.Package, Tag: req.Tag, From: digest("new"), To: req.Target}},
		Effects: []model.Effect{
			{Package: req.Package, Tag: req.Tag, Before: digest("new"), After: req.Target, Kind: model.EffectMoved, Undo: model.UndoFull},
			{Package: req.Package, VersionID: 2, Before: digest("new"), After: digest("new"), Kind: model.EffectOrphaned, Undo: model.UndoFull},
		},
		Warnings: []model.Remark{{Code: model.CodeLeavesRelease, Message: "prod will not be one set: 9 packages stay on v1.3.0"}},
	}
}

// deletionPlan deletes what is asked for, a tag with the first.
func deletionPlan(req model.DeleteRequest) model.Plan {
	p := model.Plan{
		ID: "sha256:" + strings.Repeat("d", 64), Registry: "ghcr.io", Owner: "novotnyllc", Actor: req.Actor,
		Title: fmt.Sprintf("delete %d versions", len(req.Versions)), ReadAt: noon().Add(-3 * time.Second), Aim: model.Aim{Act: model.ActDelete},
		Warnings: []model.Remark{{Code: model.CodeDownloads, Message: "GitHub refuses versions with more than 5,000 downloads"}},
	}
	until := noon().Add(30 * 24 * time.Hour)
	for i, v := range req.Versions {
		p.Changes = append(p.Changes, model.Change{Kind: model.DeleteVersion, Stage: 1, Package: v.Package, From: v.Digest, VersionID: int64(i + 1)})
		if i == 0 {
			p.Effects = append(p.Effects, model.Effect{Package: v.Package, Tag: "old", Before: v.Digest, Kind: model.EffectRemoved, Undo: model.UndoUntil, UndoUntil: until})
		}
		p.Effects = append(p.Effects, model.Effect{Package: v.Package, VersionID: int64(i + 1), Before: v.Digest, Kind: model.EffectDeleted, Undo: model.UndoUntil, UndoUntil: until})
	}
	return p
}

// stub is a pane that records what it gets.
type stub struct {
	id       pane.ID
	title    string
	got      []tea.Msg
	did      []keys.ID
	captures bool
	focused  bool
	w, h     int
	marks    []model.Digest
	view     string
	bindings []keys.Binding
	do       map[keys.ID]pane.Action
	on       func(tea.Msg) pane.Action
}

func (s *stub) ID() pane.ID           { return s.id }
func (s *stub) Title() string         { return s.title }
func (s *stub) Keys() []keys.Binding  { return s.bindings }
func (s *stub) CapturesText() bool    { return s.captures }
func (s *stub) SetFocus(focused bool) { s.focused = focused }
func (s *stub) SetSize(w, h int)      { s.w, s.h = w, h }
func (s *stub) Marks() []model.Digest { return s.marks }
func (s *stub) View() string          { return s.view }

func (s *stub) Do(id keys.ID) (pane.Action, tea.Cmd) {
	s.did = append(s.did, id)
	if id == "filter" {
		s.captures = true
	}
	return s.do[id], nil
}

func (s *stub) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	s.got = append(s.got, msg)
	if s.on != nil {
		return s.on(msg), nil
	}
	return nil, nil
}

// surveys are those that the pane was given.
func (s *stub) surveys() []model.Survey {
	var out []model.Survey
	for _, m := range s.got {
		if m, ok := m.(pane.Surveyed); ok {
			out = append(out, m.Survey)
		}
	}
	return out
}

// results are the answers that the pane was given.
func (s *stub) results() []pane.Result {
	var out []pane.Result
	for _, m := range s.got {
		if m, ok := m.(pane.Result); ok {
			out = append(out, m)
		}
	}
	return out
}

// bench is a root with fakes, and the commands that wait to be run.
type bench struct {
	*testing.T
	root     *Root
	fake     *fake
	home     *stub
	history  *stub
	versions *stub
	diffs    []*stub // every pane of differences that was opened
	attest   *stub
	matrix   *stub
	waiting  []tea.Cmd
	timers   []tea.Msg
	quit     bool
	copied   []string
	now      time.Time
}

func newBench(t *testing.T, change func(*Options)) *bench {
	t.Helper()
	b := &bench{T: t, fake: newFake(), now: noon()}
	bindings := []keys.Binding{
		{ID: "down", Keys: []string{"j", "down"}, Does: "down"},
		{ID: "open", Keys: []string{"enter"}, Does: "history", Footer: 1},
		{ID: "tell", Keys: []string{"y"}, Does: "tell", Footer: 2},
		{ID: "filter", Keys: []string{"/"}, Does: "filter", Footer: 3},
		{ID: "retag", Keys: []string{"t"}, Does: "retag", Danger: true, Footer: 4},
		{ID: "browse", Keys: []string{"o"}, Does: "open page", Disabled: "no page is known"},
	}
	b.home = &stub{id: "packages", title: "packages", view: "the home pane", bindings: bindings, do: map[keys.ID]pane.Action{
		"open": pane.OpenHistory{Package: "containai", Digest: digest("old")},
		"tell": pane.Tell{Text: "prod is v1.3.0\x1b[2J"},
	}}
	o := Options{
		Service: b.fake, Theme: uitest.Theme(), Now: func() time.Time { return b.now },
		timer: func(_ time.Duration, msg tea.Msg) tea.Cmd {
			b.timers = append(b.timers, msg)
			return nil
		},
		Clipboard: func(s string) error { b.copied = append(b.copied, s); return nil },
		panes: &panes{
			home: func() pane.Pane { return b.home },
			history: func(pkg string, at model.Digest) pane.Pane {
				b.history = &stub{id: "history", title: pkg, view: "the history of " + pkg, bindings: bindings, do: map[keys.ID]pane.Action{
					"retag": pane.Retag{Package: pkg, Digest: at},
				}}
				b.history.bindings = append([]keys.Binding{{ID: "back", Keys: []string{"esc"}, Does: "back"}}, bindings...)
				b.history.do["back"] = pane.Back{}
				return b.history
			},
			matrix: func(a pane.ShowMatrix) pane.Pane {
				b.matrix = &stub{id: "matrix", title: "matrix " + a.Channel + a.Release, view: "the matrix"}
				return b.matrix
			},
			versions: func() pane.Pane {
				b.versions = &stub{id: "versions", title: "all versions", view: "all versions"}
				return b.versions
			},
			diff:    func(a pane.Compare) pane.Pane { return b.differ(a.Package, a.A, a.B) },
			channel: func(a pane.CompareChannel) pane.Pane { return b.differ(a.Channel, digest("old"), digest("new")) },
			attest: func(a pane.ShowAttestations) pane.Pane {
				b.attest = &stub{id: "attest", title: a.Package + " proof", view: "the proof of " + a.Package}
				return b.attest
			},
		},
	}
	if change != nil {
		change(&o)
	}
	b.root = New(o)
	b.later(b.root.Init())
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	return b
}

// differ is a pane of differences.
func (b *bench) differ(what string, from, to model.Digest) *stub {
	s := &stub{id: "tagdiff", title: what + " diff", view: "the differences of " + what, bindings: []keys.Binding{
		{ID: "files", Keys: []string{"f"}, Does: "files"}, {ID: "stop", Keys: []string{"s"}, Does: "stop"},
		{ID: "again", Keys: []string{"z"}, Does: "again"},
	}, do: map[keys.ID]pane.Action{
		"files": pane.CompareFiles{Package: what, A: from, B: to}, "stop": pane.Stop{}, "again": pane.Again{},
	}}
	b.diffs = append(b.diffs, s)
	return s
}

// send gives the root a message and keeps the commands that come of it.
func (b *bench) send(msg tea.Msg) {
	b.Helper()
	_, cmd := b.root.Update(msg)
	b.later(cmd)
	if r := b.root; r.width > 0 && r.height > 0 {
		uitest.Fits(b, r.View(), r.width, r.height)
	}
}

// later takes batches apart, so that a test can run each command when it
// likes. Ticks are left out: nothing here waits for time.
func (b *bench) later(cmd tea.Cmd) {
	if cmd != nil {
		b.waiting = append(b.waiting, cmd)
	}
}

// run runs a command and what its batch holds, and returns the messages.
func (b *bench) run(cmd tea.Cmd) []tea.Msg {
	b.Helper()
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		var out []tea.Msg
		for _, c := range msg {
			if c != nil {
				out = append(out, b.run(c)...)
			}
		}
		return out
	case tea.QuitMsg:
		b.quit = true
		return nil
	case spinner.TickMsg, nil:
		return nil // turns for ever
	default:
		return []tea.Msg{msg}
	}
}

// elapse lets all timers end.
func (b *bench) elapse() {
	b.Helper()
	due := b.timers
	b.timers = nil
	for _, m := range due {
		b.send(m)
	}
	b.rest()
}

// answers runs all commands that wait and returns their messages undelivered.
func (b *bench) answers() []tea.Msg {
	b.Helper()
	waiting := b.waiting
	b.waiting = nil
	var out []tea.Msg
	for _, c := range waiting {
		out = append(out, b.run(c)...)
	}
	return out
}

// rest runs commands and delivers their answers until nothing is left to do.
func (b *bench) rest() {
	b.Helper()
	for range 50 {
		answers := b.answers()
		if len(answers) == 0 {
			return
		}
		for _, m := range answers {
			b.send(m)
		}
	}
	b.Fatal("the console does not come to rest")
}

// press sends keys one by one; a name of several characters that is no key is
// typed as text.
func (b *bench) press(names ...string) {
	b.Helper()
	for _, name := range names {
		if k, ok := special(name); ok {
			b.send(k)
			continue
		}
		for _, c := range name {
			b.send(uitest.Key(string(c)))
		}
	}
}

// special is the message of a key that has a name.
func special(name string) (tea.KeyMsg, bool) {
	switch name {
	case "enter", "esc", "tab", "shift+tab", "down", "up", "left", "backspace", "ctrl+c", "ctrl+x", "ctrl+p", "alt+left", "alt+right":
		return uitest.Key(name), true
	}
	return tea.KeyMsg{}, false
}

func (b *bench) sees(want ...string) {
	b.Helper()
	view := b.root.View()
	for _, w := range want {
		if !strings.Contains(view, w) {
			b.Errorf("%q is not on the screen:\n%s", w, view)
		}
	}
}

func (b *bench) seesNot(want ...string) {
	b.Helper()
	view := b.root.View()
	for _, w := range want {
		if strings.Contains(view, w) {
			b.Errorf("%q is on the screen:\n%s", w, view)
		}
	}
}

func typeOf(m tea.Msg) string { return reflect.TypeOf(m).Name() }

var errDown = &model.Error{Kind: model.ErrUnreachable, Message: "ghcr.io did not answer", Cure: "check the network", Cause: errors.New("dial tcp")}

func (f *fake) Record(ctx context.Context) (model.Record, error) {
	f.note(ctx, "record")
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.record, nil
}

func (f *fake) Settle(ctx context.Context, x model.Execution) (model.Execution, error) {
	f.note(ctx, "settle")
	return x.Settled(f.fresh), nil
}

func (f *fake) PlanUndo(ctx context.Context, x model.Execution, req model.UndoRequest) (model.Plan, error) {
	f.note(ctx, "plan undo")
	return model.PlanUndo(f.fresh, x, req, model.UndoFacts{}), nil
}

func (f *fake) GiveUp(ctx context.Context, _ model.Execution, _ string) error {
	f.note(ctx, "give up")
	return nil
}

func (f *fake) Note(ctx context.Context, n model.JournalNote) (model.JournalEvent, error) {
	f.note(ctx, "note "+n.Plan+" "+n.Text)
	return model.JournalEvent{}, nil
}
