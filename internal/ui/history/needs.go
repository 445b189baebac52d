package history

import "github.com/novotnyllc/caitui/internal/model"

// batch is how many manifests are asked for at once. Each GET of a manifest
// counts as a download at GitHub and one screen needs no more.
const batch = 100

// wanted collects what the rows on the screen need and nobody asked for yet,
// the rows' own manifests first, at most one batch.
func wanted(snap model.Snapshot, visible []*row, asked map[model.Digest]bool) []model.Digest {
	var out []model.Digest
	seen := make(map[model.Digest]bool)
	take := func(d model.Digest) {
		if len(out) < batch && !asked[d] && !seen[d] {
			seen[d] = true
			out = append(out, d)
		}
	}
	rest := make([]model.Digest, 0, batch)
	for _, r := range visible {
		for _, d := range snap.Needs(r.Row) {
			if d == r.Digest {
				take(d)
			} else {
				rest = append(rest, d)
			}
		}
	}
	for _, d := range rest {
		take(d)
	}
	return out
}
