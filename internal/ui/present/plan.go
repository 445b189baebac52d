package present

import (
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
)

// PlanKind is what a line of a plan is about.
type PlanKind string

// The kinds of line, in the order in which PlanLines gives them.
const (
	PlanBlocker PlanKind = "blocker"
	PlanEffect  PlanKind = "effect"
	PlanStays   PlanKind = "stays" // what belongs to the plan and is left where it is
	PlanCount   PlanKind = "count" // how many effects of which kind
	PlanWarning PlanKind = "warning"
	PlanGets    PlanKind = "gets" // who gets what afterwards
	PlanUndo    PlanKind = "undo"
	PlanFresh   PlanKind = "fresh" // when the tags were read
)

// End is one end of an effect: what a tag points to before or after.
type End struct {
	Digest  model.Digest // "" for none
	Release string       // name as lists show it, "" where none is known
	Age     string       // since the version was pushed, "" where unknown
}

// PlanLine is one line of a preview as data. An effect has Package, Tag (""
// where it is about a version), Before and After; every other line has Text.
type PlanLine struct {
	Kind          PlanKind
	Mark          Mark
	Tone          Tone
	Package, Tag  string
	Before, After End
	Words         string // of an effect: "moves", "becomes untagged"
	Text          string
}

// PlanLines is the preview of a plan: blockers, every effect in one line each,
// counts, warnings, who gets what, undo, and how fresh the facts are. Nothing
// that the plan would change is missing from it: a change without an effect of
// its own gets a line too. Release names and ages come from the survey.
func PlanLines(p model.Plan, s model.Survey, now time.Time) []PlanLine {
	var out []PlanLine
	for _, b := range Blockers(p) {
		out = append(out, PlanLine{Kind: PlanBlocker, Mark: b.Mark, Tone: b.Tone, Text: b.Text})
	}
	warnings := warningLines(p)
	if aboutVersions(p) {
		// Among hundreds of versions nobody would find what is to be known.
		out = append(out, warnings...)
		warnings = nil
	}
	for _, e := range grouped(p, s) {
		out = append(out, effectLine(e, s, now))
	}
	for _, c := range p.Changes {
		if !slices.ContainsFunc(p.Effects, func(e model.Effect) bool { return covers(e, c) }) {
			out = append(out, changeLine(c, s, now))
		}
	}
	for _, u := range p.Unmoved {
		out = append(out, unmovedLine(u))
	}
	out = append(out, PlanLine{Kind: PlanCount, Tone: Strong, Text: PlanCounts(p)})
	out = append(out, warnings...)
	for _, c := range p.Consumers {
		out = append(out, PlanLine{Kind: PlanGets, Mark: MarkDot, Tone: Plain, Text: gets(c)})
	}
	if !p.Empty() {
		out = append(out, undoLine(p, now))
	}
	if !p.ReadAt.IsZero() {
		out = append(out, PlanLine{Kind: PlanFresh, Mark: MarkDot, Tone: Muted, Text: fresh(p, now)})
	}
	return out
}

// gets says who gets what.
func gets(c model.Consumer) string {
	return model.Sanitize(c.Who) + " " + string(MarkArrow) + " " + model.Sanitize(c.Gets)
}

// fresh says when the tags were read.
func fresh(p model.Plan, now time.Time) string {
	return "Tags read " + Age(p.ReadAt, now) + " ago, at " + Clock(p.ReadAt)
}

// Blockers is what forbids a plan, a line each.
func Blockers(p model.Plan) []Line {
	var out []Line
	for _, b := range p.Blockers {
		text := "Blocked: " + remark(b)
		if b.Override {
			text += " (may be lifted by name: " + model.Sanitize(b.Code) + ")"
		}
		out = append(out, Line{Mark: MarkBad, Tone: Bad, Text: text})
	}
	return out
}

func warningLines(p model.Plan) []PlanLine {
	var out []PlanLine
	for _, w := range p.Warnings {
		out = append(out, PlanLine{Kind: PlanWarning, Mark: MarkWarn, Tone: Warn, Text: remark(w)})
	}
	return out
}

// PlanRemarks is what a preview says besides its effects, as plain text: for
// the lines under PlanTable.
func PlanRemarks(p model.Plan) []string {
	var out []string
	if p.Title != "" {
		out = append(out, "To "+model.Sanitize(p.Title))
	}
	for _, l := range PlanLines(p, model.Survey{}, time.Time{}) {
		if l.Kind != PlanEffect && l.Kind != PlanFresh {
			out = append(out, l.String())
		}
	}
	if p.ID != "" {
		out = append(out, "Plan "+model.Sanitize(p.ID))
	}
	return out
}

