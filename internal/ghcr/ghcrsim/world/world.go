package world

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// What a write can be refused for. The engine maps them to answers.
var (
	ErrNoPackage  = errors.New("no such package")
	ErrNoVersion  = errors.New("no such version")
	ErrNoManifest = errors.New("no such manifest")
	ErrNoBlob     = errors.New("no such blob")
	ErrTaken      = errors.New("the name or digest is in use again")
)

// World is the whole state. The zero value is not usable: New makes one.
type World struct {
	mu          sync.RWMutex
	owner       string
	ownerIsUser bool
	repository  string
	scenario    string
	clock       time.Time
	listDelay   time.Duration

	packages map[string]*pkg
	blobs    map[model.Digest][]byte
	known    map[string]map[model.Digest]struct{} // package name → its blobs; also before its first manifest

	workflows    []Workflow
	runs         []Run
	commits      []Commit
	branches     map[string]string
	attestations map[model.Digest][]Attestation

	ids idSource
}

// Numbers that stand for things nobody creates here.
const (
	ownerID      = 48_213_377
	repositoryID = 1_098_412_655
)

// New makes an empty world for an owner and a repository ("OWNER/NAME") whose
// clock stands at clock. The owner is an organisation until told otherwise.
func New(owner, repository string, clock time.Time) *World {
	return &World{
		owner: owner, repository: repository, clock: clock.UTC(),
		packages:     map[string]*pkg{},
		blobs:        map[model.Digest][]byte{},
		known:        map[string]map[model.Digest]struct{}{},
		branches:     map[string]string{},
		attestations: map[model.Digest][]Attestation{},
	}
}

// Owner is the login that owns the packages.
func (w *World) Owner() string { return w.owner }

// OwnerID is the owner's number in GitHub's API.
func (w *World) OwnerID() int64 { return ownerID }

// Repository is "OWNER/NAME" of the repository whose runs are simulated.
func (w *World) Repository() string { return w.repository }

// RepositoryID is that repository's number in GitHub's API.
func (w *World) RepositoryID() int64 { return repositoryID }

// Scenario is the name of the scenario the world was filled by, "" for none.
func (w *World) Scenario() string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.scenario
}

// SetScenario notes which scenario the world was filled by: later pushes
// follow its rules.
func (w *World) SetScenario(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.scenario = name
}

// OwnerIsUser reports whether the owner is a person's account.
func (w *World) OwnerIsUser() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.ownerIsUser
}

// SetOwnerIsUser makes the owner a person's account or an organisation.
func (w *World) SetOwnerIsUser(user bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ownerIsUser = user
}

// Now is the world's time. It stands still unless moved.
func (w *World) Now() time.Time {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.clock
}

// Advance moves the clock. Nothing else happens by itself.
func (w *World) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// SetListDelay sets how long after its push a new version's ActiveAt lies, for
// versions pushed from now on.
func (w *World) SetListDelay(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listDelay = d
}

// at gives now for a zero time.
func (w *World) at(t time.Time) time.Time {
	if t.IsZero() {
		return w.Now()
	}
	return t.UTC()
}

// CreatePackage makes a package. An active one of that name stays as it is; a
// deleted one is replaced and can no longer be restored, as GHCR does when its
// name is used again.
func (w *World) CreatePackage(name string, o PackageOptions) {
	created := w.at(o.Created)
	w.mu.Lock()
	defer w.mu.Unlock()
	if old, ok := w.packages[name]; ok && !old.gone() {
		return
	}
	if o.Visibility == "" {
		o.Visibility = Private
	}
	w.packages[name] = newPkg(Package{
		Name: name, ID: w.ids.packageID(), Visibility: o.Visibility, Repository: o.Repository,
		Created: created, Updated: created, Roles: maps.Clone(o.Roles),
	}, o.Source)
}

// pkg returns the active package of that name, or nil.
func (w *World) pkg(name string) *pkg {
	w.mu.RLock()
	defer w.mu.RUnlock()
	p := w.packages[name]
	if p == nil || p.gone() {
		return nil
	}
	return p
}

// ensure returns the active package, creating a private one where there is
// none: that is what a first push does.
func (w *World) ensure(name string, at time.Time) *pkg {
	if p := w.pkg(name); p != nil {
		return p
	}
	w.CreatePackage(name, PackageOptions{Created: at})
	return w.pkg(name)
}

// Packages lists all packages by name, deleted ones (Deleted set) included.
func (w *World) Packages() []Package {
	w.mu.RLock()
	all := slices.Collect(maps.Values(w.packages))
	w.mu.RUnlock()
	out := make([]Package, 0, len(all))
	for _, p := range all {
		out = append(out, p.info())
	}
	slices.SortFunc(out, func(a, b Package) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Package returns one package, deleted or not.
func (w *World) Package(name string) (Package, bool) {
	w.mu.RLock()
	p := w.packages[name]
	w.mu.RUnlock()
	if p == nil {
		return Package{}, false
	}
	return p.info(), true
}

// change edits what is known about a package.
func (w *World) change(name string, edit func(*Package)) error {
	w.mu.RLock()
	p := w.packages[name]
	w.mu.RUnlock()
	if p == nil {
		return fmt.Errorf("changing package %s: %w", name, ErrNoPackage)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	edit(&p.meta)
	return nil
}

// SetVisibility does what only GitHub's web pages can.
func (w *World) SetVisibility(name string, v Visibility) error {
	return w.change(name, func(p *Package) { p.Visibility = v })
}

// SetRole gives a login a role on a package; "" takes it away.
func (w *World) SetRole(name, login, role string) error {
	return w.change(name, func(p *Package) {
		roles := maps.Clone(p.Roles)
		if roles == nil {
			roles = map[string]string{}
		}
		if role == "" {
			delete(roles, login)
		} else {
			roles[login] = role
		}
		p.Roles = roles
	})
}

// DeletePackage deletes a whole package; it can be restored until its name is
// used again.
func (w *World) DeletePackage(name string) error {
	now := w.Now()
	if w.pkg(name) == nil {
		return fmt.Errorf("deleting package %s: %w", name, ErrNoPackage)
	}
	return w.change(name, func(p *Package) { p.Deleted = &now })
}

// RestorePackage brings a deleted package back as it was.
func (w *World) RestorePackage(name string) error {
	if _, ok := w.Package(name); !ok {
		return fmt.Errorf("restoring package %s: %w", name, ErrNoPackage)
	}
	return w.change(name, func(p *Package) { p.Deleted = nil })
}
