package history

import (
	"fmt"
	"runtime"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
)

// BenchmarkKeyAndView is one key and one frame in 100,000 versions. Budget:
// 2 ms.
func BenchmarkKeyAndView(b *testing.B) {
	p := at(scale(100_000), 120, 40)
	p.table.Page(1)
	b.ResetTimer()
	for i := range b.N {
		id := keys.Down
		if i/1000%2 == 1 {
			id = keys.Up
		}
		p.Do(id)
		_ = p.Keys()
		_ = p.View()
	}
}

// BenchmarkFilterKeystroke is what one character of a filter costs in 100,000
// versions, the command included. Budget: 16 ms.
func BenchmarkFilterKeystroke(b *testing.B) {
	p := at(scale(100_000), 120, 40)
	b.ResetTimer()
	for range b.N {
		for _, q := range []string{"a", "ab"} {
			msg := p.list.SetQuery(q)()
			if batch, ok := msg.(tea.BatchMsg); ok {
				msg = batch[0]() // the filter; the others are timers
			}
			p.Update(msg)
			_ = p.View()
		}
	}
}

// BenchmarkLoad is the computation behind a survey of 100,000 versions.
func BenchmarkLoad(b *testing.B) {
	s := scale(100_000)
	b.ResetTimer()
	for range b.N {
		load(s, pkg, true)
	}
}

// readAll is scale with the manifest of every version read: images of twelve
// layers, of which they share eight.
func readAll(n int) model.Survey {
	s := scale(n)
	p := &s.Inventory.Packages[0]
	all := make(map[model.Digest]*model.Manifest, n)
	var base []model.Descriptor
	for i := range 8 {
		base = append(base, blob(fmt.Sprint("base", i), "application/vnd.oci.image.layer.v1.tar+gzip", 50_000_000))
	}
	for i, v := range p.Snapshot.Versions {
		config := blob(fmt.Sprint("config", i), "application/vnd.oci.image.config.v1+json", 9000)
		m := &model.Manifest{Digest: v.Digest, MediaType: model.MediaOCIManifest, Config: &config, Layers: append(make([]model.Descriptor, 0, 12), base...)}
		for k := range 4 {
			m.Layers = append(m.Layers, blob(fmt.Sprint(i, "layer", k), "application/vnd.oci.image.layer.v1.tar+gzip", 5_000_000))
		}
		all[v.Digest] = m
	}
	p.Snapshot = p.Snapshot.WithManifests(all)
	return s
}

// BenchmarkMemory is what 100,000 versions take with the pane that shows them.
// Budget: 250 MB.
func BenchmarkMemory(b *testing.B) {
	for name, survey := range map[string]func(int) model.Survey{"unread": scale, "read": readAll} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				p := at(survey(100_000), 120, 40)
				b.ReportMetric(float64(heap()-before)/1e6, "MB")
				runtime.KeepAlive(p)
			}
		})
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkLoadRead is the same as BenchmarkLoad where everything was read.
func BenchmarkLoadRead(b *testing.B) {
	s := readAll(100_000)
	b.ResetTimer()
	for range b.N {
		load(s, pkg, true)
	}
}
