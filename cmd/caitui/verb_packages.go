package main

import (
	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func newPackages(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "packages",
		Short: "List the packages with kind, visibility, versions and channels",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, survey, err := a.refreshed(cmd.Context())
			if err != nil {
				return err
			}
			defer s.close()
			if err := a.print(answer{
				doc:    wire.PackagesDoc(survey),
				tables: []present.Table{present.PackagesTable(survey)},
			}); err != nil {
				return err
			}
			return a.remarks(survey)
		},
	}
}

// remarks writes what a refresh could not learn to stderr. It is an error only
// where nothing at all could be read.
func (a *app) remarks(survey model.Survey) error {
	for _, n := range survey.Inventory.Notes {
		a.note("note: %s", n)
	}
	var errs []error
	known := 0
	for _, p := range survey.Inventory.Packages {
		if p.Fresh {
			known++
		}
		if p.Err != nil {
			a.note("%s: %v", p.Spec.Name, p.Err)
			errs = append(errs, p.Err)
		}
	}
	if known == 0 && len(errs) > 0 {
		return errs[0]
	}
	return nil
}
