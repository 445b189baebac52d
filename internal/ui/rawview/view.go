package rawview

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func (p *Pane) searching() bool { return p.typing || p.tree.Query() != "" }

// bodyHeight is what title and search leave.
func (p *Pane) bodyHeight() int {
	h := p.height - 1
	if p.searching() {
		h--
	}
	return max(h, 0)
}

func (p *Pane) arrange() { p.tree.SetSize(p.width, p.bodyHeight()) }

// View draws the pane in exactly its size.
func (p *Pane) View() string {
	if p.width < 1 || p.height < 1 {
		return layout.Fit("", p.width, p.height)
	}
	lines := []string{layout.Rule(p.th, p.Title(), p.note(), p.width, p.focused)}
	if text := p.message(); text != nil {
		lines = append(lines, text...)
	} else {
		lines = append(lines, strings.Split(p.tree.View(p.focused), "\n")...)
	}
	body := 1 + p.bodyHeight()
	for len(lines) < body {
		lines = append(lines, "")
	}
	lines = lines[:body]
	if p.searching() {
		lines = append(lines, p.searchLine())
	}
	return layout.Fit(strings.Join(lines, "\n"), p.width, p.height)
}

// note is where the cursor stands, at the right of the title.
func (p *Pane) note() string {
	if p.nothing() != "" {
		return ""
	}
	path := p.tree.Path()
	if layout.Width(path)+layout.Width(p.Title())+8 > p.width {
		return ""
	}
	return path
}

// searchLine is the last line while there is a search.
func (p *Pane) searchLine() string {
	at, total := p.tree.Matches()
	counts, style := present.Count(total)+" matches", p.th.Muted
	switch {
	case total == 0 && p.tree.Query() != "":
		counts, style = "nothing matches", p.th.Warn
	case at > 0:
		counts = present.Count(at) + " of " + counts
	case total == 0:
		counts = ""
	}
	left := p.th.Key.Render("/") + " " + p.field.View(max(p.width-layout.Width(counts)-4, 1), p.typing)
	return layout.Sides(left, style.Render(counts)+" ", p.width, "")
}

// message is what is said where there is nothing to show, nil where there is.
func (p *Pane) message() []string {
	name := model.Sanitize(p.pkg) + "@" + model.Sanitize(p.digest.Short())
	switch {
	case p.building:
		return p.say("Reading " + name + ".")
	case p.have:
		return nil
	case p.err != nil:
		text := strings.TrimSuffix(model.Sanitize(p.err.Error()), ".") + "."
		if cure := model.Sanitize(model.CureOf(p.err)); cure != "" {
			text += " " + strings.ToUpper(cure[:1]) + strings.TrimSuffix(cure[1:], ".") + "."
		}
		return p.say(name+" cannot be shown: "+text, "r tries again, esc goes back.")
	}
	return p.say("Reading " + name + ".")
}

// say wraps sentences into lines with a margin.
func (p *Pane) say(sentences ...string) []string {
	out := []string{""}
	for i, s := range sentences {
		style := p.th.Base
		if i > 0 {
			style = p.th.Muted
		}
		for _, part := range layout.Wrap(p.th.Text(s), max(min(p.width-3, 90), 10)) {
			out = append(out, "   "+style.Render(part))
		}
	}
	return out
}
