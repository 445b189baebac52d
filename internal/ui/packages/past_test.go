package packages

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// blob describes content that nobody reads.
func blob(name, media string, size int64) model.Descriptor {
	return model.Descriptor{MediaType: media, Digest: model.DigestOf([]byte(name)), Size: size}
}

// built is the healthy survey in which containai's v1.2.0 and v1.3.0 have been
// read: two platforms each, of which the upper layer of arm64 differs, and a
// signed bundle about the latter.
func built(t testing.TB) model.Survey {
	t.Helper()
	s := healthy()
	manifests := make(map[model.Digest]*model.Manifest)
	var versions []model.Version
	put := func(v any, tags ...string) model.Descriptor {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		m, err := model.ParseManifest(raw, "")
		if err != nil {
			t.Fatal(err)
		}
		manifests[m.Digest] = m
		versions = append(versions, model.Version{ID: int64(len(versions) + 1), Digest: m.Digest, Tags: tags, Created: now.Add(-time.Duration(100-len(versions)) * time.Hour)})
		return model.Descriptor{MediaType: m.MediaType, Digest: m.Digest, Size: int64(len(raw))}
	}
	index := func(version string) model.Descriptor {
		var children []model.Descriptor
		for _, arch := range []string{"amd64", "arm64"} {
			child := put(map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest, "config": blob(arch+version, "application/vnd.oci.image.config.v1+json", 2000),
				"layers": []model.Descriptor{blob("base "+arch, "layer", 500_000_000), blob("app "+strings.TrimPrefix(arch+version, "amd64"+version), "layer", 40_000_000)}})
			child.Platform = &model.Platform{OS: "linux", Architecture: arch}
			children = append(children, child)
		}
		return put(map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": children}, version)
	}
	v12, v13 := index("v1.2.0"), index("v1.3.0")
	put(map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest, "artifactType": model.MediaBundlePrefix + ".v0.3+json",
		"config": blob("{}", model.MediaOCIEmpty, 2), "layers": []model.Descriptor{blob("bundle", model.MediaBundlePrefix+".v0.3+json", 9000)}, "subject": v13})
	p := &s.Inventory.Packages[0]
	p.Snapshot = model.NewSnapshot(p.Spec.Name, model.OriginAPI, now, versions).WithManifests(manifests)
	prod := &s.Channels[0]
	for i := range prod.Members {
		if prod.Members[i].Package == p.Spec.Name {
			prod.Members[i].Digest = v13.Digest
		}
	}
	prod.Release.Members[p.Spec.Name] = model.Member{Digest: v13.Digest}
	prod.Previous.Release.Members[p.Spec.Name] = model.Member{Digest: v12.Digest}
	return s
}

// besides checks that the view has all of some texts and none of others.
func besides(t *testing.T, p *Pane, want []string, not ...string) {
	t.Helper()
	view := text(p)
	for _, w := range want {
		if !strings.Contains(view, w) {
			t.Errorf("%q is not there:\n%s", w, view)
		}
	}
	for _, n := range not {
		if strings.Contains(view, n) {
			t.Errorf("%q is there:\n%s", n, view)
		}
	}
}

func TestDetailsSayWhatWasReadAnyway(t *testing.T) {
	p := at(built(t), 160, 43)
	uitest.Press(t, p, "2", "j")
	besides(t, p, []string{"for amd64, arm64", "1.1 GB", "1 statement, not checked", "before: v1.2.0",
		"platforms 2 changed", "layers 1 changed, 3 equal"}, "config", "files")
	uitest.Press(t, p, "k") // another package, of which no manifest was read
	besides(t, p, []string{"before: v1.2.0"}, "layers", "1.1 GB")
}

func TestHistoryStandsBesideThePackage(t *testing.T) {
	p := at(built(t), 200, 58)
	besides(t, p, []string{"── releases", "→ nightly now", "was prod"}, "history")
	uitest.Press(t, p, "2", "j")
	besides(t, p, []string{"── containai history", "2 builds", "· ", "1.1 GB"}, "── releases", "Sorting")
	b, ok := p.builds.Cursor()
	if !ok || b.Digest != p.pic.channels[0].Release.Members["containai"].Digest {
		t.Errorf("the cursor of the history is not on what prod holds: %+v", b)
	}
	narrow := at(built(t), 160, 43)
	uitest.Press(t, narrow, "2", "j")
	besides(t, narrow, []string{"containai"}, "── containai history")
}

func TestHistoryOfAnotherPackageIsNeverShown(t *testing.T) {
	p := at(built(t), 200, 58)
	uitest.Press(t, p, "2")
	down := func() tea.Cmd { _, cmd := p.Do("down"); return cmd }
	first := down() // onto containai; its history is not there yet
	if first == nil {
		t.Fatal("nothing is sorted")
	}
	besides(t, p, []string{"Sorting its versions."})
	if cmd := down(); cmd != nil {
		t.Error("a second sorting runs beside the first")
	}
	_, next := p.Update(first())
	besides(t, p, []string{"── containai-base history", "Sorting its versions."}, "2 builds")
	if next == nil {
		t.Fatal("what is wanted now is not sorted")
	}
	uitest.Answer(p, next)
	besides(t, p, []string{"── containai-base history"}, "Sorting")
	_, cmd := p.Update(pane.Surveyed{Survey: built(t)})
	if cmd == nil {
		t.Error("a newer survey does not sort anew")
	}
	besides(t, p, []string{"── containai-base history"}, "Sorting") // the old one stands meanwhile
}

func TestWidePackagesStayWithinTheirMeans(t *testing.T) {
	p := at(built(t), 80, 22)
	if _, cmd := p.Do("part-2"); cmd != nil {
		t.Error("a history is sorted that nobody sees")
	}
	p.SetSize(200, 58)
	_, cmd := p.Update(tea.WindowSizeMsg{Width: 200, Height: 58})
	if cmd == nil {
		t.Error("the window grew and nothing is sorted")
	}
}
