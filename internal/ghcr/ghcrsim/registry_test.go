package ghcrsim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

func TestGetManifest(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Admin)
	d, _ := s.World().Resolve("pub", "v1")
	raw, _, _ := s.World().Manifest("pub", d)
	index := s.World().PutManifest("pub", typeOCIIndex, indexOf(d, len(raw)), time.Time{})
	const path = "/v2/novotnyllc/pub/manifests/"
	for _, ref := range []string{"v1", string(d)} {
		for _, method := range []string{"GET", "HEAD"} {
			a := s.want(s.reg(method, path+ref, auth, "", allTypes...), 200, "")
			if a.header.Get("Docker-Content-Digest") != string(d) || a.header.Get("Content-Type") != typeOCIManifest ||
				a.header.Get("Content-Length") != strconv.Itoa(len(raw)) {
				t.Errorf("%s %s: %v", method, ref, a.header)
			}
			if method == "GET" {
				equalBytes(t, []byte(a.body), raw)
			}
		}
	}
	if v, _ := s.World().VersionByDigest("pub", d); v.Downloads != 2 {
		t.Errorf("two GETs and two HEADs count as %d downloads", v.Downloads)
	}
	const noIndex = "OCI index found, but Accept header does not support OCI indexes"
	for _, c := range []struct {
		ref    string
		accept []string
		status int
		part   string
	}{
		{"nope", allTypes, 404, `{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}`},
		{"sha256:" + strings.Repeat("0", 64), allTypes, 404, "manifest unknown"},
		{string(index), allTypes, 200, ""},
		{string(index), []string{"Accept", typeOCIManifest}, 404, noIndex},
		{string(index), []string{"Accept", "*/*"}, 404, noIndex},
		{string(index), nil, 404, noIndex},
		{string(index), []string{"Accept", typeDockerV2 + ";q=0.5," + typeOCIIndex + ";q=0.1"}, 200, ""},
		{"v1", []string{"Accept", typeOCIIndex}, 404, "OCI manifest found, but Accept header does not support OCI manifests"},
	} {
		s.want(s.reg("GET", path+c.ref, auth, "", c.accept...), c.status, c.part)
	}
}

