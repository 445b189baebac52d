package ui

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// at is the digest of a package in a release.
func at(pkg, release string) model.Digest { return digest(pkg + " " + release) }

// shipped is a survey in which every package has three releases, v1.3.0 in
// prod, and a nightly build.
func shipped() model.Survey {
	layout := model.ContainAI()
	read := noon().Add(-3 * time.Second)
	day := 24 * time.Hour
	built := strings.Repeat("08dd3c9a", 5)
	inv := model.Inventory{Registry: "ghcr.io", Owner: "novotnyllc", Layout: layout, ReadAt: read}
	for _, spec := range layout.Packages {
		tags := append([]string{"prod", "v1.3.0"}, spec.Aliases["prod"]...)
		versions := []model.Version{
			{ID: 4, Digest: at(spec.Name, "nightly"), Tags: []string{"nightly", "sha-" + built, "nightly-" + built}, Created: noon().Add(-3 * day), Updated: noon().Add(-3 * day)},
			{ID: 3, Digest: at(spec.Name, "v1.3.0"), Tags: tags, Created: noon().Add(-7 * day), Updated: noon().Add(-7 * day)},
			{ID: 2, Digest: at(spec.Name, "v1.2.0"), Tags: []string{"v1.2.0"}, Created: noon().Add(-44 * day), Updated: noon().Add(-44 * day)},
			{ID: 1, Digest: at(spec.Name, "v1.1.0"), Tags: []string{"v1.1.0"}, Created: noon().Add(-148 * day), Updated: noon().Add(-148 * day)},
		}
		inv.Packages = append(inv.Packages, model.PackageState{
			Spec: spec, Known: true, Fresh: true, Snapshot: model.NewSnapshot(spec.Name, model.OriginAPI, read, versions),
		})
	}
	return model.NewSurvey(inv, model.Past{})
}

// onChannel is a bench whose home pane has the keys R and P for prod.
func onChannel(t *testing.T, change func(*Options), set func(*fake)) *bench {
	t.Helper()
	b := newBench(t, change)
	b.fake.stored, b.fake.fresh = shipped(), shipped()
	if set != nil {
		set(b.fake)
	}
	b.rest()
	return b
}

// rollingBack is at the preview of bringing prod back.
func rollingBack(t *testing.T, change func(*Options), set func(*fake)) *bench {
	t.Helper()
	b := onChannel(t, change, set)
	b.start(model.ActRollback)
	return b
}

func (b *bench) start(act model.Act) {
	b.Helper()
	b.later(b.root.act(pane.MoveChannel{Act: act, Channel: "prod"}))
	b.rest()
	b.elapse()
}

func TestRollbackToTheEnd(t *testing.T) {
	b := rollingBack(t, nil, func(f *fake) {
		f.after = model.Aftermath{
			Tags:     []model.TagAfter{{Package: "containai", Tag: "prod", Want: digest("a"), Now: digest("a")}},
			Packages: []model.PackageAfter{{Package: "containai", Platforms: 2, Resolved: 2, Anonymous: model.AnonymousReadable}},
		}
	})
	b.sees("LIVE ROLL BACK prod", "from v1.3.0", "to v1.2.0", "containai-log-forwarder", "same", "latest",
		"11 tags move, 0 appear, 0 vanish", "Type prod to move 11 tags in 10 packages:", "LIVE ghcr.io/novotnyllc")
	b.press("prodx", "enter")
	b.rest()
	if b.fake.called("execute") != 0 {
		t.Fatal("another word executed")
	}
	b.sees("the word is prod; nothing has been done", "LIVE ROLL BACK prod")
	b.press("backspace", "tab", "tab", "claude exits", "tab", "INC-412", "tab", "enter")
	b.rest()
	if len(b.fake.ran) != 1 {
		t.Fatalf("executed %d plans", len(b.fake.ran))
	}
	ran := b.fake.ran[0]
	if ran.Reason != "claude exits" || ran.Incident != "INC-412" || ran.Actor != "alice" || len(ran.Changes) != 11 {
		t.Errorf("executed %q %q by %q with %d changes", ran.Reason, ran.Incident, ran.Actor, len(ran.Changes))
	}
	b.elapse()
	b.sees("LIVE Done", "Who gets what now:", "installed users", "Journal head 42:9f3a12bc00de",
		"1 of 1 tags read again and in place", "2 of 2 platforms")
	b.seesNot("Looking at what stands now")
	b.press("y", "y")
	b.rest()
	if len(b.copied) != 2 || strings.Contains(b.copied[0], "\n") || !strings.Contains(b.copied[0], "roll prod back from v1.3.0 to v1.2.0; done") ||
		!strings.Contains(b.copied[1], "What stands now") || !strings.HasPrefix(b.copied[1], "## Roll prod back") {
		t.Errorf("copied %q", b.copied)
	}
	b.sees("sent, not confirmed: the report as Markdown")
}

