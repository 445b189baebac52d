package tagdiff

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// sidesShown are the two lines that say what is compared: the release or the
// reference, the digest, when it was built, and where it is now.
func (p *Pane) sidesShown() (a, b string) {
	x, y := model.DiffSide{Package: p.pkg, Digest: p.a}, model.DiffSide{Package: p.pkg, Digest: p.b}
	if p.diff != nil {
		x, y = p.diff.A, p.diff.B
	}
	left, right := p.names(x), p.names(y)
	column := min(max(layout.Width(left), layout.Width(right)), max(p.width/3, 12))
	return p.side(x, left, column), p.side(y, right, column)
}

// names is what a person calls a side.
func (p *Pane) names(s model.DiffSide) string {
	release := s.Release
	if release == "" {
		if r, ok := p.survey.ReleaseOf(s.Package, s.Digest); ok {
			release = r.Label()
		}
	}
	switch {
	case release != "":
		return model.Sanitize(release)
	case s.Ref != "" && !strings.Contains(s.Ref, "@"):
		return model.Sanitize(s.Ref)
	case len(p.channels(s)) > 0:
		return p.channels(s)[0]
	}
	return "no release"
}

func (p *Pane) side(s model.DiffSide, name string, column int) string {
	parts := []string{layout.Pad(layout.Truncate(name, column, string(present.MarkEllipsis)), column), layout.Pad(present.Short(s.Digest), model.ShortLen)}
	created := s.Created
	if created.IsZero() {
		if state, ok := p.survey.Inventory.Package(s.Package); ok {
			v, _ := state.Snapshot.Version(s.Digest)
			created = v.Created
		}
	}
	now := p.survey.Inventory.ReadAt
	switch {
	case created.IsZero():
		parts = append(parts, "age not known")
	case now.IsZero():
		parts = append(parts, present.Full(created))
	default:
		parts = append(parts, strings.TrimSpace(present.When(created, now))+", "+present.Age(created, now))
	}
	if here := p.channels(s); len(here) > 0 {
		parts = append(parts, strings.Join(here, ", ")+" now")
	}
	return strings.Join(parts, "  ")
}

// channels are those that hold a side now.
func (p *Pane) channels(s model.DiffSide) []string {
	var out []string
	for _, c := range p.survey.Channels {
		for _, m := range c.Members {
			if m.Package == s.Package && m.Digest == s.Digest && s.Digest != "" {
				out = append(out, model.Sanitize(c.Name))
			}
		}
	}
	return out
}
