package model

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// UndoRequest asks to take back what an execution did.
type UndoRequest struct {
	// Act is ActUndo, or ActRevert for one that did not come to its end.
	Act       Act
	Reason    string
	Incident  string // "": that of the plan taken back
	Actor     string
	Overrides []string
	At        time.Time
	// Only are the steps that are taken back; none: all of them.
	Only []StepRef
}

// StepRef names a step of an execution by what it changes: a tag, or a version
// by GitHub's id.
type StepRef struct {
	Package   string
	Tag       string
	VersionID int64
}

// Ref is how a step is named that makes the change.
func (c Change) Ref() StepRef { return StepRef{Package: c.Package, Tag: c.Tag, VersionID: c.VersionID} }

// CheckUndo refuses a request for parts of an execution that are not there, or
// that cannot be taken back alone.
func CheckUndo(x Execution, req UndoRequest) error {
	if len(req.Only) == 0 {
		return nil
	}
	if why := x.NoParts(); why != "" {
		return Invalid("no part of plan "+x.ID()+" can be taken back alone", why)
	}
	for _, ref := range req.Only {
		if !slices.ContainsFunc(x.Steps, func(s ExecutionStep) bool { return s.Change.Ref() == ref && s.ToTakeBack() }) {
			return Invalid(Sanitize(fmt.Sprintf("plan %s has nothing to take back of %s %s", x.ID(), ref.Package, cmp.Or(ref.Tag, fmt.Sprintf("version %d", ref.VersionID)))),
				"the journal lists what the plan did, and what was taken back since")
		}
	}
	return nil
}

// UndoFacts is what the service found out for it, beyond a fresh survey.
type UndoFacts struct {
	// Missing are digests, by package, that the registry does not have of what
	// is to be put back: the former targets and their parts.
	Missing map[string][]Digest
	// Trust is what checking the attestations of what is put back came to, by
	// package; none: nothing was checked.
	Trust   map[string]map[Digest]TargetTrust
	Running []Run
	// Unchecked says what could not be asked and why: warnings, never blockers.
	Unchecked []Remark
}

// Without are the steps of an execution that are taken back where these are left
// out: a step of every package where Package is "", every step of a package
// where neither tag nor version is named.
func (x Execution) Without(out []StepRef) ([]StepRef, error) {
	means := func(want, have StepRef) bool {
		return (want.Package == "" || want.Package == have.Package) && (want.Tag == "" || want.Tag == have.Tag) &&
			(want.VersionID == 0 || want.VersionID == have.VersionID)
	}
	var left []StepRef
	used := make([]bool, len(out))
	for _, s := range x.Steps {
		ref, leave := s.Change.Ref(), false
		for i, want := range out {
			if means(want, ref) {
				used[i], leave = true, true
			}
		}
		if !leave && s.ToTakeBack() {
			left = append(left, ref)
		}
	}
	if i := slices.Index(used, false); i >= 0 {
		return nil, Invalid(Sanitize(fmt.Sprintf("plan %s changed no %s:%s", x.ID(), out[i].Package, out[i].Tag)), "caitui report lists what a plan changed")
	}
	if len(left) == 0 {
		return nil, Invalid("nothing of plan "+x.ID()+" is left to take back", "leave out less")
	}
	return left, nil
}

// Codes of the blockers and warnings of an undo.
const (
	CodeMovedSince    = "moved-since"    // warning; blocker where nothing else is left to take back
	CodeGone          = "target-gone"    // blocker, may be lifted: what stood there before is gone; lifted, it is left out
	CodeRestoreOver   = "restore-over"   // warning: deleted too long ago; blocker as above
	CodeRestoreUntil  = "restore-until"  // warning: how long a restore is still possible
	CodeTagTaken      = "tag-taken"      // warning: a tag of a restored version stands elsewhere now
	CodePlanNotKept   = "plan-not-kept"  // warning: undone from the journal's lines alone
	CodeDocumentStays = "document-stays" // warning: a written document stays as an untagged version
	// CodePlaceholderStays warns of an untagged version too: what a removal had
	// put under its tag.
	CodePlaceholderStays = "placeholder-stays"
)

