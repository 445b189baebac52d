package present

import (
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// ChannelRow is a channel as the cells of one line.
type ChannelRow struct {
	Name, Release Cell
	Since         Cell // when it came to point here, UTC
	Age           Cell // how long ago that was
	OneSet        Cell // whether all packages point into one release
	Attested      Cell // signed statements in the registry, unchecked
	Before        Cell // what it pointed to before, and for how long
}

// Channel presents where a channel stands.
func Channel(c model.ChannelState, now time.Time) ChannelRow {
	row := ChannelRow{
		Name:     Cell{Text: model.Sanitize(c.Name), Tone: Strong},
		Release:  Cell{Text: "unknown", Tone: Warn, Mark: MarkWarn},
		Since:    Cell{Text: When(c.Since, now)},
		Age:      Cell{Text: Age(c.Since, now)},
		OneSet:   OneSet(c),
		Attested: Attested(c.Attested),
		Before:   before(c.Previous),
	}
	if c.Release != nil {
		row.Release = Cell{Text: label(*c.Release)}
	}
	if nothingThere(c) {
		row.Release = muted("none")
	}
	if c.Since.IsZero() {
		row.Since = muted("unknown")
	}
	return row
}

// nothingThere reports whether the channel was asked for everywhere and found
// nowhere.
func nothingThere(c model.ChannelState) bool {
	for _, m := range c.Members {
		if m.State != model.MemberMissing {
			return false
		}
	}
	return len(c.Members) > 0
}

// label is a release's name for lists, sanitised.
func label(r model.Release) string {
	if l := model.Sanitize(r.Label()); l != "" {
		return l
	}
	return "unnamed"
}

// OneSet says whether the packages of a channel are one release: the count
// that are in order of all, and the worst thing that the others are.
func OneSet(c model.ChannelState) Cell {
	ok, all := c.Count()
	if all == 0 {
		return muted("not read")
	}
	count := strconv.Itoa(ok) + " of " + strconv.Itoa(all)
	n := make(map[model.MemberState]int)
	for _, m := range c.Members {
		n[m.State]++
	}
	say := func(m Mark, t Tone, words string) Cell { return Cell{Mark: m, Text: count + ", " + words, Tone: t} }
	switch {
	case n[model.MemberMissing] == all:
		return muted("not published")
	case n[model.MemberDrift] > 0:
		return say(MarkBad, Bad, "drift")
	case n[model.MemberMissing] > 0:
		return say(MarkBad, Bad, strconv.Itoa(n[model.MemberMissing])+" missing")
	case n[model.MemberError] > 0:
		return say(MarkWarn, Warn, strconv.Itoa(n[model.MemberError])+" failed")
	case ok < all:
		return say(MarkWarn, Warn, strconv.Itoa(all-ok)+" unknown")
	case len(c.Incoherent) > 0:
		return say(MarkWarn, Warn, incoherence(c.Incoherent[0].Code))
	}
	return Cell{Mark: MarkOK, Text: count, Tone: Good}
}

// incoherence is a code of model.Incoherence in two words.
func incoherence(code string) string {
	switch code {
	case "metadata-old":
		return "old metadata"
	case "metadata-other-channel":
		return "wrong metadata"
	case "alias-differs":
		return "alias differs"
	}
	return model.Sanitize(code)
}

// Attested says how many signed statements are in the registry. It does not
// say that anybody has checked them.
func Attested(a model.Attested) Cell {
	found := strconv.Itoa(a.Found)
	switch {
	case a.Found < 0:
		return muted("not read")
	case a.Expected < 0:
		return muted(found + " in registry")
	case a.Expected == 0 && a.Found == 0:
		return muted("none expected")
	case a.Found < a.Expected:
		return Cell{Mark: MarkWarn, Text: found + " of " + strconv.Itoa(a.Expected), Tone: Warn}
	}
	return Cell{Mark: MarkOK, Text: found + " of " + strconv.Itoa(a.Expected), Tone: Good}
}

func before(p *model.Previous) Cell {
	if p == nil {
		return muted("none known")
	}
	text := label(p.Release)
	if stay := lasted(p.From, p.To); stay != "" {
		text += " " + stay
	}
	return Cell{Text: text}
}

// lasted is how long something held, "" where an end is not known.
func lasted(from, to time.Time) string {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return ""
	}
	return Duration(to.Sub(from))
}

// Evidence says how something about the past is known.
func Evidence(e model.Evidence) string {
	switch e {
	case model.EvidenceJournal:
		return "from the journal"
	case model.EvidenceObserved:
		return "seen by caitui"
	case model.EvidenceMetadata:
		return "says the metadata"
	case model.EvidenceTag:
		return "by its tag"
	case model.EvidenceInferred:
		return "inferred from times"
	}
	return "evidence unknown"
}

