package verify

import (
	"bytes"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of what is read as trusted roots. GitHub's has six authorities and is
// 20 kB long.
const (
	maxRootFile = 8 << 20
	maxRoots    = 64
)

// The organisations in the certificates of the instances that have names.
const (
	orgPublicGood = "sigstore.dev"
	orgGitHub     = "GitHub, Inc."
)

// publicGood is targets/trusted_root.json of github.com/sigstore/root-signing
// at commit 60cf2ce8, of publicGoodAt. GitHub publishes the root of its own
// instance by TUF alone: `gh attestation trusted-root` writes both.
//
//go:embed trusted_root.public-good.json
var publicGood []byte

var publicGoodAt = time.Date(2026, 8, 21, 0, 0, 0, 0, time.UTC)

// trusted is one trusted root, ready to verify with.
type trusted struct {
	info        model.TrustRoot
	json        []byte // without insignificant white space
	material    *root.TrustedRoot
	verifier    *verify.Verifier
	authorities []*x509.Certificate // of all chains
}

// Roots are trusted roots. Its zero value holds none and is ready to use.
type Roots struct{ list []*trusted }

// PublicGoodAt is the day of the root that is built in.
func PublicGoodAt() time.Time { return publicGoodAt }

// PublicGood is the root of the public good instance, sigstore.dev, as it was
// when caitui was built.
func PublicGood() (Roots, error) {
	return ParseRoots(publicGood, "built in", publicGoodAt)
}

// ReadRoots reads a file of trusted roots.
func ReadRoots(file string) (Roots, error) {
	raw, at, err := readBounded(file)
	if err != nil {
		return Roots{}, &model.Error{Kind: model.ErrInvalid, Message: "the trusted root cannot be read", Cause: err, Cure: "name a file that holds one"}
	}
	return ParseRoots(raw, file, at)
}

// readBounded reads a file of roots and when it was written, of one that is too
// long so much that it is seen.
func readBounded(file string) ([]byte, time.Time, error) {
	f, err := os.Open(file) //nolint:gosec // the file that the person named
	if err != nil {
		return nil, time.Time{}, err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxRootFile+1))
	var at time.Time
	if info, statErr := f.Stat(); statErr == nil {
		at = info.ModTime().UTC()
	}
	return raw, at, err
}

// ParseRoots reads trusted roots (protobuf-specs, sigstore_trustroot.proto):
// one JSON document or several that follow each other, on one line each or
// over many. Origin and at say in reports where they came from and of when
// they are.
func ParseRoots(raw []byte, origin string, at time.Time) (Roots, error) {
	if len(raw) > maxRootFile {
		return Roots{}, badRoot(origin, 0, fmt.Errorf("it has more than %d MiB", maxRootFile>>20))
	}
	var out Roots
	dec := json.NewDecoder(bytes.NewReader(raw))
	for n := 1; ; n++ {
		var doc json.RawMessage
		err := dec.Decode(&doc)
		switch {
		case errors.Is(err, io.EOF) && n == 1:
			return Roots{}, badRoot(origin, 0, errors.New("it is empty"))
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return Roots{}, badRoot(origin, n, err)
		case n > maxRoots:
			return Roots{}, badRoot(origin, 0, fmt.Errorf("it holds more than %d documents", maxRoots))
		}
		t, err := newTrusted(doc)
		if err != nil {
			return Roots{}, badRoot(origin, n, err)
		}
		t.info.Origin, t.info.At = origin, at
		out = out.With(Roots{[]*trusted{t}})
	}
}

func badRoot(origin string, n int, cause error) error {
	which := ""
	if n > 1 {
		which = fmt.Sprintf(" number %d", n)
	}
	return &model.Error{
		Kind: model.ErrInvalid, Message: fmt.Sprintf("the trusted root%s of %s is of no use", which, model.Sanitize(origin)), Cause: cause,
		Cure: "give the file that `gh attestation trusted-root` writes, or a trusted_root.json of the instance",
	}
}

// With returns these roots and others. One that is there already is not taken
// twice.
func (r Roots) With(others ...Roots) Roots {
	out := Roots{slices.Clone(r.list)}
	for _, o := range others {
		for _, t := range o.list {
			if !slices.ContainsFunc(out.list, func(have *trusted) bool { return have.info.Digest == t.info.Digest }) {
				out.list = append(out.list, t)
			}
		}
	}
	return out
}

// All describes the roots.
func (r Roots) All() []model.TrustRoot {
	out := make([]model.TrustRoot, 0, len(r.list))
	for _, t := range r.list {
		out = append(out, t.info)
	}
	return out
}

