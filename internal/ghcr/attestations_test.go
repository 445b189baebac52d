package ghcr_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

const slsa = "https://slsa.dev/provenance/v1"

// attested asks about a tag as the simulator has it.
func (r *rig) attested(s *ghcr.Service, name, tag string) model.AttestationList {
	r.t.Helper()
	d, ok := r.World().Resolve(name, tag)
	if !ok {
		r.t.Fatalf("%s:%s is not there", name, tag)
	}
	list, err := s.Attestations(r.t.Context(), name, d)
	if err != nil {
		r.t.Fatalf("asking about %s:%s: %v", name, tag, err)
	}
	return list
}

// signed are the signed ones of a list.
func signed(l model.AttestationList) []model.Attestation {
	return slices.DeleteFunc(slices.Clone(l.Items), func(a model.Attestation) bool { return !a.Signed })
}

func states(l model.AttestationList) string {
	var out []string
	for _, s := range l.Sources {
		out = append(out, string(s.Name)+" "+string(s.State))
	}
	return strings.Join(out, ", ")
}

// The pipeline attests the index of each architecture and not the one that
// prod points to: both are found in both stores, by the platforms they share.
func TestAttestationsOfProd(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	total := 0
	for _, spec := range model.ContainAI().Packages {
		if spec.Role == model.RoleMetadata {
			continue
		}
		tag := "prod"
		if spec.FollowsMetadata {
			tag = "v1.3.0"
		}
		l := r.attested(s, spec.Name, tag)
		want := "github-api found, referrers-api not-supported, fallback-tag found, cosign-tag none, subject "
		if !strings.HasPrefix(states(l), want) {
			t.Errorf("%s: %s", spec.Name, states(l))
		}
		for _, a := range signed(l) {
			if a.PredicateType != slsa || a.Form != model.FormBundle || a.Err != nil || a.NamesNone() {
				t.Errorf("%s: %s %s about %s: %v", spec.Name, a.Form, a.PredicateType, a.About.Short(), a.Err)
			}
			if a.From(model.FromReferrer) && a.From(model.FromGitHub) {
				total++
			}
		}
		if spec.Kind == model.KindImage {
			if n := len(signed(l)); n != 2 {
				t.Errorf("%s: %d signed ones, want one an architecture", spec.Name, n)
			}
			if n := len(l.Items); n != 4 { // and one of BuildKit for each
				t.Errorf("%s: %d in all, want 4", spec.Name, n)
			}
			for _, a := range signed(l) {
				if target, _ := l.Target(a.About); target.Role != model.RoleArchIndex || a.Platform == "" {
					t.Errorf("%s: %+v of platform %q", spec.Name, target, a.Platform)
				}
			}
		}
	}
	if total != 16 {
		t.Errorf("%d attestations are in both stores, want 16", total)
	}
	if l := r.attested(s, "containai-metadata", "prod"); len(l.Items) != 0 || !l.Whole() {
		t.Errorf("metadata: %d found; %s", len(l.Items), states(l))
	}
}

// One entry of the registry was lost; GitHub has what it listed.
func TestAttestationMissingInTheRegistry(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	l := r.attested(s, "containai-proxy", "nightly")
	got := make(map[string]model.StorePresence)
	for _, a := range signed(l) {
		got[a.Platform] = l.InRegistry(a)
		if l.InGitHub(a) != model.StoreHere {
			t.Errorf("%s is not in GitHub's store", a.Platform)
		}
	}
	if got["amd64"] != model.StoreHere || got["arm64"] != model.StoreMissing || len(got) != 2 {
		t.Errorf("in the registry: %v", got)
	}
	// Once somebody has read the bundle's manifest, its subject leads to it.
	versions, _ := r.World().Versions("containai-proxy", false, 0, 0)
	var all []model.Digest
	for _, v := range versions {
		all = append(all, v.Digest)
	}
	if _, err := s.Read(t.Context(), "containai-proxy", all); err != nil {
		t.Fatalf("reading everything: %v", err)
	}
	l = r.attested(s, "containai-proxy", "nightly")
	if _, inRegistry := l.Missing(); inRegistry != 0 || l.Source(model.SourceSubject).Count != 2 {
		t.Errorf("%d missing, subject %+v", inRegistry, l.Source(model.SourceSubject))
	}
}

