package journal

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func noon() time.Time { return time.Date(2026, 7, 1, 12, 0, 4, 0, time.UTC) }

func digest(s string) model.Digest { return model.DigestOf([]byte(s)) }

// record is a plan that was done and undone, one that stopped in the middle, a
// preview and a note, oldest first.
func record() model.Record {
	var events []model.JournalEvent
	plans := make(map[string]model.Plan)
	add := func(p model.Plan, kind model.JournalKind, c model.Change, state model.StepState) {
		n := int64(len(events) + 1)
		events = append(events, model.JournalEvent{Seq: n, At: noon().Add(time.Duration(n) * time.Minute), Plan: p.ID, Kind: kind, Actor: "alice", Host: "laptop",
			Reason: p.Reason, Incident: p.Incident, Package: c.Package, Tag: c.Tag, Before: c.From, After: c.To, State: state})
	}
	plan := func(title, incident string, aim model.Aim, tags ...string) model.Plan {
		p := model.Plan{Registry: "ghcr.io", Owner: "novotnyllc", Title: title, Incident: incident, Aim: aim}
		for i, tag := range tags {
			p.Changes = append(p.Changes, model.Change{Kind: model.MoveTag, Stage: i + 1, Package: "containai", Tag: tag, From: digest("new " + tag), To: digest("old " + tag)})
		}
		p.Unmoved = []model.Unmoved{{Package: "containai-payload", Why: "named by metadata"}}
		p.ID = p.CanonicalID()
		plans[p.ID] = p
		return p
	}
	back := plan("roll prod back from v1.3.0 to v1.2.0", "INC-412", model.Aim{Act: model.ActRollback, Channel: "prod"}, "prod")
	add(back, model.EventIntent, back.Changes[0], "")
	add(back, model.EventOutcome, back.Changes[0], model.StepDone)
	add(back, model.EventUndone, model.Change{}, "")
	add(model.Plan{Reason: "called the registry's on-call\x1b[31m", Incident: "INC-412"}, model.EventNote, model.Change{}, "")
	half := plan("roll dev back", "", model.Aim{Act: model.ActRollback, Channel: "dev"}, "dev", "edge")
	add(half, model.EventIntent, half.Changes[0], "")
	seen := plan("move containai:nightly", "", model.Aim{}, "nightly")
	add(seen, model.EventPreview, model.Change{}, "")
	r := model.Record{Executions: model.Executions(events, plans), Head: model.JournalHead{Seq: 6, Hash: "sha256:9f3a12bc00de11ff"},
		Place: model.Place{Registry: "ghcr.io", Owner: "novotnyllc", PathOwner: true, API: "api.github.com"}}
	for _, e := range events {
		if e.Plan == "" {
			r.Loose = append(r.Loose, e)
		}
	}
	return r
}

func at(w, h int) *Pane {
	p := New(uitest.Theme(), "")
	p.SetFocus(true)
	p.SetSize(w, h)
	p.Update(pane.Result{To: Name, Value: record()})
	return p
}
func TestGoldens(t *testing.T) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"80x22", 80, 22}, {"120x38", 120, 38}, {"200x58", 200, 58}, {"40x10", 40, 10}} {
		p := at(size.w, size.h)
		uitest.Fits(t, p.View(), size.w, size.h)
		uitest.Golden(t, "journal-"+size.name, p.View())
	}
	p := at(80, 22)
	uitest.Press(t, p, "j", "j", "enter")
	uitest.Golden(t, "journal-details-80x22", p.View())
	empty := New(uitest.Theme(), "")
	empty.SetSize(80, 8)
	uitest.Golden(t, "journal-loading", empty.View())
	empty.Update(pane.Result{To: Name, Err: errors.New("disk full")})
	uitest.Golden(t, "journal-error", empty.View())
	empty.Update(pane.Result{To: Name, Value: model.Record{}})
	uitest.Golden(t, "journal-empty", empty.View())
}

func TestOddSizesFit(t *testing.T) {
	p := at(80, 22)
	uitest.Press(t, p, "enter")
	for w := 1; w < 220; w += 7 {
		for _, h := range []int{1, 2, 3, 5, 9, 24, 60} {
			p.SetSize(w, h)
			uitest.Fits(t, p.View(), w, h)
		}
	}
}

