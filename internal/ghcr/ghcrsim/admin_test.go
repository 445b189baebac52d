package ghcrsim

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/scenario"
	"github.com/novotnyllc/caitui/internal/model"
)

func TestInfo(t *testing.T) {
	s := start(t, "")
	raw, err := json.Marshal(s.Info())
	if err != nil {
		t.Fatal(err)
	}
	first := decode[map[string]any](t, string(raw))
	for _, key := range []string{"api", "registry", "blobs", "owner", "repository", "trusted_root", "tokens"} {
		if first[key] == nil {
			t.Errorf("%s is missing in %s", key, raw)
		}
	}
	for _, key := range []string{"admin", "write", "read", "noscope", "fine_grained", "actions", "expired"} {
		if first["tokens"].(map[string]any)[key] == "" {
			t.Errorf("there is no token %s", key)
		}
	}
	if s.info.Owner != "novotnyllc" || s.info.Repository != "novotnyllc/ContainAI" ||
		!strings.HasPrefix(s.info.API, "http://127.0.0.1:") || !strings.HasPrefix(s.info.Registry, "http://127.0.0.1:") ||
		!strings.HasPrefix(s.info.Blobs, "http://localhost:") {
		t.Errorf("%+v", s.info)
	}
	if roots := s.want(s.do("GET", s.info.TrustedRoot, "", ""), 200, "GitHub, Inc."); roots.body != string(scenario.TrustedRoot()) {
		t.Errorf("served as trusted root: %s", roots.body)
	}
}

