package attest

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// The bindings of this pane.
const (
	keyOpen     keys.ID = "open"
	keyBack     keys.ID = "back"
	keySwitch   keys.ID = "switch"
	keySearch   keys.ID = "search"
	keyNext     keys.ID = "next-match"
	keyPrevious keys.ID = "previous-match"
	keyFold     keys.ID = "fold"
	keyUnfold   keys.ID = "unfold"
	keyTell     keys.ID = "tell"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	none := p.nothing()
	open, openHelp := "statement", "Show the attestation whole: what it is, where it is, and the statement as a tree."
	tell, unread := "tell", none
	if p.list != nil {
		unread = "" // an empty list can be told too
	}
	if p.inDetails {
		open, tell = "unfold", "copy"
		if p.tree.Unfolded() {
			open = "fold"
		}
		openHelp = "Unfold or fold what is under the cursor; a long value is shown whole."
	}
	fold := "unfold all"
	if p.inDetails && p.tree.AllOpen() {
		fold = "fold all"
	}
	noTree, noMatch := none, none
	if none == "" && !p.inDetails {
		noTree = "it is about the statement: enter opens it"
	}
	if none == "" && p.tree.Query() == "" {
		noMatch = "nothing is searched for: / begins"
	}
	return append([]keys.Binding{
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: 1, Disabled: none, Help: openHelp},
		{ID: keySearch, Keys: []string{"/"}, Does: "search", Footer: 2, Disabled: none,
			Help: "Search the statement for a text in names and values, folded ones too; n and N go on, esc ends it."},
		{ID: keyFold, Keys: []string{"z"}, Does: fold, Footer: 3, Disabled: noTree, Help: "Unfold the whole statement, or fold it."},
		{ID: keyTell, Keys: []string{"y"}, Does: tell, Footer: 4, Disabled: unread,
			Help: "In the list copy one line about the attestation, in the statement the value under the cursor with all below it."},
		{ID: keyBack, Keys: []string{"esc"}, Does: p.goesBack(), Footer: 5,
			Help: "Back: ends a search, goes from the statement to the list, and from there to where you came from."},
		{ID: keySwitch, Keys: []string{"tab", "shift+tab", "[", "]"}, Does: "list or statement", Disabled: none,
			Help: "Go from the list to the statement and back."},
		{ID: keyUnfold, Keys: []string{"right", " "}, Does: "unfold one", Disabled: noTree, Help: "Unfold what is under the cursor."},
		{ID: keyLeft, Keys: []string{"left"}, Does: "fold one, or back",
			Help: "Fold what is under the cursor, or go to what it belongs to; in the list: back to where you came from."},
		{ID: keyNext, Keys: []string{"n"}, Does: "next match", Disabled: noMatch, Help: "To the next match of the search."},
		{ID: keyPrevious, Keys: []string{"N"}, Does: "previous match", Disabled: noMatch, Help: "To the previous match of the search."},
	}, keys.Moves()...)
}

const keyLeft keys.ID = "fold-one"

// nothing says why there is no attestation to act on, "" where there is.
func (p *Pane) nothing() string {
	switch {
	case p.current() != nil:
		return ""
	case p.list == nil && p.err != nil:
		return "nobody could be asked: r tries again"
	case p.list == nil:
		return "nothing has come yet"
	}
	return "nothing was found"
}

// goesBack is what esc does now.
func (p *Pane) goesBack() string {
	switch {
	case p.tree.Query() != "":
		return "end search"
	case p.inDetails:
		return "to the list"
	}
	return "back"
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	switch id {
	case keys.Up, keys.Down, keys.Top, keys.Bottom, keys.PageUp, keys.PageDown:
		p.move(id)
	case keyOpen:
		if p.inDetails {
			p.tree.Toggle()
		} else {
			p.inDetails = p.current() != nil
		}
	case keySwitch:
		p.inDetails = !p.inDetails && p.current() != nil
	case keyBack:
		return p.back(), nil
	case keyLeft:
		if !p.inDetails {
			return p.back(), nil
		}
		if !p.tree.Collapse() {
			p.inDetails = false
		}
	case keyUnfold:
		p.tree.Expand()
	case keyFold:
		p.tree.SetAll(!p.tree.AllOpen())
	case keySearch:
		p.inDetails, p.typing = true, true
	case keyNext:
		p.inDetails = p.tree.Next(1) || p.inDetails
	case keyPrevious:
		p.inDetails = p.tree.Next(-1) || p.inDetails
	case keyTell:
		return p.tell(), nil
	}
	p.arrange()
	return nil, p.follow()
}

