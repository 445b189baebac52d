package sbom

import (
	"errors"
	"runtime"
	"slices"
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
	if !members(raw, func(name, value []byte) bool {
		found[string(name)] = value
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

// readEach reads the elements of a list side by side, each by f, which gets
// valid JSON, into its own place. nil or null is an empty list; the error is that of the first element
// that cannot be read.
func readEach[R any](list []byte, f func(raw []byte) (R, error)) ([]R, error) {
	if len(list) == 0 || isNull(list) {
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
				err := valid(raw[i])
				if err == nil {
					out[i], err = f(raw[i])
				}
				if err != nil {
					errs[w] = err
					return
				}
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
// large to be moved about. Both halves are sorted side by side.
func sorted(list []model.SBOMComponent) []model.SBOMComponent {
	order := make([]*model.SBOMComponent, len(list))
	for i := range list {
		order[i] = &list[i]
	}
	left, right := order[:len(order)/2], order[len(order)/2:]
	var other sync.WaitGroup
	other.Go(func() { slices.SortFunc(left, comparePlaces) })
	slices.SortFunc(right, comparePlaces)
	other.Wait()
	out := make([]model.SBOMComponent, len(list))
	for i := range out {
		from := &left
		if len(left) == 0 || len(right) > 0 && comparePlaces(right[0], left[0]) < 0 {
			from = &right
		}
		out[i], *from = *(*from)[0], (*from)[1:]
	}
	return out
}

func comparePlaces(a, b *model.SBOMComponent) int { return model.CompareComponents(*a, *b) }
