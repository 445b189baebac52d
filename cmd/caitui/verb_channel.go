package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// channelFlags are those that rollback and promote share.
type channelFlags struct {
	planFlags
	exclude []string
	digests []string
	keep    bool
}

func (f *channelFlags) declare(cmd *cobra.Command) {
	f.planFlags.declare(cmd)
	fs := cmd.Flags()
	fs.StringArrayVar(&f.exclude, "exclude", nil, "leave this package where it is; may be repeated")
	fs.StringArrayVar(&f.digests, "digest", nil, "PKG@sha256:…: take this digest of a package and not the release's; may be repeated")
	fs.BoolVar(&f.keep, "keep", false, "keep a tag on every version that would lose its last one")
}

// request reads what the flags say besides the release.
func (f *channelFlags) request(act model.Act, channel string) (model.ChannelRequest, error) {
	req := model.ChannelRequest{Act: act, Channel: channel, Exclude: f.exclude, Keep: f.keep,
		Reason: f.reason, Incident: f.incident, Overrides: f.overrides}
	for _, s := range f.digests {
		pkg, d, ok := strings.Cut(s, "@")
		digest, err := model.ParseDigest(d)
		if !ok || err != nil {
			return req, usageError{fmt.Errorf("--digest is PKG@sha256:…, not %q", model.Sanitize(s))}
		}
		if req.Digests == nil {
			req.Digests = make(map[string]model.Digest)
		}
		req.Digests[pkg] = digest
	}
	return req, nil
}

func newRollback(a *app) *cobra.Command {
	var f channelFlags
	var channel, to string
	var previous bool
	cmd := &cobra.Command{
		Use:   "rollback --channel C (--to R | --previous)",
		Short: "Bring all packages of a channel back to one release: prints the plan, --yes executes it",
		Long: `Point every package of a channel to what one release has of it: images, installer
and its further tags, the metadata document found by its content. Each tag change
is shown first, compared before and read back after.

--previous takes what the channel itself pointed to before, or completes what a
half-done move began. --to names a version, or a commit of at least seven
characters.

Without --yes nothing is written. GitHub's API may be down: the plan is made from
what is stored and from the registry.`,
		Example: `  caitui rollback --channel prod --previous
  caitui rollback --channel prod --to v1.2.0 --yes --incident INC-412 --reason 'claude exits on arm64'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case channel == "":
				return usageError{errors.New("--channel says which channel to roll back")}
			case previous == (to != "" || len(f.digests) > 0):
				return usageError{errors.New("give either --to RELEASE or --previous")}
			}
			return a.planChannel(cmd.Context(), &f, model.ActRollback, channel, func(s model.Survey, req *model.ChannelRequest) error {
				req.Release = to
				if previous {
					return advised(s, req)
				}
				return nil
			})
		},
	}
	f.declare(cmd)
	cmd.Flags().StringVar(&channel, "channel", "", "the channel, such as prod")
	cmd.Flags().StringVar(&to, "to", "", "the release to go back to: a version or a commit")
	cmd.Flags().BoolVar(&previous, "previous", false, "go back to what the channel pointed to before")
	return cmd
}

// advised names the release that the channel would best go to.
func advised(s model.Survey, req *model.ChannelRequest) error {
	for _, t := range model.ChannelTargets(s, req.Channel) {
		if t.Advised {
			req.Release = t.Release.Name
			return nil
		}
	}
	cure := "name the release with --to"
	if pkg, unread := s.Inventory.UnreadDocuments(); len(unread) > 0 {
		cure = fmt.Sprintf("%s of %s could not be read, by which releases are known: try again, or ", present.Many(len(unread), "version"), model.Sanitize(pkg)) + cure
	}
	return &model.Error{Kind: model.ErrNotFound, Cure: cure,
		Message: fmt.Sprintf("no complete release is known that %s pointed to before", model.Sanitize(req.Channel))}
}

func newPromote(a *app) *cobra.Command {
	var f channelFlags
	var to, from, release, as string
	cmd := &cobra.Command{
		Use:   "promote --to CHANNEL (--from REF | --release R)",
		Short: "Point a channel to a tested build without building it again: prints the plan, --yes executes it",
		Long: `Point every package of a channel to what a build has of it, byte for byte: what
was tested is what is released. --as gives the build a version tag on all packages
that bear such tags. The channel's metadata document is written anew, last.

--from takes what another channel points to; --release names a build by version or
commit. The document's time is part of the plan's id: --yes --plan ID takes it
from the plan that was printed.`,
		Example: `  caitui promote --to prod --from nightly --as v1.4.0
  caitui promote --to prod --release 08dd3c9 --as v1.4.0 --save plan.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case to == "":
				return usageError{errors.New("--to says which channel to promote to")}
			case (from == "") == (release == ""):
				return usageError{errors.New("give either --from CHANNEL or --release RELEASE")}
			}
			return a.planChannel(cmd.Context(), &f, model.ActPromote, to, func(s model.Survey, req *model.ChannelRequest) error {
				req.Release, req.As = release, as
				if from == "" {
					return nil
				}
				return source(s, from, req)
			})
		},
	}
	f.declare(cmd)
	cmd.Flags().StringVar(&to, "to", "", "the channel that is to point to the build")
	cmd.Flags().StringVar(&from, "from", "", "the channel whose build is promoted, or a release")
	cmd.Flags().StringVar(&release, "release", "", "the build: a version or a commit")
	cmd.Flags().StringVar(&as, "as", "", "the version tag to give it, such as v1.4.0")
	return cmd
}

// source is the release that a channel points to, or that a reference names.
func source(s model.Survey, from string, req *model.ChannelRequest) error {
	channel, ok := s.Channel(from)
	switch {
	case !ok:
		req.Release = from
	case channel.Release == nil:
		return &model.Error{Kind: model.ErrNotFound,
			Message: fmt.Sprintf("no release is known for what %s points to", model.Sanitize(from)), Cure: "name the build with --release"}
	case channel.Drift():
		return &model.Error{Kind: model.ErrInvalid,
			Message: fmt.Sprintf("%s is of several releases: there is no one build to promote", model.Sanitize(from)), Cure: "name the build with --release"}
	default:
		req.Release = channel.Release.Name
	}
	return nil
}

// planChannel makes the plan and ends the verb as every plan-making verb ends.
func (a *app) planChannel(ctx context.Context, f *channelFlags, act model.Act, channel string, aim func(model.Survey, *model.ChannelRequest) error) error {
	if err := f.check(); err != nil {
		return err
	}
	req, err := f.request(act, channel)
	if err != nil {
		return err
	}
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	survey, err := s.service.Refresh(ctx)
	if err != nil {
		if len(survey.Inventory.Packages) == 0 {
			if survey, _ = s.service.Stored(ctx); len(survey.Inventory.Packages) == 0 {
				return err
			}
		}
		a.note("note: not everything could be read anew: %v", err)
	}
	if err := aim(survey, &req); err != nil {
		return err
	}
	// A document that the plan writes bears the time of the plan: the very same
	// plan has the very same time.
	req.At = f.madeAt(ctx, s)
	plan, err := s.service.PlanChannel(ctx, req)
	if err != nil {
		return err
	}
	return a.settle(ctx, s, plan, s.service.Survey(), f.planFlags)
}
