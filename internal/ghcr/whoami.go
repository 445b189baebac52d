package ghcr

import (
	"context"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// whoami asks, once a process, whose token this is: journal and plans name the
// person and not the machine's user. A token without a person (of a workflow or
// an installation) is not asked about, as GitHub would refuse it; and what
// fails leaves the account unknown, which stops nothing.
func (a *api) whoami(ctx context.Context) {
	a.mu.Lock()
	known := a.login != "" || a.askedLogin
	a.askedLogin = true
	a.mu.Unlock()
	if known || a.creds.Anonymous() || a.creds.Login != "" || strings.HasPrefix(a.creds.Token, "ghs_") {
		return
	}
	me, _, err := a.client.Users.Get(a.with(ctx), "")
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		a.askedLogin = ctx.Err() == nil && statusOf(err) != 0 // a refusal is final, silence is not
		return
	}
	a.login = me.GetLogin()
}

// account is whose token this is and what it may do, as far as it is known.
func (a *api) account() model.Account {
	scopes, told := a.stack.seen.tokenScopes()
	a.mu.Lock()
	login := a.creds.Login
	if login == "" {
		login = a.login
	}
	a.mu.Unlock()
	out := model.Account{Login: model.Sanitize(login), Source: a.creds.Source, Kind: tokenKind(a.creds.Token, told)}
	if told {
		out.Scopes = scopes
	}
	return out
}
