package model

import (
	"fmt"
	"slices"
	"time"
)

// warn says what a person should know before saying yes.
func (d *deleting) warn(p Plan) {
	for _, set := range d.sets {
		d.warnAbsent(set)
	}
	if p.Empty() {
		d.warnings = append(d.warnings, d.facts.Unchecked...)
		return
	}
	for _, set := range d.sets {
		if len(set.goes) == 0 {
			continue
		}
		d.warning(CodeSummary, set.pkg, "%s", set.group())
		d.warnTags(set)
		d.warnLeft(set)
		d.warnYoung(set)
	}
	d.warnBytes()
	d.warnDownloads()
	for _, e := range p.Effects {
		if e.Kind == EffectDeleted && !e.UndoUntil.IsZero() {
			d.warning(CodeRestorable, "", "GitHub gives deleted versions back until %s, with the digests they had", e.UndoUntil.UTC().Format(time.RFC3339))
			break
		}
	}
	for _, run := range d.facts.Running {
		d.warning(CodeRunInProgress, "", "%s: what it has pushed may not be listed yet", underWay(run))
	}
	if d.facts.Read > 0 {
		d.warning(CodeManifestsRead, "", "%s to tell what needs what; GitHub counts each as a download", counted(d.facts.Read, "manifest")+" had to be read")
	}
	d.warnings = append(d.warnings, d.facts.Unchecked...)
}

