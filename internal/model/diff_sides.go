package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// DiffPart is what one side has for one platform: an image, or with the
// platform "" a version that is no index.
type DiffPart struct {
	Platform string
	Digest   Digest
	Manifest *Manifest    // nil: not read
	Config   *ImageConfig // nil: not read, or not an image
	Err      error        // why something was not read
}

// DiffInput is one of the two things to be compared, as far as it was read.
type DiffInput struct {
	Side     DiffSide
	Manifest *Manifest
	Parts    []DiffPart       // in the order of the index
	Document *ChannelDocument // of metadata artifacts
	Left     []string         // platforms of the index that are not among the parts, for there are too many
}

// LayerSet is an image that layers may be shared with: Digest is what people
// pull, Layers are those of one of its platforms.
type LayerSet struct {
	Package string
	Digest  Digest
	Layers  []Digest
}

// CompareVersions tells what differs between two versions. known are images of
// other packages that layers may come from. No files are compared: the section
// of them says so.
func CompareVersions(a, b DiffInput, known []LayerSet) Diff {
	c := comparison{a: a, b: b, known: known}
	c.match()
	out := Diff{A: a.Side, B: b.Side}
	out.Sections = append(out.Sections, c.manifest())
	if a.Manifest.IsIndex() || b.Manifest.IsIndex() {
		out.Sections = append(out.Sections, c.platforms())
	}
	if !c.artifacts() {
		out.Sections = append(out.Sections, c.config(), c.env(), c.labels(), c.history(), c.layers(), c.unreadFiles(DiffFiles))
	} else {
		out.Sections = append(out.Sections, c.artifactLayers())
	}
	if s := c.attestations(); len(s.Entries) > 0 || s.Equal > 0 {
		out.Sections = append(out.Sections, s)
	}
	if a.Document != nil || b.Document != nil {
		out.Sections = append(out.Sections, c.metadata())
	}
	if c.artifacts() {
		out.Sections = append(out.Sections, c.unreadFiles(DiffPayload))
	}
	return out
}

// comparison is one CompareVersions under way.
type comparison struct {
	a, b  DiffInput
	known []LayerSet
	both  []PartPair // platforms that both sides have
	all   int        // platforms of either side
}

// PartPair is a platform that both sides have.
type PartPair struct {
	Platform string
	A, B     DiffPart
}

// read reports whether both sides' manifests are there.
func (m PartPair) read() bool { return m.A.Manifest != nil && m.B.Manifest != nil }

// configured reports whether both sides' configurations are there.
func (m PartPair) configured() bool { return m.A.Config != nil && m.B.Config != nil }

// match pairs the platforms. A lone image that meets an index is one of the
// index's platforms by its own word.
func (c *comparison) match() {
	if c.a.Manifest.IsIndex() != c.b.Manifest.IsIndex() {
		c.a.Parts, c.b.Parts = named(c.a.Parts), named(c.b.Parts)
	}
	of := make(map[string]DiffPart, len(c.b.Parts))
	for _, p := range c.b.Parts {
		of[p.Platform] = p
	}
	for _, p := range c.a.Parts {
		if q, ok := of[p.Platform]; ok {
			c.both = append(c.both, PartPair{p.Platform, p, q})
		}
	}
	c.all = len(union(platformNames(c.a), platformNames(c.b)))
}

