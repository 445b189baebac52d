package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/ghcr/journal"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// journalFlags are what the journal is asked for.
type journalFlags struct {
	verify   bool
	head     string
	follow   bool
	export   string
	plan     string
	incident string
	since    string
	note     string
}

func newJournal(a *app) *cobra.Command {
	var f journalFlags
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Show what was previewed, intended and done from this machine",
		Long: `Show the journal: every preview, intent, outcome and refusal, oldest first, or those
that --plan, --incident and --since leave.

--verify checks the chain of hashes and exits 1 where it does not hold. With
--head SEQ:HASH, as every result and chat line quotes it, it also finds a
journal that was cut off. --export writes the JSON document to a file, chain
checked. --follow goes on with what any caitui on this machine writes. --note
writes a remark, about the plan that --plan names.`,
		Example: `  caitui journal --incident INC-412
  caitui journal --verify --head 41:9a01d2c3b4f5
  caitui journal --note 'called the on-call of the registry' --incident INC-412`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(a.format); err != nil {
				return err
			}
			if cmd.Flags().Changed("note") {
				return a.writeNote(cmd.Context(), f)
			}
			expected, err := parseHead(f.head)
			if err != nil {
				return err
			}
			keep, err := f.filter(a.now())
			if err != nil {
				return err
			}
			j, err := a.openJournal()
			if err != nil {
				return err
			}
			if f.follow {
				return a.follow(cmd.Context(), j, keep)
			}
			return a.showJournal(cmd.Context(), j, f, keep, expected)
		},
	}
	fs := cmd.Flags()
	fs.BoolVar(&f.verify, "verify", false, "check the chain of hashes")
	fs.StringVar(&f.head, "head", "", "with --verify: SEQ:HASH that the journal must contain")
	fs.BoolVar(&f.follow, "follow", false, "go on with what is written from now on")
	fs.StringVar(&f.export, "export", "", "write the JSON document to this file")
	fs.StringVar(&f.plan, "plan", "", "only this plan: its id or the beginning of it")
	fs.StringVar(&f.incident, "incident", "", "only this incident")
	fs.StringVar(&f.since, "since", "", "only what is newer: an age such as 12h or 7d, or a time such as 2026-06-24T10:41:00Z")
	fs.StringVar(&f.note, "note", "", "write this remark into the journal")
	return cmd
}

func (f *journalFlags) check(form format) error {
	switch {
	case f.head != "" && !f.verify:
		return usageError{errors.New("--head goes with --verify")}
	case f.follow && (f.verify || f.export != ""):
		return usageError{errors.New("--follow has no end at which to check or to export")}
	case f.follow && form != formatTable:
		return usageError{errors.New("--follow writes lines for people: a script follows journal.jsonl itself, one JSON line an event")}
	}
	return nil
}

// filter is what the flags let through.
func (f *journalFlags) filter(now time.Time) (func(model.JournalEvent) bool, error) {
	var since time.Time
	if f.since != "" {
		at, err := time.Parse(time.RFC3339, f.since)
		if err != nil {
			age, err := model.ParseAge(f.since)
			if err != nil {
				return nil, usageError{fmt.Errorf("--since takes an age such as 12h or 7d, or a time such as 2026-06-24T10:41:00Z, not %q", model.Sanitize(f.since))}
			}
			at = now.Add(-age)
		}
		since = at
	}
	return func(e model.JournalEvent) bool {
		return (f.plan == "" || model.IsPlanID(e.Plan, f.plan)) && (f.incident == "" || strings.EqualFold(e.Incident, f.incident)) && !e.At.Before(since)
	}, nil
}

// showJournal prints what the filter leaves. The chain is checked as a whole,
// whatever is shown of it.
func (a *app) showJournal(ctx context.Context, j *journal.Journal, f journalFlags, keep func(model.JournalEvent) bool, expected *model.JournalHead) error {
	all, err := j.Events(ctx)
	if err != nil {
		return err
	}
	events := make([]model.JournalEvent, 0, len(all))
	for _, e := range all {
		if keep(e) {
			events = append(events, e)
		}
	}
	shown := present.JournalTable(events)
	if len(all) > 0 {
		shown.Empty = "No event of the journal is let through by these filters."
	}
	ans := answer{doc: wire.JournalDoc(events), tables: []present.Table{shown}}
	if !f.verify && f.export == "" {
		return a.print(ans)
	}
	report, err := j.Verify(ctx, expected)
	if err != nil {
		return err
	}
	if f.export != "" {
		if err := a.exportJournal(f.export, events, report); err != nil || !f.verify {
			return err
		}
	}
	return a.printVerified(ans, events, report)
}

