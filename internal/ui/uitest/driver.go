package uitest

import (
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// Limit is how long a Driver waits for a command before the test fails.
const Limit = 10 * time.Second

// Driver plays the part of bubbletea's event loop. It belongs to the test's
// goroutine; commands run in goroutines of their own, as they would.
type Driver struct {
	t       testing.TB
	model   tea.Model
	w, h    int
	pending []*Call
	timers  []*Call
	keys    []string
	quit    bool
	wake    chan struct{}
}

// Call is one command that the model has returned and that has not been
// delivered yet. A sequence is one call.
type Call struct {
	Name string // of the function that made the command, to choose by
	cmd  tea.Cmd
	done chan struct{} // closed when the answer is there; nil: not started
	msgs []tea.Msg
}

// New starts a model: it runs Init and tells the size, as a terminal would. A
// width of 0 leaves the size unknown.
func New(t testing.TB, model tea.Model, w, h int) *Driver {
	t.Helper()
	d := &Driver{t: t, model: model, wake: make(chan struct{}, 1)}
	d.collect(model.Init())
	if w > 0 {
		d.Resize(w, h)
	}
	return d
}

// Model returns the model as it is now.
func (d *Driver) Model() tea.Model { return d.model }

// Send delivers a message and keeps the commands that come back. The view is
// checked to fit afterwards.
func (d *Driver) Send(msg tea.Msg) {
	d.t.Helper()
	switch msg := msg.(type) {
	case nil:
		return
	case tea.QuitMsg:
		d.quit = true
		return
	case tea.WindowSizeMsg:
		d.w, d.h = msg.Width, msg.Height
	}
	var cmd tea.Cmd
	d.model, cmd = d.model.Update(msg)
	d.collect(cmd)
	if view := d.model.View(); d.w > 0 {
		Fits(d.t, view, d.w, d.h)
	}
}

// Resize changes the size of the terminal.
func (d *Driver) Resize(w, h int) {
	d.t.Helper()
	d.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Press presses keys by name, one message each.
func (d *Driver) Press(names ...string) {
	d.t.Helper()
	for _, n := range names {
		d.keys = append(d.keys, n)
		d.Send(Key(n))
	}
}

// Type types text, one message for each character.
func (d *Driver) Type(text string) {
	d.t.Helper()
	for _, r := range text {
		d.Press(string(r))
	}
}

// Burst types text so fast that it arrives as one message.
func (d *Driver) Burst(text string) {
	d.t.Helper()
	d.keys = append(d.keys, text)
	d.Send(Runes(text))
}

// Keys lists the keys pressed so far.
func (d *Driver) Keys() []string { return d.keys }

// Quit reports whether the model has asked to end the program.
func (d *Driver) Quit() bool { return d.quit }

// Pending lists the calls that are not delivered yet, oldest first, timers
// left out: choose which one is run and delivered first.
func (d *Driver) Pending() []*Call { return append([]*Call(nil), d.pending...) }

// Timers lists the timers that are not delivered yet. They wait for real time
// when they are run.
func (d *Driver) Timers() []*Call { return append([]*Call(nil), d.timers...) }

// Run runs a call and keeps its answer until Deliver.
func (d *Driver) Run(c *Call) {
	d.t.Helper()
	d.start(c)
	limit := time.NewTimer(Limit)
	defer limit.Stop()
	select {
	case <-c.done:
	case <-limit.C:
		d.t.Fatalf("command %s gave no answer within %s\n%s", c.Name, Limit, d.View())
	}
}

// Deliver gives the model the answer of a call, which is run before if it was
// not.
func (d *Driver) Deliver(c *Call) {
	d.t.Helper()
	d.Run(c)
	d.pending, d.timers = without(d.pending, c), without(d.timers, c)
	for _, m := range c.msgs {
		d.Send(m)
	}
}

// Drop forgets a call: its answer never comes.
func (d *Driver) Drop(c *Call) {
	d.pending, d.timers = without(d.pending, c), without(d.timers, c)
}

// Settle runs all calls at once, as bubbletea does, and delivers answers as
// they come, until nothing but timers is pending.
func (d *Driver) Settle() {
	d.t.Helper()
	d.until("everything to settle", func() bool { return len(d.pending) == 0 })
}

// WaitFor is Settle until the view matches an expression; other calls may stay
// pending. It returns what matched.
func (d *Driver) WaitFor(expr string) string {
	d.t.Helper()
	re := regexp.MustCompile(expr)
	d.until("the view to match "+expr, func() bool { return re.MatchString(d.View()) })
	return re.FindString(d.View())
}

func (d *Driver) until(what string, holds func() bool) {
	d.t.Helper()
	limit := time.NewTimer(Limit)
	defer limit.Stop()
	for !holds() {
		if c := d.arrived(); c != nil {
			d.Deliver(c)
			continue
		}
		if len(d.pending) == 0 {
			d.t.Fatalf("nothing is pending any more, in vain waited for %s\n%s", what, d.View())
		}
		for _, c := range d.pending {
			d.start(c)
		}
		select {
		case <-d.wake:
		case <-limit.C:
			d.t.Fatalf("within %s in vain waited for %s; pending: %s\n%s", Limit, what, names(d.pending), d.View())
		}
	}
}

// arrived is the oldest call whose answer is there.
func (d *Driver) arrived() *Call {
	for _, c := range d.pending {
		if c.done == nil {
			continue
		}
		select {
		case <-c.done:
			return c
		default:
		}
	}
	return nil
}

func (d *Driver) start(c *Call) {
	if c.done != nil {
		return
	}
	c.done = make(chan struct{})
	go func() {
		c.msgs = answers(c.cmd)
		close(c.done)
		select {
		case d.wake <- struct{}{}:
		default:
		}
	}()
}

// View is the view as a person sees it without colour.
func (d *Driver) View() string { return Plain(d.model.View()) }

// Raw is the view with its escapes.
func (d *Driver) Raw() string { return d.model.View() }

// Line is one line of the view, "" beyond it.
func (d *Driver) Line(i int) string {
	lines := strings.Split(d.View(), "\n")
	if i < 0 || i >= len(lines) {
		return ""
	}
	return lines[i]
}

// Shows fails unless the view matches an expression.
func (d *Driver) Shows(expr string) {
	d.t.Helper()
	if !regexp.MustCompile(expr).MatchString(d.View()) {
		d.t.Errorf("the view does not match %s:\n%s", expr, d.View())
	}
}

// Hides fails where the view matches an expression.
func (d *Driver) Hides(expr string) {
	d.t.Helper()
	if found := regexp.MustCompile(expr).FindString(d.View()); found != "" {
		d.t.Errorf("the view shows %q:\n%s", found, d.View())
	}
}

// collect keeps a command; batches are taken apart at once, for they only
// carry others.
func (d *Driver) collect(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	name, file := origin(cmd)
	if carries(name, file) {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, c := range batch {
				d.collect(c)
			}
			return
		}
		cmd = func() tea.Msg { return msg } // a sequence
	}
	if strings.HasSuffix(name, "bubbletea.Quit") {
		d.quit = true
		return
	}
	c := &Call{Name: name, cmd: cmd}
	if isTimer(name, file) {
		d.timers = append(d.timers, c)
		return
	}
	d.pending = append(d.pending, c)
}

// answers runs a command and, in order, what sequences and batches carry.
func answers(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	v := reflect.ValueOf(msg)
	if msg == nil || v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return []tea.Msg{msg}
	}
	var out []tea.Msg
	for i := range v.Len() {
		sub, _ := v.Index(i).Interface().(tea.Cmd)
		out = append(out, answers(sub)...)
	}
	return out
}