// warnAbsent names what was asked for and is not there.
func (d *deleting) warnAbsent(set *deletionSet) {
	var names []string
	for _, ref := range set.absent {
		name := ref.Digest.Short()
		if ref.ID != 0 {
			name = fmt.Sprintf("version %d", ref.ID)
			if ref.Digest != "" {
				name += " with " + ref.Digest.Short()
			}
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		d.warning(CodeAlreadyGone, set.pkg, "%s does not have %s: gone already, or never there", set.pkg, enumerate(names))
	}
}

// warnTags names the tags that vanish, those that promise never to apart. Of the
// many that name a commit the number is enough: the effects list each.
func (d *deleting) warnTags(set *deletionSet) {
	var moving, versions []string
	commits, plumbing := 0, 0
	for _, v := range set.snap.Versions {
		if !set.goes[v.Digest] {
			continue
		}
		for _, t := range v.Tags {
			switch info := set.layout.Tag(t); {
			case info.Kind == TagPlumbing:
				plumbing++
			case info.Kind == TagMoving:
				moving = append(moving, t)
			case info.Version != "":
				versions = append(versions, t)
			default:
				commits++
			}
		}
	}
	if len(moving) > 0 {
		d.warning(CodeTagsLost, set.pkg, "%s of %s %s: %s", counted(len(moving), "tag"), set.pkg, ofPlural(len(moving), "vanishes", "vanish"), enumerate(moving))
	}
	if n := len(versions) + commits; n > 0 {
		if commits > 0 {
			versions = append(versions, fmt.Sprintf("%d of a commit or build", commits))
		}
		d.warning(CodeImmutableLost, set.pkg, "%s of %s that %s meant to stay for ever %s: %s",
			counted(n, "tag"), set.pkg, ofPlural(n, "is", "are"), ofPlural(n, "vanishes", "vanish"), enumerate(versions))
	}
	if plumbing > 0 {
		d.warning(CodeTagsLost, set.pkg, "%s of attestations %s", counted(plumbing, "tag"), ofPlural(plumbing, "vanishes", "vanish"))
	}
}

// warnLeft tells what stays without what it belonged to, and what stays though
// it was to go along.
func (d *deleting) warnLeft(set *deletionSet) {
	var children, orphans []Digest
	for _, v := range set.snap.Versions {
		if set.goes[v.Digest] || factsOf(set.layout, v.Tags).own {
			continue
		}
		listed := slices.ContainsFunc(set.snap.Parents(v.Digest), func(p Digest) bool { return set.goes[p] })
		about := slices.ContainsFunc(set.subjects(v), func(at Digest) bool { return set.goes[at] })
		switch {
		case about:
			orphans = append(orphans, v.Digest)
		case listed && set.neededBy(v.Digest) == "":
			children = append(children, v.Digest)
		}
	}
	if len(children) > 0 {
		d.warning(CodeChildrenLeft, set.pkg, "%s that nothing else needs %s behind as garbage: %s",
			counted(len(children), "part"), ofPlural(len(children), "stays", "stay"), enumerate(shorts(children)))
	}
	if len(orphans) > 0 {
		d.warning(CodeReferrersOrphaned, set.pkg, "%s about what is deleted %s behind: %s",
			counted(len(orphans), "attestation or list of them"), ofPlural(len(orphans), "stays", "stay"), enumerate(shorts(orphans)))
	}
	if len(set.stays) > 0 {
		d.warning(CodePartsStay, set.pkg, "%s %s because something kept needs %s: %s", counted(len(set.stays), "part"), ofPlural(len(set.stays), "stays", "stay"),
			ofPlural(len(set.stays), "it", "them"), enumerate(shorts(set.stays)))
	}
}

// warnYoung warns of what was pushed so lately that a publish may still be at
// it.
func (d *deleting) warnYoung(set *deletionSet) {
	now := d.survey.Inventory.ReadAt
	var young []Digest
	for _, v := range set.snap.Versions {
		if set.goes[v.Digest] && !v.Created.IsZero() && now.Sub(v.Created) < youngFor {
			young = append(young, v.Digest)
		}
	}
	if len(young) > 0 {
		d.warning(CodeYoung, set.pkg, "%s pushed less than an hour ago, a publish may still be at it: %s", counted(len(young), "version"), enumerate(shorts(young)))
	}
}

// warnDownloads tells of the refusal that nobody can foresee.
func (d *deleting) warnDownloads() {
	var public []string
	for _, set := range d.sets {
		if v := set.state.Info.Visibility; len(set.goes) > 0 && v != VisibilityPrivate && v != VisibilityInternal {
			public = append(public, set.pkg)
		}
	}
	if len(public) > 0 {
		d.warning(CodeDownloads, "", "GitHub refuses public versions with more than 5,000 downloads (%s); which have them is unknown beforehand, and a refused one keeps what belongs to it", enumerate(public))
	}
}

// warnBytes says how many bytes are gone with the deletion: content of a package
// that nothing else in it has, as far as manifests tell.
func (d *deleting) warnBytes() {
	var sum int64
	going, kept := 0, 0
	for _, set := range d.sets {
		bytes, g, k := set.freed()
		sum = addBytes(sum, bytes)
		going, kept = going+g, kept+k
	}
	switch {
	case going > 0:
		d.warning(CodeBytes, "", "how much this frees is not known: %s of what goes could not be read", counted(going, "manifest"))
	case kept > 0:
		d.warning(CodeBytes, "", "this frees at most %s: %s of what is kept not read, which may share layers with what goes", bytesText(sum), counted(kept, "manifest"))
	default:
		d.warning(CodeBytes, "", "this frees %s", bytesText(sum))
	}
}

// freed is the bytes of content that only what goes has, and how many manifests
// of what goes and of what stays were not read.
func (set *deletionSet) freed() (sum int64, going, kept int) {
	seen := make(map[Digest]bool)
	for _, goes := range []bool{false, true} {
		for _, v := range set.snap.Versions {
			if set.goes[v.Digest] != goes {
				continue
			}
			m := set.snap.Manifests[v.Digest]
			switch {
			case m == nil && goes:
				going++
			case m == nil:
				kept++
			case !m.IsIndex(): // the sizes of children are theirs
				visitContent(m, func(part Descriptor) {
					if !seen[part.Digest] && goes {
						sum = addBytes(sum, part.Size)
					}
					seen[part.Digest] = true
				})
			}
		}
	}
	return sum, going, kept
}

// bytesText is a size in decimal units, as GitHub's pages have it.
func bytesText(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for f >= 1000 && i < len(units)-1 {
		f, i = f/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
