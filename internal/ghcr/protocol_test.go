package ghcr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// scripted is a registry that answers by a function and notes what it is asked.
type scripted struct {
	*httptest.Server
	mu     sync.Mutex
	lines  []string
	answer func(w http.ResponseWriter, r *http.Request)
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.lines = append(s.lines, r.Method+" "+r.URL.RequestURI())
	s.mu.Unlock()
	s.answer(w, r)
}

// scriptedAt starts one, with TLS or not, below a path of its own or "".
func scriptedAt(t *testing.T, tls bool, path string, answer func(http.ResponseWriter, *http.Request)) (*scripted, *registry) {
	t.Helper()
	s := &scripted{answer: answer}
	if s.Server = httptest.NewUnstartedServer(s); tls {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	base, err := url.Parse(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	st, _ := newTestStack(t, base.String(), nil)
	st.base = s.Client().Transport
	r, err := newRegistry(Options{Now: time.Now}, base, st.client(st))
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}

// The libraries build addresses by their own rules; what goes out is the
// registry's, whatever its scheme and path. A client is made without asking.
func TestAddressesAreTheRegistrysOwn(t *testing.T) {
	body := []byte(`{"schemaVersion":2}`)
	d := model.DigestOf(body)
	for _, tls := range []bool{false, true} {
		for _, path := range []string{"", "/below/it"} {
			t.Run(fmt.Sprintf("tls %v, path %q", tls, path), func(t *testing.T) {
				srv, r := scriptedAt(t, tls, path, func(w http.ResponseWriter, req *http.Request) {
					switch {
					case strings.HasSuffix(req.URL.Path, "/tags/list") && req.URL.Query().Get("last") == "":
						w.Header().Set("Link", "<http"+map[bool]string{true: "s"}[tls]+"://"+req.Host+path+`/v2/group/tool/tags/list?last=a>; rel="next"`)
						_, _ = io.WriteString(w, `{"tags":["a"]}`)
					case strings.HasSuffix(req.URL.Path, "/tags/list"):
						_, _ = io.WriteString(w, `{"tags":["b"]}`)
					case req.Method == http.MethodPost:
						w.Header().Set("Location", path+"/v2/upload/1?x=y")
						w.WriteHeader(http.StatusAccepted)
					case req.Method == http.MethodPut:
						w.WriteHeader(http.StatusCreated)
					case req.Method == http.MethodHead:
						w.Header().Set("Docker-Content-Digest", string(d))
					default:
						w.Header().Set("Content-Type", model.MediaOCIManifest)
						_, _ = w.Write(body)
					}
				})
				const pkg = "group/tool"
				if got, err := r.head(t.Context(), pkg, "prod"); err != nil || got != d {
					t.Errorf("head: %s, %v", got, err)
				}
				c, err := r.get(t.Context(), pkg, string(d))
				if err != nil || c.Digest != d || c.MediaType != model.MediaOCIManifest {
					t.Errorf("get: %+v, %v", c, err)
				}
				if b, err := r.blob(t.Context(), pkg, d, 100); err != nil || b.Digest != d || string(b.Body) != string(body) {
					t.Errorf("blob: %+v, %v", b, err)
				}
				if tags, err := r.tags(t.Context(), pkg); err != nil || strings.Join(tags, " ") != "a b" {
					t.Errorf("tags: %v, %v", tags, err)
				}
				giveUp, err := r.mayPush(t.Context(), pkg)
				if err != nil {
					t.Fatalf("may push: %v", err)
				}
				giveUp(t.Context())
				if err := r.put(t.Context(), pkg, "prod", c); err != nil {
					t.Errorf("put: %v", err)
				}
				want := []string{
					"HEAD " + path + "/v2/group/tool/manifests/prod", "GET " + path + "/v2/group/tool/manifests/" + string(d),
					"GET " + path + "/v2/group/tool/blobs/" + string(d), "GET " + path + "/v2/group/tool/tags/list?n=1000",
					"GET " + path + "/v2/group/tool/tags/list?last=a", "POST " + path + "/v2/group/tool/blobs/uploads/",
					"DELETE " + path + "/v2/upload/1?x=y", "PUT " + path + "/v2/group/tool/manifests/prod",
				}
				if diff := cmp.Diff(want, srv.lines); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// transportFunc answers without a network.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// Both libraries know better where some registries are. Only the address that
// was given is asked, and by both alike.
func TestTheGivenHostIsAsked(t *testing.T) {
	for _, host := range []string{"docker.io", "index.docker.io", "10.0.0.1", "localhost:5000", "[::1]:5000", "sub.localhost"} {
		base, err := url.Parse("https://" + host)
		if err != nil {
			t.Fatal(err)
		}
		var asked []string
		st, _ := newTestStack(t, base.String(), nil)
		st.base = transportFunc(func(req *http.Request) (*http.Response, error) {
			asked = append(asked, req.Method+" "+req.URL.String()+" "+req.Host)
			return &http.Response{StatusCode: http.StatusCreated, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
		})
		r, err := newRegistry(Options{Now: time.Now}, base, st.client(st))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = r.head(t.Context(), "tool", "prod")
		_ = r.put(t.Context(), "tool", "prod", store.Content{Digest: newDigest, MediaType: model.MediaOCIManifest, Body: newBody})
		at := " https://" + host + "/v2/tool/manifests/prod "
		if diff := cmp.Diff([]string{"HEAD" + at, "PUT" + at}, asked); diff != "" {
			t.Errorf("%s (-want +got):\n%s", host, diff)
		}
	}
}

func TestAWriteIsOneRequestOfExactBytes(t *testing.T) {
	// A subject would make the library keep an index of referrers, if it thought
	// that the registry does not.
	body := []byte(`{"schemaVersion":2, "subject":{"mediaType":"x","digest":"` + string(oldDigest) + `","size":3}}`)
	content := store.Content{Digest: model.DigestOf(body), MediaType: model.MediaOCIIndex, Body: body}
	for name, c := range map[string]struct {
		status int
		header map[string]string
		text   string
		kind   error
		says   string
	}{
		"created":                   {status: 201},
		"created, digest told":      {status: 201, header: map[string]string{"Docker-Content-Digest": string(content.Digest)}},
		"created, another digest":   {status: 201, header: map[string]string{"Docker-Content-Digest": string(oldDigest)}},
		"created, unreadable":       {status: 201, header: map[string]string{"Docker-Content-Digest": "x"}},
		"ok":                        {status: 200},
		"accepted":                  {status: 202},
		"no content":                {status: 204},
		"redirected":                {status: 307, header: map[string]string{"Location": "/elsewhere"}, kind: model.ErrMalformed, says: "answered 307"},
		"redirected to be read":     {status: 302, header: map[string]string{"Location": "/elsewhere"}, kind: model.ErrMalformed, says: "answered 302"},
		"challenged":                {status: 401, header: map[string]string{"WWW-Authenticate": `Bearer realm="/token"`}, kind: model.ErrUnauthorized, says: "401"},
		"limited, told in a header": {status: 429, header: map[string]string{"Retry-After": "3600"}, kind: model.ErrRateLimited, says: "no more before"},
		"invalid":                   {status: 400, text: `{"errors":[{"code":"MANIFEST_INVALID","message":"no"}]}`, kind: model.ErrMalformed, says: "400 MANIFEST_INVALID no"},
		"trouble":                   {status: 503, kind: model.ErrUnreachable, says: "trouble"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []byte
			var kind string
			srv, r := scriptedAt(t, false, "", func(w http.ResponseWriter, req *http.Request) {
				got, _ = io.ReadAll(req.Body)
				kind = req.Header.Get("Content-Type")
				for k, v := range c.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.text)
			})
			err := r.put(t.Context(), "tool", "prod", content)
			if c.kind == nil && err != nil || !errors.Is(err, c.kind) || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			if mayHaveHappened(err) != (c.status == 503) {
				t.Errorf("may have happened: %v", mayHaveHappened(err))
			}
			if len(srv.lines) != 1 || string(got) != string(body) || kind != model.MediaOCIIndex {
				t.Errorf("%v, %s of type %s", srv.lines, got, kind)
			}
		})
	}
}

func TestAnswersThatTheLibrariesCannotUse(t *testing.T) {
	d := model.DigestOf([]byte("wanted"))
	for name, c := range map[string]struct {
		header map[string]string
		body   string
		ask    func(context.Context, *registry) error
		says   string
	}{
		"other bytes": {map[string]string{"Content-Type": model.MediaOCIManifest}, "{}", func(ctx context.Context, r *registry) error {
			_, err := r.get(ctx, "tool", string(d))
			return err
		}, "has another digest, " + model.DigestOf([]byte("{}")).Short()},
		"a signed one's digest": {map[string]string{"Content-Type": "application/vnd.docker.distribution.manifest.v1+prettyjws", "Docker-Content-Digest": string(d)}, "{}",
			func(ctx context.Context, r *registry) error {
				_, err := r.get(ctx, "tool", string(d))
				return err
			}, "has another digest"},
		"another blob": {nil, "{}", func(ctx context.Context, r *registry) error {
			_, err := r.blob(ctx, "tool", d, 100)
			return err
		}, "has another digest"},
		"another digest": {map[string]string{"Docker-Content-Digest": string(oldDigest)}, "", func(ctx context.Context, r *registry) error {
			_, err := r.head(ctx, "tool", string(d))
			return err
		}, "answers for " + d.Short() + " with " + oldDigest.Short()},
		"no digest": {map[string]string{"Docker-Content-Digest": "md5:1"}, "", func(ctx context.Context, r *registry) error {
			_, err := r.head(ctx, "tool", "prod")
			return err
		}, "unreadable digest"},
		"long digest": {map[string]string{"Docker-Content-Digest": "sha512:" + strings.Repeat("a", 128)}, "", func(ctx context.Context, r *registry) error {
			_, err := r.head(ctx, "tool", "prod")
			return err
		}, "unreadable digest"},
		"not JSON":    {nil, "<html>", func(ctx context.Context, r *registry) error { _, err := r.tags(ctx, "tool"); return err }, "not readable JSON"},
		"nothing":     {nil, "", func(ctx context.Context, r *registry) error { _, err := r.tags(ctx, "tool"); return err }, "not readable JSON"},
		"other shape": {nil, `{"repositories":1}`, func(ctx context.Context, r *registry) error { _, err := r.catalog(ctx); return err }, "not readable JSON"},
		"elsewhere": {map[string]string{"Link": `<https://evil.example/v2/tool/tags/list>; rel="next"`}, `{"tags":["a"]}`,
			func(ctx context.Context, r *registry) error { _, err := r.tags(ctx, "tool"); return err }, "at another host"},
	} {
		t.Run(name, func(t *testing.T) {
			srv, r := scriptedAt(t, false, "", func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range c.header {
					w.Header().Set(k, v)
				}
				_, _ = io.WriteString(w, c.body)
			})
			if err := c.ask(t.Context(), r); !errors.Is(err, model.ErrMalformed) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			if len(srv.lines) != 1 {
				t.Errorf("asked %v", srv.lines)
			}
		})
	}
}

// A registry may leave the digest out of a HEAD; then the bytes tell.
func TestWithoutADigestTheBytesTell(t *testing.T) {
	srv, r := scriptedAt(t, false, "", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	if d, err := r.head(t.Context(), "tool", "prod"); err != nil || d != model.DigestOf([]byte("{}")) || len(srv.lines) != 2 {
		t.Errorf("%s, %v, %v", d, err, srv.lines)
	}
}

func TestListsOfAllKinds(t *testing.T) {
	full := make([]string, listPage)
	for i := range full {
		full[i] = fmt.Sprintf("t%04d", i)
	}
	page := func(tags ...string) string {
		raw, _ := json.Marshal(map[string]any{"tags": tags})
		return string(raw)
	}
	type answer struct {
		link []string
		body string
	}
	for name, c := range map[string]struct {
		pages []answer // by request; the last one stays
		want  int
		asked []string
	}{
		"whole":              {[]answer{{nil, page("b", "a", "b", "evil tag")}}, 2, []string{"?n=1000"}},
		"none":               {[]answer{{nil, `{"tags":null}`}}, 0, []string{"?n=1000"}},
		"n is ignored":       {[]answer{{nil, page(append(full, "u")...)}, {nil, page("u")}}, listPage + 1, []string{"?n=1000", "?last=u&n=1000"}},
		"cut without a link": {[]answer{{nil, page(full...)}, {nil, page("u")}}, listPage + 1, []string{"?n=1000", "?last=t0999&n=1000"}},
		"another relation first": {[]answer{{[]string{`<?before>; rel="prev", <?x=1>; rel="next"`}, page("a")}, {[]string{`<?before>; rel="prev"`}, page("b")}},
			2, []string{"?n=1000", "?x=1"}},
		"in a second header": {[]answer{{[]string{`<?before>; rel="prev"`, `</v2/tool/tags/list?x=%3E>; rel=next`}, page("a")}, {nil, page("b")}}, 2, []string{"?n=1000", "?x=%3E"}},
		"the same again":     {[]answer{{[]string{`<?x=1>; rel="next"`}, page("a")}}, 1, []string{"?n=1000", "?x=1"}},
	} {
		t.Run(name, func(t *testing.T) {
			var asked []string
			_, r := scriptedAt(t, false, "", func(w http.ResponseWriter, req *http.Request) {
				a := c.pages[min(len(asked), len(c.pages)-1)]
				asked = append(asked, "?"+req.URL.RawQuery)
				w.Header()["Link"] = a.link
				_, _ = io.WriteString(w, a.body)
			})
			got, err := r.tags(t.Context(), "tool")
			if err != nil || len(got) != c.want {
				t.Errorf("%d names, %v", len(got), err)
			}
			if diff := cmp.Diff(c.asked, asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAListThatBreaksOffIsNotMalformed(t *testing.T) {
	_, r := scriptedAt(t, false, "", func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Query().Get("x") != "" {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Link", `<?x=1>; rel="next"`)
		_, _ = io.WriteString(w, `{"tags":["a"]}`)
	})
	if _, err := r.tags(t.Context(), "tool"); !errors.Is(err, model.ErrUnreachable) {
		t.Errorf("%v", err)
	}
}

func TestAListThatDoesNotEnd(t *testing.T) {
	n := 0
	_, r := scriptedAt(t, false, "", func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("Link", fmt.Sprintf(`<?x=%d>; rel="next"`, n))
		_, _ = fmt.Fprintf(w, `{"repositories":["r%d"]}`, n)
	})
	if _, err := r.catalog(t.Context()); !errors.Is(err, model.ErrMalformed) || !strings.Contains(err.Error(), "does not end") || n != maxPages {
		t.Errorf("%v after %d pages", err, n)
	}
}

// What a header of a refusal tells is kept, although the libraries' errors drop it.
func TestARefusalKeepsItsPause(t *testing.T) {
	_, r := scriptedAt(t, false, "", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	for name, err := range map[string]error{
		"head": second(r.head(t.Context(), "tool", "prod")), "get": second(r.get(t.Context(), "tool", "prod")),
		"blob": second(r.blob(t.Context(), "tool", oldDigest, 9)), "tags": second(r.tags(t.Context(), "tool")),
	} {
		if !errors.Is(err, model.ErrRateLimited) || model.CureOf(err) != "try again in 1h0m0s" {
			t.Errorf("%s: %v, cure %q", name, err, model.CureOf(err))
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestACallEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, r := scriptedAt(t, false, "", func(_ http.ResponseWriter, req *http.Request) {
		cancel()
		<-req.Context().Done()
	})
	for name, err := range map[string]error{
		"head": second(r.head(ctx, "tool", "prod")), "blob": second(r.blob(ctx, "tool", oldDigest, 9)),
		"tags": second(r.tags(ctx, "tool")), "put": r.put(ctx, "tool", "prod", store.Content{Digest: newDigest, Body: newBody}),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARequestWithoutACallIsNotSent(t *testing.T) {
	srv, r := scriptedAt(t, false, "", func(http.ResponseWriter, *http.Request) {})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/v2/tool/manifests/prod", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := r.RoundTrip(req); err == nil {
		_ = resp.Body.Close()
		t.Error("it was answered")
	}
	if len(srv.lines) != 0 {
		t.Errorf("sent %v", srv.lines)
	}
}
