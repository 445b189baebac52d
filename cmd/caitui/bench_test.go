package main

import (
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim"
	"github.com/novotnyllc/caitui/internal/ui/uitest/term"
)

// benchRig is a rig whose store is warm.
func benchRig(b *testing.B) (env []string) {
	b.Helper()
	server, err := ghcrsim.Start(b.Context(), ghcrsim.Options{Scenario: "containai", RealNow: time.Now})
	if err != nil {
		b.Fatalf("starting the simulator: %v", err)
	}
	b.Cleanup(func() { _ = server.Close() })
	info, data := server.Info(), b.TempDir()
	env = []string{
		"CAITUI_API=" + info.API, "CAITUI_REGISTRY=" + info.Registry, "GITHUB_TOKEN=" + info.Tokens.Write,
		"CAITUI_DATA_DIR=" + data, "HOME=" + data, "LANG=C.UTF-8", "CAITUI_OWNER=" + info.Owner,
	}
	for range 2 { // until nothing is left to be read
		x := term.Start(b, 160, 45, env, program, "channels")
		x.WaitExit(limit)
	}
	return env
}

// Budget: 40 ms from exec to the first useful frame, store warm, ten packages.
func BenchmarkFirstFrame(b *testing.B) {
	env := benchRig(b)
	for b.Loop() {
		x := term.Start(b, 160, 45, env, program)
		x.WaitFor(`containai-metadata`, limit)
		b.StopTimer()
		x.WaitFor(`Z fresh`, limit)
		x.Type("q")
		x.WaitExit(limit)
		b.StartTimer()
	}
}

// Budget: 8 ms from a key to the changed screen, both ends of the terminal
// included.
func BenchmarkKeyToScreen(b *testing.B) {
	x := term.Start(b, 160, 45, benchRig(b), program)
	x.WaitFor(`Z fresh`, limit)
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			x.Press("down")
			x.WaitFor(`> nightly`, limit)
		} else {
			x.Press("up")
			x.WaitFor(`> prod`, limit)
		}
	}
}
