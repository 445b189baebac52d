package ui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// atPreview brings the console to the preview of moving prod to the old
// version.
func atPreview(t *testing.T, change func(*Options), set func(*fake)) *bench {
	t.Helper()
	b := newBench(t, change)
	if set != nil {
		set(b.fake)
	}
	b.rest()
	b.press("enter", "t") // into the history, retag
	b.sees("Which tag of containai", "prod", "now "+digest("new").Short()+", v1.3.0, 7 d old", "nightly", "no such tag yet", "edge")
	b.press("prod", "enter")
	b.rest()
	b.elapse() // the quiet period
	return b
}

func TestRetagToTheEnd(t *testing.T) {
	b := atPreview(t, nil, nil)
	b.sees(
		"LIVE retag containai:prod", "Point containai:prod to v1.2.0",
		digest("new").Short(), digest("old").Short(), "moves", "becomes untagged",
		"prod will not be one set", "1 tag moves, 0 appear, 0 vanish, 1 version loses its last tag",
		"Type prod to move 1 tag in 1 package:", "LIVE ghcr.io/novotnyllc",
	)
	b.press("tab", "claude exits", "tab", "INC-412", "tab", "prod", "enter")
	b.rest()
	want := goodPlan(model.RetagRequest{Package: "containai", Tag: "prod", Target: digest("old"), Actor: "alice"})
	want.Reason, want.Incident = "claude exits", "INC-412"
	if diff := cmp.Diff([]model.Plan{want}, b.fake.ran); diff != "" {
		t.Errorf("executed (-want +got):\n%s", diff)
	}
	b.elapse()
	b.sees("LIVE Done", "1 of 1 done", "containai prod: done, read back", "Journal head 42:9f3a12bc00de")
	b.press("y")
	b.rest()
	if len(b.copied) != 1 || !strings.Contains(b.copied[0], "LIVE ghcr.io/novotnyllc") || !strings.Contains(b.copied[0], "INC-412") {
		t.Errorf("copied %q", b.copied)
	}
	refreshes := b.fake.called("refresh")
	b.press("esc")
	b.rest()
	b.seesNot("LIVE Done")
	if b.fake.called("refresh") != refreshes+1 {
		t.Error("nothing was read anew after the write")
	}
	if o, ok := b.root.Outcome(); !ok || o.Result != model.ResultDone {
		t.Error("the outcome is not kept for after the screen")
	}
}

func TestCancelAtEveryStepChangesNothing(t *testing.T) {
	steps := map[string]struct {
		keys []string
		wait bool // let answers come before cancelling
	}{
		"in the chooser":        {[]string{"enter", "t"}, true},
		"in the chooser, typed": {[]string{"enter", "t", "prod"}, true},
		"while planning":        {[]string{"enter", "t", "prod", "enter"}, false},
		"in the preview":        {[]string{"enter", "t", "prod", "enter"}, true},
	}
	for name, tt := range steps {
		for _, cancel := range []string{"esc", "ctrl+c"} {
			t.Run(name+" by "+cancel, func(t *testing.T) {
				b := newBench(t, nil)
				b.rest()
				b.press(tt.keys...)
				if tt.wait {
					b.rest()
					b.elapse()
				}
				b.press(cancel)
				b.rest()
				b.elapse()
				b.press("prod", "enter") // whoever goes on typing
				b.rest()
				if n := b.fake.called("execute"); n != 0 {
					t.Fatalf("executed %d times", n)
				}
				if cancel == "esc" {
					if b.root.modals.Len() != 0 && b.root.flow != nil {
						t.Error("the dialog is still there")
					}
				} else if !b.quit {
					t.Error("ctrl+c did not quit")
				}
			})
		}
	}
}

func TestCancelAfterTheWordChangesNothing(t *testing.T) {
	for _, keys := range [][]string{{"prod", "esc"}, {"pro", "enter", "esc"}, {"enter", "enter", "esc"}, {"y", "enter", "esc"}, {"tab", "prod", "enter", "esc"}} {
		b := atPreview(t, nil, nil)
		b.press(keys...)
		b.rest()
		if n := b.fake.called("execute"); n != 0 {
			t.Errorf("%v executed", keys)
		}
		b.sees("cancelled, nothing has been changed")
	}
}

func TestPlanOfACancelledRetagIsDropped(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter", "t", "prod", "enter")
	late := b.answers()
	ctx := b.fake.asked("plan")
	b.press("esc")
	if ctx.Err() == nil {
		t.Error("planning goes on after cancel")
	}
	for _, m := range late {
		b.send(m)
	}
	b.seesNot("Type prod")
	if b.root.modals.Len() != 0 {
		t.Error("a dialog came back from a cancelled plan")
	}
	// The plan of the first way must not show up in the second.
	b.press("t", "dev", "enter")
	for _, m := range late {
		b.send(m)
	}
	b.sees("Planning containai:dev")
	b.rest()
	b.elapse()
	b.sees("Type dev")
}

