package ghcr

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of the stack.
const (
	hostConcurrency = 48 // requests under way to one origin; GitHub's secondary limit is 100
	maxRedirects    = 5
	maxHeaderBytes  = 256 << 10
	// pointsPerMinute is GitHub's secondary limit, mutationPoints what a mutation
	// costs of it: 180 a minute. Registry PUTs are not counted there.
	// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
	pointsPerMinute = 900
	mutationPoints  = 5
	// Reads cost a point each. All are counted together, which is stricter than
	// GitHub's limit for each endpoint: of 900, a burst of 580 and a refill of 300
	// a minute stay below it in any minute.
	burstShare  = 580
	refillShare = 300
)

// stack is the one way to the network. It is an http.RoundTripper whose
// answers are read whole, so that a cut body is an error it can act on; only
// where the terms say so a good answer flows (flow.go).
type stack struct {
	base      http.RoundTripper
	userAgent string
	readOnly  bool
	offline   bool
	insecure  bool
	api       origin // "" in registry-only mode
	registry  origin
	now       func() time.Time
	log       *slog.Logger
	sent      *ring // the newest requests, for a person
	gates     gates
	mutations *rate.Limiter
	reads     *rate.Limiter // of the API
	seen      *sightings
	inFlight  atomic.Int64
	pause     func(context.Context, time.Duration) error
}

func newStack(o Options, api, registry *url.URL) *stack {
	points := o.PointsPerMinute
	if points <= 0 {
		points = pointsPerMinute
	}
	s := &stack{
		base:      newTransport(),
		userAgent: o.UserAgent,
		readOnly:  o.ReadOnly,
		offline:   o.Offline,
		insecure:  o.InsecureHTTP,
		registry:  originOf(registry),
		now:       o.Now,
		log:       o.Log,
		sent:      newRing(),
		mutations: rate.NewLimiter(rate.Limit(float64(points)/mutationPoints/time.Minute.Seconds()), 1),
		reads:     rate.NewLimiter(rate.Limit(float64(points)*refillShare/pointsPerMinute/time.Minute.Seconds()), max(points*burstShare/pointsPerMinute, 1)),
		seen:      &sightings{},
		pause:     pause,
	}
	if api != nil {
		s.api = originOf(api)
	}
	return s
}

// newTransport keeps as many connections as may be in use: closing and opening
// them again would cost two more round trips each over TLS.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns = 4 * hostConcurrency
	t.MaxIdleConnsPerHost = hostConcurrency
	t.MaxResponseHeaderBytes = maxHeaderBytes
	t.ResponseHeaderTimeout = requestDeadline
	return t
}

// client is an http.Client over rt, which ends in the stack. It has no timeout
// and no cookies of its own.
func (s *stack) client(rt http.RoundTripper) *http.Client {
	return &http.Client{Transport: rt, CheckRedirect: s.checkRedirect}
}

// RoundTrip enforces the rules and sends. Reads are repeated where that can
// help; a write goes out once.
func (s *stack) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := s.admit(req); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	t := termsOf(req.Context())
	out := s.dress(req, t)
	if isRead(req.Method) {
		return s.persist(out, t)
	}
	if err := s.turn(out, s.mutations); err != nil {
		return nil, err
	}
	return s.once(out, t, 1)
}

// turn waits until GitHub's limit for each minute allows one more request to
// its API. Requests to the registry never wait here.
func (s *stack) turn(req *http.Request, bucket *rate.Limiter) error {
	if originOf(req.URL) != s.api {
		return nil
	}
	if err := bucket.Wait(req.Context()); err != nil {
		if ctxErr := req.Context().Err(); ctxErr != nil {
			return ctxErr
		}
		return &model.Error{Kind: model.ErrRateLimited, Cure: "try again in a minute",
			Message: "so many requests went to GitHub's API that one more would exceed its limit for a minute"}
	}
	return nil
}

