package ghcrsim

import (
	"sync"
	"time"
)

// logCap bounds the access log of a simulator that runs for days. The numbers
// of the entries go on counting, so a gap at the front is seen.
const logCap = 200_000

// logEntry is one request as `GET /_sim/log` tells it. Status 0 means that the
// connection ended without an answer. At is the wall clock: the simulator's
// own clock stands still and would tell nothing about pace.
type logEntry struct {
	N      int64     `json:"n"`
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	Host   string    `json:"host"`
	Path   string    `json:"path"` // with the query
	Status int       `json:"status"`
	Actor  string    `json:"actor"` // login of the credential, or "anonymous"
}

// accessLog keeps what was asked. Requests are numbered as they arrive and
// listed in that order, whatever the order in which they end.
type accessLog struct {
	mu      sync.Mutex
	n       int64
	entries []logEntry
}

// begin numbers a request that has just arrived.
func (l *accessLog) begin() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	return l.n
}

// end records a request once its answer is known.
func (l *accessLog) end(e logEntry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := len(l.entries)
	for i > 0 && l.entries[i-1].N > e.N {
		i--
	}
	l.entries = append(l.entries, logEntry{})
	copy(l.entries[i+1:], l.entries[i:])
	l.entries[i] = e
	if len(l.entries) > logCap {
		l.entries = append(l.entries[:0], l.entries[len(l.entries)-logCap*3/4:]...)
	}
}

// since returns the entries with a number above n.
func (l *accessLog) since(n int64) []logEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := []logEntry{}
	for _, e := range l.entries {
		if e.N > n {
			out = append(out, e)
		}
	}
	return out
}

// clear forgets everything and counts from one again.
func (l *accessLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n, l.entries = 0, nil
}
