package present_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func matrixNow() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }

func named(s string) model.Digest { return model.DigestOf([]byte(s)) }

// movedPlan moves two packages, leaves one out, and one stays by itself.
func movedPlan() model.Plan {
	move := func(pkg, tag string, stage int) model.Change {
		return model.Change{Kind: model.MoveTag, Stage: stage, Package: pkg, Tag: tag, From: named(pkg + "old"), To: named(pkg + "new")}
	}
	p := model.Plan{
		ID: string(named("plan")), Title: "roll prod back", Aim: model.Aim{Act: model.ActRollback, Channel: "prod", From: "v1.3.0", To: "v1.2.0"},
		Changes: []model.Change{
			move("containai-installer", "prod", 3), move("containai-installer", "latest", 3),
			move("containai-proxy", "prod", 2), move("containai-log-forwarder", "prod", 1),
		},
		Unmoved: []model.Unmoved{
			{Package: "containai-payload", Digest: named("payload"), Why: "named by metadata\x1b[2J"},
			{Package: "containai-base", Digest: named("base"), Why: "left out", Excluded: true},
		},
		Verdicts: []model.PlanVerdict{
			{Package: "containai-proxy", Digest: named("containai-proxynew"), Verdict: model.VerdictVerified, Platforms: 2, Resolved: 2},
			{Package: "containai-log-forwarder", Digest: named("containai-log-forwardernew"), Verdict: model.VerdictFailed, Platforms: 2, Resolved: 1},
			{Package: "containai-installer", Digest: named("containai-installernew"), Verdict: model.VerdictNone, Platforms: -1, Resolved: -1},
		},
	}
	for _, c := range p.Changes {
		p.Effects = append(p.Effects, model.Effect{Package: c.Package, Tag: c.Tag, Before: c.From, After: c.To, Kind: model.EffectMoved, Undo: model.UndoFull})
	}
	return p
}

func layoutOnly() model.Survey {
	return model.Survey{Inventory: model.Inventory{Layout: model.ContainAI()}}
}

func TestMatrixOrdersByStageAndKeepsPlaces(t *testing.T) {
	p := movedPlan()
	rows := present.Matrix(p, layoutOnly(), matrixNow())
	var got []string
	for _, r := range rows {
		mark := "x"
		if r.Out {
			mark = "out"
		} else if !r.Moves() {
			mark = "stays"
		}
		got = append(got, strings.Join([]string{r.Stage, mark, r.Name, r.Label, r.Arch.Text, r.Trust.String()}, " "))
	}
	want := []string{
		"1 x containai-log-forwarder prod 1/2 ✗ failed",
		"2 out containai-base   ",
		"2 x containai-proxy prod 2/2 ✓ verified",
		"3 x containai-installer prod – ! none",
		"3 x containai-installer latest – ! none",
		"· stays containai-payload   ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if rows[3].Same || !rows[4].Same {
		t.Error("a further tag of a package is not told from its first")
	}
	if strings.ContainsRune(rows[5].Why, 0x1b) {
		t.Error("the reason is not sanitised")
	}
	// Every change has exactly one row, and the row knows which.
	var changes []int
	for _, r := range rows {
		if r.Moves() {
			changes = append(changes, r.Change)
			if p.Changes[r.Change].Package != r.Package || p.Changes[r.Change].Tag != r.Tag {
				t.Errorf("the row of %s %s is about change %d", r.Package, r.Tag, r.Change)
			}
		}
	}
	slices.Sort(changes)
	if !slices.Equal(changes, []int{0, 1, 2, 3}) {
		t.Errorf("changes with a row: %v", changes)
	}
}

