package keys

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Conflict is one key that two bindings of a scope want.
type Conflict struct {
	Scope         string
	Key           string
	First, Second ID
}

// String says it in a sentence.
func (c Conflict) String() string {
	return fmt.Sprintf("%s: key %s is both %s and %s", c.Scope, Label(c.Key), c.First, c.Second)
}

// Conflicts lists the keys that two bindings of the same scope want, disabled
// ones included, for what is disabled now may work a moment later. Join scopes
// that are in force together with Join first.
func Conflicts(scopes ...Scope) []Conflict {
	var out []Conflict
	for _, s := range scopes {
		owner := make(map[string]ID)
		for _, b := range s.Bindings {
			for _, k := range b.Keys {
				if first, taken := owner[k]; taken {
					out = append(out, Conflict{Scope: s.Name, Key: k, First: first, Second: b.ID})
					continue
				}
				owner[k] = b.ID
			}
		}
	}
	return out
}

// Join makes one scope of several that are in force together.
func Join(name string, scopes ...Scope) Scope {
	out := Scope{Name: name}
	for _, s := range scopes {
		out.Bindings = append(out.Bindings, s.Bindings...)
	}
	return out
}

// Rebind returns the bindings with a person's own keys, by ID. The scopes are
// left as they are. Every scope of the result has to be free of clashes, a
// scope named in shared together with each of the others; what is wrong is
// told all at once, as model.ErrInvalid with a cure.
func Rebind(scopes []Scope, own map[ID][]string, shared string) ([]Scope, error) {
	var faults []error
	known := make(map[ID]bool)
	for _, s := range scopes {
		for _, b := range s.Bindings {
			known[b.ID] = true
		}
	}
	keysOf := make(map[ID][]string, len(own))
	for _, id := range slices.Sorted(maps.Keys(own)) {
		if !known[id] {
			faults = append(faults, unknownID(id, known))
			continue
		}
		list, err := canonicalAll(id, own[id])
		if err != nil {
			faults = append(faults, err)
			continue
		}
		keysOf[id] = list
	}
	out := make([]Scope, len(scopes))
	for i, s := range scopes {
		out[i] = Scope{Name: s.Name, Bindings: Apply(s.Bindings, keysOf)}
	}
	for _, c := range clashes(out, shared) {
		faults = append(faults, &model.Error{Kind: model.ErrInvalid, Message: c.String(),
			Cure: fmt.Sprintf("give %s or %s another key", c.First, c.Second)})
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return out, nil
}

// Apply returns bindings with the keys of own, which has to have passed
// Rebind. Bindings that own does not name keep theirs.
func Apply(bindings []Binding, own map[ID][]string) []Binding {
	out := slices.Clone(bindings)
	for i, b := range out {
		if k, ok := own[b.ID]; ok {
			out[i].Keys = k
		}
	}
	return out
}

func clashes(scopes []Scope, shared string) []Conflict {
	i := slices.IndexFunc(scopes, func(s Scope) bool { return s.Name == shared })
	if i < 0 {
		return Conflicts(scopes...)
	}
	out := Conflicts(scopes[i])
	for j, s := range scopes {
		if j == i {
			continue
		}
		for _, c := range Conflicts(Join(s.Name, s, scopes[i])) {
			if !slices.ContainsFunc(out, func(o Conflict) bool {
				return o.Key == c.Key && o.First == c.First && o.Second == c.Second
			}) {
				out = append(out, c)
			}
		}
	}
	return out
}

func canonicalAll(id ID, list []string) ([]string, error) {
	if len(list) == 0 {
		return nil, model.Invalid(fmt.Sprintf("%s has no key", id), "name at least one key, or leave the line out")
	}
	out := make([]string, len(list))
	for i, k := range list {
		name, ok := Canonical(k)
		if !ok {
			return nil, model.Invalid(fmt.Sprintf("%s: %q is not a key", id, model.Sanitize(k)),
				"a key is one character, or a name like enter, space, f5, ctrl+r, alt+x")
		}
		out[i] = name
	}
	return out, nil
}

// unknownID says that nothing has this ID, with the most similar one.
func unknownID(id ID, known map[ID]bool) error {
	message := fmt.Sprintf("no key is called %q", model.Sanitize(string(id)))
	best, score := ID(""), 0
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if n := alike(string(k), string(id)); n > score {
			best, score = k, n
		}
	}
	if score < 2 {
		return model.Invalid(message, "? in the console lists what there is")
	}
	return model.Invalid(message, fmt.Sprintf("did you mean %s?", best))
}

// alike is a measure of likeness: the length of the common beginning, more
// where one holds the other.
func alike(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a)) {
		n += 2
	}
	return n
}
