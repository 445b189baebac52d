package ghcr

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	const date = "Wed, 01 Jul 2026 12:00:00 GMT"
	for _, c := range []struct {
		value, date string
		want        time.Duration
		ok          bool
	}{
		{"0", "", 0, true}, {"120", "", 2 * time.Minute, true}, {" 7 ", "", 7 * time.Second, true}, {"0.5", "", 500 * time.Millisecond, true},
		{"880.092µs", "", 880092 * time.Nanosecond, true}, {"880.092μs", "", 880092 * time.Nanosecond, true}, {"1m30s", "", 90 * time.Second, true},
		{"Wed, 01 Jul 2026 12:00:30 GMT", date, 30 * time.Second, true}, {"Wed, 01 Jul 2026 11:00:00 GMT", date, 0, true},
		{"Sun, 01 Nov 2026 00:00:05 GMT", "", 5 * time.Second, true},
		{"99999999999999999999", "", longestPause, true}, {"1e300", "", longestPause, true},
		{"-1", "", 0, false}, {"NaN", "", 0, false}, {"", "", 0, false}, {"soon", "", 0, false},
	} {
		got, ok := parseRetryAfter(c.value, c.date, now)
		if got != c.want || ok != c.ok {
			t.Errorf("%q: %v %v, want %v %v", c.value, got, ok, c.want, c.ok)
		}
	}
	if d, ok := pauseInMessage([]byte(`{"errors":[{"message":"retry-after: 1.5s, allowed: 44000/minute"}]}`)); d != 1500*time.Millisecond || !ok {
		t.Errorf("in a message: %v %v", d, ok)
	}
	if _, ok := pauseInMessage([]byte(`{"errors":[{"message":"slow down"}]}`)); ok {
		t.Error("found a pause where there is none")
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"1", "880.092µs", "Wed, 01 Jul 2026 12:00:00 GMT", "retry-after: 3s", "1e999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, _ := parseRetryAfter(s, s, time.Unix(0, 0)); d < 0 || d > longestPause {
			t.Errorf("%q: %v", s, d)
		}
		if d, _ := pauseInMessage([]byte(s)); d < 0 || d > longestPause {
			t.Errorf("%q in a message: %v", s, d)
		}
	})
}

func TestParseChallenges(t *testing.T) {
	for in, want := range map[string][]challenge{
		`Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull"`: {{"bearer", map[string]string{
			"realm": "https://ghcr.io/token", "service": "ghcr.io", "scope": "repository:user/image:pull"}}},
		`bearer REALM = "https://a/b" , Service=x`:                       {{"bearer", map[string]string{"realm": "https://a/b", "service": "x"}}},
		`Basic realm="say \"hi\", all"`:                                  {{"basic", map[string]string{"realm": `say "hi", all`}}},
		`Negotiate, Basic realm="x", Bearer realm="https://t",error="e"`: {{"negotiate", map[string]string{}}, {"basic", map[string]string{"realm": "x"}}, {"bearer", map[string]string{"realm": "https://t", "error": "e"}}},
		`Bearer realm="open`:                                             {{"bearer", map[string]string{}}},
		`realm="x"`:                                                      nil,
		``:                                                               nil,
		`,,,`:                                                            nil,
	} {
		if diff := cmp.Diff(want, parseChallenges(in), cmp.AllowUnexported(challenge{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
	h := http.Header{"Www-Authenticate": {`Basic realm="x"`, `Bearer realm="/auth/token"`}}
	c, ok := challengeOf(h)
	base, _ := url.Parse("https://registry.example.com")
	if realm, good := c.realm(base); !ok || c.scheme != "bearer" || !good || realm.String() != "https://registry.example.com/auth/token" {
		t.Errorf("%+v %v", c, ok)
	}
	for _, bad := range []string{"", "ftp://x/y", "https://user:pw@x/", "://", "http://"} {
		if _, ok := (challenge{"bearer", map[string]string{"realm": bad}}).realm(base); ok {
			t.Errorf("realm %q is taken", bad)
		}
	}
}

func FuzzChallenges(f *testing.F) {
	f.Add(`Bearer realm="https://ghcr.io/token",service="ghcr.io"`)
	f.Add(`Basic realm="a\"b", Digest x=y`)
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range parseChallenges(s) {
			if c.scheme == "" || c.params == nil {
				t.Errorf("%q: %+v", s, c)
			}
		}
	})
}

func TestLinkNext(t *testing.T) {
	for in, want := range map[string]string{
		`</v2/a/tags/list?last=x&n=2>; rel="next"`:                       "/v2/a/tags/list?last=x&n=2",
		`<https://h/p?a=1,2>; rel=next`:                                  "https://h/p?a=1,2",
		`<a>; rel="prev", <b>; rel="next", <c>; rel="last"`:              "b",
		`<a>; title="x"; REL="first next"`:                               "a",
		`<a>; rel="last"`:                                                "",
		`<a; rel="next"`:                                                 "",
		`<>; rel="next"`:                                                 "",
		`</v2/a/tags/list?n=1>;rel="next";title="more", <z>; rel="prev"`: "/v2/a/tags/list?n=1",
	} {
		got, ok := linkNext(http.Header{"Link": {in}})
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q %v", in, got, ok)
		}
	}
	if got, _ := linkNext(http.Header{"Link": {`<a>; rel="prev"`, `<b>; rel="next"`}}); got != "b" {
		t.Errorf("in a second header: %q", got)
	}
}

func FuzzLinkNext(f *testing.F) {
	f.Add(`</v2/a/tags/list?last=x>; rel="next", <b>; rel=last`)
	f.Fuzz(func(t *testing.T, s string) {
		if target, ok := linkNext(http.Header{"Link": {s}}); ok && target == "" {
			t.Errorf("%q: empty target", s)
		}
	})
}

func TestWhoMayReceiveCredentials(t *testing.T) {
	for _, c := range []struct {
		registry, realm string
		want            bool
	}{
		{"https://ghcr.io", "https://ghcr.io/token", true},
		{"https://registry-1.docker.io", "https://auth.docker.io/token", true},
		{"https://registry.gitlab.com", "https://gitlab.com/jwt/auth", true},
		{"https://registry.example.com", "https://auth.registry.example.com/t", true},
		{"https://ghcr.io", "https://evil.io/token", false},
		{"https://ghcr.io", "https://ghcr.io.evil.com/token", false},
		{"https://registry.example.com", "http://auth.example.com/t", false},
		{"https://registry.example.com", "https://127.0.0.1/t", false},
		{"https://registry.example.com", "https://localhost/t", false},
		{"http://127.0.0.1:5000", "http://127.0.0.1:5000/token", true},
		{"http://127.0.0.1:5000", "http://127.0.0.1:5001/token", false},
		{"http://localhost:5000", "http://127.0.0.1:5000/token", false},
		{"https://10.0.0.1", "https://10.0.0.2/token", false},
	} {
		registry, _ := url.Parse(c.registry)
		realm, _ := url.Parse(c.realm)
		if got := mayReceive(registry, realm); got != c.want {
			t.Errorf("%s to %s: %v", c.registry, c.realm, got)
		}
	}
}
