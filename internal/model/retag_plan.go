package model

import (
	"fmt"
	"slices"
)

// Further codes of a retag's blockers and warnings.
const (
	CodeInvalidTag    = "invalid-tag"            // blocker: no registry takes such a tag
	CodeAliasStays    = "alias-stays"            // warning: a tag that moves with the channel stays
	CodeOtherChannel  = "metadata-other-channel" // warning: the document speaks of another channel
	CodeFewerPlatform = "fewer-platforms"        // warning: the target runs on less than what is there now
)

// PlanRetag makes the plan for one tag of one package. It needs the fresh
// snapshot of the package, with the target's manifest read. A tag that is
// where it should be gives an empty plan with that one effect.
//
// Blockers that may be lifted and that the request names are left in the plan
// as warnings. The plan's text holds no unsanitised text.
func PlanRetag(s Survey, req RetagRequest, facts RetagFacts) Plan {
	state := s.Inventory.stated(req.Package)
	r := &retag{survey: s, req: req, facts: facts, spec: state.Spec, snap: state.Snapshot,
		tag: s.Inventory.Layout.Tag(req.Tag), before: state.Snapshot.Tag(req.Tag)}
	p := Plan{
		Registry: s.Inventory.Registry, Owner: s.Inventory.Owner, Title: r.title(),
		Reason: req.Reason, Incident: req.Incident, Actor: req.Actor,
		Created: req.At, ReadAt: state.Snapshot.ReadAt,
		Aim:      Aim{Act: ActRetag},
		Verdicts: []PlanVerdict{{Package: req.Package, Digest: req.Target, Verdict: facts.Trust.Verdict, Platforms: -1, Resolved: -1}},
	}
	change := Change{Kind: MoveTag, Stage: r.spec.Stage, Package: req.Package, Tag: req.Tag, From: r.before, To: req.Target}
	if r.before == "" {
		change.Kind = CreateTag
	}
	if req.Target != "" {
		p.Effects = EffectsOf(s, []Change{change})
	}
	if r.before != req.Target {
		p.Changes = []Change{change}
	}
	r.block()
	if !p.Empty() {
		r.untrusted(s.Inventory.Layout, req.Package, req.Target, facts.Trust)
		r.warn(p.Effects)
	}
	return r.seal(p, req.Overrides)
}

// retag is one request being looked at from all sides.
type retag struct {
	remarks
	survey Survey
	req    RetagRequest
	facts  RetagFacts
	spec   PackageSpec
	snap   Snapshot
	tag    TagInfo
	before Digest
}

// title says in words what the plan does.
func (r *retag) title() string {
	name := r.req.Package + ":" + r.req.Tag
	from, to := r.label(r.before), r.label(r.req.Target)
	if from == to && r.before != r.req.Target {
		from, to = from+" ("+r.before.Short()+")", to+" ("+r.req.Target.Short()+")"
	}
	switch r.before {
	case r.req.Target:
		return Sanitize(fmt.Sprintf("leave %s at %s", name, to))
	case "":
		return Sanitize(fmt.Sprintf("create %s at %s", name, to))
	default:
		return Sanitize(fmt.Sprintf("move %s from %s to %s", name, from, to))
	}
}

// label is the release of a digest, else its beginning.
func (r *retag) label(d Digest) string {
	if release, ok := r.survey.ReleaseOf(r.req.Package, d); ok {
		return release.Label()
	}
	return d.Short()
}

// blocker and warning are about the package of the tag.
func (r *retag) blocker(code string, override bool, format string, args ...any) {
	r.remarks.blocker(code, r.req.Package, override, format, args...)
}

func (r *retag) warning(code, format string, args ...any) {
	r.remarks.warning(code, r.req.Package, format, args...)
}

// block finds what forbids the plan. Tags that tools own are never touched,
// not even to leave them.
func (r *retag) block() {
	if err := ValidTag(r.req.Tag); err != nil {
		r.blocker(CodeInvalidTag, false, "%s", err)
	}
	if r.tag.Kind == TagPlumbing {
		r.blocker(CodePlumbingTag, false, "%s belongs to the tools that keep attestations, moving it would cut them off", r.req.Tag)
	}
	if r.before == r.req.Target && r.req.Target != "" {
		return
	}
	if r.tag.Kind == TagImmutable && r.before != "" {
		r.blocker(CodeImmutableTag, true, "%s is meant never to move: it names %s, and who trusts it would get something else", r.req.Tag, r.before.Short())
	}
	_, listed := r.snap.Version(r.req.Target)
	read := r.snap.Manifests[r.req.Target] != nil
	if r.req.Target == "" || !listed && !read || slices.Contains(r.facts.Missing, r.req.Target) {
		r.blocker(CodeTargetUnknown, false, "%s has no version %s", r.req.Package, orNone(r.req.Target))
		return
	}
	r.blockPartial()
}

func orNone(d Digest) string {
	if d == "" {
		return "without a digest"
	}
	return d.Short()
}

