package ghcrsim

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

func (s *sim) push(pkg, auth string, content string) model.Digest {
	s.Helper()
	d := model.DigestOf([]byte(content))
	s.want(s.reg("POST", "/v2/novotnyllc/"+pkg+"/blobs/uploads/?digest="+url.QueryEscape(string(d)), auth, content), 201, "")
	return d
}

func TestUploads(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Write)
	const base = "/v2/novotnyllc/pub/blobs/uploads/"
	d := model.DigestOf([]byte("hello world"))
	begin := func() string {
		t.Helper()
		a := s.want(s.reg("POST", base, auth, ""), 202, "")
		at := a.header.Get("Location")
		if !strings.HasPrefix(at, base) || a.header.Get("Docker-Upload-Uuid") == "" || a.header.Get("Range") != "0-0" {
			t.Fatalf("an upload begins with %v", a.header)
		}
		return at
	}
	end := "?digest=" + url.QueryEscape(string(d))
	at := begin()
	if a := s.want(s.reg("PATCH", at, auth, "hello "), 202, ""); a.header.Get("Range") != "0-5" {
		t.Errorf("after six bytes the range is %s", a.header.Get("Range"))
	}
	if a := s.want(s.reg("GET", at, auth, ""), 204, ""); a.header.Get("Range") != "0-5" {
		t.Errorf("the state is %s", a.header.Get("Range"))
	}
	s.want(s.reg("PATCH", at, auth, "late", "Content-Range", "9-12"), 416, "BLOB_UPLOAD_INVALID")
	s.want(s.reg("PATCH", at, auth, "wor", "Content-Range", "6-8"), 202, "")
	a := s.want(s.reg("PUT", at+end, auth, "ld"), 201, "")
	if a.header.Get("Location") != "/v2/novotnyllc/pub/blobs/"+string(d) || a.header.Get("Docker-Content-Digest") != string(d) {
		t.Errorf("the blob is at %v", a.header)
	}
	s.want(s.reg("HEAD", "/v2/novotnyllc/pub/blobs/"+string(d), auth, ""), 200, "")
	s.want(s.reg("PUT", at+end, auth, ""), 404, "BLOB_UPLOAD_UNKNOWN")
	s.want(s.reg("PUT", begin()+end, auth, "other"), 400, "DIGEST_INVALID")
	at = begin()
	s.want(s.reg("DELETE", at, auth, ""), 204, "")
	s.want(s.reg("GET", at, auth, ""), 404, "BLOB_UPLOAD_UNKNOWN")
	s.want(s.reg("PATCH", strings.Replace(begin(), "/pub/", "/priv/", 1), auth, "x"), 404, "BLOB_UPLOAD_UNKNOWN")
	s.want(s.reg("DELETE", base, auth, ""), 405, "UNSUPPORTED")
}

func TestUploadsAreBounded(t *testing.T) {
	u := newUploads()
	id := func(n int64) string { return strconv.FormatInt(n, 10) }
	for range uploadsOpen + 5 {
		u.begin("a/b", id)
	}
	if len(u.open) != uploadsOpen || len(u.order) != uploadsOpen || u.open["5"] != nil || u.open["6"] == nil {
		t.Errorf("%d uploads are open, %d remembered", len(u.open), len(u.order))
	}
}

func TestMount(t *testing.T) {
	s := owned(t)
	d := model.DigestOf([]byte("layer of one"))
	d2 := s.World().PutBlob("priv", []byte("only here"))
	mount := func(from string, d model.Digest) string {
		return "/v2/novotnyllc/fresh/blobs/uploads/?mount=" + url.QueryEscape(string(d)) + "&from=" + url.QueryEscape(from)
	}
	admin := direct(s.info.Tokens.Admin)
	blob := "/v2/novotnyllc/fresh/blobs/"
	s.want(s.reg("POST", mount("novotnyllc/absent", d), admin, ""), 202, "")
	s.want(s.reg("POST", mount("novotnyllc/pub", d2), admin, ""), 202, "")
	narrow := s.issued(basic(s.info.Tokens.Admin), "repository:novotnyllc/fresh:pull,push")
	s.want(s.reg("POST", mount("novotnyllc/priv", d2), narrow, ""), 202, "")
	s.set(swPhantomMount, true)
	s.want(s.reg("POST", mount("novotnyllc/pub", d), admin, ""), 201, "")
	if _, ok := s.World().Blob("fresh", d); ok {
		t.Error("a phantom mount mounts")
	}
	s.set(swPhantomMount, false)
	a := s.want(s.reg("POST", mount("novotnyllc/pub", d), admin, ""), 201, "")
	if a.header.Get("Location") != blob+string(d) {
		t.Errorf("mounted at %v", a.header)
	}
	if _, ok := s.World().Blob("fresh", d); !ok {
		t.Error("the mounted blob is not there")
	}
}

func TestBlobHost(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Read)
	content := "layer of one"
	path := "/v2/novotnyllc/pub/blobs/" + string(model.DigestOf([]byte(content)))
	a := s.want(s.reg("GET", path, auth, ""), 307, "")
	at := a.header.Get("Location")
	if !strings.HasPrefix(at, s.info.Blobs+"/ghcr1/blobs/sha256:") || !strings.HasPrefix(s.info.Blobs, "http://localhost:") {
		t.Fatalf("the blob is said to be at %s", at)
	}
	for _, part := range []string{"se=", "sig=", "sp=r", "spr=https"} {
		if !strings.Contains(at, part) {
			t.Errorf("%s is not signed with %s", at, part)
		}
	}
	s.want(s.do("GET", at, "", ""), 200, content)
	s.want(s.do("GET", at, "", "", "Range", "bytes=6-7"), 206, "of")
	s.want(s.do("GET", at, auth, ""), 400, "InvalidAuthenticationInfo")
	s.want(s.do("HEAD", at, "", ""), 403, "")
	s.want(s.do("GET", strings.Replace(at, "sig=", "sig=A", 1), "", ""), 403, "AuthenticationFailed")
	bare, _, _ := strings.Cut(at, "?")
	s.want(s.do("GET", bare, "", ""), 403, "AuthenticationFailed")
	s.wall.Advance(addressLifetime)
	s.want(s.do("GET", at, "", ""), 403, "AuthenticationFailed")

	s.want(s.reg("GET", "/v2/novotnyllc/pub/blobs/sha256:"+strings.Repeat("0", 64), auth, ""), 404, "BLOB_UNKNOWN")
	if a := s.want(s.reg("HEAD", path, auth, ""), 200, ""); a.header.Get("Content-Length") != strconv.Itoa(len(content)) {
		t.Errorf("HEAD tells %v", a.header)
	}
	s.set(swHeadBlob, "redirect")
	s.want(s.do("HEAD", s.want(s.reg("HEAD", path, auth, ""), 307, "").header.Get("Location"), "", ""), 403, "")
}

type tagsAnswer struct {
	Name string
	Tags []string
}
