// Package versionrows turns surveys into rows of versions, for every pane that
// lists versions: of one package or of all. List is what those panes have in
// common: drawing, filtering, marking, folding, and asking for what is unread.
//
// Its law: a row belongs to one reading of one package and never changes, save
// for its cells, which the event loop makes when a row first comes to the
// screen. Everything that takes time in proportion to a package (Load, LoadAll,
// a filter's match) touches none of them and may run in a command. Nothing here
// is a pane, knows one, or reads: what a list needs is asked of its pane.
package versionrows
