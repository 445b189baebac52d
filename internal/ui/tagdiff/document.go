package tagdiff

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// kind is what an item is.
type kind uint8

const (
	heading kind = iota // a section's name, with its counts
	note                // a sentence about a section
	single              // a thing that one side has, or that both have differently
	hunk                // where in a text the lines below are
	context             // a line of text that both have
	lines               // a line of text that one side has, or that stands for another
)

// item is one thing of a document. A thing that differs holds both sides, so
// that it can be drawn in one column or in two.
type item struct {
	id      int // its place in the document
	kind    kind
	section int
	// change says which sides there are, for single and lines.
	change        model.DiffChange
	label         string // what it is about
	before, after string // context has both, the same
	// block numbers lines that were changed together, 0 where there are none:
	// in one column all of their former lines stand above all new ones.
	block int
	stop  bool   // n and N stop here
	fold  bool   // hidden while folded
	found string // lower case, what a search looks at
}

// count is how a section stands. Noise is not part of the first three.
type count struct {
	added, removed, changed, noise, equal int
}

func (c count) changes() int { return c.added + c.removed + c.changed }

// section is one part of the document.
type section struct {
	name  string
	count count
	note  string
	label int // the width of its labels
}

// document is a difference drawn up, whatever the width.
type document struct {
	a, b     model.DiffSide
	sections []section
	items    []item
}

// mostValue is how many bytes of a value are shown: more nobody reads here.
const mostValue = 4096

// emptyValue is how a value looks that is there and empty.
const emptyValue = `""`

// mostLabel is the widest column of labels: a wider label has a line of its own.
const mostLabel = 24

// draw makes the document of a difference. It is pure, and takes time in
// proportion to the difference: it runs in a command.
func draw(d model.Diff, ascii bool) document {
	doc := document{a: d.A, b: d.B}
	b := builder{doc: &doc, ascii: ascii}
	if text := nothing(d); text != "" {
		b.add(item{kind: note, label: b.text(text)})
	}
	for _, s := range d.Sections {
		b.section(s)
	}
	return doc
}

// nothing says that nothing differs, and what was compared to know it; "" where
// something does, or nothing was compared.
func nothing(d model.Diff) string {
	if !nothingDiffers(d) {
		return ""
	}
	var compared []string
	equal, noise := 0, 0
	for _, s := range d.Sections {
		if s.Compared() {
			compared = append(compared, s.Name)
		}
		equal, noise = equal+s.Equal, noise+len(s.Entries)
	}
	switch {
	case len(compared) == 0:
		return ""
	case noise > 0:
		return "Nothing differs but what differs between any two builds. Compared: " + strings.Join(compared, ", ") + "; " + present.Count(equal) + " things are equal."
	}
	return "Nothing differs. Compared: " + strings.Join(compared, ", ") + "; all " + present.Count(equal) + " things are equal."
}

// builder fills a document.
type builder struct {
	doc   *document
	ascii bool
	block int
}

func (b *builder) section(s model.DiffSection) {
	at := len(b.doc.sections)
	sec := section{name: b.text(s.Name), note: b.text(s.Note)}
	sec.count.equal = s.Equal
	b.doc.sections = append(b.doc.sections, sec)
	b.add(item{kind: heading, section: at, label: sec.name})
	if sec.note != "" {
		b.add(item{kind: note, section: at, label: sec.note})
	}
	for rank := range lastRank + 1 {
		for _, e := range s.Entries {
			if rankOf(e) == rank {
				b.entry(at, e)
			}
		}
	}
}

// lastRank is that of what weighs little, to be folded together at the end.
const lastRank = 3

// rankOf is where a thing stands within its section: changed texts first, for
// they can be read, and of those the ones of a single platform, for what
// differs there alone is rarely meant.
func rankOf(e model.DiffEntry) int {
	switch {
	case e.Noise:
		return lastRank
	case e.Text == "":
		return 2
	case strings.HasPrefix(e.Path, "/"): // no platform in front
		return 1
	}
	return 0
}

func (b *builder) entry(at int, e model.DiffEntry) {
	sec := &b.doc.sections[at]
	switch {
	case e.Noise:
		sec.count.noise++
	case e.Change == model.DiffAdded:
		sec.count.added++
	case e.Change == model.DiffRemoved:
		sec.count.removed++
	default:
		sec.count.changed++
	}
	before, after := shorten(e.Before), shorten(e.After)
	if before == after {
		before, after = e.Before, e.After
	}
	it := item{
		kind: single, section: at, change: e.Change, fold: e.Noise, stop: true,
		label: b.text(e.Path), before: b.value(before), after: b.value(after),
		found: strings.ToLower(e.Before + "\n" + e.After), // whole digests, too
	}
	if e.Change == model.DiffChanged && (it.before == "") != (it.after == "") {
		it.before, it.after = cmp.Or(it.before, emptyValue), cmp.Or(it.after, emptyValue)
	}
	if w := width(it.label); w <= mostLabel && (it.before != "" || it.after != "") {
		sec.label = max(sec.label, w)
	}
	b.add(it)
	if e.Text != "" {
		b.unified(at, e)
	}
}

