package scenario

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// at tells for each image which of two tags prod agrees with.
func at(t *testing.T, w *world.World, tag string, candidates ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range imageNames() {
		out[name] = "neither"
		for _, c := range candidates {
			if resolve(t, w, name, tag) == resolve(t, w, name, c) {
				out[name] = c
			}
		}
	}
	return out
}

// all gives every image the same value, some another.
func all(value, other string, others ...string) map[string]string {
	out := map[string]string{}
	for _, name := range imageNames() {
		out[name] = value
		if slices.Contains(others, name) {
			out[name] = other
		}
	}
	return out
}

func TestHalfRollback(t *testing.T) {
	w := load(t, "half-rollback")
	if diff := cmp.Diff(all("v1.2.0", "v1.3.0", "containai"), at(t, w, "prod", "v1.2.0", "v1.3.0")); diff != "" {
		t.Error(diff)
	}
	if doc := channelDoc(t, w, resolve(t, w, "containai-metadata", "prod")); doc.Version != "v1.3.0" {
		t.Errorf("metadata says %s", doc.Version)
	}
	if resolve(t, w, "containai-installer", "prod") != resolve(t, w, "containai-installer", "v1.3.0") {
		t.Error("the installer moved")
	}
	v, _ := w.VersionByDigest("containai-claude", resolve(t, w, "containai-claude", "prod"))
	if v.Updated.Format("01-02") != "06-24" || v.Created.Format("01-02") != "05-18" {
		t.Errorf("prod of claude: created %s, updated %s", v.Created, v.Updated)
	}
}

func TestPartialPublish(t *testing.T) {
	w := load(t, "partial-publish")
	if diff := cmp.Diff(all("v1.4.0", ""), at(t, w, "prod", "v1.3.0", "v1.4.0")); diff != "" {
		t.Error(diff)
	}
	if _, ok := w.Resolve("containai-payload", "v1.4.0"); ok {
		t.Error("there is a payload")
	}
	if doc := channelDoc(t, w, resolve(t, w, "containai-metadata", "prod")); doc.Version != "v1.3.0" {
		t.Errorf("metadata says %s", doc.Version)
	}
	last := w.Runs()[0]
	jobs := map[string]string{}
	for _, j := range last.Jobs {
		jobs[j.Name] = j.Conclusion
	}
	if last.Conclusion != failure || jobs["Cleanup partial publishes"] != success || jobs["Publish channel metadata"] != skipped || jobs["Finalize tags and collect digests"] != success {
		t.Errorf("run %s: %v", last.Conclusion, jobs)
	}
}

func TestRace(t *testing.T) {
	w, before := load(t, "race"), load(t, "containai")
	late := finalizeOrder()[:2]
	for _, name := range imageNames() {
		was := resolve(t, before, name, "dev")
		if moved := resolve(t, w, name, "dev") != was; moved != slices.Contains(late, name) {
			t.Errorf("dev of %s moved: %v", name, moved)
		}
		if got := resolve(t, w, name, "sha-"+commit("6e19a5d")); got != was {
			t.Errorf("the commit tag of build 14 moved on %s", name)
		}
	}
	old := resolve(t, w, late[0], "dev")
	if v, _ := w.VersionByDigest(late[0], old); v.Created.Format("01-02") != "06-20" || !slices.Contains(v.Tags, "sha-"+badCommit()) {
		t.Errorf("dev of %s is %+v, want the index of build 10", late[0], v)
	}
	if p, _ := w.Package(late[0]); p.VersionCount != 147 {
		t.Errorf("the re-run made versions: %d", p.VersionCount)
	}
	for _, r := range w.Runs() {
		if (r.Attempt == 2) != (r.Event == "push" && r.SHA == badCommit()) || r.Attempt == 2 && r.Conclusion != cancelled {
			t.Errorf("run %d: attempt %d, %s", r.Number, r.Attempt, r.Conclusion)
		}
	}
}

// What today's cleanup would delete, as counted for the real script: versions
// take their publication as their time of update.
func TestCleanupByPublication(t *testing.T) {
	golden := func(w *world.World, limit int) map[string]int {
		out := map[string]int{}
		for _, name := range names(w) {
			versions, _ := w.Versions(name, false, 0, limit)
			for i := range versions {
				versions[i].Updated = versions[i].Created
			}
			out[name] = len(doomedOf(versions, name, w.Now()))
		}
		return out
	}
	images := func(n, containai, logForwarder int, artifacts ...int) map[string]int {
		out := map[string]int{"containai-payload": artifacts[0], "containai-installer": artifacts[1], "containai-metadata": artifacts[2]}
		for _, name := range imageNames() {
			out[name] = n
		}
		out["containai"], out["containai-log-forwarder"] = containai, logForwarder
		return out
	}
	now, later := load(t, "containai"), load(t, "dormant")
	if diff := cmp.Diff(images(0, 0, 0, 6, 6, 4), golden(now, 100)); diff != "" {
		t.Error("at the seed's clock: " + diff)
	}
	if diff := cmp.Diff(images(27, 27, 22, 6, 6, 4), golden(now, 0)); diff != "" {
		t.Error("with paging: " + diff)
	}
	if diff := cmp.Diff(images(89, 84, 89, 26, 25, 13), golden(later, 100)); diff != "" {
		t.Error("dormant: " + diff)
	}
}

