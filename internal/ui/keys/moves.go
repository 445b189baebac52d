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

// Mover is what moves: a list, or a page with a cursor.
type Mover interface {
	Move(delta int)
	Home()
	End()
	Page(dir int)
}

// Move does a movement and reports whether it was one.
func Move(m Mover, id ID) bool {
	switch id {
	case Up:
		m.Move(-1)
	case Down:
		m.Move(1)
	case Top:
		m.Home()
	case Bottom:
		m.End()
	case PageUp:
		m.Page(-1)
	case PageDown:
		m.Page(1)
	default:
		return false
	}
	return true
}
