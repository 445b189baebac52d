package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/verify"
)

// rootsVerb is one run of roots.
type rootsVerb struct {
	*app
	refresh bool
	raw     bool
}

func newRoots(a *app) *cobra.Command {
	v := &rootsVerb{app: a}
	cmd := &cobra.Command{
		Use:   "roots [--refresh [NAME...]]",
		Short: "Show what verification trusts, or fetch the present trusted roots through TUF",
		Long: `List the trusted roots in use: whose they are, where and when they came from,
and which certificate authorities, logs and timestamp authorities they trust for
which times.

--refresh asks the TUF repository of each instance for its present root, or of
those that are named: public-good (sigstore.dev), github (GitHub's own, which
signs for private repositories and is not built in), and what verification.tuf
of the configuration names. Only what is signed by keys that follow from a known
root.json, has not expired, and is not older than what was seen before is taken;
it is kept in the data directory and stands in the place of the built-in one from
then on, offline too. What is refused or does not come changes nothing. No
credential is sent.

--raw prints the roots as JSON lines: what --trusted-root, and cosign and gh by
their flags of that kind, read on a machine without a network.

Exit code 0 if all is as it should be; 1 if what came was refused; 2 usage, or a
root that cannot be used or kept; 3 if a repository could not be asked.`,
		Example: `  caitui roots
  caitui roots --refresh
  caitui roots --refresh github
  caitui roots --raw > roots.jsonl`,
		ValidArgsFunction: v.completeNames,
		RunE:              func(cmd *cobra.Command, args []string) error { return v.run(cmd, args) },
	}
	cmd.Flags().BoolVar(&v.refresh, "refresh", false, "fetch the present roots through TUF first")
	cmd.Flags().BoolVar(&v.raw, "raw", false, "print the roots in use as JSON lines and nothing else")
	a.trustFlags(cmd)
	return cmd
}

func (v *rootsVerb) run(cmd *cobra.Command, names []string) error {
	if err := checkGiven(cmd); err != nil {
		return err
	}
	for _, root := range v.trustedRoots {
		if err := config.CheckRoot(root); err != nil {
			return err
		}
	}
	switch {
	case v.refresh && v.offline:
		return usageError{errors.New("--refresh asks the network, and --offline sends nothing")}
	case v.refresh && len(v.trustedRoots) > 0:
		return usageError{errors.New("--refresh and --trusted-root: what is fetched would not be in use")}
	case v.refresh && v.demo:
		return usageError{errors.New("--refresh and --demo: nothing leaves this machine in the demo, and its instance has no TUF repository")}
	case !v.refresh && len(names) > 0:
		return usageError{errors.New("names go with --refresh: all roots are listed anyway")}
	case v.raw && v.format != formatTable:
		return usageError{fmt.Errorf("--raw and -o %s: --raw prints the roots themselves", v.format)}
	}
	sources, done, err := v.sources(cmd.Context())
	if err != nil {
		return err
	}
	defer done()
	var asked []model.TrustRepository
	if v.refresh {
		if asked, err = sources.refresh(cmd.Context(), names); err != nil {
			return err
		}
	}
	_, trust := sources.all(cmd.Context())
	for _, r := range asked {
		i := slices.IndexFunc(trust.Repositories, func(t model.TrustRepository) bool { return t.Name == r.Name })
		trust.Repositories[i].Outcome, trust.Repositories[i].Err = r.Outcome, r.Err
	}
	if err := v.tell(trust); err != nil {
		return err
	}
	return trustExit(trust)
}

// sources are those that every verb has here. The demo has a root of its own.
func (v *rootsVerb) sources(ctx context.Context) (rootSources, func(), error) {
	if v.demo {
		s, err := v.open(ctx)
		if err != nil {
			return rootSources{}, nil, err
		}
		return s.verifier.sources, s.close, nil
	}
	settings, err := v.settings()
	if err != nil {
		return rootSources{}, nil, err
	}
	s := &session{settings: settings}
	log, err := v.openLog(s)
	return v.rootSources(settings, log), s.close, err
}

func (v *rootsVerb) tell(trust model.Trust) error {
	lines := present.RootTroubles(trust)
	if !v.raw {
		tables := []present.Table{present.RootsTable(trust), present.RootPartsTable(trust, v.now())}
		if len(trust.Repositories) > 0 {
			tables = append(tables, present.TrustRepositoriesTable(trust))
		}
		return v.print(answer{doc: wire.RootsDoc(trust), tables: tables, lines: lines})
	}
	for _, line := range lines {
		v.note("%s", line)
	}
	if len(trust.Unusable) > 0 {
		return nil // half of the roots would pass for all of them
	}
	for _, r := range trust.Roots {
		if err := writeLine(v.stdout, string(r.JSON)); err != nil {
			return err
		}
	}
	return nil
}

// trustExit is the code of the worst that happened: a refusal before what is of
// no use here, and that before what did not come.
func trustExit(t model.Trust) error {
	codes := map[model.TrustOutcome]int{model.TrustRefused: exitFinding, model.TrustNotKept: exitUsage, model.TrustUnreachable: exitAccess}
	worst := exitOK
	add := func(code int) {
		if code != exitOK && (worst == exitOK || code < worst) {
			worst = code
		}
	}
	for _, r := range t.Repositories {
		add(codes[r.Outcome])
	}
	for _, u := range t.Unusable {
		add(exitCode(u.Err))
	}
	if worst == exitOK {
		return nil
	}
	return finding{worst}
}

// refresh asks the named repositories, or all, one after the other: what one of
// them refuses is no reason not to ask the next.
func (r rootSources) refresh(ctx context.Context, names []string) ([]model.TrustRepository, error) {
	all := r.repositories()
	var known []string
	for _, s := range all {
		known = append(known, s.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, usageError{fmt.Errorf("%q is none of the TUF repositories: %s", model.Sanitize(name), strings.Join(known, ", "))}
		}
	}
	var out []model.TrustRepository
	for _, s := range all {
		if len(names) > 0 && !slices.Contains(names, s.Name) {
			continue
		}
		out = append(out, r.refreshOne(ctx, s))
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r rootSources) refreshOne(ctx context.Context, s tufSource) model.TrustRepository {
	out := model.TrustRepository{Name: s.Name, Outcome: model.TrustNotKept, Err: s.err}
	if s.err != nil {
		return out
	}
	before, _ := verify.Kept(s.Source) // whatever is wrong with it, it is replaced
	s.At = r.now().UTC()
	got, err := verify.Refresh(ctx, s.Source)
	out.Err = err
	var told *model.Error
	switch {
	case err == nil && got.Repository.Root == before.Repository.Root:
		out.Outcome = model.TrustUnchanged
	case err == nil:
		out.Outcome = model.TrustRefreshed
	case errors.As(err, &told) && errors.Is(told.Kind, model.ErrMalformed):
		out.Outcome = model.TrustRefused
	case !errors.As(err, &told) || !errors.Is(told.Kind, model.ErrInvalid):
		out.Outcome = model.TrustUnreachable
	}
	return out
}

// completeNames completes the names of the repositories, without asking any.
func (v *rootsVerb) completeNames(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	settings, err := config.For(v.flags, v.getenv)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, s := range v.rootSources(settings, nil).repositories() {
		names = append(names, s.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
