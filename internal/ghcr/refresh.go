package ghcr

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// Refresh reads all packages anew, in the fewest dependent round trips: the
// registry's token and the first REST pages; then the channel tags by HEAD,
// further pages and unread metadata manifests; then their documents.
//
// What fails stands in PackageState.Err beside what is known from before. The
// error is for a refresh from which nothing at all could be learned; the survey
// returned with it is the last known one.
func (s *Service) Refresh(ctx context.Context) (model.Survey, error) {
	if err := s.load(ctx); err != nil {
		return model.Survey{}, err
	}
	r := &refresh{s: s, readings: make(map[string]*reading), infos: make(map[string]model.PackageInfo)}
	r.ready = make(chan struct{})
	r.g.Go(func() error { r.past = s.readPast(ctx); return nil })
	r.run(ctx)
	if ctx.Err() != nil {
		return model.Survey{}, ctx.Err()
	}
	return r.finish(ctx)
}

// refresh is one Refresh under way.
type refresh struct {
	s     *Service
	ready chan struct{} // closed when the registry's token is there, or will not come
	g     errgroup.Group
	past  model.Past // what is remembered from before this refresh

	mu       sync.Mutex
	readings map[string]*reading
	infos    map[string]model.PackageInfo
	listed   bool // the API told which packages there are
	notes    []string
	err      error // why no packages are known at all
}

// reading is what a refresh learns about one package.
type reading struct {
	before    model.PackageState
	info      *model.PackageInfo
	anonymous model.Anonymous // "" where not tried
	snapshot  *model.Snapshot
	confirmed map[string]model.Digest // tags by HEAD; "" is absent
	found     bundle
	first     page          // the newest versions, valid once listed is closed
	listed    chan struct{} // closed when the first REST page is there or failed

	mu   sync.Mutex
	errs []error
}

