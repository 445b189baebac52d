// Package uitest drives models of the console in tests without a terminal:
// messages go in by hand, the commands that come back are kept, run and
// delivered in whatever order the test chooses, and every view is checked to
// fit its size. For whole programs in a real terminal see uitest/term.
//
// Its law: nothing waits for time. What a test waits for is a condition with a
// limit, and what does not come within the limit fails with the screen.
package uitest
