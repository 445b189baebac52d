package modal

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Progress shows a plan being executed, a row for each change. It cannot be
// closed: the root takes it away when the plan has ended.
type Progress struct {
	th       theme.Theme
	title    string
	where    string
	changes  []model.Change
	steps    []model.Step
	stopping bool
	scroll   scroll
	width    int
	height   int
}

// NewProgress builds the dialog for a plan; where is LIVE or DEMO with the
// registry.
func NewProgress(th theme.Theme, title, where string, plan model.Plan) *Progress {
	p := &Progress{th: th, title: title, where: where, changes: plan.Changes}
	for i, c := range plan.Changes {
		p.steps = append(p.steps, model.Step{
			Index: i, Package: c.Package, Tag: c.Tag, VersionID: c.VersionID, State: model.StepWaiting,
		})
	}
	return p
}

// Step takes the news of one step. A step of another plan is ignored.
func (p *Progress) Step(step model.Step) {
	if step.Index < 0 || step.Index >= len(p.steps) {
		return
	}
	p.steps[step.Index] = step
	p.layOut()
	if !ended(step.State) {
		p.scroll.reveal(step.Index + 1)
	}
}

// Stopping says that the stop was asked for.
func (p *Progress) Stopping() {
	p.stopping = true
	p.layOut()
}

// Count is how many steps have ended, one way or the other, and how many there
// are.
func (p *Progress) Count() (done, all int) {
	for _, s := range p.steps {
		if ended(s.State) {
			done++
		}
	}
	return done, len(p.steps)
}

func ended(s model.StepState) bool {
	return s != model.StepWaiting && s != model.StepMoving && s != model.StepNotStarted
}

// Title implements Modal.
func (p *Progress) Title() string { return p.title }

// Guarded implements Modal: stop must work from the first moment.
func (p *Progress) Guarded() bool { return false }

// Keys implements Modal.
func (p *Progress) Keys() []keys.Binding {
	stop := keys.Binding{
		ID: "stop", Keys: []string{"x", "ctrl+x", "ctrl+c"}, Does: "stop after this step",
		Help: "Stop after the step under way. What is done stays done.", Footer: 1, Danger: true,
	}
	if p.stopping {
		stop.Disabled = "it stops after the step under way"
	}
	return []keys.Binding{
		stop,
		{ID: "scroll", Keys: []string{"up", "down", "pgup", "pgdown"}, Does: "scroll", Help: "Scroll the steps.", Footer: p.scroll.hint(3)},
		{ID: "quit", Keys: []string{"q"}, Does: "quit", Help: "Stop and leave; asks first.", Footer: 2},
	}
}

// Update implements Modal.
func (p *Progress) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	if p.scroll.key(msg) {
		return nil, nil
	}
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil, nil
	}
	switch b, _ := keys.Find(p.Keys(), k.String()); {
	case b.ID == "quit", b.ID == "stop" && p.stopping && k.String() == "ctrl+c":
		return QuitAsked{}, nil
	case b.ID == "stop" && !p.stopping:
		return StopAsked{}, nil
	}
	return nil, nil
}

// Want implements Modal.
func (p *Progress) Want(_, _ int) (width, height int) {
	return 100, len(p.steps) + 4
}

// SetSize implements Modal.
func (p *Progress) SetSize(width, height int) {
	p.width, p.height = width, height
	p.layOut()
}

// View implements Modal.
func (p *Progress) View() string {
	lines := append([]string{}, p.scroll.visible()...)
	lines = append(lines, p.foot()...)
	return strings.Join(lines[:min(len(lines), p.height)], "\n")
}

func (p *Progress) layOut() {
	var lines []Line
	name := 0
	for _, s := range p.steps {
		name = max(name, ansi.StringWidth(stepName(s)))
	}
	for i, s := range p.steps {
		lines = append(lines, p.row(s, p.changes[i], name))
	}
	p.scroll.set(wrap(p.th, lines, p.width), p.height-len(p.foot()))
}

func (p *Progress) foot() []string {
	done, all := p.Count()
	state := "running"
	if p.stopping {
		state = "stopping after the step under way"
	}
	count := fmt.Sprintf(" %d of %d steps, %s", done, all, state)
	bar := min(max(p.width-ansi.StringWidth(count)-2, 0), 40)
	filled := 0
	if all > 0 {
		filled = bar * done / all
	}
	return []string{
		layout.Rule(p.th, p.where, p.scroll.where(), p.width, true),
		ansi.Truncate("["+strings.Repeat("#", filled)+strings.Repeat("-", bar-filled)+"]"+count, p.width, ""),
	}
}

func (p *Progress) row(s model.Step, c model.Change, name int) Line {
	words := present.Step(s)
	label := stepName(s)
	words.Text = fmt.Sprintf("%s%s  %s %s %s  %s", label, strings.Repeat(" ", max(name-ansi.StringWidth(label), 0)),
		shortOrNone(c.From), present.MarkArrow, shortOrNone(c.To), words.Text)
	return words
}

func stepName(s model.Step) string {
	switch {
	case s.Tag != "":
		return model.Sanitize(s.Package + ":" + s.Tag)
	case s.VersionID != 0:
		return model.Sanitize(fmt.Sprintf("%s version %d", s.Package, s.VersionID))
	}
	return model.Sanitize(s.Package)
}

func shortOrNone(d model.Digest) string {
	if d == "" {
		return "none"
	}
	return d.Short()
}
