package present

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// MatrixRow is one row of the matrix of a channel's plan: a tag that changes,
// or what stays where it is, with the reason.
type MatrixRow struct {
	// Package and Tag are as they are, for acting on the row; Name and Label are
	// clean. Label is "" where the row is about the package as a whole.
	Package, Tag string
	Name, Label  string
	Same         bool // a further tag of the package above
	Stage        string
	// Change is the place of the row's change in the plan, -1 where it stays.
	Change   int
	Out      bool // stays because somebody left it out
	Kind     model.ChangeKind
	Now, Aim End
	Arch     Cell
	Trust    Cell
	Why      string // of what stays
}

// Moves reports whether the row is about something that changes.
func (r MatrixRow) Moves() bool { return r.Change >= 0 }

// Matrix is the rows of a channel's plan: every change in the order in which
// stages write them, each stage as the plan has it, then what stays. What was
// left out stands where it would have been written, so that it can be taken in
// again.
func Matrix(p model.Plan, s model.Survey, now time.Time) []MatrixRow {
	layout := s.Inventory.Layout
	verdicts := make(map[string]model.PlanVerdict, len(p.Verdicts))
	for _, v := range p.Verdicts {
		verdicts[v.Package] = v
	}
	type staged struct {
		MatrixRow
		stage, place int
	}
	place := func(pkg string) int {
		return slices.IndexFunc(layout.Packages, func(s model.PackageSpec) bool { return s.Name == pkg })
	}
	var rows []staged
	for i, c := range p.Changes {
		r := MatrixRow{
			Package: c.Package, Tag: c.Tag, Name: model.Sanitize(c.Package), Label: model.Sanitize(c.Tag),
			Change: i, Kind: c.Kind, Now: end(s, c.Package, c.From, now), Aim: end(s, c.Package, c.To, now), Stage: stage(c.Stage),
		}
		if v, ok := verdicts[c.Package]; ok && v.Digest == c.To {
			r.Arch, r.Trust = arch(v), trustCell(v.Verdict, len(layout.PolicyOf(c.Package).Predicates) > 0)
		}
		if c.Kind == model.PutArtifact {
			r.Trust = muted("written")
			r.Trust.Mark = MarkDot
		}
		rows = append(rows, staged{r, c.Stage, place(c.Package)})
	}
	for _, u := range p.Unmoved {
		r, at := stays(u, s, now), stayStage
		if u.Excluded {
			at = layout.Package(u.Package).Stage
			r.Stage = stage(at)
		}
		rows = append(rows, staged{r, at, place(u.Package)})
	}
	slices.SortStableFunc(rows, func(a, b staged) int { return cmp.Or(cmp.Compare(a.stage, b.stage), cmp.Compare(a.place, b.place)) })
	out := make([]MatrixRow, len(rows))
	for i, r := range rows {
		out[i] = r.MatrixRow
		out[i].Same = i > 0 && out[i-1].Package == r.Package && out[i-1].Moves() == r.Moves()
	}
	return out
}

// stayStage is behind all stages.
const stayStage = 1 << 20

func stays(u model.Unmoved, s model.Survey, now time.Time) MatrixRow {
	return MatrixRow{
		Package: u.Package, Tag: u.Tag, Name: model.Sanitize(u.Package), Label: model.Sanitize(u.Tag), Stage: string(MarkDot),
		Change: -1, Out: u.Excluded, Now: end(s, u.Package, u.Digest, now), Why: model.Sanitize(u.Why),
	}
}

// arch is how many of a target's platforms are there.
func arch(v model.PlanVerdict) Cell {
	switch {
	case v.Platforms <= 0:
		return Cell{Text: None, Tone: Muted}
	case v.Resolved < 0:
		return Cell{Text: "?/" + strconv.Itoa(v.Platforms), Tone: Warn}
	case v.Resolved < v.Platforms:
		return Cell{Text: strconv.Itoa(v.Resolved) + "/" + strconv.Itoa(v.Platforms), Tone: Bad}
	}
	return Cell{Text: strconv.Itoa(v.Resolved) + "/" + strconv.Itoa(v.Platforms)}
}

