package simca

// Tags of ASN.1 (X.690 section 8), the last two in the context of a general
// name and of an authority's key identifier.
const (
	tagInteger     = 0x02
	tagBitString   = 0x03
	tagOctetString = 0x04
	tagUTF8String  = 0x0c
	tagUTCTime     = 0x17
	tagSequence    = 0x30
	tagVersion     = 0xa0
	tagExtensions  = 0xa3
	tagURI         = 0x86
	tagKeyID       = 0x80
)

// Object identifiers in DER.
var (
	oidFulcio         = []byte{0x06, 0x0a, 0x2b, 6, 1, 4, 1, 0x83, 0xbf, 0x30, 1, 0} // the last number is the extension's
	oidSCTList        = []byte{0x06, 0x0a, 0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2}
	oidSubjectKeyID   = []byte{0x06, 0x03, 0x55, 0x1d, 14}
	oidKeyUsage       = []byte{0x06, 0x03, 0x55, 0x1d, 15}
	oidSubjectAltName = []byte{0x06, 0x03, 0x55, 0x1d, 17}
	oidAuthorityKeyID = []byte{0x06, 0x03, 0x55, 0x1d, 35}
	oidExtKeyUsage    = []byte{0x06, 0x03, 0x55, 0x1d, 37}

	// AlgorithmIdentifier of ecdsa-with-SHA256.
	ecdsaWithSHA256DER = []byte{0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2}
	// Key usage: a BIT STRING, the first bit alone.
	digitalSignature = []byte{0x03, 0x02, 0x07, 0x80}
	// SEQUENCE of id-kp-codeSigning, and of id-kp-timeStamping.
	usageCodeSigning  = []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 3}
	usageTimestamping = []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 8}
)

// der writes one element: tag, length, contents. encoding/asn1 would take as
// long for a certificate as all its signatures.
func der(tag byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := make([]byte, 0, n+4)
	switch {
	case n < 0x80:
		out = append(out, tag, byte(n))
	case n < 0x100:
		out = append(out, tag, 0x81, byte(n))
	default: // certificates are far below 64 KiB
		out = append(out, tag, 0x82, byte(n>>8), byte(n))
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// extension writes one extension of a certificate (RFC 5280 section 4.1).
func extension(oid []byte, critical bool, value []byte) []byte {
	if critical {
		return der(tagSequence, oid, []byte{0x01, 0x01, 0xff}, der(tagOctetString, value))
	}
	return der(tagSequence, oid, der(tagOctetString, value))
}
