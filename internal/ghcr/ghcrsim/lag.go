package ghcrsim

import (
	"cmp"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// lagView remembers how versions looked before recent writes, so that the REST
// lists can lag behind the registry. Without the switch it remembers nothing.
type lagView struct {
	mu     sync.Mutex
	writes []laggingWrite
}

// laggingWrite is one write that REST may not have noticed yet.
type laggingWrite struct {
	pkg    string
	before map[model.Digest]*world.Version // nil: the version was not there
	real   time.Time
	sim    time.Time
}

// writing runs a write alone. An empty package name means that it may touch
// all of them.
func (s *Server) writing(pkg string, write func()) {
	s.writes.Lock()
	defer s.writes.Unlock()
	if s.sw.duration(swLag) == 0 {
		write()
		return
	}
	names := []string{pkg}
	if pkg == "" {
		names = nil
		for _, p := range s.World().Packages() {
			names = append(names, p.Name)
		}
	}
	before := map[string][]world.Version{}
	for _, name := range names {
		before[name], _ = s.World().Versions(name, false, 0, 0)
	}
	write()
	for _, name := range names {
		after, _ := s.World().Versions(name, false, 0, 0)
		s.lag.remember(laggingWrite{
			pkg: name, before: changed(before[name], after),
			real: s.opts.RealNow(), sim: s.World().Now(),
		})
	}
}

// changed maps each digest that a write made or changed to how it was before.
// Deleted versions are not among them: ghosts are a matter of their own.
func changed(before, after []world.Version) map[model.Digest]*world.Version {
	old := make(map[int64]*world.Version, len(before))
	for i := range before {
		old[before[i].ID] = &before[i]
	}
	out := map[model.Digest]*world.Version{}
	for _, v := range after {
		was := old[v.ID]
		if was == nil || !slices.Equal(was.Tags, v.Tags) {
			out[v.Digest] = was
		}
	}
	return out
}

func (l *lagView) remember(w laggingWrite) {
	if len(w.before) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes = append(l.writes, w)
}

func (l *lagView) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes = nil
}

// overrides returns how versions of a package looked before the writes that
// are younger than the lag, on whichever clock. Old writes are forgotten.
func (l *lagView) overrides(pkg string, lag time.Duration, wall, sim time.Time) map[model.Digest]*world.Version {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes = slices.DeleteFunc(l.writes, func(w laggingWrite) bool {
		return wall.Sub(w.real)+sim.Sub(w.sim) >= lag
	})
	out := map[model.Digest]*world.Version{}
	for _, w := range slices.Backward(l.writes) {
		if w.pkg == pkg {
			for d, v := range w.before {
				out[d] = v
			}
		}
	}
	return out
}

// restVersions is the list of active versions as the REST API shows it, with
// lag and ghosts, newest created first.
func (s *Server) restVersions(pkg string, offset, limit int) ([]world.Version, int) {
	wd := s.World()
	hidden := s.lag.overrides(pkg, s.sw.duration(swLag), s.opts.RealNow(), wd.Now())
	ghosts := s.ghosts(pkg)
	if len(hidden) == 0 && len(ghosts) == 0 {
		return wd.Versions(pkg, false, offset, limit)
	}
	all, _ := wd.Versions(pkg, false, 0, 0)
	shown := make([]world.Version, 0, len(all)+len(ghosts))
	for _, v := range all {
		was, lagging := hidden[v.Digest]
		switch {
		case !lagging:
			shown = append(shown, v)
		case was != nil:
			shown = append(shown, *was)
		}
	}
	shown = append(shown, ghosts...)
	slices.SortStableFunc(shown, func(a, b world.Version) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	from := min(offset, len(shown))
	return shown[from:min(from+limit, len(shown))], len(shown)
}

// restVersion is one active version as the REST API shows it.
func (s *Server) restVersion(pkg string, id int64) (world.Version, bool) {
	wd := s.World()
	v, ok := wd.VersionByID(pkg, id)
	if !ok || v.Deleted != nil {
		return world.Version{}, false
	}
	hidden := s.lag.overrides(pkg, s.sw.duration(swLag), s.opts.RealNow(), wd.Now())
	if was, lagging := hidden[v.Digest]; lagging {
		if was == nil {
			return world.Version{}, false
		}
		return *was, true
	}
	return v, true
}

// ghosts are deleted versions that the list goes on showing. Which ones is
// drawn from their numbers, so that the same ones stay.
func (s *Server) ghosts(pkg string) []world.Version {
	share := s.sw.fraction(swGhosts)
	if share == 0 {
		return nil
	}
	deleted, _ := s.World().Versions(pkg, true, 0, 0)
	return slices.DeleteFunc(deleted, func(v world.Version) bool {
		h := fnv.New32a()
		_, _ = h.Write([]byte(v.Digest)) // never fails
		return float64(h.Sum32()%1000)/1000 >= share
	})
}
