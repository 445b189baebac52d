package ghcr

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/novotnyllc/caitui/internal/ghcr/sbom"
	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of reading what manifests hold.
const (
	maxAttestationLayers = 64
	// sniffed is up to how many bytes a layer is read whatever its type says:
	// an attestation under a wrong type must not hide.
	sniffed = 1 << 20
)

// Annotations beside content.
const (
	annotationSignature  = "dev.cosignproject.cosign/signature" // base64, cosign's legacy form, as the next four
	annotationCert       = "dev.sigstore.cosign/certificate"
	annotationChain      = "dev.sigstore.cosign/chain"
	annotationRekor      = "dev.sigstore.cosign/bundle"
	annotationTimestamp  = "dev.sigstore.cosign/rfc3161timestamp"
	annotationPredicate  = "dev.sigstore.bundle.predicateType"
	annotationInToto     = "in-toto.io/predicate-type"
	annotationPredicate2 = "predicateType" // cosign's .att
)

// fromManifest reads the attestations that a manifest carries. What cannot be
// read is an attestation too, with the reason, for it is there.
func (c *collector) fromManifest(ctx context.Context, about model.AttestationTarget, origin model.AttestationOrigin, d model.Digest) []model.Attestation {
	origin.Manifest = d
	missing := func(err error) []model.Attestation {
		return []model.Attestation{{Form: model.FormUnknown, Size: -1, About: about.Digest, Platform: about.Platform,
			Origins: []model.AttestationOrigin{origin}, Err: err}}
	}
	m, _, err := c.s.manifest(ctx, c.pkg, d)
	switch {
	case err != nil:
		return missing(err)
	case m.IsIndex():
		return missing(&model.Error{Kind: model.ErrUnsupported, Message: "an index where a manifest with attestations should be"})
	}
	c.learn(m)
	if origin.Hint == "" {
		origin.Hint = m.Annotations[annotationPredicate]
	}
	var out []model.Attestation
	for i, l := range m.Layers {
		if i == maxAttestationLayers {
			out = append(out, missing(&model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("only the first %d of %d layers were read", maxAttestationLayers, len(m.Layers))})...)
			break
		}
		out = append(out, c.fromLayer(ctx, about, origin, l)...)
	}
	return out
}

// fromLayer reads the attestations in one layer.
func (c *collector) fromLayer(ctx context.Context, about model.AttestationTarget, origin model.AttestationOrigin, l model.Descriptor) []model.Attestation {
	origin.Title = l.Annotations[model.AnnotationTitle]
	if hint := cmp.Or(l.Annotations[annotationInToto], l.Annotations[annotationPredicate2]); hint != "" {
		origin.Hint = hint
	}
	found := []model.Attestation{{Digest: l.Digest, Form: model.FormUnknown, Size: l.Size}}
	raw, err := c.content(ctx, l)
	if err != nil {
		found[0].Err = err
	} else {
		found = model.ParseAttestations(raw)
	}
	for i := range found {
		a := &found[i]
		a.MediaType, a.About, a.Platform = l.MediaType, about.Digest, about.Platform
		a.Origins = []model.AttestationOrigin{origin}
		a.SignedBy(signingMaterial(l.Annotations))
	}
	return found
}

// signingMaterial is what cosign's older forms keep beside a layer.
func signingMaterial(annotations map[string]string) model.SigningMaterial {
	return model.SigningMaterial{
		Signature: annotations[annotationSignature], Certificate: annotations[annotationCert], Chain: annotations[annotationChain],
		Bundle: annotations[annotationRekor], Timestamp: annotations[annotationTimestamp],
	}
}

// content reads a layer, once ever and with all caps.
func (c *collector) content(ctx context.Context, l model.Descriptor) ([]byte, error) {
	if _, err := model.ParseDigest(string(l.Digest)); err != nil {
		return nil, err
	}
	switch {
	case l.Size > model.MaxAttestation:
		return nil, &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("the content has %d bytes, more than the %d that are read", l.Size, model.MaxAttestation)}
	case l.Size > sniffed && !speaks(l):
		return nil, &model.Error{Kind: model.ErrUnsupported, Message: "large content of another type, which was not read"}
	case !c.take(l.Size):
		return nil, overBudget()
	}
	kept, err := c.s.content(ctx, c.pkg, l.Digest, func(ctx context.Context) (store.Content, error) {
		got, err := c.s.registry.blob(ctx, c.pkg, l.Digest, min(max(l.Size, 0)+1, model.MaxAttestation))
		got.MediaType = l.MediaType
		return got, err
	})
	return kept.Body, err
}

