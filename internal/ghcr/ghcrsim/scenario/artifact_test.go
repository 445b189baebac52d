package scenario

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestPayloadLayers(t *testing.T) {
	w := load(t, "containai")
	for _, tag := range tagsNow(w, "containai-payload") {
		m := readTag(t, w, "containai-payload", tag)
		var types, titles []string
		for _, l := range m.Layers {
			types, titles = append(types, l.MediaType), append(titles, l.Annotations[annotationTitle])
		}
		if diff := cmp.Diff([]string{layerPayload, mediaCycloneDX, mediaInToto}, types); diff != "" || m.ArtifactType != artifactPayload {
			t.Errorf("%s: %s %s", tag, m.ArtifactType, diff)
		}
		dir := "artifacts/publish/" + tag + "/"
		if titles[0] != dir+"payload.tar.gz" || titles[1] != dir+"payload/payload.sbom.json" ||
			!strings.HasPrefix(titles[2], "/home/runner/work/_temp/") || !strings.HasSuffix(titles[2], "/attestation.jsonl") {
			t.Errorf("%s: titles %q", tag, titles)
		}
		sbom := parse(t, blob(t, w, "containai-payload", m.Layers[1].Digest))
		if cyclone := tag == "dev-e0927dc"; cyclone != (sbom["bomFormat"] == "CycloneDX" && sbom["specVersion"] == "1.6") || cyclone == (sbom["spdxVersion"] == "SPDX-2.3") {
			t.Errorf("%s: SBOM is %v %v", tag, sbom["bomFormat"], sbom["spdxVersion"])
		}
	}
}

func TestPayloadMembers(t *testing.T) {
	w := load(t, "containai")
	for tag, channel := range map[string]string{"v1.2.0": "prod", "nightly-08dd3c9": "nightly", "dev-6e19a5d": "dev"} {
		m := readTag(t, w, "containai-payload", tag)
		members := unpack(t, blob(t, w, "containai-payload", m.Layers[0].Digest))
		for _, name := range []string{
			"./", "./host/", "./agent-configs/", "./docs/", "./config.toml", "./README.md", "./SECURITY.md", "./USAGE.md", "./LICENSE",
			"./install.sh", "./setup-local-dev.sh", "./tools/cosign-root.pem", "./payload.sbom.json", "./SHA256SUMS", "./payload.sha256",
			"./host/profiles/containai-profiles-" + channel + ".sha256",
		} {
			if _, ok := members[name]; !ok {
				t.Errorf("%s has no %s", tag, name)
			}
		}
		for name := range members {
			if !strings.HasPrefix(name, "./") {
				t.Errorf("%s: member %s", tag, name)
			}
		}
		_, attested := members["./payload.sbom.json.intoto.jsonl"]
		if attested != (channel != "dev") || (members["./host/profile.env"] == "CHANNEL=dev\n") != (channel == "dev") {
			t.Errorf("%s: what only dev has and what only dev lacks", tag)
		}
		if members["./payload.sbom.json"] != string(blob(t, w, "containai-payload", m.Layers[1].Digest)) {
			t.Errorf("%s: the SBOM inside is another", tag)
		}
	}
}

// wrongSums lists the lines of SHA256SUMS that do not hold.
func wrongSums(members map[string]string) []string {
	var out []string
	for line := range strings.Lines(members["./SHA256SUMS"]) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if fmt.Sprintf("%x", sha256.Sum256([]byte(members[name]))) != sum {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func TestSumsOfThePayload(t *testing.T) {
	for scenario, want := range map[string][]string{"containai": {"./install.sh", "./payload.sha256"}, "runbook": nil} {
		w := load(t, scenario)
		m := readTag(t, w, "containai-payload", "v1.2.0")
		members := unpack(t, blob(t, w, "containai-payload", m.Layers[0].Digest))
		if diff := cmp.Diff(want, wrongSums(members)); diff != "" {
			t.Errorf("%s: %s", scenario, diff)
		}
		if got, want := members["./payload.sha256"], sumLine(members["./SHA256SUMS"], "SHA256SUMS"); got != want {
			t.Errorf("%s: payload.sha256 is %q, want %q", scenario, got, want)
		}
	}
}

func TestInstaller(t *testing.T) {
	w := load(t, "containai")
	for _, tag := range []string{"v1.2.0", "prod", "nightly", "dev"} {
		m := readTag(t, w, "containai-installer", tag)
		if m.ArtifactType != artifactInstaller || len(m.Layers) != 2 || m.Layers[0].MediaType != layerInstaller || m.Layers[1].MediaType != mediaInToto ||
			!strings.HasPrefix(m.Layers[1].Annotations[annotationTitle], "/home/runner/") || !strings.HasSuffix(m.Layers[0].Annotations[annotationTitle], "installer.sh.gz") {
			t.Errorf("%s: %+v", tag, m)
		}
		if script := string(gunzip(t, blob(t, w, "containai-installer", m.Layers[0].Digest))); !strings.HasPrefix(script, "#!/bin/bash\n") || !strings.Contains(script, "containai-payload") {
			t.Errorf("%s: the installer is %.80q", tag, script)
		}
	}
}

func TestStoredGzipIsGzip(t *testing.T) {
	for _, n := range []int{0, 1, maxStored - 1, maxStored, maxStored + 1, 3*maxStored + 7} {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(i * 31)
		}
		if got := gunzip(t, storeGzip(data)); string(got) != string(data) {
			t.Errorf("%d bytes came back as %d", n, len(got))
		}
	}
}

func TestTemplatesFillWhatTheyMark(t *testing.T) {
	raw := []byte("a<x>b<y>c<x>")
	tmpl := newTemplate(raw, "<x>", "<y>")
	if got := string(tmpl.fill("11", "22")); got != "a11b22c11" {
		t.Errorf("filled: %s", got)
	}
	if len(markCommit) != 40 || len(markHex) != 64 || len(mark('p')) != len(model.DigestOf(nil)) {
		t.Error("a mark has not the length of what it stands for")
	}
}
