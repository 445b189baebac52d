package ghcrsim

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// The texts of the Packages API (shared with the versions).
const (
	textNoPackage   = "Package not found."
	textNoVersion   = "Package version not found."
	textDownloads   = "Publicly visible package versions with more than 5000 downloads cannot be deleted. Contact GitHub support for further assistance."
	textPkgDownload = "Publicly visible packages with a version with more than 5000 downloads cannot be deleted. contact GitHub support for further assistance"
	textLastVersion = "You cannot delete the last version of a package. You must delete the package instead."
	textLastTagged  = "You cannot delete the last tagged version of a package. You must delete the package instead."

	// downloadLimit is what a public version may have been read and still be
	// deleted.
	downloadLimit = 5000
	// restoreWindow is how long a deletion can be taken back.
	restoreWindow = 30 * 24 * time.Hour
	// listDepth is per_page × page, above which listing packages is refused.
	listDepth = 10_000
)

// branch is one of the three forms in which packages are addressed.
type branch struct {
	prefix string // of the path patterns
	anchor string // end of the documentation's anchors
}

var branches = [...]branch{
	{"/orgs/{account}", "for-an-organization"},
	{"/users/{account}", "for-a-user"},
	{"/user", "for-the-authenticated-user"},
}

// packageEndpoints are the Packages API. There is no PATCH: visibility cannot
// be set, the answer is the 404 of a path that does not exist.
func (s *Server) packageEndpoints() []endpoint {
	const (
		readDelete = scopeDelete + ", " + scopeRead
		readWrite  = scopeRead + ", " + scopeWrite
	)
	var out []endpoint
	for _, b := range branches {
		one := b.prefix + "/packages/container/{package}"
		for _, e := range []struct {
			verb, path, scopes, operation string
			serve                         packageHandler
		}{
			{"GET", b.prefix + "/packages", scopeRead, "list-packages", s.listPackages},
			{"GET", one, scopeRead, "get-a-package", s.getPackage},
			{"DELETE", one, readDelete, "delete-a-package", s.deletePackage},
			{"POST", one + "/restore", readWrite, "restore-a-package", s.restorePackage},
			{"GET", one + "/versions", scopeRead, "list-package-versions", s.listVersions},
			{"GET", one + "/versions/{id}", scopeRead, "get-a-package-version", s.getVersion},
			{"DELETE", one + "/versions/{id}", readDelete, "delete-package-version", s.deleteVersion},
			{"POST", one + "/versions/{id}/restore", readWrite, "restore-package-version", s.restoreVersion},
		} {
			out = append(out, endpoint{
				pattern: e.verb + " " + e.path, scopes: e.scopes,
				serve: func(w http.ResponseWriter, r *http.Request, c caller) {
					q := packageQuery{
						Request: r, caller: c, name: r.PathValue("package"),
						doc: docPkgs + "#" + e.operation + "-" + b.anchor,
					}
					if s.packageOwner(w, &q, b) {
						e.serve(w, q)
					}
				},
			})
		}
	}
	return out
}

type packageHandler func(w http.ResponseWriter, q packageQuery)

// packageQuery is a request to the Packages API whose account has been found.
type packageQuery struct {
	*http.Request
	caller caller
	name   string // of the package, "" in the list
	doc    string // documentation_url of its errors
	base   string // path of the account: /orgs/x or /users/x
	ours   bool   // the account is the owner of the packages
}

// packageOwner finds the account of a request and answers where it cannot be
// asked at all. Organisations are not found under /users, nor users under
// /orgs.
func (s *Server) packageOwner(w http.ResponseWriter, q *packageQuery, b branch) bool {
	c := q.caller
	switch {
	case c.token == nil:
		restError(w, http.StatusUnauthorized, textNeedsAuth, q.doc)
		return false
	case c.token.kind == fineGrained && s.sw.text(swFineGrained) == "404":
		restError(w, http.StatusNotFound, textNotFound, q.doc)
		return false
	case c.token.kind == fineGrained:
		restError(w, http.StatusForbidden, textFineGrained, q.doc)
		return false
	}
	login, user := q.PathValue("account"), b.prefix != branches[0].prefix
	if login == "" {
		login = c.login
	}
	a, ok := s.userAccount(login)
	if !ok || user == (a.Type == "Organization") {
		restError(w, http.StatusNotFound, textNotFound, q.doc)
		return false
	}
	q.ours = s.isOwner(login)
	q.base = "/users/" + a.Login
	if !user {
		q.base = "/orgs/" + a.Login
	}
	return true
}

// needScopes answers 403 where a classic token lacks one of the scopes.
func needScopes(w http.ResponseWriter, q packageQuery, action string, scopes ...string) bool {
	if q.caller.token.kind != classic {
		return true
	}
	for _, scope := range scopes {
		if !q.caller.token.has(scope) {
			word := " scope"
			if len(scopes) > 1 {
				word = " scopes"
			}
			restError(w, http.StatusForbidden,
				"You need at least "+strings.Join(scopes, " and ")+word+" to "+action+".", q.doc)
			return false
		}
	}
	return true
}

// maySee reports whether a package is shown to the caller. A person's private
// packages are shown to that person alone.
func (s *Server) maySee(q packageQuery, p world.Package) bool {
	if !q.ours || s.roleOn(q.caller, p, true) < roleRead {
		return false
	}
	return p.Visibility == world.Public || !s.ownerIsUser() || s.isOwner(q.caller.login)
}

