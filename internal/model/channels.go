package model

import "time"

// Channels derives where each channel of the layout stands, in the layout's
// order. releases are those of the same inventory, newest first.
func Channels(inv Inventory, releases []Release, past Past) []ChannelState {
	if len(inv.Layout.Channels) == 0 {
		return nil
	}
	l := newChannelLook(inv, releases, past)
	out := make([]ChannelState, 0, len(inv.Layout.Channels))
	for _, spec := range inv.Layout.Channels {
		out = append(out, l.state(spec))
	}
	return out
}

// releaseIndex finds the releases that hold a digest, by their place in the
// list they were indexed from: newest first.
type releaseIndex map[placed][]int

func indexReleases(releases []Release) releaseIndex {
	x := make(releaseIndex)
	for i, r := range releases {
		for pkg, m := range r.Members {
			at := placed{pkg, m.Digest}
			x[at] = append(x[at], i)
		}
	}
	return x
}

// channelLook is what looking at all channels shares.
type channelLook struct {
	inv      Inventory
	releases []Release
	names    []string
	byName   map[string]PackageState
	index    releaseIndex
	memory   *memory
}

func newChannelLook(inv Inventory, releases []Release, past Past) *channelLook {
	l := &channelLook{inv: inv, releases: releases, names: memberNames(inv), index: indexReleases(releases),
		memory: newMemory(inv, releases, past), byName: make(map[string]PackageState, len(inv.Packages))}
	for _, p := range inv.Packages {
		l.byName[p.Spec.Name] = p
	}
	return l
}

// document is what the metadata tag of a channel says.
type document struct {
	digest Digest          // of the metadata manifest, "" where there is none
	doc    ChannelDocument // zero where it was not read
	read   bool
	asked  bool // whether the metadata package could be looked at
}

func (l *channelLook) document(channel string) document {
	spec, ok := l.inv.Layout.Metadata()
	meta := l.byName[spec.Name]
	if !ok || !meta.Known {
		return document{}
	}
	d := document{digest: meta.Snapshot.Tag(channel), asked: true}
	d.doc, d.read = meta.Snapshot.Documents[d.digest]
	return d
}

func (l *channelLook) state(spec ChannelSpec) ChannelState {
	doc := l.document(spec.Name)
	s := ChannelState{Name: spec.Name, Members: make([]ChannelMember, 0, len(l.names))}
	for _, name := range l.names {
		s.Members = append(s.Members, l.member(name, spec.Name, doc))
	}
	at := l.majority(s.Members)
	if at >= 0 {
		r := l.releases[at]
		s.Release = &r
	}
	l.judge(s.Members, at)
	s.Since, s.SinceEvidence = l.since(s, doc)
	s.Previous = l.previous(spec, s)
	s.Incoherent = l.incoherences(s, doc)
	s.Attested = l.attested(s.Members)
	return s
}

// member is what a channel holds of a package, not yet judged: State is empty
// where a digest is known.
func (l *channelLook) member(name, channel string, doc document) ChannelMember {
	p := l.byName[name]
	m := ChannelMember{Package: name, Err: p.Err}
	if p.Known {
		if d := p.Snapshot.Tag(channel); d != "" {
			m.Digest, m.Via = d, ViaTag
		} else if p.Spec.FollowsMetadata && doc.read && doc.doc.Channel == channel {
			m.Digest, m.Via = doc.named(p.Spec), ViaMetadata
		}
	}
	switch {
	case m.Err != nil:
		m.State = MemberError
	case !p.Known:
		m.State = MemberUnknown
	case m.Digest != "":
	case p.Spec.FollowsMetadata && (!doc.asked || doc.digest != "" && (!doc.read || doc.doc.Channel != channel)):
		m.State = MemberUnknown // the document that would tell was not read, or is not the channel's
	default:
		m.State = MemberMissing
	}
	if m.Digest == "" {
		m.Via = ""
	}
	return m
}

// named is what the document says of a package.
func (d document) named(spec PackageSpec) Digest {
	if spec.Role == RolePayload {
		return d.doc.Payload
	}
	return d.doc.Images[spec.Name]
}