func TestTypeAheadDoesNotConfirm(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter", "t", "prod", "enter")
	b.rest() // the preview is there, the quiet period runs
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("prod")})
	b.press("enter")
	b.rest()
	if b.fake.called("execute") != 0 {
		t.Fatal("keys typed ahead confirmed")
	}
	b.sees("typed too early, not taken: p r o d enter")
	b.elapse()
	b.press("prod", "enter")
	b.rest()
	if b.fake.called("execute") != 1 {
		t.Error("the word does not confirm after the quiet period")
	}
}

func TestDemoWantsItsOwnWord(t *testing.T) {
	b := atPreview(t, func(o *Options) { o.Demo = true }, nil)
	b.sees("DEMO retag containai:prod", "Type demo to move")
	b.press("prod", "enter")
	b.rest()
	if b.fake.called("execute") != 0 {
		t.Fatal("prod was taken in the demo")
	}
	b.sees("the word is demo")
	for range len("prod") {
		b.press("backspace")
	}
	b.press("demo", "enter")
	b.rest()
	if b.fake.called("execute") != 1 {
		t.Error("demo was not taken in the demo")
	}
}

func TestBlockedPlanIsLiftedOnlyByItsCode(t *testing.T) {
	b := atPreview(t, nil, func(f *fake) {
		f.plan = func(req model.RetagRequest) (model.Plan, error) {
			plan := goodPlan(req)
			if !slices.Contains(req.Overrides, model.CodeImmutableTag) {
				plan.Blockers = []model.Remark{{Code: model.CodeImmutableTag, Message: "prod is an immutable tag", Override: true}}
			}
			return plan, nil
		}
	})
	b.sees("Blocked: prod is an immutable tag", "type immutable-tag and enter")
	b.press("prod", "enter")
	b.rest()
	if len(b.fake.planned) != 1 || b.fake.called("execute") != 0 {
		t.Fatal("another word lifted the blocker")
	}
	for range len("prod") {
		b.press("backspace")
	}
	b.press("immutable-tag", "enter")
	b.rest()
	b.elapse()
	if n := len(b.fake.planned); n != 2 || !slices.Equal(b.fake.planned[1].Overrides, []string{model.CodeImmutableTag}) {
		t.Fatalf("planned %+v", b.fake.planned)
	}
	b.sees("lifted by name: immutable-tag", "Type prod to move")
	if b.fake.called("execute") != 0 {
		t.Error("lifting executed")
	}
}

func TestNothingCanBeExecuted(t *testing.T) {
	tests := map[string]struct {
		change func(*Options)
		plan   func(*model.Plan)
		sees   string
	}{
		"blocked for good": {nil, func(p *model.Plan) {
			p.Blockers = []model.Remark{{Code: model.CodeTargetPartial, Message: "a child of the target is missing"}}
		}, "nothing can be executed"},
		"nothing to do": {nil, func(p *model.Plan) { p.Changes, p.Effects = nil, nil }, "Nothing to do: prod already points there"},
		"read-only":     {func(o *Options) { o.ReadOnly = true }, func(*model.Plan) {}, "caitui is read-only"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := atPreview(t, tt.change, func(f *fake) {
				f.plan = func(req model.RetagRequest) (model.Plan, error) {
					plan := goodPlan(req)
					tt.plan(&plan)
					return plan, nil
				}
			})
			b.sees(tt.sees)
			b.seesNot("Type prod")
			b.later(b.root.execute(modal.Confirmed{})) // even if a dialog asked for it
			b.rest()
			b.press("prod", "enter")
			b.rest()
			if b.fake.called("execute") != 0 {
				t.Error("executed all the same")
			}
			if b.root.modals.Len() != 0 {
				t.Error("enter does not close it")
			}
		})
	}
}

func TestFailedPlanSaysWhyAndHowToCureIt(t *testing.T) {
	b := atPreview(t, nil, func(f *fake) {
		f.plan = func(model.RetagRequest) (model.Plan, error) { return model.Plan{}, errDown }
	})
	b.sees("No plan containai:prod", "ghcr.io did not answer", "check the network", "Nothing has been changed")
	b.press("esc")
	b.rest()
	if b.root.flow != nil {
		t.Error("the way is not over")
	}
}

// slow is a fake whose Execute goes on step by step as the test says.
type slow struct {
	step chan model.Step
	end  chan struct{}
}

func executing(t *testing.T) (*bench, *slow, chan tea.Msg) {
	t.Helper()
	s := &slow{step: make(chan model.Step), end: make(chan struct{})}
	b := atPreview(t, nil, func(f *fake) {
		f.execute = func(ctx context.Context, plan model.Plan, progress func(model.Step)) (model.Outcome, error) {
			for {
				select {
				case step := <-s.step:
					progress(step)
				case <-s.end:
					out := model.Outcome{Plan: plan.ID, Result: model.ResultDone, Written: true}
					if ctx.Err() != nil {
						out.Result, out.Err = model.ResultStopped, context.Cause(ctx)
					}
					return out, out.Err
				}
			}
		}
	})
	b.press("prod", "enter")
	// The commands run beside the event loop, as they do in a program.
	msgs := make(chan tea.Msg, 8)
	b.background(msgs)
	return b, s, msgs
}

