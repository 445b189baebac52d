package model

import (
	"fmt"
	"slices"
	"time"
)

// PlanChannel makes the plan that brings a channel, in all packages, to one set
// of digests. It needs the fresh snapshots of all packages, with the targets'
// manifests read as far as they could be. What is where it should be already
// stands in Unmoved and is no change.
//
// Blockers that may be lifted and that the request names are left in the plan
// as warnings. What could not be asked is a warning and never a reason to refuse
// a rollback. The plan's text holds no unsanitised text.
func PlanChannel(s Survey, req ChannelRequest, facts ChannelFacts) Plan {
	c := &channelPlan{survey: s, req: req, facts: facts, aim: aimOf(s, req)}
	c.state, _ = s.Channel(req.Channel)
	c.moves = c.aim.moves()
	c.plan = Plan{
		Registry: s.Inventory.Registry, Owner: s.Inventory.Owner,
		Reason: req.Reason, Incident: req.Incident, Actor: req.Actor, Created: req.At, ReadAt: s.Inventory.ReadAt,
		Aim: Aim{Act: req.Act, Channel: req.Channel, To: c.aim.release.Name, As: req.As},
	}
	if c.state.Release != nil {
		c.plan.Aim.From = c.state.Release.Name
	}
	c.plan.Title = c.title()
	for _, m := range c.moves {
		c.move(m)
	}
	c.keep()
	c.plan.Effects = EffectsOf(s, c.plan.Changes)
	c.block()
	if !c.plan.Empty() {
		c.warn()
		c.plan.Consumers = consumersOf(s, c.plan, reached{label: c.aim.label(), target: c.aim.target})
	}
	return c.seal(c.plan, req.Overrides)
}

// Codes of the blockers and warnings of a channel's plan, beside those of a
// retag.
const (
	CodeUnknownRelease    = "unknown-release"       // blocker: nothing is called so
	CodeIncompleteTarget  = "incomplete-target"     // blocker, may be lifted: the set lacks packages
	CodeNeverReturn       = "never-return"          // blocker, may be lifted: the configuration forbids it
	CodePayloadChannel    = "payload-other-channel" // blocker, may be lifted: the payload was built for another channel
	CodeOtherWay          = "other-way"             // warning: the channel is half way; the other end is possible too
	CodeLeftOut           = "left-out"              // warning: the channel will not be one set
	CodeUnattested        = "unattested"            // warning: statements about a target are missing
	CodeVerdict           = "verdict"               // warning, or a blocker that may be lifted: the attestations of a target do not hold
	CodeUncheckedVerdict  = "unchecked-verdict"     // warning: they could not be checked
	CodeOld               = "old"                   // warning: the target was built long ago
	CodeCleanup           = "cleanup"               // warning: the pipeline may delete parts of the target
	CodeMovesByItself     = "moves-by-itself"       // warning: the next publish moves the channel again
	CodeNotScanned        = "not-scanned"           // warning: nothing says that the target was scanned
	CodeLeftByRollback    = "left-by-rollback"      // warning: the channel was rolled back from there
	CodeSeveralPublishes  = "several-publishes"     // warning: one commit, several sets
	CodePayloadNotAligned = "payload-not-aligned"   // warning: the payload does not follow
)

// channelPlan is a plan in the making.
type channelPlan struct {
	remarks
	survey Survey
	req    ChannelRequest
	facts  ChannelFacts
	aim    *channelAim
	state  ChannelState
	moves  []ChannelMove
	plan   Plan
}

// title says in words what the plan does.
func (c *channelPlan) title() string {
	name, to := c.req.Channel, c.aim.label()
	from := ""
	if c.state.Release != nil {
		from = c.state.Release.Label()
	}
	var text string
	switch r := c.aim.release; {
	case c.req.Act == ActPromote && c.req.As != "":
		text = fmt.Sprintf("promote %s to %s as %s", to, name, c.req.As)
	case c.req.Act == ActPromote:
		text = fmt.Sprintf("promote %s to %s", to, name)
	case c.state.Release != nil && c.aim.found() && r.Same(*c.state.Release):
		text = fmt.Sprintf("bring all of %s to %s", name, to)
	case from == "":
		text = fmt.Sprintf("move %s to %s", name, to)
	case c.aim.found() && builtBefore(r, *c.state.Release):
		text = fmt.Sprintf("roll %s back from %s to %s", name, from, to)
	default:
		text = fmt.Sprintf("move %s from %s to %s", name, from, to)
	}
	return Sanitize(text)
}

