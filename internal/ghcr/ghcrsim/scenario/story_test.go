package scenario

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

const validate = "usr/local/share/containai/validate-claude.sh"

// The bad release can be told from the good one by one line of one file.
func TestTheStoryOfTheBadRelease(t *testing.T) {
	w := load(t, "containai")
	script := func(tag, arch string) string {
		m := child(t, w, "containai-claude", readTag(t, w, "containai-claude", tag), arch)
		return files(t, w, "containai-claude", m)[validate]
	}
	good, bad := script("v1.2.0", "arm64"), script("v1.3.0", "arm64")
	if !strings.Contains(good, `expected="aarch64"`) || bad != strings.Replace(good, "aarch64", "arm64", 1) {
		t.Errorf("v1.2.0 has %q\nv1.3.0 has %q", good, bad)
	}
	if script("v1.2.0", "amd64") != script("v1.3.0", "amd64") {
		t.Error("the script changed on amd64")
	}
	if script("dev", "arm64") != good || script("nightly", "arm64") != bad {
		t.Error("nightly should have the fault and dev the cure")
	}
	for _, agent := range []string{"codex", "copilot"} {
		name, path := "containai-"+agent, "usr/local/share/containai/validate-"+agent+".sh"
		m := child(t, w, name, readTag(t, w, name, "v1.3.0"), "arm64")
		if !strings.Contains(files(t, w, name, m)[path], `expected="aarch64"`) {
			t.Errorf("%s has the fault too", agent)
		}
	}
	before := files(t, w, "containai-claude", child(t, w, "containai-claude", readTag(t, w, "containai-claude", "v1.2.0"), "arm64"))
	after := files(t, w, "containai-claude", child(t, w, "containai-claude", readTag(t, w, "containai-claude", "v1.3.0"), "arm64"))
	for name, body := range before {
		if strings.HasSuffix(name, ".sh") && name != validate && after[name] != body {
			t.Errorf("%s changed as well", name)
		}
	}
}

func TestTimesOfTheBadRelease(t *testing.T) {
	w := load(t, "containai")
	minute := func(at time.Time) string { return at.Format("01-02 15:04") }
	for _, name := range imageNames() {
		v, _ := w.VersionByDigest(name, resolve(t, w, name, "prod"))
		if minute(v.Updated) != "06-24 10:41" {
			t.Errorf("prod of %s moved at %s", name, v.Updated)
		}
	}
	for name, want := range map[string]string{"containai-payload": "06-24 10:44", "containai-metadata": "06-24 10:46", "containai-installer": "06-24 10:47"} {
		tag := "prod"
		if name == "containai-payload" {
			tag = "v1.3.0"
		}
		v, _ := w.VersionByDigest(name, resolve(t, w, name, tag))
		if minute(v.Created) != want {
			t.Errorf("%s was published at %s, want %s", name, v.Created, want)
		}
	}
	doc := channelDoc(t, w, formerDocument(t, w, "prod", "v1.2.0"))
	if got := doc.GeneratedAt.Format(time.RFC3339); got != "2026-05-18T09:41:07Z" {
		t.Errorf("the document of v1.2.0 was generated at %s", got)
	}
	for _, r := range w.Runs() {
		if r.Inputs["version"] == "v1.3.0" && minute(r.Created) != "06-24 10:02" {
			t.Errorf("v1.3.0 was dispatched at %s", r.Created)
		}
	}
}

// formerDocument finds the older of the two untagged metadata manifests of a
// release.
func formerDocument(t *testing.T, w *world.World, channel, version string) model.Digest {
	t.Helper()
	versions, _ := w.Versions("containai-metadata", false, 0, 0)
	var found []world.Version
	for _, v := range versions {
		if doc := channelDoc(t, w, v.Digest); doc.Channel == channel && doc.Version == version {
			found = append(found, v)
		}
	}
	if len(found) != 2 || found[0].Created.Sub(found[1].Created) != time.Second {
		t.Fatalf("%s %s has %d documents, want two twins a second apart", channel, version, len(found))
	}
	return found[1].Digest
}

func TestChannelsJSONToTheLetter(t *testing.T) {
	w := load(t, "containai")
	d := formerDocument(t, w, "prod", "v1.2.0")
	m := read(t, w, "containai-metadata", d)
	var images []string
	for _, name := range finalizeOrder() {
		images = append(images, fmt.Sprintf("    {\n      \"image\": %q,\n      \"repository\": \"ghcr.io/novotnyllc/%s\",\n      \"digest\": %q\n    }", name, name, resolve(t, w, name, "v1.2.0")))
	}
	payload := resolve(t, w, "containai-payload", "v1.2.0")
	want := `{
  "channel": "prod",
  "version": "v1.2.0",
  "immutable_tag": "sha-` + goodCommit() + `",
  "moving_tags": [
    "prod",
    "v1.2.0"
  ],
  "images": [
` + strings.Join(images, ",\n") + `
  ],
  "payload": {
    "ref": "ghcr.io/novotnyllc/containai-payload:v1.2.0@` + string(payload) + `",
    "digest": "` + string(payload) + `"
  },
  "generated_at": "2026-05-18T09:41:07Z"
}
`
	if diff := cmp.Diff(want, string(blob(t, w, "containai-metadata", m.Layers[0].Digest))); diff != "" {
		t.Error(diff)
	}
	if m.ArtifactType != artifactMetadata || m.Layers[0].MediaType != "application/json" || m.Layers[0].Annotations[annotationTitle] != "channels.json" ||
		m.Config.Digest != "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" {
		t.Errorf("metadata manifest: %+v", m)
	}
}