func TestStartRefuses(t *testing.T) {
	now := func() time.Time { return time.Time{} }
	for name, o := range map[string]Options{
		"no wall clock":    {},
		"unknown scenario": {RealNow: now, Scenario: "nope"},
		"open to all":      {RealNow: now, Scenario: "empty", Listen: "0.0.0.0:0"},
		"a name":           {RealNow: now, Scenario: "empty", Listen: "example.com:0"},
		"no port":          {RealNow: now, Scenario: "empty", Listen: "127.0.0.1"},
	} {
		if s, err := Start(context.Background(), o); err == nil {
			t.Errorf("%s: it starts", name)
			_ = s.Close()
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Start(ctx, Options{RealNow: now, Scenario: "empty", Listen: "localhost:0"})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	s.running.Wait() // the context ends the listeners
	if _, err := http.Get(s.Info().API); err == nil {
		t.Error("it still listens")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestState(t *testing.T) {
	s := owned(t)
	d := s.image("pub", "two")
	v, _ := s.World().VersionByDigest("pub", d)
	if err := s.World().DeleteVersion("pub", v.ID); err != nil {
		t.Fatal(err)
	}
	type state struct {
		Packages map[string]struct {
			Visibility string
			Versions   []map[string]any
		}
		Runs  []map[string]any
		Clock string
	}
	a := s.sim("state", "")
	got := decode[state](t, a.body)
	if got.Clock != "2026-07-01T12:00:00Z" || got.Runs == nil || len(got.Packages) != 2 ||
		got.Packages["priv"].Visibility != "private" || len(got.Packages["pub"].Versions) != 2 {
		t.Fatalf("the state is %s", a.body)
	}
	keys := []string{"created", "deleted_at", "digest", "downloads", "id", "media_type", "tags", "updated"}
	for i, v := range got.Packages["pub"].Versions {
		var have []string
		for key := range v {
			have = append(have, key)
		}
		slices.Sort(have)
		if !slices.Equal(have, keys) || v["tags"] == nil {
			t.Errorf("version %d is %v", i, v)
		}
		if deleted := i == 1; (v["deleted_at"] != nil) != deleted {
			t.Errorf("version %d: deleted_at %v", i, v["deleted_at"])
		}
	}
	if a.header.Get("Date") != "Wed, 01 Jul 2026 12:00:00 GMT" {
		t.Errorf("Date: %s", a.header.Get("Date"))
	}
}

func TestLog(t *testing.T) {
	s := owned(t)
	s.reg("GET", pubTag+"?x=1", direct(s.info.Tokens.Read), "")
	s.reg("GET", "/token?scope=a", basic(s.info.Tokens.Write), "")
	s.api("GET", "/user", bearer(s.info.Tokens.Actions), "")
	s.api("GET", "/user", "", "")
	s.do("GET", s.info.Blobs+"/x", "", "")
	log := decode[[]logEntry](t, s.sim("log", "").body)
	type short struct {
		n            int64
		method, path string
		status       int
		actor        string
	}
	var got []short
	for _, e := range log {
		got = append(got, short{e.N, e.Method, e.Path, e.Status, e.Actor})
		if !e.At.Equal(s.wall.Now()) || e.Host == "" {
			t.Errorf("entry %+v", e)
		}
	}
	want := []short{
		{1, "GET", pubTag + "?x=1", 404, "carol"},
		{2, "GET", "/token?scope=a", 200, "bob"},
		{3, "GET", "/user", 403, actionsLogin},
		{4, "GET", "/user", 401, "anonymous"},
		{5, "GET", "/x", 403, "anonymous"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("the log is %v\nwant %v", got, want)
	}
	if rest := decode[[]logEntry](t, s.sim("log?since=4", "").body); len(rest) != 1 || rest[0].N != 5 {
		t.Errorf("since 4: %v", rest)
	}
}

func TestLogOrder(t *testing.T) {
	var l accessLog
	for _, n := range []int64{2, 1, 4, 3} {
		l.end(logEntry{N: n})
	}
	for i, e := range l.since(0) {
		if e.N != int64(i+1) {
			t.Errorf("place %d holds %d", i, e.N)
		}
	}
}

func TestSwitches(t *testing.T) {
	s := owned(t)
	list := decode[map[string]map[string]any](t, s.sim("switches", "").body)
	for name, d := range newSwitches().defs {
		if list[name]["meaning"] != d.meaning || d.meaning == "" || list[name]["value"] == nil {
			t.Errorf("%s is listed as %v", name, list[name])
		}
		if raw, err := json.Marshal(d.typed(d.initial)); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if text, err := d.parse(raw); err != nil || text != d.initial {
			t.Errorf("%s: its own default is refused: %v", name, err)
		}
	}
	for _, body := range []string{
		`{"nope":1}`, `{"referrers":"200"}`, `{"ghosts":2}`, `{"ghosts":"NaN"}`, `{"lag":"soon"}`, `{"lag":"-1s"}`,
		`{"registry_limit":-1}`, `{"phantom_mount":"perhaps"}`, `{"tags_cap":5,"nope":1}`, `[]`,
	} {
		s.want(s.api("POST", "/_sim/switches", "", body), 400, `"error"`)
	}
	if after := s.sim("switches", "").body; after != s.sim("switches", "{}").body ||
		!strings.Contains(after, `"tags_cap":{"value":1000`) {
		t.Error("a refused change changed something")
	}
	a := s.sim("switches", `{"referrers":404,"phantom_mount":"true","ghosts":0.5,"lag":"90s"}`)
	for _, part := range []string{`"phantom_mount":{"value":true`, `"ghosts":{"value":0.5`, `"lag":{"value":"90s"`} {
		if !strings.Contains(a.body, part) {
			t.Errorf("%s is not in %s", part, a.body)
		}
	}
}

func TestClock(t *testing.T) {
	s := owned(t)
	s.want(s.api("POST", "/_sim/clock", "", `{"advance":"720h"}`), 200, "2026-07-31T12:00:00Z")
	for _, url := range []string{s.info.API + "/meta", s.info.Registry + "/v2/", s.info.Blobs + "/x"} {
		if a := s.do("GET", url, "", ""); a.header.Get("Date") != "Fri, 31 Jul 2026 12:00:00 GMT" {
			t.Errorf("%s: Date %s", url, a.header.Get("Date"))
		}
	}
	for _, body := range []string{`{"advance":"-1h"}`, `{"advance":"tomorrow"}`, `{}`} {
		s.want(s.api("POST", "/_sim/clock", "", body), 400, "error")
	}
}

func TestAdminWrites(t *testing.T) {
	s := start(t, "containai")
	w := s.World()
	v12, _ := w.Resolve("containai", "v1.2.0")
	s.sim("retag", `{"package":"containai","tag":"prod","digest":"`+string(v12)+`"}`)
	if d, _ := w.Resolve("containai", "prod"); d != v12 {
		t.Errorf("prod is %s", d)
	}
	s.want(s.api("POST", "/_sim/retag", "", `{"package":"containai","tag":"p/x","digest":"`+string(v12)+`"}`), 400, "error")
	s.want(s.api("POST", "/_sim/retag", "", `{"package":"nope","tag":"x","digest":"`+string(v12)+`"}`), 404, "error")
	dev, _ := w.Resolve("containai", "dev")
	s.sim("push", `{"channel":"dev","commit":"`+strings.Repeat("ab", 20)+`"}`)
	if d, _ := w.Resolve("containai", "dev"); d == dev {
		t.Error("dev has not moved")
	}
	if _, ok := w.Resolve("containai", "sha-"+strings.Repeat("ab", 20)); !ok {
		t.Error("the commit is not pushed")
	}
	s.want(s.api("POST", "/_sim/push", "", `{"channel":"nope"}`), 400, "error")

	s.set(swReferrers, "406")
	s.sim("latency", `{"rtt":"1ms"}`)
	s.want(s.api("POST", "/_sim/latency", "", `{"rtt":"fast"}`), 400, "error")
	s.api("GET", "/meta", "", "")
	s.sim("faults", `[{"do":{"status":500}}]`)
	s.sim("reset", "{}")
	if d, _ := s.World().Resolve("containai", "dev"); d != dev || s.World() == w {
		t.Error("reset does not bring the seed back")
	}
	if len(s.log.since(0)) != 0 || s.sw.text(swReferrers) != "404" || s.latency.Load() != 0 {
		t.Error("reset leaves log, switches or latency")
	}
	s.want(s.reg("GET", "/v2/novotnyllc/containai/tags/list", direct(s.info.Tokens.Read), ""), 200, "")
	if a := s.api("GET", "/meta", "", ""); a.header.Get("X-Ratelimit-Used") != "1" {
		t.Error("reset leaves the rate used")
	}
	s.want(s.api("GET", "/_sim/nope", "", ""), 404, "error")
	s.want(s.api("DELETE", "/_sim/state", "", ""), 404, "error")
}

func TestLatency(t *testing.T) {
	s := owned(t)
	s.sim("latency", `{"rtt":"1h"}`)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.info.API+"/meta", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.client.Do(req); err == nil {
		t.Error("the answer comes at once")
	}
	s.sim("latency", `{"rtt":"0s"}`) // admin endpoints do not wait
	s.want(s.api("GET", "/meta", "", ""), 200, "")
}

func TestContainAI(t *testing.T) {
	s := start(t, "")
	read := s.info.Tokens.Read
	a := s.want(s.api("GET", orgPackages+"?package_type=container&per_page=100", bearer(read), ""), 200, "")
	total := 0
	for _, p := range decode[[]packageJSON](t, a.body) {
		total += p.VersionCount
		want := "public"
		if p.Name == "containai-installer" {
			want = "private"
		}
		if p.Visibility != want {
			t.Errorf("%s is %s", p.Name, p.Visibility)
		}
	}
	if total != 1117 {
		t.Errorf("%d versions", total)
	}
	digest := func(ref string) model.Digest {
		t.Helper()
		a := s.want(s.reg("HEAD", "/v2/novotnyllc/"+ref, direct(read), "", allTypes...), 200, "")
		return model.Digest(a.header.Get("Docker-Content-Digest"))
	}
	if digest("containai/manifests/prod") != digest("containai/manifests/v1.3.0") ||
		digest("containai/manifests/prod") == digest("containai/manifests/v1.2.0") {
		t.Error("prod is not v1.3.0")
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := Start(context.Background(), Options{RealNow: time.Now})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
