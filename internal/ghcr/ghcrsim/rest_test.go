package ghcrsim

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

const (
	orgPackages = "/orgs/novotnyllc/packages"
	pubVersions = orgPackages + "/container/pub/versions"
)

// problem is the body of an API error.
type problem struct {
	Message string `json:"message"`
	Doc     string `json:"documentation_url"`
	Status  string `json:"status"`
}

// refused checks an API error to the letter.
func (s *sim) refused(a answer, status int, message string) answer {
	s.Helper()
	p := decode[problem](s.T, a.body)
	if a.status != status || p.Message != message || p.Status != strconv.Itoa(status) ||
		!strings.HasPrefix(p.Doc, "https://docs.github.com/rest") {
		s.Errorf("got %d %s\nwant %d %q", a.status, a.body, status, message)
	}
	return a
}

func TestAccounts(t *testing.T) {
	s := owned(t)
	tok := s.info.Tokens
	s.want(s.api("GET", "/users/NovotnyLLC", "", ""), 200, `"type":"Organization"`)
	s.want(s.api("GET", "/users/alice", bearer(tok.Read), ""), 200, `"type":"User"`)
	s.refused(s.api("GET", "/users/nobody", "", ""), 404, "Not Found")
	s.want(s.api("GET", "/orgs/novotnyllc", "", ""), 200, `"login":"novotnyllc"`)
	s.want(s.api("GET", "/user", bearer(tok.Write), ""), 200, `"login":"bob"`)
	s.want(s.api("GET", "/user", "token "+tok.Write, ""), 200, `"login":"bob"`)
	s.want(s.api("GET", "/user", basic(tok.Write), ""), 200, `"login":"bob"`)
	s.refused(s.api("GET", "/user", "", ""), 401, "Requires authentication")
	s.refused(s.api("GET", "/user", bearer(tok.Actions), ""), 403, "Resource not accessible by integration")
	s.refused(s.api("GET", "/user", bearer(tok.Expired), ""), 401, "Bad credentials")
	s.refused(s.api("GET", "/user", bearer("ghp_wrong"), ""), 401, "Bad credentials")
	s.want(s.api("GET", "/meta", "", ""), 200, "trust_domain")
	s.want(s.api("GET", "/repos/novotnyllc/containai", "", ""), 200, `"default_branch":"main"`)
	s.want(s.api("GET", "/repos/novotnyllc/ContainAI/branches/main", "", ""), 200, `"sha":"`)
	s.refused(s.api("GET", "/repos/novotnyllc/ContainAI/branches/nope", "", ""), 404, "Branch not found")
	s.refused(s.api("GET", "/nowhere", "", ""), 404, "Not Found")

	s.set(swOwnerKind, ownerUser)
	s.want(s.api("GET", "/users/novotnyllc", "", ""), 200, `"type":"User"`)
	s.refused(s.api("GET", "/orgs/novotnyllc", "", ""), 404, "Not Found")
	s.want(s.api("GET", "/user", bearer(tok.Admin), ""), 200, `"login":"novotnyllc"`)
}

