package ghcr

import (
	"context"
	"log/slog"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// Credentials are a login and its secret, and where they came from. The zero
// value is anonymous. Login may be empty: GHCR does not look at it.
type Credentials struct {
	Login  string
	Token  string
	Source string // GITHUB_TOKEN, gh, docker, …; shown to people
}

// Anonymous reports whether there is nothing to authenticate with.
func (c Credentials) Anonymous() bool { return c.Token == "" }

// Options say what a Service works on and with.
type Options struct {
	API      string // base URL of GitHub's REST API; "" is registry-only mode
	Registry string // base URL of the registry
	Layout   model.Layout
	// OnlyListed is set where no packages but the layout's are wanted, whatever
	// else the owner has or the store remembers.
	OnlyListed bool
	// OwnerInPath is set where repositories are OWNER/NAME, as on GHCR.
	OwnerInPath bool
	// APICredentials go to the API's origin only, RegistryCredentials to the
	// registry's and to its token endpoint only.
	APICredentials      Credentials
	RegistryCredentials Credentials
	ReadOnly            bool
	Demo                bool
	// Offline sends nothing at all: what the store keeps is all there is.
	Offline bool
	// Verifier checks attestations; nil: they are found, and nobody checks them.
	Verifier     Verifier
	InsecureHTTP bool // plain http to other hosts than loopback
	// Store keeps what is worth keeping between processes; nil: memory only.
	Store Store
	// Journal records plans and writes; nil: nothing can be executed.
	Journal Journal
	// Saved is the folder in which the manifests of versions are kept before
	// these are deleted; "": no version can be deleted.
	Saved string
	// PointsPerMinute bounds what is asked of the API, as GitHub's secondary limit
	// counts it: a read is a point, a deletion or restoring five. 0: GitHub's 900.
	PointsPerMinute int
	Now             func() time.Time // real time; required
	Log             *slog.Logger     // request log; nil: none
	UserAgent       string
	Actor           string // who acts, for the journal
	Host            string // on which machine, for the journal
}

// Store is what the service needs from the local store. Losing it loses speed
// and local history, so failures of it are logged and never end an operation.
type Store interface {
	// Manifests returns those of the digests that are kept; the others are
	// simply absent. It serves channel documents by their blob digest too.
	Manifests(ctx context.Context, digests []model.Digest) (map[model.Digest]store.Content, error)
	PutManifests(ctx context.Context, contents []store.Content) error
	Validator(ctx context.Context, url string) (store.Validator, bool, error)
	PutValidator(ctx context.Context, url string, v store.Validator) error
	Snapshots(ctx context.Context, registry, owner string) ([]store.StoredPackage, error)
	PutSnapshots(ctx context.Context, registry, owner string, packages []store.StoredPackage) error
	Observe(ctx context.Context, registry, owner string, seen []model.Observation) error
	Observations(ctx context.Context, registry, owner string) ([]model.Observation, error)
	Close() error
}

// Journal is what the service needs from the journal. Append syncs: when it
// returns, the event survives a crash.
type Journal interface {
	Append(ctx context.Context, e model.JournalEvent) (model.JournalEvent, error)
	Events(ctx context.Context) ([]model.JournalEvent, error)
	Head(ctx context.Context) (model.JournalHead, error)
	SavePlan(ctx context.Context, p model.Plan) error
	LoadPlan(ctx context.Context, id string) (model.Plan, error)
}
