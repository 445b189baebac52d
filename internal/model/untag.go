package model

import (
	"fmt"
	"time"
)

// UntagRequest asks for one tag of one package to be taken away. The version
// that it points to stays.
type UntagRequest struct {
	Package   string
	Tag       string
	Reason    string
	Incident  string
	Actor     string
	Overrides []string // codes of blockers that the person lifts by name
	At        time.Time
}

// PlanUntag makes the plan for taking one tag away. A tag that is not there
// gives an empty plan.
//
// GHCR has no such operation: the tag is moved to an empty manifest made for it
// and the version of that one is deleted (as dataaxiom/ghcr-cleanup-action
// does). So another tagged version must be there, for GHCR refuses to delete
// the last one.
func PlanUntag(s Survey, req UntagRequest, facts RetagFacts) Plan {
	state := s.Inventory.stated(req.Package)
	from := state.Snapshot.Tag(req.Tag)
	p := Plan{
		Registry: s.Inventory.Registry, Owner: s.Inventory.Owner,
		Title:  Sanitize(fmt.Sprintf("take the tag %s off %s", req.Tag, req.Package)),
		Reason: req.Reason, Incident: req.Incident, Actor: req.Actor,
		Created: req.At, ReadAt: state.Snapshot.ReadAt, Aim: Aim{Act: ActUntag},
	}
	u := &untagging{req: req, facts: facts, survey: s, state: state, from: from}
	if from != "" {
		p.Changes = []Change{{Kind: RemoveTag, Stage: 1, Package: req.Package, Tag: req.Tag, From: from}}
		p.Effects = EffectsOf(s, p.Changes)
	}
	u.block()
	if !p.Empty() {
		u.warn(p.Effects)
	}
	return u.seal(p, req.Overrides)
}

type untagging struct {
	remarks
	survey Survey
	req    UntagRequest
	facts  RetagFacts
	state  PackageState
	from   Digest
}

func (u *untagging) block() {
	tag := u.survey.Inventory.Layout.Tag(u.req.Tag)
	if err := ValidTag(u.req.Tag); err != nil {
		u.blocker(CodeInvalidTag, u.req.Package, false, "%s", err)
	}
	if tag.Kind == TagPlumbing {
		u.blocker(CodePlumbingTag, u.req.Package, false, "%s belongs to the tools that keep attestations, without it they are cut off", u.req.Tag)
	}
	if u.from == "" {
		return
	}
	if tag.Kind == TagImmutable {
		u.blocker(CodeImmutableTag, u.req.Package, true, "%s is meant to stay for ever: it names %s, and who asks for it would get nothing", u.req.Tag, u.from.Short())
	}
	others := 0
	for _, v := range u.state.Snapshot.Versions {
		for _, t := range v.Tags {
			if t != u.req.Tag {
				others++
				break
			}
		}
	}
	if others == 0 {
		u.blocker(CodeLastTagged, u.req.Package, false, "%s is the only tag of %s: GHCR takes a tag off by deleting the version it was moved to, and refuses that for the last tagged one", u.req.Tag, u.req.Package)
	}
}

func (u *untagging) warn(effects []Effect) {
	for _, c := range u.survey.Inventory.Layout.Channels {
		for _, t := range u.state.Spec.TagsOf(c.Name) {
			if t == u.req.Tag {
				u.warning(CodeHoldsChannel, u.req.Package, "%s is how people get %s of %s: they will get nothing", t, u.req.Package, c.Name)
			}
		}
	}
	u.warning(CodeServesNothing, u.req.Package, "for a moment %s serves an empty manifest, then nothing: GHCR has no other way to take a tag off", u.req.Tag)
	for _, e := range effects {
		if e.Kind == EffectOrphaned {
			u.warning(CodeOrphan, u.req.Package, "%s becomes untagged; undo needs it, and a cleanup may delete it", e.Before.Short())
		}
	}
	for _, run := range u.facts.Running {
		u.warning(CodeRunInProgress, u.req.Package, "%s and may set %s again", underWay(run), u.req.Tag)
	}
	u.warnings = append(u.warnings, u.facts.Unchecked...)
}
