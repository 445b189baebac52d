package packages

import (
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// diff is what shows the changes of what is under the cursor: of the channel in
// all packages, or of one package in the chosen channel. Where nothing can be
// compared it says why.
func (p *Pane) diff() (action pane.Action, why string) {
	c := p.channel()
	switch {
	case c == nil:
		return nil, "no channel is under the cursor"
	case c.Previous == nil:
		return nil, name(c) + " has no former release that is known"
	case p.part == inChannels && !c.Published():
		return nil, name(c) + " is not published"
	case p.part == inChannels:
		return pane.CompareChannel{Channel: c.Name}, ""
	}
	r := p.current()
	if r == nil {
		return nil, "no package is under the cursor"
	}
	pkg := r.Spec.Name
	now, before := memberOf(c.ChannelState, pkg).Digest, c.Previous.Release.Members[pkg].Digest
	former := model.Sanitize(c.Previous.Release.Label())
	switch {
	case now == "":
		return nil, name(c) + " has nothing of " + model.Sanitize(pkg)
	case before == "":
		return nil, former + ", the former release of " + name(c) + ", has nothing of " + model.Sanitize(pkg)
	case now == before:
		return nil, "nothing changed: " + former + ", the former release of " + name(c) + ", has the same " + present.Short(now)
	}
	return pane.Compare{Package: pkg, A: before, B: now}, ""
}

// proof is what shows the attestations of the package under the cursor.
func (p *Pane) proof() (action pane.Action, why string) {
	c, r := p.channel(), p.current()
	if p.part == inChannels {
		if c == nil {
			return nil, "no channel is under the cursor"
		}
		return pane.ShowMatrix{Channel: c.Name}, ""
	}
	switch {
	case r == nil:
		return nil, "no package is under the cursor"
	case c == nil:
		return nil, "no channel is chosen: enter opens the history, a is there too"
	}
	d := memberOf(c.ChannelState, r.Spec.Name).Digest
	if d == "" {
		return nil, name(c) + " has nothing of " + model.Sanitize(r.Spec.Name)
	}
	return pane.ShowAttestations{Package: r.Spec.Name, Digest: d}, ""
}

// sbom is what shows the SBOMs of the package under the cursor, on a channel
// those of its payload, which is what has one as a rule.
func (p *Pane) sbom() (action pane.Action, why string) {
	c, r := p.channel(), p.current()
	pkg := ""
	switch {
	case c == nil:
		return nil, "no channel is chosen: enter opens the history, s is there too"
	case p.part != inChannels && r == nil:
		return nil, "no package is under the cursor"
	case p.part != inChannels:
		pkg = r.Spec.Name
	default:
		for _, m := range c.Members {
			if p.pic.survey.Inventory.Layout.Package(m.Package).Role == model.RolePayload {
				pkg = m.Package
			}
		}
		if pkg == "" {
			return nil, "no package is configured as the payload: 2 goes to the packages"
		}
	}
	d := memberOf(c.ChannelState, pkg).Digest
	if d == "" {
		return nil, name(c) + " has nothing of " + model.Sanitize(pkg)
	}
	return pane.ShowSBOM{Package: pkg, Digest: d}, ""
}

func name(c *channelRow) string { return model.Sanitize(c.Name) }
