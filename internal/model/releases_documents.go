package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// publication is one publish as channel documents tell of it: the document
// and the metadata manifests that carry it. The pipeline pushes every document
// under two tags, so most publications have twin manifests.
type publication struct {
	doc     ChannelDocument
	digests []Digest // older twin first
	release *Release
}

// publications groups the documents of the metadata package by content, in
// the order in which they were generated.
func publications(p *PackageState) []*publication {
	type carried struct {
		digest  Digest
		doc     ChannelDocument
		created time.Time
		place   int // the list is newest first
	}
	all := make([]carried, 0, len(p.Snapshot.Documents))
	for d, doc := range p.Snapshot.Documents {
		c := carried{digest: d, doc: doc, place: len(p.Snapshot.Versions)}
		if i, ok := p.Snapshot.byDigest[d]; ok {
			c.created, c.place = p.Snapshot.Versions[i].Created, i
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b carried) int {
		return cmp.Or(a.doc.GeneratedAt.Compare(b.doc.GeneratedAt), a.created.Compare(b.created),
			cmp.Compare(b.place, a.place), strings.Compare(string(a.digest), string(b.digest)))
	})
	byContent := make(map[string]*publication)
	var out []*publication
	for _, c := range all {
		key := publishKey(c.doc)
		if byContent[key] == nil {
			byContent[key] = &publication{doc: c.doc}
			out = append(out, byContent[key])
		}
		byContent[key].digests = append(byContent[key].digests, c.digest)
	}
	return out
}

// publishKey is equal for documents of one publish: the same things published
// for the same channel, whenever the document itself was written again.
func publishKey(doc ChannelDocument) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q %s", doc.Channel, doc.Version, doc.ImmutableTag, doc.Payload)
	for _, name := range slices.Sorted(maps.Keys(doc.Images)) {
		fmt.Fprintf(&b, " %q %s", name, doc.Images[name])
	}
	return b.String()
}

// fromDocuments makes a release of every publication and completes it with
// what its document does not name.
func (b *releaseBuilder) fromDocuments() {
	spec, ok := b.inv.Layout.Metadata()
	meta := b.byName[spec.Name]
	if !ok || meta == nil {
		return
	}
	pubs := publications(meta)
	b.pubs = pubs
	for _, pub := range pubs {
		r := &Release{
			Commit: pub.doc.Commit(), Channel: pub.doc.Channel, Built: pub.doc.GeneratedAt,
			Members: make(map[string]Member, len(b.inv.Packages)), Documents: pub.digests,
		}
		pub.release = r
		b.drafts = append(b.drafts, r)
		for image, d := range pub.doc.Images {
			if b.belongs(image) {
				b.claim(r, image, d, EvidenceMetadata)
			}
		}
		b.claim(r, meta.Spec.Name, currentTwin(meta, pub), EvidenceMetadata)
	}
	for _, pub := range pubs {
		b.payload(pub)
		pub.release.Version = b.versionOf(pub)
		b.versioned(pub.release)
	}
	for _, p := range b.packages {
		if p.Spec.Kind == KindArtifact && p.Spec.Role != RoleMetadata && p.Spec.Role != RolePayload {
			b.byChannelTag(p, meta)
			b.byTime(p)
		}
	}
}

// belongs reports whether a name in a document is one of the packages looked
// at; a document may name more than this configuration lists.
func (b *releaseBuilder) belongs(name string) bool {
	_, inventory := b.inv.Package(name)
	return inventory || b.inv.Layout.Knows(name)
}

// currentTwin is the metadata member of a publication: the manifest that the
// channel's tag points to, where it points to one of the twins, else the one
// that was pushed first.
func currentTwin(meta *PackageState, pub *publication) Digest {
	if d := meta.Snapshot.Tag(pub.doc.Channel); slices.Contains(pub.digests, d) {
		return d
	}
	for _, d := range pub.digests {
		if _, listed := meta.Snapshot.Version(d); listed {
			return d
		}
	}
	return pub.digests[0]
}

// payload finds the payload by the document's digest, else by the tag in its
// reference, else by a tag named after channel and commit.
func (b *releaseBuilder) payload(pub *publication) {
	r := pub.release
	for _, p := range b.packages {
		if p.Spec.Role != RolePayload {
			continue
		}
		if b.claim(r, p.Spec.Name, pub.doc.Payload, EvidenceMetadata) {
			continue
		}
		if tag := pub.doc.PayloadTag(); pub.doc.Payload == "" && tag != "" {
			if b.claim(r, p.Spec.Name, p.Snapshot.Tag(tag), EvidenceMetadata) {
				continue
			}
		}
	}
}

