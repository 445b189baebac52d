// Package modal holds the dialogs that stand in front of everything else:
// confirmation with preview, typed words, prompts, progress and results,
// together with the stack that gives all keys to the one in front.
//
// Its law: a dialog changes nothing by itself. It shows values that it was
// given and returns an Outcome; what follows from it is the root's affair.
// Cancel is the default everywhere, esc always means it, and the dialog that
// confirms is the preview: every effect of the plan is a line of it.
package modal
