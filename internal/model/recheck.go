package model

import (
	"fmt"
	"slices"
)

// CodeChanged blocks a saved plan on a registry that has changed since.
const CodeChanged = "changed-since"

// Recheck compares a plan that was made some time ago with a fresh survey: each
// difference is a blocker. A tag that is already where the plan wants it is no
// difference. missing are digests, by package, that the registry does not have
// of what the plan points tags to.
func Recheck(s Survey, p Plan, missing map[string][]Digest) []Remark {
	r := &recheck{survey: s, plan: p}
	for _, c := range p.Changes {
		state, _ := s.Inventory.Package(c.Package)
		r.change(state.Snapshot, c)
		if c.Tag != "" && c.To != "" && c.Kind != PutArtifact {
			r.target(state.Snapshot, c, missing[c.Package])
		}
	}
	r.effects()
	return r.differences
}

type recheck struct {
	survey      Survey
	plan        Plan
	differences []Remark
}

func (r *recheck) differ(pkg, format string, args ...any) {
	d := Remark{Code: CodeChanged, Package: pkg, Message: Sanitize(fmt.Sprintf(format, args...))}
	if !slices.Contains(r.differences, d) {
		r.differences = append(r.differences, d)
	}
}

func (r *recheck) change(snap Snapshot, c Change) {
	if c.Tag != "" {
		if now := snap.Tag(c.Tag); now != c.From && now != c.To {
			r.differ(c.Package, "%s:%s %s now, the plan expects %s", c.Package, c.Tag, standsAt(now), orNone(c.From))
		}
		return
	}
	if c.Kind != DeleteVersion {
		return
	}
	d := c.From
	v, there := snap.Version(d)
	if !there {
		return // gone counts as deleted
	}
	for _, tag := range v.Tags {
		told := slices.ContainsFunc(r.plan.Effects, func(e Effect) bool { return e.Package == c.Package && e.Tag == tag })
		if !told {
			r.differ(c.Package, "version %d (%s) has the tag %s now, which would be lost and is not in the plan", c.VersionID, d.Short(), tag)
		}
	}
}

func (r *recheck) target(snap Snapshot, c Change, missing []Digest) {
	if slices.Contains(missing, c.To) && !r.restored(c) {
		r.differ(c.Package, "%s, to which %s:%s is to point, is not there any more", c.To.Short(), c.Package, c.Tag)
		return
	}
	m := snap.Manifests[c.To]
	if m == nil {
		return
	}
	for _, child := range m.Platforms() {
		if slices.Contains(missing, child.Digest) {
			r.differ(c.Package, "%s, to which %s:%s is to point, lacks its part for %s now", c.To.Short(), c.Package, c.Tag, child.Platform)
		}
	}
}

// restored reports whether the plan itself brings a target back.
func (r *recheck) restored(c Change) bool {
	return slices.ContainsFunc(r.plan.Changes, func(o Change) bool {
		return o.Kind == RestoreVersion && o.Package == c.Package && o.To == c.To
	})
}

// effects finds versions that would lose their last tag and are not in the
// preview that somebody agreed to.
func (r *recheck) effects() {
	for _, e := range EffectsOf(r.survey, r.plan.Changes) {
		if e.Kind != EffectOrphaned {
			continue
		}
		told := slices.ContainsFunc(r.plan.Effects, func(o Effect) bool { return o.Package == e.Package && o.Tag == "" && o.Before == e.Before })
		if !told {
			r.differ(e.Package, "%s would lose its last tag, which is not in the plan", e.Before.Short())
		}
	}
}
