package ghcrsim

import (
	"net/http"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// account is a user or an organisation, as far as answers name one.
type account struct {
	Login     string `json:"login"`
	ID        int64  `json:"id"`
	NodeID    string `json:"node_id"`
	AvatarURL string `json:"avatar_url"`
	URL       string `json:"url"`
	HTMLURL   string `json:"html_url"`
	ReposURL  string `json:"repos_url"`
	Type      string `json:"type"`
	SiteAdmin bool   `json:"site_admin"`
}

func (s *Server) account(login string, id int64, kind string) account {
	return account{
		Login: login, ID: id, NodeID: nodeID(kind, id), Type: kind,
		AvatarURL: "https://avatars.githubusercontent.com/u/" + itoa(id) + "?v=4",
		URL:       s.apiURL + "/users/" + login,
		HTMLURL:   "https://github.com/" + login,
		ReposURL:  s.apiURL + "/users/" + login + "/repos",
	}
}

// owner is the account that owns the packages.
func (s *Server) owner() account {
	kind := "Organization"
	if s.ownerIsUser() {
		kind = "User"
	}
	return s.account(s.World().Owner(), s.World().OwnerID(), kind)
}

func (s *Server) ownerIsUser() bool { return s.sw.text(swOwnerKind) == ownerUser }

func (s *Server) isOwner(login string) bool { return strings.EqualFold(login, s.World().Owner()) }

// userAccount finds an account by login: the owner, or somebody behind a token.
func (s *Server) userAccount(login string) (account, bool) {
	if s.isOwner(login) {
		return s.owner(), true
	}
	t := s.tokens.byLogin[strings.ToLower(login)]
	if t == nil {
		return account{}, false
	}
	return s.tokenAccount(t), true
}

func (s *Server) tokenAccount(t *token) account {
	if s.isOwner(s.loginOf(t)) {
		return s.owner()
	}
	kind := "User"
	if t.kind == actionsBot {
		kind = "Bot"
	}
	return s.account(t.login, t.id, kind)
}

// accountEndpoints are accounts, rate limit, meta and the repository itself.
func (s *Server) accountEndpoints() []endpoint {
	return []endpoint{
		{pattern: "GET /rate_limit", free: true, serve: s.getRateLimit},
		{pattern: "GET /meta", serve: s.getMeta},
		{pattern: "GET /user", serve: s.getUser},
		{pattern: "GET /users/{login}", serve: s.getAccount},
		{pattern: "GET /orgs/{login}", serve: s.getOrganization},
		{pattern: "GET /repos/{owner}/{repo}", scopes: scopeRepo, serve: s.getRepository},
		{pattern: "GET /repos/{owner}/{repo}/branches/{branch}", scopes: scopeRepo, serve: s.getBranch},
	}
}

func (s *Server) getUser(w http.ResponseWriter, _ *http.Request, c caller) {
	switch {
	case c.token == nil:
		restError(w, http.StatusUnauthorized, textNeedsAuth, docRoot+"/users/users#get-the-authenticated-user")
	case c.token.kind == actionsBot:
		restError(w, http.StatusForbidden, textIntegration, docRoot+"/users/users#get-the-authenticated-user")
	default:
		sendJSON(w, http.StatusOK, s.tokenAccount(c.token))
	}
}

// getAccount answers for users and organisations alike; the type tells which.
func (s *Server) getAccount(w http.ResponseWriter, r *http.Request, _ caller) {
	a, ok := s.userAccount(r.PathValue("login"))
	if !ok {
		restError(w, http.StatusNotFound, textNotFound, docRoot+"/users/users#get-a-user")
		return
	}
	sendJSON(w, http.StatusOK, a)
}

func (s *Server) getOrganization(w http.ResponseWriter, r *http.Request, _ caller) {
	if !s.isOwner(r.PathValue("login")) || s.ownerIsUser() {
		restError(w, http.StatusNotFound, textNotFound, docRoot+"/orgs/orgs#get-an-organization")
		return
	}
	a := s.owner()
	a.URL = s.apiURL + "/orgs/" + a.Login
	sendJSON(w, http.StatusOK, a)
}

// getRateLimit tells the budget and takes nothing from it.
func (s *Server) getRateLimit(w http.ResponseWriter, _ *http.Request, c caller) {
	left, _ := s.rates.charge(c, 0)
	type resource struct {
		Limit     int    `json:"limit"`
		Used      int    `json:"used"`
		Remaining int    `json:"remaining"`
		Reset     int64  `json:"reset"`
		Resource  string `json:"resource"`
	}
	core := resource{left.limit, left.used, left.remaining(), left.reset.Unix(), "core"}
	sendJSON(w, http.StatusOK, map[string]any{"resources": map[string]resource{"core": core}, "rate": core})
}

// getMeta holds what verification asks: which trust domain signs attestations.
func (s *Server) getMeta(w http.ResponseWriter, _ *http.Request, _ caller) {
	sendJSON(w, http.StatusOK, map[string]any{
		"verifiable_password_authentication": false,
		"domains": map[string]any{
			"artifact_attestations": map[string]any{"trust_domain": "", "services": []string{"*.actions.githubusercontent.com"}},
		},
	})
}

// repository is a repository in the short form that packages and runs carry.
type repository struct {
	ID            int64           `json:"id"`
	NodeID        string          `json:"node_id"`
	Name          string          `json:"name"`
	FullName      string          `json:"full_name"`
	Private       bool            `json:"private"`
	Owner         account         `json:"owner"`
	HTMLURL       string          `json:"html_url"`
	URL           string          `json:"url"`
	Description   *string         `json:"description"`
	Fork          bool            `json:"fork"`
	DefaultBranch string          `json:"default_branch,omitempty"`
	Visibility    string          `json:"visibility,omitempty"`
	Permissions   map[string]bool `json:"permissions,omitempty"`
}

// defaultBranch is the only branch that every scenario has.
const defaultBranch = "main"

func (s *Server) repository(fullName string) repository {
	_, name, _ := strings.Cut(fullName, "/")
	id := s.World().RepositoryID()
	if !strings.EqualFold(fullName, s.World().Repository()) {
		id++ // some other repository of the owner: only its difference counts
	}
	return repository{
		ID: id, NodeID: nodeID("Repository", id), Name: name, FullName: fullName, Owner: s.owner(),
		HTMLURL: "https://github.com/" + fullName, URL: s.apiURL + "/repos/" + fullName,
	}
}

// isRepository reports whether a path names the simulated repository, and
// answers 404 where it does not.
func (s *Server) isRepository(w http.ResponseWriter, r *http.Request, doc string) bool {
	if strings.EqualFold(r.PathValue("owner")+"/"+r.PathValue("repo"), s.World().Repository()) {
		return true
	}
	restError(w, http.StatusNotFound, textNotFound, doc)
	return false
}

func (s *Server) getRepository(w http.ResponseWriter, r *http.Request, c caller) {
	if !s.isRepository(w, r, docRoot+"/repos/repos#get-a-repository") {
		return
	}
	repo := s.repository(s.World().Repository())
	repo.DefaultBranch, repo.Visibility = defaultBranch, "public"
	if c.token != nil {
		repo.Permissions = map[string]bool{
			"admin": c.token.role >= roleAdmin, "push": c.token.role >= roleWrite, "pull": true,
		}
	}
	sendJSON(w, http.StatusOK, repo)
}

func (s *Server) getBranch(w http.ResponseWriter, r *http.Request, _ caller) {
	const doc = docRoot + "/branches/branches#get-a-branch"
	if !s.isRepository(w, r, doc) {
		return
	}
	name := r.PathValue("branch")
	sha, ok := s.World().Branch(name)
	if !ok {
		restError(w, http.StatusNotFound, "Branch not found", doc)
		return
	}
	commit := map[string]any{"sha": sha, "url": s.apiURL + "/repos/" + s.World().Repository() + "/commits/" + sha}
	commits := s.World().Commits()
	if i := slices.IndexFunc(commits, func(c world.Commit) bool { return c.SHA == sha }); i >= 0 {
		commit["commit"] = map[string]any{
			"message": commits[i].Message,
			"author":  map[string]any{"name": commits[i].Author, "date": restTime(commits[i].Date)},
		}
	}
	sendJSON(w, http.StatusOK, map[string]any{"name": name, "commit": commit, "protected": false})
}
