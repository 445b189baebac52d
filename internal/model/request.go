package model

import "time"

// RequestTo is whom a request went to.
type RequestTo string

// The servers that caitui knows. Anybody else is one that a server has sent it
// to, such as the host of blobs.
const (
	ToRegistry  RequestTo = "registry"
	ToAPI       RequestTo = "api"
	ToElsewhere RequestTo = ""
)

// Request is one request that was sent, with what became of it. It holds no
// credentials, and of hosts elsewhere nothing but their name.
type Request struct {
	N      int64 // counts all requests of the process, from 1
	At     time.Time
	Method string
	To     RequestTo
	Host   string // with the port where one is named
	Plain  bool   // http, not https
	Path   string // escaped, as it was sent; "" elsewhere
	Query  string // encoded; of the parameters those that cannot hold a secret
	// Withheld is set where the request had more of a query than is kept.
	Withheld bool
	Attempt  int // from 1; reads are repeated where that can help
	Status   int // 0: no answer
	Bytes    int
	Took     time.Duration
	Err      string // why there is no answer, or no whole one; "" where there is
	// Digest is what the registry says that it stored; "" where it was not
	// asked to, or does not say.
	Digest Digest
}

// Failed reports whether a request did not get what it asked for.
func (r Request) Failed() bool { return r.Err != "" || r.Status >= 400 }

// Target is host, path and query in one, as far as they are kept.
func (r Request) Target() string {
	out := r.Host + r.Path
	if r.Query != "" {
		out += "?" + r.Query
	}
	return out
}

// RequestLog is the newest requests, oldest first, and how many there were in
// all. It is a value of its time.
type RequestLog struct {
	Requests []Request
	Total    int64
}
