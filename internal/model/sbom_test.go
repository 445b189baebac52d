package model

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// part is a component in short: name, version, licence; a purl by name unless
// the name begins with a dash.
func part(name, version, licence string) SBOMComponent {
	c := SBOMComponent{Name: strings.TrimPrefix(name, "-"), Version: version, Type: "library", Key: "library " + strings.ToLower(strings.TrimPrefix(name, "-"))}
	if !strings.HasPrefix(name, "-") {
		c.PURL, c.Ecosystem, c.Key = "pkg:npm/"+name+"@"+version, "npm", "pkg:npm//"+name
	}
	if licence != "" {
		c.Licenses = []string{licence}
	}
	return c
}

func told(d SBOMDiff) []string {
	out := []string{}
	for _, c := range d.Added {
		out = append(out, "+"+c.Name+" "+c.Version)
	}
	for _, c := range d.Removed {
		out = append(out, "-"+c.Name+" "+c.Version)
	}
	for _, c := range d.Changed {
		out = append(out, "~"+c.After.Name+" "+c.Before.Version+" "+c.After.Version)
	}
	for _, c := range d.Licences {
		out = append(out, fmt.Sprintf("!%s %v %v", c.After.Name, c.Before.Licenses, c.After.Licenses))
	}
	return append(out, fmt.Sprintf("=%d", d.Equal))
}

