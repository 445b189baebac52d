// Package pane is the contract between the root model and its panes, and
// nothing more: what a pane can do, what it can ask for, and how answers are
// addressed to it.
//
// Its law: panes never import each other and never import the root; they
// return Actions, values of a sealed type, and the root's switch over them is
// the list of the application's verbs.
package pane

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
)

// ID names a pane for addressing and for configuration.
type ID string

// Pane is a part of the screen. Implementations use pointer receivers and are
// touched by the event loop only.
type Pane interface {
	ID() ID
	// Title is the breadcrumb's part for this pane.
	Title() string
	// Keys lists the pane's bindings as they are now, disabled ones with the
	// reason. The root dispatches: a pane does not look at keys by itself,
	// save while CapturesText.
	Keys() []keys.Binding
	// Do runs a binding of Keys.
	Do(id keys.ID) (Action, tea.Cmd)
	// Update takes the messages addressed to this pane, the survey, and raw
	// keys while CapturesText.
	Update(msg tea.Msg) (Action, tea.Cmd)
	// CapturesText is true while the pane wants all keys, e.g. for a filter.
	CapturesText() bool
	SetFocus(focused bool)
	// SetSize gives the pane its inner size in cells, without any border.
	SetSize(width, height int)
	// View draws exactly the size last set, no line wider.
	View() string
}

// Marker is a Pane in which versions can be marked. Marks are lost when the
// program ends, so it asks before it does.
type Marker interface {
	Marks() []model.Digest
}

// Look is how a person has arranged a table: the column it is sorted by, ""
// for the table's own order, and the columns that are hidden, by their IDs.
type Look struct {
	Sort   string
	Desc   bool
	Hidden []string
}

// Column is a column of a table, for the dialog that arranges it.
type Column struct {
	ID, Title string
	Sorts     bool // rows can be sorted by it
	Stays     bool // it names the row: it cannot be hidden
}

// Arranger is a table that can be sorted and whose columns can be hidden.
type Arranger interface {
	Columns() []Column
	Look() Look
	// SetLook arranges the table. Where that takes long work is returned, for a
	// command; what the work returns is called in the event loop and reports
	// whether it changed anything.
	SetLook(look Look) (work func() (finish func() bool))
}

// Table is a table of a pane. Its name is the same in every pane of the kind:
// what a person arranges once stays so while the program runs.
type Table struct {
	Name string
	Arranger
}

// Tabled is a Pane with tables that can be arranged.
type Tabled interface {
	// Tables lists them; here is the place of the one that the keys belong to,
	// -1 where they belong to none.
	Tables() (all []Table, here int)
}

// Arranged tells a pane that one of its tables was arranged.
type Arranged struct{}

// Surveyed is sent to every pane whenever a newer survey is there.
type Surveyed struct {
	Survey model.Survey
}

// Result is an answer. Of a command of the pane's own: To finds the pane, Gen
// lets it drop what is no longer wanted. Of an Action that names an answer: the
// root brings it to the very pane that asked, and only the newest.
type Result struct {
	To    ID
	Gen   uint64
	Value any
	Err   error
}

// Progress is how far something is that a pane has asked for, in bytes. Total
// is 0 where it is not known.
type Progress struct {
	Done, Total int64
}

// SomeVerdicts are the verdicts on the channels that are checked, while others
// still are being checked.
type SomeVerdicts struct{ Sets []model.SetVerification }

// Action is what a pane asks the root to do. The zero Action, nil, is nothing.
type Action interface{ action() }

