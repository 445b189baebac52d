package ghcrsim

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// credState says what an Authorization header was worth.
type credState int

const (
	credNone    credState = iota // no header
	credOK                       // a known credential, or one that stands for anonymous
	credEmpty                    // "Bearer" and nothing behind it
	credStale                    // a registry token past its lifetime
	credRefused                  // expired, wrong, or of a kind that this host does not take
)

// caller is who sends a request and what the credential covers.
type caller struct {
	token  *token // nil: anonymous
	login  string // of the account behind the token
	state  credState
	bearer bool // the header was of the Bearer scheme
	all    bool // registry: the credential is not bound to scopes
	access access

	crowded bool // too many requests of this credential are being served
}

// actor is the name in the log. A refused credential that is known is still
// the one of its account.
func (c caller) actor() string {
	if c.token == nil {
		return "anonymous"
	}
	return c.login
}

// access is what a registry token covers: repository → actions.
type access map[string][]string

func (a access) allows(repository, action string) bool {
	list := a[repository]
	return slices.Contains(list, action) || slices.Contains(list, "*")
}

// identify reads the credential of a request as its host understands it.
func (s *Server) identify(host hostKind, r *http.Request) caller {
	c := s.readCredential(host, r)
	if c.token != nil {
		c.login = s.loginOf(c.token)
	}
	return c
}

// loginOf is the account behind a token. Where the owner is a person, the
// admin token is that person's own.
func (s *Server) loginOf(t *token) string {
	if t.name == "admin" && s.ownerIsUser() {
		return s.World().Owner()
	}
	return t.login
}

func (s *Server) readCredential(host hostKind, r *http.Request) caller {
	header := r.Header.Get("Authorization")
	if host == hostBlobs || header == "" {
		return caller{}
	}
	scheme, value, _ := strings.Cut(header, " ")
	value = strings.TrimSpace(value)
	switch {
	case host == hostAPI:
		return s.identifyREST(scheme, value)
	case r.URL.Path == tokenPath:
		return s.identifyForToken(scheme, value)
	default:
		return s.identifyRegistry(scheme, value)
	}
}

// identifyREST takes a credential as "Bearer X", "token X" or as the password
// of Basic, as api.github.com does.
func (s *Server) identifyREST(scheme, value string) caller {
	switch strings.ToLower(scheme) {
	case "bearer", "token":
	case "basic":
		value = basicPassword(value)
	default:
		return caller{state: credRefused}
	}
	t := s.tokens.byValue[value]
	if t == nil || t.expired {
		return caller{token: t, state: credRefused}
	}
	return caller{token: t, state: credOK}
}

// identifyForToken takes Basic only; the user name is not looked at.
func (s *Server) identifyForToken(scheme, value string) caller {
	if !strings.EqualFold(scheme, "basic") {
		return caller{state: credRefused, bearer: true}
	}
	return s.packagesCredential(basicPassword(value))
}

// packagesCredential checks a personal or workflow token for use at the
// registry, which takes no fine-grained ones.
func (s *Server) packagesCredential(value string) caller {
	t := s.tokens.byValue[value]
	if t == nil || t.expired || t.kind == fineGrained {
		return caller{token: t, state: credRefused}
	}
	return caller{token: t, state: credOK, all: true}
}

// identifyRegistry takes a token from the token endpoint, or the base64 of a
// credential. Base64 of any other text stands for anonymous.
func (s *Server) identifyRegistry(scheme, value string) caller {
	if !strings.EqualFold(scheme, "bearer") {
		return caller{state: credRefused}
	}
	if value == "" {
		return caller{state: credEmpty, bearer: true}
	}
	if g, ok := s.signer.open(value); ok {
		c := caller{token: s.tokens.byName[g.Token], bearer: true, access: g.Access, state: credOK}
		if !s.opts.RealNow().Before(g.Expires) {
			c.state = credStale
		}
		return c
	}
	plain, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return caller{state: credRefused, bearer: true}
	}
	if s.tokens.byValue[string(plain)] != nil || looksIssued(string(plain)) {
		c := s.packagesCredential(string(plain))
		c.bearer = true
		return c
	}
	return caller{state: credOK, bearer: true, all: true}
}

// basicPassword takes the password out of a Basic credential, "" where there
// is none.
func basicPassword(value string) string {
	plain, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return ""
	}
	_, password, _ := strings.Cut(string(plain), ":")
	return password
}

// roleOn is the caller's right on a package, whether it exists or not. Public
// packages can be read by everyone.
func (s *Server) roleOn(c caller, p world.Package, exists bool) int {
	role := roleNone
	if c.token != nil {
		role = s.ownRole(c, p, exists)
	}
	if exists && p.Visibility == world.Public {
		role = max(role, roleRead)
	}
	return role
}

// ownRole is the role of the account alone. A package has the roles that it
// names; to others the kind of token decides.
func (s *Server) ownRole(c caller, p world.Package, exists bool) int {
	t := c.token
	for login, role := range p.Roles {
		if strings.EqualFold(login, c.login) || strings.EqualFold(login, t.login) {
			return parseRole(role)
		}
	}
	if t.kind == actionsBot && exists && !strings.EqualFold(p.Repository, s.World().Repository()) {
		return roleNone // a workflow has rights on packages linked to its repository
	}
	return t.role
}

func parseRole(role string) int {
	switch role {
	case "admin":
		return roleAdmin
	case "write":
		return roleWrite
	case "read":
		return roleRead
	default:
		return roleNone
	}
}
