package present

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestAftermathLines(t *testing.T) {
	a, b := model.DigestOf([]byte("a")), model.DigestOf([]byte("b"))
	good := model.Aftermath{
		Tags:     []model.TagAfter{{Package: "app", Tag: "prod", Want: a, Now: a}},
		Packages: []model.PackageAfter{{Package: "app", Digest: a, Platforms: 2, Resolved: 2, Anonymous: model.AnonymousReadable, Attested: model.Attested{Found: 2, Expected: 2}}},
		Channel:  &model.ChannelState{Name: "prod", Members: []model.ChannelMember{{Package: "app", Digest: a, State: model.MemberOK}}},
	}
	if d := cmp.Diff([]string{"✓ 1 of 1 tags read again and in place", "✓ 2 of 2 platforms are there to be pulled",
		"✓ 1 of 1 packages can be read without a login", "✓ 2 of 2 signed statements are in the registry, not checked",
		"✓ prod is one set: 1 of 1 packages"}, Texts(AftermathLines(good))); d != "" {
		t.Errorf("all in order (-want +got):\n%s", d)
	}
	if !good.Sound() {
		t.Error("what is in order is not sound")
	}
	for name, c := range map[string]struct {
		a    model.Aftermath
		says string
	}{
		"moved since":  {model.Aftermath{Tags: []model.TagAfter{{Package: "app", Tag: "prod", Want: a, Now: b}}}, "app:prod is at " + b.Short()},
		"gone":         {model.Aftermath{Tags: []model.TagAfter{{Package: "app", Tag: "prod", Want: a}}}, "app:prod does not exist"},
		"not pullable": {model.Aftermath{Packages: []model.PackageAfter{{Package: "app", Digest: a, Platforms: 2, Resolved: 1, Anonymous: model.AnonymousReadable}}}, "1 of 2 platforms"},
		"private":      {model.Aftermath{Packages: []model.PackageAfter{{Package: "app", Digest: a, Platforms: -1, Anonymous: model.AnonymousRefused}}}, "refused: app"},
		"not one set":  {model.Aftermath{Channel: &model.ChannelState{Name: "prod", Incoherent: []model.Incoherence{{Code: "drift", Message: "app is not of v1"}}}}, "app is not of v1"},
	} {
		if text := strings.Join(Texts(AftermathLines(c.a)), "\n"); !strings.Contains(text, c.says) || c.a.Sound() {
			t.Errorf("%s: sound %v, %q is not in\n%s", name, c.a.Sound(), c.says, text)
		}
	}
	checked := model.Aftermath{Packages: []model.PackageAfter{
		{Package: "app", Attested: model.Attested{Found: 1, Expected: 1}, Trust: model.TargetTrust{Expected: true, Verdict: model.VerdictVerified}},
		{Package: "worker", Trust: model.TargetTrust{Expected: true, Verdict: model.VerdictFailed, Why: "identity: \x1b[2Jthem"}},
		{Package: "payload", Trust: model.TargetTrust{Expected: true, Why: "no answer in time"}}, {Package: "metadata"}}}
	text := strings.Join(Texts(trustAfter(checked.Packages)), "\n")
	for _, want := range []string{"! 1 of 3 targets are verified", "✗ worker is failed: identity: \uFFFD[2Jthem", "! payload is unchecked"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if checked.Sound() || strings.Contains(strings.Join(Texts(AftermathLines(checked)), "\n"), "not checked") {
		t.Error("a failed target is sound, or what was checked is said not to be")
	}
	unknown := model.Aftermath{Tags: []model.TagAfter{{Package: "app", Tag: "prod", Want: a, Err: errors.New("timeout")}},
		Packages: []model.PackageAfter{{Package: "app", Digest: a, Platforms: -1, Resolved: -1, Anonymous: model.AnonymousUnknown, Attested: model.Attested{Found: -1, Expected: -1}}}}
	text = strings.Join(Texts(AftermathLines(unknown)), "\n")
	for _, want := range []string{"could not be read again", "not known: app", "not counted: app"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if !unknown.Sound() {
		t.Error("what could not be asked speaks against the plan")
	}
}
