package model

import (
	"slices"
	"time"
)

// sighting is one thing known about where a tag pointed at one time.
type sighting struct {
	digest Digest // "": the tag did not exist
	at     time.Time
	// arrived is set where at is when the tag came to point here, and not
	// merely a time at which it did.
	arrived  bool
	evidence Evidence
}

// witnessed reports whether caitui itself saw or wrote it.
func (s sighting) witnessed() bool {
	return s.evidence == EvidenceJournal || s.evidence == EvidenceObserved
}

// memory tells where tags pointed, from everything that remembers: the
// journal, the store's observations, the channel documents, version tags, and
// the registry's present state.
type memory struct {
	inv       Inventory
	pubs      []*pastPublish
	versioned map[string][]Release // channel → releases it had by their version tag
	remarked  map[tagPlace][]sighting
	told      map[tagPlace]tagPast // worked out so far
}

// tagPast is where a tag pointed over time.
type tagPast struct {
	stays []channelStay // oldest first
	at    map[Digest][]int
}

// tagPlace is a tag in its package.
type tagPlace struct{ pkg, tag string }

// pastPublish is one channel document with the release it belongs to.
type pastPublish struct {
	channel string
	at      time.Time
	place   int // of the release in the list of releases
	release *Release
}

// newMemory gathers what is remembered of the inventory's registry and owner.
func newMemory(inv Inventory, releases []Release, past Past) *memory {
	m := &memory{inv: inv, versioned: make(map[string][]Release), remarked: make(map[tagPlace][]sighting),
		told: make(map[tagPlace]tagPast)}
	m.publishes(releases)
	for _, c := range inv.Layout.Channels {
		for _, r := range releases {
			if c.VersionTags && r.Version != "" && len(r.Documents) == 0 && r.Channel == c.Name && !r.Built.IsZero() {
				m.versioned[c.Name] = append(m.versioned[c.Name], r)
			}
		}
	}
	for _, e := range past.Moves {
		if e.Kind != EventOutcome || e.State != StepDone || e.Tag == "" || !m.here(e) {
			continue
		}
		at := tagPlace{e.Package, e.Tag}
		m.remarked[at] = append(m.remarked[at],
			sighting{digest: e.Before, at: e.At, evidence: EvidenceJournal},
			sighting{digest: e.After, at: e.At, arrived: true, evidence: EvidenceJournal})
	}
	for _, o := range past.Observations {
		at := tagPlace{o.Package, o.Tag}
		m.remarked[at] = append(m.remarked[at], sighting{digest: o.Digest, at: o.At, evidence: EvidenceObserved})
		if o.Last.After(o.At) {
			m.remarked[at] = append(m.remarked[at], sighting{digest: o.Digest, at: o.Last, evidence: EvidenceObserved})
		}
	}
	return m
}

// here reports whether an event is about this registry and owner; the journal
// is shared by several projects.
func (m *memory) here(e JournalEvent) bool {
	return e.Registry == m.inv.Registry && e.Owner == m.inv.Owner
}

// publishes lists the channel documents with their releases, oldest first.
func (m *memory) publishes(releases []Release) {
	spec, ok := m.inv.Layout.Metadata()
	if !ok {
		return
	}
	meta, _ := m.inv.Package(spec.Name)
	for i := range releases {
		for _, d := range releases[i].Documents {
			if doc, ok := meta.Snapshot.Documents[d]; ok && !doc.GeneratedAt.IsZero() {
				m.pubs = append(m.pubs, &pastPublish{channel: doc.Channel, at: doc.GeneratedAt, place: i, release: &releases[i]})
			}
		}
	}
	slices.SortStableFunc(m.pubs, func(a, b *pastPublish) int { return a.at.Compare(b.at) })
}

// past tells during which times a channel pointed where in a package. The last
// stay goes on (To is zero) where the channel's tag exists, or where the
// package has no channel tag and is named by the documents.
func (m *memory) past(p PackageState, channel string) tagPast {
	key := tagPlace{p.Spec.Name, channel}
	if told, ok := m.told[key]; ok {
		return told
	}
	out := tagPast{stays: m.runs(p, channel, m.sightings(p, channel)), at: make(map[Digest][]int)}
	for i, s := range out.stays {
		out.at[s.digest] = append(out.at[s.digest], i)
	}
	m.told[key] = out
	return out
}

