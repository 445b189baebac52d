package keys

// The movements that every list and every page knows.
const (
	Up       ID = "up"
	Down     ID = "down"
	Top      ID = "top"
	Bottom   ID = "bottom"
	PageUp   ID = "page-up"
	PageDown ID = "page-down"
)

// Moves are the bindings of the movements, the same in every pane.
func Moves() []Binding {
	return []Binding{
		{ID: Up, Keys: []string{"k", "up"}, Does: "up", Help: "One line up."},
		{ID: Down, Keys: []string{"j", "down"}, Does: "down", Help: "One line down."},
		{ID: Top, Keys: []string{"g", "home"}, Does: "top", Help: "To the first line."},
		{ID: Bottom, Keys: []string{"G", "end"}, Does: "bottom", Help: "To the last line."},
		{ID: PageUp, Keys: []string{"pgup"}, Does: "page up", Help: "One screen up."},
		{ID: PageDown, Keys: []string{"pgdown"}, Does: "page down", Help: "One screen down."},
	}
}
