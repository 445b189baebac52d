package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model/wire"
)

func sbomOf(t *testing.T, r *rig, args ...string) wire.SBOM {
	t.Helper()
	res := r.run(append([]string{"sbom", "-o", "json"}, args...)...)
	if res.code != 0 {
		t.Fatalf("exit %d: %s", res.code, res.stderr)
	}
	res.document(t)
	var doc wire.SBOM
	if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil {
		t.Fatalf("reading the document: %v", err)
	}
	return doc
}

// The payload has no channel tag: the channel's metadata names its version.
func TestSBOMVerb(t *testing.T) {
	r := newRig(t, "containai")
	truth := r.tags()
	doc := sbomOf(t, r, "containai-payload:prod")
	if string(doc.Subject.Digest) != truth["containai-payload:v1.3.0"] || doc.Subject.Ref != "containai-payload:prod" {
		t.Errorf("subject %+v", doc.Subject)
	}
	if doc.Origin != "layer" || doc.Describes != "payload" || doc.Format != "spdx" || doc.SpecVersion != "2.3" || len(doc.Components) != 13 || doc.Total != 13 || len(doc.Evidence) < 2 {
		t.Errorf("%s %s %s %s, %d components", doc.Origin, doc.Describes, doc.Format, doc.SpecVersion, len(doc.Components))
	}
	if doc.Added != nil || doc.Changed != nil || doc.Against != nil || len(doc.LookedIn) != 9 || len(doc.Documents) != 1 || !doc.Documents[0].Shown {
		t.Errorf("%+v", doc)
	}
	if doc := sbomOf(t, r, "containai-payload", "--search", "licence:mpl", "--group", "licence"); len(doc.Components) != 1 || doc.Components[0].Name != "certifi" || doc.Total != 13 || len(doc.Groups) != 1 {
		t.Errorf("search: %+v, %+v", doc.Components, doc.Groups)
	}
	// The comparison is the same whether a tag or a reference is given.
	for _, against := range []string{"v1.2.0", "containai-payload:v1.2.0", truth["containai-payload:v1.2.0"]} {
		doc := sbomOf(t, r, "containai-payload:v1.3.0", "--against", against)
		if len(doc.Changed) != 5 || len(doc.Added) != 0 || doc.Added == nil || len(doc.Removed) != 0 || len(doc.LicenceChanges) != 0 || doc.Equal != 8 || string(doc.Against.Subject.Digest) != truth["containai-payload:v1.2.0"] {
			t.Errorf("%s: %d changed, %+v", against, len(doc.Changed), doc.Against)
		}
		if c := doc.Changed[3]; c.Name != "containai" || c.Before != "v1.2.0" || c.After != "v1.3.0" {
			t.Errorf("%s: %+v", against, c)
		}
	}
	// Between formats, too: a document in CycloneDX against one in SPDX.
	doc = sbomOf(t, r, "containai-payload:dev-e0927dc", "--against", "v1.1.0")
	if doc.Format != "cyclonedx" || doc.Against.Format != "spdx" || len(doc.Added)+len(doc.Removed)+len(doc.LicenceChanges) != 0 || len(doc.Changed) == 0 {
		t.Errorf("%s against %s: +%d -%d ~%d, licences %+v", doc.Format, doc.Against.Format, len(doc.Added), len(doc.Removed), len(doc.Changed), doc.LicenceChanges)
	}
	raw := r.run("sbom", "containai-payload:v1.3.0", "--raw")
	if raw.code != 0 || !strings.Contains(raw.stdout, `"spdxVersion": "SPDX-2.3"`) || !json.Valid([]byte(raw.stdout)) {
		t.Errorf("raw: exit %d, %.100s", raw.code, raw.stdout)
	}
}

// An image without SBOM says so, names every place, and offers the payload's
// for what it is.
func TestSBOMVerbWithoutAny(t *testing.T) {
	r := newRig(t, "containai")
	doc := r.run("sbom", "containai-claude:prod", "-o", "json").document(t)
	for _, f := range []string{"components", "origin", "describes", "format", "spec_version", "document", "added", "removed", "changed", "licence_changes"} {
		if v, ok := doc[f]; !ok || v != nil {
			t.Errorf("%s is %v, there: %v", f, v, ok)
		}
	}
	payload, _ := doc["payload"].(map[string]any)
	if len(doc["looked_in"].([]any)) != 9 || payload["package"] != "containai-payload" || payload["digest"] != r.tags()["containai-payload:v1.3.0"] {
		t.Errorf("looked in %v, payload %v", doc["looked_in"], payload)
	}
	res := r.run("sbom", "containai-claude:prod")
	for _, want := range []string{"none for this image; looked in seven places", "cosign's .sbom tags", "it describes the payload"} {
		if res.code != 0 || !strings.Contains(res.stdout, want) {
			t.Errorf("exit %d, %q is not said:\n%s", res.code, want, res.stdout)
		}
	}
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"containai-claude:prod", "--raw"}, exitAccess},
		{[]string{"containai-claude:prod", "--against", "v1.2.0"}, exitAccess},
		{[]string{"containai-payload:v1.3.0", "--against", "containai-claude:prod"}, exitAccess},
		{[]string{"containai-payload:no-such-tag"}, exitAccess},
		{[]string{"containai-payload", "--group", "colour"}, exitUsage},
		{[]string{"containai-payload", "--document", "7"}, exitUsage},
		{[]string{"containai-payload@sha256:12"}, exitUsage},
		{nil, exitUsage},
	} {
		if res := r.run(append([]string{"sbom"}, c.args...)...); res.code != c.code {
			t.Errorf("%v: exit %d, want %d: %s", c.args, res.code, c.code, res.stderr)
		}
	}
}

func TestSBOMVerbOfHostileContent(t *testing.T) {
	notRaced(t)
	r := newRig(t, "hostile")
	for _, name := range []string{"containai-payload:prod", "containai-log-forwarder:v1.3.0", "containai-installer:prod"} {
		for _, format := range []string{"table", "json", "md"} {
			res := r.run("sbom", name, "-o", format)
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
