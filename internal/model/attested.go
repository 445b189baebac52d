package model

// attested counts signed statements in the registry: who attests pushes an
// index of referrers under a tag that is made from the attested digest, so that
// its presence can be seen without reading anything. Where that index has been
// read, what it lists counts, for one that lists nothing attests nothing. A
// part that is not known makes the sum unknown.
func (l *channelLook) attested(members []ChannelMember) Attested {
	sum := Attested{}
	for _, m := range members {
		p := l.byName[m.Package]
		spec := p.Spec
		if !p.Known {
			spec = l.inv.Layout.Package(m.Package)
		}
		if spec.Attested == 0 {
			continue
		}
		part := Attested{Found: -1, Expected: -1}
		if p.Known && m.Digest != "" {
			part = attestedMember(l.inv.Layout, p, m)
		}
		if part.Found < 0 || part.Expected < 0 {
			return Attested{Found: -1, Expected: -1}
		}
		sum.Found += part.Found
		sum.Expected += part.Expected
	}
	return sum
}

func attestedMember(layout Layout, p PackageState, m ChannelMember) Attested {
	if p.Spec.Kind != KindImage {
		return countAttested(p.Snapshot, p.Spec.Attested, m.Digest)
	}
	if p.Snapshot.Tag(m.Digest.FallbackTag()) != "" {
		return countAttested(p.Snapshot, p.Spec.Attested, m.Digest)
	}
	// The pipeline attests the index of each architecture, not the index that
	// the channel points to: it is found by the commit's tags, which prove
	// something only while they have not been moved by another build.
	if arches := archIndexes(layout, p.Snapshot, m); len(arches) > 0 {
		return countAttested(p.Snapshot, p.Spec.Attested, arches...)
	}
	return Attested{Found: -1, Expected: -1}
}

// archIndexes are what the architecture tags of a member's commit point to;
// none where the commit's own tag does not point to the member any more.
func archIndexes(layout Layout, s Snapshot, m ChannelMember) []Digest {
	var arches []Digest
	v, _ := s.Version(m.Digest)
	for _, t := range v.Tags {
		if info := layout.Tag(t); info.Kind != TagImmutable || info.Commit == "" || info.Commit != m.Commit || info.Arch != "" || info.Channel != "" {
			continue
		}
		for _, arch := range knownArches {
			if d := s.Tag(t + "-" + arch); d != "" && layout.Tag(t+"-"+arch).Arch == arch {
				arches = append(arches, d)
			}
		}
	}
	return arches
}

// knownArches are the architectures that tags may name (Go's names, which OCI
// uses: image-spec image-index.md, "platform").
var knownArches = []string{"386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x"}

// countAttested counts how many of the digests have an index of referrers.
// Its absence from a list that was cut off before the digest proves nothing.
func countAttested(s Snapshot, each int, digests ...Digest) Attested {
	out := Attested{Expected: each * len(digests)}
	for _, d := range digests {
		if fallback := s.Tag(d.FallbackTag()); fallback != "" {
			out.Found += each
			if index := s.Manifests[fallback]; index != nil {
				out.Found += min(len(index.Manifests), each) - each
			}
			continue
		}
		if v, listed := s.Version(d); s.Partial && (!listed || v.ID == 0) {
			return Attested{Found: -1, Expected: out.Expected}
		}
	}
	return out
}

// AttestedTargets counts the signed statements about what a request aims at, by
// package; a package that is not counted is one of which that is not known
// without reading more.
func AttestedTargets(s Survey, req ChannelRequest) map[string]Attested {
	out := make(map[string]Attested)
	for _, m := range ChannelMoves(s, req) {
		if m.Target == "" || m.Writes != nil || m.Spec.Attested == 0 {
			continue
		}
		if a := AttestedDigest(s, m.Spec.Name, m.Target); a.Found >= 0 {
			out[m.Spec.Name] = a
		}
	}
	return out
}
