package ghcrsim

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// connections counts what is open. The zero value works.
type connections struct {
	mu     sync.Mutex
	open   int
	closed chan struct{} // closed and replaced with each connection that ends
}

// note is an http.Server's ConnState.
func (c *connections) note(_ net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.open++
	case http.StateClosed, http.StateHijacked:
		c.open--
		if c.closed != nil {
			close(c.closed)
			c.closed = nil
		}
	case http.StateActive, http.StateIdle:
	}
}

// more reports whether a connection is open, and returns what is closed with the
// next one that ends.
func (c *connections) more() (bool, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed == nil {
		c.closed = make(chan struct{})
	}
	return c.open > 0, c.closed
}

// WaitAlone returns when no client is connected any more: all that a program sent
// before it died has been carried out then, or never will be. A client that keeps
// idle connections has to close them first.
func (s *Server) WaitAlone(ctx context.Context) error {
	for {
		more, closed := s.connections.more()
		if !more {
			return nil
		}
		select {
		case <-closed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
