package ghcr

import (
	"context"
	"time"
)

// Caps on bodies, in bytes.
const (
	capManifest = 4 << 20  // OCI distribution-spec asks registries to take 4 MiB at least
	capPage     = 16 << 20 // a page of a REST list or of tags/list
	capDocument = 1 << 20  // a channel document
	capToken    = 256 << 10
	capError    = 64 << 10 // any answer outside 2xx
)

// Deadlines.
const (
	// requestDeadline bounds one attempt of one request, body included.
	requestDeadline = 20 * time.Second
	// apiDeadline is the same for GitHub's API, which itself gives up after ten
	// seconds.
	apiDeadline = 12 * time.Second
	// adviceDeadline is how long a plan waits for what is good to know but not
	// needed: GitHub being down must not hold up a rollback.
	adviceDeadline = 6 * time.Second
)

// authorization is one value of the Authorization header and the only origin
// it may be sent to.
type authorization struct {
	origin origin
	value  string
}

// terms are what one request may carry and cost. They travel in its context,
// so that they survive libraries and redirects; the stack enforces them.
type terms struct {
	auth        authorization
	limit       int64         // bytes of a good answer; 0: capPage
	deadline    time.Duration // of one attempt; 0: requestDeadline
	conditional bool          // ask with the store's validators
	flow        bool          // hand out a good answer while it arrives; limit does not bound it
}

type termsKey struct{}

func withTerms(ctx context.Context, t terms) context.Context {
	return context.WithValue(ctx, termsKey{}, t)
}

func termsOf(ctx context.Context) terms {
	t, _ := ctx.Value(termsKey{}).(terms)
	if t.limit == 0 {
		t.limit = capPage
	}
	if t.deadline == 0 {
		t.deadline = requestDeadline
	}
	return t
}