func newTrusted(doc []byte) (*trusted, error) {
	material, err := root.NewTrustedRootFromJSON(doc)
	if err != nil {
		return nil, err
	}
	var line bytes.Buffer
	if err := json.Compact(&line, doc); err != nil {
		return nil, err
	}
	t := &trusted{json: line.Bytes(), material: material}
	t.info = model.TrustRoot{Digest: model.DigestOf(line.Bytes()), JSON: line.Bytes()}
	for _, ca := range material.FulcioCertificateAuthorities() {
		fulcio, ok := ca.(*root.FulcioCertificateAuthority)
		if !ok {
			continue
		}
		chain := append(slices.Clone(fulcio.Intermediates), fulcio.Root)
		t.authorities = append(t.authorities, chain...)
		for _, org := range chain[0].Subject.Organization {
			if !slices.Contains(t.info.Who, org) {
				t.info.Who = append(t.info.Who, org)
			}
		}
	}
	t.info.Instance, t.info.Parts = instanceOf(t.info.Who), partsOf(material)
	t.verifier, err = verify.NewVerifier(material, demands(material)...)
	if err != nil {
		return nil, fmt.Errorf("it names neither a transparency log nor a timestamp authority, so that nothing can tell when something was signed: %w", err)
	}
	return t, nil
}

// demands are all the proofs that a root makes possible.
func demands(material root.TrustedMaterial) []verify.VerifierOption {
	// The predicate is not needed and may be an SBOM of megabytes.
	out := []verify.VerifierOption{verify.WithoutStatementPredicate()}
	if len(material.CTLogs()) > 0 {
		out = append(out, verify.WithSignedCertificateTimestamps(1))
	}
	switch {
	case len(material.RekorLogs()) > 0:
		// An entry of the second generation has no time of its own.
		out = append(out, verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1))
	case len(material.TimestampingAuthorities()) > 0:
		out = append(out, verify.WithSignedTimestamps(1))
	}
	return out
}

func instanceOf(organisations []string) string {
	switch strings.Join(organisations, "|") {
	case orgPublicGood:
		return model.InstancePublicGood
	case orgGitHub:
		return model.InstanceGitHub
	}
	return model.InstanceCustom
}

// issuing are the roots that may have issued a certificate: one of their
// authorities bears the very name of its issuer.
func (r Roots) issuing(leaf *x509.Certificate) []*trusted {
	var out []*trusted
	for _, t := range r.list {
		if slices.ContainsFunc(t.authorities, func(ca *x509.Certificate) bool { return bytes.Equal(ca.RawSubject, leaf.RawIssuer) }) {
			out = append(out, t)
		}
	}
	return out
}

// logging are the roots that know a transparency log by the hex of its ID.
func (r Roots) logging(id string) []*trusted {
	var out []*trusted
	for _, t := range r.list {
		if t.material.RekorLogs()[id] != nil {
			out = append(out, t)
		}
	}
	return out
}

// digest identifies all of them together, in their order.
func (r Roots) digest() model.Digest {
	var all strings.Builder
	for _, t := range r.list {
		all.WriteString(string(t.info.Digest))
	}
	return model.DigestOf([]byte(all.String()))
}

// noRoot says that nothing here can tell a certificate's worth.
func (r Roots) noRoot(leaf *x509.Certificate) *refusal {
	org := strings.Join(leaf.Issuer.Organization, ", ")
	var known []string
	for _, t := range r.list {
		known = append(known, strings.Join(t.info.Who, ", "))
		if org != "" && slices.Contains(t.info.Who, org) {
			return unverifiable(model.StepRoot, "an authority that the root for "+org+" holds", leaf.Issuer.String(),
				&model.Error{Kind: model.ErrNotFound, Cure: "caitui roots --refresh fetches the present one",
					Message: fmt.Sprintf("the root for %s here does not hold the authority %q that issued the certificate: it may be out of date",
						model.Sanitize(org), model.Sanitize(leaf.Issuer.String()))})
		}
	}
	if org == "" {
		org = leaf.Issuer.String()
	}
	if org == "" {
		org = "an authority without a name"
	}
	expected := "no root is given"
	if len(known) > 0 {
		expected = "an instance whose root is here: " + strings.Join(known, "; ")
	}
	cure := "give its trusted root with --trusted-root, or trusted_roots in the configuration"
	if slices.Contains(leaf.Issuer.Organization, orgGitHub) { // it is known and not built in
		cure = "caitui roots --refresh github fetches it"
	}
	return unverifiable(model.StepRoot, expected, org, &model.Error{Kind: model.ErrNotFound, Message: "no root for " + model.Sanitize(org), Cure: cure})
}
