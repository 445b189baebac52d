package simca

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

var (
	oidFulcio         = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1}
	oidSCTList        = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}
	oidKeyUsage       = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidExtKeyUsage    = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidSubjectKeyID   = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidAuthorityKeyID = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidSubjectAltName = asn1.ObjectIdentifier{2, 5, 29, 17}

	oidSHA256        = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	ecdsaWithSHA256  = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
	digitalSignature = []byte{0x03, 0x02, 0x07, 0x80} // BIT STRING, the first bit alone

	// SEQUENCE of id-kp-codeSigning, and of id-kp-timeStamping.
	usageCodeSigning  = []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 3}
	usageTimestamping = []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 8}
)

// certificateLife is how long a certificate of Fulcio is valid.
const certificateLife = 10 * time.Minute

// tbsCertificate is RFC 5280 section 4.1. It is written here and not by
// crypto/x509 because a CT log signs it before it is complete.
type tbsCertificate struct {
	Version            int `asn1:"explicit,tag:0"`
	SerialNumber       *big.Int
	SignatureAlgorithm pkix.AlgorithmIdentifier
	Issuer             asn1.RawValue
	Validity           struct{ NotBefore, NotAfter time.Time }
	Subject            asn1.RawValue
	PublicKey          asn1.RawValue
	Extensions         []pkix.Extension `asn1:"explicit,tag:3"`
}

type signedCertificate struct {
	TBS                asn1.RawValue
	SignatureAlgorithm pkix.AlgorithmIdentifier
	Signature          asn1.BitString
}

// issue makes the certificate of a signing key, valid from a moment on.
func (i *Instance) issue(key signer, id Identity, from time.Time, flaw Flaw) ([]byte, error) {
	own, err := id.extensions()
	if err != nil {
		return nil, err
	}
	keyID, err := asn1.Marshal(key.id[:20])
	if err != nil {
		return nil, fmt.Errorf("writing a key identifier: %w", err)
	}
	authority, err := asn1.Marshal(struct {
		ID []byte `asn1:"tag:0"`
	}{i.intermediate.cert.SubjectKeyId})
	if err != nil {
		return nil, fmt.Errorf("writing a key identifier: %w", err)
	}
	tbs := tbsCertificate{
		Version: 2, SerialNumber: serial(key.id[:]), SignatureAlgorithm: ecdsaWithSHA256,
		Issuer:    asn1.RawValue{FullBytes: i.intermediate.cert.RawSubject},
		Subject:   asn1.RawValue{FullBytes: []byte{0x30, 0x00}},
		PublicKey: asn1.RawValue{FullBytes: key.spki},
		Extensions: append([]pkix.Extension{
			{Id: oidKeyUsage, Critical: true, Value: digitalSignature},
			{Id: oidExtKeyUsage, Value: usageCodeSigning},
			{Id: oidSubjectKeyID, Value: keyID},
			{Id: oidAuthorityKeyID, Value: authority},
		}, own...),
	}
	tbs.Validity.NotBefore, tbs.Validity.NotAfter = from.UTC(), from.UTC().Add(certificateLife)
	if i.persona.logs() && !flaw.has(NoSCT) {
		scts, err := i.witness(tbs, from, flaw)
		if err != nil {
			return nil, err
		}
		tbs.Extensions = append(tbs.Extensions, pkix.Extension{Id: oidSCTList, Value: scts})
	}
	raw, err := asn1.Marshal(tbs)
	if err != nil {
		return nil, fmt.Errorf("writing a certificate: %w", err)
	}
	signature, err := i.intermediate.sign(raw)
	if err != nil {
		return nil, err
	}
	cert, err := asn1.Marshal(signedCertificate{
		TBS: asn1.RawValue{FullBytes: raw}, SignatureAlgorithm: ecdsaWithSHA256,
		Signature: asn1.BitString{Bytes: signature, BitLength: len(signature) * 8},
	})
	if err != nil {
		return nil, fmt.Errorf("writing a certificate: %w", err)
	}
	return cert, nil
}

// witness makes the value of the SCT list extension (RFC 6962 sections 3.2 and
// 3.3): the CT log's signature over the certificate as it is without it.
func (i *Instance) witness(tbs tbsCertificate, at time.Time, flaw Flaw) ([]byte, error) {
	raw, err := asn1.Marshal(tbs)
	if err != nil {
		return nil, fmt.Errorf("writing a precertificate: %w", err)
	}
	var when [8]byte
	binary.BigEndian.PutUint64(when[:], uint64(at.UnixMilli())) //nolint:gosec // no moment before 1970 is ever signed at

	var signed bytes.Buffer
	signed.Write([]byte{0, 0}) // version 1, certificate timestamp
	signed.Write(when[:])
	signed.Write([]byte{0, 1}) // a precertificate entry
	issuerKey := sha256.Sum256(i.intermediate.spki)
	signed.Write(issuerKey[:])
	signed.Write([]byte{byte(len(raw) >> 16), byte(len(raw) >> 8), byte(len(raw))})
	signed.Write(raw)
	signed.Write([]byte{0, 0}) // no extensions
	if flaw.has(BadSCT) {
		signed.WriteByte(0)
	}
	signature, err := i.ct.sign(signed.Bytes())
	if err != nil {
		return nil, err
	}
	sct := append([]byte{0}, i.ct.id[:]...)
	sct = append(sct, when[:]...)
	sct = append(sct, 0, 0, 4, 3) // no extensions, SHA-256, ECDSA
	sct = append(sized(sct, len(signature)), signature...)

	list := append(sized(nil, len(sct)), sct...)
	return asn1.Marshal(append(sized(nil, len(list)), list...))
}

// sized appends a length in two octets.
func sized(to []byte, n int) []byte { return append(to, byte(n>>8), byte(n)) }

// certificatePEM is a certificate as Rekor keeps it.
func certificatePEM(raw []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
}