// versionOf is the version by the document where the publication's digests
// bear that tag, else the version tag that most of them bear. A version that
// only the document names counts as long as that tag is not on something else:
// the tag of today wins over the word of then.
func (b *releaseBuilder) versionOf(pub *publication) string {
	votes := make(map[string]int)
	for pkg, m := range pub.release.Members {
		for _, v := range b.tags.versionsOf[placed{pkg, m.Digest}] {
			votes[v]++
		}
	}
	said := b.inv.Layout.Tag(pub.doc.Version).Version
	if votes[said] > 0 {
		return said
	}
	named := winner(votes, func(a, c string) int { return compareVersions(c, a) })
	if named != "" && 2*votes[named] >= len(pub.release.Members) {
		return named
	}
	if len(b.tags.versions[said]) > 0 {
		return ""
	}
	return said
}

// versioned completes a release with what bears its version tag.
func (b *releaseBuilder) versioned(r *Release) {
	for pkg, d := range b.tags.versions[r.Version] {
		b.claim(r, pkg, d, EvidenceTag)
	}
	if r.Version == "" && r.Commit != "" {
		b.namedAfterCommit(r)
	}
}

// byChannelTag gives what bears a channel's tag now to the publication of that
// channel which it was pushed after. Where no times are known it goes to the
// publication that the channel's metadata tag names.
func (b *releaseBuilder) byChannelTag(p *PackageState, meta *PackageState) {
	for _, c := range b.inv.Layout.Channels {
		d := p.Snapshot.Tag(c.Name)
		if d == "" || b.claimed[placed{p.Spec.Name, d}] != nil || len(b.tags.versionsOf[placed{p.Spec.Name, d}]) > 0 {
			continue
		}
		v, _ := p.Snapshot.Version(d)
		if pub := b.publishedBefore(c.Name, v.Created, meta.Snapshot.Tag(c.Name)); pub != nil {
			b.claim(pub.release, p.Spec.Name, d, EvidenceTag)
		}
	}
}

// publishedBefore is the last publication for a channel before a time. A
// publication for another channel just before that time makes it nobody's:
// then the tag was moved here from there.
func (b *releaseBuilder) publishedBefore(channel string, at time.Time, current Digest) *publication {
	var own, latest *publication
	for _, pub := range b.pubs {
		switch {
		case at.IsZero():
			if pub.doc.Channel == channel && slices.Contains(pub.digests, current) {
				own = pub
			}
		case pub.doc.GeneratedAt.IsZero() || pub.doc.GeneratedAt.After(at):
		default:
			latest = pub
			if pub.doc.Channel == channel {
				own = pub
			}
		}
	}
	if own == nil || at.IsZero() {
		return own
	}
	if latest != own && at.Sub(latest.doc.GeneratedAt) < artifactWindow && at.Sub(own.doc.GeneratedAt) >= artifactWindow {
		return nil
	}
	return own
}

// byTime gives a publication the artifact that was pushed first after its
// document and before the next publish. Of several the one that something
// refers to is taken: statements are made about artifacts, not about
// statements.
func (b *releaseBuilder) byTime(p *PackageState) {
	byAge := candidates(b.inv.Layout, p)
	for i, pub := range b.pubs {
		from := pub.doc.GeneratedAt
		if _, has := pub.release.Members[p.Spec.Name]; has || from.IsZero() {
			continue
		}
		until := from.Add(artifactWindow)
		if i+1 < len(b.pubs) && b.pubs[i+1].doc.GeneratedAt.Before(until) {
			until = b.pubs[i+1].doc.GeneratedAt
		}
		first, _ := slices.BinarySearchFunc(byAge, from, func(v Version, t time.Time) int { return v.Created.Compare(t) })
		var found Digest
		for _, v := range byAge[first:] {
			if !v.Created.Before(until) {
				break
			}
			if !b.free(p, v, pub) {
				continue
			}
			attested := p.Snapshot.Tag(v.Digest.FallbackTag()) != ""
			if found == "" || attested {
				found = v.Digest
			}
			if attested {
				break
			}
		}
		b.claim(pub.release, p.Spec.Name, found, EvidenceInferred)
	}
}

// free reports whether a version may be a publication's by its time: nothing
// claims it, no version tag names another release, and no tag of another
// channel is on it.
func (b *releaseBuilder) free(p *PackageState, v Version, pub *publication) bool {
	at := placed{p.Spec.Name, v.Digest}
	if b.claimed[at] != nil || len(b.tags.versionsOf[at]) > 0 {
		return false
	}
	for _, t := range v.Tags {
		if _, channel := b.inv.Layout.Channel(t); channel && t != pub.doc.Channel {
			return false
		}
	}
	return true
}

// candidates are the versions of a package that may be an artifact of their
// own, oldest first, with the time of their push.
func candidates(layout Layout, p *PackageState) []Version {
	out := make([]Version, 0, len(p.Snapshot.Versions))
	for _, v := range p.Snapshot.Versions {
		if v.Created.IsZero() {
			continue
		}
		switch p.Snapshot.Kind(layout, v.Digest) {
		case VersionAttestation, VersionReferrers:
		default:
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b Version) int { return a.Created.Compare(b.Created) })
	return out
}