// platformNames are all platforms of a side, read or not.
func platformNames(in DiffInput) []string {
	out := slices.Clone(in.Left)
	for _, p := range in.Parts {
		out = append(out, p.Platform)
	}
	return out
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// mostNamed is how many platforms are named in a sentence about them.
const mostNamed = 5

// leftOut says which platforms are not compared because there are too many, ""
// where none.
func (c *comparison) leftOut() string {
	left := union(c.a.Left, c.b.Left)
	if len(left) == 0 {
		return ""
	}
	return "not compared, for there are too many: " + several(left)
}

// alone says which platforms only one side has, "" where there are none.
func (c *comparison) alone() string {
	x, y := platformNames(c.a), platformNames(c.b)
	alone := slices.DeleteFunc(union(x, y), func(p string) bool { return slices.Contains(x, p) && slices.Contains(y, p) })
	if len(alone) == 0 {
		return ""
	}
	return "not compared, for only one side has it: " + several(alone)
}

// several lists names, of many the first.
func several(names []string) string {
	text := make([]string, 0, mostNamed)
	for _, n := range names[:min(len(names), mostNamed)] {
		text = append(text, orUnnamed(n))
	}
	if more := len(names) - mostNamed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(text, ", "), more)
	}
	return strings.Join(text, ", ")
}

// MatchParts pairs the platforms of two versions, tells how many platforms
// there are altogether, and says which are not paired.
func MatchParts(a, b DiffInput) (both []PartPair, all int, said []string) {
	c := comparison{a: a, b: b}
	c.match()
	if left := c.leftOut(); left != "" {
		said = append(said, left)
	}
	if alone := c.alone(); alone != "" {
		said = append(said, alone)
	}
	return c.both, c.all, said
}

func named(parts []DiffPart) []DiffPart {
	out := slices.Clone(parts)
	for i, p := range out {
		if p.Platform == "" && p.Config != nil {
			out[i].Platform = p.Config.Platform().String()
		}
	}
	return out
}

// artifacts reports whether nothing here is an image to be run.
func (c *comparison) artifacts() bool {
	return !c.a.Manifest.Runs() && !c.b.Manifest.Runs()
}

func (c *comparison) sheet() *sheet { return newSheet(c.all) }

// manifest compares what the manifests say about themselves.
func (c *comparison) manifest() DiffSection {
	s := c.sheet()
	s.platforms = 1
	describeManifest(s, "", c.a.Manifest, c.b.Manifest)
	out := s.section(DiffManifest)
	if !c.a.Manifest.IsIndex() && !c.b.Manifest.IsIndex() {
		return out
	}
	parts := c.sheet()
	unread := []string{unplaced(c.a.Manifest), unplaced(c.b.Manifest)}
	for _, m := range c.both {
		if m.read() {
			describeManifest(parts, m.Platform, m.A.Manifest, m.B.Manifest)
		} else {
			unread = append(unread, m.unread())
		}
	}
	unread = append(unread, c.leftOut())
	children := parts.section(DiffManifest)
	for i, e := range children.Entries {
		if !ofPlatform(e.Path, c.both) { // all platforms agree, and yet it is not the index that says so
			children.Entries[i].Path = "platforms/" + e.Path
		}
	}
	out.Entries = append(out.Entries, children.Entries...)
	out.Equal += children.Equal
	out.Note = notes(unread...)
	return out
}

