package model

import "time"

// Account is who the credentials belong to, as far as the servers tell.
type Account struct {
	Login string // "" where anonymous or unknown
	// Source is where the credentials came from: GITHUB_TOKEN, gh, docker, none.
	Source string
	// Kind is classic, fine-grained, actions, oauth, basic, anonymous, unknown.
	Kind   string
	Scopes []string // nil where the server does not tell
}

// RateLimit is GitHub's primary limit as last seen in an answer's headers.
type RateLimit struct {
	Known     bool
	Limit     int
	Remaining int
	Reset     time.Time // real time
}

// Status is what the status line shows. It is a value read without waiting.
type Status struct {
	Registry string
	API      string // "" in registry-only mode
	Demo     bool
	ReadOnly bool
	Account  Account
	Rate     RateLimit
	Skew     time.Duration
	InFlight int // requests under way
}
