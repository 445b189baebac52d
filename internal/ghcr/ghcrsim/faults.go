package ghcrsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// faultRule breaks some of the requests that match it. From counts the
// matching requests since the rule was set, from 1 (0 means 1); without Count
// all further ones are broken.
type faultRule struct {
	Method string  `json:"method"` // "" or "*": any
	Path   string  `json:"path"`   // regular expression on the path, with or without its query
	Host   string  `json:"host"`   // api, registry, blobs, or an address; "": any
	From   int     `json:"from"`
	Count  *int    `json:"count"`
	Do     faultDo `json:"do"`

	seen int           // matching requests so far
	hang time.Duration // Do.Hang, parsed
	path *regexp.Regexp
}

// faultDo is what happens instead of, or to, the answer. With status and reset
// the work is not done; with truncate and lost_reply it is. Hang waits first
// and then goes on with the rest; a client that gives up meanwhile has had
// nothing done.
type faultDo struct {
	Status    int                    `json:"status"`
	Headers   map[string]headerLines `json:"headers"`
	Body      json.RawMessage        `json:"body"` // a string is sent as it is, anything else as JSON
	Reset     bool                   `json:"reset"`
	Hang      string                 `json:"hang"`
	Truncate  *int                   `json:"truncate"`
	LostReply bool                   `json:"lost_reply"`
}

// headerLines takes one value or several.
type headerLines []string

// UnmarshalJSON reads a string or a list of strings.
func (h *headerLines) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*h = headerLines{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(raw, &many); err != nil {
		return fmt.Errorf("reading a header: %w", err)
	}
	*h = many
	return nil
}

// faultRules is the list in force.
type faultRules struct {
	mu    sync.Mutex
	rules []*faultRule
}

// set replaces all rules; counting starts anew.
func (f *faultRules) set(rules []*faultRule) error {
	for i, r := range rules {
		if err := r.check(); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = rules
	return nil
}

func (r *faultRule) check() error {
	var err error
	if r.path, err = regexp.Compile(r.Path); err != nil {
		return fmt.Errorf("reading the path: %w", err)
	}
	if r.Do.Hang != "" {
		if r.hang, err = time.ParseDuration(r.Do.Hang); err != nil {
			return fmt.Errorf("reading hang: %w", err)
		}
	}
	if r.Do.Status != 0 && (r.Do.Status < 200 || r.Do.Status > 599) {
		return fmt.Errorf("status %d cannot be sent", r.Do.Status)
	}
	if r.Do.Truncate != nil && *r.Do.Truncate < 0 {
		return errors.New("truncate is negative")
	}
	if r.Do.Status == 0 && !r.Do.Reset && r.Do.Hang == "" && r.Do.Truncate == nil && !r.Do.LostReply {
		return errors.New("do is empty: status, reset, hang, truncate or lost_reply")
	}
	return nil
}

// requestFacts is what the rules look at.
type requestFacts struct {
	method string
	paths  []string
	hosts  []string
}

// take counts a request with every rule that it matches and returns the first
// one whose turn it is, or nil.
func (f *faultRules) take(q requestFacts) *faultRule {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found *faultRule
	for _, r := range f.rules {
		if !r.matches(q) {
			continue
		}
		r.seen++
		nth := r.seen - max(r.From, 1) // 0 for the first one to break
		if found == nil && nth >= 0 && (r.Count == nil || nth < *r.Count) {
			found = r
		}
	}
	return found
}

func (r *faultRule) matches(q requestFacts) bool {
	return (r.Method == "" || r.Method == "*" || strings.EqualFold(r.Method, q.method)) &&
		(r.Host == "" || slices.Contains(q.hosts, strings.TrimSuffix(r.Host, "/"))) &&
		slices.ContainsFunc(q.paths, r.path.MatchString)
}

// faultBodyCap bounds what a hanging request keeps of its body.
const faultBodyCap = 64 << 20

// inject does what a rule says to one request.
func (s *Server) inject(w *recorder, r *http.Request, f *faultRule, work http.HandlerFunc) {
	if f.hang > 0 {
		// The body is read first: only then does net/http notice that the
		// client went away, and only then can "not done" be promised.
		body, err := io.ReadAll(io.LimitReader(r.Body, faultBodyCap))
		if err != nil || !sleep(r.Context(), f.hang) {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	switch do := f.Do; {
	case do.Reset:
		reset(w)
	case do.Status != 0:
		do.answer(w)
	case do.LostReply:
		h := newHeld(w.Header())
		work(h, r)
		w.status = h.status
		panic(http.ErrAbortHandler) // closes the connection without an answer
	case do.Truncate != nil:
		h := newHeld(w.Header())
		work(h, r)
		h.sendCut(w, *do.Truncate)
	default:
		work(w, r)
	}
}

// answer sends the made-up answer.
func (do faultDo) answer(w http.ResponseWriter) {
	body := []byte(do.Body)
	var text string
	if json.Unmarshal(do.Body, &text) == nil {
		body = []byte(text)
	}
	if json.Valid(body) {
		w.Header().Set("Content-Type", jsonType)
	}
	for name, lines := range do.Headers {
		w.Header()[http.CanonicalHeaderKey(name)] = lines
	}
	w.WriteHeader(do.Status)
	_, _ = w.Write(body) // the client may be gone
}

// sendCut sends the held answer with its whole length announced and the body
// cut after n bytes.
func (h *held) sendCut(w *recorder, n int) {
	for name, lines := range h.header {
		w.Header()[name] = lines
	}
	if h.header.Get("Content-Length") == "" {
		w.Header().Set("Content-Length", strconv.Itoa(h.body.Len()))
	}
	h.WriteHeader(http.StatusOK)
	w.WriteHeader(h.status)
	body := h.body.Bytes()
	if n >= len(body) {
		_, _ = w.Write(body) // nothing to cut
		return
	}
	_, _ = w.Write(body[:n])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler) // closes the connection in the middle of the body
}

// reset closes the connection so that the client sees it reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // discard and send RST
	}
	_ = conn.Close()
}
