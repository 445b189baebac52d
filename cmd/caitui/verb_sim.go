package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim"
	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/scenario"
)

func newSim(a *app) *cobra.Command {
	var o ghcrsim.Options
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Serve the simulated GHCR on loopback until stopped",
		Long: `Serve a simulated GitHub Container Registry on loopback: registry, Packages,
Actions and attestation APIs over one state, with the refusals of the real ones.

The first line of stdout is one JSON object with its addresses and tokens. Point
any client at it with CAITUI_API, CAITUI_REGISTRY and GITHUB_TOKEN.

Scenarios: ` + strings.Join(scenario.Names(), ", "),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.RealNow = a.now
			server, err := ghcrsim.Start(cmd.Context(), o)
			if err != nil {
				return fmt.Errorf("starting the simulator: %w", err)
			}
			defer func() { _ = server.Close() }() // its listeners go with the process
			line, err := json.Marshal(server.Info())
			if err != nil {
				return fmt.Errorf("describing the simulator: %w", err)
			}
			if err := writeLine(a.stdout, string(line)); err != nil {
				return err
			}
			<-cmd.Context().Done()
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Listen, "listen", "127.0.0.1:0", "address of the API; port 0 takes any")
	f.StringVar(&o.Scenario, "scenario", "containai", "what is seeded")
	f.DurationVar(&o.Latency, "latency", 0*time.Second, "delay of every answer, for example 40ms")
	f.Int64Var(&o.Seed, "seed", 1, "seed of what is generated")
	_ = cmd.RegisterFlagCompletionFunc("scenario", cobra.FixedCompletions(scenario.Names(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}
