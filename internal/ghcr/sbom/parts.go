package sbom

import (
	"bytes"
	"encoding/json"
	"errors"
	"runtime"
	"sync"

	"github.com/novotnyllc/caitui/internal/model"
)

// Documents of images have tens of thousands of components, and reading JSON
// into Go values takes a core half a second for them. So the one long list of a
// document is taken out and its elements are read side by side.

var errCut = errors.New("it ends in the middle, or something stands behind its end")

// parts takes a document apart: the lists by their names, and an object of all
// other members that keep lets through. Where a name comes twice the last one
// counts, as in encoding/json.
func parts(raw []byte, lists []string, keep ...string) (map[string][]byte, []byte, error) {
	found := make(map[string][]byte)
	if !members(raw, func(name string, value []byte) bool {
		found[name] = value
		return true
	}) {
		return nil, nil, errCut
	}
	long := make(map[string][]byte)
	for _, name := range lists {
		long[name] = found[name]
	}
	rest := []byte("{")
	for _, name := range keep {
		if v, ok := found[name]; ok {
			if len(rest) > 1 {
				rest = append(rest, ',')
			}
			rest = append(append(append(rest, '"'), name...), '"', ':')
			rest = append(rest, v...)
		}
	}
	return long, append(rest, '}'), nil
}

// readEach reads the elements of a list side by side, each by f into its own
// place. nil or null is an empty list; the error is that of the first element
// that cannot be read.
func readEach[T, R any](list []byte, f func(*T) R) ([]R, error) {
	if len(list) == 0 || bytes.Equal(list, []byte("null")) {
		return nil, nil
	}
	raw, ok := elements(list, maxComponents)
	switch {
	case len(raw) > maxComponents:
		return nil, tooMany()
	case !ok:
		return nil, malformed("a list of the document cannot be read", errCut)
	}
	out := make([]R, len(raw))
	workers := max(min(runtime.GOMAXPROCS(0), len(raw)/256), 1)
	errs := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		from, to := w*len(raw)/workers, (w+1)*len(raw)/workers
		all.Go(func() {
			for i := from; i < to; i++ {
				var t T
				if err := json.Unmarshal(raw[i], &t); err != nil {
					errs[w] = err
					return
				}
				out[i] = f(&t)
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, malformed("an element of the document cannot be read", err)
		}
	}
	return out, nil
}

// sorted puts components into their order by way of places: the values are too
// large to be moved about.
func sorted(list []model.SBOMComponent) []model.SBOMComponent {
	order := make([]*model.SBOMComponent, len(list))
	for i := range list {
		order[i] = &list[i]
	}
	sortComponents(order)
	out := make([]model.SBOMComponent, len(list))
	for i, c := range order {
		out[i] = *c
	}
	return out
}