func TestLateAftermathOfAClosedResultIsDropped(t *testing.T) {
	b := rollingBack(t, nil, nil)
	b.press("prod", "enter")
	for b.root.run != nil {
		for _, m := range b.answers() {
			b.send(m)
		}
	}
	b.sees("Looking at what stands now")
	late := b.answers()
	b.elapse()
	b.press("esc")
	for _, m := range late {
		b.send(m)
	}
	b.rest()
	if b.root.modals.Len() != 0 || b.root.flow != nil {
		t.Error("the result came back")
	}
}

func TestCancelOfARollbackChangesNothingAtEveryStep(t *testing.T) {
	steps := map[string][]string{
		"word":           {},
		"word typed":     {"prod"},
		"wrong word":     {"no", "enter"},
		"rows":           {"tab"},
		"left out":       {"tab", "down", " "},
		"reason":         {"tab", "tab", "prod", "enter"},
		"incident":       {"tab", "tab", "tab", "prod", "enter"},
		"other target":   {"tab", "e", "esc"},
		"waits":          {"tab", "w"},
		"keeps":          {"tab", "+"},
		"after the diff": {"tab", "d", "esc"},
	}
	for name, keys := range steps {
		t.Run(name, func(t *testing.T) {
			b := rollingBack(t, nil, nil)
			for _, k := range keys {
				b.press(k)
				b.rest()
				b.elapse()
			}
			if b.root.modals.Len() == 0 {
				t.Fatal("no dialog is open")
			}
			b.press("esc")
			b.rest()
			b.press("prod", "enter") // whoever goes on typing
			b.rest()
			if b.fake.called("execute") != 0 || b.root.flow != nil {
				t.Errorf("executed %d times, under way: %v", b.fake.called("execute"), b.root.flow != nil)
			}
		})
	}
}

func TestLeavingOutPlansAgainAndChangesTheWord(t *testing.T) {
	b := rollingBack(t, nil, nil)
	b.press("prod", "tab", "down", "down", " ")
	b.sees("planning again, nothing changes")
	b.press("tab", "tab", "tab", "enter") // back to the word, which is still the old one
	b.sees("the plan is being made again")
	b.rest()
	b.press("enter")
	b.rest()
	if b.fake.called("execute") != 0 {
		t.Fatal("the old word executed the new plan")
	}
	b.sees("the word is prod partial", "left out", "Type prod partial to move 10 tags in 9 packages")
	last := b.fake.channels[len(b.fake.channels)-1]
	if !slices.Equal(last.Exclude, []string{"containai-base"}) {
		t.Errorf("left out: %v", last.Exclude)
	}
	b.press(" partial", "enter")
	b.rest()
	b.elapse()
	if len(b.fake.ran) != 1 || slices.ContainsFunc(b.fake.ran[0].Changes, func(c model.Change) bool { return c.Package == "containai-base" }) {
		t.Fatalf("executed %v", b.fake.ran)
	}
	b.sees("containai-base was left out and stays where it was")
}

