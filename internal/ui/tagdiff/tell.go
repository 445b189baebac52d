package tagdiff

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// tell copies one line; where that was just done, everything as Markdown.
func (p *Pane) tell(again bool) pane.Action {
	switch {
	case p.index && p.whole != nil && again:
		text := present.Markdown(present.TellChannelDiff(*p.whole)) + "\n\n" + present.ChannelDiffTable(*p.whole).Markdown()
		return pane.Copy{Text: text, Said: "what changed in " + model.Sanitize(p.channel) + ", as Markdown"}
	case p.index && p.whole != nil:
		return pane.Tell{Text: present.TellChannelDiff(*p.whole)}
	case !p.index && p.diff != nil && again:
		return pane.Copy{Text: markdown(*p.diff), Said: "the differences of " + model.Sanitize(p.pkg) + ", as Markdown"}
	case !p.index && p.diff != nil:
		return pane.Tell{Text: present.TellDiff(*p.diff)}
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