func TestListPackages(t *testing.T) {
	s := owned(t)
	tok := s.info.Tokens
	s.image("nested/name", "x", "v1")
	if err := s.World().SetRole("priv", "carol", "none"); err != nil {
		t.Fatal(err)
	}
	names := func(a answer) (names []string) {
		t.Helper()
		s.want(a, 200, "")
		for _, p := range decode[[]packageJSON](t, a.body) {
			names = append(names, p.Name)
		}
		return names
	}
	const list = orgPackages + "?package_type=container"
	for _, c := range []struct {
		path, token string
		want        []string
	}{
		{list, tok.Admin, []string{"nested/name", "priv", "pub"}},
		{list + "&visibility=public", tok.Admin, []string{"pub"}},
		{list + "&visibility=internal", tok.Admin, nil},
		{list, tok.Read, []string{"nested/name", "pub"}},
		{list + "&per_page=2&page=2", tok.Admin, []string{"pub"}},
		{orgPackages + "?package_type=npm", tok.Admin, nil},
		{"/user/packages?package_type=container", tok.Admin, nil},
		{"/users/bob/packages?package_type=container", tok.Admin, nil},
	} {
		if got := names(s.api("GET", c.path, bearer(c.token), "")); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.path, got, c.want)
		}
	}
	for _, c := range []struct {
		path, auth string
		status     int
		message    string
	}{
		{list, "", 401, "Requires authentication"},
		{list, bearer(tok.NoScope), 403, "You need at least read:packages scope to list packages."},
		{list, bearer(tok.Actions), 400, "Invalid argument."},
		{list, bearer(tok.FineGrained), 403, "Resource not accessible by personal access token"},
		{orgPackages, bearer(tok.Admin), 400, "Invalid argument."},
		{list + "&visibility=odd", bearer(tok.Admin), 400, "Invalid argument."},
		{list + "&per_page=100&page=101", bearer(tok.Admin), 400, "Invalid argument."},
		{"/users/novotnyllc/packages?package_type=container", bearer(tok.Admin), 404, "Not Found"},
		{"/orgs/nobody/packages?package_type=container", bearer(tok.Admin), 404, "Not Found"},
		{orgPackages + "/container/absent", bearer(tok.Admin), 404, "Package not found."},
		{orgPackages + "/container/priv", bearer(tok.Read), 404, "Package not found."},
	} {
		s.refused(s.api("GET", c.path, c.auth, ""), c.status, c.message)
	}
	s.set(swFineGrained, "404")
	s.refused(s.api("GET", list, bearer(tok.FineGrained), ""), 404, "Not Found")
	for _, name := range []string{"nested%2Fname", "nested%2fname"} {
		a := s.want(s.api("GET", orgPackages+"/container/"+name, bearer(tok.Admin), ""), 200, `"name":"nested/name"`)
		if strings.Contains(a.body, `"repository":`) {
			t.Errorf("an unlinked package names a repository: %s", a.body)
		}
	}
	s.refused(s.api("GET", orgPackages+"/container/nested/name", bearer(tok.Admin), ""), 404, "Not Found")
	a := s.want(s.api("GET", orgPackages+"/container/pub", bearer(tok.Admin), ""), 200, `"full_name":"novotnyllc/ContainAI"`)
	if a.header.Get("X-Oauth-Scopes") != "delete:packages, repo, workflow, write:packages" ||
		a.header.Get("X-Accepted-Oauth-Scopes") != "read:packages" {
		t.Errorf("scopes: %v", a.header)
	}
	for _, other := range []string{tok.Actions, tok.FineGrained} {
		if a := s.api("GET", orgPackages+"/container/pub", bearer(other), ""); a.header.Get("X-Oauth-Scopes") != "" {
			t.Errorf("a token that is not classic has scopes: %v", a.header)
		}
	}
	s.refused(s.api("PATCH", orgPackages+"/container/pub", bearer(tok.Admin), `{"visibility":"public"}`), 404, "Not Found")
}

func TestUserOwner(t *testing.T) {
	s := owned(t)
	s.set(swOwnerKind, ownerUser)
	tok := s.info.Tokens
	const one = "/packages/container/priv/versions"
	s.want(s.api("GET", "/user"+one, bearer(tok.Admin), ""), 200, `"url":"`+s.info.API+`/users/novotnyllc/packages/`)
	s.want(s.api("GET", "/users/novotnyllc"+one, bearer(tok.Admin), ""), 200, "sha256:")
	s.refused(s.api("GET", "/users/novotnyllc"+one, bearer(tok.Write), ""), 404, "Package not found.")
	s.want(s.api("GET", "/users/novotnyllc/packages/container/pub", bearer(tok.Write), ""), 200, `"name":"pub"`)
	s.refused(s.api("GET", "/orgs/novotnyllc"+one, bearer(tok.Admin), ""), 404, "Not Found")
	s.refused(s.api("GET", "/user"+one, bearer(tok.Write), ""), 404, "Package not found.")
}

