package journal

import (
	"errors"
	"slices"
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

// press runs the bindings of keys as the root does.
func press(t *testing.T, p *Pane, names ...string) pane.Action {
	t.Helper()
	var last pane.Action
	for _, name := range names {
		if p.CapturesText() {
			last, _ = p.Update(uitest.Key(name))
			continue
		}
		b, ok := keys.Find(p.Keys(), name)
		if !ok || b.Disabled != "" {
			t.Fatalf("%s does nothing here: %q", name, b.Disabled)
		}
		last, _ = p.Do(b.ID)
	}
	return last
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
	press(t, p, "j", "j", "enter")
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
	press(t, p, "enter")
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
	press(t, p, "j")
	a, ok := press(t, p, "U").(pane.Unfinished)
	if !ok || a.Execution.Plan.Title != "roll dev back" {
		t.Errorf("of an unfinished plan: %#v", a)
	}
	press(t, p, "j")
	if undo().Disabled == "" {
		t.Error("a note can be undone")
	}
	press(t, p, "j")
	if why := undo().Disabled; !strings.Contains(why, "undone already") {
		t.Errorf("of an undone plan: %q", why)
	}
	done := record()
	done.Executions[0].Undone = false
	p.Update(pane.Result{To: Name, Value: done})
	if a, ok := press(t, p, "U").(pane.Undo); !ok || a.Act != model.ActUndo || a.Execution.Incident != "INC-412" {
		t.Errorf("of a done plan: %#v", a)
	}
}

func TestTellFilterNoteAndBack(t *testing.T) {
	p := at(120, 38)
	press(t, p, "/")
	for _, k := range "incident:inc-412" {
		press(t, p, string(k))
	}
	press(t, p, "enter")
	if n := p.Table.Len(); n != 2 {
		t.Fatalf("%d rows are shown, want the plan and the note", n)
	}
	press(t, p, "j")
	if a, ok := press(t, p, "y").(pane.Tell); !ok || !strings.Contains(a.Text, "roll prod back") || !strings.HasSuffix(a.Text, "journal 6:9f3a12bc00de") {
		t.Errorf("y: %#v", a)
	}
	if a, ok := press(t, p, "y").(pane.Copy); !ok || !strings.Contains(a.Text, "## Roll prod back") {
		t.Errorf("y again: %#v", a)
	}
	if a, ok := press(t, p, "n").(pane.WriteNote); !ok || a.Incident != "INC-412" || a.Plan == "" {
		t.Errorf("n: %#v", a)
	}
	press(t, p, "enter")
	for i, it := range p.Items {
		if strings.HasPrefix(it.Command, "crane") {
			p.Item = i
		}
	}
	if a, ok := press(t, p, "y").(pane.Tell); !ok || !strings.HasPrefix(a.Text, "crane tag ghcr.io/novotnyllc/containai@sha256:") {
		t.Errorf("y on a command: %#v", a)
	}
	press(t, p, "esc", "esc")
	if p.Table.Len() != 4 {
		t.Error("esc does not clear the filter")
	}
	if _, ok := press(t, p, "esc").(pane.Back); !ok {
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
