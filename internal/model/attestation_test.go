package model

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const slsaType = "https://slsa.dev/provenance/v1"

func aDigest(name string) Digest { return DigestOf([]byte(name)) }

func aStatement(predicateType string, about ...Digest) string {
	var subjects []string
	for _, d := range about {
		subjects = append(subjects, fmt.Sprintf(`{"name":"n","digest":{"sha256":%q,"sha512":"x"}}`, d.Hex()))
	}
	return fmt.Sprintf(`{"_type":"https://in-toto.io/Statement/v1","subject":[%s],"predicateType":%q,"predicate":{"a":1}}`, strings.Join(subjects, ","), predicateType)
}

func aBundle(statement, sig string) string {
	return fmt.Sprintf(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"certificate":{"rawBytes":"AA=="}},"dsseEnvelope":{"payload":%q,"payloadType":"application/vnd.in-toto+json","signatures":[{"sig":%q}]}}`,
		base64.StdEncoding.EncodeToString([]byte(statement)), sig)
}

func TestParseAttestations(t *testing.T) {
	about := aDigest("about")
	good := aStatement(slsaType, about)
	envelope := fmt.Sprintf(`{"payload":%q,"payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"s"}]}`, base64.URLEncoding.EncodeToString([]byte(good)))
	for name, c := range map[string]struct {
		raw    string
		form   AttestationForm
		signed bool
		states string
		bad    bool
	}{
		"bundle":                   {aBundle(good, "s"), FormBundle, true, slsaType, false},
		"bundle without sig":       {aBundle(good, ""), FormBundle, false, slsaType, false},
		"bundle, newline":          {aBundle(good, "s") + "\n", FormBundle, true, slsaType, false},
		"envelope":                 {envelope, FormDSSE, true, slsaType, false},
		"statement":                {good, FormStatement, false, slsaType, false},
		"statement of old":         {strings.Replace(good, "Statement/v1", "Statement/v0.1", 1), FormStatement, false, slsaType, false},
		"statement, evil type":     {strings.Replace(good, "https://in-toto.io/Statement/v1", "evil", 1), FormStatement, false, slsaType, false},
		"no predicate type":        {`{"_type":"https://in-toto.io/Statement/v1","subject":[]}`, FormStatement, false, "", true},
		"subjects of another sort": {`{"_type":"https://in-toto.io/Statement/v1","subject":7,"predicateType":"x"}`, FormStatement, false, "x", true},
		"simple signing": {fmt.Sprintf(`{"critical":{"identity":{"docker-reference":"ghcr.io/a/b"},"image":{"docker-manifest-digest":%q},"type":"cosign container image signature"},"optional":null}`, about),
			FormSimpleSigning, false, "", false},
		"simple signing of nothing": {`{"critical":{"image":{"docker-manifest-digest":"sha256:x"}}}`, FormSimpleSigning, false, "", true},
		"message signature": {fmt.Sprintf(`{"mediaType":"application/vnd.dev.sigstore.bundle+json;version=0.1","verificationMaterial":{},"messageSignature":{"messageDigest":{"algorithm":"SHA2_256","digest":%q},"signature":"c2ln"}}`,
			base64.StdEncoding.EncodeToString(mustHex(t, about))), FormBundle, true, "", false},
		"payload is no base64":  {`{"payload":"$$$","payloadType":"x","signatures":[]}`, FormDSSE, false, "", true},
		"payload is no JSON":    {`{"payload":"aGVsbG8=","payloadType":"x","signatures":[{"sig":"s"}]}`, FormDSSE, true, "", true},
		"bundle without either": {`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}`, FormBundle, false, "", true},
		"CycloneDX":             {`{"bomFormat":"CycloneDX","specVersion":"1.6"}`, FormSBOM, false, "", false},
		"SPDX":                  {`{"spdxVersion":"SPDX-2.3"}`, FormSBOM, false, "", false},
		"SPDX 3":                {`{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}`, FormSBOM, false, "", false},
		"capital letters":       {strings.Replace(good, "predicateType", "PredicateType", 1), FormStatement, false, "", true},
		"truncated":             {aBundle(good, "s")[:100], FormUnknown, false, "", true},
		"empty":                 {"", FormUnknown, false, "", true},
		"no JSON":               {"\x1b[2J", FormUnknown, false, "", true},
		"a list":                {"[1,2]", FormUnknown, false, "", true},
		"null":                  {"null", FormUnknown, false, "", true},
		"any object":            {`{"a":1}`, FormUnknown, false, "", true},
		"too deep":              {strings.Repeat(`{"a":`, 600) + "1" + strings.Repeat("}", 600), FormUnknown, false, "", true},
		"deep in the payload":   {aBundle(`{"predicateType":"x","predicate":`+strings.Repeat("[", 600)+strings.Repeat("]", 600)+"}", "s"), FormBundle, true, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			list := ParseAttestations([]byte(c.raw))
			if len(list) != 1 {
				t.Fatalf("%d attestations", len(list))
			}
			a := list[0]
			if a.Form != c.form || a.Signed != c.signed || a.PredicateType != c.states || (a.Err != nil) != c.bad {
				t.Errorf("%s, signed %v, %q, %v", a.Form, a.Signed, a.PredicateType, a.Err)
			}
			if a.Err != nil && !errors.Is(a.Err, ErrMalformed) {
				t.Errorf("not told as malformed: %v", a.Err)
			}
			if a.Digest != DigestOf([]byte(c.raw)) || a.Size != int64(len(c.raw)) || string(a.Raw) != c.raw {
				t.Errorf("%s of %d bytes", a.Digest, a.Size)
			}
			if a.Err == nil && a.Form != FormSBOM && !a.Names(about) {
				t.Errorf("does not name its subject: %v", a.Subjects)
			}
		})
	}
}