func indexOf(d model.Digest, size int) []byte {
	return fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"manifests":[{"mediaType":%q,"digest":%q,"size":%d}]}`,
		typeOCIIndex, typeOCIManifest, d, size)
}

func TestPutManifest(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Write)
	d, _ := s.World().Resolve("pub", "v1")
	raw, _, _ := s.World().Manifest("pub", d)
	const path = "/v2/novotnyllc/pub/manifests/"
	kind := []string{"Content-Type", typeOCIManifest}
	absent := model.DigestOf([]byte("absent"))
	foreign := strings.Replace(string(raw), `"layers":[`, fmt.Sprintf(
		`"layers":[{"mediaType":"x","digest":%q,"size":1,"urls":["https://example.com/x"]},`, absent), 1)
	subject := strings.Replace(string(raw), `"layers"`, fmt.Sprintf(`"subject":{"digest":%q},"layers"`, absent), 1)

	before, _ := s.World().VersionByDigest("pub", d)
	s.sim("clock", `{"advance":"1h"}`)
	a := s.want(s.reg("PUT", path+"prod", auth, string(raw), kind...), 201, "")
	if a.header.Get("Docker-Content-Digest") != string(d) || a.header.Get("Location") != path+string(d) {
		t.Errorf("PUT answers %v", a.header)
	}
	after, _ := s.World().VersionByDigest("pub", d)
	if after.ID != before.ID || !after.Created.Equal(before.Created) || !after.Updated.After(before.Updated) ||
		!slices.Equal(after.Tags, []string{"v1", "prod"}) {
		t.Errorf("retagging a known digest makes %+v of %+v", after, before)
	}
	for _, c := range []struct {
		name, ref, body string
		header          []string
		status          int
		part            string
	}{
		{"by digest", string(d), string(raw), kind, 201, ""},
		{"by a wrong digest", string(absent), string(raw), kind, 400, "DIGEST_INVALID"},
		{"by an odd tag", "-x", string(raw), kind, 400, "TAG_INVALID"},
		{"not JSON", "x", "hello", kind, 400, "MANIFEST_INVALID"},
		{"another type than it says", "x", string(raw), []string{"Content-Type", typeOCIIndex}, 400, "MANIFEST_INVALID"},
		{"unknown type", "x", `{}`, []string{"Content-Type", "text/plain"}, 400, "MANIFEST_INVALID"},
		{"without content type", "x", string(raw), nil, 201, ""},
		{"missing blob", "x", string(manifest([]byte("no config"), []byte("no layer"))), kind, 400, "MANIFEST_BLOB_UNKNOWN"},
		{"missing child", "x", string(indexOf(absent, 3)), []string{"Content-Type", typeOCIIndex}, 400, "MANIFEST_BLOB_UNKNOWN"},
		{"index of what is there", "x", string(indexOf(d, len(raw))), []string{"Content-Type", typeOCIIndex}, 201, ""},
		{"foreign layer", "x", foreign, kind, 201, ""},
		{"absent subject", "x", subject, kind, 201, ""},
		{"too large", "x", strings.Repeat(" ", manifestCap+1), kind, 413, "SIZE_INVALID"},
	} {
		a := s.reg("PUT", path+c.ref, auth, c.body, c.header...)
		if a.status != c.status || !strings.Contains(a.body, c.part) {
			t.Errorf("%s: %d %s, want %d %s", c.name, a.status, a.body, c.status, c.part)
		}
		if a.header.Get("Oci-Subject") != "" {
			t.Errorf("%s: GHCR sends no OCI-Subject", c.name)
		}
	}
	s.set(swIndexChildren, "unchecked")
	s.want(s.reg("PUT", path+"x", auth, string(indexOf(absent, 3)), "Content-Type", typeOCIIndex), 201, "")
}

func TestNoDelete(t *testing.T) {
	s := owned(t)
	d, _ := s.World().Resolve("pub", "v1")
	const want = `{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}`
	for _, path := range []string{"manifests/v1", "manifests/" + string(d), "blobs/" + string(d)} {
		s.want(s.reg("DELETE", "/v2/novotnyllc/pub/"+path, direct(s.info.Tokens.Admin), ""), 405, want)
		s.want(s.reg("DELETE", "/v2/novotnyllc/pub/"+path, "", ""), 401, "UNAUTHORIZED")
	}
}

// push uploads content as one blob and returns its digest.
func TestNewPackage(t *testing.T) {
	s := owned(t)
	config := `{"config":{"Labels":{"org.opencontainers.image.source":"https://github.com/novotnyllc/Other.git"}}}`
	pushAll := func(pkg, auth, annotations string) {
		t.Helper()
		s.push(pkg, auth, config)
		s.push(pkg, auth, "layer")
		raw := manifest([]byte(config), []byte("layer"))
		if annotations != "" {
			raw = append(raw[:len(raw)-1], (`,"annotations":` + annotations + `}`)...)
		}
		if _, ok := s.World().Package(pkg); ok {
			t.Fatalf("%s is there before its first manifest", pkg)
		}
		s.want(s.reg("PUT", "/v2/novotnyllc/"+pkg+"/manifests/one", auth, string(raw), "Content-Type", typeOCIManifest), 201, "")
	}
	pushAll("by/label", direct(s.info.Tokens.Write), "")
	pushAll("by-annotation", direct(s.info.Tokens.Write),
		`{"org.opencontainers.image.source":"https://github.com/novotnyllc/ContainAI"}`)
	pushAll("by-workflow", direct(s.info.Tokens.Actions), "")
	s.set(swNewPackage, "inherit")
	pushAll("inherits", direct(s.info.Tokens.Actions), "")
	for _, c := range []struct{ name, visibility, repository string }{
		{"by/label", world.Private, "novotnyllc/Other"},
		{"by-annotation", world.Private, "novotnyllc/ContainAI"},
		{"by-workflow", world.Private, "novotnyllc/ContainAI"},
		{"inherits", world.Public, "novotnyllc/ContainAI"},
	} {
		p, ok := s.World().Package(c.name)
		if !ok || p.Visibility != c.visibility || p.Repository != c.repository {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

func TestTagsList(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Read)
	var pushed []string
	for i := range 250 {
		tag := fmt.Sprintf("t%d", 250-i)
		s.image("many", strconv.Itoa(i), tag)
		pushed = append(pushed, tag)
	}
	const list = "/v2/novotnyllc/many/tags/list"
	all := func(first string) (tags []string, pages int) {
		t.Helper()
		for next := first; next != ""; pages++ {
			a := s.want(s.reg("GET", next, auth, ""), 200, `"name":"novotnyllc/many"`)
			tags = append(tags, decode[tagsAnswer](t, a.body).Tags...)
			link := a.header.Get("Link")
			next = ""
			if link != "" {
				if !strings.HasPrefix(link, "</v2/") || !strings.HasSuffix(link, `>; rel="next"`) {
					t.Fatalf("Link: %s", link)
				}
				next = strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
			}
		}
		return tags, pages
	}
	lexical := slices.Sorted(slices.Values(pushed))
	for _, c := range []struct {
		query string
		pages int
	}{{"", 3}, {"?n=100", 3}, {"?n=249", 2}, {"?n=250", 1}, {"?n=10000", 1}} {
		for order, want := range map[string][]string{"pushed": pushed, "lexical": lexical} {
			s.set(swTagsOrder, order)
			if got, pages := all(list + c.query); !slices.Equal(got, want) || pages != c.pages {
				t.Errorf("%s %s: %d tags on %d pages, want %d on %d", order, c.query, len(got), pages, len(want), c.pages)
			}
		}
	}
	s.set(swTagsCap, 50, swTagsOrder, "pushed")
	if _, pages := all(list + "?n=10000"); pages != 5 {
		t.Errorf("with a cap of 50 there are %d pages", pages)
	}
	if got, _ := all(list + "?n=50&last=t2"); !slices.Equal(got, []string{"t1"}) {
		t.Errorf("after t2: %v", got)
	}
	s.want(s.reg("GET", list+"?last=gone", auth, ""), 200, `"tags":[]`)
	s.want(s.reg("GET", list+"?n=0", auth, ""), 200, `"tags":[]`)
	s.want(s.reg("GET", list+"?n=x", auth, ""), 400, "PAGINATION_NUMBER_INVALID")
}

func TestReferrers(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Read)
	subject, _ := s.World().Resolve("pub", "v1")
	raw, _, _ := s.World().Manifest("pub", subject)
	ref := strings.Replace(string(raw), `"layers"`,
		fmt.Sprintf(`"artifactType":"application/x.one","subject":{"digest":%q},"layers"`, subject), 1)
	d := s.World().PutManifest("pub", typeOCIManifest, []byte(ref), time.Time{})
	path := "/v2/novotnyllc/pub/referrers/" + string(subject)

	s.want(s.reg("GET", path, auth, ""), 404, "MANIFEST_UNKNOWN")
	s.set(swReferrers, 303)
	a := s.want(s.reg("GET", path, auth, ""), 303, "")
	at := a.header.Get("Location")
	if !strings.Contains(at, "/-/v2/packages/container/package/novotnyllc%2Fpub%2Freferrers%2Fsha256") {
		t.Errorf("303 leads to %s", at)
	}
	s.want(s.do("GET", at, "", ""), 429, "")
	s.set(swReferrers, "empty")
	if a := s.want(s.reg("GET", path, auth, ""), 200, `"manifests":[]`); a.header.Get("Content-Type") != typeOCIIndex {
		t.Errorf("the empty index is %s", a.header.Get("Content-Type"))
	}
	s.set(swReferrers, "406")
	s.want(s.reg("GET", path, auth, ""), 406, "")
	s.set(swReferrers, "full")
	s.want(s.reg("GET", path, auth, ""), 200, string(d))
	a = s.want(s.reg("GET", path+"?artifactType=application/x.two", auth, ""), 200, `"manifests":[]`)
	if a.header.Get("Oci-Filters-Applied") != "artifactType" {
		t.Error("the filter is not said to be applied")
	}
	s.want(s.reg("GET", "/v2/novotnyllc/pub/referrers/nonsense", auth, ""), 400, "DIGEST_INVALID")
	a = s.want(s.reg("PUT", "/v2/novotnyllc/pub/manifests/ref", direct(s.info.Tokens.Write), ref,
		"Content-Type", typeOCIManifest), 201, "")
	if a.header.Get("Oci-Subject") != string(subject) {
		t.Error("a registry with the referrers API says OCI-Subject")
	}
}

func TestRegistryThrottle(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Read)
	s.set(swRegistryLimit, 60000)
	s.want(s.reg("GET", "/v2/", auth, ""), 200, "")
	s.set(swRegistryLimit, 3)
	for range 3 {
		s.want(s.reg("GET", "/v2/", auth, ""), 200, "")
	}
	s.want(s.reg("GET", "/v2/", auth, ""), 429, `{"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after: 20s, allowed: 3/minute"}]}`)
	s.wall.Advance(20 * time.Second)
	s.want(s.reg("GET", "/v2/", auth, ""), 200, "")
	s.want(s.reg("GET", "/v2/", auth, ""), 429, "")
	s.set(swRegistryLimit, 44000)
	s.wall.Advance(500 * time.Microsecond)
	s.want(s.reg("GET", "/v2/", auth, ""), 429, "µs, allowed: 44000/minute")
	s.set(swRegistryLimit, 0)
	s.want(s.reg("GET", "/v2/", auth, ""), 200, "")
}

func FuzzSplitRepoPath(f *testing.F) {
	for _, path := range []string{"/v2/o/p/manifests/x", "/v2/o/blobs/tags/list", "/v2//manifests/", "/v2/o/p/blobs/uploads/"} {
		f.Add(path)
	}
	s := &Server{sw: newSwitches()}
	s.world.Store(world.New("o", "o/r", time.Time{}))
	f.Fuzz(func(t *testing.T, path string) {
		if p, ok := s.splitRepoPath(path); ok && "/v2/"+p.name+"/"+p.part+"/"+p.rest != path {
			t.Errorf("%q is split into %+v", path, p)
		}
	})
}

func FuzzParsePushed(f *testing.F) {
	f.Add([]byte(`{"mediaType":"`+typeOCIManifest+`","config":{}}`), typeOCIManifest)
	f.Add([]byte(`[]`), "a/b; c")
	f.Fuzz(func(t *testing.T, raw []byte, contentType string) {
		m, mediaType, problem := parsePushed(raw, contentType)
		if problem == "" && (mediaType == typeOCIManifest || mediaType == typeDockerV2) && m.Config == nil {
			t.Errorf("an image without a config is taken: %s", raw)
		}
	})
}