// move takes what is wanted of one package over into the plan.
func (c *channelPlan) move(m ChannelMove) {
	c.plan.Unmoved = append(c.plan.Unmoved, m.Stay...)
	if m.Target == "" {
		return
	}
	p, _ := c.survey.Inventory.Package(m.Spec.Name)
	verdict := targetOf(p.Snapshot, m.Spec.Name, m.Target, c.facts.Packages[m.Spec.Name].Missing)
	verdict.Verdict = c.facts.Packages[m.Spec.Name].Trust.Verdict
	c.plan.Verdicts = append(c.plan.Verdicts, verdict)
	tags := m.Tags
	if m.As != "" {
		tags = append(slices.Clone(tags), m.As)
	}
	for _, tag := range tags {
		change := Change{Kind: MoveTag, Stage: m.Spec.Stage, Package: m.Spec.Name, Tag: tag, From: p.Snapshot.Tag(tag), To: m.Target}
		switch {
		case change.From == change.To:
			c.plan.Unmoved = append(c.plan.Unmoved, Unmoved{Package: m.Spec.Name, Tag: tag, Digest: change.To, Why: "is there already"})
			continue
		case m.Writes != nil:
			change.Kind, change.Artifact = PutArtifact, m.Writes
		case change.From == "":
			change.Kind = CreateTag
		}
		c.plan.Changes = append(c.plan.Changes, change)
	}
}

// targetOf is one target of a plan with how much of it is there, its
// attestations not checked.
func targetOf(snap Snapshot, pkg string, d Digest, missing []Digest) PlanVerdict {
	v := PlanVerdict{Package: pkg, Digest: d, Platforms: -1, Resolved: -1}
	if index := snap.Manifests[d]; index != nil && index.IsIndex() {
		v.Platforms = len(index.Platforms())
		v.Resolved = v.Platforms - missingPlatforms(index, missing)
	}
	return v
}

func missingPlatforms(index *Manifest, missing []Digest) int {
	n := 0
	for _, d := range index.Platforms() {
		if slices.Contains(missing, d.Digest) {
			n++
		}
	}
	return n
}

// KeptTag is the tag that keeps a version findable that would lose its last.
func KeptTag(d Digest) string { return "kept-" + d.Short() }

// keep puts a tag on every version that the changes so far leave untagged, in
// the stage in which it loses its last one: before that nothing is lost.
func (c *channelPlan) keep() {
	if !c.req.Keep {
		return
	}
	var kept []Change
	for _, e := range EffectsOf(c.survey, c.plan.Changes) {
		if e.Kind == EffectOrphaned {
			kept = append(kept, Change{Kind: CreateTag, Stage: c.survey.Inventory.Layout.Package(e.Package).Stage,
				Package: e.Package, Tag: KeptTag(e.Before), To: e.Before})
		}
	}
	c.plan.Changes = append(c.plan.Changes, kept...)
}

// block finds what forbids the plan.
func (c *channelPlan) block() {
	if c.req.Release != "" && !c.aim.found() {
		c.blocker(CodeUnknownRelease, "", false, "no release is known by the name %s", c.req.Release)
		return
	}
	var lacking []string
	for _, m := range c.moves {
		if m.Lacking {
			lacking = append(lacking, m.Spec.Name)
		}
	}
	if len(lacking) > 0 {
		c.blocker(CodeIncompleteTarget, "", true, "%s lacks %s: the channel would be of several releases%s", c.aim.label(), enumerate(lacking), c.unlisted(lacking))
	}
	if why := c.never(); why != "" {
		c.blocker(CodeNeverReturn, "", true, "the configuration forbids to return to %s: %s", c.aim.label(), why)
	}
	if c.req.Act == ActPromote {
		c.blockPayload()
	}
	c.eachRetag(func(r *retag) { r.block() })
	for _, m := range c.moves {
		if m.Target != "" && m.Target != c.aim.present(m.Spec.Name) {
			c.untrusted(c.survey.Inventory.Layout, m.Spec.Name, m.Target, c.facts.Packages[m.Spec.Name].Trust)
		}
	}
}

