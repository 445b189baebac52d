// Package matrix is the pane that sets packages against channels, and against a
// release where one is asked for: in each cell the verdict on what is there, or
// which release it is of.
//
// Its law: it asks nobody and verifies nothing; the root opens it and brings
// the verdicts, channel by channel as they come. A verdict is shown for the
// very digest that was checked and for no other: what has moved since is being
// checked, not verified.
package matrix