func TestDormantAndBroken(t *testing.T) {
	whole, broken := load(t, "dormant"), load(t, "broken-prod")
	if !whole.Now().Equal(time.Date(2027, 1, 10, 12, 0, 0, 0, time.UTC)) || !broken.Now().Equal(whole.Now()) {
		t.Errorf("clocks: %s, %s", whole.Now(), broken.Now())
	}
	want := map[string]int{"containai": 84, "containai-payload": 26, "containai-installer": 25, "containai-metadata": 13}
	for _, name := range names(whole) {
		gone, _ := broken.Versions(name, true, 0, 0)
		n, ok := want[name]
		if !ok {
			n = 89
		}
		if len(gone) != n {
			t.Errorf("%s: %d versions deleted, want %d", name, len(gone), n)
		}
	}
	for _, name := range imageNames() {
		if resolve(t, whole, name, "prod") != resolve(t, whole, name, "v1.2.0") {
			t.Errorf("prod of %s is not rolled back", name)
		}
		prod := readTag(t, broken, name, "prod")
		for _, d := range prod.Manifests {
			if _, _, ok := whole.Manifest(name, d.Digest); !ok {
				t.Errorf("%s: dormant lacks %s", name, d.Digest.Short())
			}
			if _, _, ok := broken.Manifest(name, d.Digest); ok {
				t.Errorf("%s: %s survived", name, d.Digest.Short())
			}
		}
		if _, ok := broken.Resolve(name, "sha-"+goodCommit()+"-arm64"); ok {
			t.Errorf("%s: an architecture of v1.2.0 survived", name)
		}
	}
	if _, ok := broken.Resolve("containai-payload", "v1.2.0"); ok {
		t.Error("the payload of v1.2.0 survived")
	}
}

func TestRunbookWorld(t *testing.T) {
	w := load(t, "runbook")
	for _, p := range w.Packages() {
		if p.Visibility != world.Public {
			t.Errorf("%s is %s", p.Name, p.Visibility)
		}
	}
	for _, channel := range []string{"prod", "nightly", "dev"} {
		doc := channelDoc(t, w, resolve(t, w, "containai-metadata", channel))
		if doc.Payload != resolve(t, w, "containai-payload", channel) || doc.Payload != resolve(t, w, "containai-payload", doc.PayloadTag()) {
			t.Errorf("%s: payload by channel, by version and by metadata differ", channel)
		}
		for name, d := range doc.Images {
			if d != resolve(t, w, name, channel) {
				t.Errorf("%s:%s is not what metadata names", name, channel)
			}
			checkAttested(t, w, name, d, doc.Commit())
		}
	}
	for version, tag := range map[string]string{"v1.0.0": "v1.0.0", "v1.2.0": "v1.2.0", "v1.3.0": "prod", "nightly": "nightly-08dd3c9"} {
		if doc := channelDoc(t, w, resolve(t, w, "containai-metadata", tag)); doc.Version != version {
			t.Errorf("metadata:%s speaks of %s, want %s", tag, doc.Version, version)
		}
	}
	if doc := channelDoc(t, w, resolve(t, w, "containai-metadata", "channels")); doc.Channel != "dev" {
		t.Errorf("channels speaks of %s", doc.Channel)
	}
	m := readTag(t, w, "containai-payload", "prod")
	for _, l := range m.Layers {
		if strings.Contains(l.Annotations[annotationTitle], "/") {
			t.Errorf("title %s", l.Annotations[annotationTitle])
		}
	}
	if sbom := parse(t, blob(t, w, "containai-payload", m.Layers[1].Digest)); sbom["bomFormat"] != "CycloneDX" {
		t.Errorf("SBOM: %v", sbom["spdxVersion"])
	}
}

// The grammars of the distribution specification.
func TestHostileStaysWithinGrammar(t *testing.T) {
	w := load(t, "hostile")
	evil := 0
	for _, p := range w.Packages() {
		if _, err := model.ParseReference("ghcr.io/novotnyllc/" + p.Name); err != nil {
			t.Errorf("package %s: %v", p.Name, err)
		}
		for _, tag := range w.TagNames(p.Name) {
			if !isTag(tag) {
				t.Errorf("%s has tag %q", p.Name, tag)
			}
		}
		versions, _ := w.Versions(p.Name, false, 0, 0)
		for _, v := range versions {
			raw, _, _ := w.Manifest(p.Name, v.Digest)
			if strings.Contains(string(raw), `\u001b`) {
				evil++
			}
		}
	}
	if evil < 12 {
		t.Errorf("only %d manifests hold an escape sequence", evil)
	}
	titles := 0
	for _, r := range w.Runs() {
		if strings.ContainsAny(r.Title, "\x1b\u202e\u200b") {
			titles++
		}
	}
	if titles < 4 {
		t.Errorf("only %d runs have an evil title", titles)
	}
}

func TestHostileMovesTheChannels(t *testing.T) {
	w, quiet := load(t, "hostile"), load(t, "containai")
	for name, tag := range map[string]string{
		"containai": "prod", "containai-claude": "prod", "containai-base": "nightly", "containai-payload": "v9.9.9",
		"containai-installer": "prod", "containai-metadata": "prod",
	} {
		if d, ok := quiet.Resolve(name, tag); ok && d == resolve(t, w, name, tag) {
			t.Errorf("%s:%s is as it was", name, tag)
		}
	}
	if _, err := model.ParseChannelDocument(blob(t, w, "containai-metadata", readTag(t, w, "containai-metadata", "dev").Layers[0].Digest)); err == nil {
		t.Error("dev's document is readable")
	}
}
