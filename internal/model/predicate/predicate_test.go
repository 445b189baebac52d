package predicate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// told is a summary as lines.
func told(s Summary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", s.Name)
	if s.Problem != "" {
		fmt.Fprintf(&b, "problem: %s\n", s.Problem)
	}
	line := func(f Fact) string {
		out := strings.TrimSpace(f.Label + "=" + f.Value)
		if f.Kind == Time {
			out = f.Label + "=" + f.At.Format(time.RFC3339)
		}
		switch f.Kind {
		case Good:
			out += " good"
		case Warn:
			out += " warn"
		case Bad:
			out += " bad"
		case Text, Link, Digest, Time, Number:
		}
		return out
	}
	var head []string
	for _, f := range s.Head {
		head = append(head, line(f))
	}
	fmt.Fprintf(&b, "head: %s\n", strings.Join(head, "; "))
	for _, x := range s.Sections {
		fmt.Fprintf(&b, "[%s]\n", x.Title)
		for _, f := range x.Facts {
			fmt.Fprintf(&b, "%s\n", line(f))
		}
		if x.More > 0 {
			fmt.Fprintf(&b, "and %d more\n", x.More)
		}
	}
	return b.String()
}

const slsa1 = `{"buildDefinition":{"buildType":"https://actions.github.io/buildtypes/workflow/v1",
 "externalParameters":{"workflow":{"ref":"refs/heads/main","repository":"https://github.com/novotnyllc/ContainAI","path":".github/workflows/build.yml"},"inputs":{"channel":"prod"}},
 "internalParameters":{"github":{"event_name":"push","repository_id":"42","repository_owner_id":"7","runner_environment":"github-hosted"}},
 "resolvedDependencies":[{"uri":"git+https://github.com/other/thing@v1","digest":{"gitCommit":"ffff"}},{"uri":"git+https://github.com/novotnyllc/containai@refs/heads/main","digest":{"gitCommit":"b81e6f4"}}]},
 "runDetails":{"builder":{"id":"https://github.com/novotnyllc/ContainAI/.github/workflows/build.yml@refs/heads/main"},
 "metadata":{"invocationId":"https://github.com/novotnyllc/ContainAI/actions/runs/4711/attempts/1","startedOn":"2026-06-24T10:30:00Z"}}}`