// origin is name and source file of the function behind a command. The
// compiler may have copied bubbletea's functions into their callers: then the
// name is the caller's with theirs in it, but the file is still theirs.
func origin(cmd tea.Cmd) (name, file string) {
	f := runtime.FuncForPC(reflect.ValueOf(cmd).Pointer())
	file, _ = f.FileLine(f.Entry())
	return f.Name(), file
}

// carries reports whether a command does nothing but carry others: what
// tea.Batch and tea.Sequence return.
func carries(name, file string) bool {
	return strings.Contains(file, "/bubbletea") && strings.Contains(name, "compactCmds")
}

// isTimer reports whether a command only waits for time: a tick, or the
// blinking of a text field's cursor.
func isTimer(name, file string) bool {
	switch {
	case strings.Contains(file, "/bubbletea"):
		return strings.Contains(name, ".Tick.") || strings.Contains(name, ".Every.")
	case strings.Contains(file, "/bubbles"):
		return strings.HasSuffix(file, "/cursor.go") || strings.HasSuffix(file, "/spinner.go")
	}
	return strings.Contains(name, "spinner.Model.Tick")
}

func without(calls []*Call, c *Call) []*Call {
	out := calls[:0:0]
	for _, other := range calls {
		if other != c {
			out = append(out, other)
		}
	}
	return out
}

func names(calls []*Call) string {
	out := make([]string, len(calls))
	for i, c := range calls {
		out[i] = c.Name
	}
	return fmt.Sprint(out)
}
