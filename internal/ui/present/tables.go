package present

import (
	"strconv"

	"github.com/novotnyllc/caitui/internal/model"
)

// PackagesTable is the packages of a survey. Ages count up to when it was read.
func PackagesTable(s model.Survey) Table {
	t := Table{Columns: []Column{{Title: "name"}, {Title: "kind"}},
		Empty: "No packages: neither the registry nor the configuration names any."}
	for _, c := range s.Channels {
		t.Columns = append(t.Columns, Column{Title: model.Sanitize(c.Name)})
	}
	t.Columns = append(t.Columns, Column{Title: "seen"}, Column{Title: "versions", Right: true}, Column{Title: "state"})
	for _, p := range s.Inventory.Packages {
		r := Package(s, p, s.Inventory.ReadAt)
		row := append([]Cell{r.Name, r.Kind}, r.Channels...)
		t.Rows = append(t.Rows, append(row, r.Seen, r.Versions, r.State))
	}
	return t
}

// ChannelsTable is the channels of a survey.
func ChannelsTable(s model.Survey) Table {
	t := Table{
		Columns: []Column{{Title: "channel"}, {Title: "release"}, {Title: "since"}, {Title: "age", Right: true},
			{Title: "one set?"}, {Title: "attested"}, {Title: "before"}},
		Empty: "No channels: the configuration names none.",
	}
	for _, c := range s.Channels {
		r := Channel(c, s.Inventory.ReadAt)
		t.Rows = append(t.Rows, []Cell{r.Name, r.Release, r.Since, r.Age, r.OneSet, r.Attested, r.Before})
	}
	return t
}

// ChannelPackagesTable is what each channel has of each package: release and
// digest, "~" where metadata and no tag names it.
func ChannelPackagesTable(s model.Survey) Table {
	t := Table{Columns: []Column{{Title: "package"}}, Empty: "No packages in any channel."}
	for _, c := range s.Channels {
		t.Columns = append(t.Columns, Column{Title: model.Sanitize(c.Name)}, Column{Title: "digest"})
	}
	if len(s.Channels) == 0 {
		return t
	}
	for _, p := range s.Inventory.Packages {
		row := []Cell{text(p.Spec.Name)}
		for _, c := range s.Channels {
			row = append(row, channelCell(c, p), Cell{Text: Short(memberDigest(c, p))})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func memberDigest(c model.ChannelState, p model.PackageState) model.Digest {
	for _, m := range c.Members {
		if m.Package == p.Spec.Name {
			return m.Digest
		}
	}
	return p.Snapshot.Tag(c.Name)
}

func historyTable(last string) Table {
	return Table{
		Columns: []Column{{Title: "age", Right: true}, {Title: "release"}, {Title: "tags"}, {Title: "digest"},
			{Title: "commit"}, {Title: "platforms"}, {Title: "size", Right: true}, {Title: last}},
		Empty: "No versions in this package.",
	}
}

// HistoryTable is the folded history of a package: children, attestations and
// plumbing are counted with what they belong to.
func HistoryTable(s model.Survey, pkg string) Table {
	t := historyTable("channel")
	t.Columns = append(t.Columns, Column{Title: "parts", Right: true})
	for _, r := range model.Fold(s, pkg) {
		h := History(s.Inventory.Layout, r, s.Inventory.ReadAt)
		t.Rows = append(t.Rows, []Cell{h.Age, h.Release, h.Tags, h.Digest, h.Commit, h.Platforms, h.Size, h.Note,
			{Text: Count(len(r.Parts))}})
	}
	return t
}

// VersionsTable is every version of a package, unfolded.
func VersionsTable(s model.Survey, pkg string) Table {
	t := historyTable("kind")
	for _, e := range model.Entries(s, pkg) {
		h := Entry(s.Inventory.Layout, e, s.Inventory.ReadAt)
		t.Rows = append(t.Rows, []Cell{h.Age, h.Release, h.Tags, h.Digest, h.Commit, h.Platforms, h.Size, h.Kind})
	}
	return t
}

// PlanTable is every effect of a plan, one in a line; PlanRemarks has the rest
// of the preview.
func PlanTable(p model.Plan, s model.Survey) Table {
	t := Table{Columns: []Column{{Title: "package"}, {Title: "tag"}, {Title: "before"}, {Title: "after"}, {Title: "effect"}},
		Empty: "Nothing would change."}
	for _, l := range PlanLines(p, s, s.Inventory.ReadAt) {
		if l.Kind == PlanEffect {
			t.Rows = append(t.Rows, []Cell{
				{Text: l.Package}, {Text: l.Tag}, {Text: l.Before.Say(true, true)}, {Text: l.After.Say(true, true)},
				{Mark: l.Mark, Text: l.Words, Tone: l.Tone},
			})
		}
	}
	return t
}

// OutcomeTable is what a plan did, change by change.
func OutcomeTable(p model.Plan, o model.Outcome) Table {
	t := Table{Columns: []Column{{Title: "#", Right: true}, {Title: "package"}, {Title: "tag"}, {Title: "before"},
		{Title: "after"}, {Title: "state"}}, Empty: "Nothing to do: everything is as wanted already."}
	steps := make(map[int]model.Step, len(o.Steps))
	for _, s := range o.Steps {
		steps[s.Index] = s
	}
	for i, c := range p.Changes {
		t.Rows = append(t.Rows, []Cell{
			{Text: stage(c.Stage)}, text(c.Package), text(c.Tag), {Text: Short(c.From)}, {Text: Short(c.To)}, Step(steps[i]),
		})
	}
	return t
}

// JournalTable is events of the journal, with whole times.
func JournalTable(events []model.JournalEvent) Table {
	t := Table{Columns: []Column{{Title: "#", Right: true}, {Title: "at (UTC)"}, {Title: "event"}, {Title: "package"},
		{Title: "tag"}, {Title: "change"}, {Title: "by"}, {Title: "why"}}, Empty: "The journal is empty."}
	for _, e := range events {
		change := Cell{}
		if e.Before != "" || e.After != "" {
			change.Text = move(e)
		}
		line := JournalLine(e, e.At)
		t.Rows = append(t.Rows, []Cell{
			{Text: strconv.FormatInt(e.Seq, 10)}, {Text: Stamp(e.At)}, {Mark: line.Mark, Text: eventWords(e), Tone: line.Tone},
			text(e.Package), text(e.Tag), change, text(e.Actor), text(why(e)),
		})
	}
	return t
}
