package versionrows

import (
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// NoRelease says why there is no way from a row to other packages, "" where
// there is one.
func (r *Row) NoRelease() string {
	if r.Release == "" {
		return "no release is known that holds this version: nothing ties it to other packages"
	}
	return ""
}

// SameRelease offers the other packages' members of the newest release that
// holds the row; where a package has none it says so.
func (r *Row) SameRelease() pane.Action {
	s := r.In.Survey
	release, ok := s.ReleaseOf(r.In.Name, r.Digest)
	if !ok {
		return pane.Notice{Text: r.In.Name + "@" + r.Digest.Short() + " is in no release that is known"}
	}
	label := model.Sanitize(release.Label())
	out := pane.Choose{Title: "The other packages of " + label}
	out.Head = append(out.Head, "What was published together with "+model.Sanitize(r.In.Name)+"@"+r.Digest.Short()+" as "+label+":")
	for _, p := range s.Inventory.Packages {
		name := p.Spec.Name
		if name == r.In.Name {
			continue
		}
		choice := pane.Choice{Label: model.Sanitize(name)}
		if m, has := release.Members[name]; has {
			choice.Note = present.Short(m.Digest) + heldNow(s, name, m.Digest) + known(m.Evidence)
			choice.Action = pane.OpenHistory{Package: name, Digest: m.Digest}
		} else {
			choice.Note, choice.Disabled = "nothing of this release is known", "the release has nothing of "+name+", as far as is known"
		}
		out.Choices = append(out.Choices, choice)
	}
	return out
}

// heldNow names the channels that point to a version.
func heldNow(s model.Survey, pkg string, d model.Digest) string {
	var names []string
	for _, c := range s.Channels {
		if slices.ContainsFunc(c.Members, func(m model.ChannelMember) bool { return m.Package == pkg && m.Digest == d }) {
			names = append(names, model.Sanitize(c.Name)+" now")
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ", " + strings.Join(names, ", ")
}

// known says how it is known that a version belongs to a release, where that is
// not plain from a document or a tag.
func known(e model.Evidence) string {
	if e == model.EvidenceInferred {
		return ", by its time"
	}
	return ""
}

// NoTags says why a row leads to no other version by a tag, "" where it does.
func (r *Row) NoTags() string {
	if len(r.Tags) == 0 && len(r.channels()) == 0 && !slices.ContainsFunc(r.Parts, func(p model.Part) bool { return len(p.Tags) > 0 }) {
		return "it has no tag, and no channel is known to have pointed here"
	}
	return ""
}

// OtherTags offers where the row's tags lead: to what its channels point to now
// and pointed to before and after it, and to the parts that have tags of their
// own. Tags that point to the row itself and never move stand there too, for
// they are its names.
func (r *Row) OtherTags() pane.Action {
	out := pane.Choose{
		Title: "Tags of " + model.Sanitize(r.In.Name) + "@" + r.Digest.Short(),
		Head:  []string{"Where its channels point and pointed, its other names, the tags of its parts."},
	}
	layout := r.In.Survey.Inventory.Layout
	seen := make(map[string]bool)
	for _, c := range layout.Channels {
		if slices.Contains(r.channels(), c.Name) {
			out.Choices = append(out.Choices, r.In.stations(c.Name, r.Digest)...)
			seen[c.Name] = r.In.tenants[c.Name] != nil
		}
	}
	for _, t := range r.Tags {
		if !seen[t] {
			out.Choices = append(out.Choices, r.In.choice(present.Tag(t), "here", r.Digest, r.Digest))
		}
	}
	for _, p := range r.Parts {
		for _, t := range p.Tags {
			note := present.Short(p.Digest) + ", " + strings.TrimSpace(model.Sanitize(string(p.Role)+" "+strings.Join(p.Platforms, " ")))
			out.Choices = append(out.Choices, r.In.choice(present.Tag(t), note, p.Digest, r.Digest))
		}
	}
	return out
}

// mostStations bounds how many versions of one channel are offered.
const mostStations = 12

// stations are the versions that a channel pointed to around one of them,
// newest first.
func (p *Package) stations(channel string, here model.Digest) []pane.Choice {
	list := p.tenants[channel]
	if at := slices.IndexFunc(list, func(t Tenant) bool { return t.Digest == here }); len(list) > mostStations {
		from := max(min(at-mostStations/2, len(list)-mostStations), 0)
		list = list[from : from+mostStations]
	}
	out := make([]pane.Choice, 0, len(list))
	for _, t := range list {
		note := p.describe(t.Digest)
		switch {
		case !t.To.IsZero() && !t.From.IsZero():
			note += ", for " + present.Duration(t.To.Sub(t.From)) + " until " + day(t.To)
		case !t.To.IsZero():
			note += ", until " + day(t.To)
		case !t.From.IsZero():
			note += ", now, since " + day(t.From)
		default:
			note += ", now"
		}
		if t.Digest == here {
			note = "here: " + note
		}
		out = append(out, p.choice(model.Sanitize(channel), note, t.Digest, here))
	}
	return out
}

func day(t time.Time) string { return strings.TrimSpace(present.Day(t)) }

func (p *Package) choice(label, note string, d, here model.Digest) pane.Choice {
	c := pane.Choice{Label: label, Note: note, Action: pane.GoTo{Package: p.Name, Digest: d}}
	if d == here {
		c.Disabled = "the cursor stands on it"
	}
	return c
}

// describe names a version by its digest and release, or commit.
func (p *Package) describe(d model.Digest) string {
	text := present.Short(d)
	if release, ok := p.Survey.ReleaseOf(p.Name, d); ok {
		text += ", " + model.Sanitize(release.Label())
	}
	return text
}