// A later build of the same commit has taken the tags of build 10: its
// architecture indexes are found by the manifests they hold.
func TestAttestationsOfABuildWithoutTags(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	versions, _ := r.World().Versions("containai-claude", false, 0, 0)
	survey := refresh(t, s)
	tried := 0
	for _, v := range versions {
		raw, mediaType, _ := r.World().Manifest("containai-claude", v.Digest)
		m, err := model.ParseManifest(raw, mediaType)
		if err != nil || len(v.Tags) > 0 || !m.IsIndex() || len(m.Platforms()) != 2 {
			continue
		}
		tried++
		l, err := s.Attestations(t.Context(), "containai-claude", v.Digest)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(signed(l)); n != 2 {
			t.Errorf("%s: %d signed ones, want 2; %v", v.Digest.Short(), n, l.Targets)
		}
	}
	if tried != 1 {
		t.Errorf("%d untagged indexes over both platforms, want build 10's alone (%d versions)", tried, len(pkg(t, survey, "containai-claude").Snapshot.Versions))
	}
}

// A platform's manifest by itself: what attests its index is found too.
func TestAttestationsOfAPlatform(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	prod := r.attested(s, "containai-claude", "prod")
	platform := prod.Targets[1]
	if platform.Role != model.RolePlatform {
		t.Fatalf("targets: %+v", prod.Targets)
	}
	l, err := s.Attestations(t.Context(), "containai-claude", platform.Digest)
	if err != nil {
		t.Fatal(err)
	}
	if len(signed(l)) != 1 {
		t.Errorf("%d signed ones, want that of its architecture: %+v", len(signed(l)), l.Targets)
	}
}

// Files of the payload are attested in GitHub's store; one of the bundles
// travels in the artifact, under the wrong type and an absolute title.
func TestAttestationsOfThePayload(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	l := r.attested(s, "containai-payload", "v1.3.0")
	layers, files := 0, 0
	for _, a := range l.Items {
		target, _ := l.Target(a.About)
		if a.From(model.FromLayer) {
			layers++
			if !a.From(model.FromGitHub) || target.Role != model.RoleLayer || a.Form != model.FormBundle || a.MediaType != model.MediaInToto {
				t.Errorf("layer: %s %s about %s, %v", a.Form, a.MediaType, target.Title, a.Kinds())
			}
		}
		if target.Role == model.RoleLayer {
			files++
			if l.InRegistry(a) == model.StoreMissing {
				t.Errorf("what is about the file %s is called missing in the registry", target.Title)
			}
		}
	}
	if layers != 1 || files != 3 || len(l.Items) != 4 {
		t.Errorf("%d in layers, %d about files, %d in all", layers, files, len(l.Items))
	}
}

