package ghcr_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// The reading half of the contract as questions to a GHCR, the real one or the
// simulated: each probe asks one thing and writes down what it saw. Nothing but
// GET and HEAD can leave this file: the transport refuses.

// place is where a GHCR is and who asks.
type place struct {
	api, registry, owner, repository, pkg, tag, token string
}

// saw is the answer to one probe: the rule of the reference it belongs to, the
// question, and what came.
type saw struct{ rule, question, answer string }

// readsOnly refuses every method that could change something.
type readsOnly struct{ next http.RoundTripper }

func (r readsOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return nil, fmt.Errorf("%s %s: the probes only read", req.Method, req.URL.Host)
	}
	return r.next.RoundTrip(req)
}

// prober asks one place.
type prober struct {
	t      testing.TB
	at     place
	client *http.Client
	bearer string
	out    []saw
}

func newProber(t testing.TB, at place) *prober {
	return &prober{t: t, at: at, client: &http.Client{
		Transport:     readsOnly{http.DefaultTransport},
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (p *prober) note(rule, question, format string, args ...any) {
	p.out = append(p.out, saw{rule, question, fmt.Sprintf(format, args...)})
}

// ask sends one request and returns the answer with at most 1 MiB of its body.
func (p *prober) ask(method, url string, header map[string]string) (*http.Response, string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, url, nil)
	if err != nil {
		p.t.Fatalf("asking %s: %v", url, err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		p.t.Fatalf("asking %s: %v", url, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		p.t.Fatalf("reading the answer of %s: %v", url, err)
	}
	return resp, strings.TrimSpace(string(body))
}

func (p *prober) repo() string { return p.at.owner + "/" + p.at.pkg }

func (p *prober) run() []saw {
	p.challenges()
	p.tokens()
	p.manifests()
	p.blobs()
	p.tags()
	p.referrers()
	p.versions()
	p.attestations()
	p.runs()
	for _, not := range [][2]string{
		{"4", "DELETE of manifests, tags and blobs"},
		{"8", "how late the list is"},
		{"9", "refusals of a delete"},
		{"10", "restoring"},
		{"11", "the secondary limit"},
		{"15", "PATCH of the visibility"},
	} {
		p.note(not[0], not[1], "not asked: it would take a write")
	}
	return p.out
}

func (p *prober) challenges() {
	for _, path := range []string{"/v2/", "/v2/" + p.repo() + "/tags/list"} {
		resp, body := p.ask(http.MethodGet, p.at.registry+path, nil)
		p.note("2", "GET "+path+" without credentials", "%d, %s, %s", resp.StatusCode, resp.Header.Get("WWW-Authenticate"), body)
	}
}

func (p *prober) tokens() {
	url := p.at.registry + "/token?service=ghcr.io&scope=repository:" + p.repo() + ":pull"
	resp, body := p.ask(http.MethodGet, url, nil)
	p.note("2", "anonymous token for "+p.at.pkg, "%d, fields %s", resp.StatusCode, fields(body))
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		p.t.Fatalf("asking for a token: %v", err)
	}
	if p.at.token != "" {
		req.SetBasicAuth("token", p.at.token)
	}
	answer, err := p.client.Do(req)
	if err != nil {
		p.t.Fatalf("asking for a token: %v", err)
	}
	defer func() { _ = answer.Body.Close() }()
	var doc struct{ Token string }
	if err := json.NewDecoder(answer.Body).Decode(&doc); err != nil || doc.Token == "" {
		p.t.Fatalf("no token for %s: %d %v", p.repo(), answer.StatusCode, err)
	}
	p.bearer = "Bearer " + doc.Token
}

func (p *prober) manifests() {
	url := p.at.registry + "/v2/" + p.repo() + "/manifests/" + p.at.tag
	all := "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, " +
		"application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json"
	resp, _ := p.ask(http.MethodHead, url, map[string]string{"Authorization": p.bearer, "Accept": all})
	p.note("3", "HEAD of "+p.at.tag+" with all types", "%d, %s, digest %t", resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Docker-Content-Digest") != "")
	resp, _ = p.ask(http.MethodHead, url, map[string]string{"Authorization": p.bearer, "Accept": "application/vnd.docker.distribution.manifest.v2+json"})
	p.note("3", "HEAD of "+p.at.tag+" with a type that it has not", "%d", resp.StatusCode)
	resp, _ = p.ask(http.MethodHead, p.at.registry+"/v2/"+p.repo()+"/manifests/no-such-tag", map[string]string{"Authorization": p.bearer, "Accept": all})
	p.note("3", "HEAD of a tag that is not there", "%d", resp.StatusCode)
}

// blobs follows the tag down to a configuration blob; on GHCR the two manifests
// that it reads count as downloads.
func (p *prober) blobs() {
	accept := map[string]string{"Authorization": p.bearer, "Accept": "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"}
	ref := p.at.tag
	for range 2 {
		_, body := p.ask(http.MethodGet, p.at.registry+"/v2/"+p.repo()+"/manifests/"+ref, accept)
		var doc struct {
			Manifests []struct{ Digest string }
			Config    struct{ Digest string }
		}
		_ = json.Unmarshal([]byte(body), &doc) // what is neither shows as no digest
		if doc.Config.Digest != "" {
			resp, _ := p.ask(http.MethodGet, p.at.registry+"/v2/"+p.repo()+"/blobs/"+doc.Config.Digest, map[string]string{"Authorization": p.bearer})
			host := ""
			if u, err := resp.Location(); err == nil {
				host = u.Hostname()
			}
			p.note("5", "GET of a blob", "%d, redirects to %s", resp.StatusCode, host)
			return
		}
		if len(doc.Manifests) == 0 {
			break
		}
		ref = doc.Manifests[0].Digest
	}
	p.note("5", "GET of a blob", "no configuration found under %s", p.at.tag)
}

func (p *prober) tags() {
	resp, body := p.ask(http.MethodGet, p.at.registry+"/v2/"+p.repo()+"/tags/list?n=2", map[string]string{"Authorization": p.bearer})
	var doc struct{ Tags []string }
	_ = json.Unmarshal([]byte(body), &doc) // what is no list shows as 0 tags
	p.note("6", "tags/list?n=2", "%d, %d tags, Link %q", resp.StatusCode, len(doc.Tags), resp.Header.Get("Link"))
}

func (p *prober) referrers() {
	resp, body := p.ask(http.MethodGet, p.at.registry+"/v2/"+p.repo()+"/referrers/sha256:"+strings.Repeat("0", 64), map[string]string{"Authorization": p.bearer})
	p.note("4", "referrers of a digest", "%d, %s, %s", resp.StatusCode, resp.Header.Get("Content-Type"), clipped(body))
}

func (p *prober) rest(path string, header map[string]string) (*http.Response, string) {
	if header == nil {
		header = map[string]string{}
	}
	if p.at.token != "" {
		header["Authorization"] = "Bearer " + p.at.token
	}
	return p.ask(http.MethodGet, p.at.api+path, header)
}

func (p *prober) versions() {
	resp, body := p.rest("/users/"+p.at.owner, nil)
	var who struct{ Type string }
	_ = json.Unmarshal([]byte(body), &who)
	door := "/orgs/"
	if who.Type == "User" {
		door = "/users/"
	}
	p.note("12", "the token's scopes", "%q, rate limit %s", resp.Header.Get("X-Oauth-Scopes"), resp.Header.Get("X-Ratelimit-Limit"))
	path := door + p.at.owner + "/packages/container/" + strings.ReplaceAll(p.at.pkg, "/", "%2F") + "/versions?per_page=2"
	resp, body = p.rest(path, nil)
	var list []struct {
		Created time.Time `json:"created_at"`
	}
	_ = json.Unmarshal([]byte(body), &list)
	newest := len(list) == 2 && !list[0].Created.Before(list[1].Created)
	p.note("7", "versions?per_page=2", "%d, %d versions, newest first %t, Link %t", resp.StatusCode, len(list), newest, resp.Header.Get("Link") != "")
	before := resp.Header.Get("X-Ratelimit-Remaining")
	if etag := resp.Header.Get("ETag"); etag != "" {
		resp, _ = p.rest(path, map[string]string{"If-None-Match": etag})
		p.note("7", "the same with If-None-Match", "%d, free of charge %t", resp.StatusCode, resp.Header.Get("X-Ratelimit-Remaining") == before)
	}
	resp, body = p.rest(path+"&state=deleted", nil)
	p.note("10", "versions?state=deleted", "%d, %s", resp.StatusCode, clipped(body))
	resp, _ = p.rest(door+p.at.owner+"/packages/container/"+p.at.pkg+"-no-such/versions", nil)
	p.note("9", "versions of a package that is not there", "%d", resp.StatusCode)
}

func (p *prober) attestations() {
	resp, body := p.rest("/orgs/"+p.at.owner+"/attestations/sha256:"+strings.Repeat("0", 64), nil)
	p.note("13", "attestations of a digest that has none", "%d, %s", resp.StatusCode, clipped(body))
}

func (p *prober) runs() {
	resp, body := p.rest("/repos/"+p.at.repository+"/actions/runs?per_page=1", nil)
	p.note("14", "workflow runs", "%d, fields %s", resp.StatusCode, fields(body))
}

// fields names the members of a JSON object.
func fields(body string) string {
	var doc map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		return clipped(body)
	}
	var names []string
	for name := range doc {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func clipped(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}

// The simulator answers each probe as the reference says that GHCR does: what
// the live run writes down can be laid beside this.
func TestProbesOfTheSimulator(t *testing.T) {
	r := newRig(t, "containai")
	p := newProber(t, place{r.API, r.Registry, r.Owner, r.Repository, "containai", "prod", r.Tokens.Read})
	got := make(map[string]string)
	for _, s := range p.run() {
		got[s.question] = s.answer
	}
	for question, want := range map[string]string{
		"GET /v2/ without credentials":                               `401, Bearer realm="` + r.Registry + `/token",service="ghcr.io",scope="repository:user/image:pull"`,
		"anonymous token for containai":                              "200, fields token",
		"HEAD of prod with all types":                                "200, application/vnd.oci.image.index.v1+json, digest true",
		"HEAD of prod with a type that it has not":                   "404",
		"HEAD of a tag that is not there":                            "404",
		"tags/list?n=2":                                              "200, 2 tags, Link \"</v2/",
		"GET of a blob":                                              "307, redirects to localhost",
		"workflow runs":                                              "200, fields total_count workflow_runs",
		"referrers of a digest":                                      "404",
		"versions?per_page=2":                                        "200, 2 versions, newest first true, Link true",
		"the same with If-None-Match":                                "304, free of charge true",
		"versions of a package that is not there":                    "404",
		"attestations of a digest that has none":                     "",
		"GET /v2/novotnyllc/containai/tags/list without credentials": `scope="repository:novotnyllc/containai:pull"`,
	} {
		answer, asked := got[question]
		if !asked || !strings.Contains(answer, want) {
			t.Errorf("%s: %q, want %q", question, answer, want)
		}
	}
	if _, err := p.client.Post(r.API, "text/plain", nil); err == nil {
		t.Error("the probes can write")
	}
	for _, e := range r.since(0) {
		if e.Method != http.MethodGet && e.Method != http.MethodHead {
			t.Errorf("a probe sent %s %s", e.Method, e.Path)
		}
	}
}