// The actions.
type (
	// OpenHistory shows the versions of a package, the cursor on Digest if set.
	OpenHistory struct {
		Package string
		Digest  model.Digest
	}
	// OpenVersions shows the versions of all packages, the cursor on that of
	// Package with Digest if set.
	OpenVersions struct {
		Package string
		Digest  model.Digest
	}
	// GoTo puts the cursor of the pane that asks on a version. It is also the
	// message that tells a pane to do so.
	GoTo struct {
		Package string
		Digest  model.Digest
	}
	// Choose offers a few places to go to; choosing one does its Action.
	Choose struct {
		Title   string
		Head    []string // what is chosen, in sentences
		Choices []Choice
	}
	// Several is actions one after the other.
	Several []Action
	// ReadManifests asks for manifests that a pane needs for what it shows.
	// The answer is a newer survey.
	ReadManifests struct {
		Package string
		Digests []model.Digest
	}
	// Retag opens the dialog that points a tag to Digest. Tag may be "": the
	// dialog asks for it.
	Retag struct {
		Package string
		Digest  model.Digest
		Tag     string
	}
	// Untag opens the preview of taking a tag off its version.
	Untag struct{ Package, Tag string }
	// MoveChannel opens the dialog that brings a channel, in all packages, to one
	// release: back to a former one, or forward to a tested build.
	MoveChannel struct {
		Act     model.Act // ActRollback or ActPromote
		Channel string
	}
	// Delete opens the preview of deleting versions, WithParts with what belongs to
	// them.
	Delete struct {
		Versions  []model.VersionRef
		WithParts bool
	}
	// Compare shows what differs between two versions of a package, A being
	// the former. The answer is a model.Diff.
	Compare struct {
		Package string
		A, B    model.Digest
	}
	// CompareChannel shows what changed in a channel since its former release,
	// in all packages. The answer is a model.ChannelDiff.
	CompareChannel struct{ Channel string }
	// CompareFiles reads the files of two versions for the pane that asks. The
	// answer is a model.DiffSection, with Progress on the way.
	CompareFiles struct {
		Package string
		A, B    model.Digest
	}
	// ShowAttestations shows all statements about a version and its parts. The
	// answer is a model.AttestationList as soon as they are found, and a
	// model.Verification when they are checked.
	ShowAttestations struct {
		Package string
		Digest  model.Digest
	}
	// ShowMatrix sets packages against channels, the cursor on Channel if set, and
	// against a release if one is named. It is also the message that tells the
	// pane to go to a channel. The answers are SomeVerdicts, and in the end a
	// []model.SetVerification: one for each channel, and for the release.
	ShowMatrix struct{ Channel, Release string }
	// ShowSBOM shows the SBOMs of a version, with Against what changed in them
	// since that version. The answer is a model.SBOMList.
	ShowSBOM struct {
		Package string
		Digest  model.Digest
		Against model.Digest // of the same package, "" for none
	}
	// CompareSBOM fetches the SBOMs of another version for the pane that asks; the
	// answer is a model.SBOMList. It is also the message that tells the pane so.
	CompareSBOM struct {
		Package string
		Digest  model.Digest
	}
	// ShowContent shows content that is at hand, byte for byte.
	ShowContent struct{ Content *model.RawContent }
	// ShowRaw shows what the registry has under a digest, byte for byte. The
	// answer is a model.RawContent.
	ShowRaw struct {
		Package string
		Digest  model.Digest
	}
	// FollowRequests asks to be told as soon as more than After requests were
	// sent. The answer is a model.RequestLog.
	FollowRequests struct{ After int64 }
	// OpenJournal shows what was done from this machine, the cursor on a plan if
	// one is named. The answer is a model.Record.
	OpenJournal struct{ Plan string }
	// Undo previews what takes an execution back: ActUndo, or ActRevert of one
	// that did not come to its end. Only are the steps that are meant, none: all.
	Undo struct {
		Execution model.Execution
		Act       model.Act
		Only      []model.StepRef
	}
	// Resume previews how an unfinished execution is carried on.
	Resume struct{ Execution model.Execution }
	// Unfinished offers what can be done about an unfinished execution.
	Unfinished struct{ Execution model.Execution }
	// GiveUp leaves an unfinished execution as it is, for good.
	GiveUp struct{ Execution model.Execution }
	// WriteNote asks for a remark and writes it into the journal, about a plan
	// where one is named.
	WriteNote struct{ Plan, Title, Incident string }
	// Pull saves a version in a directory: a dialog shows the files and asks
	// where to.
	Pull struct {
		Package string
		Digest  model.Digest
	}
	// ExportEvidence asks where to, and writes evidence there.
	ExportEvidence struct {
		Title   string // of what
		Dir     string // proposed
		Request model.EvidenceRequest
	}
	// Again repeats what the pane was opened with, where that failed.
	Again struct{}
	// Stop gives up what the pane has asked for since it was opened.
	Stop struct{}
	// Tell copies one line to the clipboard and says so.
	Tell struct{ Text string }
	// Copy copies a text of several lines and says what it was.
	Copy struct{ Text, Said string }
	// CopyDocument copies the JSON document of a value, one of those that the
	// forms are made of.
	CopyDocument struct {
		Of   any
		Said string
	}
	// ByHand shows a text on a plain screen, where the terminal selects it.
	ByHand struct{ Text string }
	// Browse opens a page, or shows its address where there is no browser.
	Browse struct{ URL string }
	// Notice shows a short message in the status line.
	Notice struct{ Text string }
	// Refresh reads everything again.
	Refresh struct{}
	// Back closes the pane.
	Back struct{}
)

// Choice is one thing that a Choose offers.
type Choice struct {
	Label, Note string
	Action      Action
	Disabled    string // why it cannot be chosen, "" where it can
}

func (OpenHistory) action()      {}
func (OpenVersions) action()     {}
func (GoTo) action()             {}
func (Choose) action()           {}
func (Several) action()          {}
func (ReadManifests) action()    {}
func (Retag) action()            {}
func (Untag) action()            {}
func (MoveChannel) action()      {}
func (Delete) action()           {}
func (Compare) action()          {}
func (CompareChannel) action()   {}
func (CompareFiles) action()     {}
func (ShowAttestations) action() {}
func (ShowMatrix) action()       {}
func (ShowSBOM) action()         {}
func (CompareSBOM) action()      {}
func (ShowContent) action()      {}
func (ShowRaw) action()          {}
func (FollowRequests) action()   {}
func (OpenJournal) action()      {}
func (Undo) action()             {}
func (Resume) action()           {}
func (Unfinished) action()       {}
func (GiveUp) action()           {}
func (WriteNote) action()        {}
func (Pull) action()             {}
func (ExportEvidence) action()   {}
func (Again) action()            {}
func (Stop) action()             {}
func (Tell) action()             {}
func (Copy) action()             {}
func (CopyDocument) action()     {}
func (ByHand) action()           {}
func (Browse) action()           {}
func (Notice) action()           {}
func (Refresh) action()          {}
func (Back) action()             {}
