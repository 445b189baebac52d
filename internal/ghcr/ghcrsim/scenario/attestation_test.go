package scenario

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// bundlesOf follows a fallback tag to the bundles it lists.
func bundlesOf(t *testing.T, w *world.World, name string, subject model.Digest) [][]byte {
	t.Helper()
	var out [][]byte
	for _, d := range readTag(t, w, name, subject.FallbackTag()).Manifests {
		m := read(t, w, name, d.Digest)
		if m.Subject == nil || m.Subject.Digest != subject || m.ArtifactType != mediaBundle || d.ArtifactType != mediaBundle ||
			len(m.Layers) != 1 || m.Layers[0].MediaType != mediaBundle || m.Annotations[annotationContent] != "dsse-envelope" ||
			m.Annotations[annotationPredicate] != predicateSLSA || m.Annotations[annotationCreated] == "" {
			t.Errorf("%s: bundle artifact %+v of %s", name, m, subject)
		}
		if diff := cmp.Diff(m.Annotations, d.Annotations); diff != "" {
			t.Errorf("%s: the fallback index has other annotations: %s", name, diff)
		}
		out = append(out, blob(t, w, name, m.Layers[0].Digest))
	}
	return out
}

// checkAttested asserts that one attestation of the subject stands in both
// stores, and says what it should.
func checkAttested(t *testing.T, w *world.World, name string, subject model.Digest, commit string) {
	t.Helper()
	stored, inRegistry := w.Attestations(subject), bundlesOf(t, w, name, subject)
	if len(stored) != 1 || len(inRegistry) != 1 {
		t.Fatalf("%s@%s: %d attestations in GitHub's store, %d in the registry", name, subject.Short(), len(stored), len(inRegistry))
	}
	if string(stored[0].Bundle) != string(inRegistry[0]) {
		t.Errorf("%s@%s: the stores differ", name, subject.Short())
	}
	s := statementOf(t, inRegistry[0])
	about := s["subject"].([]any)[0].(map[string]any)
	if about["name"] != "ghcr.io/novotnyllc/"+name || about["digest"].(map[string]any)["sha256"] != subject.Hex() {
		t.Errorf("%s@%s: statement about %v", name, subject.Short(), about)
	}
	text := fmt.Sprint(s)
	for _, part := range []string{commit, predicateSLSA, "https://github.com/novotnyllc/ContainAI/.github/workflows/build-runtime-images.yml@refs/heads/main", "github-hosted"} {
		if !strings.Contains(text, part) {
			t.Errorf("%s@%s: the statement lacks %s", name, subject.Short(), part)
		}
	}
}

func TestPartsAreAttestedAndIndexesAreNot(t *testing.T) {
	w := load(t, "containai")
	for _, name := range imageNames() {
		for tag, c := range map[string]string{"v1.0.0": commit("2b61f09"), "v1.2.0": goodCommit(), "v1.3.0": badCommit(), "dev": commit("6e19a5d")} {
			for _, arch := range architectures() {
				checkAttested(t, w, name, resolve(t, w, name, "sha-"+c+"-"+arch), c)
			}
			whole := resolve(t, w, name, tag)
			if _, ok := w.Resolve(name, whole.FallbackTag()); ok || len(w.Attestations(whole)) != 0 {
				t.Errorf("%s:%s, the multi-platform index, is attested", name, tag)
			}
		}
		if latest, ok := w.Resolve(name, "latest"); ok && len(w.Attestations(latest)) != 0 {
			t.Errorf("%s: the legacy image is attested", name)
		}
	}
	for _, name := range []string{"containai-payload", "containai-installer"} {
		checkAttested(t, w, name, resolve(t, w, name, "v1.2.0"), goodCommit())
	}
	for _, tag := range w.TagNames("containai-metadata") {
		if d := resolve(t, w, "containai-metadata", tag); strings.HasPrefix(tag, "sha256-") || len(w.Attestations(d)) != 0 {
			t.Errorf("metadata:%s is attested", tag)
		}
	}
}

