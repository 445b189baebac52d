package records

import (
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// Details of a record that stand for something that can be acted on have a Key:
// they can be marked, and a search in the details shows them alone. Marks belong
// to their record and stay while the cursor is on another one.

// markable reports whether the record under the cursor has items to mark.
func (b *Browser[R]) markable() bool { return b.keyed > 0 }

// NoMarks says why nothing can be marked now, "" where it can.
func (b *Browser[R]) NoMarks() string {
	switch {
	case !b.markable():
		return "nothing of this can be marked"
	case !b.InDetails:
		return "marks are set in the details: enter goes there"
	}
	return ""
}

// NoMark says why the item under the cursor cannot be marked, "" where it can.
func (b *Browser[R]) NoMark() string {
	why := b.NoMarks()
	if why == "" && (b.Item >= len(b.Items) || b.Items[b.Item].Key == "") {
		why = "this line is nothing to mark; * marks all that can be"
	}
	return why
}

// ToggleMark marks the item under the cursor, or takes its mark away. It ends a
// range that is being marked by marking it.
func (b *Browser[R]) ToggleMark() {
	switch {
	case b.ranging != "":
		b.MarkRange()
	case b.Item < len(b.Items):
		if k := b.Items[b.Item].Key; k != "" {
			b.setMark(k, !b.marks[b.shown][k])
		}
	}
}

// MarkRange begins a range at the item under the cursor; called again it marks
// what lies between.
func (b *Browser[R]) MarkRange() {
	if b.Item >= len(b.Items) {
		return
	}
	if b.ranging == "" {
		b.ranging = b.Items[b.Item].Key
		return
	}
	low, high := b.span()
	for _, it := range b.Items[low:high] {
		b.setMark(it.Key, true)
	}
	b.ranging = ""
}

// MarkAll marks all that the search shows; where all of that is marked, it takes
// these marks away.
func (b *Browser[R]) MarkAll() {
	b.ranging = ""
	all := !slices.ContainsFunc(b.Items, func(it Item) bool { return it.Key != "" && !b.marks[b.shown][it.Key] })
	for _, it := range b.Items {
		b.setMark(it.Key, !all)
	}
}

func (b *Browser[R]) setMark(key string, on bool) {
	switch {
	case key == "":
	case !on:
		delete(b.marks[b.shown], key)
	default:
		if b.marks[b.shown] == nil {
			b.marks[b.shown] = make(map[string]bool)
		}
		b.marks[b.shown][key] = true
	}
}

// Ranging reports whether a range is being marked.
func (b *Browser[R]) Ranging() bool { return b.ranging != "" }

// MarkCount is how many items of the record under the cursor are marked, without
// a range that is being marked.
func (b *Browser[R]) MarkCount() int { return len(b.marks[b.shown]) }

// IsMarked reports whether an item is marked, given the keys of its record and
// its own.
func (b *Browser[R]) IsMarked(record, item string) bool { return b.marks[record][item] }

// Marked lists the keys of the marked items of the record under the cursor, in
// their order, those that a search hides included.
func (b *Browser[R]) Marked() []string {
	var out []string
	for _, it := range b.all {
		if it.Key != "" && b.marks[b.shown][it.Key] {
			out = append(out, it.Key)
		}
	}
	return out
}

// MarkNote says what is marked and what a search hides: "12 of 308, 5 marked".
func (b *Browser[R]) MarkNote() string {
	note := ""
	if b.part != "" && b.InDetails {
		note = present.Count(len(b.Items)) + " of " + present.Count(b.keyed) + " shown"
	}
	if n := b.MarkCount(); n > 0 {
		if note != "" {
			note += ", "
		}
		note += present.Count(n) + " marked"
	}
	return note
}

// span is the range that is being marked, as positions among the items shown:
// high is not in it. Without a range both are 0.
func (b *Browser[R]) span() (low, high int) {
	from := -1
	if b.ranging != "" {
		from = slices.IndexFunc(b.Items, func(it Item) bool { return it.Key == b.ranging })
	}
	if from < 0 {
		return 0, 0
	}
	return min(from, b.Item), min(max(from, b.Item)+1, len(b.Items))
}

// drawnMarked reports whether an item is drawn as marked.
func (b *Browser[R]) drawnMarked(i int) bool {
	k := b.Items[i].Key
	low, high := b.span()
	return k != "" && (b.marks[b.shown][k] || low <= i && i < high)
}

// settle takes up the details of a record: of the same record what is marked and
// searched stays, as far as it is there still.
func (b *Browser[R]) settle(items []Item, first int) {
	b.all, b.keyed = items, 0
	for _, it := range items {
		if it.Key != "" {
			b.keyed++
		}
	}
	for k := range b.marks[b.shown] {
		if !slices.ContainsFunc(items, func(it Item) bool { return it.Key == k }) {
			delete(b.marks[b.shown], k)
		}
	}
	if b.about != b.shown {
		b.about, b.part, b.ranging = b.shown, "", ""
		b.inner.Clear()
		b.Item = first
	}
	b.search(b.part)
}

// search shows of the details only the items with a key that match; "" shows all
// details. What cannot be read yet leaves all as it is and says why.
func (b *Browser[R]) search(text string) {
	q, err := table.ParseQuery(text, b.form.ItemFields)
	if err != nil {
		b.wrong = model.CureOf(err)
		return
	}
	under := ""
	if b.Item < len(b.Items) {
		under = b.Items[b.Item].Key
	}
	b.part, b.wrong, b.drawn = text, "", drawing{}
	if b.Items = b.all; !q.Empty() {
		b.Items = nil
		for _, it := range b.all {
			if it.Key != "" && q.Match(it.Find, it.Field, b.form.At(b.record), b.Now) {
				b.Items = append(b.Items, it)
			}
		}
	}
	if i := slices.IndexFunc(b.Items, func(it Item) bool { return it.Key != "" && it.Key == under }); i >= 0 {
		b.Item = i
	}
	b.Item = max(min(b.Item, len(b.Items)-1), 0)
}