// back leaves the innermost thing that is open.
func (p *Pane) back() pane.Action {
	switch {
	case p.tree.Query() != "":
		p.tree.Search("")
		p.field.Set("")
	case p.inDetails:
		p.inDetails = false
	default:
		return pane.Back{}
	}
	p.arrange()
	return nil
}

// tell copies a line about what is here, or what is under the cursor of the
// statement.
func (p *Pane) tell() pane.Action {
	r := p.current()
	switch {
	case p.inDetails && r != nil:
		text := p.tree.Copy()
		if text == "" {
			return pane.Notice{Text: "there is nothing to copy here"}
		}
		if !strings.Contains(text, "\n") {
			return pane.Tell{Text: text}
		}
		said := p.tree.Path()
		if said == "" {
			said = "the section"
		}
		return pane.Copy{Text: text, Said: said}
	case p.list == nil:
		return nil
	case r == nil:
		return pane.Tell{Text: present.TellAttestations(*p.list, "")}
	}
	return pane.Tell{Text: present.TellAttestation(*p.list, r.Attestation)}
}

// move moves the cursor of the list or of the statement.
func (p *Pane) move(id keys.ID) {
	if p.inDetails {
		switch id {
		case keys.Up:
			p.tree.Move(-1)
		case keys.Down:
			p.tree.Move(1)
		case keys.Top:
			p.tree.Home()
		case keys.Bottom:
			p.tree.End()
		case keys.PageUp:
			p.tree.Page(-1)
		case keys.PageDown:
			p.tree.Page(1)
		}
		return
	}
	switch id {
	case keys.Up:
		p.table.Move(-1)
	case keys.Down:
		p.table.Move(1)
	case keys.Top:
		p.table.Home()
	case keys.Bottom:
		p.table.End()
	case keys.PageUp:
		p.table.Page(-1)
	case keys.PageDown:
		p.table.Page(1)
	}
}

// typed takes a key while a search is typed: enter keeps it, esc ends it, the
// arrows go from match to match, everything else is text.
func (p *Pane) typed(msg tea.KeyMsg) {
	switch msg.String() {
	case "enter":
		p.typing = false
	case "esc":
		p.typing = false
		p.tree.Search("")
		p.field.Set("")
	case "down":
		p.tree.Next(1)
	case "up":
		p.tree.Next(-1)
	default:
		if p.field.Update(msg) {
			p.tree.Search(p.field.Value())
		}
	}
	p.arrange()
}

// wheel is how many lines a turn of the mouse's wheel moves.
const wheel = 3

// moused takes the wheel, and clicks into list and statement.
func (p *Pane) moused(msg tea.MouseMsg) tea.Cmd {
	event := tea.MouseEvent(msg)
	list, _ := p.split()
	first := 1 + len(p.head)
	inList := !p.inDetails || p.beside() && msg.X < list.W
	lines := 0
	switch {
	case p.current() == nil:
		return nil
	case event.Button == tea.MouseButtonWheelUp:
		lines = -wheel
	case event.Button == tea.MouseButtonWheelDown:
		lines = wheel
	case event.Button == tea.MouseButtonLeft && event.Action == tea.MouseActionPress && (p.beside() && msg.X > list.W || !p.beside() && p.inDetails):
		p.inDetails = p.tree.Click(msg.Y-first) || p.inDetails
	case event.Button == tea.MouseButtonLeft && event.Action == tea.MouseActionPress && inList:
		if _, ok := p.table.At(msg.Y - first); ok {
			p.inDetails = false
		}
	}
	if lines != 0 && p.inDetails {
		p.tree.Move(lines)
	} else if lines != 0 {
		p.table.Move(lines)
	}
	p.arrange()
	return p.follow()
}
