package simca

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// Persona is the kind of Sigstore instance to play. A client tells them apart
// by the organization in the issuer of the certificate.
type Persona int

const (
	// PublicGood plays sigstore.dev: certificates with an embedded SCT, entries
	// in a Rekor v1 log with promise, proof and checkpoint, no timestamp.
	PublicGood Persona = iota
	// GitHub plays GitHub's own instance for private repositories: a
	// certificate without SCT and a timestamp, no log.
	GitHub
	// Custom plays an instance that nobody has heard of, with all of both.
	Custom
)

// Organization is what the certificates of a persona are issued by.
func (p Persona) Organization() string {
	switch p {
	case GitHub:
		return "GitHub, Inc."
	case Custom:
		return "Simulated Works"
	default:
		return "sigstore.dev"
	}
}

func (p Persona) logs() bool   { return p != GitHub }
func (p Persona) stamps() bool { return p != PublicGood }

// domain is the part of host names that tells the persona.
func (p Persona) domain() string { return [...]string{"sim", "github.sim", "custom.sim"}[p] }

// Instance is a Sigstore instance with all its keys.
type Instance struct {
	persona                      Persona
	seed                         string
	root, intermediate, stamping authority
	ct, rekor, rekor2            signer
	trusted                      []byte
}

// authority is a key with its certificate.
type authority struct {
	signer
	cert *x509.Certificate
}

// What a root says of its parts: valid long before and after anything that is
// signed. The second log starts later, as it did.
var (
	foundedAt  = time.Date(2021, 1, 12, 0, 0, 0, 0, time.UTC)
	secondFrom = time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)
	endsAt     = time.Date(2049, 12, 31, 0, 0, 0, 0, time.UTC)
)

// New founds an instance. The same persona and seed give the same instance.
func New(persona Persona, seed string) (*Instance, error) {
	i := &Instance{persona: persona, seed: fmt.Sprintf("%d|%s", persona, seed)}
	for name, to := range map[string]*signer{
		"root": &i.root.signer, "intermediate": &i.intermediate.signer, "stamping": &i.stamping.signer,
		"ct": &i.ct, "rekor": &i.rekor, "rekor2": &i.rekor2,
	} {
		made, err := newSigner(crypto.SHA256, i.seed+"|"+name)
		if err != nil {
			return nil, err
		}
		*to = made
	}
	if err := i.certify(); err != nil {
		return nil, fmt.Errorf("founding the instance of %s: %w", persona.Organization(), err)
	}
	var err error
	i.trusted, err = compact(i.trustedRoot())
	return i, err
}

// MustNew is New for tests and wiring, where a failure is a mistake in this
// package: it panics.
func MustNew(persona Persona, seed string) *Instance {
	i, err := New(persona, seed)
	if err != nil {
		panic(err)
	}
	return i
}

// Organization names the instance as certificates do.
func (i *Instance) Organization() string { return i.persona.Organization() }

// certify makes the long-lived certificates.
func (i *Instance) certify() error {
	org := []string{i.persona.Organization()}
	ca := func(name string) *x509.Certificate {
		return &x509.Certificate{
			Subject:  pkix.Name{Organization: org, CommonName: name},
			KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IsCA: true, BasicConstraintsValid: true,
		}
	}
	if err := i.root.certify(ca("sim root"), nil); err != nil {
		return err
	}
	middle := ca("sim intermediate")
	middle.MaxPathLenZero = true
	middle.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	if err := i.intermediate.certify(middle, &i.root); err != nil {
		return err
	}
	return i.stamping.certify(&x509.Certificate{
		Subject:  pkix.Name{Organization: org, CommonName: "sim timestamping"},
		KeyUsage: x509.KeyUsageDigitalSignature,
		// RFC 3161 section 2.3: this usage alone, and critical, which the
		// template's own field cannot say.
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usageTimestamping}},
	}, &i.root)
}

// certify issues the authority's own certificate; nil issues to itself.
func (a *authority) certify(template *x509.Certificate, issuer *authority) error {
	template.NotBefore, template.NotAfter = foundedAt, endsAt
	template.SerialNumber = serial(a.id[:])
	template.SubjectKeyId = a.id[:20]
	if issuer == nil {
		issuer = &authority{signer: a.signer, cert: template}
	}
	raw, err := x509.CreateCertificate(nil, template, issuer.cert, a.key.Public(), issuer.key)
	if err != nil {
		return fmt.Errorf("issuing %q: %w", template.Subject.CommonName, err)
	}
	a.cert, err = x509.ParseCertificate(raw)
	if err != nil {
		return fmt.Errorf("reading %q back: %w", template.Subject.CommonName, err)
	}
	return nil
}

// serial is a positive number of at most 20 octets (RFC 5280 section 4.1.2.2)
// that the content determines.
func serial(content ...[]byte) *big.Int {
	h := sha256.New()
	for _, c := range content {
		h.Write(c)
	}
	sum := h.Sum(nil)[:20]
	sum[0] = sum[0]&0x7f | 0x40
	return new(big.Int).SetBytes(sum)
}
