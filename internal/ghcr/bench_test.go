package ghcr_test

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr"
)

// Budgets: channels of ten packages, cold, 40 ms a round trip, with token:
// 200 ms and 80 requests; nothing but the network and the store is measured.
func BenchmarkRefreshCold(b *testing.B) {
	r := newRig(b, "containai")
	r.post("latency", map[string]string{"rtt": "40ms"})
	var requests int64
	for b.Loop() {
		b.StopTimer()
		s := open(b, r.options(r.Tokens.Write))
		mark := r.mark()
		b.StartTimer()
		refresh(b, s)
		b.StopTimer()
		requests += r.mark() - mark
		_ = s.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(requests)/float64(b.N), "requests/op")
}

func BenchmarkRefreshWarm(b *testing.B) {
	r := newRig(b, "containai")
	s := open(b, r.options(r.Tokens.Write))
	refresh(b, s)
	refresh(b, s)
	r.post("latency", map[string]string{"rtt": "40ms"})
	for b.Loop() {
		refresh(b, s)
	}
}

func BenchmarkStored(b *testing.B) {
	r := newRig(b, "containai")
	o := r.options(r.Tokens.Write)
	dir := b.TempDir()
	o.Store = openStore(b, dir)
	first := open(b, o)
	refresh(b, first)
	refresh(b, first)
	_ = first.Close()
	for b.Loop() {
		b.StopTimer()
		o.Store = openStore(b, dir)
		o.Journal = openJournal(b, dir)
		b.StartTimer()
		s, err := ghcr.New(o)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Stored(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		_ = s.Close()
		b.StartTimer()
	}
}
