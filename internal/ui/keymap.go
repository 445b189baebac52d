package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/attest"
	"github.com/novotnyllc/caitui/internal/ui/history"
	"github.com/novotnyllc/caitui/internal/ui/journal"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/matrix"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/packages"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/rawview"
	"github.com/novotnyllc/caitui/internal/ui/requests"
	"github.com/novotnyllc/caitui/internal/ui/sbom"
	"github.com/novotnyllc/caitui/internal/ui/tagdiff"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/versions"
)

// The bindings that work everywhere.
const (
	keyHelp             = keys.Help
	keyPalette  keys.ID = "palette"
	keyRefresh  keys.ID = "refresh"
	keyMouse    keys.ID = "mouse"
	keyRequests keys.ID = "requests"
	keyJournal  keys.ID = "journal"
	keyMatrix   keys.ID = "matrix"
	keyLeave    keys.ID = "leave"
	keyForward  keys.ID = "forward"
	keyColumns  keys.ID = "arrange-columns"
	keyQuit     keys.ID = "quit"
)

// globals are the bindings that work in every pane.
func (r *Root) globals() []keys.Binding {
	mouse := "mouse on"
	if r.mouse {
		mouse = "mouse off"
	}
	return keys.Apply(everywhere(mouse, r.behind(), r.forwardTo(), r.noColumns()), r.o.Keys)
}

// paneKeys are the bindings of the pane on top.
func (r *Root) paneKeys() []keys.Binding { return keys.Apply(r.top().Keys(), r.o.Keys) }

// everywhere declares them; behind and ahead are the titles of the panes that
// lie there, "" for none, noColumns why no table can be arranged.
func everywhere(mouse, behind, ahead, noColumns string) []keys.Binding {
	leave := keys.Binding{ID: keyLeave, Keys: []string{"alt+left"}, Does: "leave",
		Help: "Go back to the screen before at once, whatever is open here. Forward comes back to it."}
	if behind == "" {
		leave.Disabled = "this is the first screen; q quits"
	}
	forward := keys.Binding{ID: keyForward, Keys: []string{"alt+right"}, Does: "forward",
		Help: "Go forward to the screen that going back has left, with its cursor, marks and filter. Going somewhere else drops it."}
	if ahead == "" {
		forward.Disabled = "there is nothing ahead: no screen was left by going back"
	} else {
		forward.Footer = 21
		forward.Help = "Go forward to " + ahead + ", which going back has left, with its cursor, marks and filter."
	}
	columns := keys.Binding{ID: keyColumns, Keys: []string{"c"}, Does: "columns", Disabled: noColumns,
		Help: "Sort the list by a column, hide columns or show them; it stays so while the program runs."}
	if noColumns == "" {
		columns.Footer = 51
	}
	return []keys.Binding{
		{ID: keyHelp, Keys: []string{"?"}, Does: "help", Footer: 91, Help: "What the keys do here; typing narrows the list down."},
		{ID: keyPalette, Keys: []string{":", "ctrl+p"}, Does: "all", Footer: 20, Help: "Every action and command by name."},
		{ID: keyRefresh, Keys: []string{"r"}, Does: "refresh", Footer: 50, Help: "Read everything again."},
		{ID: keyMouse, Keys: []string{"M"}, Does: mouse, Help: "Turn the mouse on or off: on, the wheel scrolls and a click puts the cursor there; off, the terminal selects text by itself."},
		{ID: keyRequests, Keys: []string{"@"}, Does: "requests", Help: "What caitui has sent, and the commands of crane, oras and gh that do the same."},
		{ID: keyJournal, Keys: []string{"J"}, Does: "journal", Help: "What was previewed and done from this machine, how it stands, and what takes it back."},
		{ID: keyMatrix, Keys: []string{"C"}, Does: "channels × packages", Help: "All packages against all channels: the verdict on each, or its release."},
		columns, leave, forward,
		{ID: keyQuit, Keys: []string{"q", "ctrl+c"}, Does: "quit", Footer: 95, Help: "Leave. Asks while a plan runs or marks stand."},
	}
}

// runGlobal runs a binding that works everywhere.
func (r *Root) runGlobal(b keys.Binding) tea.Cmd {
	if !b.Enabled() {
		r.say(b.Label() + " does nothing now: " + b.Disabled)
		return nil
	}
	switch b.ID {
	case keyHelp:
		return r.push(modal.NewHelp(r.th, r.scopes()))
	case keyPalette:
		return r.push(modal.NewPalette(r.th, r.entries()))
	case keyRefresh:
		return r.refresh()
	case keyRequests:
		return r.openRequests()
	case keyJournal:
		return r.openJournal("")
	case keyMatrix:
		return r.openMatrix(pane.ShowMatrix{})
	case keyMouse:
		return r.toggleMouse()
	case keyColumns:
		return r.arrange()
	case keyLeave:
		r.back()
	case keyForward:
		return r.forward()
	case keyQuit:
		return r.quit()
	}
	return nil
}