func TestNewestFirstAndHarmless(t *testing.T) {
	view := uitest.Plain(at(120, 38).View())
	var found []int
	for _, want := range []string{"move containai:nightly", "roll dev back", "called the registry", "roll prod back"} {
		found = append(found, strings.Index(view, want))
	}
	if !slices.IsSorted(found) || found[0] < 0 {
		t.Errorf("order %v in\n%s", found, view)
	}
	if strings.Contains(at(120, 38).View(), "\x1b[31m") {
		t.Error("an escape sequence of a note reached the screen")
	}
}

func TestWhatUDoes(t *testing.T) {
	p := at(120, 38)
	undo := func() keys.Binding { b, _ := keys.Find(p.Keys(), "U"); return b }
	if undo().Disabled == "" {
		t.Error("a preview can be undone")
	}
	uitest.Press(t, p, "j")
	a, ok := uitest.Press(t, p, "U").(pane.Unfinished)
	if !ok || a.Execution.Plan.Title != "roll dev back" {
		t.Errorf("of an unfinished plan: %#v", a)
	}
	uitest.Press(t, p, "j")
	if undo().Disabled == "" {
		t.Error("a note can be undone")
	}
	uitest.Press(t, p, "j")
	if why := undo().Disabled; !strings.Contains(why, "undone already") {
		t.Errorf("of an undone plan: %q", why)
	}
	done := record()
	done.Executions[0].Undone = false
	p.Update(pane.Result{To: Name, Value: done})
	if a, ok := uitest.Press(t, p, "U").(pane.Undo); !ok || a.Act != model.ActUndo || a.Execution.Incident != "INC-412" {
		t.Errorf("of a done plan: %#v", a)
	}
}

func TestTellFilterNoteAndBack(t *testing.T) {
	p := at(120, 38)
	uitest.Press(t, p, "/")
	for _, k := range "incident:inc-412" {
		uitest.Press(t, p, string(k))
	}
	uitest.Press(t, p, "enter")
	if n := p.Table.Len(); n != 2 {
		t.Fatalf("%d rows are shown, want the plan and the note", n)
	}
	uitest.Press(t, p, "j")
	if a, ok := uitest.Press(t, p, "y").(pane.Tell); !ok || !strings.Contains(a.Text, "roll prod back") || !strings.HasSuffix(a.Text, "journal 6:9f3a12bc00de") {
		t.Errorf("y: %#v", a)
	}
	if a, ok := uitest.Press(t, p, "y").(pane.Copy); !ok || !strings.Contains(a.Text, "## Roll prod back") {
		t.Errorf("y again: %#v", a)
	}
	if a, ok := uitest.Press(t, p, "n").(pane.WriteNote); !ok || a.Incident != "INC-412" || a.Plan == "" {
		t.Errorf("n: %#v", a)
	}
	uitest.Press(t, p, "enter")
	for i, it := range p.Items {
		if strings.HasPrefix(it.Command, "crane") {
			p.Item = i
		}
	}
	if a, ok := uitest.Press(t, p, "y").(pane.Tell); !ok || !strings.HasPrefix(a.Text, "crane tag ghcr.io/novotnyllc/containai@sha256:") {
		t.Errorf("y on a command: %#v", a)
	}
	uitest.Press(t, p, "esc", "esc")
	if p.Table.Len() != 4 {
		t.Error("esc does not clear the filter")
	}
	if _, ok := uitest.Press(t, p, "esc").(pane.Back); !ok {
		t.Error("esc does not go back")
	}
}

func TestOpensOnAPlan(t *testing.T) {
	r := record()
	p := New(uitest.Theme(), r.Executions[0].ID())
	p.SetSize(80, 22)
	p.Update(pane.Result{To: Name, Value: r})
	if p.current() == nil || p.current().x == nil || p.current().x.ID() != r.Executions[0].ID() {
		t.Error("the cursor is elsewhere")
	}
}

