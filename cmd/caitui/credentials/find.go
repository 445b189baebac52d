package credentials

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/novotnyllc/caitui/internal/model"
)

// Credential is a login with its token, for one host.
type Credential struct {
	Login  string // "" where unknown; GHCR does not look at it
	Token  Token
	Source string // GITHUB_TOKEN, GH_TOKEN, gh, docker, none
	Kind   string
}

// Anonymous reports whether there is nothing to authenticate with.
func (c Credential) Anonymous() bool { return c.Token.Empty() }

func anonymous() Credential { return Credential{Source: sourceNone, Kind: KindAnonymous} }

// The sources.
const (
	sourceGH     = "gh"
	sourceDocker = "docker"
	sourceNone   = "none"
)

// Found are the credentials for the two hosts.
type Found struct {
	API      Credential
	Registry Credential
	// Notes say what was there and was not used, and why. They hold no secret.
	Notes []string
}

// Finder looks for credentials.
type Finder struct {
	Env func(string) string
	// Keychain is Docker's configuration; nil: it is not asked.
	Keychain authn.Keychain
	// Run runs a program and returns its standard output; nil: none is run.
	// A program that is not installed is an error like any other.
	Run func(ctx context.Context, program string, args ...string) ([]byte, error)
}

// New is the finder of an ordinary process: Docker's default keychain, and
// gh where it is installed.
func New(env func(string) string) Finder {
	return Finder{Env: env, Keychain: authn.DefaultKeychain, Run: run}
}

// Find returns the credentials for the API and the registry, given as base
// URLs or host[:port]; "" for an API that is not used. It speaks to neither.
// It may run gh and Docker's credential helpers, which takes tens of
// milliseconds: the first frame should not wait for it. What fails is a note,
// not an error: much can be done without credentials.
func (f Finder) Find(ctx context.Context, api, registry string) Found {
	s := search{Finder: f, api: hostOf(api), registry: hostOf(registry)}
	found := Found{API: anonymous(), Registry: anonymous()}
	if s.api != "" {
		found.API = s.forAPI(ctx)
	}
	if s.registry != "" {
		found.Registry = s.forRegistry(ctx)
	}
	found.Notes = s.notes
	return found
}

// search is one call of Find.
type search struct {
	Finder
	api, registry string // host[:port], lower case
	notes         []string
	stored        map[string]Credential // gh's logins asked for so far, by host
}

func (s *search) note(format string, args ...any) {
	text := model.Sanitize(fmt.Sprintf(format, args...))
	for _, n := range s.notes {
		if n == text {
			return
		}
	}
	s.notes = append(s.notes, text)
}

func (s *search) forAPI(ctx context.Context) Credential {
	if c, ok := s.fromEnvironment(); ok {
		return c
	}
	if host := gitHubOfAPI(s.api); host != "" {
		if c, ok := s.fromGH(ctx, host); ok {
			return c
		}
	}
	return anonymous()
}

func (s *search) forRegistry(ctx context.Context) Credential {
	if c, ok := s.fromEnvironment(); ok {
		if s.environmentIsFor() {
			return c
		}
		s.note("%s is not sent to %s: it is for GitHub, and this registry is not GitHub's", c.Source, s.registry)
	}
	if host := gitHubOfRegistry(s.registry); host != "" {
		if c, ok := s.fromGH(ctx, host); ok {
			return c
		}
	}
	if c, ok := s.fromDocker(ctx); ok {
		return c
	}
	return anonymous()
}

// environmentIsFor reports whether the environment's token may go to the
// registry: to GitHub's, to one on this machine, and to the one that belongs
// to the API in use. That some registry calls itself containers.example.com,
// or is used beside api.github.com, is not enough.
func (s *search) environmentIsFor() bool {
	switch {
	case s.registry == "ghcr.io", isLoopback(s.registry):
		return true
	case s.api == "":
		return false
	default:
		return hostname(s.api) == hostname(s.registry) || gitHubOfRegistry(s.registry) != "" && gitHubOfRegistry(s.registry) == gitHubOfAPI(s.api)
	}
}

func (s *search) fromEnvironment() (Credential, bool) {
	for _, variable := range []string{"GITHUB_TOKEN", "GH_TOKEN"} {
		secret := strings.TrimSpace(s.Env(variable))
		if secret == "" {
			continue
		}
		if !sendable(secret) {
			s.note("%s is not used: it holds characters that no token has", variable)
			continue
		}
		c := Credential{Token: NewToken(secret), Source: variable, Kind: kindOf(secret)}
		if c.Kind == KindActions {
			c.Login = s.Env("GITHUB_ACTOR")
		}
		return c, true
	}
	return Credential{}, false
}

// sendable refuses what cannot stand in a header, or would start another one.
func sendable(secret string) bool {
	for i := range len(secret) {
		if secret[i] <= ' ' || secret[i] >= 0x7f {
			return false
		}
	}
	return true
}

func (s *search) fromDocker(ctx context.Context) (Credential, bool) {
	if s.Keychain == nil {
		return Credential{}, false
	}
	resource, err := name.NewRegistry(s.registry)
	if err != nil {
		s.note("Docker's configuration was not asked: %v", err)
		return Credential{}, false
	}
	auth, err := authn.Resolve(ctx, s.Keychain, resource)
	if err == nil && auth != authn.Anonymous {
		var config *authn.AuthConfig
		if config, err = authn.Authorization(ctx, auth); err == nil {
			return dockerCredential(config)
		}
	}
	if err != nil {
		s.note("Docker's credentials for %s could not be read: %v", s.registry, err)
	}
	return Credential{}, false
}

// dockerCredential takes a password. Identity and registry tokens are of
// registries with an OAuth2 token server, which GHCR is not.
func dockerCredential(c *authn.AuthConfig) (Credential, bool) {
	if c.Password == "" || !sendable(c.Password) {
		return Credential{}, false
	}
	out := Credential{Login: c.Username, Token: NewToken(c.Password), Source: sourceDocker, Kind: kindOf(c.Password)}
	if out.Kind == KindUnknown {
		out.Kind = KindBasic
	}
	return out, true
}

// hostOf is the lower-case host[:port] of a base URL or of itself, "" where
// there is none.
func hostOf(base string) string {
	if base != "" && !strings.Contains(base, "://") {
		base = "https://" + base
	}
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// gitHubOfAPI is the host under which gh keeps the login for an API:
// github.com, a subdomain of ghe.com with data residency, or a GitHub
// Enterprise Server. An address of this machine is none of them.
func gitHubOfAPI(host string) string {
	if rest, ok := strings.CutPrefix(host, "api."); ok && (rest == "github.com" || strings.HasSuffix(rest, ".ghe.com")) {
		return rest
	}
	if isLoopback(host) {
		return ""
	}
	return host
}

// gitHubOfRegistry is the same for a container registry: ghcr.io, or
// containers. before the host ("Working with the Container registry").
func gitHubOfRegistry(host string) string {
	if host == "ghcr.io" {
		return "github.com"
	}
	rest, ok := strings.CutPrefix(host, "containers.")
	if !ok || rest == "github.com" {
		return ""
	}
	return rest
}

// hostname is a host without its port and brackets.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.Trim(host, "[]")
}

func isLoopback(host string) bool {
	host = hostname(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
