package simca

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/pem"
	"time"
)

// certificateLife is how long a certificate of Fulcio is valid.
const certificateLife = 10 * time.Minute

// issue makes the certificate of a signing key, valid from a moment on. It is
// written here and not by crypto/x509 because a CT log signs it before it is
// complete.
func (i *Instance) issue(key signer, id Identity, from time.Time, flaw Flaw) ([]byte, error) {
	own, err := id.extensions()
	if err != nil {
		return nil, err
	}
	extensions := bytes.Join([][]byte{
		extension(oidKeyUsage, true, digitalSignature),
		extension(oidExtKeyUsage, false, usageCodeSigning),
		extension(oidSubjectKeyID, false, der(tagOctetString, key.id[:20])),
		extension(oidAuthorityKeyID, false, der(tagSequence, der(tagKeyID, i.intermediate.cert.SubjectKeyId))),
		own,
	}, nil)
	if i.persona.logs() && !flaw.has(NoSCT) {
		scts, err := i.witness(i.certificate(key, from, extensions), from, flaw)
		if err != nil {
			return nil, err
		}
		extensions = append(extensions, extension(oidSCTList, false, der(tagOctetString, scts))...)
	}
	tbs := i.certificate(key, from, extensions)
	signature, err := i.intermediate.sign(tbs)
	if err != nil {
		return nil, err
	}
	return der(tagSequence, tbs, ecdsaWithSHA256DER, der(tagBitString, []byte{0}, signature)), nil
}

// certificate is what is signed of a certificate (RFC 5280 section 4.1,
// TBSCertificate). It has no subject.
func (i *Instance) certificate(key signer, from time.Time, extensions []byte) []byte {
	moment := func(t time.Time) []byte { return der(tagUTCTime, []byte(t.UTC().Format("060102150405Z"))) }
	return der(tagSequence,
		der(tagVersion, der(tagInteger, []byte{2})),
		der(tagInteger, serial(key.id[:]).Bytes()),
		ecdsaWithSHA256DER,
		i.intermediate.cert.RawSubject,
		der(tagSequence, moment(from), moment(from.Add(certificateLife))),
		der(tagSequence),
		key.spki,
		der(tagExtensions, der(tagSequence, extensions)))
}

// witness makes the list of SCTs for a certificate (RFC 6962 sections 3.2 and
// 3.3): the CT log's signature over the certificate as it is without the list.
func (i *Instance) witness(tbs []byte, at time.Time, flaw Flaw) ([]byte, error) {
	var when [8]byte
	binary.BigEndian.PutUint64(when[:], uint64(at.UnixMilli())) //nolint:gosec // no moment before 1970 is ever signed at

	var signed bytes.Buffer
	signed.Write([]byte{0, 0}) // version 1, certificate timestamp
	signed.Write(when[:])
	signed.Write([]byte{0, 1}) // a precertificate entry
	issuerKey := sha256.Sum256(i.intermediate.spki)
	signed.Write(issuerKey[:])
	signed.Write([]byte{byte(len(tbs) >> 16), byte(len(tbs) >> 8), byte(len(tbs))})
	signed.Write(tbs)
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
	return append(sized(nil, len(list)), list...), nil
}

// sized appends a length in two octets.
func sized(to []byte, n int) []byte { return append(to, byte(n>>8), byte(n)) }

// certificatePEM is a certificate as Rekor keeps it.
func certificatePEM(raw []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
}
