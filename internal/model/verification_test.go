package model

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// judged builds a list about an index of two platforms, each with an index of
// its own architecture.
func judged(edit func(l *AttestationList)) AttestationList {
	d := func(name string) Digest { return DigestOf([]byte(name)) }
	amd, arm := PlatformRef{d("amd64"), "linux/amd64"}, PlatformRef{d("arm64"), "linux/arm64"}
	l := AttestationList{
		Subject: d("index"), Platforms: []PlatformRef{amd, arm},
		Targets: []AttestationTarget{
			{Digest: d("index"), Role: RoleSubject},
			{Digest: amd.Digest, Role: RolePlatform, Platform: amd.Platform},
			{Digest: arm.Digest, Role: RolePlatform, Platform: arm.Platform},
			{Digest: d("arch-amd64"), Role: RoleArchIndex, Holds: []PlatformRef{amd}},
			{Digest: d("arch-arm64"), Role: RoleArchIndex, Holds: []PlatformRef{arm}},
		},
	}
	for _, name := range AttestationSources() {
		l.Sources = append(l.Sources, SourceState{Name: name, State: SourceNone})
	}
	if edit != nil {
		edit(&l)
	}
	return l
}

// about is a signed statement of provenance with the outcome of a check.
func about(name string, verdict VerdictKind) Attestation {
	d := DigestOf([]byte(name))
	a := Attestation{Signed: true, PredicateType: PredicateSLSA, About: d, Check: Check{Verdict: verdict, LogIndex: -1}}
	switch verdict {
	case VerdictVerified:
		a.Check.Proves = []Digest{d}
	case VerdictFailed:
		a.Check.Step, a.Check.Expected, a.Check.Actual = StepIdentity, "good", "bad"
	case VerdictUnverifiable:
		a.Check.Step, a.Check.Err = StepRoot, errors.New("no root for GitHub, Inc.")
	case VerdictUnchecked, VerdictNone:
	}
	return a
}

func TestJudge(t *testing.T) {
	items := func(list ...Attestation) func(*AttestationList) {
		return func(l *AttestationList) { l.Items = list }
	}
	provenance := Policy{Predicates: []string{PredicateSLSA}}
	for name, c := range map[string]struct {
		edit     func(*AttestationList)
		policy   Policy
		verdict  VerdictKind
		coverage Coverage
		why      string // part of it
		warnings int
	}{
		"itself":            {items(about("index", VerdictVerified)), provenance, VerdictVerified, CoverageDirect, "", 0},
		"through both":      {items(about("arch-amd64", VerdictVerified), about("arch-arm64", VerdictVerified)), provenance, VerdictVerified, CoverageThrough, "", 0},
		"platforms by name": {items(about("amd64", VerdictVerified), about("arm64", VerdictVerified)), provenance, VerdictVerified, CoverageThrough, "", 0},
		"one platform only": {items(about("arch-amd64", VerdictVerified)), provenance, VerdictFailed, CoverageNone, "linux/arm64 is not covered", 0},
		"one fails":         {items(about("arch-amd64", VerdictVerified), about("arch-arm64", VerdictFailed)), provenance, VerdictFailed, CoverageNone, "linux/arm64 is not covered: the attestation about", 0},
		"bad beside good":   {items(about("index", VerdictFailed), about("index", VerdictVerified)), provenance, VerdictVerified, CoverageDirect, "", 1},
		"all bad":           {items(about("index", VerdictFailed)), provenance, VerdictFailed, CoverageNone, "identity: expected good, found bad", 0},
		"no root":           {items(about("index", VerdictUnverifiable)), provenance, VerdictUnverifiable, CoverageNone, "no root for GitHub", 0},
		"nothing":           {nil, provenance, VerdictNone, CoverageNone, "no attestation of type", 0},
		"another type": {func(l *AttestationList) {
			a := about("index", VerdictVerified)
			a.PredicateType = "x"
			l.Items = []Attestation{a}
		}, provenance, VerdictNone, CoverageNone, "no attestation of type", 0},
		"any type": {func(l *AttestationList) {
			a := about("index", VerdictVerified)
			a.PredicateType = "x"
			l.Items = []Attestation{a}
		}, Policy{Predicates: []string{PredicateAny}}, VerdictVerified, CoverageDirect, "", 0},
		"two types, one here": {items(about("index", VerdictVerified)), Policy{Predicates: []string{PredicateSLSA, "y"}}, VerdictNone, CoverageNone, "no attestation of type y", 0},
		"none expected":       {nil, Policy{}, VerdictNone, CoverageNone, "", 0},
		"none expected, bad":  {items(about("index", VerdictFailed)), Policy{}, VerdictNone, CoverageNone, "", 1},
		"not checked":         {items(about("index", VerdictUnchecked)), provenance, VerdictUnchecked, CoverageNone, "found, but not checked", 0},
		"unsigned": {func(l *AttestationList) {
			a := about("index", VerdictVerified)
			a.Signed = false
			l.Items = []Attestation{a}
		}, provenance, VerdictNone, CoverageNone, "no attestation of type", 0},
		"other manifest": {func(l *AttestationList) {
			l.Items = []Attestation{about("arch-amd64", VerdictVerified), about("arch-arm64", VerdictVerified)}
			l.Targets[4].Holds = []PlatformRef{{DigestOf([]byte("rebuilt")), "linux/arm64"}}
		}, provenance, VerdictFailed, CoverageNone, "linux/arm64 is not covered: no attestation about it, and no attested index holds this very manifest", 0},
		"source down": {func(l *AttestationList) { l.Sources[0].State = SourceFailed }, provenance, VerdictUnchecked, CoverageNone, "not every source answered", 0},
		"source down, half": {func(l *AttestationList) {
			l.Sources[0].State = SourceFailed
			l.Items = []Attestation{about("arch-amd64", VerdictVerified)}
		}, provenance, VerdictUnchecked, CoverageNone, "not every source answered", 0},
		"statement names another": {func(l *AttestationList) {
			a := about("index", VerdictVerified)
			a.Check.Proves = nil
			l.Items = []Attestation{a}
		}, provenance, VerdictNone, CoverageNone, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			v := Judge(judged(c.edit), c.policy)
			if v.Verdict != c.verdict || v.Coverage != c.coverage || len(v.Warnings) != c.warnings {
				t.Errorf("%q by %q, %q, warnings %q", v.Verdict, v.Coverage, v.Why(), v.Warnings)
			}
			if !strings.Contains(v.Why(), c.why) || c.why == "" && c.verdict == VerdictVerified && v.Why() != "" {
				t.Errorf("why: %q", v.Why())
			}
		})
	}
}

