package evidence_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify/evidence"
)

// trusting verifies what has "good" for a signature and names a digest that it
// was found for: the layout is tried here, signatures elsewhere.
type trusting struct{}

func (trusting) Check(_ context.Context, items []model.Attestation, _ model.Policy, _ model.ArtifactDigests) []model.Check {
	out := make([]model.Check, len(items))
	for i, a := range items {
		out[i] = model.Check{Verdict: model.VerdictFailed, Step: model.StepSignature, LogIndex: -1}
		if bytes.Contains(a.Raw, []byte(`"sig":"good"`)) && a.Names(a.About) {
			out[i] = model.Check{Verdict: model.VerdictVerified, Proves: []model.Digest{a.About}, Instance: model.InstancePublicGood, Root: rootDigest, LogIndex: 7,
				Identity: []model.IdentityField{{Name: "SubjectAlternativeName", Value: evil}, {Name: "Issuer", Value: model.IssuerGitHub}}}
		}
	}
	return out
}

// evil is what a certificate may hold: it must mean nothing to a shell.
const evil = "https://github.com/acme/app'; touch /tmp/owned; '$(id)`id`|x"

var (
	rootJSON   = []byte(`{"a":"root"}`)
	rootDigest = model.DigestOf(rootJSON)
	options    = evidence.Options{Open: func([][]byte) (evidence.Checker, error) { return trusting{}, nil }}
	provenance = model.Policy{Host: "github.com", Owner: "acme", Repository: "acme/app", Issuer: model.IssuerGitHub, Predicates: []string{model.PredicateSLSA}}
)

func bundle(about model.Digest, sig string) []byte {
	statement := fmt.Sprintf(`{"_type":"https://in-toto.io/Statement/v1","predicateType":%q,"subject":[{"name":"x","digest":{"sha256":%q}}],"predicate":{}}`, model.PredicateSLSA, about.Hex())
	raw, _ := json.Marshal(map[string]any{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": map[string]any{},
		"dsseEnvelope": map[string]any{"payloadType": "application/vnd.in-toto+json", "payload": []byte(statement), "signatures": []map[string]string{{"sig": sig}}}})
	return raw
}

// index is the manifest of an index over platforms.
func index(platforms ...model.Descriptor) (model.Digest, model.RawManifest) {
	raw, _ := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": platforms})
	return model.DigestOf(raw), model.RawManifest{MediaType: model.MediaOCIIndex, Raw: raw}
}

func platform(arch string) model.Descriptor {
	return model.Descriptor{MediaType: model.MediaOCIManifest, Digest: model.DigestOf([]byte(arch)), Size: 1, Platform: &model.Platform{OS: "linux", Architecture: arch}}
}

// sample is evidence about an index that is covered through the indexes of its
// two architectures.
func sample(t *testing.T) model.EvidenceSet {
	t.Helper()
	whole, wholeRaw := index(platform("amd64"), platform("arm64"))
	amd, amdRaw := index(platform("amd64"))
	arm, armRaw := index(platform("arm64"))
	list := model.AttestationList{Registry: "ghcr.io", Owner: "acme", Package: "app", Subject: whole,
		Targets: []model.AttestationTarget{{Digest: whole, Role: model.RoleSubject}, {Digest: amd, Role: model.RoleArchIndex}, {Digest: arm, Role: model.RoleArchIndex}}}
	manifests := map[model.Digest]model.RawManifest{whole: wholeRaw, amd: amdRaw, arm: armRaw}
	for i, t := range list.Targets {
		if m, err := model.ParseManifest(manifests[t.Digest].Raw, model.MediaOCIIndex); err == nil {
			if i == 0 {
				list.Platforms = model.PlatformRefs(m)
			} else {
				list.Targets[i].Holds = model.PlatformRefs(m)
			}
		}
	}
	for _, name := range model.AttestationSources() {
		list.Sources = append(list.Sources, model.SourceState{Name: name, State: model.SourceNone})
	}
	for _, d := range []model.Digest{amd, arm} {
		a := model.ParseAttestations(bundle(d, "good"))[0]
		a.About = d
		list.Items = append(list.Items, a)
	}
	for i, check := range (trusting{}).Check(t.Context(), list.Items, provenance, model.ArtifactDigests{}) {
		list.Items[i].Check = check
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return model.EvidenceSet{
		Registry: "ghcr.io", Owner: "acme", Repository: "acme/app", About: "prod", Release: "v1.2.0", At: at, By: "bob", Host: "bobs-laptop",
		Subjects: []model.EvidenceSubject{{Package: "app", Ref: "prod", Via: model.ViaTag, Digest: whole, Tags: []string{"prod", "v1.2.0"}, Created: at,
			Verification: model.Judge(list, provenance), Manifests: manifests,
			SBOMs: []model.EvidenceSBOM{{Origin: "layer", Describes: "payload", Format: "spdx", Raw: []byte(`{"spdxVersion":"SPDX-2.3"}`)}}}},
		Roots:   []model.TrustRoot{{Digest: rootDigest, Instance: model.InstancePublicGood, Who: []string{"sigstore.dev"}, Origin: "built in", JSON: rootJSON}},
		Journal: []model.JournalEvent{{Seq: 3, At: at, Package: "app", Tag: "prod", Kind: model.EventOutcome, Actor: "bob", Host: "bobs-laptop", Reason: "secret-reason"}},
		Head:    model.JournalHead{Seq: 3, Hash: "abc"},
	}
}

func laidOut(t *testing.T, set model.EvidenceSet) fstest.MapFS {
	t.Helper()
	files, err := evidence.Files(set)
	if err != nil {
		t.Fatal(err)
	}
	out := make(fstest.MapFS)
	for _, f := range files {
		out[f.Path] = &fstest.MapFile{Data: f.Content}
	}
	return out
}

// summed makes the hashes right again after somebody altered files.
func summed(files fstest.MapFS) fstest.MapFS {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name != "SHA256SUMS" {
			fmt.Fprintf(&b, "%s  %s\n", model.DigestOf(files[name].Data).Hex(), name)
		}
	}
	files["SHA256SUMS"] = &fstest.MapFile{Data: []byte(b.String())}
	return files
}

