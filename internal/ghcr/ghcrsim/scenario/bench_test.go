package scenario

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// BenchmarkLoad is the whole seed: it must stay well under 200 ms, as serving
// begins after it.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load("containai", 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScale is what the first screen asks of ten packages of 100,000
// versions, and the walk that the first unknown digest costs one package.
func BenchmarkScale(b *testing.B) {
	b.Run("first pages", func(b *testing.B) {
		for b.Loop() {
			w, err := Load("scale:100000", 0)
			if err != nil {
				b.Fatal(err)
			}
			for _, p := range w.Packages() {
				w.Versions(p.Name, false, 0, 500)
			}
		}
	})
	b.Run("unknown digest", func(b *testing.B) {
		for b.Loop() {
			w, err := Load("scale:100000", 0)
			if err != nil {
				b.Fatal(err)
			}
			w.Manifest("containai", model.DigestOf([]byte("never pushed")))
		}
	})
	b.Run("all pages of one package", func(b *testing.B) {
		for b.Loop() {
			w, err := Load("scale:100000", 0)
			if err != nil {
				b.Fatal(err)
			}
			for at := 0; at < 100_000; at += 100 {
				w.Versions("containai", false, at, 100)
			}
		}
	})
}
