package modal

import (
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// KeyScopes lists the bindings of every dialog.
func KeyScopes(th theme.Theme) []keys.Scope {
	return []keys.Scope{
		{Name: "choosing a tag", Bindings: NewChooser(th, "", nil, nil).Keys()},
		{Name: "planning", Bindings: NewWorking(th, "", nil).Keys()},
		{Name: "confirmation", Bindings: NewConfirm(th, Preview{Terms: Terms{Word: "the word"}}).Keys()},
		{Name: "blocked plan", Bindings: NewConfirm(th, Preview{Terms: Terms{
			Blockers: []model.Remark{{Override: true}},
		}}).Keys()},
		{Name: "channel's plan, typing", Bindings: NewChannel(th, ChannelPlan{Terms: Terms{Word: "the word"}}).Keys()},
		{Name: "channel's plan, rows", Bindings: rowsOf(th)},
		{Name: "choosing a target", Bindings: NewTargets(th, TargetList{Versions: []string{}}).Keys()},
		{Name: "plan running", Bindings: NewProgress(th, "", "", model.Plan{Changes: []model.Change{{Stage: 1}, {Stage: 2}}}).Keys()},
		{Name: "result", Bindings: NewResult(th, "", nil, []Told{{}}, "").Keys()},
		{Name: "question", Bindings: NewAsk(th, "", nil, "yes", "no").Keys()},
		{Name: "name to type", Bindings: NewPrompt(th, "", nil, "", "", "go on").Keys()},
		{Name: "saving", Bindings: NewTransfer(th, "", nil).Keys()},
		{Name: "palette", Bindings: NewPalette(th, nil).Keys()},
		{Name: "columns", Bindings: NewColumns(th, "", nil, pane.Look{}).Keys()},
		{Name: "places to go to", Bindings: NewPicker(th, "", nil, nil).Keys()},
		{Name: "help", Bindings: NewHelp(th, nil).Keys()},
	}
}

// rowsOf are the keys while the rows of a channel's plan have the focus.
func rowsOf(th theme.Theme) []keys.Binding {
	c := NewChannel(th, ChannelPlan{Terms: Terms{Word: "the word"}})
	c.turn(1)
	return c.Keys()
}
