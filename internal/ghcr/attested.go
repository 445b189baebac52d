package ghcr

import (
	"context"

	"github.com/novotnyllc/caitui/internal/model"
)

// Attested collects everything that is stated about a digest and weighs it by
// the policy that the configuration has for the package. found gets the list
// before anything of it is checked.
//
// Errors: those of Attestations.
func (s *Service) Attested(ctx context.Context, pkg string, d model.Digest, found func(model.AttestationList)) (model.Verification, error) {
	list, err := s.Attestations(ctx, pkg, d)
	if err != nil {
		return model.Verification{}, err
	}
	found(list)
	return model.Verification{List: list, Policy: s.o.Layout.PolicyOf(pkg), Warnings: []string{"nothing is checked here: no verifier is in use"}}, nil
}
