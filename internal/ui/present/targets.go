package present

import (
	"strconv"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// TargetRow is a set that a channel can go to, as the cells of one line.
type TargetRow struct {
	Release  Cell
	Built    Cell // how long ago
	Complete Cell // how many packages it has
	Stay     Cell // how long the channel was there, and from what that is known
	Attested Cell // what checking came to, before that the signed statements counted
	Note     Cell // why it is advised, or forbidden
	Search   string
}

// Target presents a set that a channel can go to. attested is what was counted
// about it, nil where nothing was.
func Target(t model.ChannelTarget, packages int, attested *model.Attested, now time.Time) TargetRow {
	r := t.Release
	row := TargetRow{
		Release: Cell{Text: label(r), Tone: Strong},
		Built:   Cell{Text: Age(r.Built, now)},
		Stay:    stayed(t, now),
		Search:  model.Sanitize(r.Name + " " + r.Version + " " + r.Commit),
	}
	has := strconv.Itoa(packages-len(r.Missing)) + " of " + strconv.Itoa(packages)
	row.Complete = Cell{Mark: MarkOK, Text: has, Tone: Good}
	if !r.Complete() {
		row.Complete = Cell{Mark: MarkWarn, Text: has, Tone: Warn}
	}
	row.Attested = muted("not counted")
	if attested != nil {
		row.Attested = Attested(*attested)
	}
	switch {
	case t.Never != "":
		row.Note = Cell{Mark: MarkBad, Text: "never return: " + model.Sanitize(t.Never), Tone: Bad}
	case t.Advised:
		row.Note = Cell{Mark: MarkHere, Text: "advised: " + model.Sanitize(t.Why), Tone: Good}
	case t.Partly:
		row.Note = Cell{Mark: MarkWarn, Text: "part of the channel is here", Tone: Warn}
	}
	return row
}

// Trusted says what checking a whole release came to.
func Trusted(t model.TrustSum) Cell {
	if t.Expected == 0 {
		return muted("none expected")
	}
	c := Verdict(t.Verdict)
	if t.Verdict == model.VerdictVerified {
		return c
	}
	c.Text = strconv.Itoa(t.Verified) + "/" + strconv.Itoa(t.Expected) + " verified"
	if t.Unsure {
		c.Mark, c.Tone = MarkUnknown, Warn // more may be there than could be asked for
	}
	return c
}

// stayed says how long a channel was at a set: "now, 7 d", "37 d, observed".
func stayed(t model.ChannelTarget, now time.Time) Cell {
	if len(t.Stays) == 0 {
		if t.Now {
			return Cell{Text: "now", Tone: Strong}
		}
		return muted(None)
	}
	s := t.Stays[0]
	text := "was here"
	switch {
	case t.Now:
		text = "now"
		if !s.From.IsZero() {
			text += ", " + Age(s.From, now)
		}
	case !s.From.IsZero() && !s.To.IsZero():
		text = Duration(s.To.Sub(s.From)) + " until " + Day(s.To)
	case !s.To.IsZero():
		text = "until " + Day(s.To)
	}
	if s.Evidence != "" {
		text += ", " + Evidence(s.Evidence)
	}
	c := Cell{Text: text}
	if t.Now {
		c.Tone = Strong
	}
	return c
}

// ChannelMove says from where to where a plan moves a channel: "from v1.3.0 (in
// prod since 24 Jun 10:41Z, 7 d) to v1.2.0 (prod 37 d)".
func ChannelMove(p model.Plan, s model.Survey, t model.ChannelTarget, now time.Time) Line {
	channel := model.Sanitize(p.Aim.Channel)
	if p.Aim.From == p.Aim.To && p.Aim.To != "" && p.Aim.As == "" {
		text := "all of " + channel + " to " + releaseName(p.Aim.To)
		if t.Why != "" {
			text += ": " + model.Sanitize(t.Why)
		}
		return Line{Text: text, Tone: Strong}
	}
	from, to := releaseOr(p.Aim.From, "what it has"), releaseOr(p.Aim.To, "a set named by hand")
	if c, ok := s.Channel(p.Aim.Channel); ok && !c.Since.IsZero() {
		from += " (in " + channel + " since " + zulu(c.Since, now) + ", " + Age(c.Since, now) + ")"
	}
	if len(t.Stays) > 0 && !t.Now {
		if stay := lasted(t.Stays[0].From, t.Stays[0].To); stay != "" {
			to += " (" + channel + " " + stay + ")"
		}
	}
	if p.Aim.As != "" {
		to += " as " + model.Sanitize(p.Aim.As)
	}
	return Line{Text: "from " + from + " to " + to, Tone: Strong}
}

// releaseOr is a release's name, or what stands for it where none is known.
func releaseOr(release, none string) string {
	if release == "" {
		return none
	}
	return releaseName(release)
}