func TestListVersions(t *testing.T) {
	s := owned(t)
	auth := bearer(s.info.Tokens.Read)
	for i := range 104 {
		s.sim("clock", `{"advance":"1m"}`)
		s.image("pub", strconv.Itoa(i))
	}
	type link map[string]string
	for _, c := range []struct {
		query string
		count int
		links link
	}{
		{"", 30, link{"next": "2", "last": "4"}},
		{"?per_page=100", 100, link{"next": "2", "last": "2"}},
		{"?per_page=500", 100, link{"next": "2", "last": "2"}},
		{"?per_page=50&page=2", 50, link{"prev": "1", "next": "3", "last": "3", "first": "1"}},
		{"?per_page=50&page=3", 5, link{"prev": "2", "first": "1"}},
		{"?per_page=50&page=9", 0, link{"prev": "3", "first": "1"}},
		{"?per_page=x&page=-1", 30, link{"next": "2", "last": "4"}},
	} {
		a := s.want(s.api("GET", pubVersions+c.query, auth, ""), 200, "")
		list := decode[[]versionJSON](t, a.body)
		got := link{}
		for part := range strings.SplitSeq(a.header.Get("Link"), ", ") {
			at, rel, ok := strings.Cut(part, `>; rel="`)
			if !ok {
				continue
			}
			u, err := url.Parse(strings.TrimPrefix(at, "<"))
			if err != nil || !strings.HasPrefix(at, "<"+s.info.API+pubVersions) {
				t.Fatalf("Link: %s", part)
			}
			got[strings.TrimSuffix(rel, `"`)] = u.Query().Get("page")
		}
		if len(list) != c.count || fmt.Sprint(got) != fmt.Sprint(c.links) {
			t.Errorf("%q: %d versions, links %v; want %d, %v", c.query, len(list), got, c.count, c.links)
		}
		if !slices.IsSortedFunc(list, func(a, b versionJSON) int { return strings.Compare(b.CreatedAt, a.CreatedAt) }) {
			t.Errorf("%q: not newest first", c.query)
		}
	}
	last := s.want(s.api("GET", pubVersions+"?per_page=1&page=105", auth, ""), 200, `"tags":["v1"]`)
	one := decode[[]versionJSON](t, last.body)[0]
	want := fmt.Sprintf(`{"id":%d,"name":%q,"url":"%s/%d","package_html_url":"https://github.com/orgs/novotnyllc/packages/container/package/pub","created_at":"2026-07-01T12:00:00Z","updated_at":"2026-07-01T12:00:00Z","html_url":"https://github.com/orgs/novotnyllc/packages/container/pub/%d","metadata":{"package_type":"container","container":{"tags":["v1"]}}}`,
		one.ID, one.Name, s.info.API+pubVersions, one.ID, one.ID)
	if last.body != "["+want+"]" {
		t.Errorf("a version is\n%s\nwant\n%s", last.body, want)
	}
	s.want(s.api("GET", fmt.Sprintf("%s/%d", pubVersions, one.ID), auth, ""), 200, want)
	s.want(s.api("GET", pubVersions+"?per_page=1", auth, ""), 200, `"tags":[]`)
	s.refused(s.api("GET", pubVersions+"/12", auth, ""), 404, "Package version not found.")
	s.refused(s.api("GET", pubVersions+"/x", auth, ""), 404, "Package version not found.")
	s.refused(s.api("GET", pubVersions+"?state=odd", auth, ""), 400, "Invalid argument.")
	s.refused(s.api("GET", pubVersions, "", ""), 401, "Requires authentication")
}

