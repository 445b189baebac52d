package modal

import (
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
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
		{Name: "plan running", Bindings: NewProgress(th, "", "", model.Plan{}).Keys()},
		{Name: "result", Bindings: NewMessage(th, "", nil, "line").Keys()},
		{Name: "question", Bindings: NewAsk(th, "", nil, "yes", "no").Keys()},
		{Name: "palette", Bindings: NewPalette(th, nil).Keys()},
		{Name: "places to go to", Bindings: NewPicker(th, "", nil, nil).Keys()},
		{Name: "help", Bindings: NewHelp(th, nil).Keys()},
	}
}
