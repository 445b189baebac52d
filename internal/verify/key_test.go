package verify_test

import (
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

func TestKeys(t *testing.T) {
	key, err := simca.NewKey("release")
	if err != nil {
		t.Fatal(err)
	}
	other, err := simca.NewKey("other")
	if err != nil {
		t.Fatal(err)
	}
	public, github, foreign := instance(simca.PublicGood), instance(simca.GitHub), simca.MustNew(simca.PublicGood, "foreign")
	with := func(k *simca.Key, edit ...func(s *simca.Signing)) simca.Signing {
		return signing(append(edit, func(s *simca.Signing) { s.Key = k })...)
	}
	unlogged := func(s *simca.Signing) { s.Flaw |= simca.Unlogged }
	badSET := func(s *simca.Signing) { s.Flaw |= simca.BadSET }
	second := func(s *simca.Signing) { s.SecondLog = true }
	sbom := simca.Statement("https://spdx.dev/Document", map[string]any{"name": "x"}, about(image))
	elsewhere := build()
	elsewhere.Commit = strings.Repeat("4a", 20)

	demand := func(k *simca.Key) model.Policy { return model.Policy{Key: k.PublicPEM(), Commit: commit} }
	const timeless = "nobody but the holder of the key vouches"
	for name, c := range map[string]struct {
		by      *simca.Instance
		how     simca.Signing
		content []byte
		policy  model.Policy
		want    want
		times   int
		note    string
	}{
		"logged":                  {public, with(key), statement(), demand(key), verified(), 1, ""},
		"second log":              {public, with(key, second), statement(), demand(key), verified(), 1, ""},
		"v0.1":                    {public, with(key, legacy), statement(), demand(key), verified(), 1, "legacy"},
		"not logged":              {public, with(key, unlogged), statement(), demand(key), verified(), 0, timeless},
		"unknown log":             {foreign, with(key), statement(), demand(key), verified(), 0, "a log that no root here knows"},
		"timestamp, no log":       {github, with(key), statement(), demand(key), verified(), 1, ""},
		"bad timestamp, no log":   {github, with(key, func(s *simca.Signing) { s.Flaw |= simca.BadStamp }), statement(), demand(key), verified(), 0, timeless},
		"bad promise":             {public, with(key, badSET), statement(), demand(key), refused(model.StepLog, "promise signed by", "did not sign"), 0, ""},
		"other key":               {public, with(key, unlogged), statement(), demand(other), refused(model.StepSignature, "key of the policy", "does not fit"), 0, ""},
		"other key, logged":       {public, with(key), statement(), demand(other), refused(model.StepLog, "entry", "does not match"), 0, ""},
		"another image":           {public, with(key), statementOf(provenance(build()), about(another)), demand(key), refused(model.StepDigest, string(image), another.Hex()), 1, ""},
		"another commit":          {public, with(key), statementOf(provenance(elsewhere), about(image)), demand(key), refused(model.StepRelease, commit, elsewhere.Commit), 1, ""},
		"nothing about a commit":  {public, with(key), sbom, demand(key), verified(), 1, "nothing in it binds it"},
		"certificate, key wanted": {public, signing(), statement(), demand(key), refused(model.StepIdentity, "a signature by the key sha256:", "a certificate for https://github.com/Acme/App"), 0, ""},
		"key, certificate wanted": {public, with(key), statement(), policy(), refused(model.StepIdentity, "a certificate", "a bare key"), 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := check(t, rootsOfAll(t), found(t, attest(t, c.by, c.content, c.how)), c.policy)
			c.want.hold(t, got)
			if len(got.Timestamps) != c.times || !strings.Contains(strings.Join(got.Notes, "|"), c.note) {
				t.Errorf("%d times, notes %q; want %d and %q", len(got.Timestamps), got.Notes, c.times, c.note)
			}
			if got.Verdict == model.VerdictVerified && (!strings.HasPrefix(got.KeyID, "sha256:") || len(got.Identity) > 0) {
				t.Errorf("key %q, identity %v", got.KeyID, got.Identity)
			}
		})
	}
}

// A signature of an image by a key, as cosign made them before bundles.
func TestKeySignsSimply(t *testing.T) {
	key, err := simca.NewKey("release")
	if err != nil {
		t.Fatal(err)
	}
	a := sig(t, instance(simca.PublicGood), simplePayload(image), func(s *simca.Signing) { s.Key = key })
	verified().hold(t, check(t, rootsOfAll(t), a, model.Policy{Key: key.PublicPEM()}))
	a.Beside.Bundle = ""
	verified().hold(t, check(t, rootsOfAll(t), a, model.Policy{Key: key.PublicPEM()}))
}
