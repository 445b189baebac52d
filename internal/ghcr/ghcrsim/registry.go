package ghcrsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

const (
	jsonType  = "application/json"
	tokenPath = "/token"

	// serviceName is what the challenge names, whatever the address.
	serviceName = "ghcr.io"
	// placeholder is the repository in the challenge of paths that have none.
	placeholder = "user/image"
)

// Error codes of the OCI distribution-spec, "Error Codes", as GHCR uses them.
const (
	codeUnauthorized    = "UNAUTHORIZED"
	codeDenied          = "DENIED"
	codeNameUnknown     = "NAME_UNKNOWN"
	codeNameInvalid     = "NAME_INVALID"
	codeManifestUnknown = "MANIFEST_UNKNOWN"
	codeManifestInvalid = "MANIFEST_INVALID"
	codeManifestBlob    = "MANIFEST_BLOB_UNKNOWN"
	codeBlobUnknown     = "BLOB_UNKNOWN"
	codeUploadUnknown   = "BLOB_UPLOAD_UNKNOWN"
	codeUploadInvalid   = "BLOB_UPLOAD_INVALID"
	codeDigestInvalid   = "DIGEST_INVALID"
	codeSizeInvalid     = "SIZE_INVALID"
	codeTagInvalid      = "TAG_INVALID"
	codeUnsupported     = "UNSUPPORTED"
	codeTooMany         = "TOOMANYREQUESTS"
	codePageInvalid     = "PAGINATION_NUMBER_INVALID"
)

const (
	textAuthRequired = "authentication required"
	textDenied       = "requested access to the resource is denied"
	textUnsupported  = "The operation is unsupported."
	textNoWrite      = "permission_denied: write_package"
	textNoScope      = "permission_denied: The token provided does not match expected scopes."
)

// registryError answers in the form of the distribution-spec.
func registryError(w http.ResponseWriter, status int, code, message string) {
	type one struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	body, err := json.Marshal(struct {
		Errors []one `json:"errors"`
	}{[]one{{code, message}}})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may be gone
}

// repoPath is a /v2/ path taken apart: /v2/<owner>/<pkg>/<part>/<rest>.
type repoPath struct {
	name string // owner/pkg as asked
	pkg  string // the package, may hold slashes
	ours bool   // the owner is the simulated one
	part string // manifests, blobs, tags, referrers
	rest string // behind it
}

// repoPathPattern finds the last part keyword, as package names may hold
// slashes and even be called "blobs".
var repoPathPattern = regexp.MustCompile(`^/v2/(.+)/(manifests|blobs|tags|referrers)/(.*)$`)

// namePattern is the repository name of the distribution-spec.
var namePattern = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)

// splitRepoPath takes a path apart, ok false where it is none of a repository.
func (s *Server) splitRepoPath(path string) (p repoPath, ok bool) {
	m := repoPathPattern.FindStringSubmatch(path)
	if m == nil {
		return repoPath{}, false
	}
	p = repoPath{name: m[1], part: m[2], rest: m[3]}
	p.name = s.foldOwner(p.name)
	owner, pkg, _ := strings.Cut(p.name, "/")
	p.pkg = pkg
	p.ours = owner == strings.ToLower(s.World().Owner())
	return p, true
}

// foldOwner makes the owner part of a repository name small where the switch
// says that its case does not matter.
func (s *Server) foldOwner(name string) string {
	owner, pkg, ok := strings.Cut(name, "/")
	if !ok || s.sw.text(swOwnerCase) != "fold" {
		return name
	}
	return strings.ToLower(owner) + "/" + pkg
}

// serveRegistry is the registry host: the token endpoint and /v2/.
func (s *Server) serveRegistry(w http.ResponseWriter, r *http.Request, c caller) {
	w.Header().Set("X-Github-Request-Id", s.signer.requestID(s.opts.RealNow().UnixNano()))
	if r.URL.Path == tokenPath {
		s.serveToken(w, r, c)
		return
	}
	if r.URL.Path != "/v2" && !strings.HasPrefix(r.URL.Path, "/v2/") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
	if wait, limit := s.rates.registry(); wait > 0 {
		registryError(w, http.StatusTooManyRequests, codeTooMany,
			fmt.Sprintf("retry-after: %s, allowed: %d/minute", wait.Round(time.Nanosecond), limit))
		return
	}
	switch r.URL.Path {
	case "/v2", "/v2/":
		s.serveBase(w, r, c)
		return
	case "/v2/_catalog":
		if s.admit(w, c, placeholder, "pull") {
			registryError(w, http.StatusForbidden, codeDenied, textDenied)
		}
		return
	}
	p, ok := s.splitRepoPath(r.URL.Path)
	if !ok {
		if s.admit(w, c, placeholder, "pull") {
			registryError(w, http.StatusNotFound, codeNameUnknown, "repository name not known to registry")
		}
		return
	}
	s.serveRepo(w, r, c, p)
}

// serveBase answers the version check of /v2/.
func (s *Server) serveBase(w http.ResponseWriter, r *http.Request, c caller) {
	if !s.admit(w, c, placeholder, "pull") {
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		registryError(w, http.StatusMethodNotAllowed, codeUnsupported, textUnsupported)
		return
	}
	w.Header().Set("Content-Type", jsonType)
	_, _ = w.Write([]byte("{}\n")) // the client may be gone
}

