package verify_test

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// legacyBundle is what a bundle of version 0.1 holds that cosign's older forms
// keep apart.
type legacyBundle struct {
	Material struct {
		Chain struct {
			Certificates []struct {
				Raw []byte `json:"rawBytes"`
			} `json:"certificates"`
		} `json:"x509CertificateChain"`
		Entries []struct {
			Index   json.Number                           `json:"logIndex"`
			Log     struct{ KeyID []byte }                `json:"logId"`
			Time    json.Number                           `json:"integratedTime"`
			Promise struct{ SignedEntryTimestamp []byte } `json:"inclusionPromise"`
			Body    []byte                                `json:"canonicalizedBody"`
		} `json:"tlogEntries"`
		Stamps struct {
			List []struct{ SignedTimestamp []byte } `json:"rfc3161Timestamps"`
		} `json:"timestampVerificationData"`
	} `json:"verificationMaterial"`
	Envelope json.RawMessage            `json:"dsseEnvelope"`
	Message  struct{ Signature []byte } `json:"messageSignature"`
}

// apart lays a bundle out as cosign's annotations have it.
func apart(t testing.TB, raw []byte) (legacyBundle, model.SigningMaterial) {
	t.Helper()
	var b legacyBundle
	if err := json.Unmarshal(raw, &b); err != nil {
		t.Fatal(err)
	}
	var m model.SigningMaterial
	if list := b.Material.Chain.Certificates; len(list) > 0 {
		m.Certificate = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: list[0].Raw}))
		m.Chain = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: list[1].Raw}))
	}
	for _, e := range b.Material.Entries {
		m.Bundle = jsonText(t, map[string]any{"SignedEntryTimestamp": e.Promise.SignedEntryTimestamp, "Payload": map[string]any{
			"body": e.Body, "integratedTime": e.Time, "logIndex": e.Index, "logID": hex.EncodeToString(e.Log.KeyID),
		}})
	}
	for _, s := range b.Material.Stamps.List {
		m.Timestamp = jsonText(t, map[string]any{"SignedRFC3161Timestamp": s.SignedTimestamp})
	}
	if len(b.Message.Signature) > 0 {
		m.Signature = base64.StdEncoding.EncodeToString(b.Message.Signature)
	}
	return b, m
}

