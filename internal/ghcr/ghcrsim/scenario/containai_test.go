package scenario

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// commits of the seed by their beginning.
func commit(prefix string) string { return commitOf(prefix, 0) }

// badCommit is that of v1.3.0, goodCommit that of v1.2.0.
func badCommit() string  { return commit("b81e6f4") }
func goodCommit() string { return commit("3f9c82b") }

func TestSeedCounts(t *testing.T) {
	w := load(t, "containai")
	want := map[string]int{
		"containai": 148, "containai-base": 148, "containai-copilot": 147, "containai-codex": 147, "containai-proxy": 147,
		"containai-claude": 142, "containai-log-forwarder": 142, "containai-payload": 36, "containai-installer": 36, "containai-metadata": 24,
	}
	got, total := map[string]int{}, 0
	for _, p := range w.Packages() {
		got[p.Name], total = p.VersionCount, total+p.VersionCount
		visibility := world.Public
		if p.Name == "containai-installer" {
			visibility = world.Private
		}
		if p.Visibility != visibility || p.Repository != repository {
			t.Errorf("%s is %s and belongs to %s", p.Name, p.Visibility, p.Repository)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if total != 1117 {
		t.Errorf("%d versions in all, want 1117", total)
	}
	if n := w.AttestationCount(); n != 245 { // 8 builds of 20, 4 of 18, and 13 of the failed one
		t.Errorf("%d attestations in GitHub's store, want 245", n)
	}
	if !w.Now().Equal(clock()) || w.Owner() != "novotnyllc" || w.OwnerIsUser() {
		t.Error("clock or owner is wrong")
	}
}

func TestSeedIsWhole(t *testing.T) {
	for _, name := range []string{"containai", "runbook", "half-rollback", "partial-publish", "race", "dormant"} {
		t.Run(name, func(t *testing.T) { checkWhole(t, load(t, name)) })
	}
}

func TestNumbersAndTimesRise(t *testing.T) {
	w := load(t, "containai")
	used := map[int64]string{}
	for _, name := range names(w) {
		versions, _ := w.Versions(name, false, 0, 0)
		for i, v := range versions {
			if other := used[v.ID]; other != "" {
				t.Errorf("number %d is used by %s and %s", v.ID, other, name)
			}
			used[v.ID] = name
			if i > 0 && (v.ID >= versions[i-1].ID || v.Created.After(versions[i-1].Created)) {
				t.Errorf("%s: version %d is listed after %d", name, v.ID, versions[i-1].ID)
			}
			if v.Created.After(w.Now()) || v.Updated.After(w.Now()) || v.Updated.Before(v.Created) {
				t.Errorf("%s: version %d was created %s, updated %s", name, v.ID, v.Created, v.Updated)
			}
		}
	}
}

// tagsNow are the tags of a package without those of commits and attestations.
func tagsNow(w *world.World, name string) []string {
	var out []string
	for _, tag := range w.TagNames(name) {
		if !strings.HasPrefix(tag, "sha-") && !strings.HasPrefix(tag, "sha256-") {
			out = append(out, tag)
		}
	}
	slices.Sort(out)
	return out
}

func TestSeedTags(t *testing.T) {
	w := load(t, "containai")
	releases := []string{"v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0"}
	channels := []string{"dev", "nightly", "prod"}
	legacy := []string{"latest", "main", "main-a17c0de"}
	for _, name := range imageNames() {
		want := slices.Concat(channels, legacy, releases)
		if name == "containai-log-forwarder" {
			want = slices.Concat(channels, releases)
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, tagsNow(w, name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, want := range map[string][]string{
		"containai-payload": slices.Concat([]string{
			"dev-6e19a5d", "dev-9d04e7a", "dev-b81e6f4", "dev-e0927dc",
			"nightly-08dd3c9", "nightly-7ac4d31", "nightly-c83a115", "nightly-d5502ee",
		}, releases),
		"containai-installer": slices.Concat([]string{"dev", "latest", "nightly", "prod"}, releases),
		"containai-metadata":  {"channels", "dev", "nightly", "prod"},
	} {
		if diff := cmp.Diff(want, tagsNow(w, name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestCommitTags(t *testing.T) {
	w := load(t, "containai")
	attested := map[string]int{}
	for _, name := range imageNames() {
		var whole, parts []string
		for _, tag := range w.TagNames(name) {
			rest, ok := strings.CutPrefix(tag, "sha-")
			switch {
			case ok && len(rest) == 40:
				whole = append(whole, rest[:7])
			case ok:
				parts = append(parts, rest[:7]+rest[40:])
			case strings.HasPrefix(tag, "sha256-"):
				attested[name]++
			}
		}
		want := []string{"2b61f09", "9d04e7a", "c83a115", "51f7be2", "e0927dc", "7ac4d31", "3f9c82b", "d5502ee", "b81e6f4", "08dd3c9", "6e19a5d"}
		built := slices.Insert(slices.Clone(want), 10, "f24b770")
		if name == "containai" || name == "containai-base" {
			want = built
		}
		if diff := cmp.Diff(want, whole); diff != "" {
			t.Errorf("%s: commits of whole images: %s", name, diff)
		}
		var wantParts []string
		for _, c := range built {
			wantParts = append(wantParts, c+"-amd64")
			if c != "f24b770" || name != "containai-claude" {
				wantParts = append(wantParts, c+"-arm64")
			}
		}
		if diff := cmp.Diff(wantParts, parts); diff != "" {
			t.Errorf("%s: commits of parts: %s", name, diff)
		}
	}
	for name, n := range attested {
		want := 26 // builds 2 to 14, two architectures each; build 10's are kept although untagged
		if name == "containai-claude" {
			want = 25
		}
		if n != want {
			t.Errorf("%s: %d fallback tags, want %d", name, n, want)
		}
	}
}

func TestDigestRelations(t *testing.T) {
	w := load(t, "containai")
	for channel, want := range map[string]struct{ version, commit, payload string }{
		"prod":     {"v1.3.0", badCommit(), "v1.3.0"},
		"nightly":  {"nightly", commit("08dd3c9"), "nightly-08dd3c9"},
		"dev":      {"dev", commit("6e19a5d"), "dev-6e19a5d"},
		"channels": {"dev", commit("6e19a5d"), "dev-6e19a5d"},
	} {
		doc := channelDoc(t, w, resolve(t, w, "containai-metadata", channel))
		tag := channel
		if channel == "channels" {
			tag = "dev"
		}
		if doc.Channel != tag || doc.Version != want.version || doc.Commit() != want.commit || doc.PayloadTag() != want.payload {
			t.Errorf("%s: document of %s %s, commit %s, payload %s", channel, doc.Channel, doc.Version, doc.Commit(), doc.PayloadTag())
		}
		if len(doc.Images) != 7 {
			t.Errorf("%s names %d images", channel, len(doc.Images))
		}
		for name, d := range doc.Images {
			if d != resolve(t, w, name, tag) || d != resolve(t, w, name, "sha-"+want.commit) {
				t.Errorf("%s of %s is not what the document of %s names", tag, name, channel)
			}
			if tag == "prod" && d != resolve(t, w, name, "v1.3.0") {
				t.Errorf("%s: prod is not v1.3.0", name)
			}
		}
		if doc.Payload != resolve(t, w, "containai-payload", want.payload) {
			t.Errorf("%s names another payload", channel)
		}
	}
	installer := resolve(t, w, "containai-installer", "prod")
	if installer != resolve(t, w, "containai-installer", "latest") || installer != resolve(t, w, "containai-installer", "v1.3.0") {
		t.Error("installer: prod, latest and v1.3.0 differ")
	}
	if resolve(t, w, "containai-metadata", "dev") == resolve(t, w, "containai-metadata", "channels") {
		t.Error("the twins of one document have the same digest")
	}
}

func TestIndexHoldsTheEntriesOfItsParts(t *testing.T) {
	w := load(t, "containai")
	for _, name := range imageNames() {
		for _, c := range []string{goodCommit(), badCommit(), commit("6e19a5d")} {
			var parts []model.Descriptor
			for _, arch := range architectures() {
				parts = append(parts, readTag(t, w, name, "sha-"+c+"-"+arch).Manifests...)
			}
			whole := readTag(t, w, name, "sha-"+c)
			if diff := cmp.Diff(parts, whole.Manifests); diff != "" {
				t.Errorf("%s at %s: %s", name, c[:7], diff)
			}
			for i := 0; i < len(whole.Manifests); i += 2 {
				if about := whole.Manifests[i+1]; about.Annotations[annotationRefDigest] != string(whole.Manifests[i].Digest) || !about.BuildxAttestation() {
					t.Errorf("%s: entry %d is not the provenance of the one before", name, i+1)
				}
			}
		}
	}
}

func TestLayersAreShared(t *testing.T) {
	w := load(t, "containai")
	own := map[string]int{"containai": 6, "containai-copilot": 5, "containai-codex": 4, "containai-claude": 4}
	above := map[string]string{"containai": "containai-base", "containai-copilot": "containai", "containai-codex": "containai", "containai-claude": "containai"}
	for _, tag := range []string{"v1.2.0", "prod", "dev", "latest"} {
		for _, arch := range architectures() {
			layers := func(name string) []model.Descriptor {
				return child(t, w, name, readTag(t, w, name, tag), arch).Layers
			}
			if n := len(layers("containai-base")); n != 35 {
				t.Errorf("containai-base %s has %d layers, want Ubuntu's and 34", tag, n)
			}
			for name, parent := range above {
				lower, upper := layers(parent), layers(name)
				if len(upper) != len(lower)+own[name] {
					t.Fatalf("%s:%s %s has %d layers over %d", name, tag, arch, len(upper), len(lower))
				}
				if diff := cmp.Diff(lower, upper[:len(lower)]); diff != "" {
					t.Errorf("%s:%s %s does not begin with the layers of %s: %s", name, tag, arch, parent, diff)
				}
			}
			if p := layers("containai-proxy"); len(p) != 6 {
				t.Errorf("containai-proxy has %d layers, want 6", len(p))
			}
		}
	}
}

func TestConfigsDescribeTheirLayers(t *testing.T) {
	w := load(t, "containai")
	for _, name := range imageNames() {
		for _, arch := range architectures() {
			m := child(t, w, name, readTag(t, w, name, "prod"), arch)
			config := parse(t, blob(t, w, name, m.Config.Digest))
			diffs := config["rootfs"].(map[string]any)["diff_ids"].([]any)
			layered := 0
			for _, h := range config["history"].([]any) {
				if h.(map[string]any)["empty_layer"] != true {
					layered++
				}
			}
			if len(diffs) != len(m.Layers) || layered != len(m.Layers) || config["architecture"] != arch {
				t.Errorf("%s %s: %d layers, %d diff IDs, %d history steps with a layer", name, arch, len(m.Layers), len(diffs), layered)
			}
			for i, l := range m.Layers {
				if d := model.DigestOf(gunzip(t, blob(t, w, name, l.Digest))); string(d) != diffs[i] {
					t.Errorf("%s %s: diff ID %d is %s, the layer's is %s", name, arch, i, diffs[i], d)
				}
			}
		}
	}
}

func TestConfigSettings(t *testing.T) {
	w := load(t, "containai")
	settings := func(name, tag string) map[string]any {
		m := child(t, w, name, readTag(t, w, name, tag), "amd64")
		return parse(t, blob(t, w, name, m.Config.Digest))["config"].(map[string]any)
	}
	claude := settings("containai-claude", "prod")
	if claude["User"] != "agentuser" || claude["WorkingDir"] != "/workspace" || fmt.Sprint(claude["Entrypoint"]) != "[/usr/local/bin/entrypoint.sh]" || fmt.Sprint(claude["Cmd"]) != "[claude]" {
		t.Errorf("claude runs as %v", claude)
	}
	for _, name := range []string{"CONTAINAI_AGENT=claude", "TZ=Etc/UTC", "DOTNET_ROOT=/usr/share/dotnet", "CONTAINAI_BASEFS="} {
		if !strings.Contains(fmt.Sprint(claude["Env"]), name) {
			t.Errorf("claude's environment lacks %s: %v", name, claude["Env"])
		}
	}
	if got := fmt.Sprint(claude["Labels"]); got != "map[org.opencontainers.image.ref.name:ubuntu org.opencontainers.image.version:24.04]" {
		t.Errorf("labels are %s, want Ubuntu's alone", got)
	}
	if got := settings("containai-claude", "latest")["Labels"].(map[string]any)["org.opencontainers.image.revision"]; got != commit("a17c0de") {
		t.Errorf("the legacy image's revision is %v", got)
	}
	if got := fmt.Sprint(settings("containai-proxy", "prod")["ExposedPorts"]); got != "map[3128/tcp:map[]]" {
		t.Errorf("the proxy exposes %s", got)
	}
	if got := settings("containai-log-forwarder", "prod")["User"]; got != "logfw" {
		t.Errorf("the log forwarder runs as %v", got)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	for _, name := range []string{"containai", "hostile", "broken-prod", "scale:300"} {
		one, two := everything(t, name, 0), everything(t, name, 0)
		if diff := cmp.Diff(one, two); diff != "" {
			t.Errorf("%s differs from itself: %s", name, diff)
		}
	}
	one, other := everything(t, "containai", 0), everything(t, "containai", 1)
	same := 0
	for d := range maps.Keys(one) {
		if _, ok := other[d]; ok {
			same++
		}
	}
	if same != 1 { // the fallback index that lists nothing
		t.Errorf("%d of %d versions are the same with another seed", same, len(one))
	}
}

// everything maps each version to what is known of it.
func everything(t *testing.T, name string, seed int64) map[string]world.Version {
	t.Helper()
	w, err := Load(name, seed)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]world.Version{}
	for _, name := range names(w) {
		for _, deleted := range []bool{false, true} {
			versions, _ := w.Versions(name, deleted, 0, 0)
			for _, v := range versions {
				out[name+"@"+string(v.Digest)] = v
			}
		}
	}
	return out
}

func TestLoadNames(t *testing.T) {
	for _, name := range []string{"nothing", "scale", "scale:", "scale:0", "scale:-1", "scale:x", "scale:99999999", "containai "} {
		if _, err := Load(name, 0); err == nil {
			t.Errorf("%q was loaded", name)
		}
	}
	if w := load(t, ""); w.Scenario() != "containai" {
		t.Errorf("no name gives %s", w.Scenario())
	}
}

// statementOf reads the statement inside a bundle.
func statementOf(t *testing.T, bundle []byte) map[string]any {
	t.Helper()
	envelope := parse(t, bundle)["dsseEnvelope"].(map[string]any)
	payload, err := base64.StdEncoding.DecodeString(envelope["payload"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, payload)
}
