package ghcr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// errStalled is why a flow was ended: nothing came for a whole deadline.
var errStalled = errors.New("stalled")

// flow sends one request whose good answer is handed out while it arrives: for
// content that is too large to be held. Headers must come within the deadline,
// and each further piece again; the whole may take as long as it moves. The
// place at the gate is given back when the body is closed.
func (s *stack) flow(req *http.Request, t terms, attempt int) (*http.Response, error) {
	ctx := req.Context()
	target := originOf(req.URL)
	leave, err := s.gates.enter(ctx, target)
	if err != nil {
		return nil, err
	}
	s.inFlight.Add(1)
	timed, cancel := context.WithCancelCause(ctx)
	f := &flowing{ctx: timed, idle: t.deadline, began: s.now()}
	f.timer = time.AfterFunc(t.deadline, func() { cancel(errStalled) })
	var resp *http.Response
	f.end = func(err error) {
		f.timer.Stop()
		cancel(nil)
		s.inFlight.Add(-1)
		leave()
		s.record(req, resp, int(f.n), err, attempt, s.now().Sub(f.began))
	}
	resp, err = s.base.RoundTrip(req.WithContext(timed))
	var body []byte
	if err == nil {
		s.notice(target, resp)
		if resp.StatusCode >= 300 {
			body, err = readBody(resp, t.limit)
		}
	}
	if err != nil || resp.StatusCode >= 300 {
		f.n = int64(len(body))
		err = f.reason(err)
		f.end(err)
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return resp, nil
	}
	f.timer.Stop()
	f.body = resp.Body
	resp.Body = f
	return resp, nil
}

// flowing is a body on its way.
type flowing struct {
	ctx   context.Context // the request's own, to tell why it ended
	body  io.ReadCloser
	timer *time.Timer
	idle  time.Duration
	began time.Time
	n     int64
	err   error
	once  sync.Once
	end   func(error)
}

// Read passes on what comes. The timer runs only while the server is waited
// for, so that a slow disk does not count against it.
func (f *flowing) Read(p []byte) (int, error) {
	f.timer.Reset(f.idle)
	n, err := f.body.Read(p)
	f.timer.Stop()
	f.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = f.reason(err)
		f.err = err
	}
	return n, err
}

// Close ends the request, whether or not all of it was read.
func (f *flowing) Close() error {
	err := f.body.Close()
	f.once.Do(func() { f.end(f.err) })
	return err
}

// reason puts what ended the request in place of the "context canceled" that
// net/http tells.
func (f *flowing) reason(err error) error {
	if err == nil {
		return nil
	}
	switch cause := context.Cause(f.ctx); {
	case errors.Is(cause, errStalled):
		return fmt.Errorf("nothing came for %s: %w", f.idle, context.DeadlineExceeded)
	case cause != nil:
		return cause
	}
	return err
}