// blockPartial blocks a target with parts missing. Where only unsigned
// attestations are missing the target still runs everywhere: a warning.
func (r *retag) blockPartial() {
	m := r.snap.Manifests[r.req.Target]
	var runs, rest []string
	for _, d := range r.facts.Missing {
		what := d.Short()
		attestation := false
		for k := 0; m != nil && k < len(m.Manifests); k++ {
			child := &m.Manifests[k]
			if child.Digest != d {
				continue
			}
			attestation = child.BuildxAttestation()
			if child.Platform != nil && !attestation {
				what = child.Platform.String() + " " + what
			}
		}
		if attestation {
			rest = append(rest, what)
		} else {
			runs = append(runs, what)
		}
	}
	if len(runs) > 0 {
		r.blocker(CodeTargetPartial, false, "%s lacks parts that the registry does not have any more: %s; it cannot be pulled whole",
			r.req.Target.Short(), enumerate(runs))
	}
	if len(rest) > 0 {
		r.warning(CodeTargetPartial, "%s lacks unsigned build attestations (%s), which nobody needs to pull it", r.req.Target.Short(), enumerate(rest))
	}
}

// warn finds what a person should know before saying yes.
func (r *retag) warn(effects []Effect) {
	r.warnKind()
	r.warnPlatforms()
	r.warnChannel()
	for _, e := range effects {
		if e.Kind == EffectOrphaned {
			r.warning(CodeOrphan, "%s (%s) becomes untagged; undo needs it, and a cleanup may delete it", e.Before.Short(), r.label(e.Before))
		}
	}
	for _, run := range r.facts.Running {
		r.warning(CodeRunInProgress, "%s and may move %s again", underWay(run), r.req.Tag)
	}
	r.warnings = append(r.warnings, r.facts.Unchecked...)
}

// warnKind warns of a target that is not what tags of this kind usually are on.
func (r *retag) warnKind() {
	layout := r.survey.Inventory.Layout
	v, _ := r.snap.Version(r.req.Target)
	facts := factsOf(layout, v.Tags)
	kind := r.snap.Kind(layout, r.req.Target)
	switch {
	case r.tag.Arch != "": // a tag for one platform may point to one
	case kind == VersionAttestation, kind == VersionReferrers:
		r.warning(CodeOtherKind, "%s holds attestations, nothing that runs or installs", r.req.Target.Short())
	case kind == VersionImage && len(r.snap.Parents(r.req.Target)) > 0:
		r.warning(CodeOtherKind, "%s is the part for one platform of %s", r.req.Target.Short(), r.snap.Parents(r.req.Target)[0].Short())
	case facts.arch != "" && !facts.own:
		r.warning(CodeOtherKind, "%s is the index for %s alone", r.req.Target.Short(), facts.arch)
	case kind == VersionArtifact && r.spec.Kind == KindImage:
		r.warning(CodeOtherKind, "%s is an artifact, the package holds images", r.req.Target.Short())
	}
}

// warnPlatforms warns of platforms that the tag offers now and would not then.
func (r *retag) warnPlatforms() {
	was, is := r.snap.Manifests[r.before], r.snap.Manifests[r.req.Target]
	if was == nil || is == nil || !was.IsIndex() || !is.IsIndex() {
		return
	}
	var lost []string
	for _, d := range was.Platforms() {
		if !slices.ContainsFunc(is.Platforms(), func(o Descriptor) bool { return o.Platform.String() == d.Platform.String() }) {
			lost = append(lost, d.Platform.String())
		}
	}
	if len(lost) > 0 {
		r.warning(CodeFewerPlatform, "%s does not run on %s, which %s offers now", r.req.Target.Short(), enumerate(lost), r.req.Tag)
	}
}

// warnChannel warns where moving one package alone takes its channel apart.
func (r *retag) warnChannel() {
	if _, ok := r.survey.Inventory.Layout.Channel(r.req.Tag); !ok {
		return
	}
	for _, alias := range r.spec.Aliases[r.req.Tag] {
		if d := r.snap.Tag(alias); d != r.req.Target {
			r.warning(CodeAliasStays, "%s moves with %s in a publish and stays at %s here", alias, r.req.Tag, orNone(d))
		}
	}
	if doc, ok := r.snap.Documents[r.req.Target]; ok && doc.Channel != r.req.Tag {
		r.warning(CodeOtherChannel, "the document in %s speaks of %s, not of %s", r.req.Target.Short(), doc.Channel, r.req.Tag)
	}
	channel, ok := r.survey.Channel(r.req.Tag)
	if !ok || !slices.ContainsFunc(channel.Members, func(m ChannelMember) bool { return m.Package == r.req.Package }) {
		return
	}
	members := slices.Clone(channel.Members)
	others := 0
	for i := range members {
		if members[i].Package == r.req.Package {
			members[i].Digest = r.req.Target
		} else if members[i].Digest != "" {
			others++
		}
	}
	l := channelLook{releases: r.survey.Releases, index: indexReleases(r.survey.Releases)}
	at := l.majority(members)
	if others == 0 || at < 0 || l.releases[at].Has(r.req.Package, r.req.Target) {
		return
	}
	stay := 0
	for _, m := range members {
		if l.releases[at].Has(m.Package, m.Digest) {
			stay++
		}
	}
	r.warning(CodeLeavesRelease, "%s will not be one set: %s leaves %s, where %d of %d packages stay",
		r.req.Tag, r.req.Package, l.releases[at].Label(), stay, len(members))
}
