package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func newUndo(a *app) *cobra.Command {
	var f planFlags
	var exclude []string
	cmd := &cobra.Command{
		Use:   "undo [PLAN]",
		Short: "Take back what an executed plan did: prints the plan for that, --yes executes it",
		Long: `Make the plan that takes back exactly what PLAN did, in the opposite order. PLAN is
the id of an executed plan or its beginning; without it the last executed one is
meant. What somebody has changed since is left alone and named, and what cannot
come back is explained. Deleted versions come back within 30 days.

--exclude leaves tags where the plan put them. Taking back a promotion takes its
version tags off, for which the right to delete is needed; without it the
channel's tags alone can go back: --exclude :v1.4.0.

Without --yes nothing is written.`,
		Example: `  caitui undo
  caitui undo 3f9c41d082b0 --yes --incident INC-412
  caitui undo --exclude :v1.4.0 --exclude containai-installer`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
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
			switch {
			case err != nil:
				return err
			case !ok:
				return a.nothingToDo(cmd.Context(), s, "No plan was executed from here: there is nothing to take back.")
			case !x.Begun:
				return a.nothingToDo(cmd.Context(), s, "That plan was never executed: there is nothing to take back.")
			}
			req := model.UndoRequest{Act: model.ActUndo}
			if len(exclude) > 0 {
				if req.Only, err = x.Without(stepRefs(exclude)); err != nil {
					return err
				}
			}
			a.readAnew(cmd.Context(), s)
			return a.takeBack(cmd.Context(), s, x, req, f)
		},
	}
	f.declare(cmd)
	cmd.Flags().StringArrayVar(&exclude, "exclude", nil, "PKG, PKG:TAG or :TAG of all packages: leave this as the plan left it; may be repeated")
	return cmd
}

// stepRefs reads PKG, PKG:TAG and :TAG.
func stepRefs(words []string) []model.StepRef {
	out := make([]model.StepRef, len(words))
	for i, w := range words {
		out[i].Package, out[i].Tag, _ = strings.Cut(w, ":")
	}
	return out
}

func newResume(a *app) *cobra.Command {
	var f planFlags
	var revert bool
	cmd := &cobra.Command{
		Use:   "resume",
		Short: "Continue a plan that did not come to its end, or --revert it: prints the plan, --yes executes it",
		Long: `Continue the newest plan that was begun here and did not come to its end because
caitui was killed, was stopped, or something failed. The registry is read first:
what is done is not done again, and nothing is skipped. --revert takes back what
was done instead.

Without --yes nothing is written. With nothing unfinished there is nothing to do.`,
		Example: `  caitui resume
  caitui resume --revert --yes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			s, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer s.close()
			list, err := s.service.Unfinished(cmd.Context())
			switch {
			case err != nil:
				return err
			case len(list) == 0:
				return a.nothingToDo(cmd.Context(), s, "Nothing is unfinished.")
			case len(list) > 1:
				a.note("note: %s unfinished, this is about the newest", present.Many(len(list), "plan"))
			}
			a.readAnew(cmd.Context(), s)
			if revert {
				return a.takeBack(cmd.Context(), s, list[0], model.UndoRequest{Act: model.ActRevert}, f)
			}
			return a.resume(cmd.Context(), s, list[0], f)
		},
	}
	f.declare(cmd)
	cmd.Flags().BoolVar(&revert, "revert", false, "take back what was done instead of continuing")
	return cmd
}

// readAnew reads what releases there are, which names and warnings depend on.
// Nothing else does: what cannot be read is noted.
func (a *app) readAnew(ctx context.Context, s *session) {
	if _, err := s.service.Refresh(ctx); err != nil {
		a.note("note: not everything could be read anew: %v", err)
	}
}

// nothingToDo is the outcome of what needs no plan.
func (a *app) nothingToDo(ctx context.Context, s *session, why string) error {
	stored, err := s.service.Stored(ctx)
	if err != nil {
		return err
	}
	here := stored.Inventory
	return a.print(answer{
		doc:   wire.OutcomeDoc(model.Plan{Registry: here.Registry, Owner: here.Owner}, model.Outcome{Result: model.ResultNothing}),
		lines: []string{why},
	})
}

// takeBack plans the undo of an execution and ends the verb as every
// plan-making verb ends. An empty plan is carried out too where that is asked
// for: the journal then says that nothing of the other one is left.
func (a *app) takeBack(ctx context.Context, s *session, x model.Execution, req model.UndoRequest, f planFlags) error {
	req.Reason, req.Incident, req.Overrides = f.reason, f.incident, f.overrides
	plan, err := s.service.PlanUndo(ctx, x, req)
	if err != nil {
		return err
	}
	return a.settle(ctx, s, plan, s.service.Survey(), f)
}

// resume carries an unfinished plan on, or tells how far it came.
func (a *app) resume(ctx context.Context, s *session, x model.Execution, f planFlags) error {
	if !x.Kept {
		return &model.Error{Kind: model.ErrNotFound, Message: "plan " + x.ID() + " is unfinished and its file is not kept here, so what is left to do is not known",
			Cure: "take back what was done: caitui resume --revert"}
	}
	if f.save != "" || len(f.overrides) > 0 {
		return usageError{errors.New("--save and --override go with plans that are made; this one is continued as it was confirmed")}
	}
	settled, err := s.service.Settle(ctx, x)
	if err != nil {
		return err
	}
	if !f.yes {
		return a.print(answer{
			doc:    wire.PlanDoc(x.Plan),
			tables: []present.Table{present.ExecutionTable(settled)},
			lines:  present.Texts(present.ExecutionLines(settled)),
		})
	}
	if err := f.sameAs(x.Plan); err != nil {
		return err
	}
	return a.carryOut(ctx, s, x.Plan, true)
}
