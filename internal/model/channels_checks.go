package model

import (
	"fmt"
	"strings"
)

// Codes of the ways in which a channel is not one set.
const (
	IncoherentDrift        = "drift"                  // packages point into other releases
	IncoherentMetadataOld  = "metadata-old"           // images moved, the document did not
	IncoherentOtherChannel = "metadata-other-channel" // the document speaks of another channel
	IncoherentIncomplete   = "incomplete"             // the channel's release lacks packages
	IncoherentMissing      = "missing"                // packages have nothing in the channel
	IncoherentUnresolved   = "unresolved"             // no release is known for what is here
	IncoherentAliasDiffers = "alias-differs"          // a tag that moves with the channel did not
	IncoherentBroken       = "broken"                 // manifests that a member needs are not there: it does not pull
	incoherentNamesAtMost  = 4
)

// incoherences lists the ways in which a channel is not one set, the gravest
// first.
func (l *channelLook) incoherences(s ChannelState, doc document) []Incoherence {
	var out []Incoherence
	add := func(code, format string, args ...any) {
		out = append(out, Incoherence{Code: code, Message: Sanitize(fmt.Sprintf(format, args...))})
	}
	if broken := l.broken(s.Members); len(broken) > 0 {
		add(IncoherentBroken, "%s not pull: platform manifests are gone from the registry", doNot(broken))
	}
	var drifting, missing []string
	known := 0
	for _, m := range s.Members {
		if m.Digest != "" {
			known++
		}
		switch m.State {
		case MemberDrift:
			drifting = append(drifting, m.Package)
		case MemberMissing:
			missing = append(missing, m.Package)
		}
	}
	if len(drifting) > 0 {
		add(IncoherentDrift, "%s not of %s as the others are", areNot(drifting), s.Release.Label())
	}
	if doc.read && doc.doc.Channel != s.Name {
		add(IncoherentOtherChannel, "the document under %s speaks of %s", s.Name, doc.doc.Channel)
	}
	if named, ok := l.namedBy(doc); ok && s.Release != nil && doc.doc.Channel == s.Name && builtBefore(named, *s.Release) {
		add(IncoherentMetadataOld, "the images are of %s, the channel's document still names %s: a publish that did not end, or a move without its document",
			s.Release.Label(), named.Label())
	}
	// A channel that nothing is in may be one that the project does not use;
	// the one that releases go to is missed.
	spec, _ := l.inv.Layout.Channel(s.Name)
	if len(missing) > 0 && (s.Published() || spec.VersionTags) {
		add(IncoherentMissing, "%s nothing in %s", have(missing), s.Name)
	}
	if s.Release != nil && len(s.Release.Missing) > 0 {
		add(IncoherentIncomplete, "%s has nothing known of %s", s.Release.Label(), enumerate(s.Release.Missing))
	}
	if s.Release == nil && known > 1 {
		add(IncoherentUnresolved, "no release is known for the digests in %s, so that nobody can say whether they are one set", s.Name)
	}
	for _, m := range s.Members {
		l.aliases(m, s.Name, add)
	}
	return out
}

// namedBy is the release that the document under a channel's tag belongs to.
func (l *channelLook) namedBy(doc document) (Release, bool) {
	spec, _ := l.inv.Layout.Metadata()
	if of := l.index[placed{spec.Name, doc.digest}]; doc.read && len(of) > 0 {
		return l.releases[of[0]], true
	}
	for _, r := range l.releases {
		for _, d := range r.Documents {
			if doc.read && d == doc.digest {
				return r, true
			}
		}
	}
	return Release{}, false
}

// aliases compares the tags that move with a channel with the channel's own.
func (l *channelLook) aliases(m ChannelMember, channel string, add func(code, format string, args ...any)) {
	if m.Via != ViaTag {
		return
	}
	p := l.byName[m.Package]
	for _, alias := range p.Spec.Aliases[channel] {
		switch d := p.Snapshot.Tag(alias); d {
		case m.Digest:
		case "":
			add(IncoherentAliasDiffers, "%s has no tag %s, which moves with %s", m.Package, alias, channel)
		default:
			add(IncoherentAliasDiffers, "%s:%s is %s, but %s is %s", m.Package, alias, d.Short(), channel, m.Digest.Short())
		}
	}
}

// broken names the members whose index lists a platform that the package does
// not have. Only what has been read is judged, and only against a whole list.
func (l *channelLook) broken(members []ChannelMember) []string {
	var out []string
	for _, m := range members {
		s := l.byName[m.Package].Snapshot
		index := s.Manifests[m.Digest]
		if index == nil || s.Partial || s.Origin != OriginAPI {
			continue
		}
		for _, child := range index.Platforms() {
			if _, ok := s.Version(child.Digest); !ok {
				out = append(out, m.Package)
				break
			}
		}
	}
	return out
}

func doNot(names []string) string {
	if len(names) == 1 {
		return names[0] + " does"
	}
	return enumerate(names) + " do"
}

func areNot(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return enumerate(names) + " are"
}

func have(names []string) string {
	if len(names) == 1 {
		return names[0] + " has"
	}
	return enumerate(names) + " have"
}

// enumerate joins names as a sentence does, a long list cut short.
func enumerate(names []string) string {
	if len(names) > incoherentNamesAtMost+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:incoherentNamesAtMost], ", "), len(names)-incoherentNamesAtMost)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
