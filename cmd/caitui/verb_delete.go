package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
)

func newDelete(a *app) *cobra.Command {
	var f planFlags
	var from string
	var bare bool
	cmd := &cobra.Command{
		Use:   "delete PKG ID... | delete --from FILE",
		Short: "Delete versions and what belongs to them: prints the plan, --yes --plan ID executes it",
		Long: `Delete versions of a package, named by their ids or digests (caitui history PKG
-o json lists both). Children, attestations and their tags go along, as far as
nothing that is kept needs them; --without-parts leaves them.

The plan names every tag that is lost and fails closed: whatever may need what is
deleted is read first, and what cannot be read blocks it. Manifests are saved to
disk before the first deletion, parents go before children, and GitHub gives
versions back for 30 days: caitui restore --plan ID.

A deletion is executed by its id only: read the plan, then --yes --plan ID.

FILE has one package a line and then ids or digests; # begins a comment, and - is
stdin.`,
		Example: `  caitui delete containai 671317520 671317519
  caitui delete --from old.txt --yes --plan sha256:9a01…`,
		ValidArgsFunction: a.completePackage,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			refs, err := a.deletable(args, from)
			if err != nil {
				return err
			}
			return a.planVersions(cmd.Context(), refs, f, func(ctx context.Context, s *session) (model.Plan, error) {
				return s.service.PlanDelete(ctx, model.DeleteRequest{Versions: refs, WithParts: !bare,
					Reason: f.reason, Incident: f.incident, Overrides: f.overrides})
			})
		},
	}
	f.declare(cmd)
	cmd.Flags().StringVar(&from, "from", "", "read packages and ids from this file, - for stdin")
	cmd.Flags().BoolVar(&bare, "without-parts", false, "delete the named versions alone, and leave what belongs to them")
	return cmd
}

// planVersions makes a plan about whole versions and ends the verb as every
// plan-making verb ends. What releases and channels there are is told by all
// packages: without that nobody could say what a channel needs.
func (a *app) planVersions(ctx context.Context, refs []model.VersionRef, f planFlags, plan func(context.Context, *session) (model.Plan, error)) error {
	var pkgs []string
	for _, ref := range refs {
		pkgs = append(pkgs, ref.Package)
	}
	s, err := a.open(ctx, pkgs...)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.service.Refresh(ctx); err != nil {
		return err
	}
	p, err := plan(ctx, s)
	if err != nil {
		return err
	}
	return a.settle(ctx, s, p, s.service.Survey(), f)
}

// deletable reads what is to be deleted from the arguments or from a file.
func (a *app) deletable(args []string, from string) ([]model.VersionRef, error) {
	switch {
	case from != "" && len(args) > 0:
		return nil, usageError{errors.New("give either PKG ID... or --from FILE")}
	case from == "-":
		return readVersions(a.stdin, "stdin")
	case from != "":
		file, err := os.Open(from)
		if err != nil {
			return nil, usageError{fmt.Errorf("reading what to delete: %w", err)}
		}
		defer func() { _ = file.Close() }() // it was only read
		return readVersions(file, from)
	case len(args) < 2:
		return nil, usageError{errors.New("name a package and at least one of its versions, or a file with --from")}
	}
	return versionsOf(args[0], args[1:])
}

// readVersions reads lines of a package and its versions.
func readVersions(r io.Reader, name string) ([]model.VersionRef, error) {
	var out []model.VersionRef
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) == 1 {
			return nil, usageError{fmt.Errorf("%s, line %d names a package and none of its versions", name, n)}
		}
		refs, err := versionsOf(words[0], words[1:])
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", name, n, err)
		}
		out = append(out, refs...)
	}
	if err := lines.Err(); err != nil {
		return nil, usageError{fmt.Errorf("reading %s: %w", name, err)}
	}
	if len(out) == 0 {
		return nil, usageError{fmt.Errorf("%s names no version", name)}
	}
	return out, nil
}

// versionsOf reads versions of a package: ids or digests.
func versionsOf(pkg string, words []string) ([]model.VersionRef, error) {
	if err := model.ValidPackage(pkg); err != nil {
		return nil, err
	}
	var out []model.VersionRef
	for _, w := range words {
		ref := model.VersionRef{Package: pkg}
		if d, err := model.ParseDigest(w); err == nil {
			ref.Digest = d
		} else if ref.ID, err = strconv.ParseInt(w, 10, 64); err != nil || ref.ID <= 0 {
			return nil, model.Invalid(fmt.Sprintf("%q is neither the id of a version nor a digest", model.Sanitize(w)),
				"caitui history PKG -o json lists ids and digests")
		}
		out = append(out, ref)
	}
	return out, nil
}

func newUntag(a *app) *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "untag PKG TAG",
		Short: "Take a tag off its version, which stays: prints the plan, --yes executes it",
		Long: `Take a tag away; the version that it points to stays. GHCR has no such operation:
the tag is moved to an empty manifest made for it, and the version of that one is
deleted. So for a moment the tag serves nothing of use, and the right to delete is
needed. The only tag of a package cannot be taken off.`,
		Example:           `  caitui untag containai main --reason 'left over from the first build'`,
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: a.completePackage,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			req := model.UntagRequest{Package: args[0], Tag: args[1], Reason: f.reason, Incident: f.incident, Overrides: f.overrides}
			if err := model.ValidPackage(req.Package); err != nil {
				return err
			}
			return a.planVersions(cmd.Context(), []model.VersionRef{{Package: req.Package}}, f, func(ctx context.Context, s *session) (model.Plan, error) {
				return s.service.PlanUntag(ctx, req)
			})
		},
	}
	f.declare(cmd)
	return cmd
}
