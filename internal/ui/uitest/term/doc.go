// Package term runs a program in a real pseudo-terminal and looks at what a
// terminal emulator makes of its output: real signals, real colours, real
// timing of keys, which no test on a model can see.
//
// Its law: a test never sleeps. It waits for the screen to show something, for
// the program to have read a key, or for its end, always with a limit, and
// fails with the screen and the keys that led to it.
package term