func isRead(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// admit refuses what may not go out at all.
func (s *stack) admit(req *http.Request) error {
	if s.readOnly && !isRead(req.Method) {
		return errReadOnly()
	}
	if s.offline {
		return errOffline()
	}
	switch req.URL.Scheme {
	case "https":
		return nil
	case "http":
		if s.insecure || isLoopback(req.URL) {
			return nil
		}
		return &model.Error{Kind: model.ErrInvalid,
			Message: fmt.Sprintf("%s would be spoken to over plain http", model.Sanitize(req.URL.Host)),
			Cure:    "use https, or allow it with --insecure-http"}
	}
	return &model.Error{Kind: model.ErrInvalid, Message: "an address is neither http nor https"}
}

func errOffline() error {
	return &model.Error{Kind: model.ErrUnreachable, Message: "nothing is sent: caitui works offline, and the store does not have it",
		Cure: "leave --offline out, or read it once while online"}
}

func errReadOnly() error {
	return &model.Error{Kind: model.ErrReadOnly, Message: "caitui runs read-only and sends no writes",
		Cure: "start it without --read-only"}
}

// dress gives a copy of req the headers of the house. Whatever Authorization
// it came with is dropped: only the terms' own, and only to their origin.
func (s *stack) dress(req *http.Request, t terms) *http.Request {
	out := req.Clone(req.Context())
	for _, h := range []string{"Authorization", "Cookie", "Referer"} {
		out.Header.Del(h)
	}
	out.Header.Set("User-Agent", s.userAgent)
	if t.auth.value != "" && t.auth.origin == originOf(out.URL) {
		out.Header.Set("Authorization", t.auth.value)
	}
	return out
}

// once sends one request and reads its whole answer.
func (s *stack) once(req *http.Request, t terms, attempt int) (*http.Response, error) {
	ctx := req.Context()
	target := originOf(req.URL)
	leave, err := s.gates.enter(ctx, target)
	if err != nil {
		return nil, err
	}
	defer leave()
	s.inFlight.Add(1)
	defer s.inFlight.Add(-1)

	timed, cancel := context.WithTimeout(ctx, t.deadline)
	defer cancel()
	began := s.now()
	resp, err := s.base.RoundTrip(req.WithContext(timed))
	var body []byte
	if err == nil {
		body, err = readBody(resp, t.limit)
	}
	if err != nil && ctx.Err() == nil && timed.Err() != nil {
		err = fmt.Errorf("no answer within %s: %w", t.deadline, context.DeadlineExceeded)
	}
	s.record(req, resp, len(body), err, attempt, s.now().Sub(began))
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	s.notice(target, resp)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// notice takes what an answer tells about clock and limits.
func (s *stack) notice(from origin, resp *http.Response) {
	if from == s.api || from == s.registry {
		s.seen.note(resp, from == s.api, s.now())
	}
}

// readBody reads at most limit bytes of a good answer, and at most capError of
// any other, whose rest nobody needs.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= 300 {
		return io.ReadAll(io.LimitReader(resp.Body, capError))
	}
	if resp.Request == nil || resp.Request.Method != http.MethodHead {
		if resp.ContentLength > limit {
			return nil, tooLarge(limit)
		}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		return nil, tooLarge(limit)
	}
	return body, nil
}

func tooLarge(limit int64) error {
	return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("an answer is larger than the %d bytes allowed for it", limit)}
}

// checkRedirect follows reads only, never from https to http and never from
// elsewhere to this machine. Credentials need no rule here: dress binds them.
func (s *stack) checkRedirect(req *http.Request, via []*http.Request) error {
	if !isRead(via[0].Method) {
		return http.ErrUseLastResponse
	}
	if len(via) > maxRedirects {
		return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s redirects more than %d times", model.Sanitize(via[0].URL.Host), maxRedirects)}
	}
	from := via[len(via)-1].URL
	if from.Scheme == "https" && req.URL.Scheme != "https" {
		return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s redirects from https to plain http", model.Sanitize(from.Host))}
	}
	if isLoopback(req.URL) && !isLoopback(from) {
		return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s redirects to this machine", model.Sanitize(from.Host))}
	}
	return nil
}

// close lets go of idle connections.
func (s *stack) close() {
	if t, ok := s.base.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}