func TestSummaries(t *testing.T) {
	for name, c := range map[string]struct {
		kind, raw string
		want      []string
	}{
		"SLSA v1": {"https://slsa.dev/provenance/v1", slsa1, []string{"SLSA provenance v1\nhead: repository=https://github.com/novotnyllc/ContainAI; commit=b81e6f4; ref=refs/heads/main",
			"workflow=.github/workflows/build.yml", "trigger=push", "runner=github-hosted", "started=2026-06-24T10:30:00Z", "inputs.channel=prod", "git+https://github.com/other/thing@v1=gitCommit:ffff"}},
		"SLSA v0.2": {"https://slsa.dev/provenance/v0.2", `{"builder":{"id":"https://github.com/actions/runner/github-hosted"},"buildType":"npm","invocation":{"configSource":{"uri":"git+https://github.com/a/b@refs/tags/v1","digest":{"sha1":"abc"},"entryPoint":".github/workflows/r.yml"},"parameters":{"x":1},"environment":{"GITHUB_EVENT_NAME":"push","arch":"amd64"}},
			"metadata":{"buildInvocationId":"12-1","completeness":{"parameters":true,"materials":false},"reproducible":false},"materials":[{"uri":"git+https://github.com/a/b","digest":{"sha1":"abc"}}]}`,
			[]string{"head: repository=git+https://github.com/a/b; commit=abc; ref=refs/tags/v1", "run=12-1", "builder=https://github.com/actions/runner/github-hosted", "said to be complete=parameters\n", "reproducible=false", "x=1\narch=amd64", "git+https://github.com/a/b=sha1:abc"}},
		"BuildKit v0.2 without a source": {"https://slsa.dev/provenance/v0.2", `{"builder":{"id":""},"buildType":"https://mobyproject.org/buildkit@v1","materials":[{"uri":"pkg:docker/debian@12","digest":{"sha256":"aa"}}]}`,
			[]string{"build type=https://mobyproject.org/buildkit@v1", "pkg:docker/debian@12=sha256:aa"}},
		"SLSA v0.1": {"https://slsa.dev/provenance/v0.1", `{"builder":{"id":"b"},"recipe":{"type":"t","entryPoint":"e"},"materials":[{"uri":"git+https://x/y","digest":{"sha1":"abc"}}]}`,
			[]string{"commit=abc", "entry point=e", "build type=t", "builder=b"}},
		"SPDX 2.3": {"https://spdx.dev/Document/v2.3", `{"spdxVersion":"SPDX-2.3","name":"proxy","creationInfo":{"created":"2026-06-24T10:00:00Z","creators":["Tool: syft-1.2","Organization: x"]},"packages":[{},{},{}],"files":[{}],"relationships":[]}`,
			[]string{"SPDX SBOM v2.3\nhead: =3 packages; of=proxy; made=2026-06-24T10:00:00Z", "made by=Tool: syft-1.2, Organization: x", "packages=3", "files=1"}},
		"SPDX 3": {"https://spdx.dev/Document/v3", `{"@context":"x","@graph":[{"type":"CreationInfo","created":"2026-06-24T10:00:00Z","specVersion":"3.0.1"},{"type":"SpdxDocument","name":"doc"},{"type":"software_Package"},{"@type":"https://spdx.org/rdf/3.0.1/terms/Software/Package"},{"type":"software_File"}]}`,
			[]string{"head: =2 packages; of=doc", "format=SPDX 3.0.1", "elements=5"}},
		"CycloneDX 1.6": {"https://cyclonedx.org/bom/v1.6", `{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:1","metadata":{"timestamp":"2026-06-24T10:00:00Z","tools":{"components":[{"name":"trivy","version":"0.60"}]},"component":{"type":"container","name":"proxy","version":"1"}},"components":[{},{}],"vulnerabilities":[{}]}`,
			[]string{"CycloneDX SBOM v1.6\nhead: =2 components; of=proxy 1", "made by=trivy 0.60", "vulnerabilities=1 warn"}},
		"CycloneDX 1.4, tools as a list": {"https://cyclonedx.org/bom", `{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"tools":[{"name":"cdxgen","version":"9"},{"name":"x"}]},"components":[{}]}`,
			[]string{"CycloneDX SBOM\n", "=1 component\n", "made by=cdxgen 9, x"}},
		"SPDX under CycloneDX's type": {"https://cyclonedx.org/bom", `{"spdxVersion":"SPDX-2.3","packages":[{}]}`,
			[]string{"SPDX SBOM\nproblem: the type says CycloneDX SBOM, the content is SPDX 2.3"}},
		"SPDX in cosign's wrapping":    {"https://spdx.dev/Document", `{"Data":"{\"spdxVersion\":\"SPDX-2.2\",\"name\":\"in\",\"packages\":[{}]}","Timestamp":"x"}`, []string{"1 package;", "of=in"}},
		"SPDX tag-value in a string":   {"https://spdx.dev/Document", `"SPDXVersion: SPDX-2.3\nDocumentName: tv\nPackageName: a\nPackageName: b\n"`, []string{"2 packages;", "of=tv"}},
		"no SBOM under an SBOM's type": {"https://spdx.dev/Document", `{"hello":"world"}`, []string{"problem: it is no bill of materials", "hello=world"}},
		"cosign's scan, by Trivy": {"https://cosign.sigstore.dev/attestation/vuln/v1", `{"invocation":{"uri":"https://run","builder":{"id":"b"}},"scanner":{"uri":"pkg:github/aquasecurity/trivy@0.60","version":"0.60","db":{"version":"2","lastUpdate":"2026-06-20T00:00:00Z"},"result":{"Results":[{"Vulnerabilities":[{"Severity":"CRITICAL"},{"Severity":"LOW"},{"Severity":"LOW"}]},{}]}},"metadata":{"scanStartedOn":"2026-06-21T01:00:00Z","scanFinishedOn":"2026-06-21T01:05:00Z"}}`,
			[]string{"head: scanned=2026-06-21T01:05:00Z; =1 critical, 2 low bad; by=trivy 0.60", "critical=1 bad", "high=0", "low=2", "database of=2026-06-20T00:00:00Z"}},
		"cosign's scan, SARIF":   {"https://cosign.sigstore.dev/attestation/vuln/v1", `{"scanner":{"uri":"x","result":{"runs":[{"results":[{"level":"error"},{"level":"note"}]}]}},"metadata":{"scanFinishedOn":"2026-06-21T01:05:00Z"}}`, []string{"1 high, 1 low bad"}},
		"in-toto's scan":         {"https://in-toto.io/attestation/vulns/v0.2", `{"scanner":{"uri":"https://grype","version":"1","result":[{"id":"CVE-1","severity":[{"method":"nvd","score":"7.5"},{"method":"x","score":"low"}]},{"id":"CVE-2","severity":[{"method":"nvd","score":4}]},{"id":"CVE-3"}]},"metadata":{"scanStartedOn":"2026-06-21T01:00:00Z"}}`, []string{"scanned=2026-06-21T01:00:00Z; =1 high, 1 medium, 1 unrated bad"}},
		"a clean scan":           {"https://in-toto.io/attestation/vulns/v0.1", `{"scanner":{"uri":"x","result":[]},"metadata":{"scanFinishedOn":"2026-06-21T01:00:00Z"}}`, []string{"nothing found good"}},
		"a scan of unknown form": {"https://in-toto.io/attestation/vulns/v0.1", `{"scanner":{"uri":"x","result":"see attachment"},"metadata":{"scanFinishedOn":"yesterday"}}`, []string{"scanned=0001-01-01T00:00:00Z; by=x", "result=in a form that is not known here"}},
		"VSA": {"https://slsa.dev/verification_summary/v1", `{"verifier":{"id":"https://v","version":{"slsa-verifier":"2"}},"timeVerified":"2026-06-21T01:00:00Z","resourceUri":"ghcr.io/x","policy":{"uri":"p","digest":{"sha256":"aa"}},"inputAttestations":[{"uri":"i","digest":{"sha256":"bb"}}],"verificationResult":"FAILED","verifiedLevels":["SLSA_BUILD_LEVEL_0"],"dependencyLevels":{"SLSA_BUILD_LEVEL_3":1}}`,
			[]string{"head: result=FAILED bad; levels=SLSA_BUILD_LEVEL_0; verified=2026-06-21T01:00:00Z", "verifier's version=slsa-verifier 2", "policy's digest=sha256:aa", "i=sha256:bb"}},
		"VSA v0.2": {"https://slsa.dev/verification_summary/v0.2", `{"verification_result":"PASSED","policy_level":"SLSA_LEVEL_3","time_verified":"2026-06-21T01:00:00Z"}`, []string{"result=PASSED good; levels=SLSA_LEVEL_3"}},
		"test result": {"https://in-toto.io/attestation/test-result/v0.1", `{"result":"FAILED","configuration":[{"name":"ci.yml","digest":{"gitCommit":"c"}}],"url":"https://r","passedTests":["a","b"],"failedTests":["c"]}`,
			[]string{"head: result=FAILED bad; =2 passed; =1 failed bad", "[failed]\n=c", "ci.yml=gitCommit:c"}},
		"release": {"https://in-toto.io/attestation/release/v0.2", `{"purl":"pkg:github/cli/cli@v2","releaseId":123,"repository":"cli/cli","extra":true}`, []string{"release v0.2\nhead: of=pkg:github/cli/cli@v2", "releaseId=123", "extra=true"}},
		"OpenVEX": {"https://openvex.dev/ns/v0.2.0", `{"author":"sec","timestamp":"2026-06-21T01:00:00Z","statements":[{"vulnerability":{"name":"CVE-1"},"products":[{}],"status":"not_affected","justification":"component_not_present"},{"vulnerability":"CVE-2","status":"affected","action_statement":"update"}]}`,
			[]string{"head: =1 affected, 1 not affected bad; by=sec", "CVE-1=not_affected: component_not_present (1 product)", "CVE-2=affected: update bad"}},
		"a type nobody knows":    {"https://example.com/thing/v3", `{"a":{"b":[1,2]},"c":[{}],"d":null,"e":true}`, []string{"https://example.com/thing/v3\nhead: \n", "a.b=1, 2", "c=1 entry", "e=true"}},
		"mistyped throughout":    {"https://slsa.dev/provenance/v1", `{"buildDefinition":[1],"runDetails":{"builder":"x","metadata":7}}`, []string{"SLSA provenance v1\nhead: \n"}},
		"empty":                  {"https://slsa.dev/provenance/v1", ` `, []string{"problem: the predicate is empty"}},
		"null":                   {"https://slsa.dev/provenance/v1", `null`, []string{"problem: the predicate is empty"}},
		"cut off":                {"https://slsa.dev/provenance/v1", `{"buildDef`, []string{"problem: the predicate is no readable JSON"}},
		"a version nobody knows": {"https://slsa.dev/provenance/v7.1", slsa1, []string{"SLSA provenance v7.1", "commit=b81e6f4"}},
		"a draft":                {"https://slsa.dev/provenance/v1?draft", slsa1, []string{"SLSA provenance v1\n"}},
		"a longer word":          {"https://slsa.dev/provenance-evil", slsa1, []string{"https://slsa.dev/provenance-evil"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(Read(c.kind, []byte(c.raw)))
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in\n%s", want, got)
				}
			}
		})
	}
}

