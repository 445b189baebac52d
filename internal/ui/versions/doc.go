// Package versions is the pane that shows the versions of all packages in one
// list, newest first, plumbing folded under what it belongs to.
//
// Its law is that of history, whose rows it shares: what takes time in
// proportion to the packages is computed in a command and comes back as the
// pane's own answer; Update and View touch what is on the screen only. Cursor
// and marks follow package and digest together, for the same digest may be in
// several packages.
package versions
