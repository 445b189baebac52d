package simca

import (
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

var (
	oidSignedData      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidSigningCertV2   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidTimestampPolicy = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 2}

	oidSHA256       = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	ecdsaWithSHA256 = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
	sha256Algorithm = pkix.AlgorithmIdentifier{Algorithm: oidSHA256}
)

// RFC 3161 section 2.4.2 and RFC 5652 section 5, as far as a granted response
// needs them.
type (
	tstInfo struct {
		Version        int
		Policy         asn1.ObjectIdentifier
		MessageImprint struct {
			Algorithm pkix.AlgorithmIdentifier
			Hashed    []byte
		}
		SerialNumber *big.Int
		GenTime      time.Time `asn1:"generalized"`
	}
	stampResponse struct {
		Status struct{ Status int }
		Token  contentInfo
	}
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content signedData `asn1:"explicit,tag:0"`
	}
	signedData struct {
		Version          int
		DigestAlgorithms []pkix.AlgorithmIdentifier `asn1:"set"`
		Content          struct {
			Type  asn1.ObjectIdentifier
			Bytes []byte `asn1:"explicit,tag:0"`
		}
		SignerInfos []signerInfo `asn1:"set"`
	}
	signerInfo struct {
		Version            int
		Issuer             issuerAndSerial
		DigestAlgorithm    pkix.AlgorithmIdentifier
		SignedAttributes   []attribute `asn1:"set,tag:0"`
		SignatureAlgorithm pkix.AlgorithmIdentifier
		Signature          []byte
	}
	issuerAndSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values []any `asn1:"set"`
	}
	// signingCertificateV2 binds the signature to the certificate (RFC 5035).
	signingCertificateV2 struct{ Certs []struct{ Hash []byte } }
)

// stamp is the timestamp authority's response about a signature, without the
// authority's certificate, which clients have in their root.
func (i *Instance) stamp(signature []byte, at time.Time) ([]byte, error) {
	at = at.UTC().Truncate(time.Second)
	imprint := sha256.Sum256(signature)
	info := tstInfo{
		Version: 1, Policy: oidTimestampPolicy, GenTime: at,
		SerialNumber: serial(imprint[:], []byte(at.Format(time.RFC3339))),
	}
	info.MessageImprint.Algorithm, info.MessageImprint.Hashed = sha256Algorithm, imprint[:]
	content, err := asn1.Marshal(info)
	if err != nil {
		return nil, fmt.Errorf("writing a timestamp: %w", err)
	}
	contentHash, certHash := sha256.Sum256(content), sha256.Sum256(i.stamping.cert.Raw)
	attributes := []attribute{
		{oidContentType, []any{oidTSTInfo}},
		{oidSigningTime, []any{at}},
		{oidMessageDigest, []any{contentHash[:]}},
		{oidSigningCertV2, []any{signingCertificateV2{[]struct{ Hash []byte }{{certHash[:]}}}}},
	}
	signed, err := asn1.MarshalWithParams(attributes, "set")
	if err != nil {
		return nil, fmt.Errorf("writing a timestamp's attributes: %w", err)
	}
	sealed, err := i.stamping.sign(signed)
	if err != nil {
		return nil, err
	}
	response := stampResponse{Token: contentInfo{Type: oidSignedData, Content: signedData{
		Version: 3, DigestAlgorithms: []pkix.AlgorithmIdentifier{sha256Algorithm},
		SignerInfos: []signerInfo{{
			Version:         1,
			Issuer:          issuerAndSerial{asn1.RawValue{FullBytes: i.stamping.cert.RawIssuer}, i.stamping.cert.SerialNumber},
			DigestAlgorithm: sha256Algorithm, SignedAttributes: attributes,
			SignatureAlgorithm: ecdsaWithSHA256, Signature: sealed,
		}},
	}}}
	response.Token.Content.Content.Type, response.Token.Content.Content.Bytes = oidTSTInfo, content
	out, err := asn1.Marshal(response)
	if err != nil {
		return nil, fmt.Errorf("writing a timestamp response: %w", err)
	}
	return out, nil
}