// majority is the release that most members belong to, as its place in the
// list; ties go to the newest, -1 where no member belongs to any.
func (l *channelLook) majority(members []ChannelMember) int {
	votes := make(map[int]int)
	for _, m := range members {
		if m.Digest == "" {
			continue
		}
		for _, i := range l.index[placed{m.Package, m.Digest}] {
			votes[i]++
		}
	}
	best := -1
	for i, n := range votes {
		if best < 0 || n > votes[best] || n == votes[best] && i < best {
			best = i
		}
	}
	return best
}

// judge says of every member whether it belongs to the channel's release, and
// if not, to which other. With no release known a single package is in order
// and several are not comparable. A digest that no release claims, in a package
// of which the channel's release has nothing, may be of it or not.
func (l *channelLook) judge(members []ChannelMember, at int) {
	for i := range members {
		m := &members[i]
		if m.Digest == "" {
			continue
		}
		of := l.index[placed{m.Package, m.Digest}]
		state, belongs := MemberDrift, -1
		for _, r := range of {
			if r == at {
				state, belongs = MemberOK, r
			}
		}
		if belongs < 0 && len(of) > 0 {
			belongs = of[0]
		}
		switch {
		case at < 0 && len(members) == 1:
			state = MemberOK
		case at < 0:
			state = MemberUnknown
		case len(of) == 0:
			if _, has := l.releases[at].Members[m.Package]; !has {
				state = MemberUnknown
			}
		}
		if belongs >= 0 {
			m.Release, m.Commit = l.releases[belongs].Name, l.releases[belongs].Commit
		}
		if m.Commit == "" {
			m.Commit = commitOfTags(l.inv.Layout, l.byName[m.Package].Snapshot, m.Digest)
		}
		if m.State == "" {
			m.State = state
		}
	}
}

// commitOfTags is the whole commit that a version's tags name, "" where none
// does.
func commitOfTags(layout Layout, s Snapshot, d Digest) string {
	v, _ := s.Version(d)
	for _, t := range v.Tags {
		if info := layout.Tag(t); len(info.Commit) == 40 {
			return info.Commit
		}
	}
	return ""
}

// since is when the channel came to point where it points. Each member of the
// channel's release has its own time; where caitui wrote or witnessed most of
// them these decide, else the earliest of all does, else the document's time.
func (l *channelLook) since(s ChannelState, doc document) (time.Time, Evidence) {
	type found struct {
		n  int
		at time.Time
		ev Evidence
	}
	var journal, witnessed, all found
	add := func(f *found, stay Stay) {
		f.n++
		if f.at.IsZero() || stay.From.Before(f.at) {
			f.at, f.ev = stay.From, stay.Evidence
		}
	}
	members := 0
	for _, m := range s.Members {
		if m.Via != ViaTag || s.Release == nil && len(s.Members) > 1 || s.Release != nil && !s.Release.Has(m.Package, m.Digest) {
			continue
		}
		members++
		stay, ok := l.memory.present(l.byName[m.Package], s.Name, m.Digest)
		if !ok || stay.From.IsZero() {
			continue
		}
		add(&all, stay)
		if stay.Evidence == EvidenceJournal || stay.Evidence == EvidenceObserved {
			add(&witnessed, stay)
		}
		if stay.Evidence == EvidenceJournal {
			add(&journal, stay)
		}
	}
	switch {
	case 2*journal.n > members:
		return journal.at, journal.ev
	case 2*witnessed.n > members:
		return witnessed.at, witnessed.ev
	case all.n > 0:
		return all.at, all.ev
	case doc.read && doc.doc.Channel == s.Name && !doc.doc.GeneratedAt.IsZero():
		return doc.doc.GeneratedAt, EvidenceMetadata
	}
	return time.Time{}, ""
}

