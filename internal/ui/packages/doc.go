// Package packages is the home pane: where each channel stands, whether it is
// one set, what needs attention, and which packages there are.
//
// Its law: the first screen answers without a key. What is wrong is said in
// words and comes first; what is unknown, refused, failed and missing are
// different words; what was read before and could not be read again is shown
// with its age. Everything shown is drawn from the survey when it arrives,
// never while drawing.
package packages
