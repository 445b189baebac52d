package present

import (
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/predicate"
)

// Claim is one claim of a predicate as the cells of a line, with what the
// certificate says of the same thing beside it.
type Claim struct{ Label, Value, Certificate Cell }

// PredicateClaim presents one claim. Where the check did not end as verified the
// certificate's word is no proof either, and is not called one.
func PredicateClaim(f predicate.Fact, c model.Check, now time.Time) Claim {
	out := Claim{Label: text(f.Label), Value: Cell{Text: factText(f, now), Tone: factTone(f.Kind)}}
	pair := f.Beside(c)
	word := "proved"
	if c.Verdict != model.VerdictVerified {
		word = "in the certificate, not proved"
	}
	switch {
	case pair.Proved == "":
	case pair.Differs:
		out.Certificate = Cell{Mark: MarkWarn, Text: word + ": " + clip(model.Sanitize(pair.Proved), 400), Tone: Bad}
	default:
		out.Certificate = Cell{Mark: MarkOK, Text: "the same " + word, Tone: Good}
	}
	return out
}

// factText is a claim's value; a time with how long ago that is.
func factText(f predicate.Fact, now time.Time) string {
	if f.Kind == predicate.Time && !f.At.IsZero() {
		if now.IsZero() {
			return Full(f.At)
		}
		return Full(f.At) + ", " + Age(f.At, now) + " ago"
	}
	return model.Sanitize(f.Value)
}

func factTone(k predicate.Kind) Tone {
	switch k {
	case predicate.Good:
		return Good
	case predicate.Warn:
		return Warn
	case predicate.Bad:
		return Bad
	case predicate.Text, predicate.Link, predicate.Digest, predicate.Time, predicate.Number:
	}
	return Plain
}

// PredicateHead is what a predicate claims in one line; "" where it claims
// nothing that is worth one.
func PredicateHead(s predicate.Summary, now time.Time) string {
	var parts []string
	for _, f := range s.Head {
		value := factText(f, now)
		switch {
		case f.Kind == predicate.Time && !f.At.IsZero() && !now.IsZero():
			value = model.Sanitize(f.Label) + " " + Age(f.At, now) + " ago"
		case f.Label != "":
			value = model.Sanitize(f.Label) + " " + value
		}
		parts = append(parts, clip(value, 200))
	}
	return strings.Join(parts, ", ")
}

// PredicateTable is what a predicate claims, with the certificate beside it.
func PredicateTable(s predicate.Summary, c model.Check, now time.Time) Table {
	t := Table{Columns: []Column{{Title: clip(model.Sanitize(s.Name), 60)}, {Title: "claim"}, {Title: "value"}, {Title: "certificate"}},
		Empty: "The predicate claims nothing that is understood here."}
	if s.Problem != "" {
		t.Rows = append(t.Rows, []Cell{{Text: "problem", Tone: Warn}, {}, text(s.Problem), {}})
	}
	for _, x := range s.Sections {
		for _, f := range x.Facts {
			claim := PredicateClaim(f, c, now)
			t.Rows = append(t.Rows, []Cell{text(x.Title), claim.Label, claim.Value, claim.Certificate})
		}
		if x.More > 0 {
			t.Rows = append(t.Rows, []Cell{text(x.Title), {}, muted("and " + Count(x.More) + " more"), {}})
		}
	}
	return t
}
