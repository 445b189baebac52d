package present

import (
	"errors"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestPredicateName(t *testing.T) {
	for uri, want := range map[string]string{
		"https://slsa.dev/provenance/v1":                     "SLSA provenance v1",
		"https://slsa.dev/provenance/v0.2":                   "SLSA provenance v0.2",
		"https://spdx.dev/Document":                          "SPDX SBOM",
		"https://spdx.dev/Document/v2.3":                     "SPDX SBOM v2.3",
		"https://cyclonedx.org/bom/v1.4":                     "CycloneDX SBOM v1.4",
		"https://cosign.sigstore.dev/attestation/vuln/v1":    "vulnerability scan v1",
		"https://slsa.dev/verification_summary/v1":           "SLSA verification summary v1",
		"https://openvex.dev/ns/v0.2.0":                      "OpenVEX v0.2.0",
		"https://sigstore.dev/cosign/sign/v1":                "image signature v1",
		"https://slsa.dev/provenance/../../verified by prod": "https://slsa.dev/provenance/../../verified by prod",
		"https://example.com/other":                          "https://example.com/other",
		"\x1b[2Jevil":                                        "\uFFFD[2Jevil",
	} {
		if got := PredicateName(uri); got != want {
			t.Errorf("%q is %q, want %q", uri, got, want)
		}
	}
	if n := len([]rune(PredicateName(strings.Repeat("x", 70_000)))); n > 201 {
		t.Errorf("a type of %d characters is shown", n)
	}
}

// None, failed, not asked and not supported are different words.
func TestSourceStates(t *testing.T) {
	seen := make(map[string]model.SourceState)
	for _, s := range []model.SourceState{
		{State: model.SourceFound, Count: 2}, {State: model.SourceFound, Count: 2, Err: model.ErrUnreachable}, {State: model.SourceNone},
		{State: model.SourceFailed, Err: model.ErrUnreachable}, {State: model.SourceNotAsked}, {State: model.SourceNotSupported},
	} {
		text := Source(s).String()
		if other, taken := seen[text]; taken || text == "" {
			t.Errorf("%+v and %+v are both %q", s, other, text)
		}
		seen[text] = s
	}
	presences := make(map[string]bool)
	for _, p := range []model.StorePresence{model.StoreHere, model.StoreMissing, model.StoreUnknown, model.StoreNotAsked, model.StoreApart} {
		presences[store(p).String()] = true
	}
	if len(presences) != 5 {
		t.Errorf("the presences are %v", presences)
	}
}

// That nothing was found means something else where somebody could not be
// asked.
func TestNoAttestations(t *testing.T) {
	l := model.AttestationList{Package: "p", Subject: "sha256:0123456789abcdef", Sources: []model.SourceState{
		{Name: model.SourceGitHub, State: model.SourceNone}, {Name: model.SourceFallback, State: model.SourceNone}}}
	if got := NoAttestations(l); !strings.HasPrefix(got, "No attestations about p@0123456789ab") || !strings.Contains(got, "GitHub's API, referrers tag") {
		t.Error(got)
	}
	l.Sources[0] = model.SourceState{Name: model.SourceGitHub, State: model.SourceFailed, Err: errors.New("down")}
	if got := NoAttestations(l); !strings.Contains(got, "is not known: GitHub's API could not be asked") {
		t.Error(got)
	}
}

func TestStatementsAboutSomethingElse(t *testing.T) {
	d := model.DigestOf([]byte("x"))
	a := model.ParseAttestations([]byte(`{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1","subject":[{"digest":{"sha256":"` +
		model.DigestOf([]byte("other")).Hex() + `"}}]}`))[0]
	a.About = d
	l := model.AttestationList{Targets: []model.AttestationTarget{{Digest: d, Role: model.RoleSubject}}}
	if c := Attestation(l, a).Predicate; c.Mark != MarkWarn || !strings.Contains(c.Text, "another digest") {
		t.Errorf("%+v", c)
	}
	a.Subjects[0].Digest = d
	if c := Attestation(l, a).Predicate; c.Mark != MarkNone {
		t.Errorf("%+v", c)
	}
}
