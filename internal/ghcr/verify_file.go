package ghcr

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// VerifyFile checks what GitHub's attestations API knows of a file that lies in
// no registry. The repository or the owner that the policy names is asked, else
// the configured ones.
//
// Errors: a policy that demands nobody, and those of the API. That GitHub has
// nothing is no error but the verdict "none".
func (s *Service) VerifyFile(ctx context.Context, f model.ArtifactFile, p model.Policy) (model.Verification, error) {
	if err := p.Check(); err != nil {
		return model.Verification{}, err
	}
	if s.api == nil {
		return model.Verification{}, model.Invalid("no GitHub API is in use that could be asked for attestations", "give them with --bundle FILE")
	}
	c := &collector{s: s}
	g := &gathered{asked: true}
	target := model.AttestationTarget{Digest: f.Subject(), Role: model.RoleSubject, Title: f.Name}
	list, err := s.api.attestationsIn(ctx, p, target.Digest)
	if err != nil && !errors.Is(err, model.ErrNotFound) {
		if len(list) == 0 {
			return model.Verification{}, err
		}
		g.fail(err)
	}
	if errors.Is(err, model.ErrNotFound) {
		g.say("GitHub answered 404, which can also mean hidden from these credentials")
	}
	each(list, func(one stored) { g.add(c.fromGitHub(ctx, target, one)...) })
	if ctx.Err() != nil {
		return model.Verification{}, ctx.Err()
	}
	slices.SortStableFunc(g.items, compareFound)
	return s.judgeFile(ctx, f, target, g.items, g.state(model.SourceGitHub), p)
}

// VerifyGiven checks attestations that a person brings along, as ParseAttestations
// read them. Nothing is sent.
func (s *Service) VerifyGiven(ctx context.Context, f model.ArtifactFile, given []model.Attestation, p model.Policy) (model.Verification, error) {
	if err := p.Check(); err != nil {
		return model.Verification{}, err
	}
	target := model.AttestationTarget{Digest: f.Subject(), Role: model.RoleSubject, Title: f.Name}
	items := slices.Clone(given)
	for i := range items {
		a := &items[i]
		a.About, a.MediaType = target.Digest, mediaTypeIn(a.Raw)
		a.Origins = []model.AttestationOrigin{{Kind: model.FromFile, Source: model.SourceGiven}}
	}
	state := model.SourceState{Name: model.SourceGiven, State: model.SourceFound, Count: len(items)}
	if len(items) == 0 {
		state.State = model.SourceNone
	}
	return s.judgeFile(ctx, f, target, items, state, p)
}

func (s *Service) judgeFile(ctx context.Context, f model.ArtifactFile, target model.AttestationTarget, items []model.Attestation, state model.SourceState, p model.Policy) (model.Verification, error) {
	targets := []model.AttestationTarget{target}
	list := model.AttestationList{
		Subject: target.Digest, Targets: targets, Items: model.MergeAttestations(items, targets), Sources: []model.SourceState{state},
	}
	return s.judge(ctx, list, p, model.ArtifactDigests{Of: f.Of})
}

// attestationsIn lists what GitHub has about a digest in the repository that a
// policy names, else with the owner it names, else where the packages' are.
func (a *api) attestationsIn(ctx context.Context, p model.Policy, d model.Digest) ([]stored, error) {
	owner, repo, _ := strings.Cut(p.Repository, "/")
	switch {
	case repo != "":
		return a.attestationsOf(ctx, func(ctx context.Context, tail string) ([]stored, string, error) {
			return a.attestationsAt(a.heavy(a.with(ctx)), "repos/"+url.PathEscape(owner)+"/"+url.PathEscape(repo)+tail)
		}, d)
	case p.Owner == "" || strings.EqualFold(p.Owner, a.owner):
		return a.attestations(ctx, "", d)
	}
	account := "orgs/"
	return a.attestationsOf(ctx, func(ctx context.Context, tail string) ([]stored, string, error) {
		list, next, err := a.attestationsAt(a.heavy(a.with(ctx)), account+url.PathEscape(p.Owner)+tail)
		if statusOf(err) == http.StatusNotFound && account == "orgs/" {
			account = "users/" // organisations and people have doors of their own
			list, next, err = a.attestationsAt(a.heavy(a.with(ctx)), account+url.PathEscape(p.Owner)+tail)
		}
		return list, next, err
	}, d)
}