func TestTakingInAgainRestoresTheWord(t *testing.T) {
	b := rollingBack(t, nil, nil)
	b.press("tab", "down", " ")
	b.rest()
	b.sees("Type prod partial")
	b.press(" ") // the cursor stayed on the row
	b.rest()
	b.sees("Type prod to move 11 tags")
}

func TestFailedReplanKeepsThePlanThatIsShown(t *testing.T) {
	b := rollingBack(t, nil, nil)
	b.fake.planChannel = func(model.ChannelRequest) (model.Plan, error) { return model.Plan{}, errDown }
	b.press("tab", "down", " ")
	b.rest()
	b.sees("not planned again", "ghcr.io did not answer", "Type prod to move 11 tags")
	b.press("enter", "prod", "enter")
	b.rest()
	if len(b.fake.ran) != 1 || len(b.fake.ran[0].Changes) != 11 {
		t.Errorf("executed %d plans", len(b.fake.ran))
	}
}

func TestLateReplanOfACancelledRollbackIsDropped(t *testing.T) {
	b := rollingBack(t, nil, nil)
	b.press("tab", "down", " ")
	late := b.answers()
	b.press("esc")
	for _, m := range late {
		b.send(m)
	}
	if b.root.modals.Len() != 0 || b.root.flow != nil {
		t.Error("a dialog came back from a cancelled rollback")
	}
}

func TestKeepAsksForTags(t *testing.T) {
	b := rollingBack(t, nil, func(f *fake) {
		f.planChannel = func(req model.ChannelRequest) (model.Plan, error) {
			p := model.PlanChannel(f.fresh, req, model.ChannelFacts{})
			if !req.Keep {
				p.Effects = append(p.Effects, model.Effect{Package: "containai", Before: at("containai", "v1.3.0"), After: at("containai", "v1.3.0"), Kind: model.EffectOrphaned})
			}
			return p, nil
		}
	})
	b.sees("1 version loses its last tag")
	b.press("tab", "+")
	b.rest()
	b.seesNot("loses its last tag")
	if !b.fake.channels[1].Keep {
		t.Error("no tag was asked to be kept")
	}
}

func TestOtherTargets(t *testing.T) {
	b := rollingBack(t, nil, nil)
	b.press("tab", "e")
	b.rest()
	b.sees("What shall prod go back to?", "v1.2.0: ▌ advised", "v1.1.0", "10 of 10", "now")
	b.press("v1.1", "enter")
	b.rest()
	b.elapse()
	b.sees("to v1.1.0", "Type prod")
	if got := b.fake.channels[len(b.fake.channels)-1].Release; got != "v1.1.0" {
		t.Errorf("planned for %s", got)
	}
	// Single digests by hand.
	b.press("tab", "e")
	b.rest()
	b.press("containai@sha256:12", "enter")
	b.sees("the digest of containai is not whole")
	for range len("containai@sha256:12") {
		b.press("backspace")
	}
	d := at("containai", "v1.2.0")
	b.press("containai@"+string(d), "enter")
	b.rest()
	last := b.fake.channels[len(b.fake.channels)-1]
	if last.Release != "" || len(last.Digests) != 1 || last.Digests["containai"] != d {
		t.Errorf("planned for %q and %v", last.Release, last.Digests)
	}
}