// previous is the newest complete release, built before the present one, that
// this channel itself pointed to.
func (l *channelLook) previous(spec ChannelSpec, s ChannelState) *Previous {
	if s.Release == nil {
		return nil
	}
	for i, r := range l.releases {
		if !builtBefore(r, *s.Release) || !l.whole(r) || l.sameBits(r, *s.Release) {
			continue
		}
		if p := l.pointed(spec, r); p != nil {
			l.until(s, i, p)
			return p
		}
	}
	return nil
}

// sameBits reports whether two releases are the same build under two names: a
// promotion publishes for one channel what was built for another. Documents are
// written for a channel and always differ.
func (l *channelLook) sameBits(a, b Release) bool {
	same := 0
	for name, m := range a.Members {
		if l.byName[name].Spec.Role == RoleMetadata {
			continue
		}
		other, has := b.Members[name]
		if !has || other.Digest != m.Digest {
			return false
		}
		same++
	}
	return same > 0
}

// builtBefore compares by time, or by version where a time is not known.
func builtBefore(a, b Release) bool {
	if !a.Built.IsZero() && !b.Built.IsZero() {
		return a.Built.Before(b.Built)
	}
	return a.Version != "" && b.Version != "" && compareVersions(a.Version, b.Version) < 0
}

// whole reports whether a release is complete as far as can be known: what is
// missing are packages that cannot be looked at at all, or channel documents of
// a registry that lists tagged versions only, where former ones are invisible.
func (l *channelLook) whole(r Release) bool {
	for _, name := range r.Missing {
		p := l.byName[name]
		if p.Known && (p.Spec.Role != RoleMetadata || p.Snapshot.Origin != OriginRegistry) {
			return false
		}
	}
	return true
}

// pointed says how it is known that the channel pointed to a release, nil
// where it is not. Witnesses count when they cover more than half of the
// packages with a channel tag: one package alone is not the channel.
func (l *channelLook) pointed(spec ChannelSpec, r Release) *Previous {
	journal, witnessed, tags := 0, 0, 0
	var from, to time.Time
	for name, member := range r.Members {
		p := l.byName[name]
		if p.Spec.FollowsMetadata && p.Snapshot.Tag(spec.Name) == "" {
			continue
		}
		tags++
		stay, ok := l.memory.witnessed(p, spec.Name, member.Digest)
		if !ok {
			continue
		}
		witnessed++
		if stay.Evidence == EvidenceJournal {
			journal++
		}
		if !stay.From.IsZero() && (from.IsZero() || stay.From.Before(from)) {
			from = stay.From
		}
		if stay.To.After(to) {
			to = stay.To
		}
	}
	out := &Previous{Release: r, From: from, To: to}
	switch {
	case 2*journal > tags:
		out.Evidence = EvidenceJournal
	case 2*witnessed > tags:
		out.Evidence = EvidenceObserved
	case len(r.Documents) > 0 && r.Channel == spec.Name:
		out.Evidence, out.From, out.To = EvidenceMetadata, time.Time{}, time.Time{}
	case spec.VersionTags && r.Version != "" && (r.Channel == "" || r.Channel == spec.Name):
		out.Evidence, out.From, out.To = EvidenceTag, time.Time{}, time.Time{}
	default:
		return nil
	}
	return out
}

// until fills in when the channel pointed to its previous release: from the
// time of the channel's document to that of the next one, or to when the
// channel came to point where it points now. Where no document tells, what was
// witnessed stays.
func (l *channelLook) until(s ChannelState, place int, p *Previous) {
	var from, next time.Time
	toPresent := false
	for _, pub := range l.memory.pubs {
		switch {
		case pub.channel != s.Name:
		case from.IsZero() && pub.place == place:
			from = pub.at
		case !from.IsZero() && next.IsZero() && pub.place != place:
			next, toPresent = pub.at, pub.release.Name == s.Release.Name
		}
	}
	if p.Evidence == EvidenceTag {
		from = p.Release.Built
	}
	if !from.IsZero() {
		p.From, p.To = from, next
	}
	late := !s.Since.IsZero() && s.Since.After(p.From)
	if late && (p.To.IsZero() || toPresent && s.Since.Before(p.To)) {
		p.To = s.Since
	}
}