func TestOneFallbackEntryIsLost(t *testing.T) {
	w := load(t, "containai")
	var lost []string
	for _, name := range names(w) {
		for _, tag := range w.TagNames(name) {
			if strings.HasPrefix(tag, "sha256-") && len(readTag(t, w, name, tag).Manifests) == 0 {
				lost = append(lost, name+" "+tag)
			}
		}
	}
	part := resolve(t, w, "containai-proxy", "sha-"+commit("08dd3c9")+"-arm64")
	if diff := cmp.Diff([]string{"containai-proxy " + part.FallbackTag()}, lost); diff != "" {
		t.Fatal(diff)
	}
	if len(w.Attestations(part)) != 1 {
		t.Error("GitHub's store has lost it too")
	}
	found := 0
	versions, _ := w.Versions("containai-proxy", false, 0, 0)
	for _, v := range versions {
		if m := read(t, w, "containai-proxy", v.Digest); m.Subject != nil && m.Subject.Digest == part {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d artifacts have the part as their subject, want 1", found)
	}
}

func TestSomeBundlesAreAddressesOnly(t *testing.T) {
	w := load(t, "containai")
	byAddress, all := 0, 0
	for _, name := range imageNames() {
		for _, tag := range w.TagNames(name) {
			if hex, ok := strings.CutPrefix(tag, "sha256-"); ok {
				for _, a := range w.Attestations(model.Digest("sha256:" + hex)) {
					all++
					if a.BundleURLOnly {
						byAddress++
					}
				}
			}
		}
	}
	if byAddress == 0 || byAddress > all/2 {
		t.Errorf("%d of %d bundles are given by address only", byAddress, all)
	}
}

func TestFilesOfAReleaseAreAttestedInGitHubsStoreOnly(t *testing.T) {
	w := load(t, "containai")
	for tag, want := range map[string][3]int{"v1.2.0": {2, 1, 1}, "nightly-08dd3c9": {2, 1, 1}, "dev-6e19a5d": {1, 0, 1}} {
		m := readTag(t, w, "containai-payload", tag)
		tarball, sbom, bundle := m.Layers[0].Digest, m.Layers[1].Digest, blob(t, w, "containai-payload", m.Layers[2].Digest)
		got := [3]int{len(w.Attestations(tarball)), len(w.Attestations(sbom)), len(w.Attestations(m.Digest))}
		if got != want {
			t.Errorf("%s: %v attestations of tarball, SBOM and manifest, want %v", tag, got, want)
		}
		about := statementOf(t, bundle)["subject"].([]any)[0].(map[string]any)
		if about["name"] != "payload.tar.gz" || about["digest"].(map[string]any)["sha256"] != tarball.Hex() || bundle[len(bundle)-1] != '\n' {
			t.Errorf("%s: layer 3 is about %v", tag, about)
		}
	}
	if n := len(w.Attestations(readTag(t, w, "containai-installer", "v1.2.0").Layers[0].Digest)); n != 1 {
		t.Errorf("installer.sh.gz has %d attestations, want 1", n)
	}
}

func TestProvenanceOfBuildKitNamesTheImageBelow(t *testing.T) {
	w := load(t, "containai")
	part := readTag(t, w, "containai-claude", "sha-"+badCommit()+"-arm64")
	m := read(t, w, "containai-claude", part.Manifests[1].Digest)
	if m.Layers[0].MediaType != mediaInToto || m.Layers[0].Annotations["in-toto.io/predicate-type"] != predicateBuildx {
		t.Errorf("layer: %+v", m.Layers[0])
	}
	s := parse(t, blob(t, w, "containai-claude", m.Layers[0].Digest))
	if got := s["subject"].([]any)[0].(map[string]any)["digest"].(map[string]any)["sha256"]; got != part.Manifests[0].Digest.Hex() {
		t.Errorf("statement about %v", got)
	}
	material := s["predicate"].(map[string]any)["materials"].([]any)[0].(map[string]any)
	uri := "pkg:docker/ghcr.io/novotnyllc/containai@sha-" + badCommit() + "-arm64?platform=linux%2Farm64"
	if material["uri"] != uri || material["digest"].(map[string]any)["sha256"] != resolve(t, w, "containai", "sha-"+badCommit()+"-arm64").Hex() {
		t.Errorf("material: %v", material)
	}
	if args := fmt.Sprint(s["predicate"]); !strings.Contains(args, "build-arg:BASE_IMAGE:ghcr.io/novotnyllc/containai:sha-"+badCommit()+"-arm64") {
		t.Errorf("no build argument names the image below: %s", args)
	}
}
