package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// fetchDeadline bounds one request for a file that is nobody's secret.
const fetchDeadline = 10 * time.Second

// maxHops is how many redirections of a file are followed whose content is
// signed; where nothing but the address vouches for it none is.
const maxHops = 3

// publicFile gets a file from the network, of at most limit bytes and after at
// most so many redirections. It has no credentials that it could send, and goes
// from https to nothing else.
//
// Errors: model.ErrNotFound, ErrForbidden, ErrRateLimited, ErrTooLarge, and
// ErrUnreachable for everything else.
func publicFile(ctx context.Context, address string, limit int64, hops int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchDeadline)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, model.Invalid(fmt.Sprintf("%q is no address", model.Sanitize(address)), "name a file or an https:// address")
	}
	req.Header.Set("User-Agent", "caitui/"+version)
	client := &http.Client{CheckRedirect: func(next *http.Request, before []*http.Request) error {
		switch {
		case len(before) > hops:
			return errors.New("it redirects to another address")
		case next.URL.Scheme != before[0].URL.Scheme:
			return errors.New("it redirects from " + before[0].URL.Scheme + " to " + next.URL.Scheme)
		}
		return nil
	}}
	resp, err := client.Do(req)
	if err != nil {
		return nil, &model.Error{Kind: model.ErrUnreachable, Message: "no answer", Cause: err}
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		kind := model.ErrUnreachable
		switch resp.StatusCode {
		case http.StatusNotFound, http.StatusGone:
			kind = model.ErrNotFound
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
			kind = model.ErrForbidden
		case http.StatusTooManyRequests:
			kind = model.ErrRateLimited
		}
		return nil, &model.Error{Kind: kind, Message: fmt.Sprintf("%s answered %d", model.Sanitize(address), resp.StatusCode)}
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, &model.Error{Kind: model.ErrUnreachable, Message: model.Sanitize(address) + " did not end its answer", Cause: err}
	}
	if int64(len(raw)) > limit {
		return nil, &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("%s is larger than %d bytes", model.Sanitize(address), limit)}
	}
	return raw, nil
}
