package ghcr_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

func codes(c model.ChannelState) []string {
	var out []string
	for _, i := range c.Incoherent {
		out = append(out, i.Code)
	}
	return out
}

// A refresh tells by names; Confirm reads what the names stand for. The index
// of referrers of one nightly proxy lists nothing, and the platforms of a
// broken prod are gone.
func TestConfirmReadsWhatChannelsRestOn(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	byName, _ := refresh(t, s).Channel("nightly")
	if byName.Attested != (model.Attested{Found: 16, Expected: 16}) {
		t.Fatalf("by its tags nightly has %+v", byName.Attested)
	}
	survey, err := s.Confirm(t.Context())
	if err != nil {
		t.Fatalf("confirming: %v", err)
	}
	if c, _ := survey.Channel("nightly"); c.Attested != (model.Attested{Found: 15, Expected: 16}) {
		t.Errorf("nightly has %+v, want 15 of 16", c.Attested)
	}
	if c, _ := survey.Channel("prod"); c.Attested != (model.Attested{Found: 16, Expected: 16}) || len(c.Incoherent) > 0 {
		t.Errorf("prod has %+v, %v", c.Attested, c.Incoherent)
	}
	for _, release := range survey.Releases {
		if release.Version == "v1.1.0" && !release.Complete() {
			t.Errorf("with all documents read v1.1.0 lacks %v", release.Missing)
		}
	}

	before := r.mark()
	if _, err := s.Confirm(t.Context()); err != nil {
		t.Fatalf("confirming again: %v", err)
	}
	if again := r.since(before); len(again) > 0 {
		t.Errorf("confirming again sent %v", again)
	}
}

func TestConfirmFindsWhatDoesNotPull(t *testing.T) {
	r := newRig(t, "broken-prod")
	s := open(t, r.options(r.Tokens.Read))
	refresh(t, s)
	survey, err := s.Confirm(t.Context())
	if err != nil {
		t.Fatalf("confirming: %v", err)
	}
	if c, _ := survey.Channel("prod"); !slices.Contains(codes(c), model.IncoherentBroken) {
		t.Errorf("prod does not pull, and is said to be %v", codes(c))
	}
}

// One package that cannot be read does not hide the others.
func TestConfirmGoesOn(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	refresh(t, s)
	r.post("faults", []map[string]any{{
		"method": http.MethodGet, "host": "registry", "path": "/containai-base/manifests/", "do": map[string]any{"status": 403, "body": `{"errors":[{"code":"DENIED","message":"denied"}]}`},
	}})
	survey, err := s.Confirm(t.Context())
	if err == nil || !strings.Contains(err.Error(), "containai-base") {
		t.Errorf("what could not be read is not said: %v", err)
	}
	other, _ := survey.Inventory.Package("containai-claude")
	if c, _ := survey.Channel("prod"); other.Snapshot.Manifests[c.Members[2].Digest] == nil {
		t.Error("the others were not read")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Confirm(ctx); err == nil {
		t.Error("a cancelled confirmation is no error")
	}
}

func TestTheTokenIsNamed(t *testing.T) {
	r := newRig(t, "containai")
	for name, c := range map[string]struct{ token, login string }{
		"person":   {r.Tokens.Write, "bob"},
		"workflow": {r.Tokens.Actions, ""},
		"nobody":   {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := r.options(c.token)
			o.APICredentials.Login, o.RegistryCredentials.Login = "", ""
			s := open(t, o)
			before := r.mark()
			refresh(t, s)
			if got := s.Status().Account.Login; got != c.login {
				t.Errorf("the account is %q, want %q", got, c.login)
			}
			refresh(t, s)
			asked := 0
			for _, e := range r.since(before) {
				if e.Path == "/user" {
					asked++
				}
			}
			want := 0
			if c.login != "" {
				want = 1
			}
			if asked != want {
				t.Errorf("GitHub was asked %d times whose token it is, want %d", asked, want)
			}
		})
	}
}
