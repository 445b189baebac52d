package model

import "context"

// Conduct is how a plan is to be carried out. The zero value carries it out
// without a word to anybody.
type Conduct struct {
	// Progress is called for one step at a time, from any goroutine.
	Progress func(Step)
	// AfterFirst, where set, is called once, when the first of several stages
	// is done and read back; the next one begins when it returns nil. An error
	// stops the plan there.
	AfterFirst func(context.Context) error
	// Resumes is set where the plan was begun before: the journal says so, and
	// what is done already counts as done.
	Resumes bool
}
