package ghcrsim

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	pubTag  = "/v2/novotnyllc/pub/manifests/v1"
	privTag = "/v2/novotnyllc/priv/manifests/v1"
)

func TestChallenge(t *testing.T) {
	s := owned(t)
	const body = `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}` + "\n"
	if len(body) != 73 {
		t.Fatalf("the body of the real answer has 73 bytes, this one %d", len(body))
	}
	for _, c := range []struct{ method, path, scope string }{
		{"GET", "/v2/", "repository:user/image:pull"},
		{"GET", "/v2", "repository:user/image:pull"},
		{"GET", "/v2/_catalog", "repository:user/image:pull"},
		{"GET", pubTag, "repository:novotnyllc/pub:pull"},
		{"GET", "/v2/novotnyllc/absent/tags/list", "repository:novotnyllc/absent:pull"},
		{"GET", "/v2/novotnyllc/a/nested/name/blobs/sha256:x", "repository:novotnyllc/a/nested/name:pull"},
		{"PUT", pubTag, "repository:novotnyllc/pub:pull,push"},
		{"POST", "/v2/novotnyllc/pub/blobs/uploads/", "repository:novotnyllc/pub:pull,push"},
	} {
		a := s.reg(c.method, c.path, "", "")
		want := fmt.Sprintf(`Bearer realm="%s/token",service="ghcr.io",scope="%s"`, s.info.Registry, c.scope)
		if a.status != 401 || a.body != body || a.header.Get("Www-Authenticate") != want {
			t.Errorf("%s %s: %d %s %q, want scope %s", c.method, c.path, a.status, a.body,
				a.header.Get("Www-Authenticate"), c.scope)
		}
		if a.header.Get("Docker-Distribution-Api-Version") != "registry/2.0" ||
			a.header.Get("Content-Type") != "application/json" || a.header.Get("X-Github-Request-Id") == "" {
			t.Errorf("%s: headers %v", c.path, a.header)
		}
	}
	a := s.want(s.reg("GET", pubTag, "Bearer ", ""), 401, "authentication token not provided")
	if a.header.Get("Www-Authenticate") == "" {
		t.Error("an empty bearer gets no challenge")
	}
}

// token asks the token endpoint.
func (s *sim) token(auth string, scopes ...string) answer {
	s.Helper()
	q := url.Values{"service": {"ghcr.io"}, "scope": scopes}
	return s.reg("GET", "/token?"+q.Encode(), auth, "")
}

// issued asks the token endpoint and returns the Authorization it is good for.
func (s *sim) issued(auth string, scopes ...string) string {
	s.Helper()
	a := s.want(s.token(auth, scopes...), 200, `"token"`)
	return bearer(decode[map[string]string](s.T, a.body)["token"])
}

func TestTokenEndpoint(t *testing.T) {
	s := owned(t)
	tok := s.info.Tokens
	const pub, priv, absent = "repository:novotnyllc/pub:pull", "repository:novotnyllc/priv:pull", "repository:novotnyllc/no:pull"
	for _, c := range []struct {
		name, auth string
		scopes     []string
		status     int
		part       string
	}{
		{"anonymous, public", "", []string{pub}, 200, `"token"`},
		{"anonymous, private", "", []string{priv}, 401, `"UNAUTHORIZED","message":"authentication required"`},
		{"anonymous, absent", "", []string{absent}, 401, "UNAUTHORIZED"},
		{"anonymous, other owner", "", []string{"repository:someone/pub:pull"}, 401, "UNAUTHORIZED"},
		{"anonymous, public and private", "", []string{pub, priv}, 401, "UNAUTHORIZED"},
		{"anonymous, no scope", "", nil, 200, `"token"`},
		{"admin, private", basic(tok.Admin), []string{priv}, 200, `"token"`},
		{"admin, absent", basic(tok.Admin), []string{absent}, 200, `"token"`},
		{"workflow", basic(tok.Actions), []string{pub}, 200, `"token"`},
		{"expired, even public", basic(tok.Expired), []string{pub}, 403, `"DENIED","message":"denied"`},
		{"wrong, even public", basic("ghp_wrong"), []string{pub}, 403, `"DENIED","message":"denied"`},
		{"fine-grained", basic(tok.FineGrained), []string{pub}, 403, `"DENIED","message":"denied"`},
		{"bearer instead of basic", bearer(tok.Admin), []string{pub}, 401, "UNAUTHORIZED"},
	} {
		a := s.token(c.auth, c.scopes...)
		if a.status != c.status || !strings.Contains(a.body, c.part) {
			t.Errorf("%s: %d %s, want %d %s", c.name, a.status, a.body, c.status, c.part)
		}
		if strings.Contains(a.body, "expires_in") {
			t.Errorf("%s: the answer tells a lifetime: %s", c.name, a.body)
		}
	}
	s.set(swAnonymousDenied, "403")
	s.want(s.token("", priv), 403, "requested access to the resource is denied")
	s.want(s.reg("POST", "/token", "", "grant_type=password"), 405, "UNSUPPORTED")
}

