package present

import (
	"strconv"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// maxDiffRows is how many entries of one section a table lists: more nobody
// reads in a ticket. The document has all.
const maxDiffRows = 40

// maxDiffValue bounds a value in a table, in characters.
const maxDiffValue = 160

// DiffTitle names both sides: "containai-claude v1.2.0 → prod (v1.3.0)".
func DiffTitle(d model.Diff) string {
	return strings.TrimSpace(model.Sanitize(d.B.Package) + " " + diffSide(d.A) + " " + string(MarkArrow) + " " + diffSide(d.B))
}

func diffSide(s model.DiffSide) string {
	ref := model.Sanitize(strings.TrimPrefix(s.Ref, s.Package+"@"))
	switch release := model.Sanitize(s.Release); {
	case ref == "":
		return Short(s.Digest)
	case release != "" && release != ref:
		return DiffValue(ref) + " (" + release + ")"
	}
	return DiffValue(ref)
}

// DiffSummaryTable is one line a section: how much differs, and what else there
// is to know.
func DiffSummaryTable(d model.Diff) Table {
	t := Table{Columns: []Column{{Title: "section"}, {Title: "added", Right: true}, {Title: "removed", Right: true},
		{Title: "changed", Right: true}, {Title: "dates and the like", Right: true}, {Title: "equal", Right: true}, {Title: "note"}}}
	for _, s := range d.Sections {
		added, removed, changed := s.Count()
		row := []Cell{{Text: model.Sanitize(s.Name), Tone: Strong}, count(added), count(removed), count(changed), count(Noise(s)), count(s.Equal), text(s.Note)}
		if !s.Compared() {
			for i := 1; i <= 5; i++ {
				row[i] = muted(None)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Noise counts the entries of a section that weigh nothing.
func Noise(s model.DiffSection) int {
	n := 0
	for _, e := range s.Entries {
		if e.Noise {
			n++
		}
	}
	return n
}

func count(n int) Cell {
	if n == 0 {
		return muted("0")
	}
	return Cell{Text: Count(n)}
}

// DiffTable is one line a thing that differs, noise left out.
func DiffTable(d model.Diff) Table {
	t := Table{Columns: []Column{{Title: "section"}, {Title: "what"}, {Title: "change"}, {Title: "before"}, {Title: "after"}},
		Empty: "Nothing differs" + unread(d) + "."}
	for _, s := range d.Sections {
		listed, left := 0, 0
		for _, e := range s.Entries {
			if e.Noise {
				continue
			}
			if listed == maxDiffRows {
				left++
				continue
			}
			listed++
			t.Rows = append(t.Rows, []Cell{{Text: model.Sanitize(s.Name)}, {Text: DiffValue(e.Path), Tone: Strong}, DiffWord(e.Change),
				sideCell(e.Before, e.HasBefore()), sideCell(e.After, e.HasAfter())})
		}
		if left > 0 {
			t.Rows = append(t.Rows, []Cell{{Text: model.Sanitize(s.Name)}, muted("and " + Count(left) + " more, told by -o json")})
		}
	}
	return t
}

// unread says which sections nothing was compared in, for the sentence that
// nothing differs must not claim them.
func unread(d model.Diff) string {
	var names []string
	for _, s := range d.Sections {
		if !s.Compared() && s.Note != "" {
			names = append(names, model.Sanitize(s.Name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " in what was compared; not compared: " + strings.Join(names, ", ")
}

// DiffWord is a change in one word.
func DiffWord(c model.DiffChange) Cell {
	switch c {
	case model.DiffAdded:
		return Cell{Text: "added", Tone: Good}
	case model.DiffRemoved:
		return Cell{Text: "removed", Tone: Bad}
	case model.DiffChanged:
	}
	return Cell{Text: "changed", Tone: Warn}
}

func sideCell(v string, has bool) Cell {
	switch {
	case !has:
		return muted(None)
	case v == "":
		return muted("(empty)")
	}
	return Cell{Text: DiffValue(v)}
}

// DiffValue is a value on one line, not too long, with its digests short.
func DiffValue(v string) string {
	if len(v) > 8*maxDiffValue {
		v = v[:8*maxDiffValue]
	}
	const prefix = "sha256:"
	var b strings.Builder
	for rest := v; ; {
		i := strings.Index(rest, prefix)
		if i < 0 {
			b.WriteString(rest)
			break
		}
		hex := rest[i+len(prefix):]
		if len(hex) < 64 || !model.IsHex(hex[:64], 64) {
			b.WriteString(rest[:i+len(prefix)])
			rest = hex
			continue
		}
		b.WriteString(rest[:i] + hex[:model.ShortLen])
		rest = hex[64:]
	}
	out := []rune(model.Sanitize(b.String()))
	if len(out) > maxDiffValue {
		return string(out[:maxDiffValue-1]) + string(MarkEllipsis)
	}
	return string(out)
}

// Block is a text of several lines under a title.
type Block struct {
	Title string
	Lines []string
}

// Text is the block for a terminal.
func (b Block) Text() string {
	return b.Title + "\n" + strings.Join(b.Lines, "\n")
}

// Markdown is the block for a ticket, fenced so that nothing in it is markup.
func (b Block) Markdown() string {
	fence := "```"
	for _, l := range b.Lines {
		for strings.Contains(l, fence) {
			fence += "`"
		}
	}
	return "#### " + Markdown(b.Title) + "\n\n" + fence + "diff\n" + strings.Join(b.Lines, "\n") + "\n" + fence
}

// DiffTexts are the unified differences of the text files that differ.
func DiffTexts(d model.Diff) []Block {
	var out []Block
	for _, s := range d.Sections {
		for _, e := range s.Entries {
			if e.Text == "" || e.Noise {
				continue
			}
			lines := strings.Split(strings.TrimSuffix(model.SanitizeLines(e.Text), "\n"), "\n")
			out = append(out, Block{Title: DiffValue(e.Path), Lines: lines})
		}
	}
	return out
}

// ChannelDiffTable is one line a package: what became of it, and where it
// differs.
func ChannelDiffTable(c model.ChannelDiff) Table {
	t := Table{Columns: []Column{{Title: "package"}, {Title: "before"}, {Title: "after"}, {Title: "state"}, {Title: "what differs"}},
		Empty: "The channel has no packages."}
	for _, p := range c.Packages {
		t.Rows = append(t.Rows, []Cell{{Text: model.Sanitize(p.Package), Tone: Strong}, {Text: Short(p.Before)}, {Text: Short(p.After)},
			PackageDiffState(p), {Text: PackageDiffWhere(p)}})
	}
	return t
}

// PackageDiffState says how a package stands against the former release.
func PackageDiffState(p model.PackageDiff) Cell {
	switch {
	case p.Err != nil:
		return Cell{Mark: MarkWarn, Text: "not compared", Tone: Warn}
	case p.Same:
		return Cell{Mark: MarkOK, Text: "same digest", Tone: Good}
	case p.Diff == nil:
		return muted("not compared")
	}
	added, removed, changed := p.Diff.Count()
	if n := added + removed + changed; n > 0 {
		return Cell{Text: Many(n, "difference"), Tone: Strong}
	}
	return Cell{Text: "built anew", Tone: Muted}
}

// PackageDiffWhere names the sections that differ, or why nothing was compared.
func PackageDiffWhere(p model.PackageDiff) string {
	if p.Err != nil {
		return sentence(p.Err.Error())
	}
	if p.Diff == nil {
		return ""
	}
	var parts []string
	for _, s := range p.Diff.Sections {
		added, removed, changed := s.Count()
		if n := added + removed + changed; n > 0 {
			parts = append(parts, model.Sanitize(s.Name)+" "+strconv.Itoa(n))
		}
	}
	return strings.Join(parts, ", ")
}

// TellDiff is one line about a difference for a chat.
func TellDiff(d model.Diff) string {
	added, removed, changed := d.Count()
	if added+removed+changed == 0 {
		return DiffTitle(d) + ": nothing differs" + unread(d)
	}
	return DiffTitle(d) + ": " + counts(added, removed, changed) + " (" + PackageDiffWhere(model.PackageDiff{Diff: &d}) + ")"
}

func counts(added, removed, changed int) string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{changed, "changed"}, {added, "added"}, {removed, "removed"}} {
		if p.n > 0 {
			parts = append(parts, Count(p.n)+" "+p.word)
		}
	}
	return strings.Join(parts, ", ")
}

// TellChannelDiff is one line about what changed in a channel for a chat.
func TellChannelDiff(c model.ChannelDiff) string {
	same, different, failed := c.Count()
	out := model.Sanitize(c.Channel) + " " + model.Sanitize(c.From) + " " + string(MarkArrow) + " "
	if c.To != "" {
		out += model.Sanitize(c.To)
	} else {
		out += "release unknown"
	}
	out += ": " + strconv.Itoa(different) + " of " + Many(len(c.Packages), "package") + " changed"
	if same > 0 {
		out += ", " + strconv.Itoa(same) + " the same"
	}
	if failed > 0 {
		out += ", " + strconv.Itoa(failed) + " not compared"
	}
	return out
}
