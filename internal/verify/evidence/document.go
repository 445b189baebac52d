package evidence

import (
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// schema is the version of evidence.json. Fields are added, never changed.
const schema = "caitui.evidence-set/v1"

// document is evidence.json.
type document struct {
	Schema     string    `json:"schema"`
	Registry   string    `json:"registry"`
	Owner      string    `json:"owner"`
	Repository string    `json:"repository"`
	About      string    `json:"about"`
	Release    string    `json:"release"`
	At         time.Time `json:"at"`
	Past       *past     `json:"past"`
	Customer   bool      `json:"customer"`
	By         string    `json:"by"`
	Host       string    `json:"host"`
	Verdict    string    `json:"verdict"`
	Subjects   []subject `json:"subjects"`
	Roots      []root    `json:"roots"`
	Head       *head     `json:"journal_head"`
	Notes      []string  `json:"notes"`
}

type past struct {
	At       time.Time  `json:"at"`
	Release  string     `json:"release"`
	From     *time.Time `json:"from"`
	To       *time.Time `json:"to"`
	Evidence string     `json:"evidence"`
}

type head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

type root struct {
	Path     string   `json:"path"`
	Digest   string   `json:"digest"`
	Instance string   `json:"instance"`
	Who      []string `json:"who"`
	Origin   string   `json:"origin"`
}

type subject struct {
	Package      string     `json:"package"`
	Ref          string     `json:"ref"`
	Via          string     `json:"via"`
	Digest       string     `json:"digest"`
	Tags         []string   `json:"tags"`
	Created      *time.Time `json:"created"`
	Policy       policy     `json:"policy"`
	Verdict      string     `json:"verdict"`
	Coverage     string     `json:"coverage"`
	Why          string     `json:"why"`
	Error        string     `json:"error"`
	Targets      []target   `json:"targets"`
	Sources      []source   `json:"sources"`
	Manifests    []manifest `json:"manifests"`
	Attestations []item     `json:"attestations"`
	SBOMs        []sbom     `json:"sboms"`
}

// policy is a policy by the names of its flags.
type policy struct {
	Host              string   `json:"host"`
	Owner             string   `json:"owner"`
	Repository        string   `json:"repository"`
	SignerRepository  string   `json:"signer_repository"`
	SignerWorkflows   []string `json:"signer_workflows"`
	SignerDigest      string   `json:"signer_digest"`
	CertIdentity      string   `json:"cert_identity"`
	CertIdentityRegex string   `json:"cert_identity_regex"`
	Issuer            string   `json:"issuer"`
	Key               string   `json:"key"` // PEM
	Predicates        []string `json:"predicates"`
	SourceRefs        []string `json:"source_refs"`
	SourceDigest      string   `json:"source_digest"`
	HostedOnly        bool     `json:"hosted_only"`
	Commit            string   `json:"commit"`
}

func policyOf(p model.Policy) policy {
	return policy{
		Host: p.Host, Owner: p.Owner, Repository: p.Repository, SignerRepository: p.SignerRepository, SignerWorkflows: p.SignerWorkflows,
		SignerDigest: p.SignerDigest, CertIdentity: p.CertIdentity, CertIdentityRegex: p.CertIdentityRegex, Issuer: p.Issuer, Key: string(p.Key),
		Predicates: p.Predicates, SourceRefs: p.SourceRefs, SourceDigest: p.SourceDigest, HostedOnly: p.HostedOnly, Commit: p.Commit,
	}
}

func (p policy) model() model.Policy {
	return model.Policy{
		Host: p.Host, Owner: p.Owner, Repository: p.Repository, SignerRepository: p.SignerRepository, SignerWorkflows: p.SignerWorkflows,
		SignerDigest: p.SignerDigest, CertIdentity: p.CertIdentity, CertIdentityRegex: p.CertIdentityRegex, Issuer: p.Issuer, Key: []byte(p.Key),
		Predicates: p.Predicates, SourceRefs: p.SourceRefs, SourceDigest: p.SourceDigest, HostedOnly: p.HostedOnly, Commit: p.Commit,
	}
}

type target struct {
	Digest   string `json:"digest"`
	Role     string `json:"role"`
	Platform string `json:"platform"`
	Title    string `json:"title"`
}

type source struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Error string `json:"error"`
}

type manifest struct {
	Digest    string `json:"digest"`
	MediaType string `json:"media_type"`
	Path      string `json:"path"`
}

// item is one attestation: where its content lies and what was said of it.
type item struct {
	Path      string                 `json:"path"` // "" where it could not be read
	Digest    string                 `json:"digest"`
	Form      string                 `json:"form"`
	MediaType string                 `json:"media_type"`
	About     string                 `json:"about"`
	Also      []string               `json:"also"`
	Platform  string                 `json:"platform"`
	Origins   []origin               `json:"origins"`
	Beside    *model.SigningMaterial `json:"annotations"`
	Predicate string                 `json:"predicate_type"`
	Verdict   string                 `json:"verdict"`
	Step      string                 `json:"step"`
	Expected  string                 `json:"expected"`
	Actual    string                 `json:"actual"`
	Error     string                 `json:"error"`
	Root      string                 `json:"root"`
}

type origin struct {
	Kind     string `json:"kind"`
	Source   string `json:"source"`
	Tag      string `json:"tag"`
	Manifest string `json:"manifest"`
	Title    string `json:"title"`
	Hint     string `json:"hint"`
}

type sbom struct {
	Path      string `json:"path"`
	Origin    string `json:"origin"`
	Describes string `json:"describes"`
	Format    string `json:"format"`
}

// stamp is a time that may be unknown.
func stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return model.Sanitize(err.Error())
}
