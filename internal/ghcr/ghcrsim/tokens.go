package ghcrsim

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// tokenKind tells the families of GitHub credentials apart: each has other
// rights on the registry and on the REST API.
type tokenKind int

const (
	classic     tokenKind = iota // personal access token (classic), ghp_
	fineGrained                  // fine-grained token, github_pat_: no packages at all
	actionsBot                   // GITHUB_TOKEN of a workflow, ghs_
)

// Roles on a package, weakest first. The role is a right of the account; the
// scopes of a token only narrow it.
const (
	roleNone = iota
	roleRead
	roleWrite
	roleAdmin
)

// actionsLogin is the account behind a workflow's token.
const actionsLogin = "github-actions[bot]"

// token is one credential that the simulator knows.
type token struct {
	name    string // key in Info.Tokens
	value   string
	login   string
	id      int64 // the account's id
	kind    tokenKind
	scopes  []string // as granted; classic only
	role    int      // on packages that say nothing about the login
	expired bool
}

// has reports whether the token carries a scope, with the implication that
// write:packages includes read:packages while delete:packages does not.
func (t *token) has(scope string) bool {
	if slices.Contains(t.scopes, scope) {
		return true
	}
	return scope == scopeRead && slices.Contains(t.scopes, scopeWrite)
}

// The scopes of classic tokens that matter here.
const (
	scopeRead   = "read:packages"
	scopeWrite  = "write:packages"
	scopeDelete = "delete:packages"
	scopeRepo   = "repo"
)

// tokenSet finds credentials by value and accounts by login.
type tokenSet struct {
	byValue map[string]*token
	byName  map[string]*token
	byLogin map[string]*token
}

// newTokens makes the credentials of a seed. The same seed makes the same
// values, so that recorded sessions can be replayed.
func newTokens(seed int64) *tokenSet {
	set := &tokenSet{
		byValue: map[string]*token{}, byName: map[string]*token{}, byLogin: map[string]*token{},
	}
	all := []token{
		{name: "admin", login: "alice", id: 1001, role: roleAdmin,
			scopes: []string{scopeDelete, scopeRepo, "workflow", scopeWrite}},
		{name: "write", login: "bob", id: 1002, role: roleWrite,
			scopes: []string{scopeRepo, scopeWrite}},
		{name: "read", login: "carol", id: 1003, role: roleRead, scopes: []string{scopeRead}},
		{name: "noscope", login: "dave", id: 1004, role: roleAdmin},
		{name: "fine_grained", login: "erin", id: 1005, kind: fineGrained, role: roleAdmin},
		{name: "actions", login: actionsLogin, id: 41898282, kind: actionsBot, role: roleWrite},
		{name: "expired", login: "frank", id: 1006, role: roleAdmin, expired: true,
			scopes: []string{scopeRepo, scopeWrite}},
	}
	for i := range all {
		t := &all[i]
		t.value = tokenValue(t.kind, seed, t.name)
		set.byValue[t.value] = t
		set.byName[t.name] = t
		set.byLogin[strings.ToLower(t.login)] = t
	}
	return set
}

// named returns the value of the credential with that name.
func (ts *tokenSet) named(name string) string { return ts.byName[name].value }

// tokenPrefixes begin every credential that GitHub issues.
var tokenPrefixes = []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"}

// looksIssued reports whether s has the form of a GitHub credential, known or
// not: such a one is refused where any other text passes as anonymous.
func looksIssued(s string) bool {
	return slices.ContainsFunc(tokenPrefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// tokenValue forms a credential as GitHub does: prefix, then letters and
// digits of the length of that kind.
func tokenValue(kind tokenKind, seed int64, name string) string {
	switch kind {
	case fineGrained:
		return "github_pat_" + letters(seed, name+"/id", 22) + "_" + letters(seed, name, 59)
	case actionsBot:
		return "ghs_" + letters(seed, name, 36)
	default:
		return "ghp_" + letters(seed, name, 36)
	}
}

// letters derives n letters and digits from the seed and a label.
func letters(seed int64, label string, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	for block := 0; b.Len() < n; block++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "ghcrsim/%d/%s/%d", seed, label, block))
		for _, c := range sum {
			if b.Len() < n {
				b.WriteByte(alphabet[int(c)%len(alphabet)])
			}
		}
	}
	return b.String()
}