// PlanUndo makes the plan that takes back exactly what an execution did: what
// it is recorded to have done, and of steps whose outcome is not known those
// that a fresh survey shows as done. It goes in the opposite order, and what
// somebody changed since is left alone and said.
func PlanUndo(s Survey, x Execution, req UndoRequest, facts UndoFacts) Plan {
	u := &undo{survey: s, x: x, req: req, facts: facts, now: s.Inventory.ReadAt}
	if u.now.IsZero() {
		u.now = req.At
	}
	for i := len(x.Steps) - 1; i >= 0; i-- {
		u.step(x.Steps[i])
	}
	u.keepLastTags()
	u.order()
	p := Plan{
		Registry: s.Inventory.Registry, Owner: s.Inventory.Owner, Title: u.title(),
		Reason: req.Reason, Incident: req.Incident, Actor: req.Actor, Created: req.At, ReadAt: s.Inventory.ReadAt,
		Aim: u.aim(), Changes: u.changes, Unmoved: u.unmoved, Effects: EffectsOf(s, u.changes),
	}
	if p.Incident == "" {
		p.Incident = x.Incident
	}
	p.Verdicts = u.targets()
	if p.Aim.Channel != "" && !p.Empty() {
		p.Consumers = consumersOf(s, p, u.reached(p))
	}
	u.remark(p)
	return u.seal(p, req.Overrides)
}

// targets are the versions that get tags back, each once however many tags it
// gets.
func (u *undo) targets() []PlanVerdict {
	var out []PlanVerdict
	for _, c := range u.changes {
		if c.Tag == "" || c.To == "" || slices.ContainsFunc(out, func(v PlanVerdict) bool { return v.Package == c.Package && v.Digest == c.To }) {
			continue
		}
		v := targetOf(u.snapshot(c.Package), c.Package, c.To, u.facts.Missing[c.Package])
		v.Verdict = u.facts.Trust[c.Package][c.To].Verdict
		out = append(out, v)
	}
	return out
}

// reached is what the channel goes back to: the release of that name, else
// whatever its tags pointed to.
func (u *undo) reached(p Plan) reached {
	if r, n := FindRelease(u.survey, p.Aim.To); n > 0 {
		return reached{label: r.Label(), target: func(pkg string) Digest { return r.Members[pkg].Digest }}
	}
	return reached{label: "what was there before", target: func(pkg string) Digest {
		for _, c := range p.Changes {
			if c.Package == pkg && c.Tag == p.Aim.Channel {
				return c.To
			}
		}
		return u.snapshot(pkg).Tag(p.Aim.Channel)
	}}
}

// undo is one execution being taken back.
type undo struct {
	remarks
	survey  Survey
	x       Execution
	req     UndoRequest
	facts   UndoFacts
	now     time.Time
	changes []Change
	unmoved []Unmoved
	until   time.Time // the first end of what can be restored
}

// leave says what is not taken back, and why.
func (u *undo) leave(c Change, stays Digest, format string, args ...any) {
	u.unmoved = append(u.unmoved, Unmoved{Package: c.Package, Tag: c.Tag, Digest: stays, Why: Sanitize(fmt.Sprintf(format, args...))})
}

func (u *undo) snapshot(pkg string) Snapshot {
	p, _ := u.survey.Inventory.Package(pkg)
	return p.Snapshot
}

// step takes one step back. Stages are the step's own, twice as many so that
// tags follow the version that they stand on: order turns them round.
func (u *undo) step(s ExecutionStep) {
	c := s.Change
	if !s.ToTakeBack() {
		if s.State == StepAlready && c.Tag != "" {
			u.leave(c, c.To, "it was so before the plan, which did not change it")
		}
		return
	}
	if len(u.req.Only) > 0 && !slices.Contains(u.req.Only, c.Ref()) {
		u.unmoved = append(u.unmoved, Unmoved{Package: c.Package, Tag: c.Tag, Digest: c.To, Why: "left out", Excluded: true})
		return
	}
	switch c.Kind {
	case DeleteVersion:
		u.restore(s)
	case RestoreVersion:
		u.deleteAgain(c)
	case MoveTag, CreateTag, RemoveTag, PutArtifact:
		if c.Tag != "" {
			u.tag(s)
		} else if s.did() {
			u.leave(c, c.To, "the document stays as an untagged version: nothing points to it")
		}
	}
}

