package main

import (
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

JSON always lists every version. --deep reads every manifest that is not known
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
			survey, err := s.service.Versions(cmd.Context(), pkg)
			if err == nil && deep {
				survey, err = s.service.Deep(cmd.Context(), pkg)
			}
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