// background starts all commands that wait; their messages come by a channel.
func (b *bench) background(msgs chan<- tea.Msg) {
	waiting := b.waiting
	b.waiting = nil
	var start func(tea.Cmd)
	start = func(c tea.Cmd) {
		if c == nil {
			return
		}
		go func() {
			switch m := c().(type) {
			case tea.BatchMsg:
				for _, c := range m {
					start(c)
				}
			case nil:
			default:
				msgs <- m
			}
		}()
	}
	for _, c := range waiting {
		start(c)
	}
}

// until delivers messages until one makes the condition true.
func (b *bench) until(msgs chan tea.Msg, done func() bool) {
	b.Helper()
	limit := time.NewTimer(uitest.Limit)
	defer limit.Stop()
	for !done() {
		var m tea.Msg
		select {
		case m = <-msgs:
		case <-limit.C:
			b.Fatalf("in vain waited for a message\n%s", b.root.View())
		}
		if _, quits := m.(tea.QuitMsg); quits {
			b.quit = true
			continue
		}
		b.send(m)
		b.background(msgs)
	}
}

func TestStopAsksTheServiceAndWaits(t *testing.T) {
	for _, key := range []string{"x", "ctrl+x", "ctrl+c"} {
		t.Run(key, func(t *testing.T) {
			b, s, msgs := executing(t)
			s.step <- model.Step{Package: "containai", Tag: "prod", State: model.StepMoving}
			b.until(msgs, func() bool { return strings.Contains(b.root.View(), "moving") })
			b.press(key)
			b.sees("stopping after the step under way")
			if b.fake.asked("execute").Err() == nil {
				t.Error("the service was not asked to stop")
			}
			if b.quit || b.root.run == nil {
				t.Error("the console did not wait for the step under way")
			}
			b.press("esc", "enter")
			b.sees("stopping after the step under way")
			close(s.end)
			b.until(msgs, func() bool { return b.root.run == nil })
			b.sees("LIVE Stopped")
		})
	}
}

func TestQuitWhileAPlanRuns(t *testing.T) {
	b, s, msgs := executing(t)
	b.press("q")
	b.sees("Quit while a plan runs?")
	b.elapse()
	b.press("esc")
	b.sees("Executing containai:prod")
	if b.fake.asked("execute") != nil && b.fake.asked("execute").Err() != nil {
		t.Error("asking already stopped it")
	}
	b.press("ctrl+c", "ctrl+c") // stop, then ask
	b.sees("Quit while a plan runs?")
	b.elapse()
	b.press("y")
	if b.quit {
		t.Error("quit before the plan had ended")
	}
	close(s.end)
	b.until(msgs, func() bool { return b.quit })
	if o, ok := b.root.Outcome(); !ok || o.Result != model.ResultStopped {
		t.Errorf("the outcome is %v", o)
	}
}

func TestPlanEndsWhileQuitIsAsked(t *testing.T) {
	b, s, msgs := executing(t)
	b.press("q")
	close(s.end)
	b.until(msgs, func() bool { return b.root.run == nil })
	b.seesNot("Quit while a plan runs?")
	b.sees("LIVE Done")
	b.press("y")
	if b.quit {
		t.Error("the answer to the old question quit")
	}
}

func TestSettleWaitsForTheStepUnderWay(t *testing.T) {
	b, s, _ := executing(t)
	settled := make(chan struct{})
	go func() { b.root.Settle(t.Context()); close(settled) }()
	s.step <- model.Step{State: model.StepMoving} // still at work
	select {
	case <-settled:
		t.Fatal("it did not wait")
	default:
	}
	close(s.end)
	<-settled
	if b.fake.asked("execute").Err() == nil {
		t.Error("the plan was not asked to stop")
	}
}

func TestFailedExecutionSaysWhatIsKnown(t *testing.T) {
	b := atPreview(t, nil, func(f *fake) {
		f.execute = func(_ context.Context, p model.Plan, _ func(model.Step)) (model.Outcome, error) {
			return model.Outcome{Plan: p.ID, Result: model.ResultStopped, Written: true, Steps: []model.Step{
				{Package: "containai", Tag: "prod", State: model.StepUnknown, Err: errors.New("no reply")},
			}}, errDown
		}
	})
	b.press("prod", "enter")
	b.rest()
	b.elapse()
	b.sees("LIVE Stopped", "1 unknown", "no reply", "ghcr.io did not answer", "check the network")
}

func TestRetagOfATagThatIsGiven(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.later(b.root.act(pane.Retag{Package: "containai", Digest: digest("old"), Tag: "dev"}))
	b.sees("Planning containai:dev")
	b.rest()
	b.elapse()
	b.sees("Type dev to move 1 tag")
}

func TestSwappedStepsOfAnotherPlanAreIgnored(t *testing.T) {
	b, s, msgs := executing(t)
	b.send(steppedMsg{gen: 1, step: model.Step{State: model.StepFailed}})
	b.send(executedMsg{gen: 1})
	b.seesNot("failed")
	if b.root.run == nil {
		t.Error("the end of another plan ended this one")
	}
	close(s.end)
	b.until(msgs, func() bool { return b.root.run == nil })
}