// versionPath is the address of the version that holds a tag.
func (s *sim) versionPath(pkg, tag string) string {
	s.Helper()
	d, _ := s.World().Resolve(pkg, tag)
	v, ok := s.World().VersionByDigest(pkg, d)
	if !ok {
		s.Fatalf("%s:%s is not there", pkg, tag)
	}
	return fmt.Sprintf("%s/container/%s/versions/%d", orgPackages, pkg, v.ID)
}

func TestDeleteOrder(t *testing.T) {
	s := owned(t)
	tok := s.info.Tokens
	w := s.World()
	popular := s.image("pub", "popular", "old")
	w.AddDownloads("pub", popular, 5001)
	exactly := s.image("pub", "exactly", "limit")
	w.AddDownloads("pub", exactly, 5000)
	hidden := s.image("priv", "popular", "old")
	w.AddDownloads("priv", hidden, 9000)
	v1 := s.versionPath("pub", "v1")
	const absent = pubVersions + "/1"
	const scopes = "You need at least read:packages and delete:packages scopes to delete a package version."
	for _, c := range []struct {
		name, path, token string
		status            int
		message           string
	}{
		{"scope before existence", absent, tok.Write, 403, scopes},
		{"scope", v1, tok.Read, 403, scopes},
		{"workflow without admin", v1, tok.Actions, 403, "Resource not accessible by integration"},
		{"absent version", absent, tok.Admin, 404, "Package version not found."},
		{"absent package", orgPackages + "/container/no/versions/1", tok.Admin, 404, "Package not found."},
		{"downloads", s.versionPath("pub", "old"), tok.Admin, 400, textDownloads},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.refused(s.api("DELETE", c.path, bearer(c.token), ""), c.status, c.message)
		})
	}
	if err := w.SetRole("pub", "alice", "write"); err != nil {
		t.Fatal(err)
	}
	s.refused(s.api("DELETE", absent, bearer(tok.Admin), ""), 404, "Package not found.")
	if err := w.SetRole("pub", "alice", ""); err != nil {
		t.Fatal(err)
	}
	s.want(s.api("DELETE", s.versionPath("pub", "limit"), bearer(tok.Admin), ""), 204, "")
	s.want(s.api("DELETE", s.versionPath("priv", "old"), bearer(tok.Admin), ""), 204, "")
	if err := w.SetRole("pub", actionsLogin, "admin"); err != nil {
		t.Fatal(err)
	}
	s.want(s.api("DELETE", v1, bearer(tok.Actions), ""), 204, "")
	s.refused(s.api("DELETE", v1, bearer(tok.Admin), ""), 404, "Package version not found.")
}

func TestDeleteLast(t *testing.T) {
	s := owned(t)
	auth := bearer(s.info.Tokens.Admin)
	w := s.World()
	v1 := s.versionPath("pub", "v1")
	s.refused(s.api("DELETE", v1, auth, ""), 400, textLastVersion)
	untagged := s.image("pub", "untagged")
	s.refused(s.api("DELETE", v1, auth, ""), 400, textLastTagged)
	d, _ := w.Resolve("pub", "v1")
	w.AddDownloads("pub", d, 6000)
	s.refused(s.api("DELETE", v1, auth, ""), 400, textDownloads)
	s.set(swBlockedBoth, "last-tagged")
	s.refused(s.api("DELETE", v1, auth, ""), 400, textLastTagged)
	v, _ := w.VersionByDigest("pub", untagged)
	s.want(s.api("DELETE", fmt.Sprintf("%s/%d", pubVersions, v.ID), auth, ""), 204, "")
	if _, _, ok := w.Manifest("pub", untagged); ok {
		t.Error("the deleted manifest is still served")
	}
}

