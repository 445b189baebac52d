package evidence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
)

// Checker verifies attestations; internal/verify has the one there is.
type Checker interface {
	Check(ctx context.Context, items []model.Attestation, p model.Policy, about model.ArtifactDigests) []model.Check
}

// Options say what a directory is checked with.
type Options struct {
	// Open makes a checker that trusts these roots and no others.
	Open func(roots [][]byte) (Checker, error)
	// Roots replace those in the directory; none: those are used.
	Roots []model.TrustRoot
	// Known are the roots that this machine knows by itself.
	Known []model.TrustRoot
}

// Check reads a directory of evidence and verifies all of it again, from the
// content alone. Findings say what does not hold: a file that is not what its
// hash says, a verdict that comes out otherwise. The error is set where it
// cannot be read as evidence at all.
func Check(ctx context.Context, fsys fs.FS, o Options) (model.EvidenceCheck, error) {
	files, findings, err := load(fsys)
	if err != nil {
		return model.EvidenceCheck{}, err
	}
	var doc document
	if err := json.Unmarshal(files[setName], &doc); err != nil {
		return model.EvidenceCheck{}, malformed(setName+" cannot be read", err)
	}
	if doc.Schema != schema {
		return model.EvidenceCheck{}, malformed(fmt.Sprintf("%s has the schema %q, this caitui reads %s", setName, model.Sanitize(doc.Schema), schema), nil)
	}
	c := &checking{ctx: ctx, files: files, out: model.EvidenceCheck{Findings: findings, Known: make(map[model.Digest]bool), Replaced: len(o.Roots) > 0}}
	if err := c.roots(doc, o); err != nil {
		return model.EvidenceCheck{}, err
	}
	c.head(doc)
	for _, s := range doc.Subjects {
		c.subject(doc, s)
	}
	if err := ctx.Err(); err != nil {
		return model.EvidenceCheck{}, err
	}
	if len(doc.Subjects) == 0 {
		c.find(setName, "it names nothing that the evidence is about")
	}
	if now := c.out.Set.Verdict(); string(now) != doc.Verdict {
		c.find(setName, fmt.Sprintf("it says that the whole is %s, checked again it is %s", said(model.Sanitize(doc.Verdict)), said(string(now))))
	}
	return c.out, nil
}

// checking is one check under way.
type checking struct {
	ctx     context.Context
	files   directory
	checker Checker
	out     model.EvidenceCheck
}

func (c *checking) find(path, message string) {
	c.out.Findings = append(c.out.Findings, model.EvidenceFinding{Path: path, Message: message})
}

// roots opens the checker with the roots of the directory, or with others.
func (c *checking) roots(doc document, o Options) error {
	roots := slices.Clone(o.Roots)
	if len(roots) == 0 {
		for _, r := range doc.Roots {
			raw, there := c.files[r.Path]
			if !there {
				c.find(r.Path, "the root is missing")
				continue
			}
			d := model.DigestOf(raw)
			if string(d) != r.Digest {
				c.find(r.Path, "the root is another one than "+setName+" says")
			}
			roots = append(roots, model.TrustRoot{Digest: d, Instance: r.Instance, Who: r.Who, Origin: r.Path, JSON: raw})
		}
	}
	raw := make([][]byte, len(roots))
	for i, r := range roots {
		raw[i] = r.JSON
		c.out.Known[r.Digest] = slices.ContainsFunc(o.Known, func(k model.TrustRoot) bool { return k.Digest == r.Digest })
	}
	checker, err := o.Open(raw)
	if err != nil {
		return fmt.Errorf("reading the trusted roots: %w", err)
	}
	c.checker, c.out.Set.Roots = checker, roots
	return nil
}

// head takes over what was asked for.
func (c *checking) head(doc document) {
	set := &c.out.Set
	set.Registry, set.Owner, set.Repository, set.About, set.Release = doc.Registry, doc.Owner, doc.Repository, doc.About, doc.Release
	set.At, set.Customer, set.By, set.Host, set.Notes = doc.At, doc.Customer, doc.By, doc.Host, doc.Notes
	if doc.Head != nil {
		set.Head = model.JournalHead{Seq: doc.Head.Seq, Hash: doc.Head.Hash}
	}
	if doc.Past != nil {
		set.Past = &model.EvidencePast{At: doc.Past.At, Release: doc.Past.Release, Evidence: model.Evidence(doc.Past.Evidence)}
		if doc.Past.From != nil {
			set.Past.From = *doc.Past.From
		}
		if doc.Past.To != nil {
			set.Past.To = *doc.Past.To
		}
	}
}

