package present_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// back moves prod of app back to v1.2.0.
func back() model.Plan {
	from, to := digest("v1.3.0app"), digest("v1.2.0app")
	return model.Plan{
		ID: "sha256:" + strings.Repeat("ab", 32), Title: "Move prod", ReadAt: ago(3 * time.Second),
		Changes: []model.Change{{Kind: model.MoveTag, Package: "app", Tag: "prod", From: from, To: to}},
		Effects: []model.Effect{{Package: "app", Tag: "prod", Before: from, After: to, Kind: model.EffectMoved, Undo: model.UndoFull}},
	}
}

func TestPlanLines(t *testing.T) {
	p := back()
	p.Effects = append(p.Effects, model.Effect{Package: "app", VersionID: 2, Before: digest("v1.3.0app"), After: digest("v1.3.0app"), Kind: model.EffectOrphaned, Undo: model.UndoFull})
	p.Warnings = []model.Remark{{Code: model.CodeLeavesRelease, Package: "app", Message: "prod is not one set after this"}}
	p.Blockers = []model.Remark{{Code: model.CodeImmutableTag, Message: "v1.3.0 is immutable", Override: true}, {Code: model.CodeTargetPartial, Message: "arm64 is missing"}}
	p.Consumers = []model.Consumer{{Who: "docker pull", Gets: "v1.2.0"}}
	a, b := present.Short(digest("v1.3.0app")), present.Short(digest("v1.2.0app"))
	var got []string
	for _, l := range present.PlanLines(p, survey(), now()) {
		got = append(got, string(l.Kind)+": "+l.String())
	}
	want := []string{
		"blocker: ✗ Blocked: v1.3.0 is immutable (may be lifted by name: immutable-tag)",
		"blocker: ✗ Blocked: arm64 is missing",
		"effect: → app prod  " + a + " (v1.3.0, 8 d) → " + b + " (v1.2.0, 45 d)  moves",
		"effect: ! app  " + a + " (v1.3.0, 8 d)  becomes untagged",
		"count: 1 tag moves, 0 appear, 0 vanish, 1 version loses its last tag",
		"warning: ! app: prod is not one set after this",
		"gets: · docker pull → v1.2.0",
		"undo: ✓ Undo: full, everything can be put back as it was",
		"fresh: · Tags read 3 s ago, at 12:00:01Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(- want, + got):\n%s", diff)
	}
}

func TestPlanLineForms(t *testing.T) {
	l := present.PlanLines(back(), survey(), now())[0]
	a, b := present.Short(digest("v1.3.0app")), present.Short(digest("v1.2.0app"))
	whole := "→ app prod  " + a + " (v1.3.0, 8 d) → " + b + " (v1.2.0, 45 d)  moves"
	for _, c := range []struct {
		w    int
		want string
	}{
		{100, whole},
		{ansi.StringWidth(whole), whole},
		{ansi.StringWidth(whole) - 1, "→ app prod  " + a + " (v1.3.0) → " + b + " (v1.2.0)  moves"},
		{50, "→ app prod  " + a + " → " + b + "  moves"},
	} {
		if got := strings.Join(l.Fit(c.w), "|"); got != c.want {
			t.Errorf("width %d:\n%q, want\n%q", c.w, got, c.want)
		}
	}
	narrow := l.Fit(30)
	joined := strings.Join(narrow, " ")
	for _, want := range []string{"app", "prod", a, b, "moves"} {
		if !strings.Contains(joined, want) {
			t.Errorf("in 30 cells %q is missing: %q", want, narrow)
		}
	}
}

