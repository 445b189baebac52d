package records

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// filtering is whether the last line belongs to the filter, or to the search in
// the details.
func (b *Browser[R]) filtering() bool { return b.prompt.Typing() || b.Query != "" || b.searching() }

func (b *Browser[R]) searching() bool { return b.InDetails && (b.inner.Typing() || b.part != "") }

// line is the filter's last line, or that of the search in the details.
func (b *Browser[R]) line() string {
	line, here, all := &b.prompt, b.Table.Len(), b.form.Count(b.Table.Total())
	if b.searching() {
		line, here, all = &b.inner, len(b.Items), present.Count(b.keyed)
		if b.part == "" {
			here = b.keyed
		}
	}
	if b.wrong != "" {
		return line.View(b.width, b.wrong, true)
	}
	return line.View(b.width, present.Count(here)+" of "+all, here == 0)
}

// bodyHeight is what title and filter leave.
func (b *Browser[R]) bodyHeight() int {
	h := b.height - 1 - len(b.head)
	if b.filtering() {
		h--
	}
	return max(h, 0)
}

// View draws title, list, details and filter in exactly the size last set.
func (b *Browser[R]) View() string {
	if b.width < 1 || b.height < 1 {
		return layout.Fit("", b.width, b.height)
	}
	head := []string{layout.Rule(b.th, b.form.Title, b.form.Note(), b.width, b.focused)}
	head = append(head, b.head...)
	var foot []string
	if b.filtering() {
		foot = []string{b.line()}
	}
	return layout.Stack(b.width, b.height, head, b.body(), foot)
}

func (b *Browser[R]) body() []string {
	if text := b.form.Message(); text != nil {
		return text
	}
	list, details := b.split()
	rows := strings.Split(b.Table.View(b.focused && !b.InDetails), "\n")
	focused := b.focused && b.InDetails
	switch {
	case details.Empty():
		return rows
	case details.X > 0:
		return layout.Columns(b.th, b.bodyHeight(), layout.Column{W: list.W, Lines: rows},
			layout.Column{W: details.W, Lines: b.visible(details.W, details.H, focused)})
	}
	rule := layout.Rule(b.th, b.form.Details, b.MarkNote(), b.width, focused)
	return append(append(rows[:min(len(rows), list.H)], rule), b.visible(details.W, details.H-1, focused)...)
}
