package modal

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Terms are what a confirmation asks for: the word or the code of a blocker,
// and what a person may add. All text is clean.
type Terms struct {
	// Where is LIVE or DEMO with registry and owner: it stands above the word.
	Where    string
	Blockers []model.Remark
	// Word must be typed, Act says what it sets going ("move 1 tag").
	Word string
	Act  string
	// Closed says why there is nothing to confirm though nothing blocks:
	// nothing to do, or caitui may not write. "" where there is.
	Closed           string
	Reason, Incident string
}

// liftable are the codes of the blockers, where each may be lifted by its name.
func (t Terms) liftable() []string {
	var out []string
	for _, b := range t.Blockers {
		if !b.Override {
			return nil
		}
		if !slices.Contains(out, b.Code) {
			out = append(out, b.Code)
		}
	}
	return out
}

// focus is which part of a confirmation takes the keys.
type focus int

const (
	onWord focus = iota
	onReason
	onIncident
	fields
	onRows = fields // what is confirmed, where one can move in it
)

// asker is the part of a confirmation that asks for the word. Nothing but the
// whole word in its field and enter there sets anything going.
type asker struct {
	th    theme.Theme
	terms Terms
	input [fields]field.Field
	stops []focus // in the order in which tab goes through them
	focus focus
	quiet bool
	wrong string // what is wrong with the word
	note  string // beside the place, above the word
}

func newAsker(th theme.Theme, t Terms, stops ...focus) asker {
	a := asker{th: th, terms: t, stops: stops}
	for i := range a.input {
		a.input[i] = field.New(th)
	}
	a.input[onReason].Set(t.Reason)
	a.input[onIncident].Set(t.Incident)
	return a
}

// ready is whether there is a word to type, liftedBy whether a code is.
func (a *asker) ready() bool {
	return a.terms.Closed == "" && len(a.terms.Blockers) == 0
}
func (a *asker) liftedBy() bool { return a.terms.Closed == "" && len(a.terms.liftable()) > 0 }

// asks is whether there is anything to type.
func (a *asker) asks() bool { return a.ready() || a.liftedBy() }

// unready says why enter would not execute now.
func (a *asker) unready() string {
	if a.input[onWord].Value() == a.terms.Word {
		return ""
	}
	return fmt.Sprintf("type %s first", a.terms.Word)
}

// sets is the key that sets going what was asked for.
func (a *asker) sets() keys.Binding {
	if a.ready() {
		return keys.Binding{ID: "confirm", Keys: []string{"enter"}, Does: "execute", Help: "Execute the plan, once the word is typed.", Footer: 1, Danger: true, Disabled: a.unready()}
	}
	return keys.Binding{ID: "lift", Keys: []string{"enter"}, Does: "plan again", Help: "Plan again without the blocker whose code is typed.", Footer: 1, Danger: true}
}

// turn gives the keys to the next stop, or the one before.
func (a *asker) turn(delta int) {
	n := len(a.stops)
	a.focus = a.stops[(slices.Index(a.stops, a.focus)+delta+n)%n]
}

// typed gives a key to the field that has the focus; it reports whether what
// was said of the word is over.
func (a *asker) typed(k tea.KeyMsg) bool {
	if a.focus >= fields || !a.input[a.focus].Update(k) || a.focus != onWord {
		return false
	}
	a.wrong = ""
	return true
}

// remarked are reason and incident as they stand.
func (a *asker) remarked() (reason, incident string) {
	return a.input[onReason].Value(), a.input[onIncident].Value()
}

// enter does what the focus says; only the word's field can set going.
func (a *asker) enter() Outcome {
	if !a.asks() {
		return Cancelled{}
	}
	if a.focus != onWord {
		a.turn(1)
		return nil
	}
	typed := a.input[onWord].Value()
	reason, incident := a.remarked()
	if a.ready() {
		if typed == a.terms.Word {
			return Confirmed{Reason: reason, Incident: incident}
		}
		a.wrong = fmt.Sprintf("the word is %s; nothing has been done", a.terms.Word)
		return nil
	}
	codes := a.terms.liftable()
	if slices.Contains(codes, typed) {
		return Lifted{Code: typed, Reason: reason, Incident: incident}
	}
	a.wrong = "the code to type is " + either(codes) + "; nothing has been done"
	return nil
}

// foot is what is always in sight, under a rule with a summary: the fields, or
// why there is nothing to type.
func (a *asker) foot(summary, where string, width int) []string {
	out := []string{layout.Rule(a.th, summary, where, width, false)}
	place := layout.Rule(a.th, a.terms.Where, a.note, width, true)
	switch {
	case a.terms.Closed != "":
		return append(out, wrap(a.th, []Line{{Text: a.terms.Closed, Tone: present.Strong}}, width)...)
	case a.ready():
		out = append(out, a.remarks(width), place)
		return append(out, a.prompt("Type "+a.terms.Word+" to "+a.terms.Act+":", width)...)
	case a.liftedBy():
		out = append(out, a.remarks(width), place)
		return append(out, a.prompt("Blocked. To lift it, type "+either(a.terms.liftable())+" and enter; the plan is made again:", width)...)
	}
	return append(out, wrap(a.th, []Line{{Text: "Blocked: nothing can be executed. esc closes.", Tone: present.Strong}}, width)...)
}

// unsaid is where the lines in sight stand, if the rule under them has no room
// to say it beside the summary: the frame says it then.
func (a *asker) unsaid(summary, where string, width int) string {
	if layout.Note(a.th, summary, width, where) != "" {
		return ""
	}
	return where
}

// remarks is the line with the fields for reason and incident.
func (a *asker) remarks(width int) string {
	const reason, incident = "reason ", "incident "
	right := min(24, width/3)
	left := width - right - 2
	field := func(f focus, label string, w int) string {
		style := a.th.Muted
		if a.focus == f {
			style = a.th.Key
		}
		text := style.Render(label) + a.input[f].View(w-len(label), a.focus == f)
		return text + strings.Repeat(" ", max(w-ansi.StringWidth(text), 0))
	}
	return field(onReason, reason, left) + "  " + field(onIncident, incident, right)
}

// prompt is the word's field with its question, on one line where that leaves
// room to type, and what is wrong with the word.
func (a *asker) prompt(question string, width int) []string {
	if a.quiet {
		return []string{a.th.Muted.Render(ansi.Truncate("One moment, read first: keys are not taken yet", width, ""))}
	}
	const room = 16 // enough for any channel's name
	lines := fold(question, width)
	for i := range lines {
		lines[i] = a.th.Title.Render(lines[i])
	}
	last := len(lines) - 1
	if used := ansi.StringWidth(lines[last]); used+1+room <= width {
		lines[last] += " " + a.input[onWord].View(width-used-1, a.focus == onWord)
	} else {
		lines = append(lines, a.input[onWord].View(width, a.focus == onWord))
	}
	if a.wrong != "" {
		lines = append(lines, wrap(a.th, []Line{{Text: a.wrong, Tone: present.Warn}}, width)...)
	}
	return lines
}

// either joins alternatives as people do.
func either(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}
