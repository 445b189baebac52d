package ghcr_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

func (r *rig) sboms(s *ghcr.Service, name, tag string) model.SBOMList {
	r.t.Helper()
	d, ok := r.World().Resolve(name, tag)
	if !ok {
		r.t.Fatalf("%s:%s is not there", name, tag)
	}
	l, err := s.SBOMs(r.t.Context(), name, d)
	if err != nil {
		r.t.Fatalf("SBOMs of %s:%s: %v", name, tag, err)
	}
	return l
}

func looked(l model.SBOMList) string {
	var out []string
	for _, p := range l.Places {
		text := fmt.Sprintf("%s=%s", p.Name, p.State)
		if p.Count > 0 {
			text += fmt.Sprintf(":%d", p.Count)
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// The payload's SBOM is SPDX under a CycloneDX type, and lies in the tarball
// too: one document with two origins.
func TestSBOMOfThePayload(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	l := r.sboms(s, "containai-payload", "v1.3.0")
	if len(l.Documents) != 1 || l.Best() != 0 || l.IsImage() || !l.Whole() {
		t.Fatalf("%d documents, %s", len(l.Documents), looked(l))
	}
	d := l.Documents[0]
	if d.Format != model.SBOMSPDX || d.SpecVersion != "2.3" || d.Describes != model.DescribesPayload || len(d.Components) != 13 || d.Err != nil {
		t.Errorf("%s %s describes %s, %d components, %v", d.Format, d.SpecVersion, d.Describes, len(d.Components), d.Err)
	}
	if len(d.Origins) != 2 || d.Origins[0].Kind != model.FromLayer || d.Origins[1].Kind != model.FromFile || d.Origins[1].Path != "payload.sbom.json" {
		t.Errorf("origins %+v", d.Origins)
	}
	if len(d.AttestedBy) != 1 {
		t.Errorf("attested by %v", d.AttestedBy)
	}
	if want := "layer=found:1 file=found:1"; !strings.HasSuffix(looked(l), want) {
		t.Errorf("%s", looked(l))
	}
	// A real CycloneDX document is taken as one; a development build has no
	// bundle of it.
	l = r.sboms(s, "containai-payload", "dev-e0927dc")
	if d := l.Documents[0]; d.Format != model.SBOMCycloneDX || d.SpecVersion != "1.6" || len(d.AttestedBy) != 0 {
		t.Errorf("%s %s, attested by %v", d.Format, d.SpecVersion, d.AttestedBy)
	}
	for _, c := range l.Documents[0].Components {
		if c.Name == "" || c.Version == "" || c.PURL == "" || c.Type == "" || len(c.Licenses) != 1 {
			t.Errorf("%+v", c)
		}
	}
}

// An image has none, and every place says so; the payload of its release has.
func TestNoSBOMOfAnImage(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	survey := refresh(t, s)
	l := r.sboms(s, "containai-claude", "prod")
	if len(l.Documents) != 0 || l.Best() != -1 || !l.IsImage() || !l.Whole() || l.Looked() != 7 || len(l.Places) != 9 {
		t.Errorf("%d documents, looked in %d of %d: %s", len(l.Documents), l.Looked(), len(l.Places), looked(l))
	}
	ref, release, ok := survey.PayloadBeside("containai-claude", l.Subject)
	if want, _ := r.World().Resolve("containai-payload", "v1.3.0"); !ok || ref != (model.VersionRef{Package: "containai-payload", Digest: want}) || release.Name != "v1.3.0" {
		t.Errorf("%+v %s %v", ref, release.Name, ok)
	}
	if _, _, ok := survey.PayloadBeside("containai-payload", ref.Digest); ok {
		t.Error("the payload is beside itself")
	}
	// A place that fails is not one that has none.
	s = open(t, r.options(r.Tokens.Read))
	refresh(t, s)
	r.post("faults", []any{failing("api", "/attestations/", 502)})
	l = r.sboms(s, "containai-claude", "prod")
	if l.Places[0].State != model.SourceFailed || l.Whole() || l.Best() != -1 {
		t.Errorf("%s", looked(l))
	}
}

const payloadSPDX = `{"spdxVersion":"SPDX-2.3","documentDescribes":["p"],"packages":[{"name":"payload","SPDXID":"p"},{"name":"x","SPDXID":"q"},{"name":"y","SPDXID":"r"}]}`

const imageSPDX = `{"spdxVersion":"SPDX-2.3","name":"sbom","packages":[{"name":"libc6","SPDXID":"SPDXRef-1","versionInfo":"2.39"}]}`

// An image's own SBOMs: BuildKit's statement, cosign's tags, a referrer.
func TestSBOMsOfAnImage(t *testing.T) {
	r := newRig(t, "containai")
	const name = "containai-claude"
	d := r.prod[name]
	statement := func(about model.Digest, predicate string) string {
		return fmt.Sprintf(`{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","subject":[{"name":"x","digest":{"sha256":%q}}],"predicate":%s}`, about.Hex(), predicate)
	}
	r.hang(name, d.FallbackTag()+".sbom", "", r.layer(name, "text/spdx", "SPDXVersion: SPDX-2.2\nDocumentName: x\nPackageName: musl\nPackageVersion: 1.2\n", nil))
	att := r.hang(name, "", d, r.layer(name, "application/vnd.in-toto+json", statement(d, imageSPDX), nil))
	wrong := r.hang(name, "", d, r.layer(name, "application/vnd.in-toto+json", statement(d, payloadSPDX), nil))
	broken := r.hang(name, "", d, r.layer(name, "application/vnd.in-toto+json", statement(d, `{"hello":"world"}`), nil))
	index, _ := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": []model.Descriptor{
		{MediaType: model.MediaOCIManifest, Digest: att, Size: 1}, {MediaType: model.MediaOCIManifest, Digest: wrong, Size: 1}, {MediaType: model.MediaOCIManifest, Digest: broken, Size: 1}}})
	at := r.World().PutManifest(name, model.MediaOCIIndex, index, r.World().Now())
	if err := r.World().SetTag(name, d.FallbackTag(), at, r.World().Now()); err != nil {
		t.Fatal(err)
	}
	s := open(t, r.options(r.Tokens.Read))
	l := r.sboms(s, name, "prod")
	var got []string
	for _, d := range l.Documents {
		got = append(got, fmt.Sprintf("%s %s %s %v", d.Format, d.Syntax, d.Describes, d.Err != nil))
	}
	want := []string{"spdx json image false", "spdx tag-value image false", "spdx json payload false", "  unknown true"}
	slices.Sort(got[2:])
	slices.Sort(want[2:])
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if d := l.Documents[l.Best()]; !d.Named || d.Components[0].Name != "libc6" {
		t.Errorf("%+v", d)
	}
	for _, place := range []string{"fallback-tag=found:3", "cosign-att-tag=none", "cosign-sbom-tag=found:1"} {
		if !strings.Contains(looked(l), place) {
			t.Errorf("%s is not in %s", place, looked(l))
		}
	}
	other, err := l.Counterpart(model.SBOMDocument{Describes: model.DescribesPayload})
	if err != nil || other.Describes != model.DescribesPayload {
		t.Errorf("%s, %v", other.Describes, err)
	}
}