func TestRoundTrip(t *testing.T) {
	set := sample(t)
	files := laidOut(t, set)
	got, err := evidence.Check(t.Context(), files, evidence.Options{Open: options.Open, Known: set.Roots})
	if err != nil || !got.Holds() {
		t.Fatalf("%v, findings %v", err, got.Findings)
	}
	v := got.Set.Subjects[0].Verification
	if got.Set.Verdict() != model.VerdictVerified || v.Coverage != model.CoverageThrough || len(v.Links()) != 2 || !got.Known[rootDigest] || got.Replaced {
		t.Errorf("%+v", got)
	}
	if len(got.Set.Subjects[0].SBOMs) != 1 || got.Set.Release != "v1.2.0" || got.Set.Head != set.Head {
		t.Errorf("lost on the way: %+v", got.Set)
	}
	stranger, err := evidence.Check(t.Context(), files, options)
	if err != nil || stranger.Known[rootDigest] {
		t.Errorf("a root that nobody here knows: %v, %v", stranger.Known, err)
	}
	again := laidOut(t, sample(t))
	for name, f := range files {
		if !bytes.Equal(again[name].Data, f.Data) {
			t.Errorf("%s is not the same twice", name)
		}
	}
}

// Whatever is altered, lost or added is found.
func TestAlteredFiles(t *testing.T) {
	for name := range laidOut(t, sample(t)) {
		if name == "SHA256SUMS" {
			continue
		}
		for how, alter := range map[string]func(fstest.MapFS){
			"altered": func(f fstest.MapFS) { f[name].Data = append(slices.Clone(f[name].Data), ' ') },
			"removed": func(f fstest.MapFS) { delete(f, name) },
		} {
			files := laidOut(t, sample(t))
			alter(files)
			got, err := evidence.Check(t.Context(), files, options)
			if err == nil && (got.Holds() || !slices.ContainsFunc(got.Findings, func(f model.EvidenceFinding) bool { return f.Path == name })) {
				t.Errorf("%s %s: findings %v", name, how, got.Findings)
			}
			if err != nil && !errors.Is(err, model.ErrInvalid) {
				t.Errorf("%s %s: %v", name, how, err)
			}
		}
	}
	files := laidOut(t, sample(t))
	files["roots/more.json"] = &fstest.MapFile{Data: []byte("{}")}
	if got, err := evidence.Check(t.Context(), files, options); err != nil || got.Holds() {
		t.Errorf("added: %v, %v", got.Findings, err)
	}
}

// Somebody who alters content and makes the hashes right again is found by the
// digests and signatures.
func TestForgedContent(t *testing.T) {
	find := func(files fstest.MapFS, prefix string) string {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if strings.HasPrefix(name, prefix) {
				return name
			}
		}
		t.Fatalf("no %s", prefix)
		return ""
	}
	for how, forge := range map[string]func(fstest.MapFS){
		"manifest": func(f fstest.MapFS) {
			name := find(f, "manifests/")
			f[name].Data = bytes.Replace(f[name].Data, []byte("arm64"), []byte("armv7"), 1)
			f[name].Data = append(f[name].Data, ' ')
		},
		"signature": func(f fstest.MapFS) {
			name := find(f, "attestations/")
			f[name].Data = bytes.Replace(f[name].Data, []byte("good"), []byte("evil"), 1)
		},
		"verdict": func(f fstest.MapFS) {
			f["evidence.json"].Data = bytes.Replace(f["evidence.json"].Data, []byte(`"verified"`), []byte(`"failed"`), 1)
		},
		"root": func(f fstest.MapFS) { f[find(f, "roots/")].Data = []byte(`{"another":"root"}`) },
		"subject": func(f fstest.MapFS) {
			var doc map[string]any
			_ = json.Unmarshal(f["evidence.json"].Data, &doc)
			doc["subjects"].([]any)[0].(map[string]any)["digest"] = string(model.DigestOf([]byte("something else")))
			f["evidence.json"].Data, _ = json.Marshal(doc)
		},
		"no subjects": func(f fstest.MapFS) {
			var doc map[string]any
			_ = json.Unmarshal(f["evidence.json"].Data, &doc)
			doc["subjects"] = []any{}
			f["evidence.json"].Data, _ = json.Marshal(doc)
		},
		"nobody's policy": func(f fstest.MapFS) {
			f["evidence.json"].Data = bytes.ReplaceAll(f["evidence.json"].Data, []byte(`"acme/app"`), []byte(`""`))
			f["evidence.json"].Data = bytes.ReplaceAll(f["evidence.json"].Data, []byte(`"owner": "acme"`), []byte(`"owner": ""`))
		},
	} {
		files := laidOut(t, sample(t))
		forge(files)
		got, err := evidence.Check(t.Context(), summed(files), options)
		if err != nil || got.Holds() {
			t.Errorf("forged %s: findings %v, %v", how, got.Findings, err)
		}
	}
}

