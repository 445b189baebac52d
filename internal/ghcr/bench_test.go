package ghcr_test

import (
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
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

// Budget: rollback of ten packages, 40 ms a round trip, from the confirmation
// to the last read-back: 250 ms for one stage, 600 ms for all of them.
func BenchmarkRollback(b *testing.B) {
	for name, stages := range map[string]bool{"one stage": false, "all stages": true} {
		b.Run(name, func(b *testing.B) {
			r := newRig(b, "containai")
			o := r.options(r.Tokens.Write)
			dir := b.TempDir()
			o.Store, o.Journal = openStore(b, dir), openJournal(b, dir)
			s := open(b, o)
			refresh(b, s)
			plan := everything(b, s, stages)
			r.post("latency", map[string]string{"rtt": "40ms"})
			for b.Loop() {
				out, err := s.Execute(b.Context(), plan, model.Conduct{})
				if err != nil || out.Result != model.ResultDone {
					b.Fatalf("%+v %v", out, err)
				}
				b.StopTimer()
				r.restore()
				if err := r.World().SetTag("containai-installer", "latest", r.prod["containai-installer"], time.Time{}); err != nil {
					b.Fatal(err)
				}
				s = open(b, o) // no token and no connection is left from before
				b.StartTimer()
			}
		})
	}
}

// everything rolls prod of all packages back to v1.2.0.
func everything(b *testing.B, s *ghcr.Service, stages bool) model.Plan {
	b.Helper()
	plan, err := s.PlanChannel(b.Context(), model.ChannelRequest{Act: model.ActRollback, Channel: "prod", Release: "v1.2.0"})
	if err != nil {
		b.Fatal(err)
	}
	for i := range plan.Changes {
		if !stages {
			plan.Changes[i].Stage = 1
		}
	}
	plan.ID = plan.CanonicalID()
	return plan
}

// From the key to the preview: everything is read anew, 40 ms a round trip.
func BenchmarkPlanRollback(b *testing.B) {
	r := newRig(b, "containai")
	o := r.options(r.Tokens.Write)
	dir := b.TempDir()
	o.Store, o.Journal = openStore(b, dir), openJournal(b, dir)
	s := open(b, o)
	refresh(b, s)
	refresh(b, s)
	r.post("latency", map[string]string{"rtt": "40ms"})
	for b.Loop() {
		everything(b, s, true)
	}
}
