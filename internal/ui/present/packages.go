package present

import (
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// PackageRow is a package as the cells of one line.
type PackageRow struct {
	Name, Kind Cell
	Channels   []Cell // one for each of the survey's channels, in their order
	Seen       Cell   // who may see it
	Versions   Cell   // how many there are
	State      Cell   // empty where fresh; else how old, or what went wrong
}

// Package presents one package of a survey.
func Package(s model.Survey, p model.PackageState, now time.Time) PackageRow {
	row := PackageRow{
		Name: Cell{Text: model.Sanitize(p.Spec.Name), Tone: Strong},
		Kind: Cell{Text: PackageKind(p.Spec)},
		Seen: Seen(p.Info), Versions: versions(p), State: freshness(p, now),
	}
	for _, c := range s.Channels {
		row.Channels = append(row.Channels, channelCell(c, p))
	}
	return row
}

// PackageKind is what a package holds in one word.
func PackageKind(spec model.PackageSpec) string {
	if spec.Kind == "" {
		return "unknown"
	}
	return model.Sanitize(string(spec.Kind))
}

// channelCell is the release that a package has in a channel.
func channelCell(c model.ChannelState, p model.PackageState) Cell {
	for _, m := range c.Members {
		if m.Package == p.Spec.Name {
			if !c.Published() {
				return muted(None)
			}
			return Member(m)
		}
	}
	if !p.Known {
		return muted("not read")
	}
	// Unlisted packages are no members of any channel.
	if d := p.Snapshot.Tag(c.Name); d != "" {
		return text(Short(d))
	}
	return muted(None)
}

// Member says what a package has in a channel: the release, "~" before it
// where metadata names it and not a tag, else why there is none.
func Member(m model.ChannelMember) Cell {
	name := releaseName(m.Release)
	switch {
	case name != "":
	case m.Commit != "":
		name = Commit(m.Commit)
	case m.Digest != "":
		name = Short(m.Digest)
	}
	if m.Via == model.ViaMetadata && name != "" {
		name = "~" + name
	}
	switch m.State {
	case model.MemberOK:
		return Cell{Text: name}
	case model.MemberDrift:
		return Cell{Mark: MarkBad, Text: name, Tone: Bad}
	case model.MemberMissing:
		return Cell{Mark: MarkBad, Text: "missing", Tone: Bad}
	case model.MemberError:
		return Cell{Mark: MarkWarn, Text: failure(m.Err), Tone: Warn}
	case model.MemberUnknown:
	}
	if name != "" {
		return Cell{Text: name, Tone: Muted}
	}
	return muted("unknown")
}

// Seen says who may see a package. What nobody outside can pull shouts.
func Seen(info model.PackageInfo) Cell {
	switch info.Visibility {
	case model.VisibilityPublic:
		if info.Anonymous == model.AnonymousRefused {
			return Cell{Mark: MarkBad, Text: "REFUSED", Tone: Bad}
		}
		return Cell{Text: "public"}
	case model.VisibilityPrivate:
		return Cell{Text: "PRIVATE", Tone: Bad}
	case model.VisibilityInternal:
		return Cell{Text: "internal", Tone: Warn}
	case model.VisibilityUnknown:
	}
	switch info.Anonymous {
	case model.AnonymousReadable:
		return Cell{Text: "readable"} // tried without credentials
	case model.AnonymousRefused:
		return Cell{Mark: MarkBad, Text: "refused", Tone: Bad}
	case model.AnonymousUnknown:
	}
	return muted("unknown")
}

func versions(p model.PackageState) Cell {
	n := p.Info.VersionCount
	if n < 0 || n == 0 && p.Known {
		n = p.Snapshot.Total
	}
	if !p.Known && n <= 0 {
		return muted(None)
	}
	if n < 0 {
		return Cell{Text: Count(len(p.Snapshot.Versions)) + "+"}
	}
	return Cell{Text: Count(n)}
}

func freshness(p model.PackageState, now time.Time) Cell {
	switch {
	case p.Err != nil && p.Known:
		return Cell{Mark: MarkWarn, Text: Age(p.Snapshot.ReadAt, now) + " old, " + failure(p.Err), Tone: Warn}
	case p.Err != nil:
		return Cell{Mark: MarkBad, Text: failure(p.Err), Tone: Bad}
	case !p.Known:
		return muted("not read yet")
	case !p.Fresh:
		return muted(Age(p.Snapshot.ReadAt, now) + " old")
	}
	return Cell{}
}

// failure is an error in two words for a cell.
func failure(err error) string {
	switch model.CodeOf(err) {
	case "unauthorized":
		return "not authorised"
	case "forbidden":
		return "not allowed"
	case "not-found":
		return "not found"
	case "unreachable":
		return "not reachable"
	case "rate-limited":
		return "rate limited"
	case "malformed":
		return "unreadable"
	case "unsupported":
		return "not supported"
	case "too-large":
		return "too large"
	}
	return "failed"
}

// Failure is an error as lines: what failed and why, then the cure.
func Failure(err error) []Line {
	if err == nil {
		return nil
	}
	out := []Line{{Mark: MarkBad, Text: sentence(err.Error()), Tone: Bad}}
	if cure := model.CureOf(err); cure != "" {
		out = append(out, Line{Text: sentence(cure)})
	}
	return out
}

// Why is an error with its cure as one piece of text, clean and without a
// final stop, for the middle of a sentence.
func Why(err error) string {
	text := strings.TrimSuffix(model.Sanitize(err.Error()), ".")
	if cure := strings.TrimSuffix(model.Sanitize(model.CureOf(err)), "."); cure != "" {
		text += ". " + strings.ToUpper(cure[:1]) + cure[1:]
	}
	return text
}