func remark(r model.Remark) string {
	text := sentence(r.Message)
	if r.Package != "" && !strings.Contains(text, model.Sanitize(r.Package)) {
		text = model.Sanitize(r.Package) + ": " + text
	}
	return text
}

// covers reports whether an effect tells what a change does.
func covers(e model.Effect, c model.Change) bool {
	if e.Package != c.Package || e.Tag != c.Tag {
		return false
	}
	if c.Tag == "" {
		return e.VersionID == c.VersionID && (c.From == "" || e.Before == c.From || e.After == c.To)
	}
	return e.Before == c.From && e.After == c.To
}

func effectLine(e model.Effect, s model.Survey, now time.Time) PlanLine {
	l := PlanLine{
		Kind: PlanEffect, Package: model.Sanitize(e.Package), Tag: model.Sanitize(e.Tag),
		Before: end(s, e.Package, e.Before, now), After: end(s, e.Package, e.After, now),
	}
	switch e.Kind {
	case model.EffectMoved:
		l.Mark, l.Words = MarkArrow, "moves"
	case model.EffectCreated:
		l.Mark, l.Words = MarkArrow, "appears"
	case model.EffectRemoved:
		l.Mark, l.Tone, l.Words = MarkWarn, Warn, "vanishes"
	case model.EffectDeleted:
		l.Mark, l.Tone, l.Words = MarkBad, Bad, kindWords(s, e)+"is deleted"
	case model.EffectRestored:
		l.Mark, l.Tone, l.Words = MarkOK, Good, "comes back"
	case model.EffectOrphaned:
		l.Mark, l.Tone, l.Words = MarkWarn, Warn, "becomes untagged"
	case model.EffectUnchanged:
		l.Mark, l.Tone, l.Words = MarkDot, Muted, "stays"
	default:
		l.Mark, l.Tone, l.Words = MarkWarn, Warn, model.Sanitize(string(e.Kind))
	}
	if u := undoWords(e, now); u != "" {
		l.Words += ", " + u
	}
	return l
}

// changeLine stands in for an effect that the plan does not tell.
func changeLine(c model.Change, s model.Survey, now time.Time) PlanLine {
	return PlanLine{
		Kind: PlanEffect, Mark: MarkWarn, Tone: Warn, Package: model.Sanitize(c.Package), Tag: model.Sanitize(c.Tag),
		Before: end(s, c.Package, c.From, now), After: end(s, c.Package, c.To, now),
		Words: model.Sanitize(string(c.Kind)) + ", effect not told by the plan",
	}
}

func undoWords(e model.Effect, now time.Time) string {
	switch e.Undo {
	case model.UndoUntil:
		return "can be undone until " + zulu(e.UndoUntil, now)
	case model.UndoNone:
		return "cannot be undone"
	case model.UndoFull:
	}
	return ""
}

// unmovedLine says what stays and why.
func unmovedLine(u model.Unmoved) PlanLine {
	what := model.Sanitize(u.Package)
	if u.Tag != "" {
		what += ":" + model.Sanitize(u.Tag)
	}
	if u.Digest != "" {
		what += " " + Short(u.Digest)
	}
	return PlanLine{Kind: PlanStays, Mark: MarkDot, Tone: Muted, Text: what + " stays: " + model.Sanitize(u.Why)}
}

func end(s model.Survey, pkg string, d model.Digest, now time.Time) End {
	out := End{Digest: d}
	if d == "" {
		return out
	}
	if r, ok := s.ReleaseOf(pkg, d); ok {
		out.Release = label(r)
	}
	if p, ok := s.Inventory.Package(pkg); ok {
		if v, ok := p.Snapshot.Version(d); ok && !v.Created.IsZero() {
			out.Age = Age(v.Created, now)
		}
	}
	return out
}

