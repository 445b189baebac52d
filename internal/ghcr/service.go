package ghcr

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/novotnyllc/caitui/internal/ghcr/archive"
	"github.com/novotnyllc/caitui/internal/model"
)

// Service is what panes and verbs work with: one owner's packages in one
// registry. Its methods are safe for concurrent use; a request ends when its
// context does.
type Service struct {
	o        Options
	host     string // the registry as people know it
	stack    *stack
	registry *registry
	stranger *registry // the same registry without credentials
	api      *api      // nil in registry-only mode
	store    Store

	flights   singleflight.Group // manifests and documents under way, by digest
	loading   sync.Mutex         // one loading from the store
	executing sync.Mutex         // one plan at a time

	advice     time.Duration // how long a plan waits for what is good to know
	fileLimits fileLimits
	compared   remembered[[2]model.Digest, model.DiffSection]
	archives   remembered[model.Digest, *archive.Selection] // what was picked out of them

	mu     sync.Mutex // guards what follows; held for no request
	loaded bool
	states map[string]model.PackageState
	dull   map[model.Digest]bool // metadata manifests without a document
	tried  map[string]bool       // packages whose anonymous reading was tried
	readAt time.Time
	notes  []string
	past   model.Past
	survey model.Survey
}

// New prepares a service. It sends nothing.
func New(o Options) (*Service, error) {
	registryURL, err := parseBase("registry", o.Registry)
	if err != nil {
		return nil, err
	}
	var apiURL *url.URL
	if o.API != "" {
		if apiURL, err = parseBase("API", o.API); err != nil {
			return nil, err
		}
	}
	if err := checkLayout(o); err != nil {
		return nil, err
	}
	if o.Now == nil {
		return nil, errors.New("making the service: Options.Now is not set")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.UserAgent == "" {
		o.UserAgent = "caitui"
	}
	if o.Store == nil {
		o.Store = newMemory()
	}
	o.Store = newBehind(o.Store, o.Log)
	st := newStack(o, apiURL, registryURL)
	s := &Service{
		o: o, host: registryURL.Host, stack: st, store: o.Store,
		states: make(map[string]model.PackageState),
		dull:   make(map[model.Digest]bool), tried: make(map[string]bool),
		advice: adviceDeadline, fileLimits: defaultFileLimits(),
	}
	if s.registry, err = newRegistry(o, registryURL, st.client(st)); err != nil {
		return nil, err
	}
	nobody := o
	nobody.RegistryCredentials = Credentials{}
	if s.stranger, err = newRegistry(nobody, registryURL, st.client(st)); err != nil {
		return nil, err
	}
	if apiURL != nil {
		s.api = newAPI(o, apiURL, st)
	}
	return s, nil
}

// checkLayout refuses names that could not be asked for, before they stand in
// a URL.
func checkLayout(o Options) error {
	for _, p := range o.Layout.Packages {
		if err := model.ValidPackage(p.Name); err != nil {
			return err
		}
	}
	owner := o.Layout.Owner
	if owner == "" && (o.API != "" || o.OwnerInPath) {
		return model.Invalid("no owner is named", "name the GitHub account with --owner")
	}
	if strings.ContainsFunc(owner, func(r rune) bool {
		return r != '-' && r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) || strings.Trim(owner, ".") == "" && owner != "" {
		return model.Invalid("the owner "+model.Sanitize(owner)+" is not the name of an account", "an owner is letters, digits and '-'")
	}
	return nil
}

// Status is what the status line shows, without waiting for anything.
func (s *Service) Status() model.Status {
	_, skew := s.stack.seen.clock(time.Time{})
	out := model.Status{
		Registry: s.host, API: s.o.API, Demo: s.o.Demo, ReadOnly: s.o.ReadOnly,
		Rate: s.stack.seen.limit(), Skew: skew, InFlight: int(s.stack.inFlight.Load()),
	}
	if s.api != nil && !s.api.creds.Anonymous() {
		out.Account = s.api.account()
		return out
	}
	creds := s.o.RegistryCredentials
	out.Account = model.Account{Login: model.Sanitize(creds.Login), Source: creds.Source, Kind: "basic"}
	if creds.Anonymous() {
		out.Account = model.Account{Source: "none", Kind: "anonymous"}
	} else if kind := tokenKind(creds.Token, false); kind != "unknown" {
		out.Account.Kind = kind
	}
	return out
}

// Journal returns the events of this registry and owner, oldest first.
func (s *Service) Journal(ctx context.Context) ([]model.JournalEvent, error) {
	if s.o.Journal == nil {
		return nil, nil
	}
	all, err := s.o.Journal.Events(ctx)
	if err != nil {
		return nil, err
	}
	return s.ours(all), nil
}

// ours leaves out what other projects wrote into the same journal.
func (s *Service) ours(all []model.JournalEvent) []model.JournalEvent {
	out := make([]model.JournalEvent, 0, len(all))
	for _, e := range all {
		if e.Registry == s.host && strings.EqualFold(e.Owner, s.o.Layout.Owner) {
			out = append(out, e)
		}
	}
	return out
}

// Close lets go of connections and of the store. The journal is its opener's.
func (s *Service) Close() error {
	s.stack.close()
	return s.store.Close()
}
