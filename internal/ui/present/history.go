package present

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// HistoryRow is a version as the cells of one line.
type HistoryRow struct {
	Age, Release, Tags, Commit, Platforms, Size Cell
	Kind, Digest                                Cell
	Note                                        Cell // where it is or was, or that it failed
}

// History presents a row of the folded history.
func History(layout model.Layout, r model.Row, now time.Time) HistoryRow {
	row := Entry(layout, r.Entry, now)
	row.Note = note(layout, r)
	if len(r.Tags) == 0 {
		row.Tags = muted("(untagged" + was(r.Stays) + ")")
	}
	if r.Failed != "" {
		row.Tags = Cell{Text: "(failed: " + model.Sanitize(r.Failed) + ")", Tone: Warn}
		if tags := Tags(layout, r.Tags); tags != "" {
			row.Tags.Text = tags + " " + row.Tags.Text
		}
	}
	return row
}

// Entry presents a version without what belongs to it.
func Entry(layout model.Layout, e model.Entry, now time.Time) HistoryRow {
	row := HistoryRow{
		Age: Cell{Text: Age(e.Created, now)}, Tags: Cell{Text: Tags(layout, e.Tags)},
		Commit: text(Commit(e.Commit)), Kind: Cell{Text: model.Sanitize(string(e.Kind))},
		Digest: Cell{Text: Short(e.Digest)}, Size: Cell{Text: Size(e.Size)},
		Release: muted(None), Platforms: platforms(e),
	}
	if e.Release != "" && !model.IsHex(e.Release, 40) {
		row.Release = Cell{Text: model.Sanitize(e.Release), Tone: Strong}
	}
	if len(e.Tags) == 0 {
		row.Tags = muted("(untagged)")
	}
	return row
}

// Part presents a version that is folded under another: its part stands where
// the tags stand.
func Part(layout model.Layout, p model.Part, now time.Time) HistoryRow {
	row := Entry(layout, p.Entry, now)
	words := []string{model.Sanitize(string(p.Role))}
	if len(p.Platforms) > 0 {
		words = append(words, model.Sanitize(strings.Join(p.Platforms, " ")))
	}
	if tags := Tags(layout, p.Tags); tags != "" {
		words = append(words, tags)
	}
	row.Tags = muted(strings.Join(words, " "))
	return row
}

func platforms(e model.Entry) Cell {
	if len(e.Platforms) > 0 {
		return text(strings.Join(e.Platforms, " "))
	}
	switch e.Kind {
	case model.VersionUnknown, "":
		return muted("not read")
	case model.VersionIndex, model.VersionImage:
		if e.Size < 0 {
			return muted("not read")
		}
		return muted(None)
	case model.VersionArtifact, model.VersionAttestation, model.VersionReferrers:
	}
	return muted(string(e.Kind))
}

// Tags lists tags for one cell: channels first, then versions, then the others
// by name, long ones cut. "" where there are none.
func Tags(layout model.Layout, tags []string) string {
	sorted := slices.Clone(tags)
	slices.SortFunc(sorted, func(a, b string) int {
		return cmp.Or(cmp.Compare(tagRank(layout, a), tagRank(layout, b)), cmp.Compare(a, b))
	})
	for i, t := range sorted {
		sorted[i] = Tag(t)
	}
	return strings.Join(sorted, "  ")
}

// tagRank orders tags by what people look for.
func tagRank(layout model.Layout, tag string) int {
	for i, c := range layout.Channels {
		if c.Name == tag {
			return i
		}
	}
	const afterChannels = 1000
	info := layout.Tag(tag)
	switch {
	case info.Kind == model.TagMoving:
		return afterChannels
	case info.Version != "":
		return afterChannels + 1
	case info.Kind == model.TagImmutable:
		return afterChannels + 2
	}
	return afterChannels + 3
}

// note says in which channels a row is, and was.
func note(layout model.Layout, r model.Row) Cell {
	var here, gone []string
	for _, c := range layout.Channels {
		if slices.Contains(r.Tags, c.Name) || slices.ContainsFunc(r.Stays, func(s model.Stay) bool {
			return s.Channel == c.Name && s.To.IsZero() && !s.From.IsZero()
		}) {
			here = append(here, model.Sanitize(c.Name)+" now")
			continue
		}
		if text := wasIn(c.Name, r.Stays); text != "" {
			gone = append(gone, text)
		}
	}
	words := strings.Join(append(here, gone...), ", ")
	switch {
	case len(here) > 0:
		return Cell{Text: words, Tone: Good}
	case words != "":
		return Cell{Text: words}
	}
	return Cell{}
}

// wasIn says that a channel pointed here and for how long altogether, "" where
// it never did as far as is known.
func wasIn(channel string, stays []model.Stay) string {
	var sum time.Duration
	found, known := false, true
	for _, s := range stays {
		if s.Channel != channel || s.To.IsZero() && !s.From.IsZero() {
			continue
		}
		found = true
		if s.From.IsZero() || s.To.Before(s.From) {
			known = false
			continue
		}
		sum += s.To.Sub(s.From)
	}
	switch {
	case !found:
		return ""
	case !known:
		return "was " + model.Sanitize(channel)
	}
	return "was " + model.Sanitize(channel) + " " + Duration(sum)
}

// was names the channels that pointed to an untagged version.
func was(stays []model.Stay) string {
	var names []string
	for _, s := range stays {
		if n := model.Sanitize(s.Channel); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ", was " + strings.Join(names, " ")
}
