package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func newChannels(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "channels",
		Short: "Show what each channel points to, since when, and what was before",
		Long: `Show what each channel points to, since when, whether its packages are one set,
and which release it pointed to before.

Exit code 1 where a channel is not one set.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, survey, err := a.refreshed(cmd.Context())
			if err != nil {
				return err
			}
			defer s.close()
			if survey, err = a.confirm(cmd.Context(), s, survey); err != nil {
				return err
			}
			ans := answer{
				doc:    wire.ChannelsDoc(survey),
				tables: []present.Table{present.ChannelsTable(survey), present.ChannelPackagesTable(survey)},
			}
			drift := false
			for _, c := range survey.Channels {
				drift = drift || c.Drift() || len(c.Incoherent) > 0
				for _, i := range c.Incoherent {
					ans.lines = append(ans.lines, c.Name+": "+i.Message)
				}
			}
			if err := a.print(ans); err != nil {
				return err
			}
			if err := a.remarks(survey); err != nil {
				return err
			}
			if drift {
				return finding{exitFinding}
			}
			return nil
		},
	}
}

// confirm reads what the survey's conclusions rest on. What cannot be read is a
// remark: the conclusions then rest on names and times, as they say.
func (a *app) confirm(ctx context.Context, s *session, survey model.Survey) (model.Survey, error) {
	confirmed, err := s.service.Confirm(ctx)
	if ctx.Err() != nil {
		return model.Survey{}, ctx.Err()
	}
	if err != nil {
		a.note("note: not everything could be confirmed: %v", err)
	}
	if len(confirmed.Inventory.Packages) == 0 {
		return survey, nil
	}
	return confirmed, nil
}
