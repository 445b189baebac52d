package attest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

const (
	pkg  = "containai-proxy"
	slsa = "https://slsa.dev/provenance/v1"
)

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func d(name string) model.Digest { return model.DigestOf([]byte(name)) }

func stated(t testing.TB, predicateType, name string, about model.Digest, predicate any) []byte {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"_type": "https://in-toto.io/Statement/v1", "predicateType": predicateType,
		"subject": []any{map[string]any{"name": name, "digest": map[string]string{"sha256": about.Hex()}}}, "predicate": predicate})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func bundle(t testing.TB, statement []byte) []byte {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"mediaType": model.MediaBundlePrefix + ".v0.3+json",
		"verificationMaterial": map[string]any{"certificate": map[string]string{"rawBytes": "MIIC"}},
		"dsseEnvelope": map[string]any{"payloadType": model.MediaInToto, "payload": base64.StdEncoding.EncodeToString(statement),
			"signatures": []any{map[string]string{"sig": "MEUC"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// found is content as a source brings it.
func found(raw []byte, about model.Digest, origins ...model.AttestationOrigin) []model.Attestation {
	var out []model.Attestation
	for _, a := range model.ParseAttestations(raw) {
		a.About, a.Origins = about, origins
		out = append(out, a)
	}
	return out
}

var (
	github   = model.AttestationOrigin{Kind: model.FromGitHub, Source: model.SourceGitHub}
	fallback = model.AttestationOrigin{Kind: model.FromReferrer, Source: model.SourceFallback, Tag: d("arch amd64").FallbackTag(), Manifest: d("referrer")}
	buildkit = model.AttestationOrigin{Kind: model.FromBuildKit, Source: model.SourceBuildKit, Manifest: d("buildx")}
)

func provenance() any {
	return map[string]any{
		"buildDefinition": map[string]any{
			"buildType":          "https://actions.github.io/buildtypes/workflow/v1",
			"externalParameters": map[string]any{"workflow": map[string]string{"ref": "refs/heads/main", "repository": "https://github.com/novotnyllc/ContainAI", "path": ".github/workflows/build-runtime-images.yml"}},
		},
		"runDetails": map[string]any{"metadata": map[string]string{"invocationId": "https://github.com/novotnyllc/ContainAI/actions/runs/4711/attempts/1"}},
	}
}

// list is what the pipeline leaves for a nightly whose arm64 entry was lost.
func list(t testing.TB) model.AttestationList {
	targets := []model.AttestationTarget{
		{Digest: d("index"), Role: model.RoleSubject},
		{Digest: d("amd64"), Role: model.RolePlatform, Platform: "amd64"}, {Digest: d("arm64"), Role: model.RolePlatform, Platform: "arm64"},
		{Digest: d("arch amd64"), Role: model.RoleArchIndex, Platform: "amd64"}, {Digest: d("arch arm64"), Role: model.RoleArchIndex, Platform: "arm64"},
	}
	var items []model.Attestation
	for _, arch := range []string{"amd64", "arm64"} {
		signed := bundle(t, stated(t, slsa, "ghcr.io/novotnyllc/"+pkg, d("arch "+arch), provenance()))
		items = append(items, found(signed, d("arch "+arch), github)...)
		if arch == "amd64" {
			items = append(items, found(signed, d("arch "+arch), fallback)...)
		}
		from := buildkit
		from.Manifest = d("buildx " + arch)
		items = append(items, found(stated(t, "https://slsa.dev/provenance/v0.2", "pkg:docker/"+pkg, d(arch), map[string]any{"builder": map[string]string{"id": "https://github.com"}}), d(arch), from)...)
	}
	return model.AttestationList{Registry: "ghcr.io", Owner: "novotnyllc", Package: pkg, Subject: d("index"), Targets: targets,
		Items: model.MergeAttestations(items, targets),
		Sources: []model.SourceState{
			{Name: model.SourceGitHub, State: model.SourceFound, Count: 2}, {Name: model.SourceReferrers, State: model.SourceNotSupported},
			{Name: model.SourceFallback, State: model.SourceFound, Count: 1}, {Name: model.SourceCosign, State: model.SourceNone},
			{Name: model.SourceSubject, State: model.SourceNone}, {Name: model.SourceBuildKit, State: model.SourceFound, Count: 2},
			{Name: model.SourceLayer, State: model.SourceNotAsked}, {Name: model.SourceFile, State: model.SourceNotAsked},
		}}
}

// troubled is a list of which GitHub's part is missing.
func troubled(t testing.TB) model.AttestationList {
	l := list(t)
	var items []model.Attestation
	for _, a := range l.Items {
		if !a.From(model.FromGitHub) || a.From(model.FromReferrer) {
			if a.From(model.FromGitHub) {
				a.Origins = []model.AttestationOrigin{fallback}
			}
			items = append(items, a)
		}
	}
	l.Items = items
	l.Sources[0] = model.SourceState{Name: model.SourceGitHub, State: model.SourceFailed,
		Err: &model.Error{Kind: model.ErrRateLimited, Message: "GitHub's rate limit is used up until 2026-07-01T12:31:00Z", Cure: "wait until then"}}
	return l
}

// nothing is a list of a version that nobody attested.
func nothing(t testing.TB) model.AttestationList {
	l := list(t)
	l.Items = nil
	for i, s := range l.Sources {
		if s.State == model.SourceFound {
			l.Sources[i] = model.SourceState{Name: s.Name, State: model.SourceNone}
		}
	}
	return l
}

// hostile is a list in which every text is evil.
func hostile(t testing.TB) model.AttestationList {
	evil := "\x1b]0;owned\x07\x1b[2J\u202e v9.9.9 verified \u009b31m\r\n> ok\x00" + strings.Repeat("漢", 60)
	l := list(t)
	bad := []model.AttestationOrigin{{Kind: model.FromReferrer, Source: model.SourceFallback, Tag: evil, Title: evil, Hint: evil, Manifest: model.Digest(evil)}}
	var items []model.Attestation
	for i, raw := range [][]byte{
		bundle(t, stated(t, evil, evil, d("index"), map[string]any{evil: evil})),
		bundle(t, stated(t, slsa, "other", d("something else"), nil)),
		[]byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnv`),
		[]byte("\x1b[2Jnot JSON\x00"), []byte(strings.Repeat(`{"a":`, 3000)),
	} {
		for _, a := range model.ParseAttestations(raw) {
			a.About, a.Origins, a.Platform, a.MediaType = l.Targets[i%5].Digest, bad, evil, evil
			items = append(items, a)
		}
	}
	items = append(items, model.Attestation{Form: model.FormUnknown, Size: -1, About: d("index"), Origins: bad, Err: fmt.Errorf("cannot: %s", evil)})
	l.Items = model.MergeAttestations(items, l.Targets)
	l.Notes = []string{evil}
	l.Sources[3].Err, l.Sources[3].State = fmt.Errorf("%s", evil), model.SourceFailed
	return l
}

// survey names the digest.
func survey() model.Survey {
	layout := model.ContainAI()
	index := d("index")
	snap := model.NewSnapshot(pkg, model.OriginAPI, now, []model.Version{{ID: 1, Digest: index, Tags: []string{"nightly", "sha-08dd3c9" + strings.Repeat("0", 33)}, Created: now}})
	return model.Survey{Inventory: model.Inventory{Registry: "ghcr.io", Owner: "novotnyllc", Layout: layout, ReadAt: now,
		Packages: []model.PackageState{{Spec: layout.Package(pkg), Known: true, Snapshot: snap}}}}
}

// certified are a certificate's fields as GitHub's workflows have them.
func certified(repository string) []model.IdentityField {
	source := "https://github.com/" + repository
	return []model.IdentityField{
		{Name: "SubjectAlternativeName", Value: source + "/.github/workflows/build-runtime-images.yml@refs/heads/main"},
		{Name: "Issuer", Value: model.IssuerGitHub},
		{Name: "RunnerEnvironment", Value: "github-hosted"},
		{Name: "SourceRepositoryURI", Value: source},
		{Name: "SourceRepositoryRef", Value: "refs/heads/main"},
		{Name: "SourceRepositoryDigest", Value: "08dd3c9" + strings.Repeat("0", 33)},
		{Name: "BuildConfigURI", Value: source + "/.github/workflows/build-runtime-images.yml@refs/heads/main"},
	}
}

// judged is a list checked: each signed attestation by what of makes of it.
func judged(l model.AttestationList, of func(a model.Attestation) model.Check) model.Verification {
	items := make([]model.Attestation, len(l.Items))
	copy(items, l.Items)
	for i := range items {
		if items[i].Signed {
			items[i].Check = of(items[i])
		} else {
			items[i].Check = model.Check{Verdict: model.VerdictNone, Step: model.StepRead, LogIndex: -1, Err: fmt.Errorf("expected a signature, found nobody signed it")}
		}
	}
	l.Items = items
	for _, arch := range []string{"amd64", "arm64"} {
		ref := model.PlatformRef{Digest: d(arch), Platform: arch}
		l.Platforms = append(l.Platforms, ref)
		for i := range l.Targets {
			if l.Targets[i].Digest == d("arch "+arch) {
				l.Targets[i].Holds = []model.PlatformRef{ref}
			}
		}
	}
	policy := model.ContainAI().PolicyOf(pkg)
	policy.Commit = "08dd3c9" + strings.Repeat("0", 33)
	v := model.Judge(l, policy)
	v.Roots = []model.TrustRoot{{Digest: d("root"), Instance: model.InstancePublicGood, Origin: "built in"}}
	return v
}

func good(a model.Attestation) model.Check {
	return model.Check{Verdict: model.VerdictVerified, Instance: model.InstancePublicGood, Root: d("root"), Identity: certified("novotnyllc/ContainAI"),
		Timestamps: []model.CheckedTime{{Kind: "transparency-log", Who: "https://rekor.sigstore.dev", At: now.Add(-72 * time.Hour)}},
		LogIndex:   123_456_789, Proves: []model.Digest{a.About}}
}

// bad refuses the attestation of arm64: another repository signed it.
func bad(a model.Attestation) model.Check {
	c := good(a)
	if a.About == d("arch arm64") {
		c.Verdict, c.Step, c.Proves = model.VerdictFailed, model.StepSource, nil
		c.Identity = certified("mallory/ContainAI")
		c.Expected, c.Actual = "https://github.com/novotnyllc/ContainAI", "https://github.com/mallory/ContainAI"
		c.Err = fmt.Errorf("checking the source: %w", fmt.Errorf("failed to verify certificate identity: %w", errors.New("expected SourceRepositoryURI to be novotnyllc, got mallory")))
	}
	return c
}

func noRoot(model.Attestation) model.Check {
	return model.Check{Verdict: model.VerdictUnverifiable, Step: model.StepRoot, Expected: "a root for GitHub, Inc.", LogIndex: -1, Instance: model.InstanceGitHub,
		Identity: certified("novotnyllc/ContainAI"), Err: errors.New("no root for GitHub, Inc. on this machine")}
}

// claimsOther is verified, and its predicate says something else than is proved.
func claimsOther(a model.Attestation) model.Check {
	c := good(a)
	for i, f := range c.Identity {
		if f.Name == "SourceRepositoryRef" {
			c.Identity[i].Value = "refs/heads/other"
		}
	}
	c.Differences = []model.Difference{{Field: "ref", Proved: "refs/heads/other", Claimed: "refs/heads/main"}}
	return c
}
