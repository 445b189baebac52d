package model

import (
	"slices"
	"time"
)

// warn finds what a person should know before saying yes.
func (c *channelPlan) warn() {
	c.eachRetag(func(r *retag) {
		r.warnKind()
		r.warnPlatforms()
	})
	c.warnOtherWay()
	c.warnOrphans()
	c.warnUnreadTwin()
	c.warnTrust()
	c.warnLeftOut()
	c.warnHistory()
	c.warnTime()
	c.warnRuns()
	if c.req.Act == ActPromote {
		c.warning(CodeNotScanned, "", "whether the images of %s were scanned for vulnerabilities is not known: nothing attested says so", c.aim.label())
	}
	for _, name := range memberNames(c.survey.Inventory) {
		c.warnings = appendNew(c.warnings, c.facts.Packages[name].Unchecked)
	}
	c.warnings = append(c.warnings, c.facts.Unchecked...)
}

// warnOtherWay names the other end of a move that is half done: completing it
// and taking it back are both possible, and a person has to know of both.
func (c *channelPlan) warnOtherWay() {
	if !c.state.Drift() {
		return
	}
	for _, t := range ChannelTargets(c.survey, c.req.Channel) {
		if !t.Now && !t.Partly || c.aim.found() && t.Release.Same(c.aim.release) || !t.Release.Complete() {
			continue
		}
		would := "take the move back"
		if t.Now {
			would = "complete the move"
		}
		c.warning(CodeOtherWay, "", "part of %s is at %s: going to %s would %s instead", c.req.Channel, t.Release.Label(), t.Release.Label(), would)
	}
}

func (c *channelPlan) warnOrphans() {
	for _, e := range c.plan.Effects {
		if e.Kind == EffectOrphaned {
			c.warning(CodeOrphan, e.Package, "%s of %s (%s) becomes untagged; undo needs it, and a cleanup may delete it",
				e.Before.Short(), e.Package, c.label(e.Package, e.Before))
		}
	}
}

// warnUnreadTwin warns that another manifest of the document might have been
// taken: of twins the older one is, where it can be read.
func (c *channelPlan) warnUnreadTwin() {
	pkg, unread := c.survey.Inventory.UnreadDocuments()
	p, _ := c.survey.Inventory.Package(pkg)
	i := slices.IndexFunc(c.moves, func(m ChannelMove) bool { return m.Spec.Name == pkg && m.Target != "" })
	if i < 0 {
		return
	}
	taken, listed := p.Snapshot.Version(c.moves[i].Target)
	if _, read := p.Snapshot.Documents[taken.Digest]; !listed || !read {
		return // named by hand: no twin was chosen
	}
	for _, v := range unread {
		if v.Created.Sub(taken.Created).Abs() <= artifactWindow {
			c.warning(CodeUncheckedParts, pkg, "%s of %s could not be read: it was pushed beside %s, which is taken, and may be the older twin of the same document",
				v.Digest.Short(), pkg, taken.Digest.Short())
		}
	}
}

func (c *channelPlan) label(pkg string, d Digest) string {
	if r, ok := c.survey.ReleaseOf(pkg, d); ok {
		return r.Label()
	}
	return "of no release"
}

// warnTrust warns of targets about which statements are missing. Whether they
// hold is told where it may block too.
func (c *channelPlan) warnTrust() {
	var lacking []string
	for _, m := range c.moves {
		if a, looked := c.facts.Attested[m.Spec.Name]; looked && a.Expected > 0 && a.Found >= 0 && a.Found < a.Expected {
			lacking = append(lacking, m.Spec.Name)
		}
	}
	if len(lacking) > 0 {
		c.warning(CodeUnattested, "", "fewer signed statements than expected are in the registry about the targets of %s", enumerate(lacking))
	}
}

// warnLeftOut warns where the channel will be of several releases afterwards.
func (c *channelPlan) warnLeftOut() {
	var out []string
	for _, m := range c.moves {
		if slices.Contains(c.req.Exclude, m.Spec.Name) && c.stays(m.Spec.Name) {
			out = append(out, m.Spec.Name)
		}
	}
	if len(out) > 0 {
		c.warning(CodeLeftOut, "", "%s will not be one set: %s %s left out", c.req.Channel, enumerate(out), ofPlural(len(out), "is", "are"))
	}
	for _, m := range c.moves {
		if m.Spec.FollowsMetadata && m.Target != "" && len(m.Tags) == 0 && c.aim.documentStays() && c.aim.present(m.Spec.Name) != m.Target {
			c.warning(CodePayloadNotAligned, m.Spec.Name, "%s is named by the channel's document, which does not move: it stays where it is", m.Spec.Name)
		}
	}
}

