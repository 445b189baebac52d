package ghcr

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of repeating a read. A server that asks for more patience than this
// gets an ErrRateLimited that says when.
const (
	maxAttempts = 4
	maxPatience = 8 * time.Second // all pauses of one request together
	firstPause  = 150 * time.Millisecond
)

// persist sends a read until it is answered, refused for good, or no longer
// worth the time.
func (s *stack) persist(req *http.Request, t terms) (*http.Response, error) {
	var waited time.Duration
	for attempt := 1; ; attempt++ {
		if err := s.turn(req, s.reads); err != nil {
			return nil, err
		}
		resp, err := s.sendRead(req, t, attempt)
		if err == nil && t.flow && resp.StatusCode < 300 {
			return resp, nil // its body is still on the way
		}
		if attempt == maxAttempts || req.Context().Err() != nil {
			return resp, err
		}
		wait, again := s.next(resp, err, attempt)
		if !again || waited+wait > maxPatience {
			return resp, err
		}
		waited += wait
		if err := s.pause(req.Context(), wait); err != nil {
			return nil, err
		}
	}
}

func (s *stack) sendRead(req *http.Request, t terms, attempt int) (*http.Response, error) {
	if t.flow {
		return s.flow(req, t, attempt)
	}
	return s.once(req, t, attempt)
}

// next says whether asking again can help, and after what pause.
func (s *stack) next(resp *http.Response, err error, attempt int) (time.Duration, bool) {
	backoff := firstPause << (attempt - 1)
	backoff += rand.N(backoff / 2) // so that parallel requests do not come back together
	if err != nil {
		return backoff, isTransient(err)
	}
	if wait, limited := askedPause(resp.StatusCode, resp.Header, peek(resp), s.now()); limited {
		return max(wait, 0), true
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return backoff, true
	}
	return 0, false
}

// isTransient reports whether a connection broke in a way that the next one
// may not: reset, closed early, cut short. A host that is not there, a bad
// certificate and a deadline are not repeated.
func isTransient(err error) bool {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNABORTED) {
		return true
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "read" && !op.Timeout() {
		return true
	}
	text := err.Error() // net/http keeps these two private
	return strings.Contains(text, "server closed idle connection") || strings.Contains(text, "http2: server sent GOAWAY")
}

// askedPause is how long the server asks to wait, where it does: a Retry-After
// on 429, 503 and GitHub's secondary 403, the reset of an exhausted primary
// limit, or the form that GHCR puts into the message of its 429.
func askedPause(status int, header http.Header, body []byte, now time.Time) (time.Duration, bool) {
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusForbidden:
	default:
		return 0, false
	}
	if v := header.Get("Retry-After"); v != "" {
		if d, ok := parseRetryAfter(v, header.Get("Date"), now); ok {
			return d, true
		}
	}
	if header.Get("X-Ratelimit-Remaining") == "0" && status != http.StatusServiceUnavailable {
		if reset, err := strconv.ParseInt(header.Get("X-Ratelimit-Reset"), 10, 64); err == nil {
			return max(time.Unix(reset, 0).Sub(now), 0), true
		}
	}
	if status == http.StatusTooManyRequests {
		return pauseInMessage(body)
	}
	return 0, false
}

// peek returns the body of an answer of the stack and leaves it to be read.
func peek(resp *http.Response) []byte {
	if resp.Body == nil {
		return nil
	}
	body, _ := io.ReadAll(resp.Body) // in memory: it cannot fail
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

// longestPause caps what a server can ask for, so that sums cannot overflow.
const longestPause = 30 * 24 * time.Hour

// parseRetryAfter reads the header's forms (RFC 9110 section 10.2.3: seconds
// or a date) and a Go duration, which GHCR uses elsewhere. A date counts from
// the server's own Date, because its clock need not be this one.
func parseRetryAfter(v, serverDate string, now time.Time) (time.Duration, bool) {
	v = strings.TrimSpace(v)
	if secs, err := strconv.ParseFloat(v, 64); err == nil {
		if !(secs >= 0) { // NaN too
			return 0, false
		}
		if secs > longestPause.Seconds() {
			return longestPause, true
		}
		return time.Duration(secs * float64(time.Second)), true
	}
	if d, err := time.ParseDuration(v); err == nil {
		return min(max(d, 0), longestPause), true
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(serverDate); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), longestPause), true
}

// retryAfterText finds GHCR's form, as in
// "retry-after: 880.092µs, allowed: 44000/minute".
var retryAfterText = regexp.MustCompile(`(?i)retry-after:\s*([0-9][0-9a-zµμ.]*)`)

func pauseInMessage(body []byte) (time.Duration, bool) {
	m := retryAfterText.FindSubmatch(body)
	if m == nil {
		return 0, false
	}
	return parseRetryAfter(string(m[1]), "", time.Time{})
}

// pause waits on the real clock or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// limitedError is ErrRateLimited with the time from which asking makes sense.
func limitedError(who string, resp reply, now time.Time, cause error) error {
	wait, told := askedPause(resp.status, resp.header, resp.body, now)
	message, cure := who+" asks to be left alone for a while", "try again in a few minutes"
	if told {
		wait = max(wait, time.Millisecond) // it was said, even if it is nothing
		at := now.Add(wait).Round(time.Second)
		message = who + " answers no more before " + at.UTC().Format(time.RFC3339)
		cure = "try again in " + wait.Round(time.Second).String()
		if wait < time.Second {
			cure = "try again"
		}
	}
	return &model.Error{Kind: model.ErrRateLimited, Message: message, Cure: cure, Cause: cause, Wait: wait}
}
