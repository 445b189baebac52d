package ghcr

import (
	"errors"
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
)

// contentErrors are the failures of reading several manifests or documents.
type contentErrors []error

// joined is nil where nothing failed.
func joined(errs []error) error {
	var out contentErrors
	for _, err := range errs {
		if err != nil {
			out = append(out, err)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Error tells the first one whole: the others mostly say the same.
func (e contentErrors) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	return fmt.Sprintf("%v (and %d more)", e[0], len(e)-1)
}

// Unwrap lets errors.Is and errors.As look into all of them.
func (e contentErrors) Unwrap() []error { return e }

// missingOnly reports whether err tells of nothing but absent content: a list
// may show versions that are gone.
func missingOnly(err error) bool {
	var all contentErrors
	if !errors.As(err, &all) {
		return errors.Is(err, model.ErrNotFound)
	}
	for _, one := range all {
		if !errors.Is(one, model.ErrNotFound) {
			return false
		}
	}
	return true
}
