package verify

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/novotnyllc/caitui/internal/model"
)

// examine checks one attestation. Whatever ends it early has written why.
func examine(roots Roots, d *demand, a model.Attestation, about model.ArtifactDigests) model.Check {
	c := model.Check{Instance: model.InstanceUnknown, LogIndex: -1}
	s, why := open(a)
	if s != nil {
		c.Identity, c.Notes = fields(s.summary), s.notes
	}
	if why == nil {
		why = s.verify(&c, roots, d, wantedOf(a, about))
	}
	if why != nil {
		why.write(&c)
		return c
	}
	c.Verdict = model.VerdictVerified
	return c
}

// verify goes through all steps from the root on.
func (s *sealed) verify(c *model.Check, roots Roots, d *demand, w wanted) *refusal {
	switch {
	case d.key != nil && s.leaf != nil:
		return failed(model.StepIdentity, "a signature by the key "+d.key.id, "one with a certificate for "+s.summary.SubjectAlternativeName, nil)
	case d.key == nil && s.leaf == nil:
		return failed(model.StepIdentity, "a certificate", "a signature by a bare key", nil)
	}
	proved, why := s.cryptography(c, roots, d, w)
	if why != nil {
		return why
	}
	var subjects []subject
	c.Proves, subjects = w.proved(proved)
	if len(c.Proves) == 0 {
		return w.refuse(proved)
	}
	if s.leaf != nil {
		for _, step := range []func(*sealed) *refusal{d.signer, d.issuer, d.source, d.release} {
			if why := step(s); why != nil {
				return why
			}
		}
	}
	return s.claimed(c, d, w, subjects)
}

// cryptography has sigstore-go verify the bundle with each root that may be
// its own, and returns the subjects that are proved to be signed for.
func (s *sealed) cryptography(c *model.Check, roots Roots, d *demand, w wanted) ([]subject, *refusal) {
	subjects, err := s.subjects()
	if err != nil {
		return nil, unverifiable(model.StepRead, "an in-toto statement", "", err)
	}
	policy := s.policy(w, subjects, d.key != nil)
	if d.key != nil {
		t, verifier, why := s.keyed(roots, d.key)
		c.Notes = s.notes
		if why != nil {
			return nil, why
		}
		c.KeyID = d.key.id
		return subjects, s.run(c, t, verifier, policy)
	}
	candidates := roots.issuing(s.leaf)
	if len(candidates) == 0 {
		return nil, roots.noRoot(s.leaf)
	}
	var why *refusal
	for _, t := range candidates {
		next := s.run(c, t, t.verifier, policy)
		if next == nil {
			return subjects, nil
		}
		if why == nil || stepNumber(next.step) > stepNumber(why.step) {
			why, c.Root, c.Instance = next, t.info.Digest, t.info.Instance
		}
	}
	return nil, why
}

func stepNumber(s model.CheckStep) int { return slices.Index(model.CheckSteps(), s) }

// run verifies with one root, or with a key alone where there is none.
func (s *sealed) run(c *model.Check, t *trusted, verifier *verify.Verifier, policy verify.PolicyBuilder) *refusal {
	if t != nil && c.Root == "" {
		c.Root, c.Instance = t.info.Digest, t.info.Instance
	}
	result, err := verifier.Verify(s.bundle, policy)
	if err != nil {
		return s.explain(t, err)
	}
	if t != nil {
		c.Root, c.Instance = t.info.Digest, t.info.Instance
		index, why := s.entries(t)
		if why != nil {
			return why
		}
		c.LogIndex = index
	}
	for _, at := range result.VerifiedTimestamps {
		kind := "timestamp-authority"
		if at.Type == "Tlog" {
			kind = "transparency-log"
		}
		c.Timestamps = append(c.Timestamps, model.CheckedTime{Kind: kind, Who: at.URI, At: at.Timestamp.UTC()})
	}
	switch {
	case result.Signature == nil:
		return failed(model.StepSignature, "a signature", "", errors.New("the library verified nothing"))
	case s.leaf != nil && (result.Signature.Certificate == nil || *result.Signature.Certificate != s.summary):
		return failed(model.StepCertificate, "the certificate that was read", "another one was verified", nil)
	}
	return nil
}

