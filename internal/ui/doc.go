// Package ui is the root of the console: the only tea.Model, the router, the
// stack of panes, the stack of dialogs, the status line and the footer.
//
// Its law: Update and View never wait: what takes time is a command over
// captured values, and its answer carries a generation, so that answers may
// come in any order. Panes return actions and dialogs return outcomes; the two
// switches over them, in actions.go, are the list of what the application can
// do. Every write goes through the one dialog that previews and confirms it.
package ui
