package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// planFlags are the flags that every plan-making verb has.
type planFlags struct {
	yes       bool
	plan      string
	save      string
	reason    string
	incident  string
	overrides []string
}

func (f *planFlags) declare(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.BoolVar(&f.yes, "yes", false, "execute the plan just made")
	fs.StringVar(&f.plan, "plan", "", "with --yes: only if the plan has this id (exit 5 where it differs)")
	fs.StringVar(&f.save, "save", "", "write the plan to this file")
	fs.StringVar(&f.reason, "reason", "", "why, for plan and journal")
	fs.StringVar(&f.incident, "incident", "", "incident id, for plan and journal")
	fs.StringArrayVar(&f.overrides, "override", nil, "lift the blocker with this code; may be repeated")
}

// sameAs refuses another plan than the one named.
func (f *planFlags) sameAs(plan model.Plan) error {
	if f.plan == "" || f.plan == plan.ID {
		return nil
	}
	return &model.Error{Kind: model.ErrConflict,
		Message: fmt.Sprintf("the plan is now %s, not the one named", plan.ID),
		Cure:    "run the verb without --yes, read the plan, and name its id"}
}

// check refuses combinations that mean nothing.
func (f *planFlags) check() error {
	if f.plan != "" && !f.yes {
		return usageError{errors.New("--plan says which plan --yes may execute: give --yes too")}
	}
	if f.plan != "" {
		if _, err := model.ParseDigest(f.plan); err != nil {
			return usageError{fmt.Errorf("--plan takes the id of a plan: %w", err)}
		}
	}
	return nil
}

// madeAt is when the plan that --plan names was made, where it was kept; zero
// where none is named or kept: a new plan is made now.
func (f *planFlags) madeAt(ctx context.Context, s *session) time.Time {
	if f.plan == "" {
		return time.Time{}
	}
	saved, err := s.service.SavedPlan(ctx, f.plan)
	if err != nil {
		return time.Time{} // not kept: it is made anew, and its id is compared
	}
	return saved.Created
}

func newRetag(a *app) *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "retag PKG REF TAG",
		Short: "Point a tag of a package to what REF means: prints the plan, --yes executes it",
		Long: `Point TAG of PKG to the version that REF means: a tag or a digest of the same
package. The manifest is written again byte for byte, so the digest stays.

Without --yes nothing is written: the plan is printed with every effect. A tag
that is already there is nothing to do, exit 0.`,
		Example: `  caitui retag containai v1.2.0 prod
  caitui retag containai v1.2.0 prod --yes --incident INC-412`,
		Args:              cobra.ExactArgs(3),
		ValidArgsFunction: a.completePackage,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			ref, err := parseTarget(args[0], args[1])
			if err != nil {
				return err
			}
			if err := model.ValidTag(args[2]); err != nil {
				return err
			}
			s, err := a.open(cmd.Context(), ref.Package)
			if err != nil {
				return err
			}
			defer s.close()
			// What releases there are and whether the channel stays one set is
			// told by all packages; a retag does not depend on it.
			if _, err := s.service.Refresh(cmd.Context()); err != nil {
				a.note("note: releases and channels are not known: %v", err)
			}
			target, _, err := s.service.Resolve(cmd.Context(), ref)
			if err != nil {
				return err
			}
			request := model.RetagRequest{
				Package: ref.Package, Tag: args[2], Target: target,
				Reason: f.reason, Incident: f.incident, Overrides: f.overrides,
			}
			plan, err := s.service.PlanRetag(cmd.Context(), request)
			if err != nil {
				return err
			}
			return a.settle(cmd.Context(), s, plan, s.service.Survey(), f)
		},
	}
	f.declare(cmd)
	return cmd
}

// parseTarget reads REF of a package: a tag or a digest.
func parseTarget(pkg, ref string) (model.Reference, error) {
	if err := model.ValidPackage(pkg); err != nil {
		return model.Reference{}, err
	}
	if d, err := model.ParseDigest(ref); err == nil {
		return model.Reference{Package: pkg, Digest: d}, nil
	}
	if err := model.ValidTag(ref); err != nil {
		return model.Reference{}, model.Invalid(
			fmt.Sprintf("%q is neither a tag nor a digest", model.Sanitize(ref)),
			"name the target by a tag such as v1.2.0 or by sha256: and 64 hex characters")
	}
	return model.Reference{Package: pkg, Tag: ref}, nil
}

// writePlan writes a plan to a file that its owner alone may read. how is
// os.O_TRUNC where an older file may go, os.O_EXCL where not.
func writePlan(path string, plan model.Plan, how int) error {
	body, err := wire.EncodePlan(plan)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|how, 0o600)
	if err == nil {
		_, err = f.Write(append(body, '\n'))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return usageError{fmt.Errorf("saving the plan: %w", err)}
	}
	return nil
}