// trustCell is what checking attestations came to. Of what nothing is expected,
// none is no defect, and nobody checks.
func trustCell(v model.VerdictKind, expected bool) Cell {
	switch v {
	case model.VerdictVerified:
		return Cell{Mark: MarkOK, Text: "verified", Tone: Good}
	case model.VerdictFailed:
		return Cell{Mark: MarkBad, Text: "failed", Tone: Bad}
	case model.VerdictUnverifiable:
		return Cell{Mark: MarkWarn, Text: "unverifiable", Tone: Warn}
	case model.VerdictNone:
		if expected {
			return Cell{Mark: MarkWarn, Text: "none", Tone: Warn}
		}
		return Cell{Mark: MarkDot, Text: "none due", Tone: Muted}
	case model.VerdictUnchecked:
	}
	if !expected {
		return Cell{Mark: MarkDot, Text: "none due", Tone: Muted}
	}
	return Cell{Mark: MarkDot, Text: "unchecked", Tone: Muted}
}

// MatrixNotes is what a channel's plan says below its matrix: effects that no
// row tells, what becomes untagged, warnings, who gets what, in which order it
// is done, whether it can be undone, and how fresh the facts are.
func MatrixNotes(p model.Plan, s model.Survey, now time.Time) []Line {
	var out []Line
	untagged := make(map[string]bool)
	for _, e := range p.Effects {
		switch {
		case e.Kind == model.EffectOrphaned && e.Tag == "":
			untagged[e.Package] = true
			name := Short(e.Before)
			if r, ok := s.ReleaseOf(e.Package, e.Before); ok {
				name += ", " + label(r)
			}
			out = append(out, Line{Mark: MarkWarn, Tone: Warn, Text: model.Sanitize(e.Package) + " (" + name + ") becomes untagged, undo needs it"})
		case !slices.ContainsFunc(p.Changes, func(c model.Change) bool { return covers(e, c) }):
			out = append(out, Line{Mark: MarkWarn, Tone: Warn, Text: effectLine(e, s, now).effect(true, false)})
		case e.Undo == model.UndoNone || e.Undo == model.UndoUntil:
			out = append(out, Line{Mark: MarkWarn, Tone: Warn, Text: model.Sanitize(e.Package+" "+e.Tag) + ": " + undoWords(e, now)})
		}
	}
	for _, w := range p.Warnings {
		if w.Code == model.CodeOrphan && untagged[w.Package] {
			continue // said above
		}
		out = append(out, Line{Mark: MarkWarn, Tone: Warn, Text: remark(w)})
	}
	for _, c := range p.Consumers {
		out = append(out, Line{Mark: MarkDot, Text: gets(c)})
	}
	if p.Empty() {
		return out
	}
	out = append(out, writtenDocument(p, s)...)
	out = append(out, Line{Mark: MarkDot, Text: order(p)})
	undo := undoLine(p, now)
	out = append(out, Line{Mark: undo.Mark, Tone: undo.Tone, Text: undo.Text})
	if !p.ReadAt.IsZero() {
		out = append(out, Line{Mark: MarkDot, Tone: Muted, Text: fresh(p, now) +
			"; the right to push is checked after the word, before the first write"})
	}
	return out
}

// Orphans reports whether a plan leaves a version without a tag.
func Orphans(p model.Plan) bool {
	return slices.ContainsFunc(p.Effects, func(e model.Effect) bool { return e.Kind == model.EffectOrphaned })
}

// Stages are the stages of a plan that hold a change, in their order.
func Stages(p model.Plan) []int {
	var out []int
	for _, c := range p.Changes {
		if !slices.Contains(out, c.Stage) {
			out = append(out, c.Stage)
		}
	}
	slices.Sort(out)
	return out
}

// order says what is done after what.
func order(p model.Plan) string {
	var parts []string
	for i, stage := range Stages(p) {
		text := strconv.Itoa(stage)
		if n := changesOf(p, stage); n > 1 {
			text += " (" + strconv.Itoa(n) + " tags together)"
		}
		if i == 0 {
			text += ", read back"
		}
		parts = append(parts, text)
	}
	return "Order: " + strings.Join(parts, ", then ") + ". Each tag is read again before its write, and read back after it"
}

func changesOf(p model.Plan, stage int) int {
	n := 0
	for _, c := range p.Changes {
		if c.Stage == stage {
			n++
		}
	}
	return n
}

// Progress is how far a row's change is, in the few cells that a row has. What
// went wrong is told in full below the rows.
func Progress(s model.Step) Cell {
	c := stepState(s.State)
	switch {
	case s.State == model.StepConflict:
		c.Text = "conflict"
	case s.State == model.StepUnknown:
		c.Text = "unknown"
	case s.Verified != nil && !*s.Verified:
		return Cell{Mark: MarkBad, Text: "reads back other", Tone: Bad}
	case s.Verified != nil:
		c.Text = "read back"
	}
	return c
}
