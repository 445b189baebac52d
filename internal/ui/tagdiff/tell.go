package tagdiff

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// tell tells in the form whose turn it is: of the whole channel in its list,
// else of the differences that are open.
func (p *Pane) tell() pane.Action {
	inv := p.survey.Inventory
	switch {
	case p.index && p.whole != nil:
		whole := *p.whole
		line := present.TellChannelDiff(whole)
		markdown := func() string { return present.Markdown(line) + "\n\n" + present.ChannelDiffTable(whole).Markdown() }
		return p.teller.Tell("channel", pane.Forms(line, "what changed in "+model.Sanitize(p.channel), markdown, pane.ChannelDiffOf{Inventory: inv, Diff: whole})...)
	case !p.index && p.diff != nil:
		diff := *p.diff
		return p.teller.Tell("package "+p.pkg, pane.Forms(present.TellDiff(diff), "the differences of "+model.Sanitize(p.pkg),
			func() string { return markdown(diff) }, pane.DiffOf{Inventory: inv, Diff: diff})...)
	}
	return nil
}

// markdown is a difference for a ticket: what is compared, how much differs
// where, each thing that differs, and the changed texts.
func markdown(d model.Diff) string {
	parts := []string{present.Markdown(present.TellDiff(d)) + "\n", present.DiffSummaryTable(d).Markdown(), present.DiffTable(d).Markdown()}
	for _, block := range present.DiffTexts(d) {
		parts = append(parts, block.Markdown()+"\n")
	}
	return strings.Join(parts, "\n")
}
