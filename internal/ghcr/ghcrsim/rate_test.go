package ghcrsim

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestConditional(t *testing.T) {
	s := owned(t)
	auth := bearer(s.info.Tokens.Read)
	remaining := func(a answer) string { return a.header.Get("X-Ratelimit-Remaining") }
	first := s.want(s.api("GET", pubVersions, auth, ""), 200, "")
	etag := first.header.Get("Etag")
	if !strings.HasPrefix(etag, `W/"`) || remaining(first) != "4999" {
		t.Fatalf("ETag %s, remaining %s", etag, remaining(first))
	}
	for _, form := range []string{etag, strings.TrimPrefix(etag, "W/"), `"x", ` + etag} {
		a := s.want(s.api("GET", pubVersions, auth, "", "If-None-Match", form), 304, "")
		if remaining(a) != "4999" || a.body != "" || a.header.Get("Etag") != etag {
			t.Errorf("304 to %s: %v %q", form, a.header, a.body)
		}
	}
	s.image("pub", "new")
	a := s.want(s.api("GET", pubVersions, auth, "", "If-None-Match", etag), 200, "")
	if remaining(a) != "4998" {
		t.Errorf("a change costs; remaining %s", remaining(a))
	}
	meta := s.want(s.api("GET", "/meta", "", ""), 200, "")
	again := s.want(s.api("GET", "/meta", "", "", "If-None-Match", meta.header.Get("Etag")), 304, "")
	if remaining(meta) != "59" || remaining(again) != "58" {
		t.Errorf("a 304 is free for credentials only: %s, then %s", remaining(meta), remaining(again))
	}
}

func TestPrimaryLimit(t *testing.T) {
	s := owned(t)
	s.set(swPrimaryLimit, 3)
	for _, c := range []struct{ auth, who string }{
		{bearer(s.info.Tokens.Read), "user ID 1003."},
		{bearer(s.info.Tokens.Actions), "installation ID 41898282."},
		{"", "127.0.0.1."},
	} {
		for range 3 {
			s.want(s.api("GET", "/meta", c.auth, ""), 200, "")
		}
		a := s.want(s.api("GET", "/meta", c.auth, ""), 403, "API rate limit exceeded for "+c.who)
		reset, _ := strconv.ParseInt(a.header.Get("X-Ratelimit-Reset"), 10, 64)
		if a.header.Get("X-Ratelimit-Remaining") != "0" || a.header.Get("X-Ratelimit-Used") != "3" ||
			a.header.Get("X-Ratelimit-Resource") != "core" || reset != s.wall.Now().Add(time.Hour).Unix() {
			t.Errorf("headers %v", a.header)
		}
	}
	auth := bearer(s.info.Tokens.Read)
	s.want(s.api("GET", "/rate_limit", auth, ""), 200, `"limit":3,"used":3,"remaining":0`)
	s.set(swRateForm, 429)
	s.want(s.api("GET", "/meta", auth, ""), 429, "API rate limit exceeded")
	s.wall.Advance(time.Hour)
	s.want(s.api("GET", "/meta", auth, ""), 200, "")
	s.set(swPrimaryLimit, 0)
	if a := s.api("GET", "/meta", bearer(s.info.Tokens.Actions), ""); a.header.Get("X-Ratelimit-Limit") != "1000" {
		t.Errorf("a workflow's limit is %s", a.header.Get("X-Ratelimit-Limit"))
	}
	s.set(swActionsRate, false)
	if a := s.api("GET", "/meta", bearer(s.info.Tokens.Actions), ""); a.header.Get("X-Ratelimit-Limit") != "" {
		t.Error("the switch leaves rate headers")
	}
}

func TestSecondaryPoints(t *testing.T) {
	s := owned(t)
	auth := bearer(s.info.Tokens.Admin)
	const absent = pubVersions + "/1"
	for range 180 {
		s.want(s.api("DELETE", absent, auth, ""), 404, "")
	}
	s.wall.Advance(20 * time.Second)
	a := s.want(s.api("DELETE", absent, auth, ""), 403, textSecondary)
	if a.header.Get("Retry-After") != "40" || a.header.Get("X-Ratelimit-Remaining") == "0" ||
		!strings.HasSuffix(decode[problem](t, a.body).Doc, "#secondary-rate-limits") {
		t.Errorf("the 181st deletion gets %v %s", a.header, a.body)
	}
	s.want(s.api("GET", pubVersions, auth, ""), 200, "")
	s.want(s.api("DELETE", absent, bearer(s.info.Tokens.Actions), ""), 403, "not accessible by integration")
	s.set(swRateForm, 429, swRetryAfter, "absent")
	if a := s.want(s.api("DELETE", absent, auth, ""), 429, textSecondary); a.header.Get("Retry-After") != "" {
		t.Error("retry-after is there though switched off")
	}
	s.wall.Advance(40 * time.Second)
	s.want(s.api("DELETE", absent, auth, ""), 404, "")
	s.set(swSecondaryPoints, 1)
	s.want(s.api("GET", "/meta", auth, ""), 200, "")
	s.want(s.api("GET", "/meta", auth, ""), 429, textSecondary)
}

func TestConcurrentLimit(t *testing.T) {
	s := owned(t)
	s.set(swConcurrent, 2)
	s.sim("faults", `[{"path":"/meta","do":{"hang":"1h"}}]`)
	ctx, cancel := context.WithCancel(context.Background())
	var hanging sync.WaitGroup
	defer hanging.Wait()
	defer cancel()
	for range 2 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.info.API+"/meta", nil)
		if err != nil {
			t.Fatal(err)
		}
		hanging.Go(func() {
			if _, err := s.client.Do(req); err == nil {
				t.Error("a request that hangs for an hour is answered")
			}
		})
	}
	waitFor(t, func() bool { s.rates.mu.Lock(); defer s.rates.mu.Unlock(); return s.rates.inFlight["anonymous"] == 2 })
	a := s.want(s.api("GET", "/rate_limit", "", ""), 403, textSecondary)
	if a.header.Get("Retry-After") != "60" {
		t.Errorf("retry-after %s", a.header.Get("Retry-After"))
	}
	s.want(s.api("GET", "/rate_limit", bearer(s.info.Tokens.Read), ""), 200, "")
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 10_000 {
		if ok() {
			return
		}
		<-tick.C
	}
	t.Fatal("it never happened")
}
