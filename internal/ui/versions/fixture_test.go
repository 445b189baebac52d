package versions

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// now is the server's time of every survey here.
var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

var names = []string{"containai-base", "containai-claude", "containai-proxy"}

func commit(n int) string { return model.DigestOf(fmt.Append(nil, "commit", n)).Hex()[:40] }

// build is one publish of the story: the same in each package, a minute apart.
type build struct {
	days float64
	tags []string
}

// story is v1.2.0 that was good, v1.3.0 in prod, and the present dev.
func story() []build {
	return []build{{44, []string{"v1.2.0"}}, {7, []string{"v1.3.0", "prod"}}, {0.5, []string{"dev"}}}
}

// world is the packages after a story. Each build is an index of one platform's
// manifest, so that there is something to fold; where it is not read, both are
// lines of their own. containai-proxy has no v1.2.0.
func world(t testing.TB, builds []build, read bool) model.Survey {
	t.Helper()
	layout := model.ContainAI()
	inv := model.Inventory{Registry: "ghcr.io", Owner: layout.Owner, Layout: layout, ReadAt: now}
	for i, name := range names {
		var versions []model.Version
		manifests := make(map[model.Digest]*model.Manifest)
		put := func(at time.Time, doc map[string]any, tags ...string) *model.Manifest {
			raw, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			m, err := model.ParseManifest(raw, "")
			if err != nil {
				t.Fatal(err)
			}
			manifests[m.Digest] = m
			versions = append(versions, model.Version{ID: int64(1000*i + len(versions) + 1), Digest: m.Digest, Tags: tags, Created: at, Updated: at})
			return m
		}
		for n, b := range builds {
			if n == 0 && name == "containai-proxy" {
				continue
			}
			at := now.Add(-time.Duration(b.days*24*float64(time.Hour)) + time.Duration(i)*time.Minute)
			config := model.Descriptor{MediaType: "application/vnd.oci.image.config.v1+json", Digest: model.DigestOf(fmt.Append(nil, name, n)), Size: 1000}
			child := put(at.Add(-time.Second), map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest, "config": config})
			put(at, map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": []model.Descriptor{{
				MediaType: model.MediaOCIManifest, Digest: child.Digest, Size: 500, Platform: &model.Platform{OS: "linux", Architecture: "amd64"},
			}}}, append([]string{"sha-" + commit(n)}, b.tags...)...)
		}
		slices.SortStableFunc(versions, func(a, b model.Version) int { return b.Created.Compare(a.Created) })
		snap := model.NewSnapshot(name, model.OriginAPI, now, versions)
		if read {
			snap = snap.WithManifests(manifests)
		}
		inv.Packages = append(inv.Packages, model.PackageState{Spec: layout.Package(name), Known: true, Fresh: true, Snapshot: snap,
			Info: model.PackageInfo{Name: name, URL: "https://github.com/orgs/novotnyllc/packages/container/package/" + name}})
	}
	return model.NewSurvey(inv, model.Past{})
}

// tagged is the digest of a tag.
func tagged(t testing.TB, s model.Survey, pkg, tag string) model.Digest {
	t.Helper()
	p, _ := s.Inventory.Package(pkg)
	d := p.Snapshot.Tag(tag)
	if d == "" {
		t.Fatalf("%s has no tag %s", pkg, tag)
	}
	return d
}

// scale is packages of n tagged versions each, none of them read.
func scale(packages, n int) model.Survey {
	layout := model.ContainAI()
	s := model.Survey{Inventory: model.Inventory{Registry: "ghcr.io", Owner: layout.Owner, Layout: layout, ReadAt: now}}
	for p := range packages {
		name := layout.Packages[p%len(layout.Packages)].Name
		versions := make([]model.Version, n)
		for i := range versions {
			versions[i] = model.Version{ID: int64(n - i), Digest: model.DigestOf(fmt.Append(nil, p, i)),
				Tags: []string{"sha-" + commit(i)}, Created: now.Add(-time.Duration(i) * time.Minute)}
		}
		s.Inventory.Packages = append(s.Inventory.Packages, model.PackageState{Spec: layout.Package(name), Known: true, Fresh: true,
			Snapshot: model.NewSnapshot(name, model.OriginAPI, now, versions)})
	}
	return s
}

// at builds the pane with a survey, its rows computed, with the focus.
func at(s model.Survey, w, h int) *Pane {
	p := New(uitest.Theme())
	p.SetFocus(true)
	p.SetSize(w, h)
	uitest.Bring(p, pane.Surveyed{Survey: s})
	return p
}

// messages runs a command and what it is made of.
func messages(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	batch, ok := msg.(tea.BatchMsg)
	if !ok {
		return []tea.Msg{msg}
	}
	var out []tea.Msg
	for _, c := range batch {
		out = append(out, messages(c)...)
	}
	return out
}
