package present

import (
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// RootsTable is the trusted roots in use.
func RootsTable(t model.Trust) Table {
	out := Table{Columns: []Column{{Title: "instance"}, {Title: "who"}, {Title: "from"}, {Title: "of"}, {Title: "sha256"}},
		Empty: "No trusted root is in use: no certificate can be verified."}
	for _, r := range t.Roots {
		out.Rows = append(out.Rows, []Cell{text(r.Instance), text(strings.Join(r.Who, ", ")), text(r.Origin), {Text: date(r.At)}, {Text: r.Digest.Hex()}})
	}
	return out
}

// RootPartsTable is what the roots trust, and for which times. What counts only
// for the past still verifies what was signed then.
func RootPartsTable(t model.Trust, now time.Time) Table {
	out := Table{Columns: []Column{{Title: "instance"}, {Title: "trusts"}, {Title: "name"}, {Title: "from"}, {Title: "until"}}}
	for _, r := range t.Roots {
		for _, p := range r.Parts {
			until := Cell{Mark: MarkOK, Text: "open", Tone: Good}
			switch {
			case p.Until.IsZero():
			case p.Until.Before(now):
				until = Cell{Mark: MarkDash, Text: date(p.Until), Tone: Muted}
			default:
				until = Cell{Mark: MarkOK, Text: date(p.Until), Tone: Good}
			}
			out.Rows = append(out.Rows, []Cell{text(r.Instance), text(strings.ReplaceAll(p.Kind, "-", " ")), text(p.Name), {Text: date(p.From)}, until})
		}
	}
	return out
}

// date is a day with its year: what roots trust counts for years.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// TrustRepositoriesTable is where roots can be refreshed from, and what was
// fetched there last.
func TrustRepositoriesTable(t model.Trust) Table {
	out := Table{Columns: []Column{{Title: "repository"}, {Title: "address"}, {Title: "root"}, {Title: "refreshed"}, {Title: "current until"}, {Title: "asked now"}}}
	for _, r := range t.Repositories {
		row := []Cell{text(r.Name), text(r.URL), {Mark: MarkDash, Text: "never fetched", Tone: Muted}, {}, {}, trustOutcome(r.Outcome)}
		if r.Root != "" {
			row[2], row[3], row[4] = Cell{Text: r.Root.Short()}, Cell{Text: Full(r.At)}, Cell{Text: Full(r.Expires)}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func trustOutcome(o model.TrustOutcome) Cell {
	switch o {
	case model.TrustRefreshed:
		return Cell{Mark: MarkOK, Text: "refreshed", Tone: Good}
	case model.TrustUnchanged:
		return Cell{Mark: MarkOK, Text: "unchanged", Tone: Good}
	case model.TrustRefused:
		return Cell{Mark: MarkBad, Text: "refused", Tone: Bad}
	case model.TrustUnreachable:
		return Cell{Mark: MarkUnknown, Text: "not reachable", Tone: Warn}
	case model.TrustNotKept:
		return Cell{Mark: MarkBad, Text: "not kept", Tone: Bad}
	case model.TrustNotAsked:
	}
	return Cell{Mark: MarkDot, Text: "not asked", Tone: Muted}
}

// RootTroubles says what cannot be used or was not refreshed, and the cure.
func RootTroubles(t model.Trust) []string {
	var out []string
	tell := func(what string, err error) {
		line := what + ": " + model.Sanitize(err.Error())
		if cure := model.CureOf(err); cure != "" {
			line += "; " + model.Sanitize(cure)
		}
		out = append(out, line)
	}
	for _, u := range t.Unusable {
		tell("CANNOT BE USED, so that nothing is verified: "+model.Sanitize(u.Source), u.Err)
	}
	for _, r := range t.Repositories {
		if r.Err != nil {
			tell("NOT REFRESHED "+model.Sanitize(r.Name), r.Err)
		}
	}
	return out
}
