package pane

// Form is one of the forms in which a pane tells what is here. Name is what
// the footer calls it: "as Markdown".
type Form struct {
	Name string
	Make func() Action
}

// Teller gives what is told in one form after the other: the first one when
// its key is pressed, the next with each further press, until another key is
// pressed or something else is under the cursor.
type Teller struct {
	about string
	next  int
	names []string
}

// Reset begins anew: another key was pressed.
func (t *Teller) Reset() { *t = Teller{} }

// Tell returns the form whose turn it is. about tells things apart, so that
// the forms of another one begin with the first.
func (t *Teller) Tell(about string, forms ...Form) Action {
	if len(forms) == 0 {
		return nil
	}
	if about != t.about || t.next >= len(forms) {
		*t = Teller{about: about}
	}
	t.names = t.names[:0]
	for _, f := range forms {
		t.names = append(t.names, f.Name)
	}
	f := forms[t.next]
	t.next = (t.next + 1) % len(forms)
	return f.Make()
}

// Does is what the key does next, or first where it was not pressed last.
func (t *Teller) Does(first string) string {
	if t.next == 0 || t.next >= len(t.names) {
		return first
	}
	return t.names[t.next]
}
