package model

// Aftermath is what was found when a plan had been carried out and everybody
// who depends on it was asked about: do the tags stand, can it be pulled, by
// strangers too, is it attested, is the channel one set.
type Aftermath struct {
	Tags     []TagAfter
	Packages []PackageAfter
	// Channel is where the plan's channel stands now, nil where it has none.
	Channel *ChannelState
}

// TagAfter is one tag of the plan as the registry shows it afterwards.
type TagAfter struct {
	Package string
	Tag     string
	Want    Digest
	Now     Digest // "" where it does not exist
	Err     error  // why Now is not known, nil where it is
}

// Stands reports whether the tag is where the plan put it.
func (t TagAfter) Stands() bool { return t.Err == nil && t.Now == t.Want }

// PackageAfter is one package's target afterwards.
type PackageAfter struct {
	Package string
	Digest  Digest
	// Platforms is how many platforms the target offers, Resolved how many of
	// them answered; -1: not an index, or not known.
	Platforms int
	Resolved  int
	Anonymous Anonymous
	// Attested is -1 where it cannot be known without reading more.
	Attested Attested
	Trust    TargetTrust
}

// Sound reports whether nothing was found that speaks against the plan's end:
// what could not be asked does not.
func (a Aftermath) Sound() bool {
	for _, t := range a.Tags {
		if t.Err == nil && t.Now != t.Want {
			return false
		}
	}
	for _, p := range a.Packages {
		if p.Resolved < p.Platforms || p.Anonymous == AnonymousRefused || p.Trust.Verdict == VerdictFailed {
			return false
		}
	}
	return a.Channel == nil || len(a.Channel.Incoherent) == 0
}

// AttestedDigest counts the signed statements about a digest of a package in
// the registry, as far as tags tell; -1 where they do not.
func AttestedDigest(s Survey, pkg string, d Digest) Attested {
	p, ok := s.Inventory.Package(pkg)
	if !ok || !p.Known || d == "" {
		return Attested{Found: -1, Expected: -1}
	}
	if p.Spec.Attested == 0 {
		return Attested{}
	}
	return attestedMember(s.Inventory.Layout, p, ChannelMember{Package: pkg, Digest: d,
		Commit: commitOfTags(s.Inventory.Layout, p.Snapshot, d)})
}
