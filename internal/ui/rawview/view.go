package rawview

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func (p *Pane) searching() bool { return p.prompt.Typing() || p.tree.Query() != "" }

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
	head := []string{layout.Rule(p.th, p.Title(), p.note(), p.width, p.focused)}
	body := p.message()
	if body == nil {
		body = strings.Split(p.tree.View(p.focused), "\n")
	}
	var foot []string
	if p.searching() {
		found, none := p.tree.Found()
		foot = []string{p.prompt.View(p.width, found, none)}
	}
	return layout.Stack(p.width, p.height, head, body, foot)
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

// message is what is said where there is nothing to show, nil where there is.
func (p *Pane) message() []string {
	name := model.Sanitize(p.pkg) + "@" + model.Sanitize(p.digest.Short())
	switch {
	case p.building:
		return p.say("Reading " + name + ".")
	case p.have:
		return nil
	case p.err != nil:
		return p.say(name+" cannot be shown: "+present.Why(p.err)+".", "r tries again, esc goes back.")
	}
	return p.say("Reading " + name + ".")
}

// say is what is said where there is nothing to show.
func (p *Pane) say(sentences ...string) []string {
	return layout.Sentences(p.th, p.width, sentences...)
}
