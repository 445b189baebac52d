package versionrows

import "github.com/novotnyllc/caitui/internal/model"

// Batch is how many manifests are asked for at once. Each GET of a manifest
// counts as a download at GitHub and one screen needs no more.
const Batch = 100

// Asked is what was asked for since the packages were read last.
type Asked map[string]bool

// Has reports whether a manifest was asked for.
func (a Asked) Has(pkg string, d model.Digest) bool { return a[FullKey(pkg, d)] }

// Note remembers that manifests were asked for.
func (a Asked) Note(pkg string, digests []model.Digest) {
	for _, d := range digests {
		a[FullKey(pkg, d)] = true
	}
}

// Wanted collects what rows on the screen need and nobody asked for yet, by
// package: the rows' own manifests first, at most one batch.
func Wanted(visible []*Row, asked Asked) map[string][]model.Digest {
	out := make(map[string][]model.Digest)
	taken := make(map[string]bool)
	take := func(in *Package, d model.Digest) {
		if key := FullKey(in.Name, d); len(taken) < Batch && !asked[key] && !taken[key] {
			taken[key] = true
			out[in.Name] = append(out[in.Name], d)
		}
	}
	type need struct {
		in *Package
		d  model.Digest
	}
	rest := make([]need, 0, Batch)
	for _, r := range visible {
		for _, d := range r.In.State.Snapshot.Needs(r.Row) {
			if d == r.Digest {
				take(r.In, d)
			} else {
				rest = append(rest, need{r.In, d})
			}
		}
	}
	for _, n := range rest {
		take(n.in, n.d)
	}
	return out
}
