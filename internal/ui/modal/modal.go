package modal

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// Modal is a dialog. Implementations use pointer receivers and are touched by
// the event loop only.
type Modal interface {
	// Title stands in the frame, or in the first line where there is no frame.
	Title() string
	// Keys lists the dialog's bindings as they are now. They are shown in its
	// last line; the dialog looks at the keys itself, as most of them are text.
	Keys() []keys.Binding
	// Update takes single keys and mouse wheel turns, and messages of its own
	// (a spinner's). The Outcome is nil while the dialog goes on.
	Update(msg tea.Msg) (Outcome, tea.Cmd)
	// Want is the inner size that shows everything at its best, given the most
	// that a box may have; wanting more than that takes the whole screen where
	// it is small. SetSize follows with what it gets.
	Want(maxWidth, maxHeight int) (width, height int)
	SetSize(width, height int)
	// View draws at most the size last set, no line wider.
	View() string
	// Guarded is whether keys that were typed before the dialog was drawn must
	// not reach it.
	Guarded() bool
}

// Quieter is a Modal that shows that it does not take keys yet.
type Quieter interface {
	SetQuiet(quiet bool)
}

// Outcome is what a dialog came to. The set is closed: the root's switch over
// it is complete.
type Outcome interface{ outcome() }

// The outcomes.
type (
	// Cancelled: nothing is to be done.
	Cancelled struct{}
	// Chosen is the tag of the chooser.
	Chosen struct{ Tag string }
	// Confirmed: the word was typed, the plan is to be executed, with the
	// remarks that were typed beside it. Wait: not beyond the first stage before
	// a person says so.
	Confirmed struct {
		Reason, Incident string
		Wait             bool
	}
	// Lifted names the code of a blocker that the person lifts: the plan is to
	// be made again.
	Lifted struct{ Code, Reason, Incident string }
	// Revised asks for the plan to be made anew: with the package left out or
	// taken in again, or with tags kept or not kept on what loses its last one.
	Revised struct {
		Package          string
		Keep             bool
		Reason, Incident string
	}
	// OtherTarget asks for the list of what a channel can go to.
	OtherTarget struct{ Reason, Incident string }
	// Targeted is what was chosen of that list: its place in it, or digests that
	// were typed; and the version tag of a promotion.
	Targeted struct {
		Index int // -1 where digests were typed
		Hand  map[string]model.Digest
		As    string
	}
	// Differs asks what differs between two versions; coming back shows the
	// dialog again.
	Differs struct {
		Package string
		A, B    model.Digest
	}
	// Saved asks for the plan to be written to a file; the dialog stays.
	Saved struct{ Reason, Incident string }
	// WentOn: begin with the second stage.
	WentOn struct{}
	// Undone asks for the plan that takes back the one that was executed.
	Undone struct{}
	// Agreed is yes to a question.
	Agreed struct{}
	// StopAsked: stop after the step under way.
	StopAsked struct{}
	// QuitAsked: the person wants to leave while a plan runs.
	QuitAsked struct{}
	// Named is the text that a Prompt asked for.
	Named struct{ Text string }
	// Closed: read, and done with.
	Closed struct{}
	// Copied asks for a text in the clipboard; the dialog stays. Said is told
	// instead of the text where that has several lines.
	Copied struct{ Text, Said string }
	// Ran names the binding that was picked in the palette.
	Ran struct{ ID keys.ID }
	// Picked is the place to go to that was chosen.
	Picked struct{ Action pane.Action }
	// Looked is how the table shall be arranged; the dialog stays.
	Looked struct{ Look pane.Look }
	// Commanded is a command that was typed in the palette.
	Commanded struct{ Name, Argument string }
)

func (Cancelled) outcome()   {}
func (Chosen) outcome()      {}
func (Confirmed) outcome()   {}
func (Lifted) outcome()      {}
func (Revised) outcome()     {}
func (OtherTarget) outcome() {}
func (Targeted) outcome()    {}
func (Differs) outcome()     {}
func (Saved) outcome()       {}
func (WentOn) outcome()      {}
func (Undone) outcome()      {}
func (Agreed) outcome()      {}
func (StopAsked) outcome()   {}
func (QuitAsked) outcome()   {}
func (Closed) outcome()      {}
func (Copied) outcome()      {}
func (Ran) outcome()         {}
func (Commanded) outcome()   {}
func (Picked) outcome()      {}
func (Named) outcome()       {}
func (Looked) outcome()      {}