// Each source fails by itself and hides nothing of the others.
func TestAttestationSourcesFailByThemselves(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []any
		source model.AttestationSourceName
		kind   error
		others []model.AttestationSourceName
	}{
		{"GitHub down", []any{failing("api", "/attestations/", 500)}, model.SourceGitHub, model.ErrUnreachable,
			[]model.AttestationSourceName{model.SourceFallback, model.SourceBuildKit}},
		{"GitHub refuses", []any{failing("api", "/attestations/", 403)}, model.SourceGitHub, model.ErrForbidden,
			[]model.AttestationSourceName{model.SourceFallback, model.SourceBuildKit}},
		{"fallback tags", []any{failing("registry", "/manifests/sha256-[0-9a-f]+$", 500)}, model.SourceFallback, model.ErrUnreachable,
			[]model.AttestationSourceName{model.SourceGitHub, model.SourceBuildKit}},
		{"cosign tags", []any{failing("registry", "/manifests/sha256-[0-9a-f]+[.]", 503)}, model.SourceCosign, model.ErrUnreachable,
			[]model.AttestationSourceName{model.SourceGitHub, model.SourceFallback, model.SourceBuildKit}},
		{"referrers API", []any{failing("registry", "/referrers/", 429)}, model.SourceReferrers, model.ErrRateLimited,
			[]model.AttestationSourceName{model.SourceGitHub, model.SourceFallback, model.SourceBuildKit}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "containai")
			s := open(t, r.options(r.Tokens.Read))
			r.post("faults", c.faults)
			l := r.attested(s, "containai-claude", "prod")
			got := l.Source(c.source)
			if got.State != model.SourceFailed || !errors.Is(got.Err, c.kind) {
				t.Errorf("%s: %s %v", c.source, got.State, got.Err)
			}
			for _, name := range c.others {
				if o := l.Source(name); o.State != model.SourceFound || o.Err != nil {
					t.Errorf("%s: %s %v", name, o.State, o.Err)
				}
			}
			if l.Whole() || len(signed(l)) != 2 {
				t.Errorf("whole %v, %d signed", l.Whole(), len(signed(l)))
			}
			for _, a := range signed(l) {
				if c.source == model.SourceFallback && l.InRegistry(a) != model.StoreUnknown {
					t.Errorf("in the registry: %s", l.InRegistry(a))
				}
				if c.source == model.SourceGitHub && l.InGitHub(a) != model.StoreUnknown {
					t.Errorf("in GitHub's store: %s", l.InGitHub(a))
				}
			}
		})
	}
}

func failing(host, path string, status int) any {
	return map[string]any{"host": host, "path": path, "do": map[string]any{"status": status}}
}

// The several faces of the referrers API, and of GitHub's empty answer.
func TestAttestationConflicts(t *testing.T) {
	for _, c := range []struct {
		switches map[string]string
		want     model.SourceStatus
	}{
		{map[string]string{"referrers": "404"}, model.SourceNotSupported},
		{map[string]string{"referrers": "303"}, model.SourceNotSupported},
		{map[string]string{"referrers": "406"}, model.SourceNotSupported},
		{map[string]string{"referrers": "empty"}, model.SourceNone},
		{map[string]string{"referrers": "full"}, model.SourceFound},
		{map[string]string{"attestations_empty": "404"}, model.SourceNotSupported},
		{map[string]string{"attestation_bundles": "url"}, model.SourceNotSupported},
		{map[string]string{"attestation_bundles": "both"}, model.SourceNotSupported},
		{map[string]string{"owner_kind": "user"}, model.SourceNotSupported},
	} {
		r := newRig(t, "containai")
		s := open(t, r.options(r.Tokens.Read))
		r.post("switches", c.switches)
		l := r.attested(s, "containai-claude", "prod")
		if got := l.Source(model.SourceReferrers); got.State != c.want {
			t.Errorf("%v: referrers API %s %v", c.switches, got.State, got.Err)
		}
		if !l.Whole() || len(signed(l)) != 2 || len(l.Items) != 4 {
			t.Errorf("%v: %s; %d signed of %d", c.switches, states(l), len(signed(l)), len(l.Items))
		}
		for _, a := range signed(l) {
			if l.InGitHub(a) != model.StoreHere || l.InRegistry(a) != model.StoreHere {
				t.Errorf("%v: GitHub %s, registry %s", c.switches, l.InGitHub(a), l.InRegistry(a))
			}
		}
	}
}

// Without a source repository the owner's whole store is asked, through
// whichever door leads there.
func TestAttestationsOfAnOwner(t *testing.T) {
	for _, kind := range []string{"organization", "user"} {
		r := newRig(t, "containai")
		r.post("switches", map[string]string{"owner_kind": kind})
		o := r.options(r.Tokens.Read)
		o.Layout.Repository = "somebody/Else"
		s := open(t, o)
		d, _ := r.World().Resolve("containai-installer", "prod")
		l, err := s.Attestations(t.Context(), "containai-installer", d)
		if err != nil || l.Source(model.SourceGitHub).State != model.SourceFound {
			t.Errorf("%s: %s %v", kind, states(l), err)
		}
	}
}

