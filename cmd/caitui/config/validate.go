package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

const (
	// gitHubRegistry and gitHubAPI are what ghcr.io users need.
	gitHubRegistry = "https://ghcr.io"
	gitHubAPI      = "https://api.github.com"
	// gitHubPoints is GitHub's secondary limit in points a minute.
	gitHubPoints = 900
	// minPoints is what one deletion costs, maxPoints a bound against typing errors.
	minPoints, maxPoints = 5, 10_000_000
	// noAPI is the word for working without GitHub's API.
	noAPI = "none"
)

// Themes are the names that the theme setting takes.
func Themes() []string { return []string{"auto", "dark", "light", "ansi16", "none"} }

func checkTheme(s string) (string, error) {
	if !slices.Contains(Themes(), s) {
		return "", model.Invalid(fmt.Sprintf("there is no theme %q", model.Sanitize(s)), suggestion(s, Themes()))
	}
	return s, nil
}

// checkOwner takes what may stand before a package's name in a repository.
// GitHub does not care for upper and lower case; registries want lower case,
// so the name may be written either way.
func checkOwner(s string) (string, error) {
	if model.ValidPackage(strings.ToLower(s)) != nil {
		return "", model.Invalid(fmt.Sprintf("%q cannot be an owner", model.Sanitize(s)),
			"an owner is the name of a GitHub account or organisation, for example novotnyllc")
	}
	return s, nil
}

var repositoryName = regexp.MustCompile(`^(?:[A-Za-z0-9_-]+/)?[A-Za-z0-9_.-]+$`)

func checkRepository(s string) (string, error) {
	if !repositoryName.MatchString(s) {
		return "", model.Invalid(fmt.Sprintf("%q cannot be a repository", model.Sanitize(s)), "a repository is NAME or OWNER/NAME, for example novotnyllc/ContainAI")
	}
	return s, nil
}

func checkPackage(s string) (string, error) {
	if err := model.ValidPackage(s); err != nil {
		return "", err
	}
	return s, nil
}

// checkRegistry makes a base URL of a host or URL. Without a scheme it is
// https, and http for a loopback address: nobody has a certificate there.
func checkRegistry(s string) (string, error) {
	cure := "a registry is a host, as in ghcr.io or 127.0.0.1:5000, or https://HOST"
	if !strings.Contains(s, "://") {
		scheme := "https://"
		if host, _, _ := strings.Cut(s, "/"); isLoopback(host) {
			scheme = "http://"
		}
		s = scheme + s
	}
	u, err := baseURL(s)
	if err != nil {
		return "", model.Invalid(fmt.Sprintf("%q is not a registry: %v", model.Sanitize(s), err), cure)
	}
	if u.Path != "" {
		return "", model.Invalid(fmt.Sprintf("%q has a path, and a registry has none", model.Sanitize(s)),
			"the part after the host belongs into --owner and --package")
	}
	return u.String(), nil
}

// checkAPI takes a URL, with a path on GitHub Enterprise Server, or "none".
func checkAPI(s string) (string, error) {
	if s == noAPI || s == "" {
		return "", nil
	}
	u, err := baseURL(s)
	if err != nil {
		return "", model.Invalid(fmt.Sprintf("%q is not the URL of an API: %v", model.Sanitize(s), err),
			"give https://HOST, https://HOST/api/v3 for GitHub Enterprise Server, or none")
	}
	return u.String(), nil
}

func baseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.New("it cannot be read")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("it must begin with https:// or http://")
	case u.Hostname() == "" || strings.ContainsAny(u.Hostname(), " \t"):
		return nil, errors.New("it names no host")
	case u.User != nil:
		return nil, errors.New("it holds a login; credentials come from GITHUB_TOKEN, gh or docker login")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return nil, errors.New("it has a query or a fragment")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// isLoopback reports whether host[:port] can only be this machine.
func isLoopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// checkPlain refuses plain http to another machine.
func checkPlain(base, what string) error {
	host, plain := strings.CutPrefix(base, "http://")
	host, _, _ = strings.Cut(host, "/")
	if !plain || isLoopback(host) {
		return nil
	}
	return model.Invalid(fmt.Sprintf("%s %s would be spoken to without encryption, with your token", what, base),
		"use https://, or allow it with --insecure-http")
}

var tagGroups = []string{"commit", "version", "arch", "channel"}

// checkPattern compiles a tag pattern. It must cover the whole tag: half a
// pattern would take every tag that happens to contain it.
func checkPattern(s string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(s)
	if err != nil {
		return nil, &model.Error{Kind: model.ErrInvalid, Message: fmt.Sprintf("%q is not a regular expression", model.Sanitize(s)),
			Cure: "the syntax is that of https://github.com/google/re2/wiki/Syntax", Cause: err}
	}
	if !strings.HasPrefix(s, "^") || !strings.HasSuffix(s, "$") || strings.HasSuffix(s, `\$`) {
		return nil, model.Invalid(fmt.Sprintf("%q does not cover the whole tag", model.Sanitize(s)), "begin it with ^ and end it with $")
	}
	for _, group := range re.SubexpNames() {
		if group != "" && !slices.Contains(tagGroups, group) {
			return nil, model.Invalid(fmt.Sprintf("%q has a group %q that means nothing", model.Sanitize(s), group), suggestion(group, tagGroups))
		}
	}
	return re, nil
}