// fail notes what went wrong; nil is nothing.
func (one *reading) fail(err error) {
	if err == nil {
		return
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	one.errs = append(one.errs, err)
}

func (r *refresh) run(ctx context.Context) {
	s := r.s
	defer func() { _ = r.g.Wait() }()
	names, err := r.names(ctx)
	if err != nil {
		r.err = err
		return
	}
	r.g.Go(func() error {
		defer close(r.ready)
		s.registry.warm(ctx, names, pull)
		return nil
	})
	if s.api != nil {
		r.g.Go(func() error { r.list(ctx, names); return nil })
		r.g.Go(func() error { s.api.whoami(ctx); return nil })
	}
	for _, name := range names {
		r.add(ctx, name)
	}
}

// names are the packages to begin with: the configured ones and those found
// before; in a plain registry without configuration, its catalogue.
func (r *refresh) names(ctx context.Context) ([]string, error) {
	s := r.s
	var names []string
	for _, p := range s.Survey().Inventory.Packages {
		names = append(names, p.Spec.Name)
	}
	if s.api != nil || len(s.o.Layout.Packages) > 0 {
		return names, nil
	}
	repos, err := s.registry.catalog(ctx)
	if err != nil {
		if len(names) > 0 {
			r.note("the registry does not list its packages; those known from before are shown")
			return names, nil
		}
		return nil, &model.Error{Kind: kindOf(err), Message: "no packages are configured and " + s.host + " does not list its own",
			Cure: "name them with --package", Cause: err}
	}
	r.listed = true
	names = nil
	for _, repo := range repos {
		if name, ok := s.packageOf(repo); ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// packageOf is the inverse of registry.repo.
func (s *Service) packageOf(repo string) (string, bool) {
	if !s.o.OwnerInPath {
		return repo, true
	}
	return strings.CutPrefix(repo, strings.ToLower(s.o.Layout.Owner)+"/")
}

// kindOf is the sentinel of an error, ErrUnreachable where it has none.
func kindOf(err error) error {
	var e *model.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return model.ErrUnreachable
}

func (r *refresh) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes = append(r.notes, text)
}

// list asks the API for the packages, and adds those that nobody configured.
// Where listing is not allowed the configuration is enough, and each package
// is asked about by name.
func (r *refresh) list(ctx context.Context, names []string) {
	infos, err := r.s.api.packages(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return
		}
		r.mu.Lock()
		r.err = err
		r.mu.Unlock()
		r.note(fmt.Sprintf("GitHub does not list the packages (%s); those of the configuration are shown", plain(err)))
		if errors.Is(err, model.ErrForbidden) {
			r.askEach(ctx, names)
		}
		return
	}
	r.mu.Lock()
	r.listed = true
	for _, info := range infos {
		r.infos[info.Name] = info
	}
	r.mu.Unlock()
	if r.s.o.OnlyListed {
		return
	}
	// Where nothing is configured, the owner's packages are the list.
	limit, configured := maxUnlisted, len(r.s.o.Layout.Packages) > 0
	if !configured {
		limit = maxFound
	}
	extra := 0
	for _, info := range infos {
		if r.s.o.Layout.Knows(info.Name) {
			continue
		}
		if extra++; extra > limit {
			continue
		}
		if configured {
			r.note(fmt.Sprintf("package %s is not in the configuration", info.Name))
		}
		if !slices.Contains(names, info.Name) {
			r.add(ctx, info.Name)
		}
	}
	if extra > limit {
		r.note(fmt.Sprintf("%d more packages of %s are not shown: name those that you want with --package or in the configuration", extra-limit, r.s.o.Layout.Owner))
	}
}

// Bounds on packages that nobody configured: an account may own hundreds that
// are none of this project's business.
const (
	maxUnlisted = 30  // beside configured ones
	maxFound    = 200 // where none are configured
)

func (r *refresh) askEach(ctx context.Context, names []string) {
	for _, name := range names {
		r.g.Go(func() error {
			info, err := r.s.api.info(ctx, name)
			if err == nil && info.Name == name {
				r.mu.Lock()
				r.infos[name] = info
				r.mu.Unlock()
			}
			return nil // unknown is said where the info is missing
		})
	}
}

// plain is an error in one phrase, for a note.
func plain(err error) string {
	var e *model.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return model.Sanitize(err.Error())
}

// add reads one more package.
func (r *refresh) add(ctx context.Context, name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.readings[name] != nil {
		return
	}
	one := &reading{before: r.s.state(name), confirmed: make(map[string]model.Digest)}
	r.readings[name] = one
	r.g.Go(func() error { r.s.read(ctx, one, r.ready); return nil })
}

// finish takes what was learned into the state.
func (r *refresh) finish(ctx context.Context) (model.Survey, error) {
	s := r.s
	readAt, _ := s.stack.seen.clock(s.o.Now())
	updated := make(map[string]model.PackageState, len(r.readings))
	var sightings []model.Observation
	var kept []store.StoredPackage
	learned := r.listed && s.api != nil
	for name, one := range r.readings {
		if info, ok := r.infos[name]; ok {
			one.info = &info
		}
		st, changed := one.state(readAt)
		updated[name] = st
		if !changed {
			continue
		}
		learned = true
		sightings = append(sightings, one.sightings(st, readAt)...)
		kept = append(kept, store.StoredPackage{
			Info: st.Info, Origin: st.Snapshot.Origin, ReadAt: st.Snapshot.ReadAt,
			Partial: st.Snapshot.Partial, Total: st.Snapshot.Total, Versions: st.Snapshot.Versions,
		})
	}
	if s.registry.tokens.isStale() {
		r.notes = append(r.notes, fmt.Sprintf("%s refuses the credential from %s but answers without one: remove the stale credential, or renew it",
			s.host, s.o.RegistryCredentials.Source))
	}
	s.remember(ctx, sightings, kept)
	past := r.past
	past.Observations = withSightings(past.Observations, sightings)
	survey := s.publish(func() {
		for name := range s.states {
			if r.listed && updated[name].Spec.Name == "" {
				delete(s.states, name)
			}
		}
		for name, st := range updated {
			if r.gone(name) {
				delete(s.states, name)
				continue
			}
			s.states[name] = st
		}
		slices.Sort(r.notes)
		s.notes, s.past, s.readAt = r.notes, past, readAt
	})
	if learned {
		return survey, nil
	}
	return survey, r.failure()
}

// gone reports whether a package found before is no longer listed.
func (r *refresh) gone(name string) bool {
	if !r.listed || r.s.api == nil || r.s.o.Layout.Knows(name) {
		return false
	}
	_, ok := r.infos[name]
	return !ok
}

// failure is why nothing could be learned: what listing said, else what the
// first package in order said; nil where there was nothing to learn.
func (r *refresh) failure() error {
	if r.err != nil {
		return r.err
	}
	for _, p := range r.s.Survey().Inventory.Packages {
		if p.Err != nil {
			return p.Err
		}
	}
	return nil
}

// remember writes to the store. Failing costs local history only.
func (s *Service) remember(ctx context.Context, sightings []model.Observation, kept []store.StoredPackage) {
	slices.SortFunc(kept, func(a, b store.StoredPackage) int { return strings.Compare(a.Info.Name, b.Info.Name) })
	if err := s.store.PutSnapshots(ctx, s.host, s.o.Layout.Owner, kept); err != nil {
		s.o.Log.WarnContext(ctx, "keeping the snapshots", "error", err)
	}
	if err := s.store.Observe(ctx, s.host, s.o.Layout.Owner, sightings); err != nil {
		s.o.Log.WarnContext(ctx, "keeping the observations", "error", err)
	}
}
