package ghcr

import (
	"context"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// learned is what a plan has made of one package.
type learned struct {
	tags      map[string]model.Digest // as read back; "" is gone
	deleted   []model.Digest
	restored  []model.Version
	written   map[model.Digest]*model.Manifest
	documents map[model.Digest]model.ChannelDocument // among what was written
}

// settleState takes what was read into the state, so that the next survey
// shows it before the next refresh, and records the sightings.
func (e *execution) settleState(ctx context.Context) {
	s := e.s
	at, _ := s.stack.seen.clock(s.o.Now())
	seen, packages := e.learn(at)
	if len(packages) == 0 {
		return
	}
	s.remember(ctx, seen, nil)
	s.publish(func() {
		for pkg, l := range packages {
			if st := s.stateLocked(pkg); st.Known {
				st.Snapshot = l.applied(st.Snapshot)
				s.states[pkg] = st
			}
		}
		s.past = model.Past{
			Moves:        append(slices.Clone(s.past.Moves), e.moves...),
			Observations: withSightings(s.past.Observations, seen),
		}
	})
}

// learn gathers what steps have made true or found so.
func (e *execution) learn(at time.Time) ([]model.Observation, map[string]*learned) {
	var seen []model.Observation
	packages := make(map[string]*learned)
	for i, step := range e.steps {
		if step.State != model.StepDone && step.State != model.StepAlready {
			continue
		}
		c := e.plan.Changes[i]
		l := packages[c.Package]
		if l == nil {
			l = &learned{tags: make(map[string]model.Digest), written: make(map[model.Digest]*model.Manifest),
				documents: make(map[model.Digest]model.ChannelDocument)}
			packages[c.Package] = l
		}
		switch c.Kind {
		case model.DeleteVersion:
			l.deleted = append(l.deleted, c.From)
			continue
		case model.RestoreVersion:
			if v, ok := e.restored[target{c.Package, c.To}]; ok {
				l.restored = append(l.restored, v)
			}
			continue
		case model.PutArtifact:
			if content, err := artifactContent(c); err == nil {
				if m, err := model.ParseManifest(content.Body, content.MediaType); err == nil {
					l.written[c.To] = m
				}
			}
			if doc, err := model.ParseChannelDocument(c.Artifact.Content); err == nil {
				l.documents[c.To] = doc
			}
		}
		to := c.To
		if c.Kind == model.RemoveTag {
			to = ""
		}
		l.tags[c.Tag] = to
		seen = append(seen, model.Observation{Package: c.Package, Tag: c.Tag, Digest: to, At: at, Last: at, Source: "execute"})
	}
	return seen, packages
}

// applied is a snapshot with what was learned: deleted versions and their tags
// are gone, restored ones stand where they stood, newest first.
func (l *learned) applied(old model.Snapshot) model.Snapshot {
	out := old
	if len(l.deleted)+len(l.restored) > 0 {
		versions := slices.DeleteFunc(slices.Clone(old.Versions), func(v model.Version) bool { return slices.Contains(l.deleted, v.Digest) })
		for _, v := range l.restored {
			if slices.ContainsFunc(versions, func(o model.Version) bool { return o.Digest == v.Digest }) {
				continue
			}
			at := slices.IndexFunc(versions, func(o model.Version) bool { return !o.Created.After(v.Created) })
			if at < 0 {
				at = len(versions)
			}
			versions = slices.Insert(versions, at, v)
		}
		out = withVersions(old, versions)
	}
	return out.WithTags(l.tags).WithManifests(l.written).WithDocuments(l.documents)
}

// without is a snapshot without versions that are gone.
func without(snap model.Snapshot, gone []model.Digest) model.Snapshot {
	return withVersions(snap, slices.DeleteFunc(slices.Clone(snap.Versions), func(v model.Version) bool { return slices.Contains(gone, v.Digest) }))
}

// withVersions is a snapshot of other versions that keeps what is known of
// their content.
func withVersions(old model.Snapshot, versions []model.Version) model.Snapshot {
	next := model.NewSnapshot(old.Package, old.Origin, old.ReadAt, versions)
	if next.Partial = old.Partial; old.Total < 0 {
		next.Total = -1
	} else {
		next.Total = max(old.Total+len(versions)-len(old.Versions), 0)
	}
	return carry(next, old)
}
