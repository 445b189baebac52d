package model

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// PlanRestore makes the plan for bringing deleted versions back: what they need
// first, then they, then what speaks of them, then the tags that they had. A
// tag that has gone elsewhere meanwhile is not taken from there. Whether GitHub
// brings tags back by itself is not known; a tag that it has brought counts as
// done.
func PlanRestore(s Survey, req RestoreRequest, facts RestoreFacts) Plan {
	r := &restoring{survey: s, req: req, facts: facts}
	if r.lenient() {
		facts.Deleted = inTime(facts.Deleted, s.Inventory.ReadAt)
	}
	byPackage := refsOf(req.Versions)
	for _, pkg := range packagesOf(req.Versions) {
		r.sets = append(r.sets, newRestoreSet(s, facts, pkg, byPackage[pkg]))
	}
	p := Plan{
		Registry: s.Inventory.Registry, Owner: s.Inventory.Owner, Title: r.title(),
		Reason: req.Reason, Incident: req.Incident, Actor: req.Actor,
		Created: req.At, ReadAt: s.Inventory.ReadAt, Aim: Aim{Act: cmp.Or(req.Act, ActRestore), Undoes: req.Undoes},
	}
	p.Changes = r.versions()
	tags := r.tags(p.Changes)
	p.Changes = append(p.Changes, tags...)
	p.Effects = EffectsOf(s, p.Changes)
	for _, set := range r.sets {
		r.judge(set)
	}
	p.Unmoved = r.unmoved
	if !p.Empty() {
		r.countdown()
	} else if r.late > 0 {
		r.blocker(CodeRestoreOver, "", false, "nothing of it can be taken back any more: GitHub gives versions back for 30 days")
	}
	r.warnings = append(r.warnings, facts.Unchecked...)
	return r.seal(p, req.Overrides)
}

type restoring struct {
	remarks
	survey  Survey
	req     RestoreRequest
	facts   RestoreFacts
	sets    []*restoreSet
	unmoved []Unmoved
	late    int // versions left out because GitHub does not offer them any more
}

// lenient is whether what cannot come back is left out instead of blocking.
func (r *restoring) lenient() bool { return r.req.Act != "" }

// inTime are the deleted versions whose 30 days are not over.
func inTime(all map[string][]DeletedVersion, now time.Time) map[string][]DeletedVersion {
	out := make(map[string][]DeletedVersion, len(all))
	for pkg, list := range all {
		out[pkg] = slices.DeleteFunc(slices.Clone(list), func(v DeletedVersion) bool {
			return !v.At.IsZero() && now.Sub(v.At) >= restorableFor
		})
	}
	return out
}

func (r *restoring) title() string {
	text := r.does()
	if r.req.Undoing != "" {
		text += ", " + r.req.Undoing
	}
	return Sanitize(text)
}

func (r *restoring) does() string {
	n, grown := 0, 0
	var names []string
	for _, set := range r.sets {
		n += len(set.order)
		grown += len(set.order) - len(set.asked)
		if len(set.order) > 0 {
			names = append(names, set.pkg)
		}
	}
	if n == 0 {
		return "restore nothing"
	}
	text := fmt.Sprintf("restore %s of %s", counted(n, "version"), packagesText(names))
	if grown > 0 {
		text += fmt.Sprintf(": %d asked for, %d that belong to them", n-grown, grown)
	}
	return text
}

