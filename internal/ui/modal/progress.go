package modal

import (
	"fmt"
	"strings"
	"time"

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
	grid     *grid // the matrix of a channel's plan, nil for any other
	stages   int
	wait     bool // for a person, after the first stage
	past     bool // the first stage is over
	paused   bool
	stopping bool
	began    time.Time // of the first step, zero before
	now      time.Time
	scroll   scroll
	width    int
	height   int
}

// NewProgress builds the dialog for a plan; where is LIVE or DEMO with the
// registry.
func NewProgress(th theme.Theme, title, where string, plan model.Plan) *Progress {
	p := &Progress{th: th, title: title, where: where, changes: plan.Changes, stages: len(present.Stages(plan))}
	for i, c := range plan.Changes {
		p.steps = append(p.steps, model.Step{
			Index: i, Package: c.Package, Tag: c.Tag, VersionID: c.VersionID, State: model.StepWaiting,
		})
	}
	return p
}

// InRows makes the progress show in the rows of the plan's preview.
func (p *Progress) InRows(rows []present.MatrixRow) *Progress {
	p.grid = &grid{th: p.th, rows: rows, steps: p.steps, here: -1}
	return p
}

// Waiting makes it wait for a person after the first stage.
func (p *Progress) Waiting(wait bool) *Progress {
	p.wait = wait && p.stages > 1
	return p
}

// Pause says that the first stage is done; it reports whether a person is to
// be waited for.
func (p *Progress) Pause() bool {
	p.past, p.paused = true, p.wait && !p.stopping
	p.layOut()
	return p.paused
}

// Paused is whether a person is being waited for.
func (p *Progress) Paused() bool { return p.paused }

// GoOn ends the waiting.
func (p *Progress) GoOn() {
	p.paused = false
	p.layOut()
}

// Step takes the news of one step, that came at a time. A step of another plan
// is ignored.
func (p *Progress) Step(step model.Step, now time.Time) {
	if step.Index < 0 || step.Index >= len(p.steps) {
		return
	}
	if p.began.IsZero() {
		p.began = now
	}
	p.now = now
	p.steps[step.Index] = step
	p.layOut()
	if !ended(step.State) {
		p.scroll.reveal(p.line(step.Index))
	}
}

// Stopping says that the stop was asked for.
func (p *Progress) Stopping() {
	p.stopping, p.paused = true, false
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

// Guarded implements Modal: stop must work from the first moment. Only while
// it waits for a person, and nothing is under way, a key that was meant for
// something else must not make it go on.
func (p *Progress) Guarded() bool { return p.paused }

// Keys implements Modal.
func (p *Progress) Keys() []keys.Binding {
	stop := keys.Binding{
		ID: "stop", Keys: []string{"x", "ctrl+x", "ctrl+c"}, Does: "stop after this step",
		Help: "Stop after the step under way. What is done stays done.", Footer: 1, Danger: true,
	}
	if p.stopping {
		stop.Disabled = "it stops after the step under way"
	}
	if p.paused {
		stop.Does, stop.Footer = "stop here", 2
	}
	out := []keys.Binding{
		stop,
		p.scroll.keys("Scroll the steps.", 4),
		{ID: "quit", Keys: []string{"q"}, Does: "quit", Help: "Stop and leave; asks first.", Footer: 3},
	}
	if p.stages > 1 {
		out = append(out, p.stageKeys()...)
	}
	return out
}

func (p *Progress) stageKeys() []keys.Binding {
	wait := keys.Binding{ID: "wait", Keys: []string{"w"}, Does: "wait for me after the first", Help: "Wait after the first stage, or do not.", Footer: 2}
	if p.wait {
		wait.Does = "do not wait"
	}
	goOn := keys.Binding{ID: "go-on", Keys: []string{"enter"}, Does: "go on", Help: "Begin with the second stage.", Danger: true, Disabled: "it goes on by itself"}
	if p.past {
		wait.Disabled, wait.Footer = "the first stage is over", 0
	}
	if p.paused {
		goOn.Disabled, goOn.Footer = "", 1
	}
	return []keys.Binding{goOn, wait}
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
	case b.ID == "go-on" && p.paused:
		return WentOn{}, nil
	case b.ID == "wait" && !p.past:
		p.wait = !p.wait
		p.layOut()
	}
	return nil, nil
}