// What a certificate proves is set beside what the predicate claims.
func TestBeside(t *testing.T) {
	proved := model.Check{Identity: []model.IdentityField{
		{Name: fieldRepository, Value: "https://github.com/novotnyllc/containai"}, {Name: fieldRef, Value: "refs/heads/main"},
		{Name: fieldCommit, Value: "b81e6f4"}, {Name: fieldWorkflow, Value: "https://github.com/novotnyllc/ContainAI/.github/workflows/build.yml@refs/heads/main"},
		{Name: fieldRunner, Value: "github-hosted"}, {Name: fieldTrigger, Value: "push"},
		{Name: fieldSigner, Value: "https://github.com/novotnyllc/ContainAI/.github/workflows/build.yml@refs/heads/main"},
	}}
	s := Read("https://slsa.dev/provenance/v1", []byte(slsa1))
	if d := s.Differences(proved); len(d) > 0 {
		t.Errorf("the same in other words differs: %+v", d)
	}
	if n := len(s.Sections[0].Facts); n != 5 {
		t.Errorf("the source has %d facts", n)
	}
	for i, f := range proved.Identity {
		other := model.Check{Identity: append([]model.IdentityField{}, proved.Identity...)}
		other.Identity[i].Value = f.Value + "x"
		if f.Name == fieldWorkflow {
			other.Identity[i].Value = "https://github.com/novotnyllc/ContainAI/.github/workflows/evil.yml@refs/heads/main"
		}
		d := s.Differences(other)
		if len(d) != 1 || d[0].Field != f.Name {
			t.Errorf("%s differs: %+v", f.Name, d)
		}
	}
	older := Read("https://slsa.dev/provenance/v0.2", []byte(`{"builder":{"id":"https://github.com/actions/runner/self-hosted"}}`))
	if d := older.Differences(proved); len(d) != 1 || d[0].Field != fieldRunner {
		t.Errorf("the runner in v0.2: %+v", d)
	}
}