// versions are the restores of all packages in the order of their stages.
func (r *restoring) versions() []Change {
	var out []Change
	for _, set := range r.sets {
		stages := set.stages()
		for _, d := range set.order {
			out = append(out, Change{Kind: RestoreVersion, Stage: stages[d], Package: set.pkg, To: d, VersionID: set.deleted[d].ID})
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int { return cmp.Compare(a.Stage, b.Stage) })
	return out
}

// tags are the tags to be set once all versions are there.
func (r *restoring) tags(versions []Change) []Change {
	last := 0
	for _, c := range versions {
		last = max(last, c.Stage)
	}
	var out []Change
	for _, set := range r.sets {
		for _, ref := range r.lost(set) {
			switch now := set.snap.Tag(ref.Tag); now {
			case "":
				out = append(out, Change{Kind: CreateTag, Stage: last + 1, Package: set.pkg, Tag: ref.Tag, To: ref.Digest})
			case ref.Digest:
			default:
				r.unmoved = append(r.unmoved, Unmoved{Package: set.pkg, Tag: ref.Tag, Digest: now, Why: "it has gone elsewhere since the deletion"})
				r.warning(CodeTagElsewhere, set.pkg, "%s stays at %s, where it has gone since: %s comes back without it", ref.Tag, now.Short(), ref.Digest.Short())
			}
		}
	}
	return out
}

// lost are the tags that the versions of a set had, each once: of two that claim
// one tag the later deleted had it last.
func (r *restoring) lost(set *restoreSet) []TagRef {
	var all []TagRef
	for _, d := range set.order {
		for _, t := range set.deleted[d].Tags {
			all = append(all, TagRef{set.pkg, t, d})
		}
	}
	for _, ref := range r.req.Tags {
		if ref.Package == set.pkg && set.comes[ref.Digest] {
			all = append(all, ref)
		}
	}
	slices.SortStableFunc(all, func(a, b TagRef) int {
		return cmp.Or(cmp.Compare(a.Tag, b.Tag), set.deleted[b.Digest].At.Compare(set.deleted[a.Digest].At))
	})
	return slices.CompactFunc(all, func(a, b TagRef) bool { return a.Tag == b.Tag })
}

// judge finds what forbids bringing back, or makes it less than whole.
func (r *restoring) judge(set *restoreSet) {
	for _, ref := range set.absent {
		name := fmt.Sprintf("version %d", ref.ID)
		if ref.ID == 0 {
			name = ref.Digest.Short()
		}
		if r.lenient() {
			r.late++
			r.unmoved = append(r.unmoved, Unmoved{Package: set.pkg, Why: "GitHub does not give " + name + " back any more"})
			r.warning(CodeRestoreOver, set.pkg, "%s of %s cannot come back: GitHub does not offer it any more", name, set.pkg)
			continue
		}
		r.blocker(CodeNotRestorable, set.pkg, false, "GitHub does not offer %s of %s to be restored: it was never there, or its 30 days are over", name, set.pkg)
	}
	for _, v := range set.there {
		r.unmoved = append(r.unmoved, Unmoved{Package: set.pkg, Digest: v.Digest, Why: "it is there"})
		r.warning(CodeAlreadyThere, set.pkg, "%s is there as version %d: nothing to restore", v.Digest.Short(), v.ID)
	}
	now := r.survey.Inventory.ReadAt
	for _, d := range set.order {
		if at := set.deleted[d].At; !at.IsZero() && now.Sub(at) >= restorableFor {
			r.blocker(CodeRestoreExpired, set.pkg, false, "%s was deleted on %s, and GitHub gives versions back for 30 days only", d.Short(), at.UTC().Format(time.DateOnly))
		}
		if gone := set.missing[d]; len(gone) > 0 {
			r.judgeMissing(set, d, gone)
		}
	}
	if len(set.opaque) > 0 {
		r.warning(CodeUncheckedParts, set.pkg, "what %s needs is not known, as its manifest was not kept here: name its parts too where they were deleted", enumerate(shorts(set.opaque)))
	}
}

// judgeMissing blocks what would come back and could not be pulled.
func (r *restoring) judgeMissing(set *restoreSet, d Digest, gone []Descriptor) {
	var runs, rest []string
	for _, child := range gone {
		if child.BuildxAttestation() || isAttestationType(child.ArtifactType) {
			rest = append(rest, child.Digest.Short())
			continue
		}
		what := child.Digest.Short()
		if child.Platform != nil {
			what = child.Platform.String() + " " + what
		}
		runs = append(runs, what)
	}
	if len(runs) > 0 {
		r.blocker(CodeTargetPartial, set.pkg, true, "%s needs what GitHub does not have any more: %s; it would come back and could not be pulled whole", d.Short(), enumerate(runs))
	}
	if len(rest) > 0 {
		r.warning(CodeTargetPartial, set.pkg, "%s comes back without attestations that are gone: %s", d.Short(), enumerate(rest))
	}
}

// countdown says until when this can still be done.
func (r *restoring) countdown() {
	now := r.survey.Inventory.ReadAt
	var first time.Time
	for _, set := range r.sets {
		for _, d := range set.order {
			if at := set.deleted[d].At; !at.IsZero() && (first.IsZero() || at.Before(first)) {
				first = at
			}
		}
	}
	if first.IsZero() {
		r.warning(CodeRestorable, "", "when these were deleted is not known; GitHub gives versions back for 30 days")
		return
	}
	until := first.Add(restorableFor)
	left := until.Sub(now)
	if left <= 0 {
		return
	}
	text := counted(int(left.Hours())/24, "day")
	if left < 48*time.Hour {
		text = counted(int(left.Hours()), "hour")
	}
	r.warning(CodeRestorable, "", "GitHub gives these back until %s: %s left", until.UTC().Format(time.RFC3339), text)
}
