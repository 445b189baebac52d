package keys

import tea "github.com/charmbracelet/bubbletea"

// wheelLines is how many lines a turn of the mouse's wheel moves.
const wheelLines = 3

// Wheel is how many lines down a turn of the wheel moves, fewer than none for
// up; 0 where a message is no turn.
func Wheel(msg tea.MouseMsg) int {
	switch msg.Button {
	case tea.MouseButtonWheelUp:
		return -wheelLines
	case tea.MouseButtonWheelDown:
		return wheelLines
	}
	return 0
}

// Click reports whether a message is a press of the button that chooses.
func Click(msg tea.MouseMsg) bool {
	return msg.Button == tea.MouseButtonLeft && msg.Action == tea.MouseActionPress
}