// serveRepo sends a request to its handler once its credential is good.
func (s *Server) serveRepo(w http.ResponseWriter, r *http.Request, c caller, p repoPath) {
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	uploading := p.part == "blobs" && (p.rest == "uploads" || strings.HasPrefix(p.rest, "uploads/"))
	scope := "pull"
	if !read || uploading {
		scope = "pull,push"
	}
	if !s.admit(w, c, p.name, scope) {
		return
	}
	if !namePattern.MatchString(p.name) {
		registryError(w, http.StatusBadRequest, codeNameInvalid, "invalid repository name")
		return
	}
	switch {
	case uploading:
		s.serveUploads(w, r, c, p)
	case p.part == "manifests" && r.Method == http.MethodPut:
		s.putManifest(w, r, c, p)
	case !read:
		registryError(w, http.StatusMethodNotAllowed, codeUnsupported, textUnsupported)
	case !s.mayPull(w, c, p):
	case p.part == "manifests":
		s.getManifest(w, r, p)
	case p.part == "blobs":
		s.getBlob(w, r, p)
	case p.part == "tags" && p.rest == "list":
		s.listTags(w, r, p)
	case p.part == "referrers":
		s.listReferrers(w, r, p)
	default:
		registryError(w, http.StatusNotFound, codeNameUnknown, "repository name not known to registry")
	}
}

// admit checks that a request carries a credential that can be read at all,
// and answers where it does not: without one a challenge, with a wrong one
// DENIED and no challenge, so that a naive client never tries again.
func (s *Server) admit(w http.ResponseWriter, c caller, repository, actions string) bool {
	switch c.state {
	case credOK:
		return true
	case credNone:
		s.challenge(w, repository, actions, textAuthRequired)
	case credEmpty:
		s.challenge(w, repository, actions, "authentication token not provided")
	case credStale:
		if s.sw.text(swExpiredBearer) == "denied" {
			registryError(w, http.StatusForbidden, codeDenied, "denied")
			return false
		}
		s.challenge(w, repository, actions, textAuthRequired)
	default:
		registryError(w, http.StatusForbidden, codeDenied, textDenied)
	}
	return false
}

// challenge answers 401 and says where a token is to be had.
func (s *Server) challenge(w http.ResponseWriter, repository, actions, message string) {
	w.Header().Set("Www-Authenticate", fmt.Sprintf(`Bearer realm="%s%s",service="%s",scope="repository:%s:%s"`,
		s.registryURL, tokenPath, serviceName, repository, actions))
	registryError(w, http.StatusUnauthorized, codeUnauthorized, message)
}

// activePackage returns a package that is there and not deleted.
func (s *Server) activePackage(name string) (world.Package, bool) {
	p, ok := s.World().Package(name)
	return p, ok && p.Deleted == nil
}

// mayPull checks the right to read a package and answers where there is none.
func (s *Server) mayPull(w http.ResponseWriter, c caller, p repoPath) bool {
	if !c.all && !c.access.allows(p.name, "pull") {
		registryError(w, http.StatusForbidden, codeDenied, textDenied)
		return false
	}
	info, exists := s.activePackage(p.pkg)
	switch {
	case p.ours && exists && s.canRead(c, info):
		return true
	case p.ours && !exists && c.token != nil:
		s.unknownPackage(w)
	default:
		registryError(w, http.StatusForbidden, codeDenied, textDenied)
	}
	return false
}

// canRead reports whether role and scopes let the caller read a package.
func (s *Server) canRead(c caller, p world.Package) bool {
	if s.roleOn(c, p, true) < roleRead {
		return false
	}
	return p.Visibility == world.Public || c.token == nil || c.token.kind == actionsBot || c.token.has(scopeRead)
}

// unknownPackage answers for a package that is not there to somebody who may
// see the owner.
func (s *Server) unknownPackage(w http.ResponseWriter) {
	switch s.sw.text(swUnknownPackage) {
	case codeDenied:
		registryError(w, http.StatusForbidden, codeDenied, textDenied)
	case codeManifestUnknown:
		registryError(w, http.StatusNotFound, codeManifestUnknown, "manifest unknown")
	default:
		registryError(w, http.StatusNotFound, codeNameUnknown, "repository name not known to registry")
	}
}

// mayPush checks the right to write to a package, which need not be there yet,
// and answers where there is none.
func (s *Server) mayPush(w http.ResponseWriter, c caller, p repoPath) bool {
	info, exists := s.activePackage(p.pkg)
	var reason string
	switch {
	case !c.all && !c.access.allows(p.name, "push"):
		reason = textDenied
	case c.token == nil || !p.ours || p.pkg == "":
		reason = textDenied
	case c.token.kind == actionsBot && s.sw.text(swActionsPackages) == "read":
		reason = "installation not allowed to Write organization package"
		if !exists {
			reason = "installation not allowed to Create organization package"
		}
	case s.ownRole(c, info, exists) < roleWrite:
		reason = textNoWrite
	case c.token.kind == classic && !c.token.has(scopeWrite):
		reason = textNoScope
	default:
		return true
	}
	registryError(w, http.StatusForbidden, codeDenied, reason)
	return false
}