func TestRestore(t *testing.T) {
	s := owned(t)
	auth := bearer(s.info.Tokens.Admin)
	w := s.World()
	for i, tag := range []string{"a", "b", "c"} {
		s.image("pub", strconv.Itoa(i), tag, "moving-"+tag)
	}
	paths := map[string]string{}
	for _, tag := range []string{"a", "b", "c"} {
		paths[tag] = s.versionPath("pub", tag)
		s.want(s.api("DELETE", paths[tag], auth, ""), 204, "")
	}
	s.want(s.reg("GET", "/v2/novotnyllc/pub/manifests/a", direct(s.info.Tokens.Admin), "", allTypes...), 404, "MANIFEST_UNKNOWN")
	a := s.want(s.api("GET", pubVersions+"?state=deleted", auth, ""), 200, `"deleted_at":"2026-07-01T12:00:00Z"`)
	if n := len(decode[[]versionJSON](t, a.body)); n != 3 {
		t.Errorf("%d deleted versions are listed", n)
	}
	a = s.want(s.api("GET", pubVersions, auth, ""), 200, "")
	if strings.Contains(a.body, "deleted_at") || len(decode[[]versionJSON](t, a.body)) != 1 {
		t.Errorf("the active list is %s", a.body)
	}
	d, _ := w.Resolve("pub", "v1")
	if err := w.SetTag("pub", "moving-a", d, time.Time{}); err != nil {
		t.Fatal(err)
	}
	s.refused(s.api("POST", paths["a"]+"/restore", bearer(s.info.Tokens.Read), ""), 403,
		"You need at least read:packages and write:packages scopes to restore a package version.")
	s.refused(s.api("POST", paths["a"]+"/restore", bearer(s.info.Tokens.Write), ""), 404, "Package not found.")
	s.want(s.api("POST", paths["a"]+"/restore", auth, ""), 204, "")
	s.want(s.api("GET", paths["a"], auth, ""), 200, `"tags":["a"]`)
	s.refused(s.api("POST", paths["a"]+"/restore", auth, ""), 404, "Package version not found.")
	s.image("pub", "1") // b's digest is in use again
	s.want(s.api("POST", paths["b"]+"/restore", auth, ""), 400, "published again")
	s.sim("clock", `{"advance":"719h59m59s"}`)
	s.want(s.api("GET", pubVersions+"?state=deleted", auth, ""), 200, `"tags":["c","moving-c"]`)
	s.sim("clock", `{"advance":"1s"}`)
	s.want(s.api("GET", pubVersions+"?state=deleted", auth, ""), 200, `[]`)
	s.refused(s.api("POST", paths["c"]+"/restore", auth, ""), 404, "Package version not found.")
}

func TestDeletePackage(t *testing.T) {
	s := owned(t)
	auth := bearer(s.info.Tokens.Admin)
	const pub = orgPackages + "/container/pub"
	d, _ := s.World().Resolve("pub", "v1")
	s.World().AddDownloads("pub", d, 6000)
	s.refused(s.api("DELETE", pub, bearer(s.info.Tokens.Write), ""), 403,
		"You need at least read:packages and delete:packages scopes to delete a package.")
	s.refused(s.api("DELETE", pub, auth, ""), 400, textPkgDownload)
	if err := s.World().SetVisibility("pub", world.Private); err != nil {
		t.Fatal(err)
	}
	s.want(s.api("DELETE", pub, auth, ""), 204, "")
	s.refused(s.api("GET", pub, auth, ""), 404, "Package not found.")
	s.want(s.reg("GET", pubTag, direct(s.info.Tokens.Admin), "", allTypes...), 404, "NAME_UNKNOWN")
	s.want(s.api("POST", pub+"/restore", auth, ""), 204, "")
	s.want(s.api("GET", pub, auth, ""), 200, `"name":"pub"`)
	s.refused(s.api("POST", pub+"/restore", auth, ""), 404, "Package not found.")
	s.want(s.api("DELETE", pub, auth, ""), 204, "")
	s.sim("clock", `{"advance":"720h"}`)
	s.refused(s.api("POST", pub+"/restore", auth, ""), 404, "Package not found.")
}

// waitFor polls a condition that other goroutines bring about.