func jsonText(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func legacy(s *simca.Signing) { s.Shape = simca.V01 }

// att is an attestation in the form of cosign's ".att" tags.
func att(t testing.TB, i *simca.Instance, edit ...func(s *simca.Signing)) model.Attestation {
	t.Helper()
	b, m := apart(t, attest(t, i, statement(), signing(append(edit, legacy)...)))
	a := found(t, b.Envelope)
	a.SignedBy(m)
	return a
}

func simplePayload(d model.Digest) []byte {
	return []byte(`{"critical":{"identity":{"docker-reference":"` + askedFor + `"},"image":{"docker-manifest-digest":"` + string(d) +
		`"},"type":"cosign container image signature"},"optional":null}`)
}

// sig is a signature in the form of cosign's ".sig" tags.
func sig(t testing.TB, i *simca.Instance, payload []byte, edit ...func(s *simca.Signing)) model.Attestation {
	t.Helper()
	sum := sha256.Sum256(payload)
	raw, err := i.SignDigest("sha256", sum[:], signing(append(edit, legacy)...))
	if err != nil {
		t.Fatal(err)
	}
	_, m := apart(t, raw)
	a := found(t, payload)
	a.SignedBy(m)
	return a
}

func TestCosignLegacyForms(t *testing.T) {
	public, github := instance(simca.PublicGood), instance(simca.GitHub)
	beside := func(a model.Attestation, edit func(m *model.SigningMaterial)) model.Attestation {
		edit(&a.Beside)
		return a
	}
	_, foreign := apart(t, attest(t, public, statementOf(provenance(build()), about(another)), signing(legacy)))
	for name, c := range map[string]struct {
		item model.Attestation
		want want
	}{
		"envelope":            {att(t, public), verified()},
		"envelope, timestamp": {att(t, github), verified()},
		"signature":           {sig(t, public, simplePayload(image)), verified()},
		"no certificate": {beside(att(t, public), func(m *model.SigningMaterial) { m.Certificate = "" }),
			refused(model.StepIdentity, "a certificate", "bare key")},
		"no log entry": {beside(att(t, public), func(m *model.SigningMaterial) { m.Bundle = "" }), refused(model.StepLog, "an entry in the transparency log", "")},
		"another's log entry": {beside(att(t, public), func(m *model.SigningMaterial) { m.Bundle = foreign.Bundle }),
			refused(model.StepLog, "payload that was logged", "another one")},
		"another's certificate": {beside(att(t, public), func(m *model.SigningMaterial) { m.Certificate = foreign.Certificate }),
			refused(model.StepLog, "entry", "certificate does not match")},
		"two certificates": {beside(att(t, public), func(m *model.SigningMaterial) { m.Certificate += m.Chain }), refused(model.StepRead, "", "not one certificate")},
		"entry unreadable": {beside(att(t, public), func(m *model.SigningMaterial) { m.Bundle = "{" }), refused(model.StepRead, "", "log entry")},
		"empty entry":      {beside(att(t, public), func(m *model.SigningMaterial) { m.Bundle = "{}" }), refused(model.StepRead, "", "log entry")},
		"bad timestamp":    {beside(att(t, github), func(m *model.SigningMaterial) { m.Timestamp = `{"SignedRFC3161Timestamp":"AAAA"}` }), refused(model.StepTime, "timestamp", "")},
		"another's signature": {beside(sig(t, public, simplePayload(image)), func(m *model.SigningMaterial) {
			m.Signature = sig(t, public, simplePayload(another)).Beside.Signature
		}), refused(model.StepLog, "entry", "signature does not match")},
		"signature of another image": {sig(t, public, simplePayload(another)), refused(model.StepDigest, string(image), another.Hex())},
		"signature of something else": {sig(t, public, []byte(strings.Replace(string(simplePayload(image)), "cosign container", "other", 1))),
			refused(model.StepRead, "", "and not")},
		"no signature": {func() model.Attestation { a := found(t, simplePayload(image)); return a }(),
			want{verdict: model.VerdictNone, step: model.StepRead, expected: "a signature", actual: "nobody signed it"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := check(t, rootsOfAll(t), c.item, policy())
			c.want.hold(t, got)
			if got.Verdict == model.VerdictVerified && (len(got.Notes) == 0 || !strings.HasPrefix(got.Notes[0], "legacy")) {
				t.Errorf("not labelled as legacy: %v", got.Notes)
			}
		})
	}
}

func TestUnsignedAndUnknown(t *testing.T) {
	signed := found(t, attest(t, instance(simca.PublicGood), statement(), signing()))
	none := want{model.VerdictNone, model.StepRead, "a signature", "nobody signed it"}
	cannot := func(actual string) want { return want{model.VerdictUnverifiable, model.StepRead, "", actual} }
	edited := func(edit func(a *model.Attestation)) model.Attestation { a := signed; edit(&a); return a }
	newer := strings.Replace(string(signed.Raw), "bundle.v0.3+json", "bundle.v0.9+json", 1)
	for name, c := range map[string]struct {
		item model.Attestation
		want want
	}{
		"statement":     {found(t, statement()), none},
		"SBOM":          {found(t, []byte(`{"bomFormat":"CycloneDX"}`)), none},
		"not JSON":      {found(t, []byte(`not JSON`)), cannot("")},
		"other JSON":    {found(t, []byte(`{"a":1}`)), cannot("")},
		"not read":      {edited(func(a *model.Attestation) { a.Raw = nil }), cannot("")},
		"too large":     {edited(func(a *model.Attestation) { a.Raw = make([]byte, model.MaxAttestation+1) }), cannot("bytes")},
		"newer version": {edited(func(a *model.Attestation) { a.Raw = []byte(newer) }), cannot("v0.9")},
		"other payload": {found(t, attest(t, instance(simca.PublicGood), []byte(`{"predicateType":"x","subject":[{"digest":{"sha256":"`+image.Hex()+`"}}]}`), signing())),
			cannot("")},
		"shown otherwise": {edited(func(a *model.Attestation) { a.Statement = []byte("{}") }), refused(model.StepRead, "one statement", "not what is signed")},
		"type otherwise":  {edited(func(a *model.Attestation) { a.PredicateType = "x" }), refused(model.StepRead, "one statement", "type")},
		"subject otherwise": {edited(func(a *model.Attestation) { a.Subjects = []model.AttestationSubject{{Digest: another}} }),
			refused(model.StepRead, "one statement", "two ways")},
		"could not be understood": {edited(func(a *model.Attestation) { a.Err = errors.New("nested too deep") }), cannot("")},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.hold(t, check(t, rootsOfAll(t), c.item, policy()))
		})
	}
}

