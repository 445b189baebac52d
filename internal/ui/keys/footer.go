package keys

import (
	"cmp"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Help is the ID of the binding that shows all others. The footer never drops
// it.
const Help ID = "help"

// Footer draws one line of at most width cells from the bindings that have a
// place in it: key and words, smaller places first. What does not fit goes
// whole, from the last place on; Help always stays, at the end. A disabled key
// is grey and in brackets, a dangerous one ends with the warning mark.
func Footer(th theme.Theme, bindings []Binding, width int) string {
	var items []item
	var help *item
	for _, b := range placed(bindings) {
		it := newItem(th, b)
		if b.ID == Help {
			help = &it
			continue
		}
		items = append(items, it)
	}
	const gap = 2
	room := width - 1
	if help != nil {
		room -= help.width + gap
	}
	var out []string
	for _, it := range items {
		if it.width > room {
			break
		}
		room -= it.width + gap
		out = append(out, it.drawn)
	}
	if help != nil && help.width+1 <= width {
		out = append(out, help.drawn)
	}
	if len(out) == 0 {
		return ""
	}
	return " " + strings.Join(out, strings.Repeat(" ", gap))
}

// placed lists the bindings with a place in the footer, in its order.
func placed(bindings []Binding) []Binding {
	var out []Binding
	for _, b := range bindings {
		if b.Footer > 0 && len(b.Keys) > 0 {
			out = append(out, b)
		}
	}
	slices.SortStableFunc(out, func(a, b Binding) int { return cmp.Compare(a.Footer, b.Footer) })
	return out
}

// item is one binding drawn for the footer.
type item struct {
	drawn string
	width int
}

func newItem(th theme.Theme, b Binding) item {
	key, does := th.Text(b.Label()), th.Text(b.Does)
	var drawn string
	switch {
	case !b.Enabled():
		drawn = th.KeyOff.Render("(" + key + " " + does + ")")
	case b.Danger:
		drawn = th.KeyDanger.Render(key) + " " + does + th.KeyDanger.Render(th.Glyphs.Warn)
	default:
		drawn = th.Key.Render(key) + " " + th.Muted.Render(does)
	}
	return item{drawn: drawn, width: ansi.StringWidth(drawn)}
}