// unlisted says of what is lacking that it may be there all the same, where only
// tagged versions could be listed or documents could not be read, and what can
// be done about it.
func (c *channelPlan) unlisted(lacking []string) string {
	if pkg, unread := c.survey.Inventory.UnreadDocuments(); len(unread) > 0 && slices.Contains(lacking, pkg) {
		return fmt.Sprintf("; %s of %s could not be read and may be what is lacking: try again, or name its digest", counted(len(unread), "version"), pkg)
	}
	var blind []string
	for _, name := range lacking {
		if p, ok := c.survey.Inventory.Package(name); ok && p.Snapshot.Origin == OriginRegistry {
			blind = append(blind, name)
		}
	}
	if len(blind) == 0 {
		return ""
	}
	return fmt.Sprintf("; a registry alone lists what is tagged, so there may be one of %s without a tag: name its digest, or leave %s out",
		enumerate(blind), ofPlural(len(blind), "it", "them"))
}

// never is why the configuration forbids the set, or a digest of it.
func (c *channelPlan) never() string {
	set := Release{Name: c.aim.release.Name, Version: c.aim.release.Version, Commit: c.aim.release.Commit, Members: make(map[string]Member)}
	for _, m := range c.moves {
		if m.Target != "" {
			set.Members[m.Spec.Name] = Member{Digest: m.Target}
		}
	}
	return neverReturn(c.survey.Inventory.Layout, set)
}

// blockPayload stops the promotion of a payload that was built for another
// channel: what is inside it says so, and no tag changes that.
func (c *channelPlan) blockPayload() {
	for _, m := range c.moves {
		if m.Spec.Role != RolePayload || m.Target == "" {
			continue
		}
		built := c.aim.release.Channel
		p, _ := c.survey.Inventory.Package(m.Spec.Name)
		v, _ := p.Snapshot.Version(m.Target)
		for _, t := range v.Tags {
			if info := c.survey.Inventory.Layout.Tag(t); info.Channel != "" && info.Kind == TagImmutable {
				built = info.Channel
			}
		}
		if built != "" && built != c.req.Channel {
			c.blocker(CodePayloadChannel, m.Spec.Name, true,
				"the payload %s was built for %s and says so inside: promoting moves names, it does not rebuild", m.Target.Short(), built)
		}
	}
}

// eachRetag looks at every tag that moves as at a retag of its own, and takes
// over what is found, each remark once.
func (c *channelPlan) eachRetag(look func(*retag)) {
	for _, change := range c.plan.Changes {
		if change.Kind == PutArtifact {
			if info := c.survey.Inventory.Layout.Tag(change.Tag); info.Kind == TagImmutable && change.From != "" {
				c.blocker(CodeImmutableTag, change.Package, true, "%s is meant never to move: it names %s", change.Tag, change.From.Short())
			}
			continue
		}
		p, _ := c.survey.Inventory.Package(change.Package)
		r := &retag{survey: c.survey, spec: p.Spec, snap: p.Snapshot, before: change.From,
			req:   RetagRequest{Package: change.Package, Tag: change.Tag, Target: change.To},
			facts: c.facts.Packages[change.Package], tag: c.survey.Inventory.Layout.Tag(change.Tag)}
		look(r)
		c.add(r.remarks)
	}
}

// oldAfter is the age from which on a target is said to be old.
const oldAfter = 90 * 24 * time.Hour

// targetAge is how long ago the set aimed at was built, 0 where unknown.
func (c *channelPlan) targetAge() time.Duration {
	if c.aim.release.Built.IsZero() || c.survey.Inventory.ReadAt.IsZero() {
		return 0
	}
	return c.survey.Inventory.ReadAt.Sub(c.aim.release.Built)
}

// days is a duration in whole days, as warnings say it.
func days(d time.Duration) string { return fmt.Sprintf("%d d", int(d.Hours()/24)) }
