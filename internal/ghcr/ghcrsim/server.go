package ghcrsim

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/scenario"
	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// Options say what is simulated and where it listens.
type Options struct {
	Listen   string           // address of the API, loopback only; "" means 127.0.0.1:0
	Scenario string           // name of the seed; "" means containai
	Seed     int64            // varies what the scenario leaves open; the credentials depend on it too
	Latency  time.Duration    // waited before every request is handled
	RealNow  func() time.Time // wall clock for rate windows and token expiry; required
}

// defaultScenario is what the real pipeline publishes.
const defaultScenario = "containai"

// Server is a running simulator. Its methods are safe for concurrent use.
type Server struct {
	opts    Options
	tokens  *tokenSet
	sw      *switches
	faults  *faultRules
	log     *accessLog
	rates   *rates
	uploads *uploads
	lag     *lagView
	runs    *schedule
	signer  *signer

	world   atomic.Pointer[world.World]
	latency atomic.Int64 // time.Duration
	writes  sync.Mutex   // one write at a time: a rule and the act it allows belong together

	apiURL, registryURL, blobsURL string

	servers     []*http.Server
	connections connections
	running     sync.WaitGroup
	stop        context.CancelFunc
}

// Start seeds the scenario, listens on three loopback ports and serves until
// ctx ends or Close is called.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.RealNow == nil {
		return nil, errors.New("starting the simulator: Options.RealNow is not set")
	}
	if o.Scenario == "" {
		o.Scenario = defaultScenario
	}
	w, err := scenario.Load(o.Scenario, o.Seed)
	if err != nil {
		return nil, fmt.Errorf("seeding the simulator: %w", err)
	}
	sw := newSwitches()
	s := &Server{
		opts: o, tokens: newTokens(o.Seed), sw: sw, faults: &faultRules{}, log: &accessLog{},
		rates:   newRates(o.RealNow, sw),
		uploads: newUploads(),
		lag:     &lagView{},
		runs:    &schedule{},
		signer:  newSigner(o.Seed, o.RealNow),
	}
	s.world.Store(w)
	s.adoptOwnerKind(w)
	s.latency.Store(int64(o.Latency))
	listeners, err := listen(ctx, o.Listen)
	if err != nil {
		return nil, err
	}
	s.serve(ctx, listeners)
	return s, nil
}

// World returns the state behind the answers. After POST /_sim/reset it is
// another one.
func (s *Server) World() *world.World { return s.world.Load() }

// Close ends all connections and waits until nothing runs any more.
func (s *Server) Close() error {
	s.stop()
	var errs []error
	for _, srv := range s.servers {
		errs = append(errs, srv.Close())
	}
	s.running.Wait()
	return errors.Join(errs...)
}

// adoptOwnerKind lets the switch say what the seed has chosen.
func (s *Server) adoptOwnerKind(w *world.World) {
	kind := ownerOrganization
	if w.OwnerIsUser() {
		kind = ownerUser
	}
	s.sw.put(swOwnerKind, kind)
}

// The listeners in the order of their ports in Info.
type listeners struct{ api, registry, blobs net.Listener }

// listen opens the three ports. The blob host is named localhost and not
// 127.0.0.1, so that it is another host to a client that binds credentials to
// hosts.
func listen(ctx context.Context, apiAddress string) (listeners, error) {
	if apiAddress == "" {
		apiAddress = "127.0.0.1:0"
	}
	host, port, err := net.SplitHostPort(apiAddress)
	if err != nil {
		return listeners{}, fmt.Errorf("reading the listen address %q: %w", apiAddress, err)
	}
	switch ip := net.ParseIP(host); {
	case host == "":
		host = "127.0.0.1"
	case host != "localhost" && (ip == nil || !ip.IsLoopback()):
		return listeners{}, fmt.Errorf("listening on %q: the simulator serves loopback addresses only, "+
			"as 127.0.0.1:0", apiAddress)
	}
	var l listeners
	var lc net.ListenConfig
	for _, one := range []struct {
		to      *net.Listener
		address string
	}{
		{&l.api, net.JoinHostPort(host, port)},
		{&l.registry, "127.0.0.1:0"},
		{&l.blobs, "127.0.0.1:0"},
	} {
		*one.to, err = lc.Listen(ctx, "tcp", one.address)
		if err != nil {
			l.close()
			return listeners{}, fmt.Errorf("listening on %s: %w", one.address, err)
		}
	}
	return l, nil
}

func (l listeners) close() {
	for _, one := range []net.Listener{l.api, l.registry, l.blobs} {
		if one != nil {
			_ = one.Close() // it was only just opened: nothing to lose
		}
	}
}

// serve starts one HTTP server for each listener.
func (s *Server) serve(ctx context.Context, l listeners) {
	ctx, s.stop = context.WithCancel(ctx)
	s.apiURL = "http://" + l.api.Addr().String()
	s.registryURL = "http://" + l.registry.Addr().String()
	_, blobsPort, _ := net.SplitHostPort(l.blobs.Addr().String()) // it is an address of ours
	s.blobsURL = "http://localhost:" + blobsPort
	for _, one := range []struct {
		listener net.Listener
		front    front
	}{
		{l.api, front{s, hostAPI, s.apiHandler()}},
		{l.registry, front{s, hostRegistry, s.serveRegistry}},
		{l.blobs, front{s, hostBlobs, s.serveBlobHost}},
	} {
		srv := &http.Server{
			Handler:           one.front,
			ReadHeaderTimeout: 10 * time.Second,
			BaseContext:       func(net.Listener) context.Context { return ctx },
			ConnState:         s.connections.note,
		}
		s.servers = append(s.servers, srv)
		s.running.Go(func() {
			// Serve returns when Close ends it; a broken listener shows
			// itself as a refused connection at the client.
			_ = srv.Serve(one.listener)
		})
	}
	context.AfterFunc(ctx, func() {
		for _, srv := range s.servers {
			_ = srv.Close() // the listeners are loopback sockets
		}
	})
}