// tarball is members by name, gzipped; a name with an arrow is a link.
func tarball(t testing.TB, members ...[2]string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, m := range members {
		h := &tar.Header{Name: m[0], Mode: 0o644, Size: int64(len(m[1])), Typeflag: tar.TypeReg}
		body := m[1]
		if to, ok := strings.CutPrefix(body, "-> "); ok {
			h.Typeflag, h.Linkname, h.Size, body = tar.TypeSymlink, to, 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(body))
	}
	_, _ = w.Close(), z.Close()
	return b.String()
}

// What tries to lead out of an archive is told and not read, and what is good
// beside it is found all the same.
func TestArchivesOfStrangers(t *testing.T) {
	r := newRig(t, "containai")
	const name = "containai-payload"
	push := func(content string) model.Digest {
		l := r.layer(name, "application/vnd.x.layer.v1.tar+gzip", content, map[string]string{model.AnnotationTitle: "a/payload.tar.gz"})
		r.World().PutBlob(name, []byte("{}"))
		raw, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest, "artifactType": "application/vnd.x.v1", "layers": []model.Descriptor{l},
			"config": model.Descriptor{MediaType: model.MediaOCIEmpty, Digest: model.DigestOf([]byte("{}")), Size: 2}})
		if err != nil {
			t.Fatal(err)
		}
		return r.World().PutManifest(name, model.MediaOCIManifest, raw, r.World().Now())
	}
	statement := `{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1","subject":[{"name":"x","digest":{"sha256":"` + model.DigestOf([]byte(imageSPDX)).Hex() + `"}}],"predicate":{}}`
	s := open(t, r.options(r.Tokens.Read))
	d := push(tarball(t, [2]string{"./good.sbom.json", imageSPDX}, [2]string{"./good.sbom.json.intoto.jsonl", statement + "\n"}, [2]string{"link.sbom.json", "-> /etc/passwd"},
		[2]string{"../up.sbom.json", imageSPDX}, [2]string{"/abs.txt", "x"}, [2]string{"./dev.sbom.json", `{"sbom":"dev placeholder"}`}, [2]string{"bad.intoto.jsonl", "{"}))
	l, err := s.SBOMs(t.Context(), name, d)
	if err != nil {
		t.Fatal(err)
	}
	place := l.Places[len(l.Places)-1]
	if len(l.Documents) != 2 || l.Best() != 0 || place.State != model.SourceFound || place.Count != 2 || !strings.Contains(place.Note, "2 names in payload.tar.gz") ||
		!strings.Contains(place.Err.Error(), "links are not followed") || l.Whole() {
		t.Errorf("%d documents, %+v", len(l.Documents), place)
	}
	if got := l.Documents[0]; got.Origins[0].Path != "good.sbom.json" || len(got.AttestedBy) != 1 {
		t.Errorf("%+v", got.Origins)
	}
	if !errors.Is(l.Documents[1].Err, model.ErrUnsupported) {
		t.Errorf("the placeholder: %v", l.Documents[1].Err)
	}
	a, err := s.Attestations(t.Context(), name, d)
	if err != nil || len(a.Items) != 2 || a.Items[0].Origins[0].Kind != model.FromFile || a.Source(model.SourceFile).Count != 2 {
		t.Errorf("%+v, %v", a.Items, err)
	}
	for what, c := range map[string]struct {
		content string
		kind    error
	}{
		"a bomb":         {tarball(t, [2]string{"zeros.sbom.json", strings.Repeat("\x00", model.MaxAttestation+1)}), model.ErrTooLarge},
		"a broken one":   {tarball(t, [2]string{"good.sbom.json", imageSPDX})[:60], model.ErrMalformed},
		"no archive":     {"#!/bin/sh\n", nil},
		"many documents": {tarball(t, slices.Repeat([][2]string{{"a.sbom.json", imageSPDX}}, 101)...), model.ErrTooLarge},
	} {
		l, err := s.SBOMs(t.Context(), name, push(c.content))
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		place := l.Places[len(l.Places)-1]
		if c.kind == nil && (place.Err != nil || place.State != model.SourceNone) || c.kind != nil && !errors.Is(place.Err, c.kind) || l.Best() != -1 {
			t.Errorf("%s: %s %v", what, place.State, place.Err)
		}
	}
}