// The likely releases are checked while the list is open, and no more once it is
// closed.
func TestOtherTargetsAreChecked(t *testing.T) {
	bad := at("containai-claude", "v1.1.0")
	b := rollingBack(t, nil, func(f *fake) { f.verdicts = map[model.Digest]model.VerdictKind{bad: model.VerdictFailed} })
	b.press("tab", "e")
	list := b.root.modals.Front()
	b.rest()
	view := uitest.Plain(b.root.View())
	for _, want := range []string{`v1\.2\.0 .*✓ verified`, `v1\.1\.0 .*✗ 9/10 verif`} {
		if !regexp.MustCompile(want).MatchString(view) {
			t.Errorf("no %s in\n%s", want, view)
		}
	}
	asked := b.fake.called("trusted")
	if asked < 2 || asked > checkedTargets {
		t.Errorf("%d releases were checked", asked)
	}
	b.press("esc")
	b.rest()
	b.later(b.root.onTrusted(trustedMsg{list: list.(*modal.Targets), rest: []check{{row: 1}}}))
	b.rest()
	if n := b.fake.called("trusted"); n != asked {
		t.Errorf("%d more were checked after the list was closed", n-asked)
	}
}

func TestNothingAdvisedAsks(t *testing.T) {
	b := onChannel(t, nil, func(f *fake) {
		s := shipped()
		s.Channels[0].Previous = nil
		f.stored, f.fresh = s, s
	})
	b.start(model.ActRollback)
	b.sees("What shall prod go back to?")
	if b.fake.called("plan") != 0 {
		t.Error("it planned without an aim")
	}
}

func TestDiffStepsAsideAndComesBack(t *testing.T) {
	b := rollingBack(t, nil, nil)
	b.press("tab", "down", "d")
	b.rest()
	b.sees("the differences of containai")
	b.seesNot("Type prod")
	b.later(b.root.act(pane.Retag{Package: "containai", Digest: digest("old"), Tag: "dev"}))
	b.sees("a change is being previewed: esc goes back to it")
	b.press("esc")
	b.elapse()
	b.sees("LIVE ROLL BACK prod", "Type prod")
	b.press("enter", "prod", "enter")
	b.rest()
	if len(b.fake.ran) != 1 {
		t.Error("the plan cannot be executed after the diff")
	}
}

func TestSavingAPlan(t *testing.T) {
	var saved []model.Plan
	b := rollingBack(t, func(o *Options) {
		o.Save = func(p model.Plan) (string, error) {
			saved = append(saved, p)
			return "plan-x.json", nil
		}
	}, nil)
	b.press("tab", "tab", "broken", "shift+tab")
	b.press("s")
	b.rest()
	b.sees("saved as plan-x.json")
	if len(saved) != 1 || saved[0].Reason != "broken" || len(saved[0].Changes) != 11 {
		t.Errorf("saved %v", saved)
	}
}

func TestBlockedChannelPlanIsLiftedByItsCode(t *testing.T) {
	b := onChannel(t, nil, nil)
	b.start(model.ActPromote)
	b.sees("Which build shall prod point to?", "version tag, empty for none: v1.4.0", "> 08dd3c9")
	b.press("enter")
	b.rest()
	b.elapse()
	b.sees("Blocked:", "payload-other-channel", "waits for you after the first stage")
	b.press("prod", "enter")
	b.sees("the code to type is payload-other-channel")
	for range len("prod") {
		b.press("backspace")
	}
	b.press("payload-other-channel", "enter")
	b.rest()
	b.elapse()
	b.sees("lifted by name: payload-other-channel", "Type prod to", "waits for you after the first stage")
	b.press("tab", "w", "tab", "tab", "tab", "prod", "enter")
	b.rest()
	ran := b.fake.ran[0]
	if ran.Aim.As != "v1.4.0" || !slices.ContainsFunc(ran.Changes, func(c model.Change) bool { return c.Kind == model.PutArtifact }) {
		t.Errorf("executed %+v", ran.Aim)
	}
}

func TestPromotionAsksForTheVersion(t *testing.T) {
	b := onChannel(t, nil, nil)
	b.start(model.ActPromote)
	b.press("tab", "down", "enter")
	b.rest()
	if got := b.fake.channels[0].As; got != "v1.3.1" {
		t.Errorf("the next suggestion is %q", got)
	}
	b.elapse()
	b.press("tab", "e", "tab")
	b.rest()
	for range len("v1.4.0") {
		b.press("backspace")
	}
	b.press("no tag!", "enter")
	b.sees("the version tag:")
}