// Whatever a plan does, its preview names it: package, tag and both digests, in
// any width.
func TestPreviewNamesEveryEffect(t *testing.T) {
	kinds := []model.EffectKind{model.EffectMoved, model.EffectCreated, model.EffectRemoved, model.EffectDeleted, model.EffectRestored, model.EffectOrphaned, model.EffectUnchanged, "novel"}
	undos := []model.Undo{model.UndoFull, model.UndoNone, model.UndoUntil}
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		p := model.Plan{Changes: []model.Change{{Package: "forgotten", Tag: "prod", Kind: model.MoveTag, From: digest("f"), To: digest("t")}}}
		for i := range r.IntN(6) + 1 {
			e := model.Effect{Package: fmt.Sprintf("pkg%d", i), Kind: kinds[r.IntN(len(kinds))], Undo: undos[r.IntN(3)], UndoUntil: ago(-day)}
			if r.IntN(3) > 0 {
				e.Tag = fmt.Sprintf("tag%d", i)
			}
			if r.IntN(4) > 0 {
				e.Before = digest(fmt.Sprint("b", r.IntN(1000)))
			}
			if r.IntN(4) > 0 {
				e.After = digest(fmt.Sprint("a", r.IntN(1000)))
			}
			p.Effects = append(p.Effects, e)
		}
		lines := present.PlanLines(p, survey(), now())
		for _, w := range []int{200, 76, 56} {
			var text []string
			for _, l := range lines {
				if l.Kind != present.PlanEffect {
					continue
				}
				for _, part := range l.Fit(w) {
					if ansi.StringWidth(part) > w {
						t.Fatalf("%d cells in %d: %q", ansi.StringWidth(part), w, part)
					}
				}
				text = append(text, strings.Join(l.Fit(w), " "))
			}
			if len(text) != len(p.Effects)+1 {
				t.Fatalf("%d lines for %d effects and a change without one", len(text), len(p.Effects))
			}
			for i, e := range p.Effects {
				for _, want := range []string{e.Package, e.Tag, e.Before.Short(), e.After.Short()} {
					if !strings.Contains(text[i], want) {
						t.Fatalf("width %d: %q does not name %q of %+v", w, text[i], want, e)
					}
				}
			}
			if last := text[len(text)-1]; !strings.Contains(last, "forgotten prod") || !strings.Contains(last, "effect not told") {
				t.Fatalf("the change without an effect is told as %q", last)
			}
		}
	}
}

// An effect that speaks of the same tag but of other digests does not tell
// what the change does.
func TestChangeThatItsEffectBelies(t *testing.T) {
	p := back()
	p.Changes[0].To = digest("elsewhere")
	var told []string
	for _, l := range present.PlanLines(p, survey(), now()) {
		if l.Kind == present.PlanEffect {
			told = append(told, l.String())
		}
	}
	if len(told) != 2 || !strings.Contains(told[1], present.Short(digest("elsewhere"))) {
		t.Errorf("the preview does not say where the tag really goes: %q", told)
	}
}

func TestPlanCountsAndUndo(t *testing.T) {
	effect := func(k model.EffectKind, u model.Undo) model.Effect {
		return model.Effect{Package: "p", Tag: "t", Kind: k, Undo: u, UndoUntil: time.Date(2025, 7, 31, 9, 0, 0, 0, time.UTC)}
	}
	change := []model.Change{{Package: "p", Tag: "t"}}
	for _, c := range []struct {
		name       string
		plan       model.Plan
		count      string
		undo, tone string
	}{
		{"nothing", model.Plan{}, "Nothing to do: everything is as wanted already.", "", ""},
		{"deletion", model.Plan{Changes: change, Effects: []model.Effect{effect(model.EffectDeleted, model.UndoUntil), effect(model.EffectRemoved, model.UndoUntil)}},
			"0 tags move, 0 appear, 1 vanishes, 1 version is deleted", "Undo: until 31 Jul 2025, then no more", ""},
		{"for ever", model.Plan{Changes: change, Effects: []model.Effect{effect(model.EffectDeleted, model.UndoNone), effect(model.EffectCreated, model.UndoUntil)}},
			"0 tags move, 1 appears, 0 vanish, 1 version is deleted", "Undo: not whole, 1 effect cannot be taken back", ""},
		{"two", model.Plan{Changes: change, Effects: []model.Effect{effect(model.EffectMoved, ""), effect(model.EffectMoved, ""), effect(model.EffectOrphaned, ""), effect(model.EffectOrphaned, "")}},
			"2 tags move, 0 appear, 0 vanish, 2 versions lose their last tag", "Undo: full, everything can be put back as it was", ""},
	} {
		if got := present.PlanCounts(c.plan); got != c.count {
			t.Errorf("%s: %q, want %q", c.name, got, c.count)
		}
		undo := ""
		for _, l := range present.PlanLines(c.plan, model.Survey{}, now()) {
			if l.Kind == present.PlanUndo {
				undo = l.Text
			}
		}
		if undo != c.undo {
			t.Errorf("%s: %q, want %q", c.name, undo, c.undo)
		}
	}
}

func TestPlanTable(t *testing.T) {
	table := present.PlanTable(back(), survey())
	a, b := present.Short(digest("v1.3.0app")), present.Short(digest("v1.2.0app"))
	want := "PACKAGE  TAG   BEFORE                      AFTER                        EFFECT\n" +
		"app      prod  " + a + " (v1.3.0, 8 d)  " + b + " (v1.2.0, 45 d)  → moves\n"
	if got := table.Text(0); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	remarks := strings.Join(present.PlanRemarks(back()), "\n")
	for _, want := range []string{"1 tag moves", "Undo: full", "Plan sha256:abab"} {
		if !strings.Contains(remarks, want) {
			t.Errorf("%q is missing in\n%s", want, remarks)
		}
	}
}

