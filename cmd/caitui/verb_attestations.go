package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func newAttestations(a *app) *cobra.Command {
	var set setFlags
	cmd := &cobra.Command{
		Use:   "attestations PKG[:TAG|@DIGEST] | --channel C | --release R",
		Short: "List what is attested about a version, or how all packages of a channel or a release stand",
		Long: `List the attestations about a version, its platforms and the indexes that share
them: in GitHub's store, the registry's referrers, cosign's tags, BuildKit's
entries and the files of an artifact. Each source is told by itself, and so is
what one of the stores has and the other lacks. Each is checked against the
policy that the configuration has for the package.

Without a tag, the first channel that the package has is meant: prod as a rule.
--channel and --release show all packages of one with their verdicts.

Exit code 0 whatever the verdicts, 3 where nobody could be asked: verify is the
verb that refuses.`,
		Example: `  caitui attestations containai-claude
  caitui attestations containai-claude:v1.2.0 -o json
  caitui attestations --channel prod -o md`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completePackage,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkGiven(cmd); err != nil {
				return err
			}
			if set.given() == (len(args) > 0) || set.channel != "" && set.release != "" {
				return usageError{errors.New("name one thing: PKG[:TAG|@DIGEST], --channel or --release")}
			}
			if set.given() {
				return a.attestationsOfSet(cmd.Context(), set)
			}
			return a.attestationsOf(cmd.Context(), args[0])
		},
	}
	set.declare(cmd)
	a.trustFlags(cmd)
	return cmd
}

func (a *app) attestationsOfSet(ctx context.Context, set setFlags) error {
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	got, err := set.verified(ctx, a, s)
	if err != nil {
		return err
	}
	return a.print(setAnswer(got, "attestations"))
}

func (a *app) attestationsOf(ctx context.Context, name string) error {
	ref, err := model.ParseReference(name)
	if err != nil {
		return err
	}
	s, err := a.open(ctx, ref.Package)
	if err != nil {
		return err
	}
	defer s.close()
	ref, digest, err := a.attestationSubject(ctx, s, ref)
	if err != nil {
		return err
	}
	a.knowVersions(ctx, s, ref.Package)
	v, err := s.service.Verify(ctx, ref.Package, digest, s.settings.Layout.PolicyOf(ref.Package))
	if err != nil {
		return err
	}
	return a.print(answer{
		doc:    wire.CheckedDoc(v, ref.String()),
		tables: []present.Table{present.AttestationsTable(v.List), present.AttestationSourcesTable(v.List)},
		lines:  append(present.Texts(present.VerificationHead(v, ref.Tag)), present.AttestationRemarks(v.List)...),
	})
}

// attestationSubject finds the digest that a reference means. A package alone
// means its first channel.
func (a *app) attestationSubject(ctx context.Context, s *session, ref model.Reference) (model.Reference, model.Digest, error) {
	refs := []model.Reference{ref}
	if ref.Tag == "" && ref.Digest == "" {
		refs = nil
		for _, c := range s.settings.Layout.Channels {
			refs = append(refs, model.Reference{Package: ref.Package, Tag: c.Name})
		}
	}
	var first error
	for _, r := range refs {
		d, via, err := s.service.Resolve(ctx, r)
		if err == nil {
			if via == model.ViaMetadata {
				a.note("note: %s has no tag %s: what the channel's metadata names is meant", r.Package, r.Tag)
			}
			return r, d, nil
		}
		if first == nil {
			first = err
		}
		if !errors.Is(err, model.ErrNotFound) {
			break
		}
	}
	if len(refs) == 0 {
		return ref, "", model.Invalid(fmt.Sprintf("%s names a package, not one version of it", ref.Package), "add :TAG or @DIGEST")
	}
	return ref, "", first
}
