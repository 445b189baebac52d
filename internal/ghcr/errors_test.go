package ghcr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/novotnyllc/caitui/internal/model"
)

func registryAnswer(status int, code, message string) reply {
	body := ""
	if code != "" {
		body = fmt.Sprintf(`{"errors":[{"code":%q,"message":%q}]}`, code, message)
	}
	return reply{status: status, header: http.Header{}, body: []byte(body)}
}

func TestRegistryErrors(t *testing.T) {
	token := func(v string) Credentials { return Credentials{Token: v, Source: "GITHUB_TOKEN"} }
	for _, c := range []struct {
		status        int
		code, message string
		ref           string
		creds         Credentials
		kind          error
		says, cure    string
	}{
		{401, "UNAUTHORIZED", "authentication required", "prod", Credentials{}, model.ErrUnauthorized, "not public", "read:packages"},
		{403, "DENIED", "requested access to the resource is denied", "prod", Credentials{}, model.ErrUnauthorized, "not public", "GITHUB_TOKEN"},
		{401, "UNAUTHORIZED", "authentication required", "prod", token("ghp_x"), model.ErrUnauthorized, "does not accept", "renew"},
		{403, "DENIED", "permission_denied: write_package", "", token("ghp_x"), model.ErrForbidden, "may not write", "write role"},
		{403, "DENIED", "permission_denied: read_package", "", token("ghp_x"), model.ErrForbidden, "may not read", "read role"},
		{403, "DENIED", "installation not allowed to Create organization package", "", token("ghs_x"), model.ErrForbidden, "workflow token", "packages: write"},
		{403, "DENIED", "permission_denied: write_package", "", token("ghs_x"), model.ErrForbidden, "workflow token", "Manage Actions access"},
		{403, "DENIED", "denied", "prod", token("github_pat_x"), model.ErrForbidden, "fine-grained", "classic"},
		{403, "", "", "prod", token("ghp_x"), model.ErrForbidden, "denies", "role"},
		{404, "MANIFEST_UNKNOWN", "manifest unknown", "prod", token("ghp_x"), model.ErrNotFound, "no tag prod", "history"},
		{404, "", "", "sha256:" + strings.Repeat("a", 64), token("ghp_x"), model.ErrNotFound, "not there", "history"},
		{404, "NAME_UNKNOWN", "repository name not known to registry", "prod", token("ghp_x"), model.ErrNotFound, "no package tool", "packages"},
		{404, "MANIFEST_UNKNOWN", "OCI index found, but Accept header does not support OCI indexes", "prod", token("ghp_x"), model.ErrUnsupported, "form", "report"},
		{405, "UNSUPPORTED", "The operation is unsupported.", "prod", token("ghp_x"), model.ErrUnsupported, "does not support", ""},
		{429, "TOOMANYREQUESTS", "retry-after: 880.092µs, allowed: 44000/minute", "prod", token("ghp_x"), model.ErrRateLimited, "ghcr.io", "again"},
		{400, "MANIFEST_INVALID", "no", "prod", token("ghp_x"), model.ErrMalformed, "refused", ""},
		{413, "", "", "prod", token("ghp_x"), model.ErrTooLarge, "too large", ""},
		{502, "", "", "prod", token("ghp_x"), model.ErrUnreachable, "trouble", "again"},
	} {
		r := &registry{host: "ghcr.io", creds: c.creds, now: time.Now}
		err := r.fail(registryAnswer(c.status, c.code, c.message), "tool", c.ref)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) || !strings.Contains(model.CureOf(err), c.cure) {
			t.Errorf("%d %s %q: %v; cure %q", c.status, c.code, c.message, err, model.CureOf(err))
		}
		if c.creds.Token != "" && strings.Contains(err.Error()+model.CureOf(err), c.creds.Token) {
			t.Errorf("%d: the error tells the token", c.status)
		}
	}
	evil := (&registry{host: "ghcr.io", now: time.Now}).fail(registryAnswer(400, "X\x1b[31m", "\x1b]0;owned\a\u202e"), "tool", "prod")
	if got := evil.Error(); strings.ContainsAny(got, "\x1b\a\u202e") {
		t.Errorf("remote text came through: %q", got)
	}
}