func TestRegistryCredentials(t *testing.T) {
	s := owned(t)
	tok := s.info.Tokens
	read := s.issued(basic(tok.Read), "repository:novotnyllc/pub:pull", "repository:novotnyllc/priv:pull")
	anonymous := s.issued("", "repository:novotnyllc/pub:pull,push")
	tampered := read[:len(read)-2] + "xx"
	for _, c := range []struct {
		name, auth, path string
		status           int
		code             string
	}{
		{"anonymous token, public", anonymous, pubTag, 200, ""},
		{"anonymous token, private", anonymous, privTag, 403, "DENIED"},
		{"one token, two scopes", read, pubTag, 200, ""},
		{"one token, second scope", read, privTag, 200, ""},
		{"token without that scope", s.issued(basic(tok.Admin), "repository:novotnyllc/pub:pull"), privTag, 403, "DENIED"},
		{"tampered token", tampered, pubTag, 403, "DENIED"},
		{"base64 of a credential", direct(tok.Admin), privTag, 200, ""},
		{"base64 of anything, public", "Bearer QQ==", pubTag, 200, ""},
		{"base64 of anything, private", "Bearer QQ==", privTag, 403, "DENIED"},
		{"base64 of an expired credential", direct(tok.Expired), pubTag, 403, "DENIED"},
		{"base64 of a wrong credential", direct("ghp_wrong"), pubTag, 403, "DENIED"},
		{"base64 of a fine-grained one", direct(tok.FineGrained), pubTag, 403, "DENIED"},
		{"plain credential", bearer(tok.Admin), pubTag, 403, "DENIED"},
		{"basic", basic(tok.Admin), pubTag, 403, "DENIED"},
		{"no scopes, public", direct(tok.NoScope), pubTag, 200, ""},
		{"no scopes, private", direct(tok.NoScope), privTag, 403, "DENIED"},
		{"workflow, linked private", direct(tok.Actions), privTag, 200, ""},
		{"absent package", direct(tok.Admin), "/v2/novotnyllc/no/manifests/v1", 404, "NAME_UNKNOWN"},
		{"absent package, anonymous", "Bearer QQ==", "/v2/novotnyllc/no/manifests/v1", 403, "DENIED"},
		{"other owner", direct(tok.Admin), "/v2/someone/pub/manifests/v1", 403, "DENIED"},
		{"version check", direct(tok.Read), "/v2/", 200, ""},
		{"catalogue", direct(tok.Admin), "/v2/_catalog", 403, "DENIED"},
		{"capital owner", direct(tok.Admin), "/v2/NovotnyLLC/pub/manifests/v1", 400, "NAME_INVALID"},
		{"capital package", direct(tok.Admin), "/v2/novotnyllc/Pub/manifests/v1", 400, "NAME_INVALID"},
	} {
		a := s.reg("GET", c.path, c.auth, "", allTypes...)
		if a.status != c.status || !strings.Contains(a.body, c.code) {
			t.Errorf("%s: %d %s, want %d %s", c.name, a.status, a.body, c.status, c.code)
		}
		if a.header.Get("Www-Authenticate") != "" {
			t.Errorf("%s: a challenge after a credential", c.name)
		}
	}
	s.set(swOwnerCase, "fold", swUnknownPackage, "DENIED")
	s.want(s.reg("GET", "/v2/NovotnyLLC/pub/manifests/v1", direct(tok.Admin), "", allTypes...), 200, "")
	s.want(s.reg("GET", "/v2/novotnyllc/no/manifests/v1", direct(tok.Admin), ""), 403, "DENIED")
}

func TestTokenLifetime(t *testing.T) {
	s := owned(t)
	auth := s.issued(basic(s.info.Tokens.Read), "repository:novotnyllc/pub:pull")
	s.wall.Advance(59 * time.Second)
	s.want(s.reg("GET", pubTag, auth, "", allTypes...), 200, "")
	s.wall.Advance(time.Second)
	a := s.want(s.reg("GET", pubTag, auth, "", allTypes...), 401, "UNAUTHORIZED")
	if a.header.Get("Www-Authenticate") == "" {
		t.Error("a stale token gets no challenge")
	}
	s.set(swExpiredBearer, "denied")
	s.want(s.reg("GET", pubTag, auth, "", allTypes...), 403, "DENIED")
	s.set(swTokenLifetime, "2h")
	auth = s.issued(basic(s.info.Tokens.Read), "repository:novotnyllc/pub:pull")
	s.wall.Advance(time.Hour)
	s.want(s.reg("GET", pubTag, auth, "", allTypes...), 200, "")
	s.sim("clock", `{"advance":"720h"}`)
	s.want(s.reg("GET", pubTag, auth, "", allTypes...), 200, "")
}

