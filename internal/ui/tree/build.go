package tree

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of a Doc.
const (
	// MaxItems is how many names and values are taken: an SBOM of ten thousand
	// packages fits.
	MaxItems = 400_000
	// MaxDepth is how deep brackets are followed.
	MaxDepth = 200
	// MaxValue is how many bytes of one value are kept.
	MaxValue = 256 << 10
)

// Kind says what an item is, for how it is drawn.
type Kind uint8

// The kinds.
const (
	Object Kind = iota
	Array
	Group   // a heading of our own, with items below it
	Text    // a string of a document, drawn in quotes
	Literal // a number, true, false or null
	Fact    // a value in our own words
	Fine    // one that is as it should be
	Wrong   // one that is not as it should be
	Remark  // a sentence about what is not shown
)

// branch reports whether items of this kind may have others below them.
func (k Kind) branch() bool { return k <= Group }

// item is one line of the tree. Items stand in reading order, what is below
// one right behind it.
type item struct {
	key    string
	value  string
	found  string // lower case, what a search looks at
	kind   Kind
	depth  uint16
	open   bool  // at first
	listed bool  // an element of a list: its key is its number
	parent int32 // -1: none
	end    int32 // the first item that is not below it
	n      int32 // how many are right below it
}

// Doc is a tree that does not change.
type Doc struct{ items []item }

// Len is how many items it has.
func (d *Doc) Len() int {
	if d == nil {
		return 0
	}
	return len(d.items)
}

// Builder makes a Doc. The zero Builder is ready.
type Builder struct {
	items []item
	above []int32
}

// Open begins an item with others below it; Close ends it. open is whether it
// is unfolded at first.
func (b *Builder) Open(key string, kind Kind, open bool) {
	b.add(item{key: key, kind: kind, open: open})
	b.above = append(b.above, int32(len(b.items)-1))
}

// Close ends the item opened last.
func (b *Builder) Close() {
	last := len(b.above) - 1
	b.items[b.above[last]].end = int32(len(b.items))
	b.above = b.above[:last]
}

// Leaf adds a value.
func (b *Builder) Leaf(key, value string, kind Kind) { b.add(item{key: key, value: value, kind: kind}) }

// Remark adds a sentence.
func (b *Builder) Remark(text string) { b.add(item{value: text, kind: Remark}) }

func (b *Builder) add(it item) {
	if len(it.value) > MaxValue {
		rest := len(it.value) - MaxValue
		it.value = cut(it.value, MaxValue) + fmt.Sprintf("… and %d bytes more", rest)
	}
	if len(it.key) > MaxValue {
		it.key = cut(it.key, MaxValue) + "…"
	}
	it.parent, it.depth = -1, uint16(len(b.above))
	if len(b.above) > 0 {
		it.parent = b.above[len(b.above)-1]
		b.items[it.parent].n++
	}
	it.end = int32(len(b.items) + 1)
	it.found = strings.ToLower(it.key + "\n" + it.value)
	b.items = append(b.items, it)
}

// cut shortens s to at most n bytes, between characters.
func cut(s string, n int) string {
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:min(n, len(s))]
}

// Doc is the finished tree. The builder must not be used any more.
func (b *Builder) Doc() *Doc {
	for len(b.above) > 0 {
		b.Close()
	}
	return &Doc{items: b.items}
}
