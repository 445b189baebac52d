package ghcr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/novotnyllc/caitui/internal/ghcr/archive"
	"github.com/novotnyllc/caitui/internal/ghcr/sbom"
	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of looking into an archive of an artifact.
const (
	// maxArchive is how large an archive may be, compressed, to be fetched for
	// what may be in it: those of scripts and configurations are far smaller.
	maxArchive = 128 << 20
	// maxPicked bounds, in bytes, what is kept of one archive for another look.
	maxPicked = 4 << 20
)

func pickLimits() archive.PickLimits {
	return archive.PickLimits{Bytes: 2 << 30, Entries: 200_000, File: model.MaxAttestation, Files: 100}
}

// artifact is the manifest of an artifact, nil where the subject is none, which
// is told to the source.
func (c *collector) artifact(g *gathered) *model.Manifest {
	m := c.snap.Manifests[c.targets[0].Digest]
	if m == nil || m.IsIndex() || model.ManifestKind(m) != model.VersionArtifact {
		g.say("only artifacts have files of their own")
		return nil
	}
	g.ask()
	return m
}

// askFiles looks into the archives of an artifact for files that look like
// statements, signatures or SBOMs by their names.
func (c *collector) askFiles(ctx context.Context) {
	g := c.sources[model.SourceFile]
	m := c.artifact(g)
	if m == nil {
		return
	}
	archives := 0
	each(m.Layers[:min(len(m.Layers), maxAttestationLayers)], func(l model.Descriptor) {
		if speaks(l) && !packed(l) {
			return
		}
		got, err := c.picked(ctx, l)
		switch {
		case errors.Is(err, model.ErrUnsupported): // no archive
		case err != nil:
			g.fail(fmt.Errorf("looking into %s: %w", fileName(l), err))
		default:
			g.mu.Lock()
			archives++
			g.mu.Unlock()
			c.fromArchive(g, m, l, got)
		}
	})
	if archives == 0 {
		g.say("it has no archive that could be looked into")
	}
}

// packed reports whether a descriptor says of itself that it is an archive or
// compressed.
func packed(l model.Descriptor) bool {
	name := strings.ToLower(path.Base(l.Annotations[model.AnnotationTitle]))
	for _, part := range []string{"tar", "gzip", "zstd"} {
		if strings.Contains(strings.ToLower(l.MediaType), part) {
			return true
		}
	}
	for _, end := range []string{".tar", ".tgz", ".gz", ".zst"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func fileName(l model.Descriptor) string {
	if title := path.Base(l.Annotations[model.AnnotationTitle]); title != "." && title != "/" {
		return model.Sanitize(title)
	}
	return "the file " + l.Digest.Short()
}

// Names that files inside an archive are looked for by.
var (
	sbomNames   = []string{"sbom", "spdx", "cyclonedx", ".cdx.", "bom.json", "bom.xml"}
	signedNames = []string{".intoto.jsonl", ".intoto.json", ".sigstore", ".sigstore.json", ".dsse", "attestation.json", "attestation.jsonl", "provenance.json", "provenance.jsonl"}
)

func mayBeSBOM(name string) bool {
	base := strings.ToLower(path.Base(name))
	for _, part := range sbomNames {
		if strings.Contains(base, part) {
			return true
		}
	}
	return false
}

func mayBeSigned(name string) bool {
	base := strings.ToLower(path.Base(name))
	for _, end := range signedNames {
		if strings.HasSuffix(base, end) {
			return true
		}
	}
	return false
}

// picked reads what may matter out of an archive, once for each archive while
// it is remembered. What is no archive is ErrUnsupported.
func (c *collector) picked(ctx context.Context, l model.Descriptor) (*archive.Selection, error) {
	if _, err := model.ParseDigest(string(l.Digest)); err != nil {
		return nil, err
	}
	if kept, ok := c.s.archives.get(l.Digest); ok {
		return kept, nil
	}
	want := func(name string) bool { return mayBeSBOM(name) || mayBeSigned(name) }
	if l.Size > maxArchive {
		return nil, &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("it has %d bytes, and archives of more than %d are not opened", l.Size, maxArchive),
			Cure: "save it with caitui pull and look into it"}
	}
	body, err := c.opened(ctx, l)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	got, err := archive.Pick(ctx, body, pickLimits(), want)
	if err == nil {
		// Only at its end is the content known to be what the manifest names.
		_, err = io.Copy(io.Discard, body)
	}
	if err != nil {
		return nil, err
	}
	size := 0
	for _, f := range got.Files {
		size += len(f.Body)
	}
	if !c.take(int64(size)) {
		return nil, overBudget()
	}
	if size <= maxPicked {
		c.s.archives.put(l.Digest, got)
	}
	return got, nil
}

// opened is the content of a layer: a small one, which is looked at anyway,
// from the store, a larger one while it arrives.
func (c *collector) opened(ctx context.Context, l model.Descriptor) (io.ReadCloser, error) {
	if l.Size > sniffed {
		return c.s.registry.layer(ctx, c.pkg, l)
	}
	raw, err := c.content(ctx, l)
	return io.NopCloser(bytes.NewReader(raw)), err
}

// fromArchive takes what was picked for what it is. What looks like a statement
// by its name and is none stands among the attestations with the reason.
func (c *collector) fromArchive(g *gathered, m *model.Manifest, l model.Descriptor, got *archive.Selection) {
	if got.Refused > 0 {
		g.say(fmt.Sprintf("%d names in %s are absolute or lead out of it and were not read, such as %s", got.Refused, fileName(l), model.Sanitize(got.Odd[0])))
	}
	subject := c.targets[0]
	inside := make(map[model.Digest]bool, len(got.Files))
	for _, f := range got.Files {
		inside[model.DigestOf(f.Body)] = true
	}
	for _, f := range got.Files {
		origin := model.AttestationOrigin{Kind: model.FromFile, Source: model.SourceFile, Manifest: m.Digest,
			Title: l.Annotations[model.AnnotationTitle], Path: f.Path}
		switch {
		case f.Err != nil:
			g.fail(fmt.Errorf("%s in %s: %w", model.Sanitize(f.Path), fileName(l), f.Err))
			continue
		case sbom.Is(f.Body), mayBeSBOM(f.Path) && !mayBeSigned(f.Path):
			c.bom(subject, origin, f.Body)
			continue
		}
		for _, a := range model.ParseAttestations(f.Body) {
			a.About, a.Platform, a.Origins = subject.Digest, subject.Platform, []model.AttestationOrigin{origin}
			for _, s := range a.Subjects {
				if inside[s.Digest] { // about its neighbour
					a.About = s.Digest
				}
			}
			g.add(c.beside(m, a))
		}
	}
}

// bom keeps an SBOM that stands by itself among the files of an artifact: it is
// nobody's statement.
func (c *collector) bom(about model.AttestationTarget, origin model.AttestationOrigin, raw []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.boms = append(c.boms, model.SBOMDocument{SBOM: model.SBOM{Raw: raw}, About: about.Digest, Platform: about.Platform, Origins: []model.AttestationOrigin{origin}})
}
