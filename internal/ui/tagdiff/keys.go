package tagdiff

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// The bindings of this pane.
const (
	keyOpen     keys.ID = "open"
	keyBack     keys.ID = "back"
	keyNext     keys.ID = "next-change"
	keyPrevious keys.ID = "previous-change"
	keyAfter    keys.ID = "next-section"
	keyBefore   keys.ID = "previous-section"
	keySearch   keys.ID = "search"
	keySplit    keys.ID = "columns"
	keyFold     keys.ID = "fold"
	keyFiles    keys.ID = "files"
	keyProof    keys.ID = "attestations"
	keyTell     keys.ID = "tell"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	none, listed := p.nothing(), ""
	if p.index {
		listed = "this is the list: enter opens a package"
	}
	only := first(listed, none)
	split, fold, next := "side by side", "unfold", "next change"
	if p.split() {
		split = "one column"
	}
	if !p.folded {
		fold = "fold"
	}
	if p.query != "" && !p.index {
		next = "next match"
	}
	noSplit := only
	if noSplit == "" && !p.wide() {
		noSplit = "two columns need a window of 120 columns"
	}
	return append([]keys.Binding{
		{ID: keyOpen, Keys: []string{"enter"}, Does: "open", Footer: p.whileListed(1), Disabled: p.noOpen(),
			Help: "Open the differences of the package under the cursor."},
		{ID: keyNext, Keys: []string{"n"}, Does: next, Footer: 2, Disabled: none,
			Help: "To the next change; while a search stands, to the next match; in a channel's list, to the next package that changed."},
		{ID: keyPrevious, Keys: []string{"N"}, Does: "previous", Disabled: none,
			Help: "To the previous change, match or changed package."},
		{ID: keyFiles, Keys: []string{"f"}, Does: "files", Footer: p.whileOpen(3), Disabled: first(only, p.noFiles()),
			Help: "Read the layers that differ and compare the files in them, esc stops it; when that is done, go to the files."},
		{ID: keySearch, Keys: []string{"/"}, Does: "search", Footer: p.whileOpen(4), Disabled: only,
			Help: "Search for a text in names and values; n and N go on, esc ends it."},
		{ID: keyFold, Keys: []string{"z"}, Does: fold, Footer: p.whileOpen(5), Disabled: only,
			Help: "Show or fold what is of little weight, such as dates, and equal lines."},
		{ID: keySplit, Keys: []string{"tab"}, Does: split, Footer: p.whileOpen(6), Disabled: noSplit,
			Help: "Both sides in columns of their own, or below each other; where there are 120 columns."},
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does("tell"), Footer: 7, Disabled: none,
			Help: "Copy one line about the differences; " + pane.FormsHelp},
		{ID: keyProof, Keys: []string{"a"}, Does: "proof", Footer: 8, Disabled: p.noProof(),
			Help: "All attestations found for the latter of the two versions."},
		{ID: keyBack, Keys: []string{"esc", "left"}, Does: p.goesBack(), Footer: 9,
			Help: "Back: stops the reading of files, ends a search, goes to the list, and from there to where you came from."},
		{ID: keyAfter, Keys: []string{"]"}, Does: "next section", Disabled: only, Help: "To the next section."},
		{ID: keyBefore, Keys: []string{"["}, Does: "previous section", Disabled: only, Help: "To the previous section."},
	}, keys.Moves()...)
}

// whileListed is a place in the footer that only the list has.
func (p *Pane) whileListed(place int) int {
	if p.index {
		return place
	}
	return 0
}

// whileOpen is a place in the footer that only the differences have.
func (p *Pane) whileOpen(place int) int {
	if p.index {
		return 0
	}
	return place
}

// first returns the first reason there is.
func first(reasons ...string) string {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}

// nothing says why there is nothing to act on, "" where there is.
func (p *Pane) nothing() string {
	switch {
	case p.index && p.whole != nil, !p.index && p.doc != nil:
		return ""
	case p.err != nil:
		return "it could not be compared: r tries again"
	}
	return "nothing has been compared yet"
}

// noOpen says why enter does nothing, "" where it opens a package.
func (p *Pane) noOpen() string {
	if !p.index {
		return "the differences are open already"
	}
	if why := p.nothing(); why != "" {
		return why
	}
	return p.noMember()
}

// noFiles says why no files can be read.
func (p *Pane) noFiles() string {
	switch {
	case p.reading != nil:
		return "they are being read; esc stops it"
	case p.sameLayers():
		return "no layer differs, so no file does"
	}
	return ""
}

// noProof says why no attestations can be shown.
func (p *Pane) noProof() string {
	switch {
	case p.index:
		m, ok := p.table.Cursor()
		if !ok || p.whole == nil {
			return "no package is under the cursor"
		}
		if m.After == "" {
			return "the channel has nothing of this package"
		}
	case p.b == "":
		return "there is no latter version"
	}
	return ""
}

