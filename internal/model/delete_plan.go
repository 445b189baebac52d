package model

import (
	"fmt"
	"slices"
	"strings"
)

// PlanDelete makes the plan for deleting versions of any number of packages. It
// needs fresh and whole lists of their versions, and everything read that
// DeleteReads names: what is missing of that blocks the plan, because nobody
// could say then what still needs what is deleted.
//
// Blockers that may be lifted and that the request names are left in the plan
// as warnings. The plan's text holds no unsanitised text.
func PlanDelete(s Survey, req DeleteRequest, facts DeleteFacts) Plan {
	d := &deleting{survey: s, req: req, facts: facts}
	byPackage := refsOf(req.Versions)
	for _, pkg := range packagesOf(req.Versions) {
		d.sets = append(d.sets, newDeletionSet(s, pkg, byPackage[pkg], req.WithParts))
	}
	p := Plan{
		Registry: s.Inventory.Registry, Owner: s.Inventory.Owner,
		Reason: req.Reason, Incident: req.Incident, Actor: req.Actor,
		Created: req.At, ReadAt: s.Inventory.ReadAt, Aim: Aim{Act: ActDelete},
		Changes: deletions(d.sets),
	}
	p.Effects = EffectsOf(s, p.Changes)
	p.Title = d.title()
	d.block()
	d.warn(p)
	return d.seal(p, req.Overrides)
}

// deleting is one request being looked at from all sides.
type deleting struct {
	remarks
	survey Survey
	req    DeleteRequest
	facts  DeleteFacts
	sets   []*deletionSet
}

// count is how many versions are deleted in all.
func (d *deleting) count() int {
	n := 0
	for _, set := range d.sets {
		n += len(set.goes)
	}
	return n
}

// title says in words what the plan does.
func (d *deleting) title() string {
	var names []string
	builds := 0
	for _, set := range d.sets {
		if len(set.goes) > 0 {
			names = append(names, set.pkg)
			builds += set.group().Builds
		}
	}
	where := packagesText(names)
	n := d.count()
	switch {
	case n == 0:
		return "delete nothing"
	case builds > 0 && builds < n:
		return Sanitize(fmt.Sprintf("delete %s = %s of %s", counted(builds, "build"), counted(n, "version"), where))
	}
	return Sanitize(fmt.Sprintf("delete %s of %s", counted(n, "version"), where))
}

// packagesText names packages for a title, many by their number.
func packagesText(names []string) string {
	if len(names) > 2 {
		return counted(len(names), "package")
	}
	return enumerate(names)
}

// block finds what forbids the plan.
func (d *deleting) block() {
	for _, set := range d.sets {
		d.blockUnread(set)
		d.blockNeeded(set)
		d.blockLast(set)
		for _, v := range set.snap.Versions {
			if set.goes[v.Digest] && v.ID == 0 {
				d.blocker(CodeNoVersionID, set.pkg, false, "GitHub tells no id of %s, and versions are deleted by their id", v.Digest.Short())
				break
			}
		}
	}
	if n := d.count(); n > DeletionsFloor {
		d.blocker(CodeFloorDeletions, "", true, "%d versions are more than the %d that one plan deletes without a word", n, DeletionsFloor)
	}
	d.blockChannels()
}

// blockUnread names what nobody has read and what therefore may need something
// that is deleted.
func (d *deleting) blockUnread(set *deletionSet) {
	if len(set.goes) == 0 {
		return
	}
	why := ""
	if text := d.facts.Why[set.pkg]; text != "" {
		why = " (" + text + ")"
	}
	if set.snap.Origin != OriginAPI || set.snap.Partial {
		d.blocker(CodeIncompleteReading, set.pkg, false, "the list of all versions was not read whole%s: an unseen one may need what is deleted", why)
		return
	}
	var unread []Digest
	for _, v := range set.snap.Versions {
		if set.snap.mayList(v.Digest) && !slices.Contains(d.facts.Opaque[set.pkg], v.Digest) {
			unread = append(unread, v.Digest)
		}
	}
	if len(unread) > 0 {
		d.blocker(CodeIncompleteReading, set.pkg, false, "%s could not be read%s and may need what is deleted: %s",
			counted(len(unread), "manifest"), why, enumerate(shorts(unread)))
	}
}