// policy is what sigstore-go is asked. Who signed is compared here, after it,
// on the certificate that it verified. Where nothing that was asked about is
// named, the rest is verified all the same, so that the digest is not blamed
// for a bad signature; the digests are refused afterwards.
func (s *sealed) policy(w wanted, subjects []subject, key bool) verify.PolicyBuilder {
	who := verify.WithoutIdentitiesUnsafe()
	if key {
		who = verify.WithKey()
	}
	switch held := w.held(subjects); {
	case s.content != nil:
		return verify.NewPolicy(verify.WithArtifact(bytes.NewReader(s.content)), who)
	case s.message != nil:
		return verify.NewPolicy(verify.WithArtifactDigest(s.message.algorithm, s.message.digest), who)
	case len(held) > 0:
		return verify.NewPolicy(verify.WithArtifactDigests(held), who)
	}
	return verify.NewPolicy(verify.WithoutArtifactUnsafe(), who)
}

// subjects are what the signed content is about, not verified yet.
func (s *sealed) subjects() ([]subject, error) {
	switch {
	case s.content != nil:
		return simpleSigning(s.content).subjects(), nil
	case s.message != nil:
		return []subject{{Digest: map[string]string{s.message.algorithm: hex.EncodeToString(s.message.digest)}}}, nil
	}
	st, err := readStatement(s.payload)
	return st.Subject, err
}

// claimed sets what the verified content claims beside what is proved.
func (s *sealed) claimed(c *model.Check, d *demand, w wanted, by []subject) *refusal {
	c.Differences = misnamed(w.Name, by)
	if s.payload == nil {
		return nil
	}
	st, err := readStatement(s.payload)
	if err != nil {
		return failed(model.StepRead, "an in-toto statement", "", err)
	}
	claims := claimsOf(st)
	if s.leaf != nil {
		c.Differences = append(claims.differences(s.summary), c.Differences...)
		return nil
	}
	// A key says nothing of a source: what its holder signed has to do.
	switch {
	case d.Commit == "" || claims.commit == d.Commit:
	case claims.commit != "":
		return failed(model.StepRelease, d.Commit, claims.commit, nil)
	default:
		c.Notes = append(slices.Clone(c.Notes), "nothing in it binds it to the release's commit")
	}
	return nil
}

// fields are a certificate's by their Fulcio names, in the order of
// docs/oid-info.md, the deprecated ones last.
func fields(s certificate.Summary) []model.IdentityField {
	var out []model.IdentityField
	for _, f := range []model.IdentityField{
		{Name: "SubjectAlternativeName", Value: s.SubjectAlternativeName},
		{Name: "Issuer", Value: s.Issuer},
		{Name: "BuildSignerURI", Value: s.BuildSignerURI},
		{Name: "BuildSignerDigest", Value: s.BuildSignerDigest},
		{Name: "RunnerEnvironment", Value: s.RunnerEnvironment},
		{Name: "SourceRepositoryURI", Value: s.SourceRepositoryURI},
		{Name: "SourceRepositoryDigest", Value: s.SourceRepositoryDigest},
		{Name: "SourceRepositoryRef", Value: s.SourceRepositoryRef},
		{Name: "SourceRepositoryIdentifier", Value: s.SourceRepositoryIdentifier},
		{Name: "SourceRepositoryOwnerURI", Value: s.SourceRepositoryOwnerURI},
		{Name: "SourceRepositoryOwnerIdentifier", Value: s.SourceRepositoryOwnerIdentifier},
		{Name: "BuildConfigURI", Value: s.BuildConfigURI},
		{Name: "BuildConfigDigest", Value: s.BuildConfigDigest},
		{Name: "BuildTrigger", Value: s.BuildTrigger},
		{Name: "RunInvocationURI", Value: s.RunInvocationURI},
		{Name: "SourceRepositoryVisibilityAtSigning", Value: s.SourceRepositoryVisibilityAtSigning},
		{Name: "CertificateIssuer", Value: s.CertificateIssuer},
		{Name: "GithubWorkflowTrigger", Value: s.GithubWorkflowTrigger},
		{Name: "GithubWorkflowSHA", Value: s.GithubWorkflowSHA},
		{Name: "GithubWorkflowName", Value: s.GithubWorkflowName},
		{Name: "GithubWorkflowRepository", Value: s.GithubWorkflowRepository},
		{Name: "GithubWorkflowRef", Value: s.GithubWorkflowRef},
	} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}