func TestOf(t *testing.T) {
	for name, c := range map[string]struct {
		raw, want string
	}{
		"statement":    {`{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1","subject":[],"predicate":` + slsa1 + `}`, "commit=b81e6f4"},
		"SBOM":         {`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{}]}`, "CycloneDX SBOM"},
		"signature":    {`{"critical":{"identity":{"docker-reference":"ghcr.io/x"},"image":{"docker-manifest-digest":"sha256:aa"},"type":"cosign container image signature"},"optional":{"creator":"me"}}`, "creator=me"},
		"no predicate": {`{"_type":"https://in-toto.io/Statement/v1","predicateType":"x","subject":[]}`, "problem: the predicate is empty"},
	} {
		s, ok := Of(model.ParseAttestations([]byte(c.raw))[0])
		if !ok || !strings.Contains(told(s), c.want) {
			t.Errorf("%s: %v %s", name, ok, told(s))
		}
	}
	if _, ok := Of(model.ParseAttestations([]byte(`{"hello":1}`))[0]); ok {
		t.Error("there is something to summarise in what nobody understands")
	}
}

// Names are compared whole, also where they are written with escapes, and the
// last of two counts: as whoever checks the signature reads them.
func TestNames(t *testing.T) {
	v, _ := parse([]byte(`{"a":1,"\u0061":2,"ab":3,"a\"b":{"x":[]},"e":""}`))
	for path, want := range map[string]string{"a": "2", "ab": "3", "b": "", "e": ""} {
		if got := v.at(path).text(); got != want {
			t.Errorf("%s is %q", path, got)
		}
	}
	if v.at(`a"b`, "x") == nil || v.at("a", "x") != nil {
		t.Error("members are looked for in the wrong place")
	}
}

