package requests

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// The bindings of this pane.
const (
	keyOpen   keys.ID = "open"
	keyBack   keys.ID = "back"
	keySwitch keys.ID = "switch-part"
	keyFilter keys.ID = "filter"
	keyTell   keys.ID = "tell"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	none := ""
	if p.current() == nil {
		none = "no request is under the cursor"
	}
	open, tell := "details", "copy command"
	if p.inDetails {
		open, tell = "to the list", "copy"
	}
	return append([]keys.Binding{
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does(tell), Footer: 1, Disabled: none,
			Help: "Copy the command that does the same: crane's, oras' or gh's, one after the other, then a line about the request and all shown ones as Markdown. In the details: what is under the cursor."},
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: 2, Disabled: none,
			Help: "Go to the details of the request, or back to the list."},
		{ID: keyFilter, Keys: []string{"/"}, Does: "filter", Footer: 3,
			Help: "Show only requests that match: words, !word, method:, host:, path:, status:, state:failed, age<1min."},
		{ID: keyBack, Keys: []string{"esc", "left"}, Does: p.goesBack(), Footer: 4,
			Help: "Back: from the details to the list, from a filter to all, from here to where you came from."},
		{ID: keySwitch, Keys: []string{"tab", "shift+tab", "[", "]"}, Does: "list or details", Disabled: none,
			Help: "Go from the list to the details and back."},
	}, keys.Moves()...)
}

// goesBack is what esc does now.
func (p *Pane) goesBack() string {
	switch {
	case p.inDetails:
		return "to the list"
	case p.query != "":
		return "clear filter"
	}
	return "back"
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id == keyTell {
		return p.tell(), nil
	}
	p.teller.Reset()
	switch id {
	case keyOpen, keySwitch:
		p.inDetails = !p.inDetails && p.current() != nil
		p.item = p.firstCommand()
	case keyFilter:
		p.prompt.Open(p.query)
	case keyBack:
		switch {
		case p.inDetails:
			p.inDetails = false
		case p.query != "":
			p.prompt.Clear()
			p.setQuery("")
		default:
			return pane.Back{}, nil
		}
	default:
		p.move(id)
	}
	p.arrange()
	return nil, nil
}

// firstCommand is the item of the first command that there is.
func (p *Pane) firstCommand() int {
	for i, it := range p.items {
		if it.command != "" {
			return i
		}
	}
	return 0
}

// tell copies a command: in the details the one under the cursor, else the
// first there is; pressed again, the others and further forms.
func (p *Pane) tell() pane.Action {
	r := p.current()
	if r == nil {
		return nil
	}
	tell := func(text string) func() pane.Action {
		return func() pane.Action { return pane.Tell{Text: text} }
	}
	var forms []pane.Form
	about := present.TellRequest(r.Request)
	if p.inDetails && p.item < len(p.items) {
		it := p.items[p.item]
		forms = append(forms, pane.Form{Name: "copy", Make: tell(it.copied())})
		about += it.label
	}
	for i, it := range p.items {
		if it.command != "" && (!p.inDetails || i != p.item) {
			forms = append(forms, pane.Form{Name: "copy for " + it.label, Make: tell(it.command)})
		}
	}
	forms = append(forms,
		pane.Form{Name: "tell", Make: tell(present.TellRequest(r.Request))},
		pane.Form{Name: "all as Markdown", Make: p.markdown})
	return p.teller.Tell(about, forms...)
}

// markdown is all that the filter shows, for a ticket.
func (p *Pane) markdown() pane.Action {
	var shown []model.Request
	for _, r := range p.table.Shown() {
		shown = append(shown, r.Request)
	}
	return pane.Copy{Text: present.RequestsTable(shown).Markdown(), Said: present.Many(len(shown), "request") + " as Markdown"}
}