// subject checks one digest again.
func (c *checking) subject(doc document, s subject) {
	d, err := model.ParseDigest(s.Digest)
	if err != nil {
		c.find(setName, fmt.Sprintf("it names no digest for %s", model.Sanitize(s.Package)))
		return
	}
	out := model.EvidenceSubject{Package: s.Package, Ref: s.Ref, Via: model.Via(s.Via), Digest: d, Tags: s.Tags, Manifests: make(map[model.Digest]model.RawManifest)}
	if s.Created != nil {
		out.Created = *s.Created
	}
	if s.Error != "" {
		out.Err = errors.New(s.Error)
	}
	manifests := c.manifests(s, &out)
	list := model.AttestationList{Registry: doc.Registry, Owner: doc.Owner, Package: s.Package, Subject: d, Platforms: model.PlatformRefs(manifests[d])}
	list.Targets = c.targets(s, manifests)
	for _, src := range s.Sources {
		state := model.SourceState{Name: model.AttestationSourceName(src.Name), State: model.SourceStatus(src.State)}
		if src.Error != "" {
			state.Err = errors.New(src.Error)
		}
		list.Sources = append(list.Sources, state)
	}
	for _, it := range s.Attestations {
		list.Items = append(list.Items, c.item(it))
	}
	c.sboms(s, &out)
	policy := s.Policy.model()
	if err := policy.Check(); err != nil && len(policy.Predicates) > 0 {
		c.find(setName, fmt.Sprintf("the policy for %s means nothing: %v", model.Sanitize(s.Package), err))
		policy.Predicates = nil
		out.Err = err
	} else {
		name := doc.Registry + "/" + doc.Owner + "/" + s.Package
		for i, check := range c.checker.Check(c.ctx, list.Items, policy, model.ArtifactDigests{Name: name}) {
			list.Items[i].Check = check
		}
	}
	out.Verification = model.Judge(list, policy)
	c.compare(s, out.Verification)
	c.out.Set.Subjects = append(c.out.Set.Subjects, out)
}

// manifests reads the manifests of a subject and believes none that does not
// have the digest that it is listed under.
func (c *checking) manifests(s subject, out *model.EvidenceSubject) map[model.Digest]*model.Manifest {
	parsed := make(map[model.Digest]*model.Manifest)
	for _, m := range s.Manifests {
		raw := c.files[m.Path]
		d := model.DigestOf(raw)
		if string(d) != m.Digest {
			c.find(m.Path, fmt.Sprintf("it is not the manifest %s", model.Digest(model.Sanitize(m.Digest)).Short()))
			continue
		}
		out.Manifests[d] = model.RawManifest{MediaType: m.MediaType, Raw: raw}
		one, err := model.ParseManifest(raw, m.MediaType)
		if err != nil {
			c.find(m.Path, model.Sanitize(err.Error()))
			continue
		}
		parsed[d] = one
	}
	return parsed
}

// targets takes over what was asked about. What an index holds is read from
// the index itself; one whose manifest is not there holds nothing.
func (c *checking) targets(s subject, manifests map[model.Digest]*model.Manifest) []model.AttestationTarget {
	var out []model.AttestationTarget
	for _, t := range s.Targets {
		d, err := model.ParseDigest(t.Digest)
		if err != nil {
			c.find(setName, fmt.Sprintf("it names no digest for a part of %s", model.Sanitize(s.Package)))
			continue
		}
		one := model.AttestationTarget{Digest: d, Role: model.AttestationRole(t.Role), Platform: t.Platform, Title: t.Title}
		if one.Role == model.RoleArchIndex {
			one.Holds = model.PlatformRefs(manifests[d])
		}
		out = append(out, one)
	}
	return out
}

// item reads one attestation anew from its file.
func (c *checking) item(it item) model.Attestation {
	out := model.Attestation{Form: model.FormUnknown, Size: -1, PredicateType: it.Predicate}
	if raw, there := c.files[it.Path]; there {
		all := model.ParseAttestations(raw)
		out = all[0]
		if len(all) > 1 {
			c.find(it.Path, "there is more than one attestation in it")
		}
	} else if it.Path != "" {
		c.find(it.Path, "the attestation is missing")
	} else {
		out.Err = errors.New(it.Error)
	}
	out.MediaType, out.About, out.Platform = it.MediaType, model.Digest(it.About), it.Platform
	for _, d := range it.Also {
		out.Also = append(out.Also, model.Digest(d))
	}
	for _, o := range it.Origins {
		out.Origins = append(out.Origins, model.AttestationOrigin{Kind: model.AttestationKind(o.Kind), Source: model.AttestationSourceName(o.Source),
			Tag: o.Tag, Manifest: model.Digest(o.Manifest), Title: o.Title, Hint: o.Hint})
	}
	if it.Beside != nil {
		out.SignedBy(*it.Beside)
	}
	return out
}

func (c *checking) sboms(s subject, out *model.EvidenceSubject) {
	for _, b := range s.SBOMs {
		raw, there := c.files[b.Path]
		if !there {
			c.find(b.Path, "the bill of materials is missing")
			continue
		}
		out.SBOMs = append(out.SBOMs, model.EvidenceSBOM{Origin: b.Origin, Describes: b.Describes, Format: b.Format, Raw: raw})
	}
}

// compare tells where checking again comes to something else.
func (c *checking) compare(s subject, v model.Verification) {
	if string(v.Verdict) != s.Verdict || string(v.Coverage) != s.Coverage {
		c.find(setName, fmt.Sprintf("it says that %s is %s, checked again it is %s: %s", model.Sanitize(s.Package), said(model.Sanitize(s.Verdict)), said(string(v.Verdict)), orUnknown(v.Why())))
	}
	for i, it := range s.Attestations {
		if now := string(v.List.Items[i].Check.Verdict); now != it.Verdict {
			c.find(it.Path, fmt.Sprintf("it is said to be %s, checked again it is %s", said(model.Sanitize(it.Verdict)), said(now)))
		}
	}
}
