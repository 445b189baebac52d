package model

// Unread lists, by package, the manifests that nobody has read yet and without
// which what a survey says of its channels rests on names alone: the index that
// each channel points to (do its platforms exist?) and the indexes of referrers
// of what is attested (do they list anything?). Reading them costs a download
// each, once ever.
func (s Survey) Unread() map[string][]Digest {
	out := make(map[string][]Digest)
	seen := make(map[Digest]bool)
	for _, c := range s.Channels {
		for _, m := range c.Members {
			p, ok := s.Inventory.Package(m.Package)
			if !ok || !p.Known || m.Digest == "" || p.Spec.Kind != KindImage && p.Spec.Attested == 0 {
				continue
			}
			for _, d := range restsOn(s.Inventory.Layout, p, m) {
				if _, listed := p.Snapshot.Version(d); listed && !seen[d] && p.Snapshot.Manifests[d] == nil {
					seen[d] = true
					out[m.Package] = append(out[m.Package], d)
				}
			}
		}
	}
	return out
}

// restsOn lists the manifests that tell whether a member of a channel is whole
// and attested.
func restsOn(layout Layout, p PackageState, m ChannelMember) []Digest {
	subjects := []Digest{m.Digest}
	var out []Digest
	if p.Spec.Kind == KindImage {
		out = append(out, m.Digest)
		subjects = append(subjects, archIndexes(layout, p.Snapshot, m)...)
	}
	if p.Spec.Attested > 0 {
		for _, d := range subjects {
			if fallback := p.Snapshot.Tag(d.FallbackTag()); fallback != "" {
				out = append(out, fallback)
			}
		}
	}
	return out
}

// Needs lists the manifests without which a row cannot be told whole: its own,
// those of the platforms of its index (sizes), of its architecture indexes and
// of the fallback indexes that list what speaks of it. What has been read is
// left out, attestations themselves are not needed here.
func (s Snapshot) Needs(r Row) []Digest {
	var out []Digest
	add := func(d Digest) {
		if d != "" && s.Manifests[d] == nil && s.readable(d) {
			out = append(out, d)
		}
	}
	add(r.Digest)
	about := func(d Digest) {
		add(s.Tag(d.FallbackTag()))
		m := s.Manifests[d]
		if m == nil {
			return
		}
		for _, child := range m.Platforms() {
			add(child.Digest)
		}
	}
	about(r.Digest)
	for _, part := range r.Parts {
		switch part.Role {
		case PartArchIndex:
			add(part.Digest)
			about(part.Digest)
		case PartFallback:
			add(part.Digest)
		case PartPlatform, PartBuildx, PartAttestation, PartCosign, PartInferred:
		}
	}
	return out
}

// readable is false for a digest that the complete list of versions does not
// have: asking for it can only end in "not found".
func (s Snapshot) readable(d Digest) bool {
	if s.Origin != OriginAPI || s.Partial {
		return true
	}
	_, ok := s.Version(d)
	return ok
}

// UnreadDocuments lists the versions of the metadata package of which it is not
// known whether they hold a channel document, or which, because they or their
// document could not be read. Releases are told from documents: with one unread
// a release may lack it, or its other twin stand for it.
func (i Inventory) UnreadDocuments() (pkg string, unread []Version) {
	spec, _ := i.Layout.Metadata()
	p, ok := i.Package(spec.Name)
	if !ok || !p.Known {
		return spec.Name, nil
	}
	types := make(map[string]bool) // of manifests that hold documents
	for d := range p.Snapshot.Documents {
		if m := p.Snapshot.Manifests[d]; m != nil {
			types[m.ArtifactType] = true
		}
	}
	for _, v := range p.Snapshot.Versions {
		if _, read := p.Snapshot.Documents[v.Digest]; read {
			continue
		}
		if m := p.Snapshot.Manifests[v.Digest]; m == nil || m.Subject == nil && m.ArtifactType != "" && types[m.ArtifactType] {
			unread = append(unread, v)
		}
	}
	return spec.Name, unread
}