// deleted is a deletion of n versions that was carried out, the first with tags.
func deleted(n int) model.Record {
	p := model.Plan{Registry: "ghcr.io", Owner: "novotnyllc", Title: "delete versions", Aim: model.Aim{Act: model.ActDelete}}
	for i := range n {
		c := model.Change{Kind: model.DeleteVersion, Stage: 1, Package: "containai", From: digest(strconv.Itoa(i)), VersionID: int64(671317000 + i)}
		p.Changes = append(p.Changes, c)
		p.Effects = append(p.Effects, model.Effect{Package: c.Package, VersionID: c.VersionID, Before: c.From, Kind: model.EffectDeleted})
		if i%10 == 0 {
			p.Effects = append(p.Effects, model.Effect{Package: c.Package, Tag: "v1." + strconv.Itoa(i/10), Before: c.From, Kind: model.EffectRemoved})
		}
	}
	p.ID = p.CanonicalID()
	var events []model.JournalEvent
	for _, c := range p.Changes {
		for _, kind := range []model.JournalKind{model.EventIntent, model.EventOutcome} {
			e := model.JournalEvent{Seq: int64(len(events) + 1), At: noon(), Plan: p.ID, Kind: kind, Package: c.Package, VersionID: c.VersionID, Before: c.From}
			if kind == model.EventOutcome {
				e.State = model.StepDone
			}
			events = append(events, e)
		}
	}
	return model.Record{Executions: model.Executions(events, map[string]model.Plan{p.ID: p})}
}

// Five of three hundred are found by id and by tag, marked, and taken back alone.
func TestMarkedStepsAreTakenBackAlone(t *testing.T) {
	p := at(80, 22)
	p.Update(pane.Result{To: Name, Value: deleted(300)})
	reason := func(key string) string { b, _ := keys.Find(p.Keys(), key); return b.Disabled }
	if why := reason(" "); !strings.Contains(why, "enter goes there") {
		t.Errorf("space in the list: %q", why)
	}
	if a, ok := uitest.Press(t, p, "U").(pane.Undo); !ok || a.Only != nil {
		t.Errorf("without marks: %#v", a)
	}
	uitest.Press(t, p, "enter", "/")
	for _, k := range "71317123" {
		uitest.Press(t, p, string(k))
	}
	uitest.Press(t, p, "enter", " ", "esc", "/")
	for _, k := range "tag:v1.2" {
		uitest.Press(t, p, string(k))
	}
	uitest.Press(t, p, "enter", "v")
	if why := reason("U"); !strings.Contains(why, "v ends it") {
		t.Errorf("U while a range grows: %q", why)
	}
	uitest.Press(t, p, "j", "v")
	uitest.Fits(t, p.View(), 80, 22)
	uitest.Golden(t, "journal-marks-80x22", p.View())
	a, ok := uitest.Press(t, p, "U").(pane.Undo)
	want := []model.StepRef{{Package: "containai", VersionID: 671317020}, {Package: "containai", VersionID: 671317123}, {Package: "containai", VersionID: 671317200}}
	if !ok || !slices.Equal(a.Only, want) || a.Act != model.ActUndo {
		t.Errorf("with marks: %#v", a.Only)
	}
	if n := len(p.Marks()); n != 3 {
		t.Errorf("%d marks would be lost", n)
	}
	uitest.Press(t, p, "esc", "esc")
	if a, _ := uitest.Press(t, p, "U").(pane.Undo); !slices.Equal(a.Only, want) {
		t.Errorf("going back lost marks: %#v", a.Only)
	}
	// What was taken back since is not marked any more.
	r := deleted(300)
	r.Executions[0].Steps[20].TakenBack = true
	p.Update(pane.Result{To: Name, Value: r})
	if a, _ := uitest.Press(t, p, "U").(pane.Undo); !slices.Equal(a.Only, want[1:]) {
		t.Errorf("after a restore: %#v", a.Only)
	}
	p.SetSize(200, 40)
	if view := uitest.Plain(p.View()); !strings.Contains(view, "2 marked") {
		t.Errorf("beside the list it is not said what is marked:\n%s", view)
	}
}

func TestWhatCannotBeMarkedSaysWhy(t *testing.T) {
	p := at(120, 38)
	uitest.Press(t, p, "j", "enter")
	if b, _ := keys.Find(p.Keys(), "*"); !strings.Contains(b.Disabled, "did not come to its end") {
		t.Errorf("of an unfinished plan: %q", b.Disabled)
	}
	uitest.Press(t, p, "esc", "j", "j", "enter")
	if b, _ := keys.Find(p.Keys(), " "); !strings.Contains(b.Disabled, "undone already") {
		t.Errorf("of an undone plan: %q", b.Disabled)
	}
}
