package keys

// ID names what a binding does, stable for the palette, for configuration and
// for tests ("retag", "filter").
type ID string

// Binding is one declared key with its action.
type Binding struct {
	ID   ID
	Keys []string // bubbletea key names; the first is the one shown
	Does string   // two or three words for the footer: "roll back"
	Help string   // one sentence for ? and the README
	// Footer is the place in the footer, smaller first; 0: not in the footer.
	Footer int
	// Danger marks what may change the registry.
	Danger bool
	// Disabled says why the key does nothing now, "" where it works. A
	// disabled key that is pressed shows this reason.
	Disabled string
}

// Scope is the bindings that are in force together: those of one pane, of one
// dialog, or those that work everywhere.
type Scope struct {
	Name     string // "everywhere", "packages"
	Bindings []Binding
}

// Enabled reports whether the key does something now.
func (b Binding) Enabled() bool { return b.Disabled == "" }

// Label is the first key of the binding as people read it.
func (b Binding) Label() string {
	if len(b.Keys) == 0 {
		return ""
	}
	return Label(b.Keys[0])
}

// Labels are all keys of the binding as people read them.
func (b Binding) Labels() []string {
	out := make([]string, len(b.Keys))
	for i, k := range b.Keys {
		out[i] = Label(k)
	}
	return out
}

// Get returns the binding with an ID.
func Get(bindings []Binding, id ID) (Binding, bool) {
	for _, b := range bindings {
		if b.ID == id {
			return b, true
		}
	}
	return Binding{}, false
}

// Find returns the binding that a key belongs to.
func Find(bindings []Binding, key string) (Binding, bool) {
	for _, b := range bindings {
		for _, k := range b.Keys {
			if k == key {
				return b, true
			}
		}
	}
	return Binding{}, false
}
