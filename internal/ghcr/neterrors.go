package ghcr

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"

	"github.com/novotnyllc/caitui/internal/model"
)

// networkError says why there was no answer. An error that is mapped already,
// and the caller's own cancellation, pass as they are. The text of url.Error
// is never kept: its address may be signed.
func networkError(host string, err error) error {
	var known *model.Error
	if errors.As(err, &known) {
		return known
	}
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	var wrapped *url.Error
	for errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	host = model.Sanitize(host)
	out := &model.Error{Kind: model.ErrUnreachable, Cause: err}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		out.Message = fmt.Sprintf("the host %s cannot be found", model.Sanitize(dns.Name))
		out.Cure = "check the address and this machine's network and DNS"
		out.Cause = nil // its text repeats the name and names the resolver
	case errors.Is(err, syscall.ECONNREFUSED):
		out.Message = fmt.Sprintf("nothing listens at %s", host)
		out.Cure = "check the address and port, and that the server runs"
	case strings.Contains(err.Error(), plainAnswer):
		out.Message = fmt.Sprintf("%s speaks plain http, not https", host)
		out.Cure = "give its address as http://…; other hosts than this machine need --insecure-http too"
		out.Cause = nil
	case isTLS(err):
		out.Message = fmt.Sprintf("%s cannot be trusted: the TLS handshake failed", host)
		out.Cure = "check the address, this machine's clock and its certificates; a proxy may stand between"
	case errors.Is(err, context.DeadlineExceeded):
		out.Message = fmt.Sprintf("%s did not answer in time", host)
		out.Cure = "check the network; try again"
	case isTransient(err):
		out.Message = fmt.Sprintf("%s broke the connection", host)
		out.Cure = "try again"
	default:
		out.Message = fmt.Sprintf("%s cannot be reached", host)
		out.Cure = "check the address and the network"
	}
	return out
}

// plainAnswer is how net/http tells, in words only, that TLS was answered in
// plain text.
const plainAnswer = "server gave HTTP response to HTTPS client"

func isTLS(err error) bool {
	if strings.Contains(err.Error(), plainAnswer) {
		return true
	}
	var (
		record    tls.RecordHeaderError
		verify    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		alert     tls.AlertError
	)
	return errors.As(err, &record) || errors.As(err, &verify) || errors.As(err, &authority) ||
		errors.As(err, &hostname) || errors.As(err, &invalid) || errors.As(err, &alert)
}

// isLostReply reports whether a write may have been done although no answer
// came: everything but a connection that was never made.
func isLostReply(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.Is(err, model.ErrReadOnly), errors.Is(err, model.ErrInvalid):
		return false // never sent
	case errors.As(err, &dns), errors.Is(err, syscall.ECONNREFUSED), isTLS(err):
		return false
	case errors.As(err, &op) && op.Op == "dial":
		return false
	case errors.Is(err, io.EOF):
		return true
	}
	return true
}
