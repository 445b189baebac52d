// Package requests is the pane of what caitui has sent: the newest requests,
// what became of each, and the commands of other programs that do the same.
//
// Its law: it shows what it was brought and asks for more by an Action that is
// answered when there is more, so that nothing is polled. What is secret never
// gets here: the room that sends leaves it out.
package requests