// PlanCounts says how many effects of each kind there are, zeros of the three
// that everybody asks about included: "10 tags move, 0 appear, 0 vanish, 1
// version loses its last tag".
func PlanCounts(p model.Plan) string {
	if p.Empty() {
		return "Nothing to do: everything is as wanted already."
	}
	n := make(map[model.EffectKind]int)
	for _, e := range p.Effects {
		n[e.Kind]++
	}
	parts := []string{
		Count(n[model.EffectMoved]) + " " + plural(n[model.EffectMoved], "tag moves", "tags move"),
		Count(n[model.EffectCreated]) + " " + plural(n[model.EffectCreated], "appears", "appear"),
		Count(n[model.EffectRemoved]) + " " + plural(n[model.EffectRemoved], "vanishes", "vanish"),
	}
	if k := n[model.EffectDeleted]; k > 0 {
		parts = append(parts, Many(k, "version")+" "+plural(k, "is", "are")+" deleted")
	}
	if k := n[model.EffectRestored]; k > 0 {
		parts = append(parts, Many(k, "version")+" "+plural(k, "comes", "come")+" back")
	}
	if k := n[model.EffectOrphaned]; k > 0 {
		parts = append(parts, Many(k, "version")+" "+plural(k, "loses its", "lose their")+" last tag")
	}
	return strings.Join(parts, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func undoLine(p model.Plan, now time.Time) PlanLine {
	none := 0
	var until time.Time
	for _, e := range p.Effects {
		switch e.Undo {
		case model.UndoNone:
			none++
		case model.UndoUntil:
			if until.IsZero() || e.UndoUntil.Before(until) {
				until = e.UndoUntil
			}
		case model.UndoFull:
		}
	}
	switch {
	case none > 0:
		return PlanLine{Kind: PlanUndo, Mark: MarkWarn, Tone: Warn, Text: "Undo: not whole, " + Many(none, "effect") + " cannot be taken back"}
	case !until.IsZero():
		return PlanLine{Kind: PlanUndo, Mark: MarkWarn, Tone: Warn, Text: "Undo: until " + zulu(until, now) + ", then no more"}
	}
	return PlanLine{Kind: PlanUndo, Mark: MarkOK, Tone: Good, Text: "Undo: full, everything can be put back as it was"}
}

// String is the whole line with all it knows.
func (l PlanLine) String() string {
	if l.Kind != PlanEffect {
		return Cell{Mark: l.Mark, Text: l.Text}.String()
	}
	return l.effect(true, true)
}

// Fit is the line for a width in cells: whole where it fits; an effect leaves
// out ages first, then release names; what still does not fit is wrapped and
// indented. No digest and no word of what happens is ever left out.
func (l PlanLine) Fit(w int) []string {
	if l.Kind == PlanEffect {
		for _, form := range []string{l.effect(true, true), l.effect(true, false), l.effect(false, false)} {
			if ansi.StringWidth(form) <= w {
				return []string{form}
			}
		}
		return hang(l.effect(true, true), w)
	}
	return hang(l.String(), w)
}

func (l PlanLine) effect(releases, ages bool) string {
	what := l.Package
	if l.Tag != "" {
		what += " " + l.Tag
	}
	ends := l.Before.Say(releases, ages) + " " + string(MarkArrow) + " " + l.After.Say(releases, ages)
	switch {
	case l.After.Digest == l.Before.Digest:
		ends = l.Before.Say(releases, ages)
	case l.Tag == "" && l.After.Digest == "":
		ends = l.Before.Say(releases, ages)
	case l.Tag == "" && l.Before.Digest == "":
		ends = l.After.Say(releases, ages)
	}
	return Cell{Mark: l.Mark, Text: what + "  " + ends + "  " + l.Words}.String()
}

// Say is the digest with as much about it as is asked for.
func (e End) Say(release, age bool) string {
	if e.Digest == "" {
		return "none"
	}
	out := Short(e.Digest)
	var more []string
	if release && e.Release != "" {
		more = append(more, e.Release)
	}
	if age && e.Age != "" {
		more = append(more, e.Age)
	}
	if len(more) > 0 {
		out += " (" + strings.Join(more, ", ") + ")"
	}
	return out
}

// hang wraps text to w cells, lines after the first indented by two.
func hang(text string, w int) []string {
	if w <= 0 {
		return nil
	}
	if ansi.StringWidth(text) <= w {
		return []string{text}
	}
	const indent = "  "
	if w <= 2*len(indent) {
		return strings.Split(ansi.Wrap(text, w, ""), "\n")
	}
	lines := strings.Split(ansi.Wrap(text, w-len(indent), ""), "\n")
	for i := 1; i < len(lines); i++ {
		lines[i] = indent + lines[i]
	}
	return lines
}
