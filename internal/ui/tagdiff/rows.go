package tagdiff

import "github.com/novotnyllc/caitui/internal/model"

// shape is what a row shows of its item.
type shape uint8

const (
	plain  shape = iota // heading, note, hunk: all there is
	blank               // a line that keeps sections apart
	name                // what the rows below are about
	arrow               // both sides on one line
	former              // the former side, in one column
	latter              // the new side, in one column
	both                // both sides in columns of their own
	folded              // in place of items that are not shown
)

// row is one line of the body.
type row struct {
	shape shape
	item  int32
	part  int32 // of the text, where that is broken into several rows
	n     int32 // of a folded row: how many items
}

// arrangement is the document in rows of a width.
type arrangement struct {
	rows  []row
	stops []int // rows at which changes begin
	heads []int // the row of each section's heading
}

// arranging is what the rows depend on besides the document.
type arranging struct {
	width int
	split bool // two columns
	fold  bool
	// keep says which items are shown though they could be folded.
	keep func(item int) bool
}

// The cells in front of a text: cursor, sign, blank; and of a text below its
// name.
const (
	indent = 3
	inner  = 5
	gap    = 2 // between a label and its value
	// least is how many cells a value needs beside its label.
	least = 20
)

// half is the width of one of two columns.
func (a arranging) half() int { return max((a.width-1)/2, 1) }

// room is the width that a text has, its indent included.
func (a arranging) room() int {
	if a.split {
		return a.half()
	}
	return a.width
}

// beside reports whether an item's label stands on the line of its value, and
// where the value begins.
func (a arranging) beside(doc *document, it *item) (ok bool, at int) {
	column := doc.sections[it.section].label
	at = indent + column + gap
	if column == 0 || width(it.label) > column || a.room()-at < least {
		return false, inner
	}
	return true, at
}

// arrange breaks a document into rows.
func arrange(doc *document, a arranging) arrangement {
	w := arranger{doc: doc, arranging: a}
	w.out.rows = make([]row, 0, len(doc.items)*3/2)
	for i := 0; i < len(doc.items); {
		it := &doc.items[i]
		switch {
		case a.fold && w.hidden(i):
			i = w.folded(i)
		case it.kind == lines:
			i = w.block(i)
		default:
			w.item(i, it)
			i++
		}
	}
	return w.out
}

type arranger struct {
	arranging
	doc *document
	out arrangement
}

func (w *arranger) hidden(i int) bool { return w.doc.items[i].fold && !w.keep(i) }

func (w *arranger) row(s shape, item, part int) {
	w.out.rows = append(w.out.rows, row{shape: s, item: int32(item), part: int32(part)})
}

// folded puts one row in place of all items from i on that are hidden.
func (w *arranger) folded(i int) int {
	from, n := i, 0
	for i < len(w.doc.items) && w.hidden(i) && w.doc.items[i].section == w.doc.items[from].section {
		if w.weighs(from, i) {
			n++
		}
		i++
	}
	w.out.rows = append(w.out.rows, row{shape: folded, item: int32(from), n: int32(n)})
	return i
}

// weighs reports whether an item counts in a folded row that begins at from:
// of things of little weight the things, not the lines of their texts.
func (w *arranger) weighs(from, i int) bool {
	return w.doc.items[from].kind != single || w.doc.items[i].kind == single
}

func (w *arranger) item(i int, it *item) {
	switch it.kind {
	case heading:
		if len(w.out.rows) > 0 {
			w.row(blank, i, 0)
		}
		w.out.heads = append(w.out.heads, len(w.out.rows))
		w.row(plain, i, 0)
	case note:
		w.parts(plain, i, it.label, w.width-indent)
	case hunk:
		w.row(plain, i, 0)
	case context:
		if w.split {
			w.parts(both, i, it.before, w.half()-indent)
		} else {
			w.parts(former, i, it.before, w.width-indent)
		}
	case single:
		w.stop(it)
		w.single(i, it)
	case lines:
	}
}

func (w *arranger) stop(it *item) {
	if it.stop {
		w.out.stops = append(w.out.stops, len(w.out.rows))
	}
}

// parts adds a row for each part of a text.
func (w *arranger) parts(s shape, i int, text string, cells int) {
	for part := range wrap(text, cells) {
		w.row(s, i, part)
	}
}

// single arranges a thing with a label.
func (w *arranger) single(i int, it *item) {
	if it.before == "" && it.after == "" {
		w.parts(name, i, it.label, w.room()-indent)
		return
	}
	ok, at := w.beside(w.doc, it)
	if !w.split && it.change == model.DiffChanged && w.inline(it) {
		w.row(arrow, i, 0)
		return
	}
	if !ok || !w.split && it.change == model.DiffChanged {
		w.parts(name, i, it.label, w.room()-indent)
		at = inner
	}
	w.sides(i, it, at)
}

// inline reports whether both sides fit on one line.
func (w *arranger) inline(it *item) bool {
	label := max(width(it.label), w.doc.sections[it.section].label)
	return it.before != "" && it.after != "" &&
		indent+label+gap+width(it.before)+len(" -> ")+width(it.after) <= w.width
}

// sides adds the rows of both sides, whose texts begin at a column.
func (w *arranger) sides(i int, it *item, at int) {
	if w.split {
		n := max(len(wrap(it.before, w.half()-at)), len(wrap(it.after, w.half()-at)))
		for part := range n {
			w.row(both, i, part)
		}
		return
	}
	if it.change != model.DiffAdded {
		w.parts(former, i, it.before, w.width-at)
	}
	if it.change != model.DiffRemoved {
		w.parts(latter, i, it.after, w.width-at)
	}
}

// block arranges lines that were changed together, from item i on.
func (w *arranger) block(i int) int {
	end := i
	for end < len(w.doc.items) && w.doc.items[end].kind == lines && w.doc.items[end].block == w.doc.items[i].block {
		end++
	}
	w.stop(&w.doc.items[i])
	if w.split {
		for ; i < end; i++ {
			w.sides(i, &w.doc.items[i], indent)
		}
		return end
	}
	for j := i; j < end; j++ {
		if it := &w.doc.items[j]; it.change != model.DiffAdded {
			w.parts(former, j, it.before, w.width-indent)
		}
	}
	for j := i; j < end; j++ {
		if it := &w.doc.items[j]; it.change != model.DiffRemoved {
			w.parts(latter, j, it.after, w.width-indent)
		}
	}
	return end
}

// at finds the row of an item, or of what stands in its place: the last row
// that begins at it or before it.
func (a arrangement) at(item int) int {
	best := 0
	for i, r := range a.rows {
		if int(r.item) == item && r.shape != blank {
			return i
		}
		if int(r.item) <= item {
			best = i
		}
	}
	return best
}
