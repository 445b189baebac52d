package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
)

// A project on a registry that nobody here wrote and without GitHub beside it:
// what is planned and done there is held against what crane finds.

// shopPackages are the packages of the project; their roles are configuration.
var shopPackages = []string{"shop", "shop-proxy", "shop-payload", "shop-installer", "shop-metadata"}

const shopConfig = `registry: %s
owner: acme
packages:
  - {name: shop-proxy, stage: 1}
  - {name: shop, stage: 2}
  - {name: shop-payload, kind: artifact, role: payload, follows_metadata: true}
  - {name: shop-installer, kind: artifact, role: installer, aliases: {prod: [latest]}}
  - {name: shop-metadata, kind: artifact, role: metadata}
channels: [{name: prod, version_tags: true}, nightly]
`

// shopRelease is one publish of the project.
type shopRelease struct {
	channel, version, commit, at string
}

var shopHistory = []shopRelease{
	{"prod", "v1.0.0", strings.Repeat("a1", 20), "2026-03-02T10:00:00Z"},
	{"prod", "v1.1.0", strings.Repeat("b2", 20), "2026-05-04T10:00:00Z"},
	{"nightly", "", strings.Repeat("c3", 20), "2026-06-20T03:00:00Z"},
}

// shop is the project on one registry.
type shop struct {
	t         *testing.T
	f         foreign.Filler
	host      string
	config    string
	data      string
	last      map[string]string // where the tags were when last looked at
	documents []model.Digest    // of the history
}

// foreignRegistries are where the project is tried.
var foreignRegistries = map[string]func(t *testing.T) string{
	"distribution": func(t *testing.T) string { return "http://" + foreign.Distribution(t) },
	"ggcr": func(t *testing.T) string {
		srv := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
		t.Cleanup(srv.Close)
		return srv.URL
	},
}

