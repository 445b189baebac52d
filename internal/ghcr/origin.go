package ghcr

import (
	"net"
	"net/url"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// origin is scheme://host:port with the port always written: what credentials
// are bound to. Another port of the same host is another origin, although
// net/http would carry an Authorization header there.
type origin string

func originOf(u *url.URL) origin {
	port := u.Port()
	if port == "" {
		port = "443"
		if strings.EqualFold(u.Scheme, "http") {
			port = "80"
		}
	}
	return origin(strings.ToLower(u.Scheme) + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port))
}

// isLoopback reports whether u stays on this machine by its own words: a
// loopback address or the name localhost.
func isLoopback(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// parseBase reads a base URL and strips a slash at its end. what names it in
// the error.
func parseBase(what, raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, &model.Error{Kind: model.ErrInvalid, Message: "the " + what + " address cannot be read",
			Cure: "give it as https://HOST[:PORT]", Cause: err}
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, model.Invalid("the "+what+" address "+model.Sanitize(u.Redacted())+" is not an http(s) URL",
			"give it as https://HOST[:PORT]")
	}
	if u.User != nil {
		return nil, model.Invalid("the "+what+" address holds a user or password",
			"pass credentials through GITHUB_TOKEN, gh or Docker's configuration instead")
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	u.RawQuery, u.Fragment = "", ""
	return u, nil
}

// mayReceive reports whether credentials for the registry may be sent to a
// token endpoint that the registry's challenge named: the same origin, or over
// https a host below the registry's name or beside it under the same parent
// (registry-1.docker.io and auth.docker.io). Anything else gets an anonymous
// request: a challenge must not be able to send a secret to a stranger.
func mayReceive(registry, realm *url.URL) bool {
	if originOf(registry) == originOf(realm) {
		return true
	}
	if registry.Scheme != "https" || realm.Scheme != "https" || isLoopback(realm) {
		return false
	}
	host, other := strings.ToLower(registry.Hostname()), strings.ToLower(realm.Hostname())
	if net.ParseIP(host) != nil || net.ParseIP(other) != nil {
		return false
	}
	if other == host || strings.HasSuffix(other, "."+host) {
		return true
	}
	_, parent, ok := strings.Cut(host, ".")
	return ok && strings.Contains(parent, ".") && (other == parent || strings.HasSuffix(other, "."+parent))
}
