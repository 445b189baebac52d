package rawview

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// The bindings of this pane.
const (
	keyOpen     keys.ID = "open"
	keyBack     keys.ID = "back"
	keySearch   keys.ID = "search"
	keyNext     keys.ID = "next-match"
	keyPrevious keys.ID = "previous-match"
	keyFold     keys.ID = "fold"
	keyUnfold   keys.ID = "unfold"
	keyFoldOne  keys.ID = "fold-one"
	keyTell     keys.ID = "tell"
	keyPull     keys.ID = "pull"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	none := p.nothing()
	open, all, back, noMatch := "unfold", "unfold all", "back", none
	switch {
	case p.underCursor() != "":
		open = "open digest"
	case p.tree.Unfolded():
		open = "fold"
	}
	if p.tree.AllOpen() {
		all = "fold all"
	}
	if p.tree.Query() != "" {
		back = "end search"
	} else if none == "" {
		noMatch = "nothing is searched for: / begins"
	}
	return append([]keys.Binding{
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: 1, Disabled: none,
			Help: "Open the digest under the cursor; anywhere else unfold or fold, or show a long value whole."},
		{ID: keySearch, Keys: []string{"/"}, Does: "search", Footer: 2, Disabled: none,
			Help: "Search for a text in names and values, folded ones too; n and N go on, esc ends it."},
		{ID: keyFold, Keys: []string{"z"}, Does: all, Footer: 3, Disabled: none, Help: "Unfold everything, or fold it."},
		{ID: keyTell, Keys: []string{"y"}, Does: "copy", Footer: 4, Disabled: none,
			Help: "Copy the value under the cursor with all below it."},
		{ID: keyPull, Keys: []string{"S"}, Does: "save files", Disabled: p.noPull(),
			Help: "Save the version whose manifest this is in a directory of this machine. The files are shown first."},
		{ID: keyBack, Keys: []string{"esc"}, Does: back, Footer: 5, Help: "Back: ends a search, then to where you came from."},
		{ID: keyUnfold, Keys: []string{"right", " "}, Does: "unfold one", Disabled: none, Help: "Unfold what is under the cursor."},
		{ID: keyFoldOne, Keys: []string{"left"}, Does: "fold one, or back",
			Help: "Fold what is under the cursor, or go to what it belongs to; at the outermost back to where you came from."},
		{ID: keyNext, Keys: []string{"n"}, Does: "next match", Disabled: noMatch, Help: "To the next match of the search."},
		{ID: keyPrevious, Keys: []string{"N"}, Does: "previous match", Disabled: noMatch, Help: "To the previous match of the search."},
	}, keys.Moves()...)
}

// nothing says why there is nothing to act on, "" where there is.
func (p *Pane) nothing() string {
	switch {
	case p.have && !p.building:
		return ""
	case p.err != nil:
		return "it could not be read: r tries again"
	}
	return "nothing has come yet"
}

// noPull says why there is nothing to save, "" where there is.
func (p *Pane) noPull() string {
	if why := p.nothing(); why != "" {
		return why
	}
	if !p.manifest {
		return "this is content of a version, no version: its manifest can be saved with all that belongs to it"
	}
	return ""
}

// underCursor is the digest that the cursor is on, "" where it is on none or
// on that of this very content.
func (p *Pane) underCursor() model.Digest {
	d, err := model.ParseDigest(p.tree.Copy())
	if err != nil || d == p.digest {
		return ""
	}
	return d
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	switch id {
	case keyOpen:
		if d := p.underCursor(); d != "" {
			return pane.ShowRaw{Package: p.pkg, Digest: d}, nil
		}
		p.tree.Toggle()
	case keyBack:
		return p.back(), nil
	case keyFoldOne:
		if !p.tree.Collapse() {
			return p.back(), nil
		}
	case keyUnfold:
		p.tree.Expand()
	case keyFold:
		p.tree.SetAll(!p.tree.AllOpen())
	case keySearch:
		p.prompt.Open(p.prompt.Value())
	case keyNext:
		p.tree.Next(1)
	case keyPrevious:
		p.tree.Next(-1)
	case keyPull:
		return pane.Pull{Package: p.pkg, Digest: p.digest}, nil
	case keyTell:
		return p.copy(), nil
	default:
		keys.Move(p.tree, id)
	}
	p.arrange()
	return nil, nil
}

func (p *Pane) back() pane.Action {
	if p.tree.Query() == "" {
		return pane.Back{}
	}
	p.tree.Search("")
	p.prompt.Clear()
	p.arrange()
	return nil
}

func (p *Pane) copy() pane.Action {
	text := p.tree.Copy()
	switch {
	case text == "":
		return pane.Notice{Text: "there is nothing to copy here"}
	case !strings.Contains(text, "\n"):
		return pane.Tell{Text: text}
	}
	said := p.tree.Path()
	if said == "" {
		said = "what stands there"
	}
	return pane.Copy{Text: text, Said: said}
}

// typed takes a key while a search is typed; the arrows go from match to match.
func (p *Pane) typed(msg tea.KeyMsg) {
	switch did, move := p.prompt.Take(msg); did {
	case field.Edited, field.Dropped:
		p.tree.Search(p.prompt.Value())
	case field.Moved:
		p.tree.Walk(move)
	case field.Kept, field.Nothing:
	}
	p.arrange()
}

// moused takes the wheel, and clicks.
func (p *Pane) moused(msg tea.MouseMsg) {
	if p.nothing() != "" {
		return
	}
	if lines := keys.Wheel(msg); lines != 0 {
		p.tree.Move(lines)
	}
	if keys.Click(msg) {
		p.tree.Click(msg.Y - 1)
	}
}
