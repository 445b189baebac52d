// Package table is the one table of the console: windowed, its cells presented
// only for rows on the screen, its cursor and marks following the rows' keys.
//
// Its law: a key decides what a row is, never an index, so that a refresh or a
// filter cannot move the cursor or a mark to something else. Nothing here
// sorts, and nothing that a keystroke or a frame does grows with the number of
// rows; setting rows, marking all and filtering are linear, and filtering many
// rows runs in a command. Cell text is plain: it is sanitised, measured and cut
// here, and styled last.
package table