// Whatever a predicate is, summarising is bounded and does not fail.
func TestHostile(t *testing.T) {
	var wide strings.Builder
	wide.WriteString(`{"x":"` + strings.Repeat("a", 1<<20) + `"`)
	for i := range 5000 {
		fmt.Fprintf(&wide, `,"k%d":%d`, i, i)
	}
	wide.WriteString("}")
	s := Read("https://evil", []byte(wide.String()))
	if n := len(s.Sections[0].Facts); n != maxFacts || s.Sections[0].More != 5001-maxFacts || len(s.Sections[0].Facts[0].Value) > maxText+3 {
		t.Errorf("%d facts, %d more", n, s.Sections[0].More)
	}
	deep := strings.Repeat(`{"a":`, 400) + "1" + strings.Repeat("}", 400)
	if got := told(Read("https://evil", []byte(deep))); !strings.Contains(got, "1 member") {
		t.Error(got)
	}
	if got := Read("https://evil", []byte(strings.Repeat(`[`, 100_000))).Problem; got == "" {
		t.Error("brackets without end are fine")
	}
	huge := make([]byte, model.MaxAttestation+1)
	if got := Read("https://evil", huge).Problem; !strings.Contains(got, "more than") {
		t.Errorf("too large is %q", got)
	}
}

func FuzzRead(f *testing.F) {
	for _, kind := range types() {
		f.Add(kind.base, []byte(slsa1))
	}
	f.Add("https://spdx.dev/Document", []byte(`{"Data":"{\"spdxVersion\":\"SPDX-2.2\"}"}`))
	f.Add("https://in-toto.io/attestation/vulns/v0.1", []byte(`{"scanner":{"result":[{"severity":[{"score":"1e3"}]}]}}`))
	f.Add("https://openvex.dev/ns", []byte(`{"statements":[{"vulnerability":{"name":"\u0000"},"status":"affected"}]}`))
	f.Add("x", []byte("{\"\\u0061\":[[[1,{}]],\"\x00\"] , \"b\" : null }"))
	f.Add("y", []byte("{\"Dat\xdf\":\"a name that is no UTF-8\"}"))
	f.Fuzz(func(t *testing.T, kind string, raw []byte) {
		s := Read(kind, raw)
		for _, x := range s.Sections {
			if len(x.Facts) > maxFacts {
				t.Errorf("%d facts", len(x.Facts))
			}
			for _, y := range x.Facts {
				if len(y.Value) > maxText*2 {
					t.Errorf("a value of %d bytes", len(y.Value))
				}
				y.Beside(model.Check{Identity: []model.IdentityField{{Name: y.Field, Value: y.Value}}})
			}
		}
		if v, ok := parse(raw); ok {
			var want any
			if json.Unmarshal(raw, &want) != nil {
				return
			}
			if m, ok := want.(map[string]any); ok {
				for name, x := range m {
					if s, ok := x.(string); ok && v.at(name).whole() != s {
						t.Errorf("%q is %q, not %q", name, v.at(name).whole(), s)
					}
				}
			}
		}
	})
}
