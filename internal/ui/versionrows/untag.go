package versionrows

import (
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// UntagKey is the binding that takes a tag off the version under the cursor;
// disabled says why there is none.
func UntagKey(disabled string) keys.Binding {
	return keys.Binding{ID: KeyUntag, Keys: []string{"-"}, Does: "take a tag off", Danger: true, Footer: 15, Disabled: disabled,
		Help: "Take a tag off the version under the cursor, which stays; of several tags one is chosen, and a preview comes first."}
}

// tagsOf are the tags that stand on a version of the package.
func (p *Package) tagsOf(d model.Digest) []string {
	v, _ := p.State.Snapshot.Version(d)
	return v.Tags
}

// NoUntag says why no tag can be taken off a version, "" where one can.
func (r *Row) NoUntag(d model.Digest) string {
	if len(r.In.tagsOf(d)) == 0 {
		return "it has no tag"
	}
	return ""
}

// Untag takes the tag of a version off, or asks which of several. What can never
// be taken off says so here; all else is for the preview to say.
func (r *Row) Untag(d model.Digest) pane.Action {
	tags := r.In.tagsOf(d)
	if len(tags) == 1 {
		return pane.Untag{Package: r.In.Name, Tag: tags[0]}
	}
	layout := r.In.Survey.Inventory.Layout
	out := pane.Choose{
		Title: "Take a tag off " + model.Sanitize(r.In.Name) + "@" + d.Short(),
		Head:  []string{"Which tag shall be gone? The version stays. A preview comes first."},
	}
	for _, t := range tags {
		c := pane.Choice{Label: model.Sanitize(t), Action: pane.Untag{Package: r.In.Name, Tag: t}}
		switch layout.Tag(t).Kind {
		case model.TagPlumbing:
			c.Note, c.Disabled = "of attestations", "it belongs to the tools that keep attestations, which would be cut off"
		case model.TagImmutable:
			c.Note = "meant to stay for ever"
		default:
			c.Note = "moving"
		}
		if held := heldBy(r.In.Survey, r.In.Name, t); held != "" {
			c.Note = "how people get " + held
		}
		out.Choices = append(out.Choices, c)
	}
	return out
}

// heldBy is the channel that a tag of a package stands for, "" where it is none.
func heldBy(s model.Survey, pkg, tag string) string {
	for _, c := range s.Inventory.Layout.Channels {
		for _, t := range s.Inventory.Layout.Package(pkg).TagsOf(c.Name) {
			if t == tag {
				return present.Tag(c.Name)
			}
		}
	}
	return ""
}
