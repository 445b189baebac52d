package sbom

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

const (
	pkg   = "containai-payload"
	image = "containai-claude"
)

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func d(name string) model.Digest { return model.DigestOf([]byte(name)) }

func part(name, version, ecosystem string, licences ...string) model.SBOMComponent {
	return model.SBOMComponent{Ref: "SPDXRef-" + name, Name: name, Version: version, Type: ecosystem, Ecosystem: ecosystem, Licenses: licences,
		PURL: "pkg:" + ecosystem + "/" + name + "@" + version, Key: "pkg:" + ecosystem + "/" + name,
		Hashes: []model.SBOMHash{{Algorithm: "SHA-256", Value: d(name).Hex()}}}
}

func document(name string, components ...model.SBOMComponent) model.SBOMDocument {
	return model.SBOMDocument{SBOM: model.SBOM{Digest: d(name), Format: model.SBOMSPDX, SpecVersion: "2.3", Syntax: "json", Name: "payload",
		Created: time.Date(2026, 6, 24, 10, 43, 9, 0, time.UTC), Tools: []string{"syft-1.38.0"}, Components: components, Raw: []byte(`{"spdxVersion":"SPDX-2.3"}`)},
		Describes: model.DescribesPayload, Evidence: []string{`its root is the directory "payload"`, "it is a file of the artifact containai-payload: payload.sbom.json"},
		Origins: []model.AttestationOrigin{{Kind: model.FromLayer, Source: model.SourceLayer, Title: "x/payload.sbom.json"}}, AttestedBy: []model.Digest{d("bundle")}}
}

func places(found model.SBOMPlaceName, n int) []model.SBOMPlace {
	var out []model.SBOMPlace
	for _, name := range []model.SBOMPlaceName{model.SBOMInGitHub, model.SBOMInReferrers, model.SBOMInFallback, model.SBOMInSubjects,
		model.SBOMInCosignAtt, model.SBOMInCosignTag, model.SBOMInBuildKit, model.SBOMInLayer, model.SBOMInFile} {
		p := model.SBOMPlace{Name: name, State: model.SourceNone}
		switch {
		case name == found:
			p.State, p.Count = model.SourceFound, n
		case name == model.SBOMInReferrers:
			p.State = model.SourceNotSupported
		case found == "" && (name == model.SBOMInLayer || name == model.SBOMInFile):
			p.State, p.Note = model.SourceNotAsked, "only artifacts have files of their own"
		}
		out = append(out, p)
	}
	return out
}

// payload is what the pipeline publishes: v1.3.0, or v1.2.0 before it.
func payload(version string) model.SBOMList {
	parts := []model.SBOMComponent{part("certifi", "2025.11.12", "pypi", "MPL-2.0"), part("codex", "0.93.0", "npm", "Apache-2.0"),
		part("containai", version, "github", "MIT"), part("idna", "3.10", "pypi", "BSD-3-Clause"), part("pyyaml", "6.0.2", "pypi", "MIT"), part("tomli", "2.2.1", "pypi")}
	if version == "v1.2.0" {
		parts[1] = part("codex", "0.88.0", "npm", "MIT")
		parts = append(parts[:3], append(parts[4:], part("urllib3", "2.3.0", "pypi", "MIT"))...)
	}
	return model.SBOMList{Registry: "ghcr.io", Owner: "novotnyllc", Package: pkg, Subject: d(version), Kind: model.VersionArtifact,
		Documents: []model.SBOMDocument{document("sbom "+version, parts...)}, Places: places(model.SBOMInLayer, 1)}
}

// nowhere is an image of which there is none.
func nowhere() model.SBOMList {
	return model.SBOMList{Registry: "ghcr.io", Owner: "novotnyllc", Package: image, Subject: d("image"), Kind: model.VersionIndex, Places: places("", 0)}
}