// goesBack is what esc does now.
func (p *Pane) goesBack() string {
	switch {
	case p.reading != nil:
		return "stop reading"
	case p.query != "" && !p.index:
		return "end search"
	case p.channel != "" && !p.index:
		return "to the list"
	}
	return "back"
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id != keyTell {
		p.teller.Reset()
	}
	if id != keyFiles {
		p.moved = true
	}
	switch id {
	case keyBack:
		return p.back(), nil
	case keyOpen:
		return nil, p.openMember()
	case keyFiles:
		return p.readFiles(), nil
	case keyTell:
		return p.tell(), nil
	case keyProof:
		return p.proof(), nil
	case keySearch:
		p.openSearch()
	case keyFold:
		p.folded = !p.folded
		p.rearrange()
	case keySplit:
		p.narrow = !p.narrow
		p.rearrange()
	case keyNext, keyPrevious:
		return p.change(id == keyNext), nil
	case keyAfter, keyBefore:
		return p.toSection(id == keyAfter), nil
	default:
		keys.Move(p.mover(), id)
	}
	return nil, nil
}

// back leaves the innermost thing that is open or under way.
func (p *Pane) back() pane.Action {
	switch {
	case p.reading != nil:
		p.reading = nil
		p.arrange()
		return pane.Stop{}
	case p.query != "" && !p.index:
		p.setQuery("")
	case p.channel != "" && !p.index:
		p.index = true
		p.arrange()
	default:
		return pane.Back{}
	}
	return nil
}

// readFiles asks for the files of both sides, or goes to them where they have
// been read.
func (p *Pane) readFiles() pane.Action {
	if s, ok := p.files[p.here()]; ok {
		p.goTo(s.Name)
		return nil
	}
	p.reading, p.failed, p.filesOf, p.moved = &pane.Progress{}, nil, p.here(), false
	p.arrange()
	return pane.CompareFiles{Package: p.pkg, A: p.a, B: p.b}
}

func (p *Pane) proof() pane.Action {
	if p.index {
		m, ok := p.table.Cursor()
		if !ok || p.whole == nil {
			return nil
		}
		return pane.ShowAttestations{Package: m.Package, Digest: m.After}
	}
	return pane.ShowAttestations{Package: p.pkg, Digest: p.b}
}

// change goes to the next or previous change, or match of a search.
func (p *Pane) change(forward bool) pane.Action {
	if p.index {
		return p.changedMember(forward)
	}
	stops, what := p.shown.stops, "change"
	if p.query != "" {
		stops, what = p.hitRows(), "match"
	}
	return p.to(stops, forward, what)
}

func (p *Pane) toSection(forward bool) pane.Action {
	return p.to(p.shown.heads, forward, "section")
}

// to goes to the next or previous of some rows, which are in order.
func (p *Pane) to(rows []int, forward bool, what string) pane.Action {
	if len(rows) == 0 {
		return pane.Notice{Text: "there is no " + what}
	}
	i, on := slices.BinarySearch(rows, p.cursor)
	if forward && on {
		i++
	}
	if !forward {
		i--
	}
	switch {
	case i < 0:
		return pane.Notice{Text: "this is the first " + what}
	case i >= len(rows):
		return pane.Notice{Text: "this is the last " + what}
	}
	p.jump(rows[i])
	return nil
}

// mover is what the keys move: the list, or the differences.
func (p *Pane) mover() keys.Mover {
	if p.index {
		return p.table
	}
	return body{p}
}

// body moves the cursor through the differences.
type body struct{ p *Pane }

func (b body) Move(delta int) { b.to(b.p.cursor + delta) }
func (b body) Home()          { b.to(0) }
func (b body) End()           { b.to(len(b.p.shown.rows) - 1) }
func (b body) Page(dir int)   { b.to(b.p.cursor + dir*max(b.p.bodyHeight()-1, 1)) }

func (b body) to(row int) {
	b.p.cursor = row
	b.p.scroll()
}

// moused takes the wheel, and clicks.
func (p *Pane) moused(msg tea.MouseMsg) {
	if lines := keys.Wheel(msg); lines != 0 {
		p.moved = true
		p.mover().Move(lines)
	}
	if keys.Click(msg) {
		p.clicked(msg.X, msg.Y)
	}
}

// clicked puts the cursor where the mouse points.
func (p *Pane) clicked(x, y int) {
	p.moved = true
	if p.index {
		if p.whole != nil {
			p.table.At(y - len(p.listHead()))
		}
		return
	}
	line := y - p.headHeight()
	if p.doc == nil || line < 0 || line >= p.bodyHeight() {
		return
	}
	if p.wide() && x < sideWidth {
		if line > 0 && line-1 < len(p.shown.heads) {
			p.jump(p.shown.heads[line-1])
		}
		return
	}
	if at := p.top + line; at < len(p.shown.rows) {
		p.cursor = at
	}
}

// sameLayers reports whether it is known that no layer differs.
func (p *Pane) sameLayers() bool {
	if p.diff == nil {
		return false
	}
	s, ok := p.diff.Section(model.DiffLayers)
	return ok && len(s.Entries) == 0 && s.Equal > 0
}
