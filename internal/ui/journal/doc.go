// Package journal is the pane of what was done from this machine: each plan
// with how it stands, what it changed step by step, what the journal has of it,
// and the commands of other programs that would do the same.
//
// Its law: it shows a model.Record that it was brought and decides nothing about
// it. Taking back and going on are Actions; the root leads them down the one
// road of changes.
package journal
