package ghcr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/ghcr/archive"
	"github.com/novotnyllc/caitui/internal/model"
)

// fileLimits bound what a comparison of files may take.
type fileLimits struct {
	layer    int64 // compressed bytes of one layer
	total    int64 // compressed bytes of all layers that differ
	below    int64 // compressed bytes of the shared layers below, read to settle what was there before
	unpacked int64 // bytes of one layer
	entries  int   // of one layer
	text     int64 // bytes of a text that is compared line by line
	kept     int64 // bytes of all such texts
}

func defaultFileLimits() fileLimits {
	return fileLimits{
		layer: 2 << 30, total: 8 << 30, below: 512 << 20, unpacked: 8 << 30, entries: 1 << 20,
		text: 256 << 10, kept: 64 << 20,
	}
}

// layersAtOnce is how many layers are read together.
const layersAtOnce = 4

// CompareFiles compares the files of two versions. Of images it reads the
// layers that the two do not begin with in common, each once, and of the common
// ones below only where these decide and are not too large; of artifacts the
// layers whose digests differ, with what is packed in them. Nothing is written
// to disk.
//
// progress, which may be nil, gets compressed bytes, one call at a time. A
// platform that could not be compared stands in the note; the error is for a
// comparison of which nothing came. What was compared is kept in memory.
func (s *Service) CompareFiles(ctx context.Context, pkg string, a, b model.Digest, progress func(done, total int64)) (model.DiffSection, error) {
	key := [2]model.Digest{a, b}
	if kept, ok := s.compared.get(key); ok {
		return kept, nil
	}
	former, present, err := s.diffInputs(ctx, pkg, a, b)
	if err != nil {
		return model.DiffSection{}, err
	}
	r := &filesRun{s: s, pkg: pkg, limits: s.fileLimits, progress: progress, read: make(map[model.Digest]readLayer)}
	r.kept.Store(r.limits.kept)
	var out model.DiffSection
	if former.Manifest.Runs() || present.Manifest.Runs() {
		out, err = r.images(ctx, former, present)
	} else {
		out, err = r.artifacts(ctx, former, present)
	}
	if ctx.Err() != nil {
		return model.DiffSection{}, ctx.Err()
	}
	if err != nil {
		return model.DiffSection{}, err
	}
	if !r.passing && weight(out) <= maxKept {
		s.compared.put(key, out)
	}
	return out, nil
}

// filesRun is one CompareFiles under way.
type filesRun struct {
	s       *Service
	pkg     string
	limits  fileLimits
	kept    atomic.Int64
	read    map[model.Digest]readLayer
	passing bool // something failed that may work another time

	mu          sync.Mutex
	progress    func(done, total int64)
	done, total int64
}

// readLayer is a layer as far as it could be read.
type readLayer struct {
	listing *archive.Listing
	err     error
}

// tell counts bytes that came and, where it is more, bytes that will come.
func (r *filesRun) tell(came, more int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done += came
	r.total += more
	if r.progress != nil {
		r.progress(min(r.done, r.total), r.total)
	}
}

// fetch reads layers that were not read yet, each once. What fails stands with
// the layer.
func (r *filesRun) fetch(ctx context.Context, layers []model.Descriptor, how func(context.Context, io.Reader, archive.Limits) (*archive.Listing, error)) {
	var wanted []model.Descriptor
	for _, l := range layers {
		if _, known := r.read[l.Digest]; known {
			continue
		}
		r.read[l.Digest] = readLayer{}
		if err := r.admit(l); err != nil {
			r.read[l.Digest] = readLayer{err: err}
			continue
		}
		wanted = append(wanted, l)
		r.tell(0, l.Size)
	}
	got := make([]readLayer, len(wanted))
	var g errgroup.Group
	g.SetLimit(layersAtOnce)
	for i, l := range wanted {
		g.Go(func() error {
			got[i].listing, got[i].err = r.layer(ctx, l, how)
			return nil
		})
	}
	_ = g.Wait()
	for i, l := range wanted {
		r.read[l.Digest] = got[i]
		if err := got[i].err; err != nil && !errors.Is(err, model.ErrMalformed) && !errors.Is(err, model.ErrTooLarge) {
			r.passing = true
		}
	}
}

// admit refuses what is too large by its own word, and what has no address.
func (r *filesRun) admit(l model.Descriptor) error {
	if _, err := model.ParseDigest(string(l.Digest)); err != nil {
		return err
	}
	switch {
	case l.Size < 0:
		return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("layer %s says that it has %d bytes", l.Digest.Short(), l.Size)}
	case l.Size > r.limits.layer:
		return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("layer %s has %d bytes, more than the %d allowed for one", l.Digest.Short(), l.Size, r.limits.layer)}
	case r.total+l.Size > r.limits.total:
		return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("the layers that differ have more than the %d bytes allowed for all", r.limits.total)}
	}
	return nil
}

// layer reads one layer to its end, for only then its digest is known to be
// right.
func (r *filesRun) layer(ctx context.Context, l model.Descriptor, how func(context.Context, io.Reader, archive.Limits) (*archive.Listing, error)) (*archive.Listing, error) {
	body, err := r.s.registry.layer(ctx, r.pkg, l)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	in := &telling{r: body, tell: func(n int64) { r.tell(n, 0) }}
	listing, err := how(ctx, in, archive.Limits{Bytes: r.limits.unpacked, Entries: r.limits.entries, Text: r.limits.text, Kept: &r.kept})
	if err == nil {
		_, err = io.Copy(io.Discard, in)
	}
	in.flush()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("reading layer %s: %w", l.Digest.Short(), err)
	}
	return listing, nil
}

