package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func newHistory(a *app) *cobra.Command {
	var deep, raw bool
	cmd := &cobra.Command{
		Use:   "history PKG",
		Short: "List the versions of a package",
		Long: `List the versions of a package, releases first, with what belongs to them folded.

JSON always lists every version; the manifests that the newest builds need to be
told whole are read, each once ever, as the console does. --deep reads every manifest that is not known
yet, so that each version's kind, platforms, parents and referrers are told; on
GHCR each manifest read counts as a download, once.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completePackage,
		RunE: func(cmd *cobra.Command, args []string) error {
			pkg := args[0]
			if err := model.ValidPackage(pkg); err != nil {
				return err
			}
			s, err := a.open(cmd.Context(), pkg)
			if err != nil {
				return err
			}
			defer s.close()
			survey, err := a.readHistory(cmd.Context(), s, pkg, deep)
			if err != nil {
				return err
			}
			state, ok := survey.Inventory.Package(pkg)
			if !ok || !state.Known {
				if state.Err != nil {
					return state.Err
				}
				return fmt.Errorf("reading the versions of %s: %w", pkg, model.ErrNotFound)
			}
			table := present.HistoryTable(survey, pkg)
			if raw {
				table = present.VersionsTable(survey, pkg)
			}
			if err := a.print(answer{doc: wire.HistoryDoc(survey, pkg), tables: []present.Table{table}}); err != nil {
				return err
			}
			return a.remarks(survey)
		},
	}
	cmd.Flags().BoolVar(&deep, "deep", false, "read every manifest")
	cmd.Flags().BoolVar(&raw, "raw", false, "one line a version, nothing folded")
	return cmd
}

// wholeRows is of how many builds the manifests are read without --deep: more
// than a person looks at in one go.
const wholeRows = 100

// readHistory reads the versions of a package and what its newest builds need.
// Which releases and channels they belong to is told by the other packages, so
// everything is refreshed; where that fails the package is still told by itself.
func (a *app) readHistory(ctx context.Context, s *session, pkg string, deep bool) (model.Survey, error) {
	if _, err := s.service.Refresh(ctx); err != nil {
		a.note("note: releases and channels are not known: %v", err)
	}
	survey, err := s.service.Versions(ctx, pkg)
	if err == nil && deep {
		survey, err = s.service.Deep(ctx, pkg)
	}
	if err != nil {
		return model.Survey{}, err
	}
	asked := make(map[model.Digest]bool)
	for {
		digests := unreadRows(survey, pkg, asked)
		if len(digests) == 0 {
			return survey, nil
		}
		next, err := s.service.Read(ctx, pkg, digests)
		if ctx.Err() != nil {
			return model.Survey{}, ctx.Err()
		}
		if err != nil {
			a.note("note: not every manifest could be read: %v", err)
		}
		if len(next.Inventory.Packages) == 0 {
			return survey, nil
		}
		survey = next
	}
}

// unreadRows lists what the newest rows need and nobody asked for yet: reading
// an index tells of children that it needs in turn.
func unreadRows(survey model.Survey, pkg string, asked map[model.Digest]bool) []model.Digest {
	state, _ := survey.Inventory.Package(pkg)
	rows := model.Fold(survey, pkg)
	var out []model.Digest
	for _, row := range rows[:min(len(rows), wholeRows)] {
		for _, d := range state.Snapshot.Needs(row) {
			if !asked[d] {
				asked[d] = true
				out = append(out, d)
			}
		}
	}
	return out
}
