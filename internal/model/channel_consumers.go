package model

import (
	"fmt"
	"slices"
)

// reached is the set that a plan brings a channel to: its name, and what it has
// of each package.
type reached struct {
	label  string
	target func(pkg string) Digest
}

// consumersOf says who gets what once a plan about a channel is done. Who pulls
// by tag follows the tags; who was installed does not.
func consumersOf(s Survey, p Plan, to reached) []Consumer {
	c := &consumers{survey: s, plan: p, to: to, channel: p.Aim.Channel}
	images, moved := 0, 0
	for _, name := range memberNames(s.Inventory) {
		if s.Inventory.Layout.Package(name).Kind != KindImage {
			continue
		}
		images++
		if d := c.after(name, c.channel); d != "" && d == to.target(name) {
			moved++
		}
	}
	if images > 0 {
		c.add("docker pull IMAGE:"+c.channel, "%s in %d of %d images", to.label, moved, images)
	}
	for _, name := range memberNames(s.Inventory) {
		switch spec := s.Inventory.stated(name).Spec; spec.Role {
		case RoleInstaller:
			c.installer(spec)
		case RoleMetadata:
			c.add("readers of "+name+":"+c.channel, "%s", c.what(name, c.after(name, c.channel)))
		case RoleNone, RolePayload:
		}
	}
	return c.out
}

type consumers struct {
	survey  Survey
	plan    Plan
	to      reached
	channel string
	out     []Consumer
}

func (c *consumers) add(who, format string, args ...any) {
	c.out = append(c.out, Consumer{Who: Sanitize(who), Gets: Sanitize(fmt.Sprintf(format, args...))})
}

// after is where a tag points once the plan is done.
func (c *consumers) after(pkg, tag string) Digest {
	for _, e := range c.plan.Effects {
		if e.Package == pkg && e.Tag == tag {
			return e.After
		}
	}
	p, _ := c.survey.Inventory.Package(pkg)
	return p.Snapshot.Tag(tag)
}

// installer says what an installation gets: the installer itself, then the
// payload under the same tag; and that whoever is installed stays.
func (c *consumers) installer(spec PackageSpec) {
	tag := c.channel
	if aliases := spec.Aliases[c.channel]; len(aliases) > 0 {
		tag = aliases[0]
	}
	gets := c.what(spec.Name, c.after(spec.Name, tag))
	for _, p := range c.survey.Inventory.Packages {
		if p.Spec.Role != RolePayload {
			continue
		}
		if d := c.after(p.Spec.Name, tag); d != "" {
			gets += ", then " + p.Spec.Name + ":" + tag + " " + c.what(p.Spec.Name, d)
		} else {
			gets += ", then asks for " + p.Spec.Name + ":" + tag + ", which does not exist: a new installation fails, as before"
		}
	}
	c.add("install from "+spec.Name+":"+tag, "%s", gets)
	c.add("installed users", "nothing new: they pin digests and stay on what they have until they install again")
}

// what names a digest by its release.
func (c *consumers) what(pkg string, d Digest) string {
	if d == "" {
		return "nothing: there is no such tag"
	}
	if slices.ContainsFunc(c.plan.Changes, func(w Change) bool { return w.Kind == PutArtifact && w.Package == pkg && w.To == d }) {
		return "the document that is written, " + d.Short()
	}
	if d == c.to.target(pkg) {
		return c.to.label + " (" + d.Short() + ")"
	}
	if r, ok := c.survey.ReleaseOf(pkg, d); ok {
		return r.Label() + " (" + d.Short() + ")"
	}
	return d.Short()
}