// newShop publishes the whole history. Where documents are not tagged by
// version, those of former releases can be reached by their digest alone.
func newShop(t *testing.T, base string, documentsTagged bool) *shop {
	t.Helper()
	s := &shop{t: t, f: foreign.Filler{T: t, Base: base}, host: strings.TrimPrefix(base, "http://"), data: t.TempDir()}
	s.config = filepath.Join(s.data, "config.yaml")
	if err := os.WriteFile(s.config, fmt.Appendf(nil, shopConfig, base), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, r := range shopHistory {
		s.publish(r, documentsTagged)
	}
	s.last = s.tags()
	return s
}

func (s *shop) repo(pkg string) string { return "acme/" + pkg }

// publish pushes one release in the way of the pipeline: by commit first, then
// by channel and version, its document last.
func (s *shop) publish(r shopRelease, documentsTagged bool) {
	s.t.Helper()
	tags := []string{"sha-" + r.commit, r.channel}
	payloadTag := r.channel + "-" + r.commit[:7]
	if r.version != "" {
		tags, payloadTag = append(tags, r.version), r.version
	}
	doc := map[string]any{"channel": r.channel, "version": r.version, "immutable_tag": "sha-" + r.commit, "moving_tags": []string{r.channel}, "generated_at": r.at}
	var images []map[string]string
	for _, pkg := range []string{"shop", "shop-proxy"} {
		var d model.Digest
		for _, tag := range tags {
			d = s.f.Image(s.repo(pkg), tag, pkg+" "+r.commit, false)
		}
		images = append(images, map[string]string{"image": pkg, "repository": s.host + "/" + s.repo(pkg), "digest": string(d)})
	}
	payload := s.artifact("shop-payload", r.commit, payloadTag)
	installer := tags[1:]
	if r.channel == "prod" {
		installer = append(slices.Clone(installer), "latest")
	}
	s.artifact("shop-installer", r.commit, installer...)
	doc["images"] = images
	doc["payload"] = map[string]string{"ref": s.host + "/" + s.repo("shop-payload") + ":" + payloadTag + "@" + string(payload), "digest": string(payload)}
	body, err := json.Marshal(doc)
	if err != nil {
		s.t.Fatal(err)
	}
	layer := s.f.Blob(s.repo("shop-metadata"), body)
	layer.MediaType, layer.Annotations = "application/json", map[string]string{model.AnnotationTitle: "channels.json"}
	s.documents = append(s.documents, "")
	documents := []string{r.channel}
	if documentsTagged && r.version != "" {
		documents = append(documents, r.version)
	}
	for _, tag := range documents {
		s.documents[len(s.documents)-1] = s.f.Artifact(s.repo("shop-metadata"), tag, "application/vnd.shop.metadata.v1+json", layer)
	}
}

// artifact pushes what a commit has of an artifact package under these tags.
func (s *shop) artifact(pkg, commit string, tags ...string) model.Digest {
	s.t.Helper()
	layer := s.f.Blob(s.repo(pkg), []byte(pkg+" "+commit))
	layer.Annotations = map[string]string{model.AnnotationTitle: pkg + ".tar.gz"}
	var d model.Digest
	for _, tag := range tags {
		d = s.f.Artifact(s.repo(pkg), tag, "application/vnd."+pkg+".v1", layer)
	}
	return d
}

// crane runs the foreign client against the registry.
func (s *shop) crane(args ...string) string {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), foreign.Tool(s.t, "crane"), append(args, "--insecure")...)
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("crane %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// tags is where every tag of the project points, by crane.
func (s *shop) tags() map[string]string {
	s.t.Helper()
	out := make(map[string]string)
	for _, pkg := range shopPackages {
		for _, tag := range strings.Fields(s.crane("ls", s.host+"/"+s.repo(pkg))) {
			out[pkg+":"+tag] = s.crane("digest", s.host+"/"+s.repo(pkg)+":"+tag)
		}
	}
	return out
}

// run runs the built program.
func (s *shop) run(args ...string) result {
	s.t.Helper()
	return runProgram(s.t, map[string]string{"CAITUI_DATA_DIR": s.data, "HOME": s.data, "LANG": "C.UTF-8"},
		append([]string{"--config", s.config}, args...)...)
}

// resolves fails unless both platforms of each image that a tag leads to are
// there, with their content.
func (s *shop) resolves(tag string) {
	s.t.Helper()
	for _, pkg := range []string{"shop", "shop-proxy"} {
		for _, arch := range []string{"amd64", "arm64"} {
			config := s.crane("config", s.host+"/"+s.repo(pkg)+":"+tag, "--platform", "linux/"+arch)
			if !strings.Contains(config, arch) {
				s.t.Errorf("%s:%s for %s: %s", pkg, tag, arch, config)
			}
		}
	}
}

// executes prints the plan of a verb, executes that very plan, and holds what
// crane finds against what it said.
func (s *shop) executes(changes int, args ...string) model.Digest {
	s.t.Helper()
	before := s.last
	res := s.run(append(args, "-o", "json")...)
	var plan struct {
		ID      string
		Blocked bool
		Changes []json.RawMessage
		Effects []struct{ Package, Tag, Before, After string }
	}
	if err := json.Unmarshal([]byte(res.stdout), &plan); err != nil || res.code != exitOK || plan.Blocked {
		s.t.Fatalf("%v: exit %d, %v\n%s%s", args, res.code, err, res.stdout, res.stderr)
	}
	want := maps.Clone(before)
	var document model.Digest
	for _, e := range plan.Effects {
		if e.Tag == "" {
			continue
		}
		if was := before[e.Package+":"+e.Tag]; was != e.Before {
			s.t.Errorf("%s:%s is said to be %s, crane finds %s", e.Package, e.Tag, e.Before, was)
		}
		want[e.Package+":"+e.Tag] = e.After
		if e.Package == "shop-metadata" {
			document = model.Digest(e.After)
		}
	}
	if len(plan.Changes) != changes || len(moved(before, want)) != changes {
		s.t.Fatalf("%d changes, want %d: %v\n%s", len(plan.Changes), changes, moved(before, want), res.stdout)
	}
	res = s.run(append(args, "--yes", "--plan", plan.ID, "-o", "json")...)
	if res.code != exitOK || res.document(s.t)["result"] != "done" {
		s.t.Fatalf("%v: exit %d\n%s%s", args, res.code, res.stdout, res.stderr)
	}
	s.last = s.tags()
	if got := s.last; !maps.Equal(got, want) {
		s.t.Errorf("crane finds other tags than foretold: %v", moved(want, got))
	}
	return document
}

func TestForeignRollbackAndPromotion(t *testing.T) {
	notRaced(t)
	for name, start := range foreignRegistries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, start(t), true)
			seed := s.last

			// shop, proxy, installer twice, metadata: the payload follows.
			s.executes(5, "rollback", "--channel", "prod", "--previous")
			s.resolves("prod")
			if got := s.last; got["shop:prod"] != seed["shop:v1.0.0"] || got["shop-metadata:prod"] != seed["shop-metadata:v1.0.0"] {
				t.Errorf("prod is not v1.0.0: %v", got)
			}
			s.executes(5, "rollback", "--channel", "prod", "--to", "v1.1.0")
			if got := s.last; !maps.Equal(got, seed) {
				t.Errorf("back and forth leaves %v", moved(seed, got))
			}
			// The version tag on all five besides.
			d := s.executes(10, "promote", "--to", "prod", "--from", "nightly", "--as", "v1.2.0", "--override", "payload-other-channel")
			s.resolves("prod")
			s.resolves("v1.2.0")
			s.names(d, "v1.2.0")
			s.executes(1, "retag", "shop", "v1.0.0", "prod")
			if res := s.run("journal", "--verify"); res.code != exitOK {
				t.Errorf("the journal: exit %d %s", res.code, res.stdout)
			}
		})
	}
}

