package model

import "fmt"

// consumers says who gets what once the plan is done. Who pulls by tag follows
// the tags; who was installed does not.
func (c *channelPlan) consumers() []Consumer {
	after := func(pkg, tag string) Digest {
		for _, e := range c.plan.Effects {
			if e.Package == pkg && e.Tag == tag {
				return e.After
			}
		}
		p, _ := c.survey.Inventory.Package(pkg)
		return p.Snapshot.Tag(tag)
	}
	var out []Consumer
	add := func(who, format string, args ...any) {
		out = append(out, Consumer{Who: Sanitize(who), Gets: Sanitize(fmt.Sprintf(format, args...))})
	}
	images, moved := 0, 0
	for _, name := range memberNames(c.survey.Inventory) {
		if c.survey.Inventory.Layout.Package(name).Kind != KindImage {
			continue
		}
		images++
		if d := after(name, c.req.Channel); d != "" && d == c.aim.target(name) {
			moved++
		}
	}
	if images > 0 {
		add("docker pull IMAGE:"+c.req.Channel, "%s in %d of %d images", c.aim.label(), moved, images)
	}
	for _, m := range c.moves {
		switch m.Spec.Role {
		case RoleInstaller:
			c.installer(m.Spec, after, add)
		case RoleMetadata:
			add("readers of "+m.Spec.Name+":"+c.req.Channel, "%s", c.what(m.Spec.Name, after(m.Spec.Name, c.req.Channel)))
		case RoleNone, RolePayload:
		}
	}
	return out
}

// installer says what an installation gets: the installer itself, then the
// payload under the same tag; and that whoever is installed stays.
func (c *channelPlan) installer(spec PackageSpec, after func(pkg, tag string) Digest, add func(string, string, ...any)) {
	tag := c.req.Channel
	if aliases := spec.Aliases[c.req.Channel]; len(aliases) > 0 {
		tag = aliases[0]
	}
	gets := c.what(spec.Name, after(spec.Name, tag))
	for _, p := range c.survey.Inventory.Packages {
		if p.Spec.Role != RolePayload {
			continue
		}
		if d := after(p.Spec.Name, tag); d != "" {
			gets += ", then " + p.Spec.Name + ":" + tag + " " + c.what(p.Spec.Name, d)
		} else {
			gets += ", then asks for " + p.Spec.Name + ":" + tag + ", which does not exist: a new installation fails, as before"
		}
	}
	add("install from "+spec.Name+":"+tag, "%s", gets)
	add("installed users", "nothing new: they pin digests and stay on what they have until they install again")
}

// what names a digest by its release.
func (c *channelPlan) what(pkg string, d Digest) string {
	if d == "" {
		return "nothing: there is no such tag"
	}
	for _, m := range c.moves {
		if m.Spec.Name == pkg && m.Writes != nil && m.Target == d {
			return "the document that is written, " + d.Short()
		}
	}
	if d == c.aim.target(pkg) {
		return c.aim.label() + " (" + d.Short() + ")"
	}
	if r, ok := c.survey.ReleaseOf(pkg, d); ok {
		return r.Label() + " (" + d.Short() + ")"
	}
	return d.Short()
}