// unplaced says that an index lists things that run nowhere by its own word.
func unplaced(m *Manifest) string {
	n := 0
	for _, d := range m.Manifests {
		if d.Platform == nil && !d.BuildxAttestation() {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s without a platform not compared", n, plural(n, "manifest"))
}

// ofPlatform reports whether a path begins with one of the platforms.
func ofPlatform(path string, both []PartPair) bool {
	return slices.ContainsFunc(both, func(m PartPair) bool { return m.Platform != "" && strings.HasPrefix(path, m.Platform+"/") })
}

func describeManifest(s *sheet, platform string, a, b *Manifest) {
	add := func(path string, before, after *string, noise bool) {
		s.add(path, fact{platform: platform, before: before, after: after, noise: noise})
	}
	add("media type", unless(a.MediaType), unless(b.MediaType), false)
	add("artifact type", unless(a.ArtifactType), unless(b.ArtifactType), false)
	add("subject", subjectOf(a), subjectOf(b), false)
	for _, k := range keysOf(a.Annotations, b.Annotations) {
		add("annotations/"+k, lookUp(a.Annotations, k), lookUp(b.Annotations, k), k == AnnotationCreated)
	}
}

func subjectOf(m *Manifest) *string {
	if m.Subject == nil {
		return nil
	}
	return some(string(m.Subject.Digest))
}

// keysOf lists the keys of both maps, sorted.
func keysOf(a, b map[string]string) []string {
	out := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(out)
	return slices.Compact(out)
}

func lookUp(m map[string]string, k string) *string {
	v, ok := m[k]
	if !ok {
		return nil
	}
	return &v
}

// platforms compares which platforms there are.
func (c *comparison) platforms() DiffSection {
	s := newSheet(1)
	parts := func(in DiffInput) map[string]string {
		list := in.Parts
		if in.Manifest.IsIndex() {
			list = PlatformParts(in.Manifest) // all, also those that were not read
		}
		out := make(map[string]string, len(list))
		for _, p := range list {
			out[orUnnamed(p.Platform)] = string(p.Digest)
		}
		return out
	}
	a, b := parts(c.a), parts(c.b)
	for _, k := range keysOf(a, b) {
		s.add(k, fact{before: lookUp(a, k), after: lookUp(b, k)})
	}
	out := s.section(DiffPlatforms)
	return out
}

// PlatformParts lists what an index runs on, nothing read yet. Each has a name
// of its own: a platform that is listed again is numbered.
func PlatformParts(m *Manifest) []DiffPart {
	var out []DiffPart
	names := numbered{}
	for _, d := range m.Platforms() {
		out = append(out, DiffPart{Platform: names.name(d.Platform.String()), Digest: d.Digest})
	}
	return out
}

func orUnnamed(platform string) string {
	if platform == "" {
		return "no platform"
	}
	return platform
}

// attestations compares what stands beside the images: BuildKit's statements in
// an index, signed bundles in an artifact. Both are made anew by each build, so
// that a changed one weighs nothing.
func (c *comparison) attestations() DiffSection {
	s := newSheet(1)
	a, b := statements(c.a.Manifest), statements(c.b.Manifest)
	for _, k := range keysOf(a, b) {
		before, after := lookUp(a, k), lookUp(b, k)
		s.add(k, fact{before: before, after: after, noise: before != nil && after != nil})
	}
	return s.section(DiffAttestations)
}

// statements are the attestations that a manifest carries itself, by what they
// speak of.
func statements(m *Manifest) map[string]string {
	out := make(map[string]string)
	names := numbered{}
	of := make(map[string]string)
	for _, d := range m.Platforms() {
		of[string(d.Digest)] = d.Platform.String()
	}
	for _, d := range m.Manifests {
		if !d.BuildxAttestation() {
			continue
		}
		about := d.Annotations[AnnotationRefDigest]
		if p, ok := of[about]; ok {
			about = p
		}
		out[names.name(strings.TrimSpace("buildkit "+about))] = string(d.Digest)
	}
	for _, l := range m.Layers {
		if carriesStatement(l) {
			out[names.name(layerName(l))] = string(l.Digest)
		}
	}
	return out
}

func carriesStatement(d Descriptor) bool {
	return d.MediaType == MediaInToto || strings.HasPrefix(d.MediaType, MediaBundlePrefix)
}

// unreadFiles is the section of what is inside the layers, before anybody
// asked for it.
func (c *comparison) unreadFiles(name string) DiffSection {
	if c.a.Manifest.Digest == c.b.Manifest.Digest {
		return DiffSection{Name: name, Equal: 1, Note: "the same digest"}
	}
	return DiffSection{Name: name, Note: "not read"}
}

// unread says why a platform could not be compared.
func (m PartPair) unread() string {
	for _, p := range []DiffPart{m.A, m.B} {
		if p.Err != nil {
			return fmt.Sprintf("%s not read: %v", orUnnamed(m.Platform), p.Err)
		}
	}
	return orUnnamed(m.Platform) + " not read"
}

// notes joins sentences, each once.
func notes(list ...string) string {
	var out []string
	for _, n := range list {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return strings.Join(out, "; ")
}
