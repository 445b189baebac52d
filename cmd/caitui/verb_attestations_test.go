package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model/wire"
)

func attestationsOf(t *testing.T, r *rig, args ...string) wire.Attestations {
	t.Helper()
	res := r.run(append([]string{"attestations", "-o", "json"}, args...)...)
	if res.code != 0 {
		t.Fatalf("exit %d: %s", res.code, res.stderr)
	}
	res.document(t)
	var doc wire.Attestations
	if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil {
		t.Fatalf("reading the document: %v", err)
	}
	return doc
}

func TestAttestationsVerb(t *testing.T) {
	r := newRig(t, "containai")
	doc := attestationsOf(t, r, "containai-proxy:nightly")
	truth := r.tags()
	if string(doc.Subject.Digest) != truth["containai-proxy:nightly"] || doc.Subject.Ref != "containai-proxy:nightly" {
		t.Errorf("subject %+v", doc.Subject)
	}
	if doc.Verdict != "verified" || doc.Coverage != "through" || len(doc.Through) != 5 || doc.Policy == nil || !doc.Checked || len(doc.Sources) != 8 {
		t.Errorf("verdict %q, policy %v, checked %v, %d sources", doc.Verdict, doc.Policy, doc.Checked, len(doc.Sources))
	}
	missing := 0
	for _, a := range doc.Attestations {
		if a.InRegistry == "missing" {
			missing++
			if a.Platform != "arm64" || a.GitHub != "here" || !slices.Equal(a.Origins, []string{"github-api"}) || !a.Signed || a.Verdict != "verified" {
				t.Errorf("missing: %+v", a)
			}
		}
	}
	if missing != 1 || len(doc.Attestations) != 4 {
		t.Errorf("%d of %d missing", missing, len(doc.Attestations))
	}
	// The first channel is what a package alone means; the payload has no tag
	// of it.
	if doc := attestationsOf(t, r, "containai-installer"); string(doc.Subject.Digest) != truth["containai-installer:prod"] {
		t.Errorf("installer: %+v", doc.Subject)
	}
	if doc := attestationsOf(t, r, "containai-payload"); string(doc.Subject.Digest) != truth["containai-payload:v1.3.0"] || doc.Subject.Ref != "containai-payload:prod" {
		t.Errorf("payload: %+v", doc.Subject)
	}
	digest := truth["containai-metadata:prod"]
	if doc := attestationsOf(t, r, "containai-metadata@"+digest); doc.Verdict != "none" || len(doc.Attestations) != 0 {
		t.Errorf("metadata: verdict %q, %d found", doc.Verdict, len(doc.Attestations))
	}
}

func TestAttestationsFieldsAreNeverLeftOut(t *testing.T) {
	r := newRig(t, "containai")
	doc := r.run("attestations", "containai-claude", "-o", "json").document(t)
	for _, f := range []string{"schema", "registry", "owner", "subject", "policy", "verdict", "coverage", "through", "attestations", "sources"} {
		if _, ok := doc[f]; !ok {
			t.Errorf("the field %q is left out", f)
		}
	}
	first := doc["attestations"].([]any)[0].(map[string]any)
	for _, f := range []string{"digest", "origins", "signed", "predicate_type", "verdict", "step", "expected", "actual", "error", "identity", "instance", "timestamps", "log_index"} {
		if _, ok := first[f]; !ok {
			t.Errorf("the field %q of an attestation is left out", f)
		}
	}
	for _, f := range []string{"verdict", "identity", "instance", "log_index"} {
		if first[f] == nil {
			t.Errorf("%s is null although it was checked", f)
		}
	}
	// Without a root nothing is said to hold.
	vars := r.variables()
	delete(vars, "CAITUI_TRUSTED_ROOT")
	blind := runInside(t.Context(), vars, "attestations", "containai-claude", "-o", "json").document(t)
	if blind["verdict"] != "unverifiable" || blind["coverage"] != nil {
		t.Errorf("without its root: verdict %v by %v", blind["verdict"], blind["coverage"])
	}
}

func TestAttestationsAsTables(t *testing.T) {
	r := newRig(t, "containai")
	res := r.run("attestations", "containai-proxy:nightly")
	for _, want := range []string{"SLSA provenance v1", "arch index", "! missing", "✓ verified", "covered through", "referrers tag", "not supported", "1 missing in the registry"} {
		if !strings.Contains(res.stdout, want) {
			t.Errorf("the table lacks %q:\n%s", want, res.stdout)
		}
	}
	if md := r.run("attestations", "containai-proxy:nightly", "-o", "md"); !strings.Contains(md.stdout, "| SLSA provenance v1 |") {
		t.Errorf("Markdown:\n%s", md.stdout)
	}
}

// Nothing that is evil reaches the terminal, in no form.
func TestAttestationsOfHostileContent(t *testing.T) {
	notRaced(t)
	r := newRig(t, "hostile")
	for _, name := range []string{"containai-log-forwarder:v1.3.0", "containai-payload:prod", "containai:prod", "containai-installer:prod", "containai-base:dev"} {
		for _, format := range []string{"table", "json", "md"} {
			res := r.run("attestations", name, "-o", format)
			if res.code != 0 {
				t.Errorf("%s: exit %d: %s", name, res.code, res.stderr)
			}
			for _, evil := range []string{"\x1b", "\x07", "\u009b", "\u202e", "\x00", "\r", "\u2028"} {
				if strings.Contains(res.stdout+res.stderr, evil) {
					t.Errorf("%s as %s lets %q through", name, format, evil)
				}
			}
		}
	}
}

func TestAttestationsExitCodes(t *testing.T) {
	r := newRig(t, "containai")
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"containai:no-such-tag"}, exitAccess},
		{[]string{"no-such-package"}, exitAccess},
		{[]string{"containai@sha256:" + strings.Repeat("9", 64)}, exitAccess},
		{[]string{"containai@sha256:12"}, exitUsage},
		{[]string{}, exitUsage},
	} {
		if res := r.run(append([]string{"attestations"}, c.args...)...); res.code != c.code {
			t.Errorf("%v: exit %d, want %d: %s", c.args, res.code, c.code, res.stderr)
		}
	}
	r.server.Close()
	if res := r.run("attestations", "containai"); res.code != exitAccess {
		t.Errorf("nobody answers: exit %d", res.code)
	}
}