func TestPushRights(t *testing.T) {
	s := owned(t)
	tok := s.info.Tokens
	w := s.World()
	if err := w.SetRole("pub", "bob", "read"); err != nil {
		t.Fatal(err)
	}
	s.image("unlinked", "x", "v1")
	upload := func(pkg string) string { return "/v2/novotnyllc/" + pkg + "/blobs/uploads/" }
	for _, c := range []struct {
		name, auth, path string
		status           int
		part             string
	}{
		{"admin", direct(tok.Admin), upload("pub"), 202, ""},
		{"write, by kind", direct(tok.Write), upload("priv"), 202, ""},
		{"write, the package says read", direct(tok.Write), upload("pub"), 403, "permission_denied: write_package"},
		{"read", direct(tok.Read), upload("pub"), 403, "permission_denied: write_package"},
		{"read, through the token endpoint", s.issued(basic(tok.Read), "repository:novotnyllc/pub:pull,push"),
			upload("pub"), 403, "permission_denied: write_package"},
		{"scope pull only", s.issued(basic(tok.Admin), "repository:novotnyllc/pub:pull"), upload("pub"), 403, textDenied},
		{"no scopes", direct(tok.NoScope), upload("pub"), 403, "does not match expected scopes"},
		{"anonymous", "Bearer QQ==", upload("pub"), 403, "DENIED"},
		{"workflow, linked", direct(tok.Actions), upload("pub"), 202, ""},
		{"workflow, not linked", direct(tok.Actions), upload("unlinked"), 403, "permission_denied: write_package"},
		{"new package", direct(tok.Write), upload("brand/new"), 202, ""},
		{"other owner", direct(tok.Admin), "/v2/someone/pub/blobs/uploads/", 403, "DENIED"},
	} {
		a := s.reg("POST", c.path, c.auth, "")
		if a.status != c.status || !strings.Contains(a.body, c.part) || a.header.Get("Www-Authenticate") != "" {
			t.Errorf("%s: %d %s, want %d %s", c.name, a.status, a.body, c.status, c.part)
		}
	}
	s.want(s.reg("PUT", pubTag, direct(tok.Read), "{}"), 403, "permission_denied: write_package")
	s.set(swActionsPackages, "read")
	s.want(s.reg("POST", upload("pub"), direct(tok.Actions), ""), 403,
		"installation not allowed to Write organization package")
	s.want(s.reg("POST", upload("new"), direct(tok.Actions), ""), 403,
		"installation not allowed to Create organization package")
}

func TestTokenForms(t *testing.T) {
	again := newTokens(0)
	other := newTokens(1)
	seen := map[string]bool{}
	for name, tok := range newTokens(0).byName {
		prefix, length := "ghp_", 40
		switch tok.kind {
		case fineGrained:
			prefix, length = "github_pat_", 93
		case actionsBot:
			prefix = "ghs_"
		}
		if !strings.HasPrefix(tok.value, prefix) || len(tok.value) != length {
			t.Errorf("%s does not look real: %s", name, tok.value)
		}
		if again.named(name) != tok.value || other.named(name) == tok.value || seen[tok.value] {
			t.Errorf("%s: the value must follow from the seed and the name alone", name)
		}
		seen[tok.value] = true
	}
}

func FuzzIdentify(f *testing.F) {
	f.Add("Bearer QQ==")
	f.Add("Basic " + base64.StdEncoding.EncodeToString([]byte("a:b")))
	f.Add("Bearer e30.e30")
	f.Add("token x")
	never := func() time.Time { return time.Time{} }
	s := &Server{opts: Options{RealNow: never}, tokens: newTokens(0), sw: newSwitches(), signer: newSigner(0, never)}
	f.Fuzz(func(t *testing.T, header string) {
		for _, host := range []hostKind{hostAPI, hostRegistry, hostBlobs} {
			r := &http.Request{Header: http.Header{"Authorization": {header}}, URL: &url.URL{Path: "/v2/"}}
			c := s.readCredential(host, r)
			if c.state == credOK && c.token != nil && !strings.Contains(header, c.token.value) &&
				!strings.Contains(header, base64.StdEncoding.EncodeToString([]byte(c.token.value))) &&
				!strings.HasPrefix(strings.ToLower(header), "basic") {
				t.Errorf("%q is taken for %s", header, c.token.login)
			}
		}
	})
}
