package main

import (
	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func newReport(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "report [PLAN]",
		Short: "Tell what became of a plan: for a ticket (-o md), a chat (-o chat) or a script",
		Long: `Tell what a plan changed, by whom, why and with what result, what was left alone, and
how it is checked and taken back. PLAN is a plan's id or its beginning; without it
the last executed one is meant. It is told from the journal: nothing is asked of
any server.`,
		Example: `  caitui report -o md > INC-412.md
  caitui report 3f9c41d082b0 -o chat`,
		Args:        cobra.MaximumNArgs(1),
		Annotations: map[string]string{chatAnnotation: "true"},
		RunE: func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) > 0 {
				id = args[0]
			}
			s, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer s.close()
			x, ok, err := s.service.Execution(cmd.Context(), id)
			if err != nil {
				return err
			}
			if !ok {
				return &model.Error{Kind: model.ErrNotFound, Message: "no plan was executed from here, so there is nothing to report",
					Cure: "caitui journal lists what was previewed; --data-dir chooses another journal"}
			}
			head, err := s.service.JournalHead(cmd.Context())
			if err != nil {
				return err
			}
			return a.printReport(x, head)
		},
	}
}

func (a *app) printReport(x model.Execution, head model.JournalHead) error {
	chat := present.TellExecution(x, head)
	switch a.format {
	case formatChat:
		return writeLine(a.stdout, chat)
	case formatMD:
		return writeLine(a.stdout, present.ExecutionMarkdown(x, head))
	case formatTable, formatJSON:
	}
	lines := present.Texts(present.ExecutionLines(x))
	for _, part := range present.ReportParts(x) {
		for _, line := range part.Lines {
			lines = append(lines, part.Title+": "+line)
		}
	}
	return a.print(answer{
		doc:    wire.ReportDoc(x, head, chat),
		tables: []present.Table{present.ExecutionTable(x)},
		lines:  append(lines, "Journal head "+present.JournalHead(head)),
	})
}