// blockNeeded names what would break.
func (d *deleting) blockNeeded(set *deletionSet) {
	var needed []string
	for _, v := range set.snap.Versions {
		if !set.asked[v.Digest] {
			continue
		}
		if by := set.neededBy(v.Digest); by != "" {
			needed = append(needed, v.Digest.Short()+" by "+set.name(by))
		}
	}
	if len(needed) > 0 {
		d.blocker(CodeNeeded, set.pkg, false, "what is kept needs %s: %s", counted(len(needed), "version"), enumerate(needed))
	}
}

// name is a version's digest with the tags that people know it by.
func (set *deletionSet) name(at Digest) string {
	v, _ := set.snap.Version(at)
	if len(v.Tags) == 0 {
		return at.Short()
	}
	return at.Short() + " (" + enumerate(v.Tags) + ")"
}

// blockLast blocks what GHCR refuses: a package keeps a tagged version, or goes
// as a whole, which caitui does not do.
func (d *deleting) blockLast(set *deletionSet) {
	tagged, lost := 0, 0
	for _, v := range set.snap.Versions {
		switch {
		case len(v.Tags) == 0:
		case set.goes[v.Digest]:
			lost++
		default:
			tagged++
		}
	}
	switch {
	case len(set.goes) == 0:
	case len(set.goes) == len(set.snap.Versions):
		d.blocker(CodeLastTagged, set.pkg, false, "nothing of %s would be left, and GitHub refuses to delete the last version; the package itself can be deleted in its settings on github.com", set.pkg)
	case lost > 0 && tagged == 0:
		d.blocker(CodeLastTagged, set.pkg, false, "%s would keep no tagged version, and GitHub refuses to delete the last one", set.pkg)
	}
}

// blockChannels keeps what channels point to, and what they could go back to.
func (d *deleting) blockChannels() {
	for _, c := range d.survey.Channels {
		var held []string
		for _, set := range d.sets {
			if slices.ContainsFunc(set.heldTags(d.survey, c), func(at Digest) bool { return set.goes[at] }) {
				held = append(held, set.pkg)
			}
		}
		if len(held) > 0 {
			d.blocker(CodeHoldsChannel, "", true, "%s points to what is deleted, in %s: who asks for it gets nothing", c.Name, enumerate(held))
		}
		var lost []string
		for _, r := range lastTargets(d.survey, c, TargetsFloor) {
			if from := d.takesFrom(r); len(from) > 0 {
				lost = append(lost, r.Label()+" ("+enumerate(from)+")")
			}
		}
		if len(lost) > 0 {
			d.blocker(CodeChannelTargets, "", true, "%s could not go back to %s any more, of the last %d that it can", c.Name, strings.Join(lost, ", "), TargetsFloor)
		}
	}
}

// heldTags are what a channel has of the set's package: by its tag or a tag that
// moves with it, and as its member however that is named.
func (set *deletionSet) heldTags(s Survey, c ChannelState) []Digest {
	var out []Digest
	for _, t := range set.state.Spec.TagsOf(c.Name) {
		out = append(out, set.snap.Tag(t))
	}
	for _, m := range c.Members {
		if m.Package == set.pkg {
			out = append(out, m.Digest)
		}
	}
	return out
}

// takesFrom lists the packages in which a release loses its member.
func (d *deleting) takesFrom(r Release) []string {
	var out []string
	for _, set := range d.sets {
		if m, ok := r.Members[set.pkg]; ok && set.goes[m.Digest] {
			out = append(out, set.pkg)
		}
	}
	return out
}
