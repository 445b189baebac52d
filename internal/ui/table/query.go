package table

import (
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Query is a parsed filter. The zero Query matches everything.
type Query struct{ terms []term }

type term struct {
	not   bool
	field string        // "" for a word
	word  string        // lower case
	older time.Duration // of an age term: the bound
	sign  byte          // '>' or '<' of an age term, 0 for all others
}

// ParseQuery reads a filter: words that all have to occur, in any place and
// without regard to case; !word must not occur; name:value looks in one of the
// named fields, and anything else with a colon, such as a digest, is an ordinary
// word; age>7d and age<12h compare the time since creation, in s, min, h, d, w or
// y. What cannot be read is model.ErrInvalid with the cure, which is ordinary
// while a person is still typing.
func ParseQuery(s string, fields []string) (Query, error) {
	var q Query
	for _, w := range strings.Fields(strings.ToLower(s)) {
		t := term{word: w}
		if rest, ok := strings.CutPrefix(w, "!"); ok {
			t.not, t.word = true, rest
		}
		if t.word == "" {
			continue // a lone "!": something follows
		}
		if rest, ok := strings.CutPrefix(t.word, "age"); ok && rest != "" && (rest[0] == '>' || rest[0] == '<') {
			older, err := model.ParseAge(strings.TrimPrefix(rest[1:], "="))
			if err != nil {
				return Query{}, err
			}
			t.sign, t.older = rest[0], older
		} else if name, value, ok := strings.Cut(t.word, ":"); ok && slices.Contains(fields, name) {
			t.field, t.word = name, value
		}
		q.terms = append(q.terms, t)
	}
	return q, nil
}

// Empty reports whether the query matches everything.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Fields reports whether a term looks into one field: without such a term Match
// asks for none.
func (q Query) Fields() bool {
	return slices.ContainsFunc(q.terms, func(t term) bool { return t.field != "" })
}

// Match reports whether a row is let through. text is everything that a person
// would search the row for, in lower case and made once for each row, so that
// a keystroke compares strings only; field gives what a name:value term looks
// at and may be nil. A row without a known time of creation matches no age at
// all.
func (q Query) Match(text string, field func(name string) string, created, now time.Time) bool {
	for i := range q.terms {
		if t := &q.terms[i]; t.holds(text, field, created, now) == t.not {
			return false
		}
	}
	return true
}

func (t *term) holds(text string, field func(name string) string, created, now time.Time) bool {
	switch {
	case t.sign != 0:
		age := now.Sub(created)
		return !created.IsZero() && (t.sign == '>' && age >= t.older || t.sign == '<' && age <= t.older)
	case t.field != "":
		return field != nil && strings.Contains(strings.ToLower(field(t.field)), t.word)
	}
	return strings.Contains(text, t.word)
}
