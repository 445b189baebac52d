package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
)

func newRestore(a *app) *cobra.Command {
	var f planFlags
	var only []string
	cmd := &cobra.Command{
		Use:   "restore PKG ID... | restore --plan ID [--only ID...]",
		Short: "Bring deleted versions back, with what they need: prints the plan, --yes executes it",
		Long: `Bring versions back that were deleted within the last 30 days. What they need and
what proves them comes along, children first; tags that they had are set again,
unless they have gone elsewhere meanwhile.

With --plan and no package it is what that plan has deleted, --only some of it.
With PKG ID... and --yes, --plan says which plan may be executed, as everywhere.`,
		Example: `  caitui restore containai 671317520
  caitui restore --plan sha256:9a01… --only 671317520 --only 671317519 --yes`,
		ValidArgsFunction: a.completePackage,
		RunE: func(cmd *cobra.Command, args []string) error {
			req, err := restoreRequest(args, &f, only)
			if err != nil {
				return err
			}
			req.Reason, req.Incident, req.Overrides = f.reason, f.incident, f.overrides
			return a.planVersions(cmd.Context(), req.Versions, f, func(ctx context.Context, s *session) (model.Plan, error) {
				return s.service.PlanRestore(ctx, req)
			})
		},
	}
	f.declare(cmd)
	cmd.Flags().Lookup("plan").Usage = "without PKG: the plan whose deletions are taken back; else as with other verbs"
	cmd.Flags().StringArrayVar(&only, "only", nil, "with --plan: only the version with this id, and what it needs; may be repeated")
	return cmd
}

// restoreRequest reads what is to come back. Where --plan names the deletion it
// does not restrict --yes, and is taken out of the flags.
func restoreRequest(args []string, f *planFlags, only []string) (model.RestoreRequest, error) {
	switch {
	case len(args) == 1:
		return model.RestoreRequest{}, usageError{errors.New("name at least one version beside the package")}
	case len(args) > 1 && len(only) > 0:
		return model.RestoreRequest{}, usageError{errors.New("--only goes with --plan and without a package")}
	case len(args) > 1:
		if err := f.check(); err != nil {
			return model.RestoreRequest{}, err
		}
		refs, err := versionsOf(args[0], args[1:])
		return model.RestoreRequest{Versions: refs}, err
	case f.plan == "":
		return model.RestoreRequest{}, usageError{errors.New("name a package and its versions, or the plan that deleted them with --plan")}
	}
	if _, err := model.ParseDigest(f.plan); err != nil {
		return model.RestoreRequest{}, usageError{fmt.Errorf("--plan takes the id of a plan: %w", err)}
	}
	req := model.RestoreRequest{Undoes: f.plan}
	f.plan = ""
	for _, s := range only {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil || id <= 0 {
			return req, usageError{fmt.Errorf("--only takes the id of a version, not %q", model.Sanitize(s))}
		}
		req.Versions = append(req.Versions, model.VersionRef{ID: id})
	}
	return req, nil
}
