package ghcr

import (
	"context"
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
)

// Audit checks everything that the channels point to, first that of one channel
// where it is named, and of a release where one is named. told gets what is
// there so far after each of them; it is not called after the return.
//
// Errors: those of VerifyChannel and VerifyRelease. What cannot be checked of a
// single package stands in the answer.
func (s *Service) Audit(ctx context.Context, first, release string, told func([]model.SetVerification)) ([]model.SetVerification, error) {
	var names []string
	for _, c := range s.o.Layout.Channels {
		if c.Name == first {
			names = append([]string{c.Name}, names...)
		} else {
			names = append(names, c.Name)
		}
	}
	var out []model.SetVerification
	add := func(set model.SetVerification, err error) error {
		if err != nil {
			return err
		}
		out = append(out, set)
		told(slices.Clone(out))
		return nil
	}
	if release != "" {
		if err := add(s.VerifyRelease(ctx, release)); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		if err := add(s.VerifyChannel(ctx, name)); err != nil {
			return nil, err
		}
	}
	return out, nil
}
