package credentials

import (
	"fmt"
	"log/slog"
	"strings"
)

// hidden is what every way of printing a token shows.
const hidden = "[hidden]"

// Token is a secret that shows itself to nobody but the caller of Reveal. The
// zero value is no token.
type Token struct {
	// A pointer, because fmt cannot call the methods of a field that is not
	// exported: inside somebody's struct it would print a plain string.
	secret *string
}

// NewToken hides a secret.
func NewToken(secret string) Token {
	if secret == "" {
		return Token{}
	}
	return Token{secret: &secret}
}

// Reveal returns the secret, for the one header it belongs into.
func (t Token) Reveal() string {
	if t.secret == nil {
		return ""
	}
	return *t.secret
}

// Empty reports whether there is no token.
func (t Token) Empty() bool { return t.secret == nil }

// String hides the secret.
func (t Token) String() string {
	if t.Empty() {
		return ""
	}
	return hidden
}

// Format hides the secret from every verb of fmt, %x and %#v included.
func (t Token) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(t.String())) }

// LogValue hides the secret from log/slog.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText hides the secret from encoding/json and its like.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// The kinds of credentials, the words of model.Account.
const (
	KindClassic     = "classic"
	KindFineGrained = "fine-grained"
	KindActions     = "actions"
	KindOAuth       = "oauth"
	KindBasic       = "basic"
	KindAnonymous   = "anonymous"
	KindUnknown     = "unknown"
)

// kindOf guesses by GitHub's documented prefixes ("About authentication to
// GitHub", "GitHub's token formats").
func kindOf(secret string) string {
	for _, p := range []struct{ prefix, kind string }{
		{"ghp_", KindClassic}, {"github_pat_", KindFineGrained}, {"ghs_", KindActions}, {"gho_", KindOAuth}, {"ghu_", KindOAuth},
	} {
		if strings.HasPrefix(secret, p.prefix) {
			return p.kind
		}
	}
	if secret == "" {
		return KindAnonymous
	}
	return KindUnknown
}