func TestSteps(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		s    model.Step
		want string
		tone present.Tone
	}{
		{model.Step{}, "· not started", present.Muted},
		{model.Step{State: model.StepMoving}, "→ moving", present.Plain},
		{model.Step{State: model.StepDone}, "✓ done", present.Good},
		{model.Step{State: model.StepDone, Verified: &yes}, "✓ done, read back", present.Good},
		{model.Step{State: model.StepDone, Verified: &no}, "✗ written, but reads back different", present.Bad},
		{model.Step{State: model.StepAlready}, "✓ was so already", present.Good},
		{model.Step{State: model.StepFailed, Err: errors.New("no\x1b way")}, "✗ failed: no� way", present.Bad},
		{model.Step{State: model.StepRefused, Err: model.ErrForbidden}, "✗ refused: not allowed", present.Bad},
		{model.Step{State: model.StepConflict}, "✗ changed by somebody since the preview", present.Bad},
		{model.Step{State: model.StepUnknown}, "! unknown: no answer", present.Warn},
		{model.Step{State: model.StepSpared}, "· spared", present.Muted},
		{model.Step{State: model.StepWaiting}, "· waiting", present.Muted},
		{model.Step{State: "novel"}, "! novel", present.Warn},
	} {
		if got := present.Step(c.s); got.String() != c.want || got.Tone != c.tone {
			t.Errorf("%+v: %q tone %d, want %q", c.s, got, got.Tone, c.want)
		}
	}
	if got := present.StepLine(model.Step{Package: "app", Tag: "prod", State: model.StepDone}); got != "app prod: ✓ done" {
		t.Errorf("%q", got)
	}
	if got := present.StepLine(model.Step{Package: "app", VersionID: 7}); got != "app version 7: · not started" {
		t.Errorf("%q", got)
	}
}

func TestOutcome(t *testing.T) {
	yes := true
	p := back()
	p.Changes = append(p.Changes, model.Change{Kind: model.MoveTag, Stage: 2, Package: "base", Tag: "prod"}, model.Change{Stage: 3, Package: "payload", Tag: "prod"})
	o := model.Outcome{
		Plan: p.ID, Result: model.ResultStopped, Written: true, Head: model.JournalHead{Seq: 12},
		Steps: []model.Step{
			{Index: 0, Package: "app", Tag: "prod", State: model.StepDone, Verified: &yes},
			{Index: 1, Package: "base", Tag: "prod", State: model.StepFailed, Err: errors.New("500")},
			{Index: 2, Package: "payload", Tag: "prod", State: model.StepNotStarted},
		},
		Err: &model.Error{Kind: model.ErrUnreachable, Message: "the registry does not answer", Cure: "try again"},
	}
	want := []string{
		"✗ Stopped before the end.",
		"1 of 3 done, 1 failed, 0 unknown, 1 not started",
		"✗ base prod: failed: 500",
		"· payload prod: not started",
		"✗ the registry does not answer",
		"try again",
		"· Journal line 12, plan abababababab",
	}
	if diff := cmp.Diff(want, present.Texts(present.OutcomeLines(p, o))); diff != "" {
		t.Errorf("(- want, + got):\n%s", diff)
	}
	if got := len(present.OutcomeTable(p, o).Rows); got != 3 {
		t.Errorf("%d rows for 3 changes", got)
	}
	for result, want := range map[model.Result]string{
		model.ResultDone: "✓ Done: everything is as the preview said.", model.ResultNothing: "✓ Nothing to do: everything was so already.",
		model.ResultConflict: "✗ Stopped: something changed since the preview.", "odd": "! Result unknown: odd",
	} {
		lines := present.Texts(present.OutcomeLines(p, model.Outcome{Result: result}))
		if lines[0] != want {
			t.Errorf("%s: %q", result, lines[0])
		}
		if told := lines[len(lines)-1] == "· Nothing was written."; told != (result != model.ResultNothing) {
			t.Errorf("%s: %q", result, lines)
		}
	}
}

