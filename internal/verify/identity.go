package verify

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"regexp"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// demand is a policy, made ready once for all attestations that are checked.
type demand struct {
	model.Policy
	expression *regexp.Regexp // of CertIdentityRegex, nil for none
	key        *pinnedKey     // nil where a certificate is demanded
}

// newDemand refuses a policy that could let anybody's signature count.
func newDemand(p model.Policy) (*demand, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	d := &demand{Policy: p}
	if d.Host == "" {
		d.Host = "github.com"
	}
	var err error
	if p.CertIdentityRegex != "" {
		if d.expression, err = regexp.Compile(p.CertIdentityRegex); err != nil {
			return nil, err
		}
	}
	if len(p.Key) > 0 {
		if d.key, err = readKey(p.Key); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// signer checks who signed, by the certificate.
func (d *demand) signer(s *sealed) *refusal {
	san := s.summary.SubjectAlternativeName
	if err := onlyName(s.leaf, san); err != nil {
		return failed(model.StepIdentity, "a certificate with one identity", san, err)
	}
	switch {
	case d.CertIdentity != "":
		if san != d.CertIdentity {
			return failed(model.StepIdentity, d.CertIdentity, san, nil)
		}
		return nil
	case d.expression != nil:
		if !d.expression.MatchString(san) {
			return failed(model.StepIdentity, "a match of "+d.CertIdentityRegex, san, nil)
		}
		return nil
	}
	return d.workflow(s, san)
}

// workflow checks that a workflow that may have signed did.
func (d *demand) workflow(s *sealed, san string) *refusal {
	expected := d.signerWords()
	w, err := parseWorkflow(san)
	if err != nil {
		return failed(model.StepIdentity, expected, san, fmt.Errorf("the identity is not a workflow's: %w", err))
	}
	// Fulcio writes both from the same claim (job_workflow_ref).
	if s.summary.BuildSignerURI != "" && s.summary.BuildSignerURI != san {
		return failed(model.StepIdentity, san, s.summary.BuildSignerURI, fmt.Errorf("the certificate names two workflows that signed"))
	}
	ok := false
	switch {
	case len(d.SignerWorkflows) > 0:
		for _, name := range d.SignerWorkflows {
			ok = ok || w.is(d.Host, name)
		}
	case d.SignerRepository != "":
		ok = w.of(d.Host, d.SignerRepository)
	case d.Repository != "":
		ok = w.of(d.Host, d.Repository)
	case d.Owner != "":
		ok = fold(w.host, d.Host) && fold(w.owner, d.Owner)
	}
	if !ok {
		return failed(model.StepIdentity, expected, san, nil)
	}
	return nil
}

// signerWords says whose workflow must have signed.
func (d *demand) signerWords() string {
	base := "https://" + d.Host + "/"
	switch {
	case len(d.SignerWorkflows) > 0:
		return "the workflow " + base + strings.Join(d.SignerWorkflows, " or "+base)
	case d.SignerRepository != "":
		return "a workflow of " + base + d.SignerRepository
	case d.Repository != "":
		return "a workflow of " + base + d.Repository
	}
	return "a workflow of " + base + d.Owner
}

// issuer checks who vouched for the identity.
func (d *demand) issuer(s *sealed) *refusal {
	actual := s.summary.Issuer
	if actual == d.Issuer {
		return nil
	}
	if d.Issuer != "" && strings.HasPrefix(actual, d.Issuer+"/") {
		return failed(model.StepIssuer, d.Issuer, actual, &model.Error{
			Kind: model.ErrInvalid, Message: "the issuer is an enterprise's own",
			Cure: "if that enterprise is meant, give --cert-oidc-issuer " + actual,
		})
	}
	return failed(model.StepIssuer, d.Issuer, actual, nil)
}

var oidSubjectAltName = asn1.ObjectIdentifier{2, 5, 29, 17}

// Tags of GeneralName (RFC 5280 section 4.2.1.6) that Fulcio uses.
const (
	nameOther = 0
	nameEmail = 1
	nameURI   = 6
)

// onlyName makes sure that a certificate has one identity and that it was read
// as it is written: libraries take the first of several, and tidy addresses.
func onlyName(leaf *x509.Certificate, read string) error {
	var names []asn1.RawValue
	for _, e := range leaf.Extensions {
		if !e.Id.Equal(oidSubjectAltName) {
			continue
		}
		if rest, err := asn1.Unmarshal(e.Value, &names); err != nil || len(rest) > 0 {
			return fmt.Errorf("its names cannot be read: %w", orEmpty(err))
		}
	}
	if len(names) != 1 {
		return fmt.Errorf("it has %d names", len(names))
	}
	switch name := names[0]; name.Tag {
	case nameURI, nameEmail:
		if string(name.Bytes) != read {
			return fmt.Errorf("its name is written %q and read %q", name.Bytes, read)
		}
	case nameOther: // read by sigstore itself, from its DER form
	default:
		return fmt.Errorf("its name is of kind %d", name.Tag)
	}
	return nil
}