// Nothing is read twice, no token leaves its host, and no address that is
// signed stands in the log.
func TestAttestationsAreReadOnce(t *testing.T) {
	r := newRig(t, "containai")
	r.post("switches", map[string]string{"attestation_bundles": "url"})
	o := r.options(r.Tokens.Read)
	log, text := newLog()
	o.Log = log
	s := open(t, o)
	first := r.attested(s, "containai-claude", "prod")
	mark := r.mark()
	second := r.attested(s, "containai-claude", "prod")
	if len(first.Items) != len(second.Items) {
		t.Errorf("%d and then %d", len(first.Items), len(second.Items))
	}
	for _, e := range r.since(mark) {
		if host := r.host(e); host == "blobs" || host == "registry" && e.Method == http.MethodGet && strings.Contains(e.Path, "sha256:") && !strings.Contains(e.Path, "/referrers/") {
			t.Errorf("asked again: %s %s %s", e.Method, host, e.Path)
		}
	}
	for _, e := range r.since(0) {
		if r.host(e) == "blobs" && e.Status >= 300 {
			t.Errorf("the blob host refused %s: %d", e.Path, e.Status) // a credential, or no signature
		}
	}
	for _, secret := range []string{r.Tokens.Read, "sig=", "sig%3D"} {
		if strings.Contains(text.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

// Pages are followed by their cursors.
func TestManyAttestationsOfOneDigest(t *testing.T) {
	r := newRig(t, "containai")
	d, _ := r.World().Resolve("containai-installer", "prod")
	r.addAttestations(d, 75)
	s := open(t, r.options(r.Tokens.Read))
	l, err := s.Attestations(t.Context(), "containai-installer", d)
	if err != nil {
		t.Fatal(err)
	}
	about := 0
	for _, a := range l.Items {
		if a.About == d && a.From(model.FromGitHub) {
			about++
		}
	}
	if about != 76 {
		t.Errorf("%d found, want 76", about)
	}
}

// A registry without GitHub: what it holds is found, the rest is not asked.
func TestAttestationsWithoutAPI(t *testing.T) {
	r := newRig(t, "containai")
	o := r.options(r.Tokens.Read)
	o.API = ""
	s := open(t, o)
	l := r.attested(s, "containai-claude", "prod")
	if l.Source(model.SourceGitHub).State != model.SourceNotAsked || len(signed(l)) != 2 {
		t.Errorf("%s; %d signed", states(l), len(signed(l)))
	}
	for _, a := range signed(l) {
		if l.InGitHub(a) != model.StoreNotAsked {
			t.Errorf("in GitHub's store: %s", l.InGitHub(a))
		}
	}
}

func TestAttestationsOfNothing(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	gone := model.Digest("sha256:" + strings.Repeat("9", 64))
	if _, err := s.Attestations(t.Context(), "containai", gone); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("a digest that is not there: %v", err)
	}
	if _, err := s.Attestations(t.Context(), "a/../b", gone); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("an evil package: %v", err)
	}
	if _, err := s.Attestations(t.Context(), "containai", "prod"); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("no digest: %v", err)
	}
	_ = r.Close()
	d := r.prod["containai"]
	if _, err := s.Attestations(t.Context(), "containai", d); !errors.Is(err, model.ErrUnreachable) {
		t.Errorf("nobody answers: %v", err)
	}
}

