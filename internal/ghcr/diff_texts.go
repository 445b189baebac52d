package ghcr

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/novotnyllc/caitui/internal/ghcr/archive"
	"github.com/novotnyllc/caitui/internal/model"
)

// below is what a side has where layers decide that were not read.
const below = "as the common layers have it, which were not read"

// changesOf turns deltas into what a section shows. root stands in front of
// their paths.
func changesOf(root string, deltas []archive.Delta) []model.FileChange {
	out := make([]model.FileChange, 0, len(deltas))
	for _, d := range deltas {
		c := model.FileChange{Path: root + "/" + d.Path, Before: said(d.Before, d.BeforeBelow), After: said(d.After, d.AfterBelow)}
		if d.Contents {
			c.Path = strings.TrimSuffix(c.Path, "/") + "/*"
		} else {
			c.Text = textOf(d.Before, d.After)
		}
		if c.Before != nil && c.After != nil && *c.Before == *c.After && !d.Before.Blind() {
			continue // open on both sides, and so the same
		}
		out = append(out, c)
	}
	return out
}

// said is an entry in words, nil for none.
func said(e *archive.Entry, open bool) *string {
	var s string
	switch {
	case e != nil:
		s = e.String()
	case open:
		s = below
	default:
		return nil
	}
	return &s
}

// contextLines stand around changed ones.
const contextLines = 3

// textOf is the unified difference of two texts, also of one that appears or
// vanishes; "" where a side is no text or both are the same.
func textOf(before, after *archive.Entry) string {
	text := func(e *archive.Entry) (string, bool) {
		if e == nil {
			return "", true
		}
		return e.Text, e.IsText
	}
	a, okA := text(before)
	b, okB := text(after)
	if !okA || !okB || a == b {
		return ""
	}
	out, err := udiff.ToUnified("before", "after", a, udiff.Lines(a, b), contextLines)
	if err != nil {
		return "" // the edits are its own, so that they fit
	}
	return out
}

// artifacts compares what is packed in the layers of artifacts, by the names of
// their files.
func (r *filesRun) artifacts(ctx context.Context, a, b model.DiffInput) (model.DiffSection, error) {
	former, present := model.ArtifactLayers(a.Manifest), model.ArtifactLayers(b.Manifest)
	var names []string
	var wanted []model.Descriptor
	part := model.PartFiles{}
	for name, l := range former {
		other, both := present[name]
		if both && other.Digest == l.Digest {
			part.Equal++
			continue
		}
		names, wanted = append(names, name), append(wanted, l)
	}
	for name, l := range present {
		if old, both := former[name]; both && old.Digest == l.Digest {
			continue
		}
		names, wanted = append(names, name), append(wanted, l)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	slices.SortFunc(wanted, func(a, b model.Descriptor) int { return strings.Compare(string(a.Digest), string(b.Digest)) })
	r.fetch(ctx, wanted, archive.ReadAny)
	var notes []string
	var firstErr error
	for _, name := range names {
		changes, equal, err := r.member(name, former, present)
		if err != nil {
			notes = append(notes, fmt.Sprintf("%s not compared: %v", name, err))
			if firstErr == nil {
				firstErr = err
			}
			continue
		}
		part.Changes, part.Equal = append(part.Changes, changes...), part.Equal+equal
	}
	if len(part.Changes) == 0 && part.Equal == 0 && firstErr != nil {
		return model.DiffSection{}, firstErr
	}
	notes = append(notes, r.refused(wanted)...)
	return model.FilesSection(model.DiffPayload, 1, []model.PartFiles{part}, strings.Join(notes, "; ")), nil
}

// member compares what one layer of an artifact holds. Where both sides hold a
// single file the layer's own name is its path.
func (r *filesRun) member(name string, former, present map[string]model.Descriptor) ([]model.FileChange, int, error) {
	sides := make([]*archive.Tree, 2)
	single := true
	for i, layers := range []map[string]model.Descriptor{former, present} {
		sides[i] = archive.NewTree(true)
		l, ok := layers[name]
		if !ok {
			continue
		}
		got := r.read[l.Digest]
		if got.err != nil {
			return nil, 0, got.err
		}
		single = single && got.listing.Single
		sides[i].Apply(got.listing)
	}
	deltas, equal := archive.Compare(sides[0], sides[1])
	changes := changesOf("/"+name, deltas)
	for i, c := range changes {
		changes[i].Path = strings.TrimPrefix(c.Path, "/")
		if single {
			changes[i].Path = unpackedName(name)
		}
	}
	return changes, equal, nil
}

// unpackedName is a file's name without what says how it is compressed.
func unpackedName(name string) string {
	for _, ext := range []string{".gz", ".zst"} {
		if stem, ok := strings.CutSuffix(name, ext); ok && stem != "" {
			return stem
		}
	}
	return name
}
