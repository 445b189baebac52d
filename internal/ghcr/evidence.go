package ghcr

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// maxEvidenceEvents bounds the journal's excerpt: the newest count.
const maxEvidenceEvents = 10_000

// Evidence collects everything that shows what a channel, a release or one
// version is, checks it, and keeps what the checks rely on, so that it can be
// checked again elsewhere. A package of which nothing can be collected is told
// of, and does not keep the others back. What a channel points to is told by
// what is known: refresh before.
//
// Errors: nothing like it is known, or nothing can be checked here at all.
func (s *Service) Evidence(ctx context.Context, req model.EvidenceRequest) (model.EvidenceSet, error) {
	if err := s.load(ctx); err != nil {
		return model.EvidenceSet{}, err
	}
	if s.o.Verifier == nil {
		return model.EvidenceSet{}, &model.Error{Kind: model.ErrUnsupported, Message: "nothing is checked here, and unchecked files are no evidence"}
	}
	out := model.EvidenceSet{Registry: s.host, Owner: s.o.Layout.Owner, Repository: s.o.Layout.Repository, Customer: req.Customer, By: s.actor(), Host: s.o.Host}
	set, err := s.evidenceOf(ctx, req, &out)
	if err != nil {
		return model.EvidenceSet{}, err
	}
	out.Subjects = make([]model.EvidenceSubject, len(set.Packages))
	missing := make([]string, len(set.Packages))
	var g errgroup.Group
	for i, p := range set.Packages {
		g.Go(func() error {
			out.Subjects[i] = s.evidenceSubject(ctx, req, p)
			missing[i] = s.evidenceSBOMs(ctx, &out.Subjects[i])
			return nil
		})
	}
	_ = g.Wait()
	out.Notes = append(out.Notes, slices.DeleteFunc(missing, func(note string) bool { return note == "" })...)
	if ctx.Err() != nil {
		return model.EvidenceSet{}, ctx.Err()
	}
	out.At, _ = s.stack.seen.clock(s.o.Now())
	out.Roots = rootsUsed(out.Subjects)
	if !req.Customer {
		if out.Journal, out.Head, err = s.evidenceJournal(ctx, out.Subjects); err != nil {
			out.Notes = append(out.Notes, "the journal could not be read: "+plain(err))
		}
	}
	return out, nil
}

// evidenceOf checks what was asked for.
func (s *Service) evidenceOf(ctx context.Context, req model.EvidenceRequest, out *model.EvidenceSet) (model.SetVerification, error) {
	switch {
	case req.Ref.Package != "":
		out.About = req.Ref.String()
		d, via, err := s.Resolve(ctx, req.Ref)
		if err != nil {
			return model.SetVerification{}, err
		}
		one := model.PackageVerification{Package: req.Ref.Package, Digest: d, Via: via, State: model.MemberOK}
		return s.verifySet(ctx, model.SetVerification{Packages: []model.PackageVerification{one}})
	case req.Release != "":
		set, err := s.VerifyRelease(ctx, req.Release)
		out.About, out.Release = req.Release, set.Release
		return set, err
	case !req.At.IsZero():
		r, stay, err := model.ChannelAt(s.Survey(), req.Channel, req.At)
		if err != nil {
			return model.SetVerification{}, err
		}
		out.About, out.Release = req.Channel, r.Name
		out.Past = &model.EvidencePast{At: req.At, Release: r.Name, From: stay.From, To: stay.To, Evidence: stay.Evidence}
		return s.verifyRelease(ctx, r)
	}
	set, err := s.VerifyChannel(ctx, req.Channel)
	out.About, out.Release = req.Channel, set.Release
	return set, err
}

// evidenceSubject keeps what the checks of one package rely on.
func (s *Service) evidenceSubject(ctx context.Context, req model.EvidenceRequest, p model.PackageVerification) model.EvidenceSubject {
	out := model.EvidenceSubject{Package: p.Package, Ref: string(p.Digest), Via: p.Via, Digest: p.Digest, Verification: p.Verification, Err: p.Err,
		Manifests: make(map[model.Digest]model.RawManifest)}
	switch {
	case req.Ref.Tag != "":
		out.Ref = req.Ref.Tag
	case req.Channel != "" && req.At.IsZero():
		out.Ref = req.Channel
	}
	if p.Err != nil {
		return out
	}
	if v, ok := s.state(p.Package).Snapshot.Version(p.Digest); ok {
		out.Tags, out.Created = slices.Clone(v.Tags), v.Created
	}
	for _, t := range p.Verification.List.Targets {
		if t.Role == model.RoleLayer {
			continue
		}
		m, content, err := s.manifest(ctx, p.Package, t.Digest)
		switch {
		case err == nil:
			out.Manifests[t.Digest] = model.RawManifest{MediaType: m.MediaType, Raw: content.Body}
		case t.Role == model.RoleSubject:
			out.Err = fmt.Errorf("reading the manifest of %s: %w", p.Package, err)
			return out
		}
	}
	return out
}

// evidenceSBOMs adds the bills of materials of a subject, and says where they
// could not be had: they are evidence of what is in it, and no reason to have
// none of the rest.
func (s *Service) evidenceSBOMs(ctx context.Context, subject *model.EvidenceSubject) string {
	if subject.Err != nil {
		return ""
	}
	list, err := s.SBOMs(ctx, subject.Package, subject.Digest)
	if err != nil {
		return fmt.Sprintf("no bill of materials of %s: %s", subject.Package, plain(err))
	}
	for _, d := range list.Documents {
		if d.Err != nil || len(d.Raw) == 0 {
			continue
		}
		origin := "unknown"
		if len(d.Origins) > 0 {
			origin = string(d.Origins[0].Kind)
		}
		subject.SBOMs = append(subject.SBOMs, model.EvidenceSBOM{Origin: origin, Describes: string(d.Describes), Format: string(d.Format), Raw: d.Raw})
	}
	return ""
}

// rootsUsed are the roots that the checks rely on; where none relies on any,
// all there are.
func rootsUsed(subjects []model.EvidenceSubject) []model.TrustRoot {
	var all, used []model.TrustRoot
	add := func(list *[]model.TrustRoot, r model.TrustRoot) {
		if !slices.ContainsFunc(*list, func(have model.TrustRoot) bool { return have.Digest == r.Digest }) {
			*list = append(*list, r)
		}
	}
	for _, s := range subjects {
		for _, r := range s.Verification.Roots {
			add(&all, r)
			if slices.ContainsFunc(s.Verification.List.Items, func(a model.Attestation) bool { return a.Check.Root == r.Digest }) {
				add(&used, r)
			}
		}
	}
	if len(used) == 0 {
		return all
	}
	return used
}

// evidenceJournal is what was done to the packages, oldest first.
func (s *Service) evidenceJournal(ctx context.Context, subjects []model.EvidenceSubject) ([]model.JournalEvent, model.JournalHead, error) {
	if s.o.Journal == nil {
		return nil, model.JournalHead{}, nil
	}
	events, err := s.Journal(ctx)
	if err != nil {
		return nil, model.JournalHead{}, err
	}
	out := slices.DeleteFunc(slices.Clone(events), func(e model.JournalEvent) bool {
		return !slices.ContainsFunc(subjects, func(s model.EvidenceSubject) bool { return s.Package == e.Package })
	})
	head, err := s.JournalHead(ctx)
	return out[max(0, len(out)-maxEvidenceEvents):], head, err
}