// speaks reports whether a descriptor says of itself that an attestation may
// be behind it.
func speaks(l model.Descriptor) bool {
	name := strings.ToLower(path.Base(l.Annotations[model.AnnotationTitle]))
	for _, part := range []string{"json", "in-toto", "intoto", "dsse", "sigstore", "attestation", "spdx", "cyclonedx"} {
		if strings.Contains(strings.ToLower(l.MediaType), part) || strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// askBuildKit reads the unsigned statements that BuildKit puts into an index
// (moby/buildkit, docs/attestations/attestation-storage.md).
func (c *collector) askBuildKit(ctx context.Context) {
	g := c.sources[model.SourceBuildKit]
	g.say("only indexes have such entries")
	type entry struct {
		target model.AttestationTarget
		digest model.Digest
	}
	var entries []entry
	seen := make(map[model.Digest]bool)
	for _, t := range c.about() {
		m := c.snap.Manifests[t.Digest]
		if m == nil || !m.IsIndex() {
			continue
		}
		g.ask()
		g.say("")
		for _, d := range m.Manifests {
			if !d.BuildxAttestation() || seen[d.Digest] {
				continue
			}
			if seen[d.Digest] = true; len(entries) == maxListed {
				g.fail(tooManyEntries(t.Digest))
				break
			}
			entries = append(entries, entry{c.described(d), d.Digest})
		}
	}
	each(entries, func(e entry) {
		items := c.fromManifest(ctx, e.target, model.AttestationOrigin{Kind: model.FromBuildKit, Source: model.SourceBuildKit}, e.digest)
		g.add(items...)
	})
}

// described is the target that an entry of BuildKit says it is about.
func (c *collector) described(d model.Descriptor) model.AttestationTarget {
	about := model.Digest(d.Annotations[model.AnnotationRefDigest])
	for _, t := range c.targets {
		if t.Digest == about {
			return t
		}
	}
	if _, err := model.ParseDigest(string(about)); err != nil {
		about = c.targets[0].Digest
	}
	return model.AttestationTarget{Digest: about}
}

// askLayers looks into the files of an artifact: an attestation may travel
// beside what it is about.
func (c *collector) askLayers(ctx context.Context) {
	g := c.sources[model.SourceLayer]
	subject := c.targets[0]
	m := c.artifact(g)
	if m == nil {
		return
	}
	each(m.Layers[:min(len(m.Layers), maxAttestationLayers)], func(l model.Descriptor) {
		if l.Size > sniffed && !speaks(l) {
			return // an archive as a rule: askFiles looks into it
		}
		if raw, err := c.content(ctx, l); err == nil && (sbom.Is(raw) || mayBeSBOM(l.Annotations[model.AnnotationTitle]) && speaks(l) && !mayBeSigned(l.Annotations[model.AnnotationTitle])) {
			c.bom(subject, model.AttestationOrigin{Kind: model.FromLayer, Source: model.SourceLayer, Manifest: m.Digest, Title: l.Annotations[model.AnnotationTitle]}, raw)
			return
		}
		for _, a := range c.fromLayer(ctx, subject, model.AttestationOrigin{Kind: model.FromLayer, Source: model.SourceLayer}, l) {
			switch {
			case a.Raw == nil && speaks(l):
				g.add(a) // may be one
			case a.Raw == nil:
				g.fail(a.Err)
			case a.Form != model.FormUnknown && a.Form != model.FormSBOM, claims(l):
				g.add(c.beside(m, a))
			}
		}
	})
}

// claims reports whether a layer's type says that it is an attestation.
func claims(l model.Descriptor) bool {
	return l.MediaType == model.MediaInToto || strings.HasPrefix(l.MediaType, model.MediaBundlePrefix) || strings.Contains(l.MediaType, "dsse")
}

// beside makes an attestation in an artifact one about the file beside it that
// it names.
func (c *collector) beside(m *model.Manifest, a model.Attestation) model.Attestation {
	for _, l := range m.Layers {
		if !a.Names(m.Digest) && a.Names(l.Digest) {
			a.About = l.Digest
			return a
		}
	}
	return a
}

// compareFound is an order for what came side by side.
func compareFound(a, b model.Attestation) int {
	return cmp.Or(cmp.Compare(a.About, b.About), cmp.Compare(a.Digest, b.Digest), cmp.Compare(manifestOf(a), manifestOf(b)))
}

func manifestOf(a model.Attestation) model.Digest {
	if len(a.Origins) == 0 {
		return ""
	}
	return a.Origins[0].Manifest
}

func tooManyEntries(d model.Digest) error {
	return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("more than %d entries speak of %s: the others were not read", maxListed, d.Short())}
}
