package packages

import (
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// picture is everything that the pane shows, drawn from one survey when it
// arrived.
type picture struct {
	survey   model.Survey
	channels []*channelRow
	packages []*packageRow
	releases []*releaseRow
	findings []finding
	// now is the time that ages are counted to: the server's, as of reading.
	// How old the reading itself is, the status line says.
	now time.Time
	// waiting is whether nothing was read and nothing failed yet.
	waiting bool
}

// channelRow is one channel of the first part.
type channelRow struct {
	model.ChannelState
	cells     present.ChannelRow
	attention int // 0: none; larger: sooner
}

// packageRow is one package of the second part with its member of each
// channel, in the channels' order.
type packageRow struct {
	model.PackageState
	cells     present.PackageRow
	members   []model.ChannelMember
	text      string // lower case: what the words of a filter look at
	attention int
}

func channelKey(r *channelRow) string { return r.Name }
func packageKey(r *packageRow) string { return r.Spec.Name }

// draw turns a survey into what is shown of it.
func draw(s model.Survey) picture {
	out := picture{survey: s, findings: findings(s), now: s.Inventory.ReadAt, waiting: true}
	for _, c := range s.Channels {
		out.channels = append(out.channels, &channelRow{ChannelState: c, cells: present.Channel(c, out.now), attention: needOfChannel(c)})
	}
	for _, p := range s.Inventory.Packages {
		row := &packageRow{PackageState: p, cells: present.Package(s, p, out.now), attention: needOfPackage(p)}
		for _, c := range s.Channels {
			m := memberOf(c, p.Spec.Name)
			row.members = append(row.members, m)
			if !allMissing(c) { // a channel that was never published
				row.attention = max(row.attention, needOfMember(m))
			}
		}
		if p.Known || p.Err != nil {
			out.waiting = false
		}
		row.text = row.searchable()
		out.packages = append(out.packages, row)
	}
	out.releases = releaseRows(s)
	slices.SortStableFunc(out.packages, func(a, b *packageRow) int { return b.attention - a.attention })
	return out
}

// needy is the channel where the cursor starts: the one that needs attention
// most, else the first.
func (p picture) needy() string {
	best := -1
	for i, c := range p.channels {
		if best < 0 || c.attention > p.channels[best].attention {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	return p.channels[best].Name
}

// The order of what needs attention.
const (
	needNone = iota
	needLook // hidden from outsiders, metadata differs
	needMend // missing, drift
	needRead // could not be read
)

func needOfChannel(c model.ChannelState) int {
	need := needNone
	if len(c.Incoherent) > 0 {
		need = needLook
	}
	if allMissing(c) {
		return need // never published: nothing to mend
	}
	for _, m := range c.Members {
		need = max(need, needOfMember(m))
	}
	return need
}

func allMissing(c model.ChannelState) bool {
	for _, m := range c.Members {
		if m.State != model.MemberMissing {
			return false
		}
	}
	return true
}

// told reports whether anything answered what a channel points to, be it that
// nothing is there.
func told(c model.ChannelState) bool {
	for _, m := range c.Members {
		if m.Digest != "" || m.State == model.MemberMissing {
			return true
		}
	}
	return len(c.Members) == 0
}

func needOfMember(m model.ChannelMember) int {
	switch m.State {
	case model.MemberError:
		return needRead
	case model.MemberDrift, model.MemberMissing:
		return needMend
	case model.MemberOK, model.MemberUnknown:
		return needNone
	}
	return needNone
}

func needOfPackage(p model.PackageState) int {
	switch {
	case p.Err != nil:
		return needRead
	case p.Info.Visibility == model.VisibilityPrivate, p.Info.Visibility == model.VisibilityInternal,
		p.Info.Anonymous == model.AnonymousRefused:
		return needLook
	default:
		return needNone
	}
}

func memberOf(c model.ChannelState, pkg string) model.ChannelMember {
	for _, m := range c.Members {
		if m.Package == pkg {
			return m
		}
	}
	return model.ChannelMember{Package: pkg, State: model.MemberUnknown}
}

// searchable is what a filter's words look at.
func (r *packageRow) searchable() string {
	words := make([]string, 0, 8)
	for _, name := range []string{"name", "kind", "release", "seen", "state"} {
		words = append(words, r.field(name))
	}
	return strings.ToLower(strings.Join(append(words, r.Info.Repository), "\n"))
}

func filterFields() []string { return []string{"name", "kind", "release", "seen", "state"} }

// field is what a filter's name:value looks at, for each of filterFields.
func (r *packageRow) field(name string) string {
	var words []string
	switch name {
	case "name":
		return r.Spec.Name
	case "kind":
		words = []string{string(r.Spec.Kind), string(r.Spec.Role)}
	case "release":
		for _, c := range r.cells.Channels {
			words = append(words, c.Text)
		}
	case "seen":
		return r.cells.Seen.Text
	case "state":
		if r.Err != nil {
			words = append(words, r.cells.State.Text)
		}
		for _, m := range r.members {
			words = append(words, string(m.State))
		}
	}
	return strings.Join(words, "\n")
}