func TestRetaggedBuild(t *testing.T) {
	w := load(t, "containai")
	for _, name := range imageNames() {
		versions, _ := w.Versions(name, false, 0, 0)
		var old []world.Version
		for _, v := range versions {
			if v.MediaType == mediaIndex && v.Created.Format("01-02") == "06-20" && !strings.HasPrefix(strings.Join(v.Tags, ""), "sha256-") {
				old = append(old, v)
			}
		}
		if len(old) != 3 {
			t.Fatalf("%s: %d indexes of build 10, want 3", name, len(old))
		}
		for _, v := range old {
			if len(v.Tags) != 0 {
				t.Errorf("%s: an index of build 10 still has %v", name, v.Tags)
			}
		}
		for _, part := range old[1:] {
			if len(w.Attestations(part.Digest)) != 1 {
				t.Errorf("%s: an architecture of build 10 lost its attestation", name)
			}
			if _, ok := w.Resolve(name, fallbackTag(part.Digest)); !ok {
				t.Errorf("%s: an architecture of build 10 lost its fallback tag", name)
			}
		}
	}
}

func TestDownloadsBeyondTheLimit(t *testing.T) {
	w := load(t, "containai")
	v, _ := w.VersionByDigest("containai", resolve(t, w, "containai", "v1.0.0"))
	if v.Downloads <= 5000 {
		t.Errorf("containai v1.0.0 has %d downloads, want over 5000", v.Downloads)
	}
	over := 0
	for _, name := range names(w) {
		versions, _ := w.Versions(name, false, 0, 0)
		for _, v := range versions {
			if v.Downloads > 5000 {
				over++
			}
		}
	}
	if over != 1 {
		t.Errorf("%d versions are over 5000 downloads, want 1", over)
	}
}

func TestRunsTellTheStory(t *testing.T) {
	w := load(t, "containai")
	runs := w.Runs()
	if len(runs) != 14 {
		t.Fatalf("%d runs, want 14", len(runs))
	}
	conclusions := map[string]int{}
	for i, r := range runs {
		if i > 0 && (r.Number >= runs[i-1].Number || r.ID >= runs[i-1].ID) {
			t.Errorf("run %d is listed after run %d", r.Number, runs[i-1].Number)
		}
		conclusions[r.Event+" "+r.Conclusion]++
		if r.Updated.After(w.Now()) || r.Updated.Before(r.Created) || r.Status != completed {
			t.Errorf("run %d: created %s, updated %s, %s", r.Number, r.Created, r.Updated, r.Status)
		}
		for _, j := range r.Jobs {
			if j.Started.Before(r.Created) || j.Completed.Before(j.Started) {
				t.Errorf("run %d: job %s from %s to %s", r.Number, j.Name, j.Started, j.Completed)
			}
		}
	}
	want := map[string]int{"push success": 4, "push failure": 2, "workflow_dispatch success": 7, "schedule success": 1}
	if diff := cmp.Diff(want, conclusions); diff != "" {
		t.Error(diff)
	}
	failed := runs[1]
	jobs := map[string]string{}
	for _, j := range failed.Jobs {
		jobs[j.Name] = j.Conclusion
	}
	for name, conclusion := range map[string]string{
		"Build variant image (containai-claude / arm64)": failure, "Build variant image (containai-claude / amd64)": success,
		"Assemble base manifest": success, "Assemble variant manifests (containai-claude)": skipped,
		"Finalize tags and collect digests": skipped, "Package and publish payload artifact": skipped,
		"Cleanup partial publishes": success, "Retention and visibility": skipped,
	} {
		if jobs[name] != conclusion {
			t.Errorf("run of f24b770: %s is %q, want %s", name, jobs[name], conclusion)
		}
	}
	if len(failed.Jobs) != 30 {
		t.Errorf("%d jobs, want 30", len(failed.Jobs))
	}
}

func TestFourteenCommitsFromGoodToBad(t *testing.T) {
	w := load(t, "containai")
	list := w.Commits()
	at := func(sha string) int { return slices.IndexFunc(list, func(c world.Commit) bool { return c.SHA == sha }) }
	if n := at(badCommit()) - at(goodCommit()); n != 14 {
		t.Errorf("%d commits between v1.2.0 and v1.3.0, want 14", n)
	}
	seen := map[string]bool{}
	for _, c := range list {
		if seen[c.SHA] || !model.IsHex(c.SHA, 40) {
			t.Errorf("commit %s", c.SHA)
		}
		seen[c.SHA] = true
	}
	if head, _ := w.Branch("main"); head != commit("6e19a5d") {
		t.Errorf("main is at %s", head)
	}
}
