package ghcrsim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFaultStatus(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Write)
	d, _ := s.World().Resolve("pub", "v1")
	raw, _, _ := s.World().Manifest("pub", d)
	s.sim("faults", `[{"method":"put","path":"/manifests/","from":2,"count":2,
		"do":{"status":503,"headers":{"Retry-After":"7","X-Many":["a","b"]},"body":{"why":"maintenance"}}},
		{"path":"^/v2/novotnyllc/pub/tags/list$","do":{"status":429,"body":"slow down"}}]`)
	var got []int
	for _, tag := range []string{"a", "b", "c", "d"} {
		a := s.reg("PUT", "/v2/novotnyllc/pub/manifests/"+tag, auth, string(raw), "Content-Type", typeOCIManifest)
		got = append(got, a.status)
		if a.status == 503 && (a.header.Get("Retry-After") != "7" || len(a.header.Values("X-Many")) != 2 ||
			a.body != `{"why":"maintenance"}` || a.header.Get("Content-Type") != jsonType ||
			a.header.Get("Date") != "Wed, 01 Jul 2026 12:00:00 GMT") {
			t.Errorf("the made-up answer is %v %s", a.header, a.body)
		}
		if _, there := s.World().Resolve("pub", tag); there != (a.status == 201) {
			t.Errorf("%s: answered %d, but there: %t", tag, a.status, there)
		}
	}
	if want := []int{201, 503, 503, 201}; !equal(got, want) {
		t.Errorf("from 2, count 2: %v", got)
	}
	for range 3 { // without count: all further ones; the query does not matter
		s.want(s.reg("GET", "/v2/novotnyllc/pub/tags/list?n=5", auth, ""), 429, "slow down")
	}
	s.sim("faults", `[]`)
	s.want(s.reg("GET", "/v2/novotnyllc/pub/tags/list", auth, ""), 200, "")
}

func equal(a, b []int) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func TestFaultHost(t *testing.T) {
	s := owned(t)
	registry := strings.TrimPrefix(s.info.Registry, "http://")
	for _, host := range []string{"registry", registry, s.info.Registry} {
		s.sim("faults", `[{"host":"`+host+`","do":{"status":500}}]`)
		s.want(s.reg("GET", "/v2/", "", ""), 500, "")
		s.want(s.api("GET", "/meta", "", ""), 200, "")
	}
	s.sim("faults", `[{"host":"blobs","do":{"status":500}}]`)
	s.want(s.do("GET", s.info.Blobs+"/x", "", ""), 500, "")
	s.want(s.reg("GET", "/v2/", "", ""), 401, "")
}

func TestFaultConnection(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Write)
	d, _ := s.World().Resolve("pub", "v1")
	raw, _, _ := s.World().Manifest("pub", d)
	put := func(tag string) (answer, error) {
		return s.try("PUT", s.info.Registry+"/v2/novotnyllc/pub/manifests/"+tag, auth, string(raw), "Content-Type", typeOCIManifest)
	}
	there := func(tag string) bool {
		_, ok := s.World().Resolve("pub", tag)
		return ok
	}
	s.sim("faults", `[{"method":"PUT","do":{"reset":true}}]`)
	if _, err := put("reset"); !errors.Is(err, syscall.ECONNRESET) || there("reset") {
		t.Errorf("reset: %v, done: %t", err, there("reset"))
	}
	s.sim("faults", `[{"method":"PUT","do":{"lost_reply":true}}]`)
	if _, err := put("lost"); !errors.Is(err, io.EOF) || !there("lost") {
		t.Errorf("lost reply: %v, done: %t", err, there("lost"))
	}
	s.sim("faults", `[{"path":"manifests/v1$","do":{"truncate":10}}]`)
	a, err := s.try("GET", s.info.Registry+pubTag, auth, "", allTypes...)
	if !errors.Is(err, io.ErrUnexpectedEOF) || a.body != string(raw[:10]) || a.status != 200 ||
		a.header.Get("Docker-Content-Digest") != string(d) {
		t.Errorf("truncate: %v %d %q", err, a.status, a.body)
	}
	s.sim("faults", `[{"path":"/meta","do":{"truncate":3}},{"path":"manifests/v1$","do":{"truncate":100000}}]`)
	if a, err := s.try("GET", s.info.API+"/meta", "", ""); !errors.Is(err, io.ErrUnexpectedEOF) || len(a.body) != 3 {
		t.Errorf("truncate on the API: %v %q", err, a.body)
	}
	s.want(s.reg("GET", pubTag, auth, "", allTypes...), 200, string(raw))

	log := decode[[]logEntry](t, s.sim("log", "").body)
	status := map[string]int{}
	for _, e := range log {
		status[e.Path] = e.Status
	}
	if status["/v2/novotnyllc/pub/manifests/reset"] != 0 || status["/v2/novotnyllc/pub/manifests/lost"] != 201 {
		t.Errorf("the log says %v", status)
	}
}

func TestFaultHang(t *testing.T) {
	s := owned(t)
	auth := direct(s.info.Tokens.Write)
	d, _ := s.World().Resolve("pub", "v1")
	raw, _, _ := s.World().Manifest("pub", d)
	s.sim("faults", `[{"method":"PUT","count":1,"do":{"hang":"1h"}},{"method":"GET","path":"/v2/$","do":{"hang":"1ms","status":504}}]`)
	impatient := *s
	impatient.client = &http.Client{Timeout: 20 * time.Millisecond}
	_, err := impatient.try("PUT", s.info.Registry+"/v2/novotnyllc/pub/manifests/late", auth, string(raw), "Content-Type", typeOCIManifest)
	if err == nil {
		t.Error("a hanging request is answered")
	}
	waitFor(t, func() bool { return len(s.log.since(0)) == 1 })
	if _, ok := s.World().Resolve("pub", "late"); ok {
		t.Error("a request whose client gave up is done all the same")
	}
	s.want(s.reg("GET", "/v2/", auth, ""), 504, "")
}

func TestFaultsAreChecked(t *testing.T) {
	s := owned(t)
	for _, body := range []string{
		`{}`, `[{}]`, `[{"do":{}}]`, `[{"path":"(","do":{"status":500}}]`, `[{"do":{"status":99}}]`,
		`[{"do":{"hang":"long"}}]`, `[{"do":{"truncate":-1}}]`, `[{"pat":"x","do":{"status":500}}]`, `x`,
	} {
		s.want(s.api("POST", "/_sim/faults", "", body), 400, `"error"`)
	}
	s.want(s.reg("GET", "/v2/", "", ""), 401, "")
}

// Whoever is gone is waited for no longer than what was sent takes.
func TestWaitAlone(t *testing.T) {
	s := start(t, "containai")
	s.sim("faults", `[{"method":"GET","path":"/v2/$","do":{"hang":"1h"}}]`)
	underWay := func() int64 {
		s.log.mu.Lock()
		defer s.log.mu.Unlock()
		return s.log.n - int64(len(s.log.entries))
	}
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.info.Registry+"/v2/", nil)
	if err != nil {
		t.Fatal(err)
	}
	left := make(chan error, 1)
	go func() {
		resp, err := s.client.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		left <- err
	}()
	waitFor(t, func() bool { return underWay() > 0 })
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.WaitAlone(over); !errors.Is(err, context.Canceled) {
		t.Errorf("with somebody there: %v", err)
	}
	leave()
	if err := <-left; err == nil {
		t.Error("a hanging request was answered")
	}
	s.client.CloseIdleConnections()
	if err := s.WaitAlone(t.Context()); err != nil || underWay() != 0 {
		t.Errorf("%v with %d under way", err, underWay())
	}
}