// Documents of former releases without tags cannot be found where no API lists
// versions: the plan says so and what can be done, and does not guess.
func TestForeignDocumentsWithoutTags(t *testing.T) {
	notRaced(t)
	s := newShop(t, foreignRegistries["ggcr"](t), false)
	seed, former := s.last, string(s.documents[0])
	res := s.run("rollback", "--channel", "prod", "--previous", "--yes")
	if res.code != exitFinding {
		t.Errorf("exit %d of a blocked plan: %s", res.code, res.stderr)
	}
	for _, said := range []string{"incomplete-target", "v1.0.0 lacks shop-metadata", "name its digest, or leave it out", "shop-payload " + seed["shop-payload:v1.1.0"][7:19] + " stays"} {
		if !strings.Contains(res.stdout, said) {
			t.Errorf("the plan does not say %q:\n%s", said, res.stdout)
		}
	}
	if got := s.tags(); !maps.Equal(got, seed) {
		t.Errorf("a blocked plan moved %v", moved(seed, got))
	}
	s.executes(4, "rollback", "--channel", "prod", "--to", "v1.0.0", "--override", "incomplete-target")
	if res := s.run("channels"); res.code != exitFinding || !strings.Contains(res.stdout, "shop-payload and shop-metadata are not of v1.0.0") {
		t.Errorf("exit %d: %s", res.code, res.stdout)
	}
	s.executes(4, "undo")
	s.executes(5, "rollback", "--channel", "prod", "--to", "v1.0.0", "--digest", "shop-metadata@"+former)
	if s.last["shop-metadata:prod"] != former {
		t.Errorf("the document named by hand is not in prod: %s", s.last["shop-metadata:prod"])
	}
	s.executes(5, "undo") // its document has no tag any more: the journal knows it
	if !maps.Equal(s.last, seed) {
		t.Errorf("there and back leaves %v", moved(seed, s.last))
	}
}

// names fails unless the document that crane finds under a digest names the
// images and the payload that the version's tags lead to.
func (s *shop) names(d model.Digest, version string) {
	s.t.Helper()
	var m struct{ Layers []model.Descriptor }
	if err := json.Unmarshal([]byte(s.crane("manifest", s.host+"/"+s.repo("shop-metadata")+"@"+string(d))), &m); err != nil || len(m.Layers) != 1 {
		s.t.Fatalf("the document's manifest: %v, %d layers", err, len(m.Layers))
	}
	doc, err := model.ParseChannelDocument([]byte(s.crane("blob", s.host+"/"+s.repo("shop-metadata")+"@"+string(m.Layers[0].Digest))))
	if err != nil {
		s.t.Fatal(err)
	}
	now := s.last
	for pkg, named := range map[string]model.Digest{"shop": doc.Images["shop"], "shop-proxy": doc.Images["shop-proxy"], "shop-payload": doc.Payload} {
		if now[pkg+":"+version] != string(named) {
			s.t.Errorf("the document names %s of %s, crane finds %s", named, pkg, now[pkg+":"+version])
		}
	}
}