func TestAPIErrors(t *testing.T) {
	type answer struct {
		status  int
		message string
		header  map[string]string
	}
	for _, c := range []struct {
		token string
		a     answer
		kind  error
		says  string
		cure  string
	}{
		{"ghp_x", answer{401, "Bad credentials", nil}, model.ErrUnauthorized, "does not accept", "renew"},
		{"", answer{401, "Requires authentication", nil}, model.ErrUnauthorized, "credentials", "GITHUB_TOKEN"},
		{"ghp_x", answer{403, "You need at least read:packages scope to list packages.", map[string]string{"X-Accepted-OAuth-Scopes": "read:packages", "X-OAuth-Scopes": "gist"}},
			model.ErrForbidden, "lacks a scope", "it has gist; add read:packages"},
		{"ghp_x", answer{403, "Forbidden", map[string]string{"X-GitHub-SSO": "required; url=https://github.com/orgs/acme/sso?x=1"}}, model.ErrForbidden, "single sign-on", "https://github.com/orgs/acme/sso"},
		{"ghp_x", answer{403, "Forbidden", map[string]string{"X-GitHub-SSO": "required; url=https://evil.example"}}, model.ErrForbidden, "single sign-on", "Configure SSO"},
		{"github_pat_x", answer{403, "Resource not accessible by personal access token", nil}, model.ErrForbidden, "fine-grained", "classic"},
		{"ghs_x", answer{403, "Resource not accessible by integration", nil}, model.ErrForbidden, "workflow", "admin role"},
		{"ghs_x", answer{400, "Invalid argument.", nil}, model.ErrForbidden, "workflow", "classic"},
		{"ghp_x", answer{403, "Must have admin rights.", nil}, model.ErrForbidden, "does not allow", "role"},
		{"ghp_x", answer{404, "Package not found.", nil}, model.ErrNotFound, "hidden", "read:packages"},
		{"ghp_x", answer{403, "API rate limit exceeded for user ID 1.", map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "5000", "X-RateLimit-Reset": "4102444800"}},
			model.ErrRateLimited, "2100-01-01", "wait"},
		{"", answer{403, "API rate limit exceeded for 1.2.3.4.", map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "60", "X-RateLimit-Reset": "4102444800"}},
			model.ErrRateLimited, "2100-01-01", "5,000"},
		{"ghp_x", answer{429, "API rate limit exceeded for user ID 1.", map[string]string{"Retry-After": "3600"}}, model.ErrRateLimited, "no more before", "1h"},
		{"ghp_x", answer{403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", map[string]string{"Retry-After": "600"}}, model.ErrRateLimited, "secondary", "wait"},
		{"ghp_x", answer{500, "Server Error", nil}, model.ErrUnreachable, "trouble", "githubstatus"},
		{"ghp_x", answer{422, "Validation Failed", nil}, model.ErrMalformed, "refuses", ""},
	} {
		t.Run(fmt.Sprint(c.a.status, " ", c.a.message), func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range c.a.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(c.a.status)
				doc := "https://docs.github.com/rest"
				if strings.Contains(c.a.message, "secondary") {
					doc += "#secondary-rate-limits"
				}
				_, _ = fmt.Fprintf(w, `{"message":%q,"documentation_url":%q}`, c.a.message, doc)
			}))
			defer srv.Close()
			a := apiAt(t, srv.URL, c.token)
			_, _, err := a.client.Organizations.ListPackages(a.with(t.Context()), "acme", nil)
			err = a.fail("listing the packages of acme", err)
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) || !strings.Contains(model.CureOf(err), c.cure) {
				t.Errorf("%v; cure %q", err, model.CureOf(err))
			}
		})
	}
}

func apiAt(t *testing.T, base, token string) *api {
	t.Helper()
	u, _ := url.Parse(base)
	s, _ := newTestStack(t, base, nil)
	o := Options{API: base, Layout: model.Layout{Owner: "acme"}, Store: newMemory(), Log: s.log, Now: time.Now,
		APICredentials: Credentials{Token: token, Source: "gh"}}
	return newAPI(o, u, s)
}

func TestUnreadableAPIAnswer(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }))
	defer srv.Close()
	if _, err := apiAt(t, srv.URL, "x").packages(t.Context()); !errors.Is(err, model.ErrMalformed) {
		t.Errorf("%v", err)
	}
}

// Names with a slash reach the server escaped once, whatever kind of owner.
func TestNamesAreEscapedOnce(t *testing.T) {
	for _, door := range []namespace{ofOrganization, ofUser, ofSelf} {
		var paths []string
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			paths = append(paths, r.URL.EscapedPath())
			if strings.HasSuffix(r.URL.Path, "versions") {
				_, _ = io.WriteString(w, "[]")
				return
			}
			_, _ = io.WriteString(w, `{"name":"group/tool"}`)
		}))
		a := apiAt(t, srv.URL, "x")
		a.door, a.settled, a.loaded = door, true, true
		if _, err := a.info(t.Context(), "group/tool"); err != nil {
			t.Error(err)
		}
		if _, err := a.versions(t.Context(), "group/tool", 1); err != nil {
			t.Error(err)
		}
		for _, p := range paths {
			if !strings.Contains(p, "/container/group%2Ftool") || strings.Contains(p, "%25") {
				t.Errorf("door %d: %s", door, p)
			}
		}
		srv.Close()
	}
}

