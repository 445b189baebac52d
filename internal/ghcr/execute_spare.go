package ghcr

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// spare leaves alone what belongs to a version that GitHub keeps: the children
// that it needs, what speaks of it or of them, and what those need. Everything
// else of the plan goes on.
func (e *execution) spare(ctx context.Context, refused int) {
	kept := e.plan.Changes[refused]
	belongs := belonging(e.relations(kept.Package), kept.From)
	why := &model.Error{Kind: model.ErrUnsupported, Message: fmt.Sprintf("spared: it belongs to %s, which GitHub keeps", kept.From.Short())}
	for i, c := range e.plan.Changes {
		if c.Kind == model.DeleteVersion && c.Package == kept.Package && belongs[c.From] && e.state(i) == model.StepNotStarted {
			e.set(i, model.StepSpared, nil, why)
			e.journalRefused(ctx, c, model.StepSpared, why)
		}
	}
}

// relations is what is known of a package, with the manifests that were kept
// before the first deletion.
func (e *execution) relations(pkg string) model.Snapshot {
	read := make(map[model.Digest]*model.Manifest)
	for at, content := range e.saved {
		if at.pkg != pkg {
			continue
		}
		if m, err := model.ParseManifest(content.Body, content.MediaType); err == nil {
			read[at.digest] = m
		}
	}
	return e.s.state(pkg).Snapshot.WithManifests(read)
}

// belonging collects everything below and about a digest, the indexes of its
// platforms one by one too: that is where their attestations hang.
func belonging(snap model.Snapshot, d model.Digest) map[model.Digest]bool {
	out := map[model.Digest]bool{d: true}
	tags := snap.TagNames()
	for queue := []model.Digest{d}; len(queue) > 0; queue = queue[1:] {
		near := slices.Clone(snap.Referrers(queue[0]))
		near = append(near, children(snap, queue[0])...)
		near = append(near, snap.PartIndexes(queue[0])...)
		// The fallback index of referrers, and cosign's tags.
		plumbing := queue[0].FallbackTag()
		for _, tag := range tags {
			if strings.HasPrefix(tag, plumbing) {
				near = append(near, snap.Tag(tag))
			}
		}
		for _, next := range near {
			if !out[next] {
				out[next] = true
				queue = append(queue, next)
			}
		}
	}
	delete(out, d)
	return out
}

func children(snap model.Snapshot, d model.Digest) []model.Digest {
	var out []model.Digest
	if m := snap.Manifests[d]; m != nil {
		for _, child := range m.Manifests {
			out = append(out, child.Digest)
		}
	}
	return out
}
