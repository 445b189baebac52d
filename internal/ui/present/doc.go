// Package present turns model values into text: pure functions from a value
// and a time to words, cells and lines. The panes and the headless verbs use
// the same ones, so a screen and a ticket never disagree.
//
// Its law: no terminal library, no colour, no I/O, no clock ("now" is always a
// parameter). What a colour would say is said by a Tone, which the theme maps
// to a style, and by a Mark and words beside it, because colour never carries
// meaning alone. Everything that came from a server passes model.Sanitize
// here.
package present