// Evil content is found, told for what it is, and hurts nobody.
func TestHostileAttestations(t *testing.T) {
	notRaced(t)
	r := newRig(t, "hostile")
	s := open(t, r.options(r.Tokens.Read))
	l := r.attested(s, "containai-log-forwarder", "v1.3.0")
	if len(l.Items) < 12 {
		t.Errorf("%d found; %s", len(l.Items), states(l))
	}
	broken := 0
	for _, a := range l.Items {
		if a.Err != nil {
			broken++
			if !errors.Is(a.Err, model.ErrMalformed) {
				t.Errorf("%v", a.Err)
			}
		}
	}
	if broken == 0 {
		t.Error("none of the truncated bundles is told")
	}
	for _, name := range []string{"containai", "containai-base", "containai-proxy", "containai-payload", "containai-installer", "containai-metadata"} {
		for _, tag := range r.World().TagNames(name) {
			if d, _ := r.World().Resolve(name, tag); strings.HasPrefix(tag, "malformed-") || tag == "prod" || tag == "dev" || tag == "nightly" {
				if l, err := s.Attestations(t.Context(), name, d); err == nil && len(l.Targets) > 64 {
					t.Errorf("%s:%s: %d targets", name, tag, len(l.Targets))
				}
			}
		}
	}
}

// addAttestations puts n different ones into GitHub's store.
func (r *rig) addAttestations(d model.Digest, n int) {
	for i := range n {
		r.World().AddAttestation(world.Attestation{SubjectDigest: d, RepositoryID: r.World().RepositoryID(), Initiator: "user",
			Bundle: fmt.Appendf(nil, `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"sig":"%d"}]}}`, i)})
	}
}

// hang puts a manifest over layers into the registry, under a tag where one is
// given.
func (r *rig) hang(name, tag string, subject model.Digest, layers ...model.Descriptor) model.Digest {
	r.t.Helper()
	r.World().PutBlob(name, []byte("{}"))
	doc := map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest, "layers": layers,
		"config": model.Descriptor{MediaType: "application/vnd.oci.image.config.v1+json", Digest: model.DigestOf([]byte("{}")), Size: 2}}
	if subject != "" {
		doc["subject"] = model.Descriptor{MediaType: model.MediaOCIIndex, Digest: subject, Size: 1}
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		r.t.Fatal(err)
	}
	d := r.World().PutManifest(name, model.MediaOCIManifest, raw, r.World().Now())
	if tag != "" {
		if err := r.World().SetTag(name, tag, d, r.World().Now()); err != nil {
			r.t.Fatal(err)
		}
	}
	return d
}

func (r *rig) layer(name, mediaType, content string, annotations map[string]string) model.Descriptor {
	r.World().PutBlob(name, []byte(content))
	return model.Descriptor{MediaType: mediaType, Digest: model.DigestOf([]byte(content)), Size: int64(len(content)), Annotations: annotations}
}

// cosign's older forms: each layer of a tag is one attestation.
func TestCosignTags(t *testing.T) {
	r := newRig(t, "containai")
	const name = "containai-claude"
	d := r.prod[name]
	simple := fmt.Sprintf(`{"critical":{"identity":{"docker-reference":"x"},"image":{"docker-manifest-digest":%q},"type":"cosign container image signature"}}`, d)
	payload := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, `{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://cosign.sigstore.dev/attestation/vuln/v1","subject":[{"name":"x","digest":{"sha256":%q}}]}`, d.Hex()))
	signature := func(s string) map[string]string {
		return map[string]string{"dev.cosignproject.cosign/signature": s}
	}
	r.hang(name, d.FallbackTag()+".sig", "", r.layer(name, "application/vnd.dev.cosign.simplesigning.v1+json", simple, signature("one")),
		r.layer(name, "application/vnd.dev.cosign.simplesigning.v1+json", simple, signature("two")))
	r.hang(name, d.FallbackTag()+".att", "", r.layer(name, "application/vnd.dsse.envelope.v1+json",
		fmt.Sprintf(`{"payloadType":"application/vnd.in-toto+json","payload":%q,"signatures":[{"sig":"s"}]}`, payload), signature("")))
	r.hang(name, d.FallbackTag()+".sbom", "", r.layer(name, "text/spdx+json", `{"spdxVersion":"SPDX-2.3"}`, nil))
	l := r.attested(open(t, r.options(r.Tokens.Read)), name, "prod")
	forms := map[model.AttestationForm]int{}
	for _, a := range l.Items {
		if !a.From(model.FromCosign) {
			continue
		}
		forms[a.Form]++
		if a.Err != nil || a.About != d || a.Signed != (a.Form != model.FormSBOM) || a.NamesNone() || l.InGitHub(a) != model.StoreApart {
			t.Errorf("%s about %s, signed %v, GitHub %s: %v", a.Form, a.About.Short(), a.Signed, l.InGitHub(a), a.Err)
		}
	}
	if forms[model.FormSimpleSigning] != 2 || forms[model.FormDSSE] != 1 || forms[model.FormSBOM] != 1 || l.Source(model.SourceCosign).Count != 4 {
		t.Errorf("%v; %+v", forms, l.Source(model.SourceCosign))
	}
}

