// Package tagdiff shows what differs between two versions of a package, or
// what changed in all packages of a channel since its former release.
//
// Its law: nothing is shown as equal that was not compared; what was not read
// says so and how to have it read. Folding hides what is equal or of little
// weight, never how much of it there is. A difference is drawn once, into a
// document that does not depend on the width; the width, folding and the way of
// showing only arrange it.
package tagdiff