// ChannelSummary is what the home screen says at its foot about the selected
// channel: what is there, since when, what it replaced, and everything that is
// wrong with it, worst first.
func ChannelSummary(c model.ChannelState, now time.Time) []Line {
	name := model.Sanitize(c.Name)
	lines := []Line{{Text: nowLine(name, c, now)}}
	p := c.Previous
	if p != nil {
		lines = append(lines, Line{Text: beforeLine(*p, now)})
	} else if !nothingThere(c) {
		lines = append(lines, muted("Before: none known. Looked at journal, sightings, metadata and version tags."))
	}
	lines = append(lines, memberLines(c)...)
	for _, i := range c.Incoherent {
		if i.Message != "" {
			lines = append(lines, Line{Mark: MarkWarn, Text: sentence(i.Message), Tone: Warn})
		}
	}
	if p != nil && !nothingThere(c) {
		lines = append(lines, Line{Text: "Since " + label(p.Release) + ": " + Since(c).String()})
	}
	return lines
}

// nowLine says what a channel points to. When it was built the details say:
// the line has to fit 80 columns.
func nowLine(name string, c model.ChannelState, now time.Time) string {
	if nothingThere(c) {
		return name + " is not published: no package has this tag."
	}
	if c.Release == nil {
		return name + " points to a release of which neither version nor commit is known."
	}
	text := label(*c.Release)
	if commit := c.Release.Commit; commit != "" && Commit(commit) != text {
		text += " (" + Commit(commit) + ")"
	}
	if c.Since.IsZero() {
		return text + " is in " + name + " since an unknown time"
	}
	return text + " is in " + name + " since " + zulu(c.Since, now) + ", " + Age(c.Since, now) + ", " + Evidence(c.SinceEvidence)
}

func beforeLine(p model.Previous, now time.Time) string {
	text := "Before: " + label(p.Release)
	if n, all := len(p.Release.Members), len(p.Release.Members)+len(p.Release.Missing); all > 0 {
		text += ", " + strconv.Itoa(n) + " of " + strconv.Itoa(all) + " there"
	}
	if stay := lasted(p.From, p.To); stay != "" {
		text += ", for " + stay
	}
	if !p.To.IsZero() {
		text += " until " + zulu(p.To, now)
	}
	return text + ", " + Evidence(p.Evidence)
}

// Changes counts what became of the members of a channel since its former
// release.
type Changes struct {
	Changed, Same int
	Unknown       int // what is there now, or was then, nobody knows
}

// String says it in words.
func (c Changes) String() string {
	if c.Changed == 0 && c.Unknown == 0 {
		return "nothing changed, " + Many(c.Same, "package") + " the same"
	}
	text := Many(c.Changed, "package") + " changed, " + Count(c.Same) + " the same"
	if c.Unknown > 0 {
		text += ", " + Count(c.Unknown) + " not known"
	}
	return text
}

// Since counts what changed in a channel since its former release.
func Since(c model.ChannelState) Changes {
	var out Changes
	for _, m := range c.Members {
		switch was, ok := formerly(c, m.Package); {
		case !ok || m.Digest == "":
			out.Unknown++
		case was != m.Digest:
			out.Changed++
		default:
			out.Same++
		}
	}
	return out
}

// SinceMember says in a word what became of one member since the channel's
// former release, "" where no former release is known.
func SinceMember(c model.ChannelState, m model.ChannelMember) string {
	was, ok := formerly(c, m.Package)
	switch {
	case c.Previous == nil || m.Digest == "":
		return ""
	case !ok:
		return "new"
	case was == m.Digest:
		return "the same"
	}
	return "changed"
}

// formerly is what the channel's former release has of a package.
func formerly(c model.ChannelState, pkg string) (model.Digest, bool) {
	if c.Previous == nil {
		return "", false
	}
	m, ok := c.Previous.Release.Members[pkg]
	return m.Digest, ok
}

// memberLines names the members that are not in order, state by state.
func memberLines(c model.ChannelState) []Line {
	kinds := []struct {
		state model.MemberState
		line  Line
	}{
		{model.MemberDrift, Line{Mark: MarkBad, Tone: Bad, Text: "Another release: "}},
		{model.MemberMissing, Line{Mark: MarkBad, Tone: Bad, Text: "Missing: "}},
		{model.MemberError, Line{Mark: MarkWarn, Tone: Warn, Text: "Could not be read: "}},
		{model.MemberUnknown, Line{Mark: MarkDot, Tone: Muted, Text: "Not known yet: "}},
	}
	if nothingThere(c) {
		return nil
	}
	var out []Line
	for _, k := range kinds {
		var names []string
		for _, m := range c.Members {
			if m.State != k.state {
				continue
			}
			name := model.Sanitize(m.Package)
			if m.Release != "" && m.State == model.MemberDrift {
				name += " (" + releaseName(m.Release) + ")"
			}
			names = append(names, name)
		}
		if len(names) > 0 {
			k.line.Text += strings.Join(names, ", ")
			out = append(out, k.line)
		}
	}
	return out
}

// releaseName is the name of a release as lists show it: a whole commit short.
func releaseName(name string) string {
	if model.IsHex(name, 40) {
		return name[:7]
	}
	return model.Sanitize(name)
}

// sentence is a remote or composed message as one sanitised line.
func sentence(s string) string { return model.Sanitize(strings.TrimSpace(s)) }