// A statement that readers take apart differently proves neither of its
// meanings, whoever signed it.
func TestAmbiguousStatements(t *testing.T) {
	one := string(statement())
	for name, text := range map[string]string{
		"type twice":     strings.Replace(one, `"predicateType"`, `"PredicateType":"x","predicateType"`, 1) + "",
		"subject twice":  strings.Replace(one, `"predicateType"`, `"SUBJECT":[{"name":"x","digest":{"sha256":"`+another.Hex()+`"}}],"predicateType"`, 1),
		"subject second": strings.Replace(one, `"subject"`, `"Subject":[{"name":"x","digest":{"sha256":"`+another.Hex()+`"}}],"subject"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			got := check(t, rootsOfAll(t), found(t, attest(t, instance(simca.PublicGood), []byte(text), signing())), policy())
			// Where the spelling that counts stands last, all readers agree.
			if got.Verdict == model.VerdictVerified && !cmp.Equal(got.Proves, []model.Digest{image}) {
				t.Errorf("proves %v", got.Proves)
			}
			if name == "subject twice" && got.Verdict != model.VerdictFailed {
				t.Errorf("%s at %s: %v", got.Verdict, got.Step, got.Err)
			}
		})
	}
}

// What is no digest is never named, not even by a statement without one.
func TestNoDigestIsNeverNamed(t *testing.T) {
	bare := attest(t, instance(simca.PublicGood), statementOf(provenance(build()), simca.Subject{Name: "x", Digest: map[string]string{"sha1": "a"}}), signing())
	for _, d := range []model.Digest{"", "sha256:", "sha1:a", "x", "sha256:0"} {
		a := found(t, bare)
		a.About = d
		refused(model.StepDigest, "a digest by SHA-256", "").hold(t, check(t, rootsOfAll(t), a, policy()))
		a = found(t, attest(t, instance(simca.PublicGood), statement(), signing()))
		a.Also = []model.Digest{d}
		verified().hold(t, check(t, rootsOfAll(t), a, policy()))
	}
}

// Files may be named by stronger digests alone, and all that are given have to
// agree.
func TestDigestsOfFiles(t *testing.T) {
	file := []byte("a file")
	sum256, sum384, sum512 := sha256.Sum256(file), sha512.Sum384(file), sha512.Sum512(file)
	of := map[string]string{"sha256": hex.EncodeToString(sum256[:]), "sha384": hex.EncodeToString(sum384[:]), "sha512": hex.EncodeToString(sum512[:])}
	asked := model.ArtifactDigests{Of: of}
	only := func(algorithms ...string) map[string]string {
		out := map[string]string{}
		for _, a := range algorithms {
			out[a] = of[a]
		}
		return out
	}
	public := instance(simca.PublicGood)
	run := func(raw []byte, about model.ArtifactDigests) model.Check {
		a := model.ParseAttestations(raw)[0]
		a.About = image // counts for nothing where digests are given
		return verify.New(rootsOfAll(t), 1).Check(context.Background(), []model.Attestation{a}, policy(), about)[0]
	}
	mixed := only("sha256", "sha512")
	mixed["sha512"] = strings.Repeat("0", 128)
	weak := map[string]string{"sha1": strings.Repeat("a", 40), "md5": strings.Repeat("a", 32)}
	for name, c := range map[string]struct {
		subject map[string]string
		asked   model.ArtifactDigests
		want    want
	}{
		"sha256":            {only("sha256"), asked, verified()},
		"sha384":            {only("sha384"), asked, verified()},
		"sha512":            {only("sha512"), asked, verified()},
		"two":               {only("sha256", "sha512"), asked, verified()},
		"two that disagree": {mixed, asked, refused(model.StepDigest, "sha512:"+of["sha512"], "sha512:000")},
		"only sha1":         {weak, model.ArtifactDigests{Of: weak}, refused(model.StepDigest, "a digest by SHA-256", "")},
		"sha512 asked for as sha256": {only("sha512"), model.ArtifactDigests{Of: only("sha256")},
			refused(model.StepDigest, "sha256:"+of["sha256"], "sha512:"+of["sha512"])},
		"in capitals": {map[string]string{"sha256": strings.ToUpper(of["sha256"])}, asked, refused(model.StepDigest, of["sha256"], "")},
		"the image":   {map[string]string{"sha256": image.Hex()}, asked, refused(model.StepDigest, of["sha256"], image.Hex())},
	} {
		t.Run("statement, "+name, func(t *testing.T) {
			got := run(attest(t, public, statementOf(provenance(build()), simca.Subject{Name: "file", Digest: c.subject}), signing()), c.asked)
			c.want.hold(t, got)
			if got.Verdict == model.VerdictVerified && !cmp.Equal(got.Proves, c.asked.All()) {
				t.Errorf("proves %v", got.Proves)
			}
		})
	}
	for algorithm, digest := range map[string][]byte{"sha256": sum256[:], "sha384": sum384[:], "sha512": sum512[:]} {
		t.Run("signature, "+algorithm, func(t *testing.T) {
			for _, second := range []bool{false, true} {
				raw, err := public.SignDigest(algorithm, digest, signing(func(s *simca.Signing) { s.SecondLog = second }))
				if err != nil {
					t.Fatal(err)
				}
				verified().hold(t, run(raw, asked))
				other := model.ArtifactDigests{Of: map[string]string{algorithm: strings.Repeat("0", 2*len(digest))}}
				refused(model.StepDigest, algorithm+":000", algorithm+":"+of[algorithm]).hold(t, run(raw, other))
			}
		})
	}
}
