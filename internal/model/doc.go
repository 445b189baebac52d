// Package model is the domain of caitui: packages, versions, tags, channels,
// releases, snapshots, plans and outcomes, as plain values and pure functions.
//
// Its law: no I/O, no clock, no goroutine and no terminal library. A time that
// matters is a parameter. It imports the standard library and nothing else of
// this module, so every other room may import it.
//
// Values are immutable by convention: whoever has built one does not change it
// after handing it on, because panes, plans and the store share it freely.
package model