// sightings lists all that is known of where a channel's tag pointed, oldest
// first, the present last.
func (m *memory) sightings(p PackageState, channel string) []sighting {
	list := slices.Clone(m.remarked[tagPlace{p.Spec.Name, channel}])
	for _, pub := range m.pubs {
		if member, ok := pub.release.Members[p.Spec.Name]; ok && pub.channel == channel {
			ev := EvidenceMetadata
			if member.Evidence == EvidenceInferred {
				ev = EvidenceInferred
			}
			list = append(list, sighting{digest: member.Digest, at: pub.at, arrived: true, evidence: ev})
		}
	}
	for _, r := range m.versioned[channel] {
		if member, ok := r.Members[p.Spec.Name]; ok {
			list = append(list, sighting{digest: member.Digest, at: r.Built, arrived: true, evidence: EvidenceTag})
		}
	}
	now := p.Snapshot.Tag(channel)
	slices.SortStableFunc(list, func(a, b sighting) int { return a.at.Compare(b.at) })
	list = withoutEchoes(list)
	if p.Known && (now != "" || !p.Spec.FollowsMetadata) {
		at := p.Snapshot.ReadAt
		if len(list) > 0 && list[len(list)-1].at.After(at) {
			at = list[len(list)-1].at // a journal's clock may run ahead
		}
		list = append(list, sighting{digest: now, at: at, evidence: EvidenceObserved})
	}
	return list
}

// clockSlack is how far the clocks of the journal and of the server may part.
const clockSlack = 2 * time.Minute

// withoutEchoes drops what the journal says stood before a move where the move
// itself was seen just before: then two clocks disagree, and the tag did not
// go back and forth.
func withoutEchoes(list []sighting) []sighting {
	out := list[:0:0]
	for i, s := range list {
		echo := s.evidence == EvidenceJournal && !s.arrived && len(out) > 0 && i+1 < len(list) &&
			out[len(out)-1].digest == list[i+1].digest && s.at.Sub(out[len(out)-1].at) <= clockSlack &&
			out[len(out)-1].evidence == EvidenceObserved
		if !echo {
			out = append(out, s)
		}
	}
	return out
}

// channelStay is a stay with the digest it was at.
type channelStay struct {
	Stay
	digest Digest
}

// runs joins sightings of the same digest that follow each other.
func (m *memory) runs(p PackageState, channel string, list []sighting) []channelStay {
	var out []channelStay
	var prev *sighting // the last one elsewhere
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && list[j].digest == list[i].digest {
			j++
		}
		run := channelStay{digest: list[i].digest, Stay: Stay{Channel: channel, Evidence: list[i].evidence}}
		if list[i].arrived || prev != nil && prev.witnessed() {
			run.From = list[i].at
		}
		if j == len(list) {
			m.refine(p, &run, prev, list[i])
		} else {
			run.To = list[j].at
		}
		if k := len(out); k > 0 && !run.From.IsZero() {
			out[k-1].To = run.From
		}
		out = append(out, run)
		prev, i = &list[j-1], j
	}
	return slices.DeleteFunc(out, func(s channelStay) bool { return s.digest == "" })
}

// refine dates the present stay by the version's own time where that lies
// between the last sighting elsewhere and the first one here: a version's
// "updated" moves when it gains a tag. What the journal wrote is exact already:
// there nothing lies between.
func (m *memory) refine(p PackageState, run *channelStay, prev *sighting, first sighting) {
	if p.Snapshot.Tag(run.Channel) != run.digest {
		return
	}
	v, _ := p.Snapshot.Version(run.digest)
	if v.Updated.IsZero() || v.Updated.After(first.at) || prev != nil && v.Updated.Before(prev.at) {
		return
	}
	run.From = v.Updated
	if prev == nil || !prev.witnessed() || !first.witnessed() {
		run.Evidence = EvidenceInferred
	}
}

// present is the stay that lasts at a digest, if any is known.
func (m *memory) present(p PackageState, channel string, d Digest) (Stay, bool) {
	list := m.past(p, channel).stays
	if n := len(list); n > 0 && list[n-1].digest == d && list[n-1].To.IsZero() {
		return list[n-1].Stay, true
	}
	return Stay{}, false
}

// witnessed is a stay at a digest that caitui itself saw or wrote, rather a
// written one, if there is any.
func (m *memory) witnessed(p PackageState, channel string, d Digest) (Stay, bool) {
	var best Stay
	past := m.past(p, channel)
	for _, i := range past.at[d] {
		switch s := past.stays[i].Stay; s.Evidence {
		case EvidenceJournal:
			return s, true
		case EvidenceObserved:
			best = s
		}
	}
	return best, best.Channel != ""
}
