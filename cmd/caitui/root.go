package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
)

// app is one run of caitui: the outside world, the global flags and, once a
// verb needs it, the service.
type app struct {
	process
	format format
	demo   bool
	// scenario is what the demo is seeded with.
	scenario string
	flags    config.Flags
	// offline and trustedRoots are of the verbs that check attestations.
	offline      bool
	trustedRoots []string
}

// newRoot declares all verbs and global flags.
func newRoot(a *app) *cobra.Command {
	a.format = formatTable
	root := &cobra.Command{
		Use:   "caitui",
		Short: "Operate the packages of a project on the GitHub Container Registry",
		Long: `caitui shows what the channels of a project's packages point to, what they
pointed to before, and moves them: every tag change previewed, confirmed, read
back and journalled.

Without a verb it opens the console. Every screen has a headless verb.`,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.console(cmd.Context())
		},
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		a.flags.Changed = func(flag string) bool {
			f := cmd.Flags().Lookup(flag)
			return f != nil && f.Changed
		}
		if a.format == formatChat && cmd.Annotations[chatAnnotation] == "" {
			return usageError{errors.New("-o chat goes with report: other verbs have more to say than a line")}
		}
		return nil
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	a.globalFlags(root)
	root.AddCommand(
		newPackages(a), newHistory(a), newChannels(a), newDiff(a), newRetag(a), newRollback(a), newPromote(a),
		newDelete(a), newUntag(a), newRestore(a),
		newAttestations(a), newVerify(a), newEvidence(a), newJournal(a), newPull(a), newSBOM(a), newRoots(a), newSim(a), newVersion(a),
		newUndo(a), newResume(a), newApply(a), newApprove(a), newReport(a),
	)
	usageOnBadArguments(root)
	return root
}

// globalFlags declares the persistent flags. A flag that was not given stays
// its zero value: environment, configuration and defaults are resolved later.
func (a *app) globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.BoolVar(&a.demo, "demo", false, "use the embedded simulator, with data that is thrown away")
	f.StringVar(&a.scenario, "scenario", "containai", "with --demo: what the simulator is seeded with")
	f.StringVar(&a.flags.Owner, "owner", "", "GitHub account that owns the packages")
	f.StringVar(&a.flags.Repository, "repo", "", "source repository, NAME or OWNER/NAME")
	f.StringArrayVar(&a.flags.Packages, "package", nil, "a package; repeated, it replaces the configured list")
	f.StringVar(&a.flags.Registry, "registry", "", "registry, host or URL; alone: any OCI registry without GitHub's API")
	f.StringVar(&a.flags.API, "api", "", "URL of GitHub's REST API")
	f.StringVar(&a.flags.Config, "config", "", "configuration file")
	f.StringVar(&a.flags.DataDir, "data-dir", "", "directory for store, journal and plans")
	f.BoolVar(&a.flags.ReadOnly, "read-only", false, "refuse every write")
	f.BoolVar(&a.flags.InsecureHTTP, "insecure-http", false, "allow plain http to other machines")
	f.StringVar(&a.flags.Theme, "theme", "", "auto, dark, light, ansi16 or none")
	f.StringVar(&a.flags.LogFile, "log-file", "", "append a log of all requests, without secrets")
	f.BoolVar(&a.flags.ASCII, "ascii", false, "use no character beyond ASCII")
	f.VarP(&a.format, "output", "o", "table, json, md, or with report chat")
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json", "md", "chat"}, cobra.ShellCompDirectiveNoFileComp))
	_ = root.RegisterFlagCompletionFunc("theme", cobra.FixedCompletions([]string{"auto", "dark", "light", "ansi16", "none"}, cobra.ShellCompDirectiveNoFileComp))
}

// usageOnBadArguments makes wrong arguments of any verb a usage error, which
// cobra does not tell apart from a failure of the verb itself.
func usageOnBadArguments(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		usageOnBadArguments(sub)
	}
}
