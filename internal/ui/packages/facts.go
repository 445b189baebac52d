package packages

import (
	"fmt"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// fact is one line of the details about the selected channel or package.
type fact struct {
	label string // "" goes on with the label above
	text  string
	short string // said instead where text does not fit in one line
	flush bool   // begins at the left, without a label's room
	tone  present.Tone
}

// aboutChannel tells everything about a channel.
func aboutChannel(p picture, c *channelRow) []fact {
	out := []fact{{label: "release", text: c.cells.Release.Text, tone: present.Strong}}
	if r := c.Release; r != nil {
		if r.Commit != "" {
			out = append(out, fact{label: "commit", text: model.Sanitize(r.Commit), short: present.Commit(r.Commit)})
		}
		if !r.Built.IsZero() {
			out = append(out, fact{label: "built", text: ago(r.Built, p.now)})
		}
	}
	since := "not known"
	if !c.Since.IsZero() {
		since = ago(c.Since, p.now)
	}
	out = append(out, fact{label: "since", text: since})
	if !c.Since.IsZero() {
		out = append(out, fact{text: present.Evidence(c.SinceEvidence), tone: present.Muted})
	}
	out = append(out, formerly(c.ChannelState)...)
	out = append(out, fact{label: "one set?", text: c.cells.OneSet.Text, tone: quiet(c.cells.OneSet.Tone)})
	for _, i := range c.Incoherent {
		out = append(out, fact{text: model.Sanitize(i.Message), tone: present.Warn})
	}
	out = append(out, fact{label: "attested", text: c.cells.Attested.Text + statements(c.Attested), tone: quiet(c.cells.Attested.Tone)})
	return append(out, membersOf(c.ChannelState)...)
}

// membersOf lists what a channel holds of each package, and what became of it
// since the former release: the change in short before anybody asks for it.
func membersOf(c model.ChannelState) []fact {
	head := fact{label: "packages", text: "as held now"}
	if c.Previous != nil {
		head = fact{label: "changes", text: "since " + model.Sanitize(c.Previous.Release.Label()) + ": " + present.Since(c).String()}
	}
	out := []fact{head}
	for _, m := range c.Members {
		cell := present.Member(m)
		name := layout.Pad(model.Sanitize(m.Package), 24) + " "
		f := fact{short: name + cell.String(), flush: true, tone: quiet(cell.Tone)}
		became := present.SinceMember(c, m)
		if became != "" && m.State == model.MemberOK {
			f.short = name + became
			if became == "the same" {
				f.tone = present.Muted
			}
		}
		f.text = f.short
		if d := present.Short(m.Digest); m.Digest != "" && !strings.HasSuffix(f.short, d) {
			f.text = layout.Pad(f.short, 36) + " " + d
			if became == "changed" {
				f.text = name + present.Short(c.Previous.Release.Members[m.Package].Digest) + " " + string(present.MarkArrow) + " " + d
			}
		}
		out = append(out, f)
	}
	return out
}

// quiet keeps colour for what is not as it should be.
func quiet(t present.Tone) present.Tone {
	if t == present.Good || t == present.Strong {
		return present.Plain
	}
	return t
}

func statements(a model.Attested) string {
	if a.Found < 0 || a.Expected < 0 {
		return ""
	}
	return " statements are there, not checked"
}

// ago is short enough for the narrowest details: a time is not to be broken.
func ago(t, now time.Time) string {
	return present.Full(t) + ", " + present.Age(t, now)
}

// formerly says what the channel pointed to before.
func formerly(c model.ChannelState) []fact {
	p := c.Previous
	if p == nil {
		return []fact{{label: "before", text: "none known; looked at the journal, sightings, metadata and version tags", tone: present.Muted}}
	}
	out := []fact{{label: "before", text: model.Sanitize(p.Release.Label()) + ", " + present.Evidence(p.Evidence)}}
	switch {
	case !p.From.IsZero() && !p.To.IsZero():
		out = append(out, fact{text: "for " + present.Duration(p.To.Sub(p.From))},
			fact{text: "from " + present.Full(p.From)}, fact{text: "to   " + present.Full(p.To)})
	case !p.To.IsZero():
		out = append(out, fact{text: "until " + present.Full(p.To)})
	}
	if !p.Release.Complete() {
		out = append(out, fact{text: "incomplete: nothing of " + listed(p.Release.Missing), tone: present.Warn})
	}
	return out
}

// aboutPackage tells everything about a package.
func aboutPackage(p picture, r *packageRow, buildOf func(string, model.Digest) *versionrows.Row) []fact {
	kind := r.cells.Kind.Text
	if r.Spec.Role != model.RoleNone {
		kind += ", " + model.Sanitize(string(r.Spec.Role))
	}
	if !p.survey.Inventory.Layout.Knows(r.Spec.Name) {
		kind += ", not in the configured layout"
	}
	out := []fact{{label: "kind", text: kind}}
	for i, l := range present.Failure(r.Err) {
		label := "error"
		if i > 0 {
			label = "cure"
		}
		out = append(out, fact{label: label, text: l.Text, tone: l.Tone})
	}
	out = append(out, visibility(r)...)
	out = append(out, fact{label: "versions", text: r.cells.Versions.Text})
	if r.Known {
		text := ago(r.Snapshot.ReadAt, p.now)
		if !r.Fresh {
			text += " ago, stored"
		}
		out = append(out, fact{label: "read", text: text})
	}
	if !r.Info.Updated.IsZero() {
		out = append(out, fact{label: "updated", text: ago(r.Info.Updated, p.now)})
	}
	for i, c := range p.channels {
		out = append(out, held(r, c, r.members[i], buildOf(r.Spec.Name, r.members[i].Digest))...)
	}
	return out
}

// visibility is who may see a package: as the API says and as tried.
func visibility(r *packageRow) []fact {
	api := "not told: the API was not asked or did not answer"
	if r.Info.Visibility != model.VisibilityUnknown && r.Info.Visibility != "" {
		api = model.Sanitize(string(r.Info.Visibility)) + ", says GitHub's API"
	}
	anonymous := fact{text: "a pull without credentials was not tried", tone: present.Muted}
	switch r.Info.Anonymous {
	case model.AnonymousReadable:
		anonymous = fact{text: "tried: anyone can pull it"}
	case model.AnonymousRefused:
		anonymous = fact{text: "tried: a pull without credentials is refused", tone: present.Bad}
	case model.AnonymousUnknown:
	}
	repository := fact{label: "repository", text: "not linked, or not told", tone: present.Muted}
	if r.Info.Repository != "" {
		repository = fact{label: "repository", text: model.Sanitize(r.Info.Repository)}
	}
	return []fact{{label: "seen", text: api, tone: quiet(r.cells.Seen.Tone)}, anonymous, repository}
}

// held tells what one channel holds of a package, the digest whole.
func held(r *packageRow, c *channelRow, m model.ChannelMember, b *versionrows.Row) []fact {
	out := []fact{{label: c.cells.Name.Text, text: heldText(m), tone: quiet(present.Member(m).Tone)}}
	if m.State == model.MemberError && m.Err != nil && r.Err == nil {
		out = append(out, fact{text: model.Sanitize(m.Err.Error()), tone: present.Bad})
	}
	if m.Digest == "" {
		return out
	}
	out = append(out, fact{text: model.Sanitize(string(m.Digest))})
	if manifest := r.Snapshot.Manifests[m.Digest]; manifest != nil && manifest.IsIndex() {
		var names []string
		for _, d := range manifest.Platforms() {
			names = append(names, model.Sanitize(d.Platform.String()))
		}
		out = append(out, fact{text: "for " + strings.Join(names, ", ")})
	}
	if b != nil {
		out = append(out, weight(b)...)
	}
	return append(out, sinceFormer(r, c, m)...)
}

// weight is the size of a version and what speaks for it.
func weight(b *versionrows.Row) []fact {
	statements := 0
	for _, part := range b.Parts {
		if part.Role == model.PartAttestation || part.Role == model.PartCosign {
			statements++
		}
	}
	size := "size not read"
	if b.Size >= 0 {
		size = present.Size(b.Size)
	}
	trust := "no signed statement seen"
	if statements > 0 {
		trust = present.Many(statements, "statement") + ", not checked"
	}
	return []fact{{text: size}, {text: trust}}
}

// sinceFormer is what differs between what a channel holds of a package and
// what its former release has, as far as what was read already tells.
func sinceFormer(r *packageRow, c *channelRow, m model.ChannelMember) []fact {
	if c.Previous == nil {
		return nil
	}
	former, ok := c.Previous.Release.Members[r.Spec.Name]
	text := "before: " + model.Sanitize(c.Previous.Release.Label())
	switch {
	case !ok:
		return []fact{{text: text + " has nothing of this package", tone: present.Muted}}
	case former.Digest == m.Digest:
		return []fact{{text: text + ", the same digest", tone: present.Muted}}
	}
	out := []fact{{text: text + ", " + present.Short(former.Digest), tone: present.Muted}}
	if d, ok := r.Snapshot.CompareRead(former.Digest, m.Digest); ok {
		for _, l := range present.DiffShort(d) {
			out = append(out, fact{text: l.Text})
		}
	}
	return out
}

func heldText(m model.ChannelMember) string {
	text := present.Member(m).Text
	switch m.State {
	case model.MemberMissing:
		return "nothing: no tag and no metadata names it"
	case model.MemberError:
		return "not known, " + text
	case model.MemberDrift:
		text += ", not of the channel's release"
	case model.MemberUnknown:
		if m.Digest == "" {
			return "not asked yet"
		}
	case model.MemberOK:
	}
	if m.Via == model.ViaMetadata {
		text += ", by the channel's metadata: it has no channel tag"
	}
	if c := present.Commit(m.Commit); m.Commit != "" && !strings.Contains(text, c) {
		text += ", commit " + c
	}
	return text
}

// packageSummary says the most important of a package.
func packageSummary(p picture, r *packageRow) []present.Line {
	if r.Err != nil {
		out := present.Failure(r.Err)
		if r.Known {
			out = append(out, present.Line{Text: "Shown as it was read " + ago(r.Snapshot.ReadAt, p.now), Tone: present.Muted})
		}
		return out
	}
	first := fmt.Sprintf("%s, %s versions, %s", r.cells.Kind.Text, r.cells.Versions.Text, r.cells.Seen.Text)
	if r.Info.Repository != "" {
		first += ", linked to " + model.Sanitize(r.Info.Repository)
	}
	var parts []string
	for i, m := range r.members {
		if m.Digest != "" {
			parts = append(parts, p.channels[i].cells.Name.Text+" "+present.Short(m.Digest))
		}
	}
	second := "No channel holds anything of it."
	if len(parts) > 0 {
		second = strings.Join(parts, "  ")
	}
	return []present.Line{{Text: first}, {Text: second}}
}

// place is the registry and owner that packages belong to.
func place(p picture) string {
	inv := p.survey.Inventory
	return model.Sanitize(strings.Trim(inv.Registry+"/"+inv.Owner, "/"))
}
