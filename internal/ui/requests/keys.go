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
	if p.InDetails {
		open, tell = "to the list", "copy"
	}
	return append([]keys.Binding{
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does(tell), Footer: 1, Disabled: none,
			Help: "Copy the command that does the same: crane's, oras' or gh's, one after the other, then a line about the request and all shown ones as Markdown. In the details: what is under the cursor."},
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: 2, Disabled: none,
			Help: "Go to the details of the request, or back to the list."},
		{ID: keyFilter, Keys: []string{"/"}, Does: "filter", Footer: 3,
			Help: "Show only requests that match: words, !word, method:, host:, path:, status:, state:failed, age<1min."},
		{ID: keyBack, Keys: []string{"esc", "left"}, Does: p.GoesBack(), Footer: 4,
			Help: "Back: from the details to the list, from a filter to all, from here to where you came from."},
		{ID: keySwitch, Keys: []string{"tab", "shift+tab", "[", "]"}, Does: "list or details", Disabled: none,
			Help: "Go from the list to the details and back."},
	}, keys.Moves()...)
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id == keyTell {
		return p.tell(), nil
	}
	p.teller.Reset()
	switch id {
	case keyOpen, keySwitch:
		p.Switch()
		p.Item = firstCommand(p.Items)
	case keyFilter:
		p.OpenFilter()
	case keyBack:
		if !p.Back() {
			return pane.Back{}, nil
		}
	default:
		p.Move(id)
	}
	p.Arrange()
	return nil, nil
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
	if p.InDetails && p.Item < len(p.Items) {
		it := p.Items[p.Item]
		forms = append(forms, pane.Form{Name: "copy", Make: tell(it.Copied())})
		about += it.Label
	}
	for i, it := range p.Items {
		if it.Command != "" && (!p.InDetails || i != p.Item) {
			forms = append(forms, pane.Form{Name: "copy for " + it.Label, Make: tell(it.Command)})
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
	for _, r := range p.Table.Shown() {
		shown = append(shown, r.Request)
	}
	return pane.Copy{Text: present.RequestsTable(shown).Markdown(), Said: present.Many(len(shown), "request") + " as Markdown"}
}
