package ui

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// route finds who a message is for: the size for everybody, keys for the
// dialog in front, else for the pane that takes text, else for the bindings
// that work everywhere and those of the pane; answers by their address.
func (r *Root) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.resize(msg.Width, msg.Height)
		return r.tellPane(r.top(), msg) // a wider pane may want more than it has
	case tea.KeyMsg:
		return r.typed(msg)
	case tea.MouseMsg:
		return r.moused(msg)
	case clockTick:
		return r.tick()
	case storedMsg:
		return r.onStored(msg)
	case refreshedMsg:
		return r.onRefreshed(msg)
	case confirmedMsg:
		return r.onConfirmed(msg)
	case readMsg:
		return r.onRead(msg)
	case wholeMsg:
		return r.onWhole(msg)
	case aimedMsg:
		return r.onAimed(msg)
	case trustedMsg:
		return r.onTrusted(msg)
	case savedMsg:
		return r.onSaved(msg)
	case aftermathMsg:
		return r.onAftermath(msg)
	case pausedMsg:
		return r.onPaused(msg)
	case plannedMsg:
		return r.onPlanned(msg)
	case steppedMsg:
		return r.onStepped(msg)
	case executedMsg:
		return r.onExecuted(msg)
	case copiedMsg:
		return r.onCopied(msg)
	case handMsg:
		return r.byHand(msg.text)
	case backMsg:
		return r.onBack(msg)
	case browsedMsg:
		return r.onBrowsed(msg)
	case fetchedMsg:
		return r.onFetched(msg)
	case progressMsg:
		return r.onProgress(msg)
	case pullFilesMsg:
		return r.onPullFiles(msg)
	case pullNewsMsg:
		return r.onPullNews(msg)
	case pullListenMsg:
		return r.onPullListen(msg)
	case pulledMsg:
		return r.onPulled(msg)
	case exportedMsg:
		return r.onExported(msg)
	case unfinishedMsg:
		return r.onUnfinished(msg)
	case settledMsg:
		return r.onSettled(msg)
	case recordedMsg:
		return r.onRecorded(msg)
	case followMsg:
		return r.onFollow(msg)
	case listenMsg:
		return r.onListen(msg)
	case arrangedMsg:
		return r.onArranged(msg)
	case pane.Result:
		return r.deliver(msg)
	}
	if r.modals.Owns(msg) {
		_, cmd := r.modals.Update(msg)
		return cmd
	}
	return tea.Batch(r.modals.Deliver(msg), r.tellPane(r.top(), msg))
}

// resize gives everybody their size; it may come at any time, and with any
// numbers.
func (r *Root) resize(width, height int) {
	r.width, r.height = max(width, 0), max(height, 0)
	// A pane gets the whole body: it knows itself what stands beside what.
	r.layout = layout.Screen(r.width, r.height, layout.Options{Alone: true})
	for _, o := range r.stack {
		o.pane.SetSize(r.layout.Body.W, r.layout.Body.H)
	}
	r.modals.SetSize(r.width, max(r.height-r.layout.Status.H, 0))
}

// deliver brings a result to the panes that it is addressed to; of several of
// a kind each knows what it has asked for itself. A pane that the way forward
// leads back to gets its answers too. Where a pane is gone, so is the interest
// in them.
func (r *Root) deliver(msg pane.Result) tea.Cmd {
	var cmds []tea.Cmd
	for _, o := range slices.Concat(r.stack, r.ahead) {
		if o.pane.ID() == msg.To {
			cmds = append(cmds, r.tellPane(o.pane, msg))
		}
	}
	return tea.Batch(cmds...)
}

// typed takes apart what fast typing has joined: several characters in one
// message, or esc and what followed it in one alt+key. Each key is routed by
// itself, for the first may change where the second goes. Pasted text stays
// whole.
func (r *Root) typed(msg tea.KeyMsg) tea.Cmd {
	if msg.Type != tea.KeyRunes || msg.Paste {
		return r.key(msg)
	}
	var cmds []tea.Cmd
	if msg.Alt && !r.edits(msg) {
		msg.Alt = false
		cmds = append(cmds, r.key(tea.KeyMsg{Type: tea.KeyEsc}))
	}
	for _, c := range msg.Runes {
		k := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{c}, Alt: msg.Alt}
		if c == ' ' {
			k.Type = tea.KeySpace
		}
		cmds = append(cmds, r.key(k))
	}
	return tea.Batch(cmds...)
}

// edits reports whether an alt+key is one by which people edit text.
func (r *Root) edits(msg tea.KeyMsg) bool {
	text := r.modals.Len() > 0 || r.top().CapturesText()
	return text && utf8.RuneCountInString(string(msg.Runes)) == 1 && strings.ContainsRune("bfd", msg.Runes[0])
}

// key routes a single key.
func (r *Root) key(k tea.KeyMsg) tea.Cmd {
	if r.gone {
		return nil
	}
	r.notice = notice{}
	name := k.String()
	if r.layout.TooSmall && !r.blind(name) {
		return nil // nobody acts on a screen that cannot be seen
	}
	if front := r.modals.Front(); front != nil {
		if name == "ctrl+c" && r.run == nil {
			return r.quit()
		}
		out, cmd := r.modals.Update(k)
		return tea.Batch(cmd, r.decide(front, out))
	}
	top := r.top()
	if name == "ctrl+c" {
		return r.quit()
	}
	if top.CapturesText() {
		return r.tellPane(top, k)
	}
	if k.Paste {
		r.say("pasted text is not taken here; / opens the filter")
		return nil
	}
	if b, ok := keys.Find(r.globals(), name); ok {
		return r.runGlobal(b)
	}
	if b, ok := keys.Find(r.paneKeys(), name); ok {
		return r.runPane(b)
	}
	if name == "esc" || name == "left" {
		return r.act(pane.Back{})
	}
	r.say(keys.Label(name) + " does nothing here; ? lists the keys")
	return nil
}

// blind are the keys that work on a terminal that is too small: leaving, and
// stopping a plan.
func (r *Root) blind(name string) bool {
	switch name {
	case "ctrl+c":
		return true
	case "q":
		return r.modals.Len() == 0 && !r.top().CapturesText()
	case "x", "ctrl+x":
		return r.run != nil
	}
	return false
}

// runPane runs a binding of the pane on top, or says why it does nothing now.
func (r *Root) runPane(b keys.Binding) tea.Cmd {
	if !b.Enabled() {
		r.say(b.Label() + " does nothing now: " + b.Disabled)
		return nil
	}
	action, cmd := r.top().Do(b.ID)
	return tea.Batch(cmd, r.act(action))
}

// moused gives wheel and clicks to the dialog in front, or everything to the pane,
// counted from the pane's corner.
func (r *Root) moused(msg tea.MouseMsg) tea.Cmd {
	if r.layout.TooSmall {
		return nil
	}
	if front := r.modals.Front(); front != nil {
		if keys.Click(msg) {
			return r.decide(front, r.modals.Click(msg.X, msg.Y-r.layout.Status.H))
		}
		if keys.Wheel(msg) == 0 {
			return nil
		}
		out, cmd := r.modals.Update(msg)
		return tea.Batch(cmd, r.decide(front, out))
	}
	msg.X -= r.layout.Body.X
	msg.Y -= r.layout.Body.Y
	if msg.Y < 0 || msg.Y >= r.layout.Body.H {
		return nil
	}
	return r.tellPane(r.top(), msg)
}

// push shows a dialog.
func (r *Root) push(m modal.Modal) tea.Cmd { return r.modals.Push(m) }