// exportJournal writes the JSON document with what checking the chain found.
func (a *app) exportJournal(path string, events []model.JournalEvent, report journal.Report) error {
	body, err := encode(wire.JournalDoc(events).Checked(report.Head, report.BrokenAt))
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(body+"\n"), 0o600); err != nil {
		return usageError{fmt.Errorf("exporting the journal: %w", err)}
	}
	a.note("%s written to %s, head %s", present.Many(len(events), "event"), path, present.JournalHead(report.Head))
	if !report.Intact {
		a.note("NOT INTACT: %s", report.Why)
		return finding{exitFinding}
	}
	return nil
}

// followPause is how often the file is looked at: often enough for a person who
// watches a rollback of somebody else.
const followPause = 300 * time.Millisecond

// follow prints events as they come, until it is interrupted.
func (a *app) follow(ctx context.Context, j *journal.Journal, keep func(model.JournalEvent) bool) error {
	tick := time.NewTicker(followPause)
	defer tick.Stop()
	var last model.JournalHead
	for {
		head, err := j.Head(ctx)
		if err == nil && head != last {
			last, err = a.printAfter(ctx, j, last.Seq, keep)
		}
		switch {
		case ctx.Err() != nil:
			return nil // interrupted, as it is meant to end
		case err != nil:
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// printAfter prints the events after a number and returns the last one's.
func (a *app) printAfter(ctx context.Context, j *journal.Journal, seq int64, keep func(model.JournalEvent) bool) (model.JournalHead, error) {
	events, err := j.Events(ctx)
	last := model.JournalHead{Seq: seq}
	for _, e := range events {
		if e.Seq <= seq {
			continue
		}
		last = model.JournalHead{Seq: e.Seq, Hash: e.Hash}
		if !keep(e) {
			continue
		}
		if err := writeLine(a.stdout, present.JournalLine(e, a.now()).String()); err != nil {
			return last, err
		}
	}
	return last, err
}

// writeNote writes a remark, by the account of the token where that is known.
func (a *app) writeNote(ctx context.Context, f journalFlags) error {
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	id := ""
	if f.plan != "" {
		x, _, err := s.service.Execution(ctx, f.plan)
		if err != nil {
			return err
		}
		id = x.ID()
	}
	written, err := s.service.Note(ctx, model.JournalNote{Plan: id, Text: f.note, Incident: f.incident})
	if err != nil {
		return err
	}
	return a.print(answer{
		doc:    wire.JournalDoc([]model.JournalEvent{written}),
		tables: []present.Table{present.JournalTable([]model.JournalEvent{written})},
	})
}

func (a *app) printVerified(ans answer, events []model.JournalEvent, report journal.Report) error {
	ans.doc = wire.JournalDoc(events).Checked(report.Head, report.BrokenAt)
	if report.Intact {
		ans.lines = append(ans.lines, fmt.Sprintf("intact: %s, head %d:%s", present.Many(int(report.Head.Seq), "line"), report.Head.Seq, report.Head.Hash))
	} else {
		ans.lines = append(ans.lines, "NOT INTACT: "+model.Sanitize(report.Why))
	}
	if err := a.print(ans); err != nil {
		return err
	}
	if !report.Intact {
		return finding{exitFinding}
	}
	return nil
}

// parseHead reads SEQ:HASH; "" is none.
func parseHead(s string) (*model.JournalHead, error) {
	if s == "" {
		return nil, nil
	}
	seq, hash, ok := strings.Cut(s, ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	if !ok || err != nil || n < 1 || hash == "" {
		return nil, usageError{fmt.Errorf("--head is SEQ:HASH as a result quotes it, not %q", model.Sanitize(s))}
	}
	return &model.JournalHead{Seq: n, Hash: hash}, nil
}