func (b *builder) add(it item) {
	it.id = len(b.doc.items)
	it.found = strings.ToLower(it.label+"\n"+it.before+"\n"+it.after) + "\n" + it.found
	b.doc.items = append(b.doc.items, it)
}

// text is remote text on one line as this terminal can draw it.
func (b *builder) text(s string) string {
	s = model.Sanitize(strings.ReplaceAll(s, "\t", "    "))
	if b.ascii {
		return present.ASCII(s)
	}
	return s
}

// shorten writes the digests in a text as lists show them.
func shorten(s string) string {
	const prefix = "sha256:"
	i := strings.Index(s, prefix)
	if i < 0 {
		return s
	}
	var out strings.Builder
	for ; i >= 0; i = strings.Index(s, prefix) {
		hex := s[i+len(prefix):]
		if len(hex) < 64 || !model.IsHex(hex[:64], 64) {
			out.WriteString(s[:i+len(prefix)])
			s = hex
			continue
		}
		out.WriteString(s[:i] + hex[:model.ShortLen])
		s = hex[64:]
	}
	return out.String() + s
}

// value is text of which there may be too much.
func (b *builder) value(s string) string {
	if len(s) <= mostValue {
		return b.text(s)
	}
	cut := mostValue
	for cut > 0 && s[cut]&0xc0 == 0x80 { // not within a character
		cut--
	}
	return b.text(fmt.Sprintf("%s%s (%s more)", s[:cut], present.MarkEllipsis, present.Size(int64(len(s)-cut))))
}

// around is how many equal lines stay in sight around changed ones.
const around = 3

// unified takes the unified difference of a text apart.
func (b *builder) unified(at int, e model.DiffEntry) {
	start := len(b.doc.items)
	var gone, come []string
	flush := func() {
		if len(gone) == 0 && len(come) == 0 {
			return
		}
		b.block++
		b.pairs(at, gone, come, e.Noise)
		gone, come = nil, nil
	}
	body := false
	for _, l := range strings.Split(strings.TrimSuffix(e.Text, "\n"), "\n") {
		l = strings.TrimSuffix(l, "\r")
		switch {
		case strings.HasPrefix(l, "@@"):
			flush()
			body = true
			b.add(item{kind: hunk, section: at, label: b.value(l), fold: e.Noise})
		case !body && (strings.HasPrefix(l, "--- ") || strings.HasPrefix(l, "+++ ")):
		case strings.HasPrefix(l, "-"):
			if len(come) > 0 {
				flush()
			}
			gone, body = append(gone, b.value(l[1:])), true
		case strings.HasPrefix(l, "+"):
			come, body = append(come, b.value(l[1:])), true
		case strings.HasPrefix(l, `\`):
			// That a file does not end with a newline is of no weight here.
		default:
			flush()
			body = true
			line := b.value(strings.TrimPrefix(l, " "))
			b.add(item{kind: context, section: at, before: line, after: line, fold: e.Noise})
		}
	}
	flush()
	b.distance(start, e.Noise)
}

// pairs adds lines that were changed together; the first former line stands
// beside the first new one.
func (b *builder) pairs(at int, gone, come []string, fold bool) {
	for i := range max(len(gone), len(come)) {
		it := item{kind: lines, section: at, block: b.block, stop: i == 0, fold: fold, change: model.DiffChanged}
		switch {
		case i >= len(come):
			it.change, it.before = model.DiffRemoved, gone[i]
		case i >= len(gone):
			it.change, it.after = model.DiffAdded, come[i]
		default:
			it.before, it.after = gone[i], come[i]
		}
		b.add(it)
	}
}

// distance folds the equal lines from an item on that are far from any change.
func (b *builder) distance(start int, all bool) {
	items := b.doc.items[start:]
	if all {
		return
	}
	far := len(items) + around + 1
	near := make([]int, len(items))
	since := far
	for i := range items {
		since++
		if items[i].kind != context {
			since = 0
		}
		near[i] = since
	}
	since = far
	for i := len(items) - 1; i >= 0; i-- {
		since++
		if items[i].kind == lines {
			since = 0
		}
		if items[i].kind == context {
			items[i].fold = min(near[i], since) > around
		}
	}
}
