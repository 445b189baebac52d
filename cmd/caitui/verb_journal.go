package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/ghcr/journal"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func newJournal(a *app) *cobra.Command {
	var verify bool
	var head string
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Show what was previewed, intended and done from this machine",
		Long: `Show the journal: every preview, intent, outcome and refusal, oldest first.

--verify checks the chain of hashes and exits 1 where it does not hold. With
--head SEQ:HASH, as every result and chat line quotes it, it also finds a
journal that was cut off.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if head != "" && !verify {
				return usageError{fmt.Errorf("--head goes with --verify")}
			}
			expected, err := parseHead(head)
			if err != nil {
				return err
			}
			j, err := a.openJournal()
			if err != nil {
				return err
			}
			events, err := j.Events(cmd.Context())
			if err != nil {
				return err
			}
			ans := answer{doc: wire.JournalDoc(events), tables: []present.Table{present.JournalTable(events)}}
			if !verify {
				return a.print(ans)
			}
			report, err := j.Verify(cmd.Context(), expected)
			if err != nil {
				return err
			}
			return a.printVerified(ans, events, report)
		},
	}
	cmd.Flags().BoolVar(&verify, "verify", false, "check the chain of hashes")
	cmd.Flags().StringVar(&head, "head", "", "with --verify: SEQ:HASH that the journal must contain")
	return cmd
}

func (a *app) printVerified(ans answer, events []model.JournalEvent, report journal.Report) error {
	ans.doc = wire.JournalDoc(events).Checked(report.Head, report.BrokenAt)
	if report.Intact {
		ans.lines = append(ans.lines, fmt.Sprintf("intact: %s, head %d:%s", present.Many(len(events), "line"), report.Head.Seq, report.Head.Hash))
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