// Want implements Modal.
func (p *Progress) Want(maxWidth, _ int) (width, height int) {
	width = 100
	if p.grid != nil {
		width = 118
	}
	return width, len(p.lines(min(width, maxWidth))) + 4
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
	p.scroll.set(p.lines(p.width), p.height-len(p.foot()))
}

// line is where the row of a change is.
func (p *Progress) line(change int) int {
	if p.grid == nil {
		return change + 1
	}
	_, at := p.grid.lines(p.width)
	for i, r := range p.grid.rows {
		if r.Change == change {
			return at[i]
		}
	}
	return 0
}

func (p *Progress) lines(width int) []string {
	if p.grid != nil {
		out, _ := p.grid.lines(width)
		return append(out, wrap(p.th, p.troubles(), width)...)
	}
	var lines []Line
	name := 0
	for _, s := range p.steps {
		name = max(name, ansi.StringWidth(stepName(s)))
	}
	for i, s := range p.steps {
		lines = append(lines, p.row(s, p.changes[i], name))
	}
	return wrap(p.th, lines, width)
}

// troubles tells in full what a row has no room for.
func (p *Progress) troubles() []Line {
	var out []Line
	for _, s := range p.steps {
		if c := present.Step(s); c.Tone == present.Bad || s.Err != nil {
			c.Text = stepName(s) + ": " + c.Text
			out = append(out, c)
		}
	}
	return out
}

func (p *Progress) foot() []string {
	done, all := p.Count()
	state := "running"
	switch {
	case p.paused:
		return []string{
			layout.Rule(p.th, p.where, p.scroll.where(), p.width, true),
			p.th.Title.Render(ansi.Truncate(fmt.Sprintf("First stage done and read back, %d of %d steps. enter goes on, x stops here.", done, all), p.width, "")),
		}
	case p.stopping:
		state = "stopping after the step under way"
	case p.wait && !p.past:
		state = "running, waits for you after the first stage"
	}
	count := fmt.Sprintf(" %d of %d steps%s, %s", done, all, pace(done, all, p.now.Sub(p.began)), state)
	return []string{
		layout.Rule(p.th, p.where, p.scroll.where(), p.width, true),
		ansi.Truncate(bar(int64(done), int64(all), p.width-ansi.StringWidth(count))+count, p.width, ""),
	}
}

// manySteps is from how many steps on it is worth telling how fast they go.
const manySteps = 10

// pace is how fast steps end and how long the rest will take at that, "" where
// too few have ended to tell.
func pace(done, all int, elapsed time.Duration) string {
	if all < manySteps || done < 3 || done == all || elapsed <= 0 {
		return ""
	}
	rate := float64(done) / elapsed.Seconds()
	left := time.Duration(float64(all-done) / rate * float64(time.Second))
	return fmt.Sprintf(", %.1f a second, %s left", rate, present.Duration(left))
}

func (p *Progress) row(s model.Step, c model.Change, name int) Line {
	words := present.Step(s)
	if s.State == model.StepMoving {
		switch c.Kind {
		case model.DeleteVersion:
			words.Text = "deleting"
		case model.RestoreVersion:
			words.Text = "restoring"
		case model.MoveTag, model.CreateTag, model.RemoveTag, model.PutArtifact:
		}
	}
	words.Text = fmt.Sprintf("%s  %s %s %s  %s", pad(stepName(s), name),
		present.ShortOrNone(c.From), present.MarkArrow, present.ShortOrNone(c.To), words.Text)
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