func TestReadOnlyRollbackIsAPreview(t *testing.T) {
	b := rollingBack(t, func(o *Options) { o.ReadOnly = true }, nil)
	b.sees("caitui is read-only", "11 tags move")
	b.seesNot("Type prod")
	b.press("e") // the rows have the keys at once
	b.rest()
	b.sees("What shall prod go back to?")
	b.press("esc", "esc")
	b.later(b.root.execute(modal.Confirmed{}))
	b.rest()
	if b.fake.called("execute") != 0 {
		t.Error("executed all the same")
	}
}

// staged is a service that asks after the first stage, as the real one does.
func staged(ctx context.Context, plan model.Plan, how model.Conduct) (model.Outcome, error) {
	out := model.Outcome{Plan: plan.ID, Result: model.ResultDone, Written: true}
	yes := true
	for i, c := range plan.Changes {
		s := model.Step{Index: i, Package: c.Package, Tag: c.Tag, State: model.StepNotStarted}
		if i == 1 && out.Err == nil {
			out.Err = how.AfterFirst(ctx)
		}
		if out.Err == nil {
			s.State, s.Verified = model.StepDone, &yes
		} else {
			out.Result = model.ResultStopped
		}
		how.Progress(s)
		out.Steps = append(out.Steps, s)
	}
	return out, out.Err
}

func TestWaitingAfterTheFirstStage(t *testing.T) {
	for name, tt := range map[string]struct {
		key  string
		want model.Result
	}{
		"go on":        {"enter", model.ResultDone},
		"stop":         {"x", model.ResultStopped},
		"stop, too":    {"ctrl+x", model.ResultStopped},
		"stop as well": {"ctrl+c", model.ResultStopped},
	} {
		t.Run(name, func(t *testing.T) {
			b := rollingBack(t, nil, func(f *fake) { f.conduct = staged })
			b.press("tab", "w")
			b.sees("waits for you after the first stage")
			b.press("enter", "prod", "enter")
			msgs := make(chan tea.Msg, 64)
			b.background(msgs)
			b.until(msgs, func() bool { return b.root.run != nil && b.root.run.dialog.Paused() })
			b.sees("First stage done and read back", "read back", "waiting")
			b.press(tt.key) // typed for what was there before
			if b.root.run == nil || !b.root.run.dialog.Paused() {
				t.Fatal("a key typed too early was taken")
			}
			for _, m := range b.timers {
				b.send(m)
			}
			b.timers = nil
			b.press(tt.key)
			b.until(msgs, func() bool { return b.root.run == nil })
			if o, _ := b.root.Outcome(); o.Result != tt.want {
				t.Errorf("it ended %s, want %s", o.Result, tt.want)
			}
		})
	}
}

func TestWithoutWaitingTheSecondStageBegins(t *testing.T) {
	b := rollingBack(t, nil, func(f *fake) { f.conduct = staged })
	b.press("prod", "enter")
	msgs := make(chan tea.Msg, 64)
	b.background(msgs)
	b.until(msgs, func() bool { return b.root.run == nil })
	if o, _ := b.root.Outcome(); o.Result != model.ResultDone {
		t.Errorf("it ended %s", o.Result)
	}
}

func TestSettleWhileWaitingStopsThePlan(t *testing.T) {
	b := rollingBack(t, nil, func(f *fake) { f.conduct = staged })
	b.press("tab", "w", "enter", "prod", "enter")
	msgs := make(chan tea.Msg, 64)
	b.background(msgs)
	b.until(msgs, func() bool { return b.root.run != nil && b.root.run.dialog.Paused() })
	b.root.Settle(t.Context()) // the terminal is gone
	select {
	case <-b.root.run.ended:
	default:
		t.Error("the plan goes on")
	}
}

