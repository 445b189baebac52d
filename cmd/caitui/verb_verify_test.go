package main

import (
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// bench is files to verify: an artifact, bundles about it and the roots of who
// signed them. Nothing of it needs a server.
type bench struct {
	t   *testing.T
	dir string
	ca  *simca.Instance
	key *simca.Key
}

func newBench(t *testing.T) *bench {
	t.Helper()
	key, err := simca.NewKey("bench")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t, t.TempDir(), simca.MustNew(simca.PublicGood, "bench"), key}
	b.write("app.tgz", "the artifact")
	b.write("roots.json", string(b.ca.TrustedRoot()))
	b.write("cosign.pub", string(key.PublicPEM()))
	b.write("empty", "")
	b.write("garbage.json", "{\"mediaType\":")
	b.write("object.json", `{"hello":"world"}`)
	good := b.bundle(simca.Signing{Identity: builder().Identity()})
	b.write("good.json", good)
	b.write("lines.jsonl", b.bundle(simca.Signing{Identity: stranger().Identity()})+"\n"+good) // no newline at the end
	b.write("half.jsonl", good+"\n{")
	b.write("stranger.json", b.bundle(simca.Signing{Identity: stranger().Identity()}))
	b.write("bykey.json", b.bundle(simca.Signing{Key: key}))
	return b
}

func builder() simca.Workflow {
	return simca.Workflow{Repository: "Acme/App", RepositoryID: "1", OwnerID: "2", Path: ".github/workflows/release.yml", Name: "Release",
		Ref: "refs/heads/main", Commit: strings.Repeat("3f", 20), Event: "push", Run: "https://github.com/Acme/App/actions/runs/7/attempts/1"}
}

func stranger() simca.Workflow {
	w := builder()
	w.Repository = "Evil/App"
	return w
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

func (b *bench) write(name, content string) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), []byte(content), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) bundle(s simca.Signing) string {
	b.t.Helper()
	s.At = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	sum := sha512.Sum512([]byte("the artifact"))
	raw, err := b.ca.Attest(simca.Statement(model.PredicateSLSA, map[string]any{}, simca.Subject{Name: "app.tgz",
		Digest: map[string]string{"sha512": hex.EncodeToString(sum[:])}}), s)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(raw)
}

// run verifies without any server; {name} in an argument is a file of the bench.
func (b *bench) run(args ...string) result {
	b.t.Helper()
	for i, a := range args {
		if name, ok := strings.CutPrefix(a, "{"); ok {
			args[i] = b.path(strings.TrimSuffix(name, "}"))
		}
	}
	return runInside(b.t.Context(), map[string]string{
		"CAITUI_DATA_DIR": b.path("data"), "HOME": b.dir, "CAITUI_OWNER": "acme", "CAITUI_REPO": "acme/app", "CAITUI_API": "none",
		"CAITUI_REGISTRY": "127.0.0.1:1",
	}, append([]string{"verify"}, args...)...)
}

func (b *bench) verdict(want int, args ...string) wire.Attestations {
	b.t.Helper()
	named := strings.Join(args, " ")
	res := b.run(append(args, "-o", "json")...)
	if res.code != want {
		b.t.Errorf("%s: exit %d, want %d: %s%s", named, res.code, want, res.stderr, res.stdout)
	}
	var doc wire.Attestations
	if want > exitFinding {
		return doc
	}
	res.document(b.t)
	if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil {
		b.t.Fatal(err)
	}
	if (doc.Verdict == "verified") != (want == 0) || doc.Schema != "caitui.verify/v1" {
		b.t.Errorf("%s: exit %d with the verdict %q", named, want, doc.Verdict)
	}
	return doc
}

