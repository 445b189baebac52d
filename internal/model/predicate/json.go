package predicate

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

// value is a piece of a document that is known to be valid JSON: it is walked
// by bytes, and nothing is copied but what is taken. nil is what is not there.
type value []byte

// Bounds of what is taken out of one predicate.
const (
	maxText  = 2 << 10 // bytes of one value
	maxFacts = 40      // of one section
	maxWalk  = 2_000_000
)

// parse checks a document once.
func parse(raw []byte) (value, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || !json.Valid(raw) {
		return nil, false
	}
	return raw, true
}

func (v value) is(open byte) bool { return len(v) > 0 && v[0] == open }

// each calls do with the members of an object or the elements of a list, whose
// names are nil, until it returns false.
func (v value) each(do func(name, v value) bool) {
	if !v.is('{') && !v.is('[') {
		return
	}
	named := v.is('{')
	for i, n := blank(v, 1), 0; i < len(v) && v[i] != '}' && v[i] != ']' && n < maxWalk; n++ {
		var name value
		if named {
			end := past(v, i)
			name = v[i:end]
			i = blank(v, blank(v, end)+1) // behind the colon
		}
		end := past(v, i)
		if !do(name, v[i:end]) {
			return
		}
		if i = blank(v, end); i < len(v) && v[i] == ',' {
			i = blank(v, i+1)
		}
	}
}

// blank is the first place from i on that is no blank.
func blank(v value, i int) int {
	for i < len(v) && (v[i] == ' ' || v[i] == '\n' || v[i] == '\t' || v[i] == '\r') {
		i++
	}
	return i
}

// past is the place behind the value that begins at i.
func past(v value, i int) int {
	if i >= len(v) {
		return len(v)
	}
	switch v[i] {
	case '"':
		return pastText(v, i)
	case '{', '[':
	default:
		for ; i < len(v); i++ {
			switch v[i] {
			case ',', ']', '}', ' ', '\n', '\t', '\r':
				return i
			}
		}
		return i
	}
	for depth := 0; i < len(v); i++ {
		switch v[i] {
		case '"':
			i = pastText(v, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(v)
}

func pastText(v value, i int) int {
	for i++; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(v)
}

// at is what stands under names, one inside the other. Where a name comes twice
// the last one counts, as it does for whoever checks the signature.
func (v value) at(names ...string) value {
	for _, want := range names {
		var found value
		if v.is('{') {
			v.each(func(name, member value) bool {
				if name.named(want) {
					found = member
				}
				return true
			})
		}
		v = found
	}
	return v
}

// members are the wanted members of an object, in one pass over it.
func (v value) members(wanted ...string) map[string]value {
	out := make(map[string]value, len(wanted))
	if !v.is('{') {
		return out
	}
	v.each(func(name, member value) bool {
		for _, w := range wanted {
			if name.named(w) {
				out[w] = member
			}
		}
		return true
	})
	return out
}

// named reports whether a quoted name is this one.
func (v value) named(want string) bool {
	if len(v) == len(want)+2 && string(v[1:len(v)-1]) == want {
		return true
	}
	// Escapes and bytes that are no UTF-8 read as something else.
	return (bytes.IndexByte(v, '\\') >= 0 || !utf8.Valid(v)) && v.whole() == want
}

// whole is a JSON string in full, "" where it is none.
func (v value) whole() string {
	var s string
	if !v.is('"') || json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// text is a string, number or truth value as text, cut where it is too long.
func (v value) text() string {
	switch {
	case len(v) == 0, v.is('{'), v.is('['), v.is('n'):
		return ""
	case v.is('"'):
		return cut(v.whole())
	}
	return cut(string(v))
}

func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	n := maxText
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// count is how many members or elements there are, 0 where there is no list.
func (v value) count() int {
	n := 0
	v.each(func(_, _ value) bool { n++; return true })
	return n
}

// list calls do with the elements of a list; a single value is a list of one.
func (v value) list(do func(v value)) {
	switch {
	case v.is('['):
		v.each(func(_, e value) bool { do(e); return true })
	case len(v) > 0 && !v.is('n'):
		do(v)
	}
}

// texts are the elements of a list as text, those without any left out.
func (v value) texts() []string {
	var out []string
	v.list(func(e value) {
		if t := e.text(); t != "" && len(out) < maxFacts {
			out = append(out, t)
		}
	})
	return out
}

// joined are the texts on one line.
func (v value) joined() string { return cut(strings.Join(v.texts(), ", ")) }

// time is a time in one of the forms that tools write, zero where it is none.
func (v value) time() time.Time {
	s := v.text()
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700 MST", "2006-01-02"} {
		if t, err := time.Parse(form, s); err == nil && t.Year() > 1 && t.Year() < 10_000 {
			return t.UTC()
		}
	}
	return time.Time{}
}
