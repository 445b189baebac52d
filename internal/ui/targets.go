package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// checkedTargets is how many releases of the list are checked by themselves:
// the likely ones. Each costs the registry some seventy requests, once ever.
const checkedTargets = 8

// trustedMsg is what checking a release of the list came to.
type trustedMsg struct {
	list *modal.Targets
	row  int
	sum  model.TrustSum
	err  error
	rest []check
}

// check is a row of the list and what has to be checked for it.
type check struct {
	row     int
	digests map[string]model.Digest
}

// openTargets opens the list of what the channel can go to, and has the likely ones
// checked beside it, one after the other, for as long as the list is open.
func (r *Root) openTargets(what channelChange, open func(modal.Modal) tea.Cmd) tea.Cmd {
	list := r.targets(what)
	return tea.Batch(open(list), r.checkNext(list, likely(what.targets, list.Here())))
}

// likely are the targets that a person may choose: the one under the cursor, the
// advised one, and those that the channel pointed to before.
func likely(targets []model.ChannelTarget, here int) []check {
	var out []check
	add := func(row int) {
		t := targets[row]
		if len(out) == checkedTargets || t.Never != "" || slices.ContainsFunc(out, func(c check) bool { return c.row == row }) {
			return
		}
		out = append(out, check{row, t.Release.Digests()})
	}
	if here < len(targets) {
		add(here)
	}
	for row, t := range targets {
		if t.Advised {
			add(row)
		}
	}
	for row, t := range targets {
		if len(t.Stays) > 0 || t.Now {
			add(row)
		}
	}
	return out
}

// checkNext checks the first of some releases.
func (r *Root) checkNext(list *modal.Targets, left []check) tea.Cmd {
	if len(left) == 0 {
		return nil
	}
	ctx, service, next, rest := r.ctx, r.o.Service, left[0], left[1:]
	return func() tea.Msg {
		of, err := service.Trusted(ctx, next.digests)
		return trustedMsg{list: list, row: next.row, sum: model.SumTrust(of), err: err, rest: rest}
	}
}

// onTrusted shows what came of one and goes on to the next.
func (r *Root) onTrusted(msg trustedMsg) tea.Cmd {
	if !r.modals.Has(msg.list) {
		return nil
	}
	if msg.err == nil {
		msg.list.SetAttested(msg.row, present.Trusted(msg.sum))
	}
	return r.checkNext(msg.list, msg.rest)
}
