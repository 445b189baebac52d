package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model/wire"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of caitui",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			line := fmt.Sprintf("caitui %s, %s", version, runtime.Version())
			if commit != "" {
				line = fmt.Sprintf("caitui %s (commit %s), %s", version, commit, runtime.Version())
			}
			return a.print(answer{doc: wire.VersionDoc(version, commit, runtime.Version()), lines: []string{line}})
		},
	}
}