// tag puts a tag back to where the plan found it, where it still is where the
// plan left it.
func (u *undo) tag(s ExecutionStep) {
	c := s.Change
	snap := u.snapshot(c.Package)
	now := snap.Tag(c.Tag)
	if u.x.halfRemoved(c, now) {
		u.changes = append(u.changes, Change{Kind: MoveTag, Stage: 2 * c.Stage, Package: c.Package, Tag: c.Tag, From: now, To: c.From})
		u.warning(CodePlaceholderStays, c.Package, "the placeholder %s, which took %s:%s off its version, stays, untagged: it holds nothing and may be deleted", now.Short(), c.Package, c.Tag)
		return
	}
	switch {
	case now == c.From:
		if s.did() {
			u.leave(c, now, "it is where it was before the plan already")
		}
		return
	case now != c.To && !s.did():
		u.leave(c, now, "whether the plan moved it is not known, and it points elsewhere now")
		return
	case now != c.To:
		u.leave(c, now, "somebody moved it since: it %s, the plan had left it at %s", standsAt(now), orNone(c.To))
		u.warning(CodeMovedSince, c.Package, "%s:%s is left alone: it %s, and not where the plan had left it (%s)", c.Package, c.Tag, standsAt(now), orNone(c.To))
		return
	}
	back := Change{Kind: MoveTag, Stage: 2 * c.Stage, Package: c.Package, Tag: c.Tag, From: c.To, To: c.From}
	switch {
	case c.From == "":
		// Last of all: by then its version has the tags back that it had.
		back.Kind, back.Stage = RemoveTag, 0
	case slices.Contains(u.facts.Missing[c.Package], c.From):
		u.leave(c, now, "what it pointed to before, %s, is not there any more", c.From.Short())
		u.blocker(CodeGone, c.Package, true, "%s:%s cannot go back: %s is not there any more", c.Package, c.Tag, c.From.Short())
		return
	case c.To == "":
		back.Kind = CreateTag
	}
	u.whole(c)
	if c.Kind == PutArtifact {
		u.warning(CodeDocumentStays, c.Package, "the document %s that the plan wrote stays, untagged", c.To.Short())
	}
	u.changes = append(u.changes, back)
}

func standsAt(d Digest) string {
	if d == "" {
		return "is gone"
	}
	return "points to " + d.Short()
}

// whole blocks where parts of what is to be put back are missing.
func (u *undo) whole(c Change) {
	m := u.snapshot(c.Package).Manifests[c.From]
	if m == nil {
		return
	}
	if n := missingPlatforms(m, u.facts.Missing[c.Package]); n > 0 {
		u.blocker(CodeTargetPartial, c.Package, false, "%s, to which %s:%s would go back, lacks %d of its platforms: it cannot be pulled whole",
			c.From.Short(), c.Package, c.Tag, n)
	}
}

// restore brings a deleted version back and gives it its tags again, as long
// as GitHub keeps it.
func (u *undo) restore(s ExecutionStep) {
	c := s.Change
	d := u.deleted(c)
	snap := u.snapshot(c.Package)
	_, there := snap.Version(d)
	switch until := s.At.Add(restorableFor); {
	case there && s.did():
		u.leave(c, d, "version %d is there again already", c.VersionID)
	case there: // its deletion was not done
	case !until.After(u.now):
		u.leave(c, d, "deleted on %s: GitHub keeps what is deleted for 30 days, until %s", stampDay(s.At), stampDay(until))
		u.warning(CodeRestoreOver, c.Package, "version %d (%s) cannot come back: it could be restored until %s", c.VersionID, d.Short(), stampDay(until))
		return
	default:
		u.changes = append(u.changes, Change{Kind: RestoreVersion, Stage: 2 * c.Stage, Package: c.Package, To: d, VersionID: c.VersionID})
		if u.until.IsZero() || until.Before(u.until) {
			u.until = until
		}
	}
	u.tagsBack(c, d)
}

