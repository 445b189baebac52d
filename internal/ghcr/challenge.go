package ghcr

import (
	"net/http"
	"net/url"
	"strings"
)

// challenge is how a registry wants to be authenticated to (RFC 9110 section
// 11.6.1; the Bearer parameters are those of Docker's token specification).
type challenge struct {
	scheme string // bearer or basic, lower case
	params map[string]string
}

// realm returns the token endpoint that a Bearer challenge names, resolved
// against the address that sent it.
func (c challenge) realm(base *url.URL) (*url.URL, bool) {
	u, err := url.Parse(c.params["realm"])
	if err != nil || c.params["realm"] == "" {
		return nil, false
	}
	u = base.ResolveReference(u)
	if u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, false
	}
	return u, true
}

// challengeOf picks Bearer before Basic from an answer's challenges.
func challengeOf(h http.Header) (challenge, bool) {
	var basic *challenge
	for _, v := range h.Values("WWW-Authenticate") {
		for _, c := range parseChallenges(v) {
			switch c.scheme {
			case "bearer":
				return c, true
			case "basic":
				basic = &c
			}
		}
	}
	if basic != nil {
		return *basic, true
	}
	return challenge{}, false
}

// parseChallenges reads one header value, which may hold several challenges.
// What cannot be read ends the reading; what was read before it counts.
func parseChallenges(v string) []challenge {
	var out []challenge
	rest := v
	for {
		rest = strings.TrimLeft(rest, " \t,")
		word, after := token(rest)
		if word == "" {
			return out
		}
		trimmed := strings.TrimLeft(after, " \t")
		if !strings.HasPrefix(trimmed, "=") {
			out = append(out, challenge{scheme: strings.ToLower(word), params: map[string]string{}})
			rest = after
			continue
		}
		if len(out) == 0 {
			return out // a parameter of nothing
		}
		value, next, ok := paramValue(strings.TrimLeft(trimmed[1:], " \t"))
		if !ok {
			return out
		}
		out[len(out)-1].params[strings.ToLower(word)] = value
		rest = next
	}
}

// token reads an RFC 9110 token.
func token(s string) (word, rest string) {
	i := 0
	for i < len(s) && (s[i] == '!' || s[i] >= '#' && s[i] <= '\'' || s[i] == '*' || s[i] == '+' || s[i] == '-' || s[i] == '.' ||
		s[i] >= '0' && s[i] <= '9' || s[i] >= 'A' && s[i] <= 'Z' || s[i] >= '^' && s[i] <= 'z' || s[i] == '|' || s[i] == '~') {
		i++
	}
	return s[:i], s[i:]
}

// paramValue reads a token or a quoted string.
func paramValue(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		value, rest = token(s)
		return value, rest, value != ""
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
			if i < len(s) {
				b.WriteByte(s[i])
			}
		case '"':
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}