func TestUnreadable(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"empty":      {},
		"no hashes":  {"evidence.json": {Data: []byte("{}")}},
		"no json":    summed(fstest.MapFS{"evidence.json": {Data: []byte("{")}}),
		"new schema": summed(fstest.MapFS{"evidence.json": {Data: []byte(`{"schema":"caitui.evidence-set/v9"}`)}}),
		"bad hashes": {"evidence.json": {Data: []byte("{}")}, "SHA256SUMS": {Data: []byte("x")}},
		"path":       {"evidence.json": {Data: []byte("{}")}, "SHA256SUMS": {Data: []byte(strings.Repeat("a", 64) + "  ../x\n")}},
	} {
		if _, err := evidence.Check(t.Context(), files, options); !errors.Is(err, model.ErrInvalid) || model.CureOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is ours alone reaches no customer, in whatever file.
func TestForCustomer(t *testing.T) {
	set := sample(t)
	ours := []string{"secret-reason", "bobs-laptop", "bob"}
	for name, f := range laidOut(t, set) {
		_ = name
		for _, word := range ours[:1] {
			if bytes.Contains(f.Data, []byte(word)) && name != "journal.jsonl" {
				t.Errorf("%s has %q", name, word)
			}
		}
	}
	set.Customer = true
	files := laidOut(t, set)
	for name, f := range files {
		for _, word := range ours {
			if bytes.Contains(f.Data, []byte(word)) {
				t.Errorf("%s has %q", name, word)
			}
		}
	}
	if files["journal.jsonl"] != nil {
		t.Error("the journal goes to customers")
	}
	if got, err := evidence.Check(t.Context(), files, options); err != nil || !got.Holds() {
		t.Errorf("%v, %v", got.Findings, err)
	}
}

// The script is one that a shell reads, and what a certificate holds stays one
// word of it.
func TestScript(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "evidence")
	files, err := evidence.Files(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := evidence.Write(dir, files); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	fake := "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\n' \"$a\"; done >> " + filepath.Join(bin, "said") + "\n"
	if err := os.WriteFile(filepath.Join(bin, "cosign"), []byte(fake), 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(dir, "check.sh"))
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil || bytes.Count(out, []byte("verified  ")) != 2 {
		t.Fatalf("%v\n%s", err, out)
	}
	words, err := os.ReadFile(filepath.Join(bin, "said"))
	if err != nil || strings.Count(string(words), "\n"+evil+"\n") != 2 || strings.Count(string(words), "--trusted-root\nroots/public-good-") != 2 {
		t.Errorf("%v\n%s", err, words)
	}
	if err := evidence.Write(dir, files); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("written over what was there: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "report.md"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd = exec.CommandContext(t.Context(), "sh", filepath.Join(dir, "check.sh"))
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err == nil {
		t.Errorf("an altered file passes:\n%s", out)
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) != 1 {
		t.Errorf("%v left behind, %v", left, err)
	}
}

func TestArchiveIsTheSameTwice(t *testing.T) {
	files, err := evidence.Files(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	if err := errors.Join(evidence.Archive(&a, "evidence", files), evidence.Archive(&b, "evidence", files)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) || a.Len() == 0 {
		t.Error("two archives of the same files differ")
	}
}

// FuzzCheck: nothing that stands in a directory makes the reader fall over, and
// nothing but what was written holds.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"schema":"caitui.evidence-set/v1","subjects":[{"package":"a","digest":"x","attestations":[{"path":"b"}]}]}`), []byte("{}"))
	f.Fuzz(func(t *testing.T, doc, other []byte) {
		files := summed(fstest.MapFS{"evidence.json": {Data: doc}, "b": {Data: other}})
		if got, err := evidence.Check(t.Context(), files, options); err == nil && got.Holds() && got.Set.Verdict() == model.VerdictVerified &&
			!bytes.Contains(other, []byte(`"sig":"good"`)) {
			t.Errorf("holds: %s", doc)
		}
	})
}