// several is an image with its own SBOM, one of the payload hung on it, and one
// that cannot be read.
func several() model.SBOMList {
	l := nowhere()
	own := document("own", part("libc6", "2.39", "deb", "LGPL-2.1-only"), part("bash", "5.2", "deb", "GPL-3.0-only"))
	own.Describes, own.Platform, own.AttestedBy = model.DescribesImage, "amd64", nil
	own.Evidence = []string{"BuildKit put it into the index, for amd64"}
	broken := document("broken")
	broken.Err, broken.Describes = &model.Error{Kind: model.ErrMalformed, Message: "the SPDX document cannot be read"}, model.DescribesUnknown
	l.Documents, l.Places = []model.SBOMDocument{own, document("payload", part("tomli", "2.2.1", "pypi", "MIT")), broken}, places(model.SBOMInBuildKit, 3)
	return l
}

// troubled is nothing found, and not every place could be looked into.
func troubled() model.SBOMList {
	l := nowhere()
	l.Places[0].State = model.SourceFailed
	l.Places[0].Err = &model.Error{Kind: model.ErrRateLimited, Message: "GitHub's rate limit is used up until 2026-07-01T12:31:00Z", Cure: "wait until then"}
	return l
}

// hostile is a list in which every text is evil.
func hostile() model.SBOMList {
	evil := "\x1b]0;owned\x07\x1b[2J\u202e v9.9.9 \u009b31m\r\n> ok\x00" + strings.Repeat("漢", 60)
	c := model.SBOMComponent{Ref: evil, Name: evil, Version: evil, PURL: evil, Type: evil, Ecosystem: evil, Licenses: []string{evil, evil}, Supplier: evil, Key: evil, Hashes: []model.SBOMHash{{Algorithm: evil, Value: evil}}}
	doc := document(evil, c, c)
	doc.Tools, doc.Evidence, doc.SpecVersion, doc.Origins[0].Title, doc.Origins[0].Path = []string{evil}, []string{evil}, evil, evil, evil
	l := payload("v1.3.0")
	l.Documents = []model.SBOMDocument{doc, doc}
	l.Places[1].Err, l.Places[2].Note, l.Notes = errors.New(evil), evil, []string{evil}
	return l
}

// survey knows two releases of payload and image.
func survey() model.Survey {
	release := func(name string, built time.Time) model.Release {
		return model.Release{Name: name, Version: name, Built: built, Members: map[string]model.Member{
			pkg: {Digest: d(name)}, image: {Digest: d(map[string]string{"v1.3.0": "image", "v1.2.0": "older image"}[name])}}}
	}
	return model.Survey{Inventory: model.Inventory{Registry: "ghcr.io", Owner: "novotnyllc", Layout: model.ContainAI(), ReadAt: now},
		Releases: []model.Release{release("v1.3.0", now.AddDate(0, 0, -7)), release("v1.2.0", now.AddDate(0, 0, -44))},
		Channels: []model.ChannelState{{Name: "prod", Members: []model.ChannelMember{{Package: pkg, Digest: d("v1.3.0")}}}}}
}

func opened(th theme.Theme, w, h int, l *model.SBOMList) *Pane {
	a := pane.ShowSBOM{Package: pkg, Digest: d("v1.3.0")}
	if l != nil {
		a = pane.ShowSBOM{Package: l.Package, Digest: l.Subject}
	}
	p := New(th, a)
	p.SetFocus(true)
	p.SetSize(w, h)
	p.Update(pane.Surveyed{Survey: survey()})
	if l != nil {
		uitest.Bring(p, pane.Result{To: Name, Value: *l})
	}
	return p
}

func text(p *Pane) string { return uitest.Plain(p.View()) }

// many is a payload with n components.
func many(n int) model.SBOMList {
	l := payload("v1.3.0")
	list := make([]model.SBOMComponent, n)
	for i := range list {
		list[i] = part(fmt.Sprintf("package-%06d", i), fmt.Sprint(i%9), []string{"npm", "pypi", "deb"}[i%3], []string{"MIT", "BSD-3-Clause", "Apache-2.0"}[i%3])
	}
	l.Documents[0].Components = list
	return l
}
