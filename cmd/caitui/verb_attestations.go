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
	return &cobra.Command{
		Use:   "attestations PKG[:TAG|@DIGEST]",
		Short: "List what is attested about a version, in every place where it may be",
		Long: `List the attestations about a version, its platforms and the indexes that share
them: in GitHub's store, the registry's referrers, cosign's tags, BuildKit's
entries and the files of an artifact. Each source is told by itself, and so is
what one of the stores has and the other lacks.

Nothing is verified. Without a tag, the first channel that the package has is
meant: prod as a rule.

Exit code 0 whether or not anything was found, 3 where nobody could be asked.`,
		Example: `  caitui attestations containai-claude
  caitui attestations containai-claude:v1.2.0 -o json`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completePackage,
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := model.ParseReference(args[0])
			if err != nil {
				return err
			}
			s, err := a.open(cmd.Context(), ref.Package)
			if err != nil {
				return err
			}
			defer s.close()
			ref, digest, err := a.attestationSubject(cmd.Context(), s, ref)
			if err != nil {
				return err
			}
			// The tags of the version lead to the indexes of its architectures.
			if _, err := s.service.Versions(cmd.Context(), ref.Package); err != nil {
				if cmd.Context().Err() != nil {
					return cmd.Context().Err()
				}
				a.note("note: the versions of %s are not known: %v", ref.Package, err)
			}
			list, err := s.service.Attestations(cmd.Context(), ref.Package, digest)
			if err != nil {
				return err
			}
			return a.print(answer{
				doc:    wire.AttestationsDoc(list, ref.String()),
				tables: []present.Table{present.AttestationsTable(list), present.AttestationSourcesTable(list)},
				lines:  present.AttestationRemarks(list),
			})
		},
	}
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
