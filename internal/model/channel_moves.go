package model

import (
	"fmt"
	"slices"
)

// ChannelMove is what a channel's plan wants of one package: which tags are to
// point where. Tags is empty where nothing moves, and Stay says why.
type ChannelMove struct {
	Spec   PackageSpec
	Target Digest
	Tags   []string
	// As is the version tag that is created beside them, "" for none.
	As string
	// Writes is set where Target is a document that the plan writes itself.
	Writes *Artifact
	Stay   []Unmoved
	// Lacking is set where the set aimed at has nothing of this package.
	Lacking bool
}

// ChannelMoves says what a request comes to in each package of the layout, in
// its order. It looks at names and digests alone, so that it can be asked
// before anything is read anew; PlanChannel judges it.
func ChannelMoves(s Survey, req ChannelRequest) []ChannelMove {
	return aimOf(s, req).moves()
}

// channelAim is a request with the release it names.
type channelAim struct {
	survey  Survey
	req     ChannelRequest
	release Release
	known   int             // how many publishes are known by that name
	doc     ChannelDocument // of the release, zero where none is known
}

func aimOf(s Survey, req ChannelRequest) *channelAim {
	a := &channelAim{survey: s, req: req}
	if req.Release != "" {
		a.release, a.known = FindRelease(s, req.Release)
	}
	if spec, ok := s.Inventory.Layout.Metadata(); ok {
		meta, _ := s.Inventory.Package(spec.Name)
		for _, d := range a.release.Documents {
			if doc, ok := meta.Snapshot.Documents[d]; ok {
				a.doc = doc
				break
			}
		}
	}
	return a
}

// found reports whether the request names a release that is known.
func (a *channelAim) found() bool { return a.known > 0 }

// moves are what the request comes to in each package.
func (a *channelAim) moves() []ChannelMove {
	var out []ChannelMove
	for _, name := range memberNames(a.survey.Inventory) {
		out = append(out, a.move(a.survey.Inventory.stated(name)))
	}
	return out
}

// target is what the set aimed at has of a package.
func (a *channelAim) target(pkg string) Digest {
	if d := a.req.Digests[pkg]; d != "" {
		return d
	}
	return a.release.Members[pkg].Digest
}

func (a *channelAim) move(p PackageState) ChannelMove {
	m := ChannelMove{Spec: p.Spec, Target: a.target(p.Spec.Name)}
	now := p.Snapshot.Tag(a.req.Channel)
	stay := func(tag string, d Digest, format string, args ...any) {
		m.Stay = append(m.Stay, Unmoved{Package: p.Spec.Name, Tag: tag, Digest: d, Why: Sanitize(fmt.Sprintf(format, args...))})
	}
	if slices.Contains(a.req.Exclude, p.Spec.Name) {
		m.Target = ""
		stay("", now, "left out")
		m.Stay[len(m.Stay)-1].Excluded = true
		return m
	}
	if p.Spec.Role == RoleMetadata && a.req.Act == ActPromote && a.req.Digests[p.Spec.Name] == "" {
		return a.document(p, m)
	}
	if m.Target == "" {
		m.Lacking = true
		stay("", now, "%s has nothing of this package", a.label())
		return m
	}
	switch {
	case p.Spec.FollowsMetadata && now == "" && a.documentStays():
		stay("", a.present(p.Spec.Name), "the document of %s names it, and that does not move; %s is not reached", a.req.Channel, m.Target.Short())
	case p.Spec.FollowsMetadata && now == "":
		stay("", m.Target, "%s, nothing moves", a.namedByMetadata(p.Spec, m.Target))
	default:
		m.Tags = a.channelTags(p, stay)
	}
	a.version(p, &m)
	if p.Spec.Role == RoleMetadata {
		a.twins(p, &m, stay)
	}
	return m
}

// channelTags are the channel's own tag and the aliases that exist.
func (a *channelAim) channelTags(p PackageState, stay func(string, Digest, string, ...any)) []string {
	tags := []string{a.req.Channel}
	for _, alias := range p.Spec.Aliases[a.req.Channel] {
		if p.Snapshot.Tag(alias) == "" {
			stay(alias, "", "%s moves with %s, but there is no such tag here", alias, a.req.Channel)
			continue
		}
		tags = append(tags, alias)
	}
	return tags
}

// version adds the version tag of a promotion where the package bears such
// tags.
func (a *channelAim) version(p PackageState, m *ChannelMove) {
	if a.req.Act == ActPromote && a.req.As != "" && bearsVersions(a.survey.Inventory.Layout, p.Snapshot) {
		m.As = a.req.As
	}
}

// bearsVersions reports whether any tag of a package is a version tag.
func bearsVersions(layout Layout, s Snapshot) bool {
	for _, v := range s.Versions {
		for _, t := range v.Tags {
			if layout.Tag(t).Version != "" {
				return true
			}
		}
	}
	return false
}

// namedByMetadata says how a package without a channel tag comes to be what
// the set aimed at has of it.
func (a *channelAim) namedByMetadata(spec PackageSpec, target Digest) string {
	named := document{doc: a.doc}.named(spec)
	switch {
	case named == target && a.req.Act == ActRollback:
		return a.label() + " by metadata"
	case a.req.Act == ActPromote:
		return "the document that is written names it"
	case named == "":
		return "no document of " + a.label() + " is known that names it"
	}
	return "the document of " + a.label() + " names another one, " + named.Short()
}

// documentStays reports whether the channel's document is not moved at all: left
// out, or none to move to is known.
func (a *channelAim) documentStays() bool {
	spec, ok := a.survey.Inventory.Layout.Metadata()
	switch {
	case !ok:
		return false
	case slices.Contains(a.req.Exclude, spec.Name):
		return true
	}
	return a.req.Act != ActPromote && a.target(spec.Name) == ""
}

// present is what the channel has of a package now.
func (a *channelAim) present(pkg string) Digest {
	state, _ := a.survey.Channel(a.req.Channel)
	for _, m := range state.Members {
		if m.Package == pkg {
			return m.Digest
		}
	}
	return ""
}

func (a *channelAim) label() string {
	if a.release.Name == "" {
		return "the set named by hand"
	}
	return a.release.Label()
}

// twins says which of the manifests with the same document is taken, and what
// becomes of tags that are no channel's and lead to a document too: one that
// goes with the channel now goes with it further on.
func (a *channelAim) twins(p PackageState, m *ChannelMove, stay func(string, Digest, string, ...any)) {
	other := m.Target
	for _, d := range a.release.Documents {
		if _, listed := p.Snapshot.Version(d); listed && d != m.Target {
			other = d
			stay("", d, "a twin of the document that is taken")
		}
	}
	now := p.Snapshot.Documents[p.Snapshot.Tag(a.req.Channel)]
	for _, tag := range p.Snapshot.TagNames() {
		d := p.Snapshot.Tag(tag)
		doc, read := p.Snapshot.Documents[d]
		info := a.survey.Inventory.Layout.Tag(tag)
		if !read || info.Kind != TagMoving || info.Channel != "" || slices.Contains(m.Tags, tag) {
			continue
		}
		switch {
		case doc.Channel != a.req.Channel:
			stay(tag, d, "it holds the document of %s", doc.Channel)
		case d == other || d == m.Target:
			stay(tag, d, "it holds this document already")
		case now.Channel == "" || publishKey(now) != publishKey(doc) || tag == KeptTag(d):
			stay(tag, d, "it holds another document of %s than the channel's present one: it is somebody's own", doc.Channel)
		default:
			m.Tags = append(m.Tags, tag)
		}
	}
}