// The chain goes from what was asked about to what a statement names.
func TestJudgeChains(t *testing.T) {
	v := Judge(judged(func(l *AttestationList) {
		l.Items = []Attestation{about("arch-amd64", VerdictVerified), about("arch-arm64", VerdictVerified)}
	}), Policy{Predicates: []string{PredicateSLSA}})
	want := [][]Digest{
		{DigestOf([]byte("index")), DigestOf([]byte("amd64")), DigestOf([]byte("arch-amd64"))},
		{DigestOf([]byte("index")), DigestOf([]byte("arm64")), DigestOf([]byte("arch-arm64"))},
	}
	for i, link := range v.Links() {
		if !slices.Equal(link.Chain, want[i]) || link.Item != i {
			t.Errorf("chain %d: %v of item %d", i, link.Chain, link.Item)
		}
	}
	if len(v.Links()) != 2 {
		t.Errorf("%d chains", len(v.Links()))
	}
}

func TestPolicyCheck(t *testing.T) {
	good := Policy{Host: "github.com", Repository: "acme/app", Issuer: IssuerGitHub}
	for name, c := range map[string]struct {
		edit func(*Policy)
		want string // part of the error, "" for none
	}{
		"as is":            {func(*Policy) {}, ""},
		"nobody":           {func(p *Policy) { p.Repository = "" }, "who must have signed"},
		"owner only":       {func(p *Policy) { p.Repository, p.Owner = "", "acme" }, ""},
		"identity":         {func(p *Policy) { p.Repository, p.CertIdentity = "", "https://x" }, ""},
		"no issuer":        {func(p *Policy) { p.Issuer = "" }, "issuer"},
		"key":              {func(p *Policy) { *p = Policy{Key: []byte("pem")} }, ""},
		"key and owner":    {func(p *Policy) { p.Key = []byte("pem") }, "both"},
		"key and runner":   {func(p *Policy) { *p = Policy{Key: []byte("pem"), HostedOnly: true} }, "a source or a runner"},
		"two signers":      {func(p *Policy) { p.SignerRepository, p.CertIdentity = "a/b", "https://x" }, "several"},
		"bad repository":   {func(p *Policy) { p.Repository = "app" }, "not a repository"},
		"deep repository":  {func(p *Policy) { p.Repository = "a/b/c" }, "not a repository"},
		"bad workflow":     {func(p *Policy) { p.SignerWorkflows = []string{"release.yml"} }, "not a workflow"},
		"workflow and ref": {func(p *Policy) { p.SignerWorkflows = []string{"a/b/c.yml@refs/heads/main"} }, "not a workflow"},
		"workflow":         {func(p *Policy) { p.SignerWorkflows = []string{"a/b/.github/workflows/c.yml"} }, ""},
		"short commit":     {func(p *Policy) { p.SourceDigest = "abc1234" }, "not a git commit"},
		"bad expression":   {func(p *Policy) { p.CertIdentityRegex = "(" }, "cannot be read"},
		"bad ref":          {func(p *Policy) { p.SourceRefs = []string{"refs/[a"} }, "pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			p := good
			c.edit(&p)
			err := p.Check()
			if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || !errors.Is(err, ErrInvalid) || CureOf(err) == "") {
				t.Errorf("%v", err)
			}
		})
	}
}

// A rule says what it changes and leaves the rest as the layout implies.
func TestPolicyOf(t *testing.T) {
	l := ContainAI()
	p := l.PolicyOf("containai-claude")
	if err := p.Check(); err != nil || !p.Expects(PredicateSLSA) || p.Repository != "novotnyllc/ContainAI" || !p.HostedOnly || len(p.SignerWorkflows) != 1 || len(p.SourceRefs) != 1 {
		t.Errorf("built in: %+v, %v", p, err)
	}
	if m := l.PolicyOf("containai-metadata"); len(m.Predicates) != 0 || m.Check() != nil {
		t.Errorf("metadata: %+v", m)
	}
	l.Policies = []PolicyRule{
		{"containai-c*", Policy{Predicates: []string{"x"}}},
		{"*", Policy{CertIdentity: "https://x", Issuer: "https://y"}},
	}
	if p := l.PolicyOf("containai-claude"); p.Repository != "novotnyllc/ContainAI" || !slices.Equal(p.Predicates, []string{"x"}) {
		t.Errorf("first rule: %+v", p)
	}
	if p := l.PolicyOf("containai"); p.Repository != "" || p.CertIdentity != "https://x" || p.Issuer != "https://y" || !p.Expects(PredicateSLSA) {
		t.Errorf("second rule: %+v", p)
	}
	if a, b := l.PolicyOf("containai").Digest(), l.PolicyOf("containai-base").Digest(); a != b || a == l.PolicyOf("containai-claude").Digest() {
		t.Error("digests do not tell policies apart")
	}
}