func TestConflictSaysWhatWasNotWritten(t *testing.T) {
	b := rollingBack(t, nil, func(f *fake) {
		f.execute = func(_ context.Context, p model.Plan, progress func(model.Step)) (model.Outcome, error) {
			var steps []model.Step
			for i, c := range p.Changes {
				s := model.Step{Index: i, Package: c.Package, Tag: c.Tag, State: model.StepNotStarted}
				if i == 0 {
					s.State, s.Err = model.StepConflict, errors.New("containai:prod points to somebody else's")
				}
				progress(s)
				steps = append(steps, s)
			}
			return model.Outcome{Plan: p.ID, Result: model.ResultConflict, Steps: steps}, errDown
		}
	})
	b.press("prod", "enter")
	b.rest()
	b.elapse()
	b.sees("Stopped by a conflict", "somebody else's", "10 not started", "Nothing was written")
	b.seesNot("Who gets what now")
}

func TestProgressStandsInTheRows(t *testing.T) {
	b := rollingBack(t, nil, nil)
	b.press("prod", "enter")
	yes := true
	no := errors.New("the registry refused")
	gen := b.root.run.gen
	for i, s := range []model.Step{
		{State: model.StepDone, Verified: &yes}, {State: model.StepMoving}, {State: model.StepRefused, Err: no}, {State: model.StepConflict},
	} {
		s.Index, s.Package, s.Tag = i, b.root.run.plan.Changes[i].Package, b.root.run.plan.Changes[i].Tag
		b.send(steppedMsg{gen: gen, step: s})
	}
	b.sees("state", "✓ read back", "→ moving", "✗ refused", "✗ conflict", "· waiting", "the registry refused", "of 11 steps")
	b.press("x")
	b.sees("stopping after the step under way")
}

func channelScenes() map[string]func(b *bench) {
	return map[string]func(b *bench){
		"rollback":      func(b *bench) { b.start(model.ActRollback) },
		"rollback-rows": func(b *bench) { b.start(model.ActRollback); b.press("tab", "down", " "); b.rest() },
		"rollback-targets": func(b *bench) {
			b.start(model.ActRollback)
			b.press("tab", "e")
			b.rest()
		},
		"rollback-running": func(b *bench) {
			b.start(model.ActRollback)
			b.press("tab", "w", "enter", "prod", "enter")
			yes := true
			b.send(steppedMsg{gen: b.root.run.gen, step: model.Step{Index: 5, Package: "containai-log-forwarder", Tag: "prod", State: model.StepDone, Verified: &yes}})
			b.send(pausedMsg{gen: b.root.run.gen, answer: make(chan error, 1)})
			for _, m := range b.timers {
				b.send(m)
			}
			b.timers = nil
		},
		"rollback-result": func(b *bench) {
			b.start(model.ActRollback)
			b.press("prod", "enter")
			b.rest()
			b.elapse()
		},
		"promote-targets": func(b *bench) { b.start(model.ActPromote) },
		"promote":         func(b *bench) { b.start(model.ActPromote); b.press("enter"); b.rest(); b.elapse() },
	}
}

func TestChannelGoldens(t *testing.T) {
	for name, play := range channelScenes() {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
			title := fmt.Sprintf("%s-%dx%d", name, size[0], size[1])
			t.Run(title, func(t *testing.T) {
				b := onChannel(t, nil, nil)
				b.home.view = strings.TrimSuffix(strings.Repeat(strings.Repeat("home ", 50)+"\n", 60), "\n")
				b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				play(b)
				uitest.Golden(t, title, b.root.View())
			})
		}
	}
}

// Every screen of a channel's change fits every size at which caitui draws.
func TestChannelScreensFitEverySize(t *testing.T) {
	for name, play := range channelScenes() {
		t.Run(name, func(t *testing.T) {
			everySize(t, func(t *testing.T, change func(*Options)) *bench {
				b := onChannel(t, change, nil)
				play(b)
				return b
			})
		})
	}
}
