package keys

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// HelpLines draws what the keys do here, for a dialog that scrolls: per scope
// a title and for each binding its keys, its words, its sentence and, where it
// is disabled, why. filter keeps what holds all its words, in keys, names or
// sentences, without regard to case. No line is wider than width.
func HelpLines(th theme.Theme, scopes []Scope, filter string, width int) []string {
	if width <= 0 {
		return nil
	}
	var out []string
	for _, s := range scopes {
		var body []string
		for _, b := range s.Bindings {
			if len(b.Keys) > 0 && holds(b, filter) {
				body = append(body, helpLines(th, b, width)...)
			}
		}
		if len(body) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, th.Title.Render(ansi.Truncate(th.Text(s.Name), width, th.Glyphs.Ellipsis)))
		out = append(out, body...)
	}
	if len(out) == 0 {
		out = append(out, ansi.Truncate(th.Text("No key here matches."), width, th.Glyphs.Ellipsis))
	}
	return out
}

// helpLines draws one binding: the keys in a column, the rest wrapped beside.
func helpLines(th theme.Theme, b Binding, width int) []string {
	const indent, column = 2, 18
	style, words := th.Key, b.Help
	if words == "" {
		words = b.Does
	}
	switch {
	case !b.Enabled():
		style, words = th.KeyOff, words+" Not now: "+b.Disabled+"."
	case b.Danger:
		style, words = th.KeyDanger, words+" May change the registry "+th.Glyphs.Warn
	}
	key := th.Text(strings.Join(b.Labels(), " "))
	room := width - indent - column
	if room < 16 { // too narrow for two columns: keys above, words below
		lines := []string{style.Render(ansi.Truncate("  "+key, width, th.Glyphs.Ellipsis))}
		for _, l := range strings.Split(ansi.Wrap(th.Text(words), max(width-4, 1), ""), "\n") {
			lines = append(lines, ansi.Truncate("    "+l, width, ""))
		}
		return lines
	}
	var lines []string
	for i, l := range strings.Split(ansi.Wrap(th.Text(words), room, ""), "\n") {
		head := strings.Repeat(" ", indent+column)
		if i == 0 {
			shown := ansi.Truncate(key, column-1, th.Glyphs.Ellipsis)
			head = strings.Repeat(" ", indent) + style.Render(shown) + strings.Repeat(" ", column-ansi.StringWidth(shown))
		}
		if !b.Enabled() {
			l = th.Muted.Render(l)
		}
		lines = append(lines, head+l)
	}
	return lines
}

func holds(b Binding, filter string) bool {
	text := strings.ToLower(strings.Join(append(b.Labels(), string(b.ID), b.Does, b.Help, b.Disabled), " "))
	for _, word := range strings.Fields(strings.ToLower(filter)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// Markdown is the table of all keys for the README, scope by scope.
func Markdown(scopes []Scope) string {
	var b strings.Builder
	for i, s := range scopes {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("| " + cell(s.Name) + " | does |\n| --- | --- |\n")
		for _, k := range s.Bindings {
			if len(k.Keys) == 0 {
				continue
			}
			names := make([]string, len(k.Keys))
			for i, l := range k.Labels() {
				names[i] = code(l)
			}
			does := k.Help
			if does == "" {
				does = k.Does
			}
			b.WriteString("| " + strings.Join(names, " ") + " | " + cell(does) + " |\n")
		}
	}
	return b.String()
}

// code is a key in Markdown's code form, safe within a table.
func code(key string) string {
	if strings.Contains(key, "`") {
		return "`` " + key + " ``"
	}
	return "`" + strings.ReplaceAll(key, "|", `\|`) + "`"
}

func cell(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ")
}
