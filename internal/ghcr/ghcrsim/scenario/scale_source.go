package scenario

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// scaleShape is what one build leaves in a package.
type scaleShape interface {
	size() int                  // versions a build
	build(k int) []scaleVersion // in the order of their pushes
	common() [][]byte           // blobs that every build shares
}

// scaleVersion is one version of one build.
type scaleVersion struct {
	document
	tags  []string
	blobs [][]byte // that only this build has
}

// scaleSource computes a package build by build. What it computes it forgets
// again, but for a few builds; what it has seen of digests it remembers, so
// that a digest that was listed is found at once, and only an unknown one costs
// a walk over all builds.
type scaleSource struct {
	plan  *scalePlan
	shape scaleShape
	place int // of the package: keeps version numbers apart

	mu     sync.Mutex
	cache  map[int][]scaleVersion
	seen   map[key]int32 // digest → version
	inside map[key]int32 // blob → build
	common map[model.Digest][]byte
	walked bool
	tags   []string
	tagged map[string]int32
}

// cachedBuilds bounds what is kept of computed builds.
const cachedBuilds = 128

func newScaleSource(p *scalePlan, shape scaleShape, place int) *scaleSource {
	s := &scaleSource{
		plan: p, shape: shape, place: place, cache: map[int][]scaleVersion{},
		seen: map[key]int32{}, inside: map[key]int32{}, common: map[model.Digest][]byte{},
	}
	for _, blob := range shape.common() {
		s.common[model.DigestOf(blob)] = blob
	}
	return s
}

// Len is how many versions there are.
func (s *scaleSource) Len() int { return s.plan.n }

// split finds the build and the place in it of a version.
func (s *scaleSource) split(i int) (k, j int) {
	size := s.shape.size()
	return s.plan.builds(size) - 1 - i/size, i % size
}

// join is the version at a place of a build.
func (s *scaleSource) join(k, j int) int {
	size := s.shape.size()
	return (s.plan.builds(size)-1-k)*size + j
}

// get computes a build, of which the newest may be cut short, and remembers its
// digests. It is called with the lock held.
func (s *scaleSource) get(k int) []scaleVersion {
	if made, ok := s.cache[k]; ok {
		return made
	}
	made := s.shape.build(k)
	made = made[:min(len(made), s.plan.n-s.join(k, 0))]
	if len(s.cache) >= cachedBuilds {
		clear(s.cache)
	}
	s.cache[k] = made
	for j, v := range made {
		if id, ok := keyOf(v.digest); ok {
			s.seen[id] = int32(s.join(k, j))
		}
		for _, blob := range v.blobs {
			if id, ok := keyOf(model.DigestOf(blob)); ok {
				s.inside[id] = int32(k)
			}
		}
	}
	return made
}

// scaleFirstID and the steps keep numbers unique across the ten packages.
const (
	scaleFirstID = 300_000_000
	scaleIDStep  = 10
)

// Version describes version i.
func (s *scaleSource) Version(i int) world.Version {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, j := s.split(i)
	v := s.get(k)[j]
	at := s.plan.at(k).Add(time.Duration(j) * 2 * time.Second)
	return world.Version{
		ID:     scaleFirstID + int64(i)*scaleIDStep + int64(s.place),
		Digest: v.digest, MediaType: v.mediaType, Tags: slices.Clone(v.tags),
		Created: at, Updated: at, ActiveAt: at, Downloads: int64(i % 53),
	}
}

// Manifest gives the bytes of version i.
func (s *scaleSource) Manifest(i int) (raw []byte, mediaType string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, j := s.split(i)
	v := s.get(k)[j]
	return v.raw, v.mediaType
}

// walk computes every build once. It is called with the lock held.
func (s *scaleSource) walk() {
	if s.walked {
		return
	}
	s.tagged = map[string]int32{}
	for k := s.plan.builds(s.shape.size()) - 1; k >= 0; k-- {
		for j, v := range s.get(k) {
			for _, tag := range v.tags {
				s.tags = append(s.tags, tag)
				s.tagged[tag] = int32(s.join(k, j))
			}
		}
	}
	s.walked = true
}

// Find tells which version has a digest.
func (s *scaleSource) Find(d model.Digest) (int, bool) {
	id, ok := keyOf(d)
	if !ok {
		return 0, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.seen[id]
	if !ok && !s.walked {
		s.walk()
		i, ok = s.seen[id]
	}
	return int(i), ok
}

// FindTag tells which version has a tag. The tags of the channels and of a
// commit are found without looking at all builds.
func (s *scaleSource) FindTag(tag string) (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.likely(tag) {
		if k < 0 || k >= s.plan.builds(s.shape.size()) {
			continue
		}
		for j, v := range s.get(k) {
			if slices.Contains(v.tags, tag) {
				return s.join(k, j), true
			}
		}
	}
	s.walk()
	i, ok := s.tagged[tag]
	return int(i), ok
}

// likely names builds that would have the tag.
func (s *scaleSource) likely(tag string) []int {
	if rest, ok := strings.CutPrefix(tag, "sha-"); ok && len(rest) >= 40 {
		if k, ok := s.plan.buildOf(rest[:40]); ok {
			return []int{k}
		}
		return nil
	}
	if rest, ok := strings.CutPrefix(tag, "sha256-"); ok {
		if id, ok := keyOf(model.Digest("sha256:" + rest)); ok {
			if i, ok := s.seen[id]; ok {
				k, _ := s.split(int(i))
				return []int{k}
			}
		}
		return nil
	}
	return []int{s.plan.prod, s.plan.nightly, s.plan.dev}
}

// Tags lists all tags, oldest pushed first.
func (s *scaleSource) Tags() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.walk()
	return s.tags
}

// Blob finds content that a build pushed.
func (s *scaleSource) Blob(d model.Digest, search bool) ([]byte, bool) {
	if blob, ok := s.common[d]; ok {
		return blob, true
	}
	id, ok := keyOf(d)
	if !ok {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.inside[id]
	if !ok && search && !s.walked {
		s.walk()
		k, ok = s.inside[id]
	}
	if !ok {
		return nil, false
	}
	for _, v := range s.get(int(k)) {
		for _, blob := range v.blobs {
			if model.DigestOf(blob) == d {
				return blob, true
			}
		}
	}
	return nil, false
}