func TestJournal(t *testing.T) {
	e := model.JournalEvent{
		Seq: 12, At: ago(7 * day), Kind: model.EventOutcome, State: model.StepDone, Package: "app", Tag: "prod",
		Before: digest("a"), After: digest("b"), Actor: "alice", Reason: "claude exits", Incident: "INC-412",
	}
	a, b := present.Short(digest("a")), present.Short(digest("b"))
	if got, want := present.JournalLine(e, now()).String(), "✓ #12  24 Jun 12:00Z  outcome done  app prod  "+a+" → "+b+"  by alice  claude exits (INC-412)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	refused := model.JournalEvent{Seq: 1, Kind: model.EventRefused, Error: "no\x1b", After: digest("b")}
	if got := present.JournalLine(refused, now()); got.Tone != present.Bad || got.String() != "✗ #1  –  refused  none → "+b+": no�" {
		t.Errorf("%q tone %d", got, got.Tone)
	}
	want := "" +
		" #  AT (UTC)             EVENT           PACKAGE  TAG   CHANGE                       BY     WHY\n" +
		"12  2025-06-24 12:00:04  ✓ outcome done  app      prod  " + a + " → " + b + "  alice  claude exits (INC-412)\n"
	if got := present.JournalTable([]model.JournalEvent{e}).Text(0); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

// No presenter lets anything through that a terminal would act on.
func TestHostileTextIsHarmless(t *testing.T) {
	evil := "e\x1b]0;x\x07\u202evil\u200b\n\x9b31m\xff"
	s := survey()
	s.Inventory.Registry, s.Inventory.Owner = evil, evil
	s.Inventory.Packages[0].Spec.Name, s.Inventory.Packages[0].Spec.Kind = evil, model.PackageKind(evil)
	c := prod()
	c.Name, c.Release.Name, c.Release.Version, c.Release.Commit = evil, evil, evil, evil
	c.Previous.Release.Name, c.Previous.Release.Version = evil, evil
	c.Members[0] = model.ChannelMember{Package: evil, Digest: model.Digest(evil), Release: evil, Commit: evil, State: model.MemberDrift, Via: model.Via(evil)}
	c.Incoherent = []model.Incoherence{{Code: evil, Message: evil}}
	s.Channels = []model.ChannelState{c}
	r := row()
	r.Tags, r.Commit, r.Release, r.Platforms, r.Failed, r.Kind = []string{evil}, evil, evil, []string{evil}, evil, model.VersionKind(evil)
	r.Digest = model.Digest(evil)
	r.Stays = []model.Stay{{Channel: evil}}
	p := back()
	p.ID = evil
	p.Effects = append(p.Effects, model.Effect{Package: evil, Tag: evil, Before: model.Digest(evil), Kind: model.EffectKind(evil)})
	p.Changes = append(p.Changes, model.Change{Package: evil, Tag: evil + "2", Kind: model.ChangeKind(evil)})
	p.Warnings, p.Blockers = []model.Remark{{Code: evil, Package: evil, Message: evil}}, []model.Remark{{Code: evil, Message: evil, Override: true}}
	p.Consumers = []model.Consumer{{Who: evil, Gets: evil}}
	o := model.Outcome{Plan: evil, Result: model.Result(evil), Err: errors.New(evil), Head: model.JournalHead{Seq: 1},
		Steps: []model.Step{{Package: evil, Tag: evil, State: model.StepState(evil), Err: errors.New(evil)}}}
	e := model.JournalEvent{Kind: model.JournalKind(evil), Actor: evil, Reason: evil, Incident: evil, Package: evil, Tag: evil,
		Before: model.Digest(evil), After: "x", State: model.StepState(evil), Error: evil}
	h := present.History(s.Inventory.Layout, r, now())
	out := []string{
		present.TellChannel(s, c, now()), present.TellPackage(s, evil), present.TellVersion(s, evil, r, now()),
		h.Release.Text, h.Tags.Text, h.Commit.Text, h.Platforms.Text, h.Note.Text, h.Kind.Text, h.Digest.Text,
		present.Part(s.Inventory.Layout, model.Part{Entry: r.Entry, Role: model.PartRole(evil)}, now()).Tags.Text,
		present.JournalLine(e, now()).String(),
	}
	out = append(out, present.Texts(present.ChannelSummary(c, now()))...)
	out = append(out, present.Texts(present.OutcomeLines(p, o))...)
	out = append(out, present.PlanRemarks(p)...)
	for _, l := range present.PlanLines(p, s, now()) {
		out = append(out, l.Fit(70)...)
	}
	for _, table := range []present.Table{present.PackagesTable(s), present.ChannelsTable(s), present.ChannelPackagesTable(s),
		present.PlanTable(p, s), present.OutcomeTable(p, o), present.JournalTable([]model.JournalEvent{e})} {
		for _, form := range []string{table.Text(0), table.Text(60), table.Markdown()} {
			out = append(out, strings.Split(strings.TrimSuffix(form, "\n"), "\n")...)
		}
	}
	for _, line := range out {
		if model.Sanitize(line) != line {
			t.Errorf("not sanitised: %q", line)
		}
	}
}
