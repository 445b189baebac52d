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
// read them, about something that lies in no registry. Nothing is sent.
func (s *Service) VerifyGiven(ctx context.Context, f model.ArtifactFile, given []model.Attestation, p model.Policy) (model.Verification, error) {
	if err := p.Check(); err != nil {
		return model.Verification{}, err
	}
	target := model.AttestationTarget{Digest: f.Subject(), Role: model.RoleSubject, Title: f.Name}
	items := aboutTargets(given, []model.AttestationTarget{target})
	return s.judgeFile(ctx, f, target, items, givenState(items), p)
}

// VerifyBrought is Verify with attestations that a person brings along in place
// of every store. They may be about the digest itself or about an index that
// shares its platforms, exactly as those that the stores have: for that the
// versions are listed and manifests are read, and no more. A digest that the
// registry does not have is verified by itself.
//
// Errors: a policy that cannot be used, and a package or digest that is none.
func (s *Service) VerifyBrought(ctx context.Context, pkg string, d model.Digest, given []model.Attestation, p model.Policy) (model.Verification, error) {
	if err := p.Check(); err != nil {
		return model.Verification{}, err
	}
	c, _, err := s.discovered(ctx, pkg, d, false)
	if err != nil {
		return model.Verification{}, err
	}
	items := aboutTargets(given, c.targets)
	list := c.list(d)
	list.Items, list.Sources = model.MergeAttestations(items, c.targets), []model.SourceState{givenState(items)}
	p, note := s.BindPolicy(pkg, d, p)
	if note != "" {
		list.Notes = append(list.Notes, note)
	}
	return s.judge(ctx, list, p, model.ArtifactDigests{Name: s.subjectName(pkg)})
}

// aboutTargets says of what a person brought what it is about: those of the
// targets that the statement names, else the first, of which it then has to be
// told that it is about something else.
func aboutTargets(given []model.Attestation, targets []model.AttestationTarget) []model.Attestation {
	items := slices.Clone(given)
	for i := range items {
		a := &items[i]
		a.MediaType = mediaTypeIn(a.Raw)
		a.Origins = []model.AttestationOrigin{{Kind: model.FromFile, Source: model.SourceGiven}}
		var named []model.Digest
		for _, t := range targets {
			if a.Names(t.Digest) {
				named = append(named, t.Digest)
			}
		}
		if len(named) == 0 {
			named = []model.Digest{targets[0].Digest}
		}
		a.About, a.Also = named[0], named[1:]
	}
	return items
}

// givenState sums up what a person brought.
func givenState(items []model.Attestation) model.SourceState {
	state := model.SourceState{Name: model.SourceGiven, State: model.SourceFound, Count: len(items)}
	if len(items) == 0 {
		state.State = model.SourceNone
	}
	return state
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
