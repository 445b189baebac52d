package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// setFlags name versions of many packages that belong together.
type setFlags struct {
	channel string
	release string
}

func (f *setFlags) declare(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.channel, "channel", "", "everything that this channel points to, each package by its own policy")
	cmd.Flags().StringVar(&f.release, "release", "", "all packages of this release, a version or a commit, each by its own policy")
}

func (f *setFlags) given() bool { return f.channel != "" || f.release != "" }

// verified reads what there is and checks all that the flags name.
func (f *setFlags) verified(ctx context.Context, a *app, s *session) (model.SetVerification, error) {
	if a.offline {
		if _, err := s.service.Stored(ctx); err != nil {
			return model.SetVerification{}, err
		}
	} else if _, err := s.service.Refresh(ctx); err != nil {
		return model.SetVerification{}, err
	}
	if f.release != "" {
		return s.service.VerifyRelease(ctx, f.release)
	}
	return s.service.VerifyChannel(ctx, f.channel)
}

// setAnswer is what a verb says of a set.
func setAnswer(set model.SetVerification, verb string) answer {
	return answer{doc: wire.AttestationSetDoc(set, verb), tables: []present.Table{present.AuditTable(set)}, lines: present.AuditLines(set)}
}

// verifySet verifies everything that a channel or a release consists of.
func (v *verifyVerb) verifySet(ctx context.Context) error {
	s, err := v.openVerifying(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	set, err := v.set.verified(ctx, v.app, s)
	if err != nil {
		return err
	}
	if err := v.print(setAnswer(set, "verify")); err != nil {
		return err
	}
	whole := true
	for _, p := range set.Packages {
		whole = whole && (p.Err == nil || errors.Is(p.Err, model.ErrNotFound)) && p.Verification.List.Whole()
	}
	return verificationExit(set.Verdict(), set.Met(), whole)
}