// findPackage finds an active package that the caller may see. Absent and
// hidden answer alike.
func (s *Server) findPackage(w http.ResponseWriter, q packageQuery) (world.Package, bool) {
	p, ok := s.activePackage(q.name)
	if !ok || !s.maySee(q, p) {
		restError(w, http.StatusNotFound, textNoPackage, q.doc)
		return world.Package{}, false
	}
	return p, true
}

// needAdmin answers where the caller does not administer the package: to a
// person as if it were not there, to a workflow openly.
func (s *Server) needAdmin(w http.ResponseWriter, q packageQuery, p world.Package) bool {
	if s.ownRole(q.caller, p, true) >= roleAdmin {
		return true
	}
	if q.caller.token.kind == actionsBot {
		restError(w, http.StatusForbidden, textIntegration, q.doc)
	} else {
		restError(w, http.StatusNotFound, textNoPackage, q.doc)
	}
	return false
}

func (s *Server) listPackages(w http.ResponseWriter, q packageQuery) {
	if q.caller.token.kind == actionsBot {
		restError(w, http.StatusBadRequest, textInvalid, q.doc)
		return
	}
	if !needScopes(w, q, "list packages", scopeRead) {
		return
	}
	values, page := q.URL.Query(), readPage(q.URL.Query())
	visibility := values.Get("visibility")
	known := []string{"npm", "maven", "rubygems", "docker", "nuget", "container"}
	if !slices.Contains(known, values.Get("package_type")) || page.page*page.perPage > listDepth ||
		!slices.Contains([]string{"", world.Public, world.Private, world.Internal}, visibility) {
		restError(w, http.StatusBadRequest, textInvalid, q.doc)
		return
	}
	list := []packageJSON{}
	for _, p := range s.World().Packages() {
		if p.Deleted == nil && values.Get("package_type") == "container" &&
			(visibility == "" || visibility == p.Visibility) && s.maySee(q, p) {
			list = append(list, s.packageJSON(q, p))
		}
	}
	s.link(w, q.Request, page, len(list))
	sendJSON(w, http.StatusOK, slicePage(list, page))
}

func (s *Server) getPackage(w http.ResponseWriter, q packageQuery) {
	if !needScopes(w, q, "get a package", scopeRead) {
		return
	}
	if p, ok := s.findPackage(w, q); ok {
		sendJSON(w, http.StatusOK, s.packageJSON(q, p))
	}
}

func (s *Server) deletePackage(w http.ResponseWriter, q packageQuery) {
	if !needScopes(w, q, "delete a package", scopeRead, scopeDelete) {
		return
	}
	s.writing(q.name, func() {
		p, ok := s.findPackage(w, q)
		if !ok || !s.needAdmin(w, q, p) {
			return
		}
		versions, _ := s.World().Versions(q.name, false, 0, 0)
		if p.Visibility == world.Public && slices.ContainsFunc(versions, overDownloads) {
			restError(w, http.StatusBadRequest, textPkgDownload, q.doc)
			return
		}
		if err := s.World().DeletePackage(q.name); err != nil {
			restError(w, http.StatusNotFound, textNoPackage, q.doc)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// restorePackage takes a deletion back within 30 days, unless a new package of
// that name is there.
func (s *Server) restorePackage(w http.ResponseWriter, q packageQuery) {
	if !needScopes(w, q, "restore a package", scopeRead, scopeWrite) {
		return
	}
	s.writing(q.name, func() {
		p, ok := s.World().Package(q.name)
		if !q.ours || !ok || p.Deleted == nil || s.tooLate(*p.Deleted) {
			restError(w, http.StatusNotFound, textNoPackage, q.doc)
			return
		}
		if !s.needAdmin(w, q, p) {
			return
		}
		if err := s.World().RestorePackage(q.name); err != nil {
			restError(w, http.StatusNotFound, textNoPackage, q.doc)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// tooLate reports whether a deletion can no longer be taken back.
func (s *Server) tooLate(deleted time.Time) bool {
	return s.World().Now().Sub(deleted) >= restoreWindow
}

// packageJSON is a package as the API shows it. repository is left out where
// the package is not linked to one.
type packageJSON struct {
	ID           int64       `json:"id"`
	Name         string      `json:"name"`
	PackageType  string      `json:"package_type"`
	Owner        account     `json:"owner"`
	VersionCount int         `json:"version_count"`
	Visibility   string      `json:"visibility"`
	URL          string      `json:"url"`
	CreatedAt    string      `json:"created_at"`
	UpdatedAt    string      `json:"updated_at"`
	Repository   *repository `json:"repository,omitempty"`
	HTMLURL      string      `json:"html_url"`
}

func (s *Server) packageJSON(q packageQuery, p world.Package) packageJSON {
	out := packageJSON{
		ID: p.ID, Name: p.Name, PackageType: "container", Owner: s.owner(),
		VersionCount: p.VersionCount, Visibility: p.Visibility,
		URL:       s.apiURL + q.base + "/packages/container/" + url.PathEscape(p.Name),
		HTMLURL:   s.packagePage(q.base, p.Name),
		CreatedAt: restTime(p.Created), UpdatedAt: restTime(p.Updated),
	}
	if p.Repository != "" {
		repo := s.repository(p.Repository)
		out.Repository = &repo
	}
	return out
}

// packagePage is the page of a package on github.com.
func (s *Server) packagePage(base, name string) string {
	return "https://github.com" + base + "/packages/container/package/" + url.PathEscape(name)
}
