package model

import (
	"strings"
	"time"
)

// DiffChange is how one thing differs between two sides.
type DiffChange string

// The changes; wire words of the "diff" document.
const (
	DiffAdded   DiffChange = "added"
	DiffRemoved DiffChange = "removed"
	DiffChanged DiffChange = "changed"
)

// Sections of a difference, in the order in which people look at them. Wire
// words of the "diff" document.
const (
	DiffManifest     = "manifest"
	DiffPlatforms    = "platforms"
	DiffConfig       = "config"
	DiffEnv          = "env"
	DiffLabels       = "labels"
	DiffHistory      = "history"
	DiffLayers       = "layers"
	DiffFiles        = "files" // of images, read on request
	DiffAttestations = "attestations"
	DiffMetadata     = "metadata"
	DiffPackages     = "packages" // of a channel
	DiffPayload      = "payload"  // what is inside an artifact's layers, read on request
)

// DiffEntry is one thing that differs. Path names it: with the platform in
// front ("arm64/entrypoint") unless all platforms that were compared say the
// same. All texts are as the registry has them: not to be drawn unsanitised.
type DiffEntry struct {
	Path   string
	Change DiffChange
	// Before and After are the values; Change says which there are, so "" can
	// be a value.
	Before, After string
	// Noise is set for what differs between any two builds: dates, and the
	// statements that BuildKit writes anew each time.
	Noise bool
	// Text is the unified difference of a text file, "" where there is none.
	Text string
}

// HasBefore reports whether the former side has the thing at all.
func (e DiffEntry) HasBefore() bool { return e.Change != DiffAdded }

// HasAfter reports whether the new side has the thing at all.
func (e DiffEntry) HasAfter() bool { return e.Change != DiffRemoved }

// DiffSection is one part of a difference. Without entries and with Equal 0
// nothing was compared, and Note says why.
type DiffSection struct {
	Name    string
	Entries []DiffEntry
	Equal   int    // things that were compared and are equal
	Note    string // what else there is to know, "" where nothing
}

// Count returns how many entries there are of each change, noise left out.
func (s DiffSection) Count() (added, removed, changed int) {
	for _, e := range s.Entries {
		switch {
		case e.Noise:
		case e.Change == DiffAdded:
			added++
		case e.Change == DiffRemoved:
			removed++
		default:
			changed++
		}
	}
	return added, removed, changed
}

// DiffSide is one of the two things compared.
type DiffSide struct {
	Ref     string // as a person named it; else PKG@DIGEST
	Package string
	Digest  Digest
	Release string // label of the release it belongs to, "" where unknown
	Created time.Time
}

// Diff is what differs between two versions of a package, A being the former.
type Diff struct {
	A, B     DiffSide
	Sections []DiffSection
}

// Count returns how many entries there are of each change, noise left out.
func (d Diff) Count() (added, removed, changed int) {
	for _, s := range d.Sections {
		a, r, c := s.Count()
		added, removed, changed = added+a, removed+r, changed+c
	}
	return added, removed, changed
}

// Section returns the section of a name and whether there is one.
func (d Diff) Section(name string) (DiffSection, bool) {
	for _, s := range d.Sections {
		if s.Name == name {
			return s, true
		}
	}
	return DiffSection{}, false
}

// FilesName is the name of the section of what is inside the layers.
func (d Diff) FilesName() string {
	if _, ok := d.Section(DiffPayload); ok {
		return DiffPayload
	}
	return DiffFiles
}

// WithSection returns a copy in which s stands in place of the section of its
// name, or at the end.
func (d Diff) WithSection(s DiffSection) Diff {
	sections := make([]DiffSection, 0, len(d.Sections)+1)
	done := false
	for _, old := range d.Sections {
		if old.Name == s.Name {
			old, done = s, true
		}
		sections = append(sections, old)
	}
	if !done {
		sections = append(sections, s)
	}
	d.Sections = sections
	return d
}

// PackageDiff is what became of one package of a channel. Diff is nil where
// both digests are the same or where Err says why nothing could be compared.
type PackageDiff struct {
	Package       string
	Before, After Digest // "" where the release has none, or none is known
	Same          bool
	Diff          *Diff
	Err           error
}

// ChannelDiff compares a channel with its own former release.
type ChannelDiff struct {
	Channel  string
	From, To string // labels of the former and the present release
	Packages []PackageDiff
}

// Count returns how many packages are the same, differ, and could not be
// compared.
func (c ChannelDiff) Count() (same, different, failed int) {
	for _, p := range c.Packages {
		switch {
		case p.Same:
			same++
		case p.Err != nil:
			failed++
		default:
			different++
		}
	}
	return same, different, failed
}

// Runs reports whether m is an image or an index of images, by what it says:
// its configuration is an image's.
func (m *Manifest) Runs() bool {
	return m.IsIndex() || m.Config != nil && isImageConfig(m.Config.MediaType)
}

// Compared reports whether anything was compared here.
func (s DiffSection) Compared() bool { return len(s.Entries) > 0 || s.Equal > 0 }

// Section is the comparison as one section: what became of each package's
// digest. Packages that could not be compared stand in the note.
func (c ChannelDiff) Section() DiffSection {
	s := newSheet(1)
	var failed []string
	for _, p := range c.Packages {
		if p.Err != nil {
			failed = append(failed, p.Package+": "+p.Err.Error())
		}
		if p.Before != "" && p.After != "" {
			s.add(p.Package, fact{before: unless(string(p.Before)), after: unless(string(p.After))})
		}
	}
	out := s.section(DiffPackages)
	out.Note = notes(failed...)
	return out
}

// SanitizeLines is Sanitize for a text of several lines: newlines stay, tabs
// become four blanks.
func SanitizeLines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\t", "    "), "\n")
	for i, l := range lines {
		lines[i] = Sanitize(l)
	}
	return strings.Join(lines, "\n")
}