func TestMatrixNotesLeaveNoEffectOut(t *testing.T) {
	p := movedPlan()
	p.Effects = append(p.Effects,
		model.Effect{Package: "containai-metadata", Before: named("doc"), After: named("doc"), Kind: model.EffectOrphaned},
		model.Effect{Package: "containai", Tag: "dev", Before: named("x"), Kind: model.EffectRemoved, Undo: model.UndoNone})
	p.Warnings = []model.Remark{
		{Code: model.CodeOrphan, Package: "containai-metadata", Message: "becomes untagged"},
		{Code: model.CodeOrphan, Package: "containai-proxy", Message: "something else is left"},
	}
	p.Consumers = []model.Consumer{{Who: "installed users", Gets: "nothing new"}}
	text := strings.Join(present.Texts(present.MatrixNotes(p, layoutOnly(), matrixNow())), "\n")
	for _, want := range []string{"containai-metadata (" + named("doc").Short() + ") becomes untagged", "containai dev", "vanishes", "something else is left",
		"installed users → nothing new", "Order: 1, read back, then 2, then 3 (2 tags together)", "Undo: not whole"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	if n := strings.Count(text, "becomes untagged"); n != 1 {
		t.Errorf("the orphan is told %d times", n)
	}
	if !present.Orphans(p) || present.Orphans(movedPlan()) {
		t.Error("what loses its last tag is not seen")
	}
}

func TestProgressSaysNeverMoreThanIsKnown(t *testing.T) {
	yes, no := true, false
	for want, s := range map[string]model.Step{
		"· waiting":          {State: model.StepWaiting},
		"→ moving":           {State: model.StepMoving},
		"✓ done":             {State: model.StepDone},
		"✓ read back":        {State: model.StepDone, Verified: &yes},
		"✗ reads back other": {State: model.StepDone, Verified: &no},
		"✗ conflict":         {State: model.StepConflict},
		"✗ refused":          {State: model.StepRefused, Err: errors.New("403")},
		"! unknown":          {State: model.StepUnknown},
		"· not started":      {State: model.StepNotStarted},
	} {
		if got := present.Progress(s).String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestTarget(t *testing.T) {
	now := matrixNow()
	day := 24 * time.Hour
	rel := model.Release{Name: "v1.2.0", Version: "v1.2.0", Commit: strings.Repeat("3f9c82b0", 5), Built: now.Add(-44 * day)}
	partial := rel
	partial.Missing = []string{"containai", "containai-base"}
	stay := model.Stay{From: now.Add(-44 * day), To: now.Add(-7 * day), Evidence: model.EvidenceTag}
	tests := map[string]struct {
		target   model.ChannelTarget
		attested *model.Attested
		want     string
	}{
		"advised":   {model.ChannelTarget{Release: rel, Stays: []model.Stay{stay}, Advised: true, Why: "prod had it before"}, &model.Attested{Found: 16, Expected: 16}, "v1.2.0|44 d|✓ 10 of 10|37 d until 24 Jun, by its tag|✓ 16 of 16|▌ advised: prod had it before"},
		"never":     {model.ChannelTarget{Release: rel, Never: "CVE-1"}, nil, "v1.2.0|44 d|✓ 10 of 10|–|not counted|✗ never return: CVE-1"},
		"partial":   {model.ChannelTarget{Release: partial, Partly: true}, &model.Attested{Found: 3, Expected: 16}, "v1.2.0|44 d|! 8 of 10|–|! 3 of 16|! part of the channel is here"},
		"now":       {model.ChannelTarget{Release: rel, Now: true, Stays: []model.Stay{{From: now.Add(-7 * day), Evidence: model.EvidenceJournal}}}, nil, "v1.2.0|44 d|✓ 10 of 10|now, 7 d, from the journal|not counted|"},
		"end alone": {model.ChannelTarget{Release: rel, Stays: []model.Stay{{To: now.Add(-7 * day), Evidence: model.EvidenceObserved}}}, nil, "v1.2.0|44 d|✓ 10 of 10|until 24 Jun, seen by caitui|not counted|"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := present.Target(tt.target, 10, tt.attested, now)
			var got []string
			for _, c := range []present.Cell{r.Release, r.Built, r.Complete, r.Stay, r.Attested, r.Note} {
				got = append(got, c.String())
			}
			if s := strings.Join(got, "|"); s != tt.want {
				t.Errorf("%s\nwant %s", s, tt.want)
			}
			if !strings.Contains(r.Search, "3f9c82b0") {
				t.Error("it is not found by its commit")
			}
		})
	}
}

func TestTrusted(t *testing.T) {
	for want, sum := range map[string]model.TrustSum{
		"none expected":  {Verdict: model.VerdictNone},
		"✓ verified":     {Verified: 9, Expected: 9, Verdict: model.VerdictVerified},
		"✗ 8/9 verified": {Verified: 8, Expected: 9, Verdict: model.VerdictFailed},
		"? 7/9 verified": {Verified: 7, Expected: 9, Verdict: model.VerdictFailed, Unsure: true},
	} {
		if got := present.Trusted(sum).String(); got != want {
			t.Errorf("%+v is %q, want %q", sum, got, want)
		}
	}
}

func TestChannelMove(t *testing.T) {
	now := matrixNow()
	s := layoutOnly()
	s.Channels = []model.ChannelState{{Name: "prod", Since: now.Add(-7 * 24 * time.Hour)}}
	stays := []model.Stay{{From: now.Add(-44 * 24 * time.Hour), To: now.Add(-7 * 24 * time.Hour)}}
	for want, tt := range map[string]struct {
		aim    model.Aim
		target model.ChannelTarget
	}{
		"from v1.3.0 (in prod since 24 Jun 12:00Z, 7 d) to v1.2.0 (prod 37 d)":          {model.Aim{Channel: "prod", From: "v1.3.0", To: "v1.2.0"}, model.ChannelTarget{Stays: stays}},
		"from what it has (in prod since 24 Jun 12:00Z, 7 d) to a set named by hand":    {model.Aim{Channel: "prod"}, model.ChannelTarget{}},
		"from v1.3.0 (in prod since 24 Jun 12:00Z, 7 d) to 08dd3c9 as v1.4.0":           {model.Aim{Channel: "prod", From: "v1.3.0", To: strings.Repeat("08dd3c9a", 5), As: "v1.4.0"}, model.ChannelTarget{}},
		"all of prod to v1.2.0: most of prod is there already, this completes the move": {model.Aim{Channel: "prod", From: "v1.2.0", To: "v1.2.0"}, model.ChannelTarget{Now: true, Why: "most of prod is there already, this completes the move"}},
	} {
		if got := present.ChannelMove(model.Plan{Aim: tt.aim}, s, tt.target, now).Text; got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
	}
}

func TestWrittenDocumentIsShownFieldByField(t *testing.T) {
	body := `{"channel":"prod","version":"v1.4.0","immutable_tag":"sha-1","moving_tags":["prod","v1.4.0"],
		"images":[{"image":"containai","digest":"` + string(named("new")) + `"},{"image":"added","digest":"` + string(named("added")) + `"}],
		"payload":{"ref":"ghcr.io/o/payload:v1.4.0@` + string(named("p")) + `","digest":"` + string(named("p")) + `"}}`
	former := model.ChannelDocument{Channel: "prod", Version: "v1.3.0", Images: map[string]model.Digest{"containai": named("old"), "dropped": named("gone")}}
	snapshot := model.NewSnapshot("containai-metadata", model.OriginAPI, matrixNow(), []model.Version{{ID: 1, Digest: named("doc"), Tags: []string{"prod"}}})
	snapshot.Documents = map[model.Digest]model.ChannelDocument{named("doc"): former}
	s := model.Survey{Inventory: model.Inventory{Layout: model.ContainAI(), Packages: []model.PackageState{
		{Spec: model.ContainAI().Package("containai-metadata"), Known: true, Snapshot: snapshot},
	}}}
	artifact := &model.Artifact{Content: []byte(body)}
	p := model.Plan{Changes: []model.Change{
		{Kind: model.PutArtifact, Stage: 4, Package: "containai-metadata", Tag: "prod", From: named("doc"), To: named("written"), Artifact: artifact},
		{Kind: model.PutArtifact, Stage: 4, Package: "containai-metadata", Tag: "v1.4.0", To: named("written"), Artifact: artifact},
	}}
	text := strings.Join(present.Texts(present.MatrixNotes(p, s, matrixNow())), "\n")
	for _, want := range []string{"now " + named("doc").Short(), "channel          prod, as now", "v1.3.0 → v1.4.0", "sha-1", "prod v1.4.0",
		named("old").Short() + " → " + named("new").Short(), "image added", named("gone").Short() + " → none", "ghcr.io/o/payload:v1.4.0"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	if strings.Count(text, "Document written") != 1 {
		t.Errorf("the same document is shown twice:\n%s", text)
	}
	p.Changes[0].Artifact = &model.Artifact{Content: []byte("not JSON")}
	if text := strings.Join(present.Texts(present.MatrixNotes(p, s, matrixNow())), "\n"); !strings.Contains(text, "it is not a channel's document") {
		t.Errorf("an unreadable document is not said to be one:\n%s", text)
	}
}

func TestReportsOfAResult(t *testing.T) {
	p := movedPlan()
	p.Actor, p.Reason, p.Incident = "alice", "claude | exits", "INC-412"
	o := model.Outcome{Plan: p.ID, Result: model.ResultStopped, Written: true, Err: errors.New("it broke")}
	for i, c := range p.Changes {
		s := model.Step{Index: i, Package: c.Package, Tag: c.Tag, State: model.StepNotStarted}
		if i == 3 {
			s.State = model.StepDone
		}
		if i == 2 {
			s.State, s.Err = model.StepUnknown, errors.New("no reply")
		}
		o.Steps = append(o.Steps, s)
	}
	line := present.TellOutcome(p, o, "LIVE ghcr.io/o")
	if strings.Contains(line, "\n") || !strings.Contains(line, "left out: containai-base") || !strings.Contains(line, "INC-412") || !strings.Contains(line, "1 of 4 done, 1 unknown, 2 not started") {
		t.Errorf("the chat line: %s", line)
	}
	md := present.ReportMarkdown(p, o, &model.Aftermath{Tags: []model.TagAfter{{Package: "containai-proxy", Tag: "prod", Want: named("a")}}}, matrixNow(), matrixNow())
	for _, want := range []string{`claude \| exits`, "unfinished", "no reply", "not started", "What stands now", "containai-proxy:prod does not exist"} {
		if !strings.Contains(md, want) {
			t.Errorf("%q is missing:\n%s", want, md)
		}
	}
	lines := strings.Join(present.Texts(present.ResultLines(p, o, nil)), "\n")
	if strings.Contains(lines, "Who gets what") || !strings.Contains(lines, "containai-base was left out") {
		t.Errorf("a result that is not done says who gets what:\n%s", lines)
	}
	if tell := present.TellPlan(p, "DEMO x/y"); !strings.HasPrefix(tell, "[DEMO x/y] preview, nothing done: ") {
		t.Errorf("the line of a preview: %s", tell)
	}
}
