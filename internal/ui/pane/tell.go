package pane

import "github.com/novotnyllc/caitui/internal/model"

// Form is one of the forms in which a pane tells what is here. Name is what
// the footer calls it: "as Markdown".
type Form struct {
	Name string
	Make func() Action
}

// Teller gives what is told in one form after the other: the first one when
// its key is pressed, the next with each further press, until another key is
// pressed or something else is under the cursor.
type Teller struct {
	about string
	next  int
	names []string
}

// Reset begins anew: another key was pressed.
func (t *Teller) Reset() { *t = Teller{} }

// Tell returns the form whose turn it is. about tells things apart, so that
// the forms of another one begin with the first.
func (t *Teller) Tell(about string, forms ...Form) Action {
	if len(forms) == 0 {
		return nil
	}
	if about != t.about || t.next >= len(forms) {
		*t = Teller{about: about}
	}
	t.names = t.names[:0]
	for _, f := range forms {
		t.names = append(t.names, f.Name)
	}
	f := forms[t.next]
	t.next = (t.next + 1) % len(forms)
	return f.Make()
}

// Does is what the key does next, or first where it was not pressed last.
func (t *Teller) Does(first string) string {
	if t.next == 0 || t.next >= len(t.names) {
		return first
	}
	return t.names[t.next]
}

// What a document can be made of, besides model values that say enough by
// themselves.
type (
	// ChannelOf is one channel of a survey.
	ChannelOf struct {
		Survey  model.Survey
		Channel string
	}
	// PackageOf is one package of a survey.
	PackageOf struct {
		Survey  model.Survey
		Package string
	}
	// VersionOf is one version of a package.
	VersionOf struct {
		Survey  model.Survey
		Package string
		Digest  model.Digest
	}
	// DiffOf is the differences of two versions.
	DiffOf struct {
		Inventory model.Inventory
		Diff      model.Diff
	}
	// SBOMOf is an SBOM of a list, and what it was compared with.
	SBOMOf struct {
		List      model.SBOMList
		Shown     int // -1: none
		Group     model.SBOMGrouping
		Against   *model.SBOMDocument // nil: nothing
		AgainstOf model.VersionRef
		Diff      *model.SBOMDiff
	}
	// ChannelDiffOf is what changed in a channel.
	ChannelDiffOf struct {
		Inventory model.Inventory
		Diff      model.ChannelDiff
	}
)

// Forms are the forms in which every pane tells: one line for the chat,
// Markdown for a ticket, the JSON of the headless verb, and all of the text on
// a plain screen to select by hand. what says in words what it is about.
func Forms(line, what string, markdown func() string, document any) []Form {
	return []Form{
		{Name: "tell", Make: func() Action { return Tell{Text: line} }},
		{Name: "as Markdown", Make: func() Action { return Copy{Text: markdown(), Said: what + ", as Markdown"} }},
		{Name: "as JSON", Make: func() Action { return CopyDocument{Of: document, Said: what + ", as JSON"} }},
		{Name: "by hand", Make: func() Action { return ByHand{Text: line + "\n\n" + markdown()} }},
	}
}

// FormsHelp is what the help says about further presses of the key.
const FormsHelp = "again: as Markdown, as JSON, and on a plain screen to select by hand."
