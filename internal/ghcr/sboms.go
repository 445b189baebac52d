package ghcr

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/ghcr/sbom"
	"github.com/novotnyllc/caitui/internal/model"
)

// SBOMs looks for bills of materials about a digest in every place where some
// may be: where attestations are looked for, in the files of an artifact and in
// its archives. The format of each is found by its content. What each describes
// is judged: one that was found at an image need not be the image's.
//
// An error means that the digest is not there or that no source answered; no
// SBOM at all is a list without documents.
func (s *Service) SBOMs(ctx context.Context, pkg string, d model.Digest) (model.SBOMList, error) {
	c, list, err := s.collect(ctx, pkg, d, false)
	if err != nil {
		return model.SBOMList{}, err
	}
	out := model.SBOMList{Registry: list.Registry, Owner: list.Owner, Package: pkg, Subject: d, Notes: list.Notes, Kind: model.VersionUnknown}
	if m := c.snap.Manifests[d]; m != nil {
		out.Kind = model.KindOfManifest(m)
	}
	found := c.boms
	for _, a := range list.Items {
		if doc, ok := documentOf(a); ok {
			found = append(found, doc)
		}
	}
	each(indices(found), func(i int) { found[i] = understood(found[i]) })
	subject := model.SBOMSubject{Spec: s.o.Layout.Package(pkg), Kind: out.Kind, Targets: list.Targets}
	out.Documents = model.MergeSBOMs(subject, found)
	for i := range out.Documents {
		doc := &out.Documents[i]
		for _, a := range list.Items {
			if a.Names(doc.Digest) {
				doc.AttestedBy = append(doc.AttestedBy, a.Digest)
			}
		}
	}
	out.Places = placesOf(list, out.Documents)
	if ctx.Err() != nil {
		return model.SBOMList{}, ctx.Err()
	}
	return out, nil
}

func indices[T any](list []T) []int {
	out := make([]int, len(list))
	for i := range list {
		out[i] = i
	}
	return out
}

// predicateSBOM are the prefixes of predicate types that promise an SBOM
// (in-toto/attestation, spec/predicates/spdx.md and cyclonedx.md).
var predicateSBOM = []string{"https://spdx.dev/Document", "https://cyclonedx.org/bom", "https://cyclonedx.org/schema"}

// documentOf is the SBOM that an attestation holds, not read yet; false where
// there is none and none is promised.
func documentOf(a model.Attestation) (model.SBOMDocument, bool) {
	out := model.SBOMDocument{Origins: a.Origins, About: a.About, Platform: a.Platform, Signed: a.Signed}
	promised := a.Form == model.FormSBOM || slices.ContainsFunc(predicateSBOM, func(p string) bool { return strings.HasPrefix(a.PredicateType, p) }) ||
		slices.ContainsFunc(a.Origins, func(o model.AttestationOrigin) bool { return strings.HasSuffix(o.Tag, ".sbom") })
	switch {
	case a.Statement != nil:
		out.Stated, out.Named = true, !a.NamesNone()
		doc, ok := sbom.Within(a.Statement)
		if !ok && promised {
			out.Err = &model.Error{Kind: model.ErrMalformed, Message: "the statement promises an SBOM, and its predicate is none in a format that caitui knows"}
		}
		out.Raw = doc
		return out, ok || promised
	case sbom.Is(a.Raw):
		out.Raw = a.Raw
		return out, true
	case promised:
		out.Err = cmp.Or(a.Err, error(&model.Error{Kind: model.ErrMalformed, Message: "the content is no SBOM in a format that caitui knows"}))
		return out, true
	}
	return out, false
}

// understood reads a document, which may take long.
func understood(d model.SBOMDocument) model.SBOMDocument {
	if d.Err != nil {
		return d
	}
	read, err := sbom.Read(d.Raw)
	if err != nil {
		d.Digest, d.Err = model.DigestOf(d.Raw), err
		return d
	}
	d.SBOM = *read
	return d
}

// placesOf says of each place what was found there.
func placesOf(list model.AttestationList, docs []model.SBOMDocument) []model.SBOMPlace {
	att := func(o model.AttestationOrigin) bool { return !strings.HasSuffix(o.Tag, ".sbom") }
	every := func(model.AttestationOrigin) bool { return true }
	var out []model.SBOMPlace
	for _, p := range []struct {
		name   model.SBOMPlaceName
		source model.AttestationSourceName
		is     func(model.AttestationOrigin) bool
	}{
		{model.SBOMInGitHub, model.SourceGitHub, every},
		{model.SBOMInReferrers, model.SourceReferrers, every},
		{model.SBOMInFallback, model.SourceFallback, every},
		{model.SBOMInSubjects, model.SourceSubject, every},
		{model.SBOMInCosignAtt, model.SourceCosign, att},
		{model.SBOMInCosignTag, model.SourceCosign, func(o model.AttestationOrigin) bool { return !att(o) }},
		{model.SBOMInBuildKit, model.SourceBuildKit, every},
		{model.SBOMInLayer, model.SourceLayer, every},
		{model.SBOMInFile, model.SourceFile, every},
	} {
		state := list.Source(p.source)
		place := model.SBOMPlace{Name: p.name, State: state.State, Err: state.Err, Note: state.Note}
		for _, d := range docs {
			if slices.ContainsFunc(d.Origins, func(o model.AttestationOrigin) bool { return o.Source == p.source && p.is(o) }) {
				place.Count++
			}
		}
		switch {
		case place.Count > 0:
			place.State = model.SourceFound
		case state.Err != nil:
			place.State = model.SourceFailed
		case state.State == model.SourceFound:
			place.State = model.SourceNone // attestations, and no SBOM among them
		}
		out = append(out, place)
	}
	return out
}
