package model

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// rootSays is what the roots of an SBOM tell about what it describes.
type rootSays int

const (
	rootSilent  rootSays = iota
	rootImage            // a container image
	rootPayload          // something that is called the payload
	rootFiles            // a file or directory
	rootOther
)

// SBOMSubject is what JudgeSBOM knows about the version for which documents were
// found.
type SBOMSubject struct {
	Spec    PackageSpec
	Kind    VersionKind
	Targets []AttestationTarget // the subject first
}

// JudgeSBOM says what a document describes and why: by its root and by the
// places in which it was found. Where they contradict each other nobody knows.
func JudgeSBOM(s SBOMSubject, d SBOMDocument) (SBOMDescribes, []string) {
	says, why := rootOf(d.SBOM)
	evidence := []string{why}
	inFiles := false
	for _, o := range d.Origins {
		evidence = append(evidence, s.placeOf(d, o))
		inFiles = inFiles || o.Kind == FromLayer || o.Kind == FromFile
	}
	image := s.Kind == VersionImage || s.Kind == VersionIndex
	if d.Stated {
		evidence = append(evidence, namedOf(d))
	}
	foreign := image && says == rootImage && s.foreign(d.SBOM)
	if foreign {
		evidence = append(evidence, "the image that its root names is not this digest, nor one of its platforms")
	}
	return verdictOf(says, !image || inFiles, d, foreign), compactWords(evidence)
}

func verdictOf(says rootSays, atFiles bool, d SBOMDocument, foreign bool) SBOMDescribes {
	bound := d.Named || slices.ContainsFunc(d.Origins, func(o AttestationOrigin) bool { return o.Kind == FromBuildKit })
	switch {
	case says == rootPayload:
		return DescribesPayload
	case d.Stated && !d.Named:
		return DescribesUnknown
	case says == rootImage && atFiles:
		return DescribesImage // one that travels as a file: its own words are all there is
	case atFiles:
		return DescribesPayload
	case says == rootImage && (bound || !foreign):
		return DescribesImage
	case bound, says == rootSilent:
		return DescribesImage
	}
	return DescribesUnknown
}

// rootOf reads the roots. BuildKit's scanner calls the file system of an image
// a directory, so a directory alone says little.
func rootOf(s SBOM) (rootSays, string) {
	if len(s.Roots) == 0 {
		return rootSilent, "the document names no root"
	}
	r := s.Roots[0]
	what := cmp.Or(r.Type, "root")
	text := fmt.Sprintf("its root is the %s %q", what, cmp.Or(r.Name, r.PURL, r.Ref))
	if n := len(s.Roots) - 1; n > 0 {
		text += fmt.Sprintf(", and %d more", n)
	}
	base := strings.ToLower(path.Base(r.Name))
	switch {
	case r.Type == "container", r.Ecosystem == "oci", r.Ecosystem == "docker":
		return rootImage, text
	case base == "payload" || strings.HasPrefix(base, "payload.") || strings.HasSuffix(base, "-payload"):
		return rootPayload, text
	case slices.Contains([]string{"file", "directory", "archive", "source", "install"}, r.Type), r.Ecosystem == "generic":
		return rootFiles, text
	}
	return rootOther, text
}

// foreign reports whether the roots name digests, and none of them is one of
// the targets.
func (s SBOMSubject) foreign(doc SBOM) bool {
	named := false
	for _, r := range doc.Roots {
		for _, text := range []string{r.Version, r.PURL, r.Name} {
			_, hex, ok := strings.Cut(strings.ReplaceAll(text, "%3A", ":"), digestPrefix)
			if !ok || len(hex) < 64 {
				continue
			}
			d, err := ParseDigest(digestPrefix + hex[:64])
			if err != nil {
				continue
			}
			named = true
			if slices.ContainsFunc(s.Targets, func(t AttestationTarget) bool { return t.Digest == d }) {
				return false
			}
		}
	}
	return named
}

// placeOf says where one origin is.
func (s SBOMSubject) placeOf(d SBOMDocument, o AttestationOrigin) string {
	title := path.Base(o.Title)
	switch o.Kind {
	case FromLayer:
		return fmt.Sprintf("it is a file of the artifact %s: %s", s.Spec.Name, title)
	case FromFile:
		return fmt.Sprintf("it is inside a file of the artifact %s: %s in %s", s.Spec.Name, o.Path, title)
	case FromBuildKit:
		return "BuildKit put it into the index, for " + cmp.Or(d.Platform, d.About.Short())
	case FromCosign:
		return "it lies under the tag " + o.Tag
	case FromGitHub:
		return "GitHub's attestations API has it for " + d.About.Short()
	case FromReferrer:
		return "it refers to " + cmp.Or(d.Platform, d.About.Short()) + " in the registry"
	}
	return "it was found at " + d.About.Short()
}

func namedOf(d SBOMDocument) string {
	signed := "unsigned"
	if d.Signed {
		signed = "signed, not checked"
	}
	if d.Named {
		return fmt.Sprintf("the statement around it (%s) names %s", signed, d.About.Short())
	}
	return fmt.Sprintf("the statement around it (%s) names another digest", signed)
}

// compactWords drops repetitions and keeps the order.
func compactWords(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// MergeSBOMs joins the same document found in several places, judges what each
// describes, and puts them in order: what fits the subject first, what is bound
// to it by a statement before what is not, CycloneDX and SPDX alike.
func MergeSBOMs(s SBOMSubject, found []SBOMDocument) []SBOMDocument {
	at := make(map[Digest]int, len(found))
	var out []SBOMDocument
	for _, d := range found {
		i, seen := at[d.Digest]
		if !seen || d.Digest == "" {
			at[d.Digest] = len(out)
			d.Origins = slices.Clone(d.Origins)
			out = append(out, d)
			continue
		}
		have := &out[i]
		for _, o := range d.Origins {
			if !slices.Contains(have.Origins, o) {
				have.Origins = append(have.Origins, o)
			}
		}
		if d.Named && !have.Named {
			have.About, have.Platform = d.About, d.Platform
		}
		have.Stated, have.Named, have.Signed = have.Stated || d.Stated, have.Named || d.Named, have.Signed || d.Signed
	}
	for i := range out {
		d := &out[i]
		sortOrigins(d.Origins)
		if d.Err == nil {
			d.Describes, d.Evidence = JudgeSBOM(s, *d)
		} else {
			d.Describes = DescribesUnknown
		}
	}
	list := SBOMList{Kind: s.Kind}
	place := func(d SBOMDocument) int {
		return slices.IndexFunc(s.Targets, func(t AttestationTarget) bool { return t.Digest == d.About })
	}
	slices.SortStableFunc(out, func(a, b SBOMDocument) int {
		return cmp.Or(compareBool(list.Fits(b), list.Fits(a)), compareBool(a.Describes == DescribesUnknown, b.Describes == DescribesUnknown),
			compareBool(b.Named, a.Named), compareBool(b.Signed, a.Signed), cmp.Compare(place(a), place(b)), cmp.Compare(a.Digest, b.Digest))
	})
	return out
}
