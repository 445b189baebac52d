package packages

import (
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// labelWidth is the width of the labels of the details.
const labelWidth = 12

// drawDetails writes all about the selection into the room beside the lists.
func (p *Pane) drawDetails(w, h int) []string {
	title, facts, _ := p.selection()
	out := []string{layout.Rule(p.th, title, "", w, false)}
	for _, f := range facts {
		out = append(out, p.drawFact(f, w)...)
	}
	if p.legend() != "" && p.part == inPackages {
		out = append(out, "", p.th.Muted.Render(" "+layout.Truncate(p.legend(), w-1, p.th.Glyphs.Ellipsis)))
	}
	if len(out) > h && h > 1 {
		more := fmt.Sprintf(" %s %s more lines: a taller window shows them", p.th.Glyphs.Ellipsis, present.Count(len(out)-h+1))
		out = append(out[:h-1], p.th.Muted.Render(more))
	}
	return out
}

func (p *Pane) drawFact(f fact, w int) []string {
	indent := labelWidth
	if f.flush || strings.HasPrefix(f.text, "sha256:") && w < labelWidth+len(f.text) {
		indent = 2 // a whole digest in as few pieces as can be
	}
	if f.short != "" && layout.Width(f.text) > w-indent-1 {
		f.text = f.short
	}
	var out []string
	for i, line := range layout.Wrap(p.th.Text(f.text), max(w-indent-1, 1)) {
		label := strings.Repeat(" ", indent)
		if i == 0 && f.label != "" {
			label = layout.Pad(" "+f.label, labelWidth) // never with flush
		}
		out = append(out, p.th.Muted.Render(label)+p.th.Tone(f.tone).Render(line))
	}
	return out
}

// arrangePast puts the third column in order: the releases beside a channel,
// the history beside a package, the cursor on what the chosen channel holds.
func (p *Pane) arrangePast(r layout.Rect) {
	if r.Empty() {
		return
	}
	p.releases.SetSize(r.W, r.H-1)
	p.builds.SetSize(r.W, r.H-1)
	c := p.channel()
	if c == nil {
		return
	}
	if p.part == inChannels && c.Release != nil {
		p.releases.GoTo(releaseKey(&releaseRow{Release: *c.Release}))
	}
	if b := p.current(); p.part == inPackages && b != nil {
		p.builds.GoTo(string(memberOf(c.ChannelState, b.Spec.Name).Digest))
	}
}

// pastView draws the third column.
func (p *Pane) pastView(r layout.Rect) []string {
	title, note, body := "releases", "", ""
	switch pkg := p.current(); {
	case p.part == inChannels && len(p.pic.releases) == 0:
		body = strings.Join(layout.Sentences(p.th, r.W, "No releases are known: neither tags nor metadata name any."), "\n")
	case p.part == inChannels:
		note, body = p.releases.Position(), p.releases.View(false)
	case pkg == nil:
		title = "history"
	case !pkg.Known:
		title = model.Sanitize(pkg.Spec.Name) + " history"
		body = strings.Join(layout.Sentences(p.th, r.W, "Its versions have not been read."), "\n")
	case !p.past.of(pkg.Spec.Name):
		title = model.Sanitize(pkg.Spec.Name) + " history"
		body = strings.Join(layout.Sentences(p.th, r.W, "Sorting its versions."), "\n")
	default:
		title = model.Sanitize(pkg.Spec.Name) + " history"
		note, body = p.builds.Position(), p.builds.View(false)
		if note == "" {
			note = present.Many(p.builds.Total(), "build")
		}
	}
	return append([]string{layout.Rule(p.th, title, note, r.W, false)}, strings.Split(body, "\n")...)
}
