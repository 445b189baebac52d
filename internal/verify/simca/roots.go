package simca

import (
	"bytes"
	"time"
)

// The trusted root as sigstore_trustroot.proto has it in JSON.
type (
	trustedRoot struct {
		MediaType              string       `json:"mediaType"`
		Tlogs                  []rootLog    `json:"tlogs,omitempty"`
		CertificateAuthorities []rootAuthor `json:"certificateAuthorities"`
		Ctlogs                 []rootLog    `json:"ctlogs,omitempty"`
		TimestampAuthorities   []rootAuthor `json:"timestampAuthorities,omitempty"`
	}
	rootLog struct {
		BaseURL       string  `json:"baseUrl"`
		HashAlgorithm string  `json:"hashAlgorithm"`
		PublicKey     rootKey `json:"publicKey"`
		LogID         keyID   `json:"logId"`
	}
	rootKey struct {
		RawBytes   []byte   `json:"rawBytes"`
		KeyDetails string   `json:"keyDetails"`
		ValidFor   validFor `json:"validFor"`
	}
	keyID struct {
		KeyID []byte `json:"keyId"`
	}
	validFor struct {
		Start string `json:"start"`
	}
	rootAuthor struct {
		Subject   rootSubject `json:"subject"`
		URI       string      `json:"uri"`
		CertChain certChain   `json:"certChain"`
		ValidFor  validFor    `json:"validFor"`
	}
	rootSubject struct {
		Organization string `json:"organization"`
		CommonName   string `json:"commonName"`
	}
	certChain struct {
		Certificates []rawBytes `json:"certificates"`
	}
	rawBytes struct {
		RawBytes []byte `json:"rawBytes"`
	}
)

// trustedRoot lists what a client must trust. The public good instance's lists
// a timestamp authority too, which entries of its second log need.
func (i *Instance) trustedRoot() trustedRoot {
	domain := i.persona.domain()
	out := trustedRoot{
		MediaType:              "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
		CertificateAuthorities: []rootAuthor{i.author("https://fulcio."+domain, i.intermediate, i.root)},
		TimestampAuthorities:   []rootAuthor{i.author("https://timestamp."+domain, i.stamping, i.root)},
	}
	if i.persona.logs() {
		out.Tlogs = []rootLog{
			i.rekor.listed("https://rekor."+domain, foundedAt),
			i.rekor2.listed("https://"+i.secondOrigin(), secondFrom),
		}
		out.Ctlogs = []rootLog{i.ct.listed("https://ctfe."+domain, foundedAt)}
	}
	return out
}

func (i *Instance) author(uri string, chain ...authority) rootAuthor {
	out := rootAuthor{
		Subject: rootSubject{Organization: i.persona.Organization(), CommonName: chain[len(chain)-1].cert.Subject.CommonName},
		URI:     uri, ValidFor: validFor{foundedAt.Format(time.RFC3339)},
	}
	for _, a := range chain {
		out.CertChain.Certificates = append(out.CertChain.Certificates, rawBytes{a.cert.Raw})
	}
	return out
}

func (s signer) listed(url string, from time.Time) rootLog {
	_, details := curveFor(s.hash)
	return rootLog{
		BaseURL: url, HashAlgorithm: "SHA2_256", LogID: keyID{s.id[:]},
		PublicKey: rootKey{RawBytes: s.spki, KeyDetails: details, ValidFor: validFor{from.Format(time.RFC3339)}},
	}
}

// TrustedRoot is the instance's trusted root, a JSON object on one line
// without line end.
func (i *Instance) TrustedRoot() []byte { return bytes.Clone(i.trusted) }

// JoinRoots is the file that `--trusted-root` takes for several instances:
// JSON lines, one root a line.
func JoinRoots(instances ...*Instance) []byte {
	var out bytes.Buffer
	for _, i := range instances {
		out.Write(i.trusted)
		out.WriteByte('\n')
	}
	return out.Bytes()
}