// stays reports whether leaving a package out leaves it elsewhere.
func (c *channelPlan) stays(pkg string) bool {
	now := c.aim.present(pkg)
	return now != "" && now != c.aim.target(pkg)
}

// warnHistory warns of what is known of the set aimed at: that it was left by
// a rollback before, and that its name means several publishes.
func (c *channelPlan) warnHistory() {
	if n := c.aim.known; n > 1 {
		c.warning(CodeSeveralPublishes, "", "%d publishes are known by the name %s: this is the newest, built %s", n, c.req.Release, stamp(c.aim.release.Built))
	}
	left := 0
	for _, e := range c.survey.Past.Moves {
		if e.Kind == EventOutcome && e.State == StepDone && e.Tag == c.req.Channel && e.Before != "" && e.Before == c.aim.target(e.Package) &&
			c.builtAfter(e.Package, e.Before, e.After) {
			left++
		}
	}
	if left > 0 {
		c.warning(CodeLeftByRollback, "", "%s was rolled back from %s before: the journal has %d tags that left it", c.req.Channel, c.aim.label(), left)
	}
}

// builtAfter reports whether one digest of a package is newer than another.
func (c *channelPlan) builtAfter(pkg string, a, b Digest) bool {
	p, _ := c.survey.Inventory.Package(pkg)
	va, _ := p.Snapshot.Version(a)
	vb, _ := p.Snapshot.Version(b)
	return va.Created.After(vb.Created)
}

// warnTime warns of an old target and says from when on the project's own
// cleanup may delete parts of it.
func (c *channelPlan) warnTime() {
	if age := c.targetAge(); age > oldAfter {
		c.warning(CodeOld, "", "%s was built %s ago: what was mended since is not in it", c.aim.label(), days(age))
	}
	from := c.cleanupFrom()
	now := c.survey.Inventory.ReadAt
	switch {
	case from.IsZero():
	case from.Before(now):
		c.warning(CodeCleanup, "", "the pipeline's cleanup may delete parts of %s at any publish: the oldest passed its age on %s", c.aim.label(), day(from))
	default:
		c.warning(CodeCleanup, "", "from %s on the pipeline's cleanup may delete parts of %s", day(from), c.aim.label())
	}
}

func day(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

// cleanupFrom is when the first part that a target needs passes the age at
// which the pipeline deletes, zero where that is not known or it never does.
// The targets themselves do not count: the tag that they get makes them young.
func (c *channelPlan) cleanupFrom() time.Time {
	after := c.survey.Inventory.Layout.CleanupAfter
	var first time.Time
	if after == 0 {
		return first
	}
	for _, m := range c.moves {
		p, _ := c.survey.Inventory.Package(m.Spec.Name)
		index := p.Snapshot.Manifests[m.Target]
		digests := []Digest{}
		if index != nil {
			for _, child := range index.Platforms() {
				digests = append(digests, child.Digest)
			}
		}
		if m.Target != "" && len(m.Tags) == 0 {
			digests = append(digests, m.Target)
		}
		for _, d := range digests {
			v, _ := p.Snapshot.Version(d)
			if at := v.Updated.Add(after); !v.Updated.IsZero() && (first.IsZero() || at.Before(first)) {
				first = at
			}
		}
	}
	return first
}

// warnRuns warns of what may move the channel again.
func (c *channelPlan) warnRuns() {
	for _, run := range c.facts.Running {
		if run.Channel == "" || run.Channel == c.req.Channel {
			c.warning(CodeRunInProgress, "", "%s and may move %s again", underWay(run), c.req.Channel)
		}
	}
	if spec, _ := c.survey.Inventory.Layout.Channel(c.req.Channel); !spec.VersionTags {
		c.warning(CodeMovesByItself, "", "every publish for %s moves it again: this lasts until the next one", c.req.Channel)
	}
}