func (r *Root) toggleMouse() tea.Cmd {
	r.mouse = !r.mouse
	if r.mouse {
		r.say("mouse on: the wheel scrolls, a click goes there; M turns it off")
		return tea.EnableMouseCellMotion
	}
	r.say("mouse off: the terminal selects text by itself")
	return tea.DisableMouse
}

// scopes are the bindings in force now, the nearest first.
func (r *Root) scopes() []keys.Scope {
	return []keys.Scope{
		{Name: "Here: " + model.Sanitize(r.top().Title()), Bindings: r.paneKeys()},
		{Name: "Everywhere", Bindings: r.globals()},
	}
}

// entries are what the palette offers: actions, then commands.
func (r *Root) entries() []modal.Entry {
	var out []modal.Entry
	for _, s := range r.scopes() {
		for _, b := range s.Bindings {
			help := b.Help
			if b.Danger {
				help += " May change the registry."
			}
			out = append(out, modal.Entry{
				Label: b.Does, Key: b.Label(), Help: help, Disabled: b.Disabled, Outcome: modal.Ran{ID: b.ID},
			})
		}
	}
	out = append(out, modal.Entry{Label: "q", Help: "Leave.", Outcome: modal.Ran{ID: keyQuit}})
	for _, p := range r.survey.Inventory.Packages {
		out = append(out, modal.Entry{
			Label: "pkg " + model.Sanitize(p.Spec.Name), Help: "Open its history.",
			Outcome: modal.Commanded{Name: "pkg", Argument: p.Spec.Name},
		})
	}
	return out
}

// runID runs a binding by its name, the pane's before those of everywhere.
func (r *Root) runID(id keys.ID) tea.Cmd {
	if b, ok := keys.Get(r.paneKeys(), id); ok {
		return r.runPane(b)
	}
	if b, ok := keys.Get(r.globals(), id); ok {
		return r.runGlobal(b)
	}
	return nil
}

// realPanes is the one table of what panes there are.
func realPanes(th theme.Theme) panes {
	return panes{
		home: func() pane.Pane { return packages.New(th) },
		history: func(pkg string, at model.Digest) pane.Pane {
			p := history.New(th, pkg)
			p.GoTo(at)
			return p
		},
		versions: func() pane.Pane { return versions.New(th) },
		diff:     func(a pane.Compare) pane.Pane { return tagdiff.New(th, a) },
		channel:  func(a pane.CompareChannel) pane.Pane { return tagdiff.NewChannel(th, a.Channel) },
		attest:   func(a pane.ShowAttestations) pane.Pane { return attest.New(th, a.Package, a.Digest) },
		matrix:   func(a pane.ShowMatrix) pane.Pane { return matrix.New(th, a) },
		sbom:     func(a pane.ShowSBOM) pane.Pane { return sbom.New(th, a) },
		raw:      func(a pane.ShowRaw) pane.Pane { return rawview.New(th, a.Package, a.Digest) },
		requests: func() pane.Pane { return requests.New(th) },
		journal:  func(plan string) pane.Pane { return journal.New(th, plan) },
	}
}

// Everywhere is the name of the scope whose bindings are in force in every
// pane, together with the pane's own.
const Everywhere = "everywhere"

// PaneScopes lists the bindings that a person may give other keys.
func PaneScopes() []keys.Scope {
	th := theme.Theme{}
	return []keys.Scope{
		{Name: Everywhere, Bindings: everywhere("mouse", "home", "", "")},
		{Name: "home", Bindings: packages.New(th).Keys()},
		{Name: "history", Bindings: history.New(th, "package").Keys()},
		{Name: "all versions", Bindings: versions.New(th).Keys()},
		{Name: "differences", Bindings: tagdiff.New(th, pane.Compare{}).Keys()},
		{Name: "attestations", Bindings: attest.New(th, "package", "").Keys()},
		{Name: "channels × packages", Bindings: matrix.New(th, pane.ShowMatrix{}).Keys()},
		{Name: "SBOM", Bindings: sbom.New(th, pane.ShowSBOM{Package: "package"}).Keys()},
		{Name: "raw", Bindings: rawview.New(th, "package", "").Keys()},
		{Name: "requests", Bindings: requests.New(th).Keys()},
		{Name: "journal", Bindings: journal.New(th, "").Keys()},
	}
}

// KeyScopes lists every binding there is, pane by pane and dialog by dialog:
// the README's table and the test for conflicts are made from it.
func KeyScopes() []keys.Scope {
	return append(PaneScopes(), modal.KeyScopes(theme.Theme{})...)
}