// What is too large, gone, of another type or about something else is told and
// not hidden, and is not fetched for nothing.
func TestWhatCannotBeReadIsTold(t *testing.T) {
	r := newRig(t, "containai")
	const name = "containai-claude"
	d := r.prod[name]
	huge := model.Descriptor{MediaType: "application/vnd.in-toto+json", Digest: model.DigestOf([]byte("huge")), Size: 1 << 40}
	gone := model.Descriptor{MediaType: "application/vnd.in-toto+json", Digest: model.DigestOf([]byte("gone")), Size: 100}
	lying := model.Descriptor{MediaType: "application/vnd.in-toto+json", Digest: "sha256:../../etc/passwd", Size: 100}
	film := model.Descriptor{MediaType: "video/mp4", Digest: model.DigestOf([]byte("film")), Size: 30 << 20}
	text := r.layer(name, "application/octet-stream", "no attestation at all", nil)
	about := r.layer(name, "application/octet-stream", fmt.Sprintf(`{"_type":"https://in-toto.io/Statement/v1","predicateType":"x","subject":[{"digest":{"sha256":%q}}]}`, model.DigestOf([]byte("other")).Hex()), nil)
	listed := r.hang(name, "", d, huge, gone, lying, film, text, about)
	missing := model.DigestOf([]byte("no such manifest"))
	index, _ := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": []model.Descriptor{
		{MediaType: model.MediaOCIManifest, Digest: listed, Size: 1}, {MediaType: model.MediaOCIManifest, Digest: missing, Size: 1}}})
	at := r.World().PutManifest(name, model.MediaOCIIndex, index, r.World().Now())
	if err := r.World().SetTag(name, d.FallbackTag(), at, r.World().Now()); err != nil {
		t.Fatal(err)
	}
	s := open(t, r.options(r.Tokens.Read))
	mark := r.mark()
	l := r.attested(s, name, "prod")
	kinds := map[error]int{}
	other := 0
	for _, a := range l.Items {
		if a.About == d && a.Err == nil {
			other++
			if !a.NamesNone() {
				t.Errorf("%s about %v", a.PredicateType, a.Subjects)
			}
		}
		for _, kind := range []error{model.ErrTooLarge, model.ErrNotFound, model.ErrInvalid, model.ErrUnsupported, model.ErrMalformed} {
			if errors.Is(a.Err, kind) {
				kinds[kind]++
			}
		}
	}
	if kinds[model.ErrTooLarge] != 1 || kinds[model.ErrNotFound] != 2 || kinds[model.ErrInvalid] != 1 || kinds[model.ErrUnsupported] != 1 || kinds[model.ErrMalformed] != 1 || other != 1 {
		t.Errorf("%v, %d about something else", kinds, other)
	}
	for _, e := range r.since(mark) {
		if strings.Contains(e.Path, string(huge.Digest)) || strings.Contains(e.Path, string(film.Digest)) || strings.Contains(e.Path, "passwd") {
			t.Errorf("asked for %s", e.Path)
		}
	}
}
