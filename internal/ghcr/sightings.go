package ghcr

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// sightings is what the servers say by the way: GitHub's primary limit, the
// scopes of the token, the clock. The lock is held for assignments only, so
// that readers never wait for a server.
type sightings struct {
	mu     sync.Mutex
	rate   model.RateLimit
	date   time.Time // the server's clock when it last answered
	skew   time.Duration
	scopes []string
	scoped bool // an answer carried X-OAuth-Scopes
}

// note takes over what an answer of the API or the registry tells.
func (s *sightings) note(resp *http.Response, api bool, now time.Time) {
	rate, limited := rateOf(resp.Header)
	date, dateErr := http.ParseTime(resp.Header.Get("Date"))
	scopes, scoped := resp.Header["X-Oauth-Scopes"]
	s.mu.Lock()
	defer s.mu.Unlock()
	if dateErr == nil {
		s.date, s.skew = date.UTC(), date.Sub(now)
	}
	if !api {
		return
	}
	// Answers of parallel requests arrive in any order: within one window the
	// lowest remainder is the latest word.
	older := s.rate.Known && rate.Reset.Equal(s.rate.Reset) && rate.Remaining > s.rate.Remaining
	if limited && !older && !rate.Reset.Before(s.rate.Reset) {
		s.rate = rate
	}
	if scoped {
		s.scoped = true
		s.scopes = splitList(strings.Join(scopes, ","))
	}
}

// rateOf reads the primary limit. Only the core resource is everybody's.
func rateOf(h http.Header) (model.RateLimit, bool) {
	if r := h.Get("X-Ratelimit-Resource"); r != "" && r != "core" {
		return model.RateLimit{}, false
	}
	limit, errLimit := strconv.Atoi(h.Get("X-Ratelimit-Limit"))
	remaining, errRemaining := strconv.Atoi(h.Get("X-Ratelimit-Remaining"))
	if errLimit != nil || errRemaining != nil {
		return model.RateLimit{}, false
	}
	out := model.RateLimit{Known: true, Limit: limit, Remaining: remaining}
	if reset, err := strconv.ParseInt(h.Get("X-Ratelimit-Reset"), 10, 64); err == nil {
		out.Reset = time.Unix(reset, 0).UTC()
	}
	return out, true
}

// clock is the server's clock as last told, else the given time.
func (s *sightings) clock(otherwise time.Time) (now time.Time, skew time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.date.IsZero() {
		return otherwise.UTC(), 0
	}
	return s.date, s.skew
}

func (s *sightings) limit() model.RateLimit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rate
}

// tokenScopes are the scopes of a classic or OAuth token; told is false where
// the server did not say, as with all other kinds of token.
func (s *sightings) tokenScopes() (scopes []string, told bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scopes, s.scoped
}

func splitList(s string) []string {
	out := []string{}
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, model.Sanitize(part))
		}
	}
	return out
}