// savePlan writes a plan into the present directory, under a name made from its
// id. The same plan is written once.
func savePlan(plan model.Plan) (string, error) {
	path := "plan-" + model.Digest(plan.ID).Short() + ".json"
	err := writePlan(path, plan, os.O_EXCL)
	if errors.Is(err, os.ErrExist) {
		return path, nil
	}
	return path, err
}

// settle ends a plan-making verb: saves, prints, or executes and prints the
// outcome.
func (a *app) settle(ctx context.Context, s *session, plan model.Plan, survey model.Survey, f planFlags) error {
	if f.save != "" {
		if err := writePlan(f.save, plan, os.O_TRUNC); err != nil {
			return err
		}
	}
	if !f.yes {
		return a.onlyPrinted(plan, survey)
	}
	if err := f.sameAs(plan); err != nil {
		return err
	}
	if f.plan == "" && !plan.Empty() && needsID(plan, survey.Inventory.Layout) {
		return usageError{fmt.Errorf("this plan is executed only by its id: read it, then give --yes --plan %s", plan.ID)}
	}
	if plan.Blocked() {
		return a.onlyPrinted(plan, survey)
	}
	return a.carryOut(ctx, s, plan, false)
}

// onlyPrinted prints a plan that is not executed. That it could not be, as
// it stands, is a finding: a script need not read the document to learn it.
func (a *app) onlyPrinted(plan model.Plan, survey model.Survey) error {
	if err := a.printPlan(plan, survey); err != nil {
		return err
	}
	if plan.Blocked() {
		a.note("note: %s", waysOut(plan.Blockers))
		return finding{exitFinding}
	}
	return nil
}

// waysOut says what lifts the blockers of a plan, where all of them may be.
func waysOut(blockers []model.Remark) string {
	var lift, stay []string
	for _, b := range blockers {
		list, word := &lift, "--override "+b.Code
		if !b.Override {
			list, word = &stay, b.Code
		}
		if !slices.Contains(*list, word) {
			*list = append(*list, word)
		}
	}
	if len(stay) > 0 {
		return "the plan is blocked, and nothing lifts " + strings.Join(stay, ", ")
	}
	return "the plan is blocked; to lift that, make it with " + strings.Join(lift, " ")
}

// carryOut executes a plan and prints the outcome. resumes says that it was
// begun before.
func (a *app) carryOut(ctx context.Context, s *session, plan model.Plan, resumes bool) error {
	outcome, err := s.service.Execute(ctx, plan, model.Conduct{Resumes: resumes, Progress: func(step model.Step) {
		a.note("%s", present.StepLine(step))
	}})
	if err != nil {
		return err
	}
	doc, lines := wire.OutcomeDoc(plan, outcome), present.OutcomeLines(plan, outcome)
	if ctx.Err() == nil && len(plan.Verdicts) > 0 && (outcome.Written || outcome.Result == model.ResultDone) {
		after := s.service.After(ctx, plan)
		doc, lines = doc.Looked(after), append(lines, present.AftermathLines(after)...)
	}
	if err := a.print(answer{
		doc: doc, tables: []present.Table{present.OutcomeTable(plan, outcome)}, lines: present.Texts(lines),
	}); err != nil {
		return err
	}
	return outcomeExit(outcome)
}

// needsID reports whether a plan is executed only if its id is named: it deletes
// something, or moves a channel that demands an approval.
func needsID(plan model.Plan, layout model.Layout) bool {
	return slices.ContainsFunc(plan.Changes, func(c model.Change) bool {
		return c.Kind == model.DeleteVersion || slices.Contains(layout.Approvals.Channels, c.Tag)
	})
}

func (a *app) printPlan(plan model.Plan, survey model.Survey) error {
	return a.print(answer{
		doc:    wire.PlanDoc(plan),
		tables: []present.Table{present.PlanTable(plan, survey)},
		lines:  append(present.PlanRemarks(plan), present.TrustLines(plan, survey.Inventory.Layout)...),
	})
}

// outcomeExit maps how a plan ended to the exit code: whether anything was
// written decides between 3 and 4, and a conflict is 5 as long as nothing was.
func outcomeExit(o model.Outcome) error {
	switch {
	case o.Result == model.ResultDone, o.Result == model.ResultNothing:
		return nil
	case o.Result == model.ResultConflict && !o.Written:
		return finding{exitConflict}
	case o.Written:
		return finding{exitPartial}
	default:
		return finding{exitAccess}
	}
}
