package model

import (
	"errors"
	"strings"
	"time"
)

// The sentinels that every failure of the service is mapped to once, at the
// HTTP edge. Test with errors.Is; the command line maps them to exit codes and
// the panes to words.
var (
	// ErrInvalid is bad input: a malformed reference, flag or configuration.
	ErrInvalid = errors.New("invalid input")
	// ErrUnauthorized means that no credentials, or bad ones, were given.
	ErrUnauthorized = errors.New("not authorised")
	// ErrForbidden means that the credentials are known but lack the right.
	ErrForbidden = errors.New("not allowed")
	// ErrNotFound means absent, or hidden from these credentials.
	ErrNotFound = errors.New("not found")
	// ErrRateLimited means that the server asked for a pause longer than is
	// worth waiting for.
	ErrRateLimited = errors.New("rate limited")
	// ErrUnreachable means no usable answer: DNS, connection, deadline, 5xx.
	ErrUnreachable = errors.New("not reachable")
	// ErrConflict means that the registry changed since it was looked at.
	ErrConflict = errors.New("changed since the preview")
	// ErrUnsupported means that this registry or mode cannot do it.
	ErrUnsupported = errors.New("not supported here")
	// ErrReadOnly means that caitui itself refuses to write.
	ErrReadOnly = errors.New("read-only")
	// ErrTooLarge means that a body exceeded its cap.
	ErrTooLarge = errors.New("larger than allowed")
	// ErrMalformed means that a server sent something that cannot be read.
	ErrMalformed = errors.New("malformed answer")
	// ErrBlocked means that a plan has blockers nobody lifted.
	ErrBlocked = errors.New("plan is blocked")
)

// Error is a failure a person can act on: what failed and why, in one
// sentence, and what would cure it. It keeps the sentinel that classifies it
// and the cause it came from.
type Error struct {
	Kind    error  // one of the sentinels above
	Message string // what failed and why, no final stop
	Cure    string // what to do about it; may be empty
	Cause   error  // the underlying error; may be nil
	// Wait is how long the server asks to be left alone, with an ErrRateLimited
	// only; 0: it did not say.
	Wait time.Duration
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	if e.Cause != nil {
		b.WriteString(": ")
		b.WriteString(Sanitize(e.Cause.Error()))
	}
	return b.String()
}

// Unwrap lets errors.Is find both the sentinel and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// Invalid builds an ErrInvalid with its cure.
func Invalid(message, cure string) error {
	return &Error{Kind: ErrInvalid, Message: message, Cure: cure}
}

// CureOf returns the first cure in err's chain, or "".
func CureOf(err error) string {
	var e *Error
	for errors.As(err, &e) {
		if e.Cure != "" {
			return e.Cure
		}
		err = e.Cause
	}
	return ""
}

// codes are the stable words for the sentinels in JSON, most specific first.
var codes = []struct {
	err  error
	code string
}{
	{ErrConflict, "conflict"},
	{ErrReadOnly, "read-only"},
	{ErrBlocked, "blocked"},
	{ErrRateLimited, "rate-limited"},
	{ErrTooLarge, "too-large"},
	{ErrMalformed, "malformed"},
	{ErrUnsupported, "unsupported"},
	{ErrUnauthorized, "unauthorized"},
	{ErrForbidden, "forbidden"},
	{ErrNotFound, "not-found"},
	{ErrUnreachable, "unreachable"},
	{ErrInvalid, "invalid"},
}

// CodeOf is the stable word for err's kind, "error" where it has none.
func CodeOf(err error) string {
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return "error"
}