func TestVerifyFileVerb(t *testing.T) {
	b := newBench(t)
	with := func(bundle string, more ...string) []string {
		return append([]string{"{app.tgz}", "--bundle", "{" + bundle + "}", "--trusted-root", "{roots.json}"}, more...)
	}
	doc := b.verdict(0, with("good.json", "--repo", "acme/app")...)
	a := doc.Attestations[0]
	if a.Verdict != "verified" || a.Identity["SourceRepositoryURI"] != "https://github.com/Acme/App" || a.Identity["Issuer"] != model.IssuerGitHub ||
		len(a.Timestamps) == 0 || a.LogIndex < 0 || doc.Coverage != "direct" || len(doc.Through) != 1 || doc.Policy.Repository != "acme/app" ||
		len(doc.Roots) != 1 || a.Origins[0] != "file" {
		t.Errorf("%+v\nof %+v", a, doc.Policy)
	}
	if _, has := a.Identity["RunnerEnvironment"]; !has {
		t.Error("a field of the certificate without a value is left out")
	}
	// One that holds is enough; one beside it that does not is warned of.
	if doc := b.verdict(0, with("lines.jsonl", "--owner", "acme")...); len(doc.Warnings) != 1 || len(doc.Attestations) != 2 {
		t.Errorf("warnings %v", doc.Warnings)
	}
	refused := b.verdict(exitFinding, with("stranger.json", "--repo", "acme/app")...)
	if a := refused.Attestations[0]; a.Verdict != "failed" || a.Step == "" || a.Expected == "" || a.Actual == "" || refused.Why == "" {
		t.Errorf("%+v, why %q", a, refused.Why)
	}
	for name, args := range map[string][]string{
		"identity":       with("good.json", "--cert-identity", builder().URI()),
		"expression":     with("good.json", "--cert-identity-regex", "^https://github.com/Acme/"),
		"workflow":       with("good.json", "--repo", "acme/app", "--signer-workflow", "acme/app/.github/workflows/release.yml"),
		"signer":         with("good.json", "--owner", "acme", "--signer-repo", "acme/app"),
		"source":         with("good.json", "--owner", "acme", "--source-ref", "refs/heads/main", "--source-digest", builder().Commit),
		"name alone":     with("good.json", "--repo", "app", "--owner", "acme"),
		"hosted":         with("good.json", "--owner", "acme", "--deny-self-hosted-runners"),
		"any type":       with("good.json", "--owner", "acme", "--predicate-type", "any"),
		"key":            with("bykey.json", "--key", "{cosign.pub}"),
		"digest":         {"--digest", "sha512:" + digest512(), "--bundle", "{good.json}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"offline is all": with("good.json", "--owner", "acme", "--offline"),
	} {
		if res := b.run(args...); res.code != 0 {
			t.Errorf("%s: exit %d: %s%s", name, res.code, res.stderr, res.stdout)
		}
	}
	for name, args := range map[string][]string{
		"owner":       with("good.json", "--owner", "acme-evil"),
		"repository":  with("good.json", "--repo", "acme/app2"),
		"identity":    with("good.json", "--cert-identity", builder().URI()+"-evil"),
		"issuer":      with("good.json", "--owner", "acme", "--cert-oidc-issuer", "https://accounts.google.com"),
		"workflow":    with("good.json", "--owner", "acme", "--signer-workflow", "acme/app/.github/workflows/release.ym"),
		"signer":      with("good.json", "--owner", "acme", "--signer-repo", "acme/other"),
		"signer head": with("good.json", "--owner", "acme", "--signer-digest", strings.Repeat("0", 40)),
		"ref":         with("good.json", "--owner", "acme", "--source-ref", "refs/heads/mai"),
		"commit":      with("good.json", "--owner", "acme", "--source-digest", strings.Repeat("0", 40)),
		"type":        with("good.json", "--owner", "acme", "--predicate-type", "https://spdx.dev/Document"),
		"one of two":  with("good.json", "--owner", "acme", "--predicate-type", "any", "--predicate-type", "https://spdx.dev/Document"),
		"other file":  {"{cosign.pub}", "--bundle", "{good.json}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"other key":   with("good.json", "--key", "{cosign.pub}"),
		"no root":     {"{app.tgz}", "--bundle", "{good.json}", "--owner", "acme"},
	} {
		if res := b.run(args...); res.code != exitFinding {
			t.Errorf("%s: exit %d, want 1: %s%s", name, res.code, res.stderr, res.stdout)
		}
	}
}

func digest512() string {
	sum := sha512.Sum512([]byte("the artifact"))
	return hex.EncodeToString(sum[:])
}

// Whatever demands nothing, contradicts itself or cannot be read is a usage
// error and never a success.
func TestVerifyDemandsSomething(t *testing.T) {
	b := newBench(t)
	good := []string{"{app.tgz}", "--bundle", "{good.json}", "--trusted-root", "{roots.json}"}
	with := func(more ...string) []string { return append(append([]string{}, good...), more...) }
	// Alone or together, none of these says who must have signed.
	idle := [][]string{{"--signer-repo", "acme/app"}, {"--signer-workflow", "acme/app/.github/workflows/release.yml"}, {"--signer-digest", builder().Commit},
		{"--cert-oidc-issuer", model.IssuerGitHub}, {"--source-ref", "refs/heads/main"}, {"--source-digest", builder().Commit},
		{"--predicate-type", "any"}, {"--deny-self-hosted-runners"}, {"--offline"}}
	cases := map[string][]string{"nothing": with()}
	var all []string
	for _, flags := range idle {
		cases[flags[0]] = with(flags...)
		if flags[0] != "--signer-workflow" { // which contradicts --signer-repo
			all = append(all, flags...)
		}
	}
	cases["all of them"] = with(all...)
	for _, flag := range []string{"owner", "repo", "cert-identity", "cert-identity-regex", "key", "signer-repo", "signer-workflow", "signer-digest", "source-ref",
		"source-digest", "predicate-type", "cert-oidc-issuer", "bundle", "trusted-root", "digest", "channel", "release"} {
		cases["empty --"+flag] = with("--owner", "acme", "--"+flag, "")
	}
	for name, args := range map[string][]string{
		"everybody":         with("--cert-identity-regex", ".*"),
		"anchored to none":  with("--cert-identity-regex", "^"),
		"bad expression":    with("--cert-identity-regex", "("),
		"two identities":    with("--cert-identity", "x", "--cert-identity-regex", "x"),
		"key and owner":     with("--key", "{cosign.pub}", "--owner", "acme"),
		"key and identity":  with("--key", "{cosign.pub}", "--cert-identity", "x"),
		"key and source":    with("--key", "{cosign.pub}", "--source-ref", "refs/heads/main"),
		"key and runner":    with("--key", "{cosign.pub}", "--deny-self-hosted-runners"),
		"key is none":       with("--key", "{app.tgz}"),
		"key is missing":    with("--key", "{nothing}"),
		"owner against it":  with("--owner", "other", "--repo", "acme/app"),
		"bad repository":    with("--repo", "a/b/c"),
		"short commit":      with("--owner", "acme", "--source-digest", "3f3f3f3"),
		"root is none":      {"{app.tgz}", "--bundle", "{good.json}", "--trusted-root", "{app.tgz}", "--owner", "acme"},
		"root is missing":   {"{app.tgz}", "--bundle", "{good.json}", "--trusted-root", "{nothing}", "--owner", "acme"},
		"root by http":      {"{app.tgz}", "--bundle", "{good.json}", "--trusted-root", "http://example.com/root", "--owner", "acme"},
		"bundle is empty":   {"{app.tgz}", "--bundle", "{empty}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"bundle is garbage": {"{app.tgz}", "--bundle", "{garbage.json}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"bundle is half":    {"{app.tgz}", "--bundle", "{half.jsonl}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"bundle is another": {"{app.tgz}", "--bundle", "{object.json}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"bundle is missing": {"{app.tgz}", "--bundle", "{nothing}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"file is empty":     {"{empty}", "--bundle", "{good.json}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"file is missing":   {"{nothing}", "--bundle", "{good.json}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"file is a folder":  {b.dir, "--bundle", "{good.json}", "--trusted-root", "{roots.json}", "--owner", "acme"},
		"no subject":        {"--bundle", "{good.json}", "--owner", "acme"},
		"two subjects":      with("--digest", "sha256:"+strings.Repeat("0", 64), "--owner", "acme"),
		"bad digest":        {"--digest", "sha1:" + strings.Repeat("0", 40), "--bundle", "{good.json}", "--owner", "acme"},
		"no API to ask":     {"{app.tgz}", "--owner", "acme"},
		"channel and more":  {"--channel", "prod", "--owner", "acme", "--key", "{cosign.pub}"},
	} {
		cases[name] = args
	}
	for name, args := range cases {
		if res := b.run(args...); res.code != exitUsage || res.stdout != "" {
			t.Errorf("%s: exit %d, want 2: %s%s", name, res.code, res.stderr, res.stdout)
		}
	}
	// Of a project that nobody configured nobody is trusted.
	nobody := map[string]string{"CAITUI_DATA_DIR": b.path("data"), "HOME": b.dir}
	if res := runInside(t.Context(), nobody, "verify", "127.0.0.1:1/other/app:v1"); res.code != exitUsage {
		t.Errorf("policy of nobody: exit %d: %s", res.code, res.stderr)
	}
	if res := b.run("app:v1", "--owner", "acme"); res.code != exitAccess {
		t.Errorf("nobody answers: exit %d: %s", res.code, res.stderr)
	}
}

// What the simulator attests is verified for real: everything in prod, and of
// nightly what is not one of its bad examples.
func TestVerifyReferences(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	info := r.server.Info()
	whole := strings.TrimPrefix(info.Registry, "http://") + "/" + info.Owner + "/"
	digest := r.tags()["containai-claude:prod"]
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"tag":                  {[]string{"containai-claude:prod"}, 0},
		"digest":               {[]string{"containai-claude@" + digest}, 0},
		"package alone":        {[]string{"containai-claude"}, 0},
		"by metadata":          {[]string{"containai-payload:prod"}, 0},
		"marked":               {[]string{"oci://containai-claude:v1.2.0"}, 0},
		"whole":                {[]string{whole + "containai-claude:prod"}, 0},
		"whole and marked":     {[]string{"oci://" + whole + "containai-claude:prod"}, 0},
		"stricter":             {[]string{"containai-claude:prod", "--source-ref", "refs/heads/main", "--deny-self-hosted-runners"}, 0},
		"owner is policy":      {[]string{whole + "containai-claude:prod", "--owner", "somebody-else"}, exitFinding},
		"repository is policy": {[]string{whole + "containai-claude:prod", "--repo", info.Owner + "/other"}, exitFinding},
		"other ref":            {[]string{"containai-claude:prod", "--source-ref", "refs/heads/dev"}, exitFinding},
		"other workflow":       {[]string{"containai-claude:prod", "--signer-workflow", info.Repository + "/.github/workflows/other.yml"}, exitFinding},
		"other type":           {[]string{"containai-claude:prod", "--predicate-type", "https://spdx.dev/Document"}, exitFinding},
		"nothing is expected":  {[]string{"containai-metadata:prod"}, exitFinding},
		"and nothing is there": {[]string{"containai-metadata:prod", "--predicate-type", "any"}, exitFinding},
		"no such tag":          {[]string{"containai-claude:none"}, exitAccess},
		"file of GitHub's":     {[]string{"--digest", digestOfPayload(t, r), "--repo", info.Repository}, 0},
		"by an owner":          {[]string{"--digest", digestOfPayload(t, r), "--owner", info.Owner}, 0},
		"unknown digest":       {[]string{"--digest", "sha256:" + strings.Repeat("9", 64), "--repo", info.Repository}, exitFinding},
		"nobody named":         {[]string{"--digest", digestOfPayload(t, r)}, exitUsage},
		"channel":              {[]string{"--channel", "prod"}, 0},
		"bad channel":          {[]string{"--channel", "nightly"}, exitFinding},
		"no channel":           {[]string{"--channel", "prd"}, exitUsage},
		"release":              {[]string{"--release", "v1.2.0"}, 0},
		"bad release":          {[]string{"--release", "08dd3c9"}, exitFinding}, // what nightly points to
		"no release":           {[]string{"--release", "v9.9.9"}, exitAccess},
		"release and policy":   {[]string{"--release", "v1.2.0", "--source-ref", "refs/heads/main"}, exitUsage},
		"release and channel":  {[]string{"--release", "v1.2.0", "--channel", "prod"}, exitUsage},
	} {
		if res := r.run(append([]string{"verify"}, c.args...)...); res.code != c.code {
			t.Errorf("%s: exit %d, want %d: %s%.2000s", name, res.code, c.code, res.stderr, res.stdout)
		}
	}
	// What was seen once can be verified offline, with a root in a file.
	for _, c := range []struct {
		args []string
		code int
	}{{[]string{"--trusted-root", rootFile(t, r)}, 0}, {nil, exitAccess}} {
		if res := r.run(append([]string{"verify", "--channel", "prod", "--offline"}, c.args...)...); res.code != c.code {
			t.Errorf("offline %v: exit %d, want %d: %s%s", c.args, res.code, c.code, res.stderr, res.stdout)
		}
	}
	// The policy is said before the result.
	res := r.run("verify", "containai-claude:prod")
	policy, result := strings.Index(res.stdout, "Build Signer must be the workflow"), strings.Index(res.stdout, "verified, covered through")
	if policy < 0 || result < policy || !strings.Contains(res.stdout, "prod → index") || !strings.Contains(res.stdout, "the same proved") {
		t.Errorf("as text:\n%s", res.stdout)
	}
	r.fault(`[{"host":"api","path":"/attestations/","do":{"status":403,"body":"{}"}}]`)
	if res := r.run("verify", "containai-claude:prod"); res.code != 0 {
		t.Errorf("the registry has it all: exit %d: %s", res.code, res.stderr)
	}
	if res := r.run("verify", "--digest", digestOfPayload(t, r), "--repo", info.Repository); res.code != exitAccess {
		t.Errorf("GitHub refuses: exit %d: %s", res.code, res.stderr)
	}
}

// digestOfPayload is something that GitHub knows attestations of by itself.
func digestOfPayload(t *testing.T, r *rig) string {
	t.Helper()
	d, ok := r.server.World().Resolve("containai-payload", "v1.2.0")
	if !ok {
		t.Fatal("there is no payload v1.2.0")
	}
	return string(d)
}

func rootFile(t *testing.T, r *rig) string {
	t.Helper()
	resp, err := http.Get(r.server.Info().TrustedRoot)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "root.json")
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// The matrix names every package, and lists what is wrong whatever the exit code.
func TestAttestationsOfAChannel(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	res := r.run("attestations", "--channel", "nightly", "-o", "json")
	if res.code != 0 {
		t.Fatalf("exit %d: %s", res.code, res.stderr)
	}
	res.document(t)
	var doc wire.AttestationSet
	if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil {
		t.Fatal(err)
	}
	verdicts := make(map[string]int)
	for _, p := range doc.Packages {
		verdicts[string(p.Verdict)]++
		if p.Verdict == "failed" && (p.Why == "" || p.Attested == nil) || p.Package == "containai-metadata" && p.Expected {
			t.Errorf("%+v", p)
		}
	}
	if doc.Schema != "caitui.attestations/v1" || doc.Channel != "nightly" || doc.Verdict != "failed" || len(doc.Packages) != 10 || verdicts["failed"] == 0 || verdicts["verified"] == 0 {
		t.Errorf("%s of %s: %q, %v", doc.Schema, doc.Channel, doc.Verdict, verdicts)
	}
	for _, format := range []string{"table", "md"} {
		text := r.run("attestations", "--channel", "prod", "-o", format).stdout
		for _, want := range []string{"through", "not expected", "verified, 9 of 9 packages that must be attested"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
	}
	plan := r.run("rollback", "--channel", "prod", "--to", "v1.2.0", "-o", "json").document(t)
	verified := 0
	for _, v := range plan["verdicts"].([]any) {
		if v.(map[string]any)["verdict"] == "verified" {
			verified++
		}
	}
	if verified != 9 {
		t.Errorf("%d targets of the plan are verified", verified)
	}
}

// How an argument is written decides what it is, and never what lies here.
func TestParseSubject(t *testing.T) {
	d := "sha256:" + strings.Repeat("a", 64)
	for arg, c := range map[string]struct {
		want   subject
		exists bool
		fails  bool
	}{
		"containai":                     {want: subject{ref: model.Reference{Package: "containai"}}},
		"containai:prod":                {want: subject{ref: model.Reference{Package: "containai", Tag: "prod"}}},
		"containai@" + d:                {want: subject{ref: model.Reference{Package: "containai", Digest: model.Digest(d)}}},
		"oci://containai:prod":          {want: subject{ref: model.Reference{Package: "containai", Tag: "prod"}}, exists: true},
		"oci://ghcr.io/acme/app":        {want: subject{host: "ghcr.io", owner: "acme", ref: model.Reference{Package: "app"}}},
		"ghcr.io/acme/app:v1":           {want: subject{host: "ghcr.io", owner: "acme", ref: model.Reference{Package: "app", Tag: "v1"}}},
		"ghcr.io/acme/a/b@" + d:         {want: subject{host: "ghcr.io", owner: "acme", ref: model.Reference{Package: "a/b", Digest: model.Digest(d)}}},
		"127.0.0.1:5000/app:v1":         {want: subject{host: "127.0.0.1:5000", ref: model.Reference{Package: "app", Tag: "v1"}}},
		"localhost:5000/acme/app:v1":    {want: subject{host: "localhost:5000", owner: "acme", ref: model.Reference{Package: "app", Tag: "v1"}}},
		"payload.tar.gz":                {want: subject{file: "payload.tar.gz"}},
		"dist/payload.tar.gz":           {want: subject{file: "dist/payload.tar.gz"}},
		"./containai":                   {want: subject{file: "./containai"}, exists: true},
		"./containai:prod":              {want: subject{file: "./containai:prod"}},
		"/tmp/x@y":                      {want: subject{file: "/tmp/x@y"}},
		"~/x":                           {want: subject{file: "~/x"}},
		`C:\x`:                          {want: subject{file: `C:\x`}},
		"ghcr.io/acme/app":              {want: subject{file: "ghcr.io/acme/app"}}, // not there: the error names the ways out
		"containai:prod ":               {fails: true},
		"":                              {fails: true},
		"oci://":                        {fails: true},
		"oci://./x":                     {fails: true},
		"Containai:prod":                {fails: true},
		"containai@sha256:12":           {fails: true},
		"containai-base":                {exists: true, fails: true},
		"containai-base:prod":           {exists: true, fails: true},
		"ghcr.io/acme/app:v2":           {exists: true, fails: true},
		"https://ghcr.io/acme/app:v1":   {fails: true},
		"ghcr.io/acme/app:v1@sha256:zz": {fails: true},
	} {
		got, err := parseSubject(arg, model.ContainAI(), func(string) bool { return c.exists })
		if (err != nil) != c.fails || err == nil && got != c.want {
			t.Errorf("%q is %+v (%v), want %+v", arg, got, err, c.want)
		}
	}
}