func TestCompareSBOMs(t *testing.T) {
	for name, c := range map[string]struct {
		a, b []SBOMComponent
		want []string
	}{
		"nothing":             {nil, nil, []string{"=0"}},
		"the same":            {[]SBOMComponent{part("a", "1", "MIT")}, []SBOMComponent{part("a", "1", "MIT")}, []string{"=1"}},
		"all of it":           {[]SBOMComponent{part("a", "1", "MIT"), part("b", "1", ""), part("c", "1", "MIT")}, []SBOMComponent{part("a", "2", "GPL-3.0-only"), part("c", "1", "MIT"), part("d", "1", "")}, []string{"+d 1", "-b 1", "~a 1 2", "!a [MIT] [GPL-3.0-only]", "=1"}},
		"only a licence":      {[]SBOMComponent{part("a", "1", "MIT")}, []SBOMComponent{part("a", "1", "")}, []string{"!a [MIT] []", "=0"}},
		"several versions":    {[]SBOMComponent{part("a", "1", ""), part("a", "2", "")}, []SBOMComponent{part("a", "2", ""), part("a", "3", "")}, []string{"~a 1 3", "=1"}},
		"one version more":    {[]SBOMComponent{part("a", "1", "")}, []SBOMComponent{part("a", "1", ""), part("a", "2", "")}, []string{"+a 2", "=1"}},
		"twice the same":      {[]SBOMComponent{part("a", "1", ""), part("a", "1", "")}, []SBOMComponent{part("a", "1", "")}, []string{"=1"}},
		"no purl":             {[]SBOMComponent{part("-a", "1", "")}, []SBOMComponent{part("-a", "2", "")}, []string{"~a 1 2", "=0"}},
		"a purl on one side":  {[]SBOMComponent{part("-A", "1", "")}, []SBOMComponent{part("a", "2", "")}, []string{"~a 1 2", "=0"}},
		"another spelling":    {[]SBOMComponent{part("a", "1", "LicenseRef-proprietary")}, []SBOMComponent{part("a", "1", "Proprietary")}, []string{"=1"}},
		"order of the result": {nil, []SBOMComponent{part("b", "1", ""), part("C", "1", ""), part("a", "1", "")}, []string{"+a 1", "+b 1", "+C 1", "=0"}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, told(CompareSBOMs(c.a, c.b))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// What is added one way is removed the other way, nothing is told twice, and
// the order is always the same.
func TestCompareSBOMsIsFair(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		some := func() []SBOMComponent {
			var out []SBOMComponent
			for range rnd.IntN(12) {
				name := string(rune('a' + rnd.IntN(6)))
				if rnd.IntN(4) == 0 {
					name = "-" + name
				}
				out = append(out, part(name, fmt.Sprint(rnd.IntN(4)), []string{"", "MIT", "BSD"}[rnd.IntN(3)]))
			}
			return out
		}
		a, b := some(), some()
		there, back := CompareSBOMs(a, b), CompareSBOMs(b, a)
		if d := cmp.Diff(there, CompareSBOMs(a, b)); d != "" {
			t.Fatalf("seed %d: another answer:\n%s", seed, d)
		}
		if d := cmp.Diff([]any{there.Added, there.Removed, len(there.Changed), len(there.Licences), there.Equal},
			[]any{back.Removed, back.Added, len(back.Changed), len(back.Licences), back.Equal}); d != "" {
			t.Fatalf("seed %d: the other way:\n%s", seed, d)
		}
		if d := CompareSBOMs(a, a); !d.Empty() {
			t.Fatalf("seed %d: differs from itself: %+v", seed, d)
		}
	}
}

func TestGroupComponents(t *testing.T) {
	list := []SBOMComponent{part("a", "1", "MIT"), part("b", "1", ""), part("c", "1", "BSD"), part("d", "1", "MIT"), part("-e", "1", "Apache-2.0")}
	var got []string
	for _, g := range GroupComponents(list, GroupLicence) {
		got = append(got, fmt.Sprintf("%s %v", g.Name, g.Members))
	}
	if d := cmp.Diff([]string{"MIT [0 3]", "Apache-2.0 [4]", "BSD [2]", " [1]"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if g := GroupComponents(list, GroupEcosystem); len(g) != 2 || g[0].Name != "npm" || g[1].Name != "" {
		t.Errorf("%+v", g)
	}
	if g := GroupComponents(nil, GroupType); g != nil {
		t.Errorf("%+v", g)
	}
}

func root(kind, name, version string) []SBOMComponent {
	return []SBOMComponent{{Type: kind, Name: name, Version: version}}
}

// What an SBOM was found at does not say what it describes.
func TestJudgeSBOM(t *testing.T) {
	image, child, other := DigestOf([]byte("image")), DigestOf([]byte("child")), DigestOf([]byte("other"))
	targets := []AttestationTarget{{Digest: image, Role: RoleSubject}, {Digest: child, Role: RolePlatform, Platform: "amd64"}}
	from := func(k AttestationKind) []AttestationOrigin { return []AttestationOrigin{{Kind: k, Title: "x/y.json"}} }
	for name, c := range map[string]struct {
		kind  VersionKind
		roots []SBOMComponent
		doc   SBOMDocument
		want  SBOMDescribes
		says  string
	}{
		"payload's layer":                 {VersionArtifact, root("directory", "payload", ""), SBOMDocument{Origins: from(FromLayer)}, DescribesPayload, "a file of the artifact pkg: y.json"},
		"payload's, attested to an image": {VersionIndex, root("directory", "out/payload", ""), SBOMDocument{Origins: from(FromGitHub), About: image, Stated: true, Named: true}, DescribesPayload, `the directory "out/payload"`},
		"image's, by its statement":       {VersionIndex, root("container", "ghcr.io/o/i", string(child)), SBOMDocument{Origins: from(FromReferrer), About: child, Platform: "amd64", Stated: true, Named: true, Signed: true}, DescribesImage, "names " + child.Short()},
		"image's by itself":               {VersionIndex, root("container", "ghcr.io/o/i", ""), SBOMDocument{Origins: from(FromCosign), About: image}, DescribesImage, "under the tag"},
		"BuildKit's directory":            {VersionIndex, root("directory", "sbom", ""), SBOMDocument{Origins: from(FromBuildKit), About: child, Platform: "amd64", Stated: true, Named: true}, DescribesImage, "BuildKit put it into the index, for amd64"},
		"another image's":                 {VersionIndex, root("container", "ghcr.io/o/i", string(other)), SBOMDocument{Origins: from(FromCosign), About: image}, DescribesUnknown, "not this digest"},
		"another digest's":                {VersionIndex, root("container", "ghcr.io/o/i", ""), SBOMDocument{Origins: from(FromReferrer), About: image, Stated: true}, DescribesUnknown, "names another digest"},
		"a directory's, loose":            {VersionIndex, root("directory", "src", ""), SBOMDocument{Origins: from(FromCosign), About: image}, DescribesUnknown, `the directory "src"`},
		"no root, hung on an image":       {VersionImage, nil, SBOMDocument{Origins: from(FromReferrer), About: image}, DescribesImage, "names no root"},
		"an image's, in an artifact":      {VersionArtifact, root("container", "ghcr.io/o/i", ""), SBOMDocument{Origins: from(FromFile)}, DescribesImage, "inside a file of the artifact pkg"},
	} {
		t.Run(name, func(t *testing.T) {
			c.doc.Roots = c.roots
			got, evidence := JudgeSBOM(SBOMSubject{Spec: PackageSpec{Name: "pkg"}, Kind: c.kind, Targets: targets}, c.doc)
			if got != c.want || !strings.Contains(strings.Join(evidence, "\n"), c.says) {
				t.Errorf("%s; %q", got, evidence)
			}
		})
	}
}

func TestMergeSBOMs(t *testing.T) {
	doc := func(name string, kind AttestationKind, roots []SBOMComponent) SBOMDocument {
		return SBOMDocument{SBOM: SBOM{Digest: DigestOf([]byte(name)), Roots: roots}, About: DigestOf([]byte("image")), Origins: []AttestationOrigin{{Kind: kind, Source: AttestationSourceName(kind)}}}
	}
	s := SBOMSubject{Kind: VersionIndex, Targets: []AttestationTarget{{Digest: DigestOf([]byte("image"))}}}
	broken := doc("broken", FromCosign, nil)
	broken.Err = errors.New("cut off")
	payload := doc("payload", FromReferrer, root("directory", "payload", ""))
	named := doc("named", FromGitHub, nil)
	named.Stated, named.Named = true, true
	out := MergeSBOMs(s, []SBOMDocument{broken, payload, doc("plain", FromCosign, nil), named, doc("plain", FromReferrer, nil)})
	var order []string
	for _, d := range out {
		order = append(order, fmt.Sprintf("%s %d %v", d.Describes, len(d.Origins), d.Err))
	}
	want := []string{"image 1 <nil>", "image 2 <nil>"}
	if len(out) != 4 || !slices.Equal(order[:2], want) || out[0].Digest != named.Digest {
		t.Errorf("%q", order)
	}
	l := SBOMList{Kind: VersionIndex, Documents: out}
	if l.Best() != 0 {
		t.Errorf("best %d", l.Best())
	}
	l.Documents = []SBOMDocument{broken, func() SBOMDocument { d := payload; d.Describes = DescribesPayload; return d }()}
	if l.Best() != -1 {
		t.Error("the payload's SBOM is shown as the image's")
	}
	if l.Kind = VersionArtifact; l.Best() != 1 {
		t.Errorf("of an artifact: best %d", l.Best())
	}
}
