package main

import (
	"errors"
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
)

// The exit codes. Scripts rely on them; they change only by adding.
const (
	exitOK       = 0
	exitFinding  = 1 // refused verification, drift, failed check, blocked plan
	exitUsage    = 2 // flags, arguments or configuration
	exitAccess   = 3 // no credentials, denied, not found, not reachable
	exitPartial  = 4 // something was written and the plan did not end
	exitConflict = 5 // the registry changed since the preview
)

// finding ends a verb that has printed its answer and found something wrong.
// It carries the exit code and is not printed as an error.
type finding struct{ code int }

func (f finding) Error() string { return fmt.Sprintf("exit %d", f.code) }

// usageError is what the command line itself refuses.
type usageError struct{ cause error }

func (u usageError) Error() string { return u.cause.Error() }
func (u usageError) Unwrap() error { return u.cause }

// exitCode maps an error to the exit code that its kind has.
func exitCode(err error) int {
	var f finding
	var u usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &f):
		return f.code
	case errors.As(err, &u), errors.Is(err, model.ErrInvalid):
		return exitUsage
	case errors.Is(err, model.ErrConflict):
		return exitConflict
	case errors.Is(err, model.ErrBlocked):
		return exitFinding
	case errors.Is(err, model.ErrReadOnly):
		return exitUsage
	default:
		return exitAccess
	}
}

// finish prints an error once, as text or as the error document, and returns
// the exit code.
func (a *app) finish(err error) int {
	code := exitCode(err)
	var f finding
	if err == nil || errors.As(err, &f) {
		return code
	}
	if a.format == formatJSON {
		if body, encodeErr := encode(wire.ErrorDoc(err, code)); encodeErr == nil {
			fmt.Fprintln(a.stderr, body)
			return code
		}
	}
	fmt.Fprintln(a.stderr, "caitui: "+model.Sanitize(err.Error()))
	if cure := model.CureOf(err); cure != "" {
		fmt.Fprintln(a.stderr, "  "+model.Sanitize(cure))
	}
	var u usageError
	if errors.As(err, &u) {
		fmt.Fprintln(a.stderr, "  caitui --help lists verbs and flags")
	}
	return code
}
