package history

import "github.com/novotnyllc/caitui/internal/model"

// batch is how many manifests are asked for at once. Each GET of a manifest
// counts as a download at GitHub and one screen needs no more.
const batch = 100

// needs lists the manifests without which a row cannot be told whole: its own,
// those of the platforms of its index (sizes), of its architecture indexes and
// of the fallback indexes that list what speaks of it. What has been read is
// left out, attestations themselves are not needed here.
func needs(snap model.Snapshot, r *row) []model.Digest {
	var out []model.Digest
	add := func(d model.Digest) {
		if d != "" && snap.Manifests[d] == nil && readable(snap, d) {
			out = append(out, d)
		}
	}
	add(r.Digest)
	about := func(d model.Digest) {
		add(snap.Tag(d.FallbackTag()))
		m := snap.Manifests[d]
		if m == nil {
			return
		}
		for _, child := range m.Platforms() {
			add(child.Digest)
		}
	}
	about(r.Digest)
	for _, part := range r.Parts {
		switch part.Role {
		case model.PartArchIndex:
			add(part.Digest)
			about(part.Digest)
		case model.PartFallback:
			add(part.Digest)
		case model.PartPlatform, model.PartBuildx, model.PartAttestation, model.PartCosign, model.PartInferred:
		}
	}
	return out
}

// readable is false for a digest that the complete list of versions does not
// have: asking for it can only end in "not found".
func readable(snap model.Snapshot, d model.Digest) bool {
	if snap.Origin != model.OriginAPI || snap.Partial {
		return true
	}
	_, ok := snap.Version(d)
	return ok
}

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
		for _, d := range needs(snap, r) {
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
