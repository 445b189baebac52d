// Package theme is the only room that makes lipgloss styles: every other part
// of the console asks for them by meaning.
//
// Its law: colour never carries meaning alone. There is one accent, red is for
// danger only, and everything works with 16 colours, on light and dark ground,
// and with none at all.
package theme