func TestNetworkErrors(t *testing.T) {
	s, _ := newTestStack(t, "https://127.0.0.1:1", nil)
	get := func(address string) error {
		_, err := send(t, s, http.MethodGet, address, terms{}, "")
		return networkError("the host", err)
	}
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"refused":        {get("http://127.0.0.1:1/?sig=secret"), "nothing listens"},
		"no such host":   {get("https://caitui.invalid/"), "cannot be found"},
		"not TLS":        {get(strings.Replace(plain.URL, "http:", "https:", 1)), "plain http"},
		"unknown issuer": {get(secure.URL), "TLS"},
	} {
		if !errors.Is(c.err, model.ErrUnreachable) || !strings.Contains(c.err.Error(), c.says) || model.CureOf(c.err) == "" {
			t.Errorf("%s: %v", name, c.err)
		}
		if strings.Contains(c.err.Error(), "secret") {
			t.Errorf("%s: the error tells the address: %v", name, c.err)
		}
	}
	if err := networkError("x", &url.Error{Op: "Get", URL: "https://x/?sig=1", Err: context.Canceled}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestLostReplies(t *testing.T) {
	refused := networkCause(t, "http://127.0.0.1:1/")
	if isLostReply(refused) {
		t.Errorf("a connection that was never made counts as sent: %v", refused)
	}
	for _, err := range []error{io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded, errors.New("anything else")} {
		if !isLostReply(err) {
			t.Errorf("%v: the work may have been done", err)
		}
	}
}

func networkCause(t *testing.T, address string) error {
	t.Helper()
	s, _ := newTestStack(t, address, nil)
	_, err := send(t, s, http.MethodPut, address, terms{}, "x")
	return err
}

func TestTokenKinds(t *testing.T) {
	for token, want := range map[string]string{"": "anonymous", "ghp_1": "classic", "github_pat_1": "fine-grained", "ghs_1": "actions", "gho_1": "oauth", "x": "unknown"} {
		if got := tokenKind(token, false); got != want {
			t.Errorf("%s: %s", token, got)
		}
	}
	if got := tokenKind("0123456789abcdef", true); got != "classic" {
		t.Errorf("an old token with scopes: %s", got)
	}
}

func TestVersionsOfThisShape(t *testing.T) {
	good := &github.PackageVersion{ID: github.Int64(7), Name: github.String("sha256:" + strings.Repeat("a", 64)),
		Metadata: &github.PackageMetadata{Container: &github.PackageContainerMetadata{Tags: []string{"b", "a", "evil tag", "\x1b[31m"}}}}
	v, ok := versionOf(good)
	if !ok || v.ID != 7 || strings.Join(v.Tags, ",") != "a,b" {
		t.Errorf("%+v %v", v, ok)
	}
	if _, ok := versionOf(&github.PackageVersion{Name: github.String("1.2.3")}); ok {
		t.Error("a version that is no digest is taken")
	}
	if _, ok := infoOf(&github.Package{Name: github.String("../evil")}); ok {
		t.Error("a package that no registry can have is taken")
	}
}

func TestBadOptions(t *testing.T) {
	good := Options{API: "https://api.github.com", Registry: "https://ghcr.io", Layout: model.ContainAI(), OwnerInPath: true, Now: time.Now}
	if _, err := New(good); err != nil {
		t.Fatalf("good ones: %v", err)
	}
	for name, change := range map[string]func(*Options){
		"no registry":      func(o *Options) { o.Registry = "" },
		"no scheme":        func(o *Options) { o.Registry = "ghcr.io" },
		"other scheme":     func(o *Options) { o.API = "ftp://x" },
		"a password in it": func(o *Options) { o.Registry = "https://me:secret@ghcr.io" },
		"no owner":         func(o *Options) { o.Layout.Owner = "" },
		"evil owner":       func(o *Options) { o.Layout.Owner = "../orgs" },
		"evil package":     func(o *Options) { o.Layout.Packages = []model.PackageSpec{{Name: "a/../b"}} },
	} {
		o := good
		change(&o)
		_, err := New(o)
		if !errors.Is(err, model.ErrInvalid) || strings.Contains(fmt.Sprint(err), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
