package ghcrsim

import (
	"strings"
	"testing"
	"time"
)

func TestLag(t *testing.T) {
	s := owned(t)
	auth, push := bearer(s.info.Tokens.Admin), direct(s.info.Tokens.Admin)
	s.image("pub", "two", "prod")
	s.set(swLag, "10s")
	d, _ := s.World().Resolve("pub", "v1")
	raw, _, _ := s.World().Manifest("pub", d)
	index := indexOf(d, len(raw))
	put := func(tag string, body []byte, kind string) {
		t.Helper()
		s.want(s.reg("PUT", "/v2/novotnyllc/pub/manifests/"+tag, push, string(body), "Content-Type", kind), 201, "")
	}
	before := s.want(s.api("GET", pubVersions, auth, ""), 200, "").body
	put("prod", raw, typeOCIManifest)
	put("new", index, typeOCIIndex)
	if got := s.api("GET", pubVersions, auth, "").body; got != before {
		t.Errorf("REST has noticed already:\n%s", got)
	}
	s.want(s.reg("GET", "/v2/novotnyllc/pub/manifests/new", push, "", allTypes...), 200, "")
	s.want(s.api("GET", s.versionPath("pub", "prod"), auth, ""), 200, `"tags":["v1"]`)
	s.refused(s.api("GET", s.versionPath("pub", "new"), auth, ""), 404, "Package version not found.")
	if state := s.sim("state", "").body; !strings.Contains(state, `"tags":["v1","prod"]`) {
		t.Error("the truth lags")
	}
	s.wall.Advance(6 * time.Second)
	s.sim("clock", `{"advance":"4s"}`)
	after := s.api("GET", pubVersions, auth, "").body
	if !strings.Contains(after, `"tags":["v1","prod"]`) || !strings.Contains(after, `"tags":["new"]`) {
		t.Errorf("after ten seconds REST shows\n%s", after)
	}
}

func TestGhosts(t *testing.T) {
	s := owned(t)
	auth := bearer(s.info.Tokens.Admin)
	s.image("pub", "two", "prod", "latest")
	path := s.versionPath("pub", "prod")
	s.want(s.api("DELETE", path, auth, ""), 204, "")
	s.set(swGhosts, 1)
	a := s.want(s.api("GET", pubVersions, auth, ""), 200, `"tags":["prod","latest"]`)
	if strings.Contains(a.body, "deleted_at") {
		t.Error("a ghost says that it is one")
	}
	s.refused(s.api("DELETE", path, auth, ""), 404, "Package version not found.")
	s.set(swGhosts, 0)
	if a := s.api("GET", pubVersions, auth, ""); strings.Contains(a.body, "prod") {
		t.Error("the ghost stays")
	}
}