// telling reports bytes as they come, not of each few.
type telling struct {
	r    io.Reader
	n    int64
	tell func(int64)
}

const tellEvery = 256 << 10

func (c *telling) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n += int64(n); c.n >= tellEvery {
		c.flush()
	}
	return n, err
}

func (c *telling) flush() {
	if c.n > 0 {
		c.tell(c.n)
		c.n = 0
	}
}

// images compares platform by platform.
func (r *filesRun) images(ctx context.Context, a, b model.DiffInput) (model.DiffSection, error) {
	pairs, all, notes := model.MatchParts(a, b)
	var parts []model.PartFiles
	var firstErr error
	fail := func(platform string, err error) {
		notes = append(notes, prefixed(platform, "not compared: "+err.Error()))
		if firstErr == nil {
			firstErr = err
		}
	}
	stacks := make([]stackPair, len(pairs))
	var differing []model.Descriptor
	for i, p := range pairs {
		if p.A.Manifest != nil && p.B.Manifest != nil {
			stacks[i] = splitStacks(p.A.Manifest.Layers, p.B.Manifest.Layers)
			differing = append(differing, slices.Concat(stacks[i].a, stacks[i].b)...)
		}
	}
	r.fetch(ctx, differing, archive.ReadLayer)
	for i, p := range pairs {
		if p.A.Manifest == nil || p.B.Manifest == nil {
			r.passing = true
			fail(p.Platform, cmpOr(p.A.Err, p.B.Err))
			continue
		}
		part, said, err := r.platform(ctx, stacks[i])
		if ctx.Err() != nil {
			return model.DiffSection{}, ctx.Err()
		}
		if err != nil {
			fail(p.Platform, err)
			continue
		}
		part.Platform = p.Platform
		parts = append(parts, part)
		for _, text := range said {
			notes = append(notes, prefixed(p.Platform, text))
		}
	}
	if len(parts) == 0 && firstErr != nil {
		return model.DiffSection{}, firstErr
	}
	return model.FilesSection(model.DiffFiles, all, parts, strings.Join(notes, "; ")), nil
}

func cmpOr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func prefixed(platform, text string) string {
	if platform == "" {
		return text
	}
	return platform + ": " + text
}

// stackPair is two stacks of layers: what they begin with in common, and the
// rest of each.
type stackPair struct{ common, a, b []model.Descriptor }

func splitStacks(a, b []model.Descriptor) stackPair {
	n := 0
	for n < len(a) && n < len(b) && a[n].Digest == b[n].Digest {
		n++
	}
	return stackPair{a[:n], a[n:], b[n:]}
}

// platform compares the stacks of one platform, whose differing layers were
// read.
func (r *filesRun) platform(ctx context.Context, p stackPair) (part model.PartFiles, said []string, err error) {
	if len(p.a) == 0 && len(p.b) == 0 {
		return model.PartFiles{Equal: len(p.common)}, []string{"all layers are the same"}, nil
	}
	a, b, err := r.trees(nil, p)
	if err != nil {
		return part, nil, err
	}
	deltas, equal := archive.Compare(a, b)
	if archive.Unsettled(deltas) && r.settle(ctx, p.common) {
		if a, b, err = r.trees(p.common, p); err != nil {
			return part, nil, err
		}
		deltas, equal = archive.Compare(a, b)
	}
	if archive.Unsettled(deltas) {
		said = append(said, fmt.Sprintf("the %d layers that both begin with were not read", len(p.common)))
	}
	said = append(said, r.refused(slices.Concat(p.a, p.b))...)
	return model.PartFiles{Changes: changesOf("", deltas), Equal: equal}, said, nil
}

// settle reads the common layers where that is allowed and works.
func (r *filesRun) settle(ctx context.Context, common []model.Descriptor) bool {
	var size int64
	for _, l := range common {
		if l.Size < 0 || l.Size > r.limits.below {
			return false
		}
		if size += l.Size; size > r.limits.below {
			return false
		}
	}
	r.fetch(ctx, common, archive.ReadLayer)
	for _, l := range common {
		if r.read[l.Digest].err != nil {
			return false
		}
	}
	return true
}

// trees applies the layers of both sides in their order. Without the common
// ones, what these have stays open.
func (r *filesRun) trees(common []model.Descriptor, p stackPair) (a, b *archive.Tree, err error) {
	complete := len(common) == len(p.common)
	build := func(own []model.Descriptor) *archive.Tree {
		t := archive.NewTree(complete)
		for _, l := range slices.Concat(common, own) {
			got := r.read[l.Digest]
			if got.err != nil || got.listing == nil {
				err = got.err
				return nil
			}
			t.Apply(got.listing)
		}
		return t
	}
	if a = build(p.a); err != nil {
		return nil, nil, err
	}
	b = build(p.b)
	return a, b, err
}

// refused says which names were no names.
func (r *filesRun) refused(layers []model.Descriptor) []string {
	n := 0
	var names []string
	seen := make(map[model.Digest]bool)
	for _, l := range layers {
		if got := r.read[l.Digest].listing; got != nil && !seen[l.Digest] {
			seen[l.Digest] = true
			n += got.Refused
			names = append(names, got.Odd...)
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d entries refused, whose names leave the root or are none, such as %q", n, names[0])}
}
