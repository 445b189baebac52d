package ghcrsim

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// GitHub's limits (docs.github.com, "Rate limits for the REST API").
const (
	primaryUser      = 5000
	primaryAnonymous = 60
	primaryActions   = 1000
	primaryWindow    = time.Hour
	secondaryWindow  = time.Minute
	pointsRead       = 1
	pointsMutation   = 5
	// secondaryWait is what retry-after says where no window ends sooner.
	secondaryWait = time.Minute
)

// rates counts requests by the wall clock.
type rates struct {
	mu        sync.Mutex
	now       func() time.Time
	sw        *switches
	primary   map[string]*window // by credential
	secondary map[string]*window // by credential and endpoint
	inFlight  map[string]int     // by credential
	tokens    float64            // what is left of the registry's minute
	filled    time.Time
}

// window is one span in which requests are counted.
type window struct {
	used int
	ends time.Time
}

func newRates(now func() time.Time, sw *switches) *rates {
	r := &rates{now: now, sw: sw}
	r.clear()
	return r
}

// clear forgets all use.
func (r *rates) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.primary, r.secondary = map[string]*window{}, map[string]*window{}
	r.inFlight = map[string]int{}
	r.tokens, r.filled = -1, time.Time{}
}

// current returns the window of a key, a new one where the last has ended.
func (r *rates) current(of map[string]*window, key string, span time.Duration) *window {
	now := r.now()
	w := of[key]
	if w == nil || !now.Before(w.ends) {
		w = &window{ends: now.Add(span)}
		of[key] = w
	}
	return w
}

// budget is the primary limit as the headers tell it.
type budget struct {
	limit, used int
	reset       time.Time
}

func (b budget) remaining() int { return max(b.limit-b.used, 0) }

// primaryLimit is what a credential may ask in an hour.
func (r *rates) primaryLimit(c caller) int {
	if n := r.sw.number(swPrimaryLimit); n > 0 {
		return n
	}
	switch {
	case c.token == nil:
		return primaryAnonymous
	case c.token.kind == actionsBot:
		return primaryActions
	default:
		return primaryUser
	}
}

// charge takes n requests from the hour of a credential; it takes nothing and
// reports false where the hour is used up. Charging 0 only looks, a negative
// number gives back.
func (r *rates) charge(c caller, n int) (budget, bool) {
	limit := r.primaryLimit(c)
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.current(r.primary, rateKey(c), primaryWindow)
	ok := n <= 0 || w.used+n <= limit
	if ok {
		w.used = max(w.used+n, 0)
	}
	return budget{limit: limit, used: w.used, reset: w.ends}, ok
}

// points takes the cost of a request from the minute of an endpoint, and
// returns how long to wait where there is not enough left.
func (r *rates) points(c caller, endpoint string, cost int) time.Duration {
	limit := r.sw.number(swSecondaryPoints)
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.current(r.secondary, rateKey(c)+" "+endpoint, secondaryWindow)
	if w.used+cost > limit {
		return w.ends.Sub(r.now())
	}
	w.used += cost
	return 0
}

// enter counts a request that is being served and reports whether there may be
// one more. Every enter is followed by a leave.
func (r *rates) enter(c caller) bool {
	limit := r.sw.number(swConcurrent)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight[rateKey(c)]++
	return r.inFlight[rateKey(c)] <= limit
}

func (r *rates) leave(c caller) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight[rateKey(c)]--
}

// registry takes one request from GHCR's own minute, a bucket that fills
// evenly, and returns how long to wait where it is empty.
func (r *rates) registry() (wait time.Duration, limit int) {
	limit = r.sw.number(swRegistryLimit)
	if limit == 0 {
		return 0, 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	perSecond := float64(limit) / 60
	if r.tokens < 0 {
		r.tokens = float64(limit)
	} else {
		r.tokens = min(r.tokens+now.Sub(r.filled).Seconds()*perSecond, float64(limit))
	}
	r.filled = now
	if r.tokens < 1 {
		return max(time.Duration((1-r.tokens)/perSecond*float64(time.Second)), 1), limit
	}
	r.tokens--
	return 0, limit
}

// rateKey names whose budget a request uses: the account's, or the address's.
func rateKey(c caller) string {
	if c.token == nil {
		return "anonymous"
	}
	return c.token.name
}

// budgetHeaders tells the primary limit.
func (s *Server) budgetHeaders(h http.Header, c caller, b budget) {
	if c.token != nil && c.token.kind == actionsBot && !s.sw.flag(swActionsRate) {
		return
	}
	h.Set("X-Ratelimit-Limit", strconv.Itoa(b.limit))
	h.Set("X-Ratelimit-Remaining", strconv.Itoa(b.remaining()))
	h.Set("X-Ratelimit-Used", strconv.Itoa(b.used))
	h.Set("X-Ratelimit-Reset", strconv.FormatInt(b.reset.Unix(), 10))
	h.Set("X-Ratelimit-Resource", "core")
}

const (
	textSecondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
	docSecondary  = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#secondary-rate-limits"
	docPrimary    = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#primary-rate-limits"
)

func (s *Server) limitStatus() int {
	if s.sw.text(swRateForm) == "429" {
		return http.StatusTooManyRequests
	}
	return http.StatusForbidden
}

// refuseSecondary answers that somebody is too fast.
func (s *Server) refuseSecondary(w http.ResponseWriter, wait time.Duration) {
	if s.sw.text(swRetryAfter) == "header" {
		w.Header().Set("Retry-After", strconv.Itoa(max(int(math.Ceil(wait.Seconds())), 1)))
	}
	restError(w, s.limitStatus(), textSecondary, docSecondary)
}

// refusePrimary answers that the hour is used up.
func (s *Server) refusePrimary(w http.ResponseWriter, c caller) {
	who := "127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit. " +
		"Check out the documentation for more details.)"
	switch {
	case c.token == nil:
	case c.token.kind == actionsBot:
		who = "installation ID " + strconv.FormatInt(c.token.id, 10) + "."
	default:
		who = "user ID " + strconv.FormatInt(c.token.id, 10) + "."
	}
	restError(w, s.limitStatus(), "API rate limit exceeded for "+who, docPrimary)
}
