package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/ghcr/journal"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// maxPlanFile bounds a plan file, in bytes.
const maxPlanFile = 64 << 20

func newApply(a *app) *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "apply PLANFILE",
		Short: "Execute a saved plan, if the registry is still as it expects: prints it, --yes executes it",
		Long: `Read a plan that --save wrote and compare it with the registry as it is now. Where
something has changed since, the differences are listed and the exit code is 5.
What the plan wants and is there already is no difference.

Without --yes nothing is written.`,
		Example: `  caitui rollback --channel prod --previous --save plan.json
  caitui apply plan.json --yes`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			if f.save != "" || len(f.overrides) > 0 || f.reason != "" || f.incident != "" {
				return usageError{errors.New("--save, --override, --reason and --incident go with plans that are made; this one is applied as it was saved")}
			}
			plan, err := readPlan(args[0])
			if err != nil {
				return err
			}
			s, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer s.close()
			a.readAnew(cmd.Context(), s)
			now, err := s.service.Recheck(cmd.Context(), plan)
			if err != nil {
				return err
			}
			if len(now.Blockers) > len(plan.Blockers) {
				return a.differs(now, s.service.Survey())
			}
			f.plan = plan.ID // the file is the plan that was read and confirmed
			return a.settle(cmd.Context(), s, now, s.service.Survey(), f)
		},
	}
	cmd.Flags().BoolVar(&f.yes, "yes", false, "execute the plan")
	return cmd
}

// differs prints a plan that the registry does not fit any more.
func (a *app) differs(plan model.Plan, survey model.Survey) error {
	if err := a.printPlan(plan, survey); err != nil {
		return err
	}
	a.note("the registry has changed since the plan was made: %s", present.Many(countCode(plan.Blockers, model.CodeChanged), "difference"))
	return finding{exitConflict}
}

func countCode(list []model.Remark, code string) int {
	n := 0
	for _, r := range list {
		if r.Code == code {
			n++
		}
	}
	return n
}

func newApprove(a *app) *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:   "approve PLANFILE",
		Short: "Consent to a plan that somebody else made, in its file and in the journal",
		Long: `Add the approval of the account that GitHub names for the token to a saved plan. It
is bound to the plan's id: a plan that is altered loses it. Who made the plan
cannot approve it, and neither can a token that belongs to nobody. Nothing is
written to the registry.`,
		Example: `  caitui approve plan.json --note 'checked the digests against the release notes'`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, err := readPlan(args[0])
			if err != nil {
				return err
			}
			s, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer s.close()
			approved, err := s.service.Approve(cmd.Context(), plan, note)
			if err != nil {
				return err
			}
			body, err := wire.EncodePlan(approved)
			if err != nil {
				return err
			}
			if err := journal.ReplaceFile(args[0], body); err != nil {
				return fmt.Errorf("writing the approval into the plan file: %w", err)
			}
			return a.print(answer{
				doc:    wire.PlanDoc(approved),
				tables: []present.Table{present.PlanTable(approved, model.Survey{})},
				lines:  append([]string{approvalLine(approved)}, present.PlanRemarks(approved)...),
			})
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "a remark beside the approval")
	return cmd
}

func approvalLine(p model.Plan) string {
	last := p.Approvals[len(p.Approvals)-1]
	return fmt.Sprintf("Approved by @%s at %s.", last.Login, present.Full(last.At))
}

// readPlan reads a plan file.
func readPlan(path string) (model.Plan, error) {
	file, err := os.Open(path)
	if err != nil {
		return model.Plan{}, usageError{fmt.Errorf("reading the plan file: %w", err)}
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(io.LimitReader(file, maxPlanFile+1))
	switch {
	case err != nil:
		return model.Plan{}, usageError{fmt.Errorf("reading the plan file: %w", err)}
	case len(raw) > maxPlanFile:
		return model.Plan{}, &model.Error{Kind: model.ErrTooLarge, Message: "the plan file " + model.Sanitize(path) + " is larger than any plan"}
	}
	return wire.DecodePlan(raw)
}