func mustHex(t *testing.T, d Digest) []byte {
	t.Helper()
	var sum []byte
	if _, err := fmt.Sscanf(d.Hex(), "%x", &sum); err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestJSONLines(t *testing.T) {
	one, two := aBundle(aStatement(slsaType, aDigest("a")), "s"), aBundle(aStatement("https://spdx.dev/Document", aDigest("a")), "s")
	list := ParseAttestations([]byte(one + "\n" + two + "\n" + `{"cut":`))
	if len(list) != 3 || list[0].PredicateType != slsaType || list[1].PredicateType != "https://spdx.dev/Document" || list[2].Err == nil {
		t.Errorf("%+v", list)
	}
	if list[0].Digest != DigestOf([]byte(one)) {
		t.Error("a line's digest is not that of the line")
	}
	if n := len(ParseAttestations([]byte(strings.Repeat(`{"a":1}`+"\n", 1000)))); n != maxStatements+1 {
		t.Errorf("%d of a thousand lines", n)
	}
}

// The same content is one attestation however it is written, and everything
// else is not.
func TestMergeByContent(t *testing.T) {
	about := aDigest("a")
	text := aBundle(aStatement(slsaType, about), "s")
	var doc map[string]any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	rewritten, _ := json.MarshalIndent(doc, "", "  ")
	targets := []AttestationTarget{{Digest: about, Role: RoleSubject, Platform: "amd64"}, {Digest: aDigest("b"), Role: RolePlatform}}
	from := func(raw string, about Digest, o AttestationOrigin) Attestation {
		a := ParseAttestations([]byte(raw))[0]
		a.About, a.Origins = about, []AttestationOrigin{o}
		return a
	}
	github := AttestationOrigin{Kind: FromGitHub, Source: SourceGitHub}
	layer := AttestationOrigin{Kind: FromLayer, Source: SourceLayer, Manifest: aDigest("m"), Title: "x.jsonl"}
	tag := AttestationOrigin{Kind: FromReferrer, Source: SourceFallback, Manifest: aDigest("n")}
	other := strings.Replace(text, `"sig":"s"`, `"sig":"t"`, 1)
	material := strings.Replace(text, `"AA=="`, `"AB=="`, 1)
	items := []Attestation{
		from(string(rewritten), about, github), from(text+"\n", about, layer), from(text, targets[1].Digest, tag),
		from(other, about, github), from(material, about, github), from(text, about, tag),
	}
	list := MergeAttestations(items, targets)
	if len(list) != 3 {
		t.Fatalf("%d attestations, want 3", len(list))
	}
	i := slices.IndexFunc(list, func(a Attestation) bool { return len(a.Origins) > 1 })
	got := list[i]
	if d := cmp.Diff([]AttestationOrigin{github, tag, layer}, got.Origins); d != "" {
		t.Error(d)
	}
	if got.Digest != DigestOf([]byte(text+"\n")) && got.Digest != DigestOf([]byte(text)) {
		t.Error("the digest is not one that the registry knows")
	}
	if got.About != about || !slices.Equal(got.Also, []Digest{targets[1].Digest}) || got.Platform != "amd64" {
		t.Errorf("about %s and %v, %q", got.About.Short(), got.Also, got.Platform)
	}
	if d := cmp.Diff([]AttestationKind{FromGitHub, FromReferrer, FromLayer}, got.Kinds()); d != "" {
		t.Error(d)
	}
}

// The outcome does not depend on the order of what was found.
func TestMergeKnowsNoOrder(t *testing.T) {
	targets := []AttestationTarget{{Digest: aDigest("a")}, {Digest: aDigest("b")}}
	var items []Attestation
	for i, source := range AttestationSources() {
		a := ParseAttestations([]byte(aBundle(aStatement(slsaType, aDigest("a")), fmt.Sprint(i%3))))[0]
		a.About, a.Origins = targets[i%2].Digest, []AttestationOrigin{{Kind: FromReferrer, Source: source}}
		items = append(items, a)
	}
	items = append(items, Attestation{Form: FormUnknown, Err: ErrNotFound, About: aDigest("a"), Origins: []AttestationOrigin{{Manifest: aDigest("gone")}}})
	view := func(list []Attestation) (out []string) {
		for _, a := range list {
			out = append(out, fmt.Sprint(a.Digest, a.About, a.Also, a.Origins))
		}
		return out
	}
	want := view(MergeAttestations(items, targets))
	for range len(items) {
		items = append(items[1:], items[0])
		if d := cmp.Diff(want, view(MergeAttestations(items, targets))); d != "" {
			t.Fatal(d)
		}
	}
}

// Two signers of the same bytes are two.
func TestSignaturesBesideTheContent(t *testing.T) {
	raw := []byte(fmt.Sprintf(`{"critical":{"image":{"docker-manifest-digest":%q}}}`, aDigest("a")))
	var items []Attestation
	for _, sig := range []string{"one", "two", "", "one"} {
		a := ParseAttestations(raw)[0]
		a.SignedBy(SigningMaterial{Signature: sig})
		if a.Signed != (sig != "") {
			t.Errorf("signature %q: signed %v", sig, a.Signed)
		}
		items = append(items, a)
	}
	if n := len(MergeAttestations(items, nil)); n != 3 {
		t.Errorf("%d, want 3", n)
	}
}

func TestStores(t *testing.T) {
	all := func(status SourceStatus) []SourceState {
		var out []SourceState
		for _, name := range AttestationSources() {
			out = append(out, SourceState{Name: name, State: status})
		}
		return out
	}
	with := func(name AttestationSourceName, s SourceState) []SourceState {
		list := all(SourceNone)
		for i := range list {
			if list[i].Name == name {
				s.Name = name
				list[i] = s
			}
		}
		return list
	}
	down := SourceState{State: SourceFailed, Err: ErrUnreachable}
	inGitHub := Attestation{Form: FormBundle, About: "a", Origins: []AttestationOrigin{{Kind: FromGitHub}}}
	inRegistry := Attestation{Form: FormBundle, Origins: []AttestationOrigin{{Kind: FromReferrer}}}
	buildkit := Attestation{Form: FormStatement, Origins: []AttestationOrigin{{Kind: FromBuildKit}}}
	file := Attestation{Form: FormBundle, About: "layer", Origins: []AttestationOrigin{{Kind: FromGitHub}}}
	for name, c := range map[string]struct {
		a                Attestation
		sources          []SourceState
		github, registry StorePresence
	}{
		"lost in the registry":  {inGitHub, all(SourceNone), StoreHere, StoreMissing},
		"not in GitHub":         {inRegistry, all(SourceNone), StoreMissing, StoreHere},
		"GitHub down":           {inRegistry, with(SourceGitHub, down), StoreUnknown, StoreHere},
		"no GitHub":             {inRegistry, with(SourceGitHub, SourceState{State: SourceNotAsked}), StoreNotAsked, StoreHere},
		"registry down":         {inGitHub, with(SourceFallback, down), StoreHere, StoreUnknown},
		"part of it down":       {inGitHub, with(SourceFallback, SourceState{State: SourceFound, Err: ErrUnreachable}), StoreHere, StoreUnknown},
		"BuildKit's":            {buildkit, all(SourceNone), StoreApart, StoreHere},
		"a file's":              {file, all(SourceNone), StoreHere, StoreApart},
		"nothing else is asked": {inGitHub, nil, StoreHere, StoreNotAsked},
	} {
		l := AttestationList{Sources: c.sources, Items: []Attestation{c.a}, Targets: []AttestationTarget{{Digest: "layer", Role: RoleLayer}}}
		if g, r := l.InGitHub(c.a), l.InRegistry(c.a); g != c.github || r != c.registry {
			t.Errorf("%s: GitHub %s, registry %s", name, g, r)
		}
	}
}

// anIndex is an index over children, with its manifest.
func anIndex(t testing.TB, children ...Descriptor) *Manifest {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": MediaOCIIndex, "manifests": children})
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseManifest(raw, "")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func aChild(name, arch string) Descriptor {
	return Descriptor{MediaType: MediaOCIManifest, Digest: aDigest(name), Platform: &Platform{OS: "linux", Architecture: arch}}
}

func TestAttestationTargets(t *testing.T) {
	at := time.Date(2026, 6, 24, 10, 41, 0, 0, time.UTC)
	commit := "sha-" + strings.Repeat("b", 40)
	whole := anIndex(t, aChild("amd", "amd64"), aChild("arm", "arm64"), Descriptor{Digest: aDigest("bx"), Platform: &Platform{OS: "unknown", Architecture: "unknown"}})
	amd, arm := anIndex(t, aChild("amd", "amd64")), anIndex(t, aChild("arm", "arm64"))
	stranger := anIndex(t, aChild("other", "amd64"))
	version := func(d Digest, before time.Duration, tags ...string) Version {
		return Version{Digest: d, Tags: tags, Created: at.Add(-before)}
	}
	referrers := func(d Digest) Version { return version(aDigest("fb"+string(d)), 0, d.FallbackTag()) }
	read := func(list ...*Manifest) map[Digest]*Manifest {
		out := make(map[Digest]*Manifest)
		for _, m := range list {
			out[m.Digest] = m
		}
		return out
	}
	tagged := []Version{version(whole.Digest, 0, "prod", commit), version(amd.Digest, time.Minute, commit+"-amd64"), version(arm.Digest, time.Minute, commit+"-arm64")}
	moved := []Version{version(whole.Digest, 0), version(amd.Digest, time.Hour), version(arm.Digest, 3*time.Hour), version(stranger.Digest, time.Minute),
		referrers(amd.Digest), referrers(arm.Digest), referrers(stranger.Digest)}
	for name, c := range map[string]struct {
		versions []Version
		read     map[Digest]*Manifest
		targets  []Digest
		unread   []Digest
	}{
		"nothing read":       {tagged, nil, []Digest{whole.Digest}, []Digest{whole.Digest}},
		"the index read":     {tagged, read(whole), []Digest{whole.Digest, aDigest("amd"), aDigest("arm")}, []Digest{amd.Digest, arm.Digest}},
		"all read":           {tagged, read(whole, amd, arm), []Digest{whole.Digest, aDigest("amd"), aDigest("arm"), amd.Digest, arm.Digest}, nil},
		"tags moved away":    {moved, read(whole), []Digest{whole.Digest, aDigest("amd"), aDigest("arm")}, []Digest{stranger.Digest, amd.Digest}},
		"a stranger is none": {moved, read(whole, stranger, amd), []Digest{whole.Digest, aDigest("amd"), aDigest("arm"), amd.Digest}, nil},
		"attested itself":    {append(moved, referrers(whole.Digest)), read(whole), []Digest{whole.Digest, aDigest("amd"), aDigest("arm")}, nil},
	} {
		snap := NewSnapshot("p", OriginAPI, at, c.versions).WithManifests(c.read)
		targets, unread, _ := AttestationTargets(ContainAI(), snap, whole.Digest)
		var got []Digest
		for _, target := range targets {
			got = append(got, target.Digest)
		}
		if d := cmp.Diff(c.targets, got); d != "" {
			t.Errorf("%s: targets %s", name, d)
		}
		if d := cmp.Diff(c.unread, unread); d != "" {
			t.Errorf("%s: unread %s", name, d)
		}
	}
}

func TestAttestationTargetsHaveAnEnd(t *testing.T) {
	var many []Descriptor
	for i := range 3000 {
		many = append(many, aChild(fmt.Sprint(i), "amd64"))
	}
	m := anIndex(t, append(many, Descriptor{Digest: "sha256:../../etc/passwd"})...)
	snap := NewSnapshot("p", OriginAPI, time.Time{}, nil).WithManifests(map[Digest]*Manifest{m.Digest: m})
	targets, _, notes := AttestationTargets(ContainAI(), snap, m.Digest)
	if len(targets) != maxTargets || len(notes) != 1 {
		t.Errorf("%d targets, %q", len(targets), notes)
	}
}

func FuzzParseAttestations(f *testing.F) {
	good := aStatement(slsaType, aDigest("a"))
	for _, s := range []string{good, aBundle(good, "s"), aBundle(good, "s")[:200], `{"critical":{"image":{}}}`, "[[[", "{}{}", "\xff", `{"payload":"","payloadType":""}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		list := ParseAttestations(raw)
		if len(list) == 0 {
			t.Fatal("content has vanished")
		}
		for _, a := range list {
			if a.Form == FormUnknown && a.Err == nil || a.Digest != DigestOf(a.Raw) {
				t.Errorf("%+v", a)
			}
			if a.Statement == nil && a.PredicateType != "" {
				t.Error("a predicate type without a statement")
			}
		}
		twice := MergeAttestations(append(slices.Clone(list), list...), nil)
		if once := MergeAttestations(list, nil); len(once) != len(twice) {
			t.Errorf("%d attestations, found twice %d", len(once), len(twice))
		}
	})
}