// deleted is the digest of a version that a change deleted.
func (u *undo) deleted(c Change) Digest {
	if c.From != "" {
		return c.From
	}
	for _, e := range u.x.Plan.Effects {
		if e.Package == c.Package && e.Tag == "" && e.VersionID == c.VersionID && e.Kind == EffectDeleted {
			return e.Before
		}
	}
	return ""
}

// tagsBack gives a version the tags that its deletion took with it.
func (u *undo) tagsBack(c Change, d Digest) {
	snap := u.snapshot(c.Package)
	for _, e := range u.x.Plan.Effects {
		if e.Package != c.Package || e.Tag == "" || e.Kind != EffectRemoved || e.Before != d || d == "" || u.ownStep(e) {
			continue
		}
		lost := Change{Kind: CreateTag, Package: c.Package, Tag: e.Tag, To: d}
		switch now := snap.Tag(e.Tag); {
		case now == "":
			lost.Stage = 2*c.Stage - 1
			u.changes = append(u.changes, lost)
		case now != d:
			u.leave(lost, now, "it was a tag of %s and stands elsewhere since", d.Short())
			u.warning(CodeTagTaken, c.Package, "%s:%s stays at %s: somebody gave it to another version since", c.Package, e.Tag, now.Short())
		}
	}
}

// ownStep reports whether a tag was removed by a change of its own.
func (u *undo) ownStep(e Effect) bool {
	return slices.ContainsFunc(u.x.Steps, func(s ExecutionStep) bool {
		return s.Change.Package == e.Package && s.Change.Tag == e.Tag
	})
}

// deleteAgain takes back a restore.
func (u *undo) deleteAgain(c Change) {
	if _, there := u.snapshot(c.Package).Version(c.To); !there {
		u.leave(c, "", "version %d is not there any more", c.VersionID)
		return
	}
	u.changes = append(u.changes, Change{Kind: DeleteVersion, Stage: 2 * c.Stage, Package: c.Package, From: c.To, VersionID: c.VersionID})
}

// keepLastTags leaves a tag alone where nothing else in its package has one:
// GHCR takes a tag off by deleting the version that it was moved to, and refuses
// that for the last tagged one. A registry without GitHub's API has no way at
// all.
func (u *undo) keepLastTags() {
	for i := len(u.changes) - 1; i >= 0; i-- {
		c := u.changes[i]
		if c.Kind != RemoveTag {
			continue
		}
		var why string
		switch {
		case slices.ContainsFunc(u.changes, func(o Change) bool { return o.Kind == DeleteVersion && o.Package == c.Package && o.From == c.From }):
			u.changes = slices.Delete(u.changes, i, i+1) // it goes with its version
			continue
		case u.snapshot(c.Package).Origin != OriginAPI:
			why = "only GitHub's API can take a tag off, and it does not answer here"
		case !u.otherTags(c):
			why = "it is the only tag of " + c.Package + ", which GHCR does not take off"
		default:
			continue
		}
		u.changes = slices.Delete(u.changes, i, i+1)
		u.leave(c, c.From, "%s", why)
		u.warning(CodeLastTagged, c.Package, "%s:%s stays: %s", c.Package, c.Tag, why)
	}
}

// otherTags reports whether the package has another tag than the one that goes.
func (u *undo) otherTags(c Change) bool {
	for _, v := range u.snapshot(c.Package).Versions {
		for _, tag := range v.Tags {
			if tag != c.Tag && !slices.ContainsFunc(u.changes, func(o Change) bool {
				return o.Kind == RemoveTag && o.Package == c.Package && o.Tag == tag
			}) {
				return true
			}
		}
	}
	return false
}

// order turns the stages round and counts them from 1: what was done last is
// taken back first, and a tag follows the version that it stands on.
func (u *undo) order() {
	var stages []int
	for _, c := range u.changes {
		if !slices.Contains(stages, c.Stage) {
			stages = append(stages, c.Stage)
		}
	}
	slices.Sort(stages)
	slices.Reverse(stages)
	for i := range u.changes {
		u.changes[i].Stage = slices.Index(stages, u.changes[i].Stage) + 1
	}
	slices.SortStableFunc(u.changes, func(a, b Change) int { return a.Stage - b.Stage })
}
