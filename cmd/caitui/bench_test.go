package main

import (
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim"
	"github.com/novotnyllc/caitui/internal/model"
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
		"CAITUI_TRUSTED_ROOT=" + info.TrustedRoot,
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

// Budget: 7 ms from exec to exit of a verb that asks nobody.
func BenchmarkVersionVerb(b *testing.B) {
	for b.Loop() {
		if out, err := exec.CommandContext(b.Context(), program, "version").CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
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

// Aim: from the start, with nothing stored, to the chat line of a rollback of all
// ten packages in 9 keys, and at 200 ms a round trip in 4 s. The quiet periods of
// the two dialogs are in it, a person's reading is not.
func BenchmarkIncident(b *testing.B) {
	for _, rtt := range []string{"0ms", "40ms", "200ms"} {
		b.Run(rtt, func(b *testing.B) {
			server, err := ghcrsim.Start(b.Context(), ghcrsim.Options{Scenario: "containai", RealNow: time.Now})
			if err != nil {
				b.Fatalf("starting the simulator: %v", err)
			}
			b.Cleanup(func() { _ = server.Close() })
			info := server.Info()
			seed := make(map[string]model.Digest)
			for _, p := range server.World().Packages() {
				for _, tag := range []string{"prod", "latest"} {
					seed[p.Name+":"+tag], _ = server.World().Resolve(p.Name, tag)
				}
			}
			resp, err := http.Post(info.API+"/_sim/latency", "application/json", strings.NewReader(`{"rtt":"`+rtt+`"}`))
			if err != nil {
				b.Fatal(err)
			}
			_ = resp.Body.Close()
			pressed := 0
			for b.Loop() {
				b.StopTimer()
				data := b.TempDir()
				env := []string{
					"CAITUI_API=" + info.API, "CAITUI_REGISTRY=" + info.Registry, "GITHUB_TOKEN=" + info.Tokens.Write,
					"CAITUI_DATA_DIR=" + data, "HOME=" + data, "LANG=C.UTF-8", "CAITUI_OWNER=" + info.Owner,
					"CAITUI_TRUSTED_ROOT=" + info.TrustedRoot,
				}
				b.StartTimer()
				x := term.Start(b, 80, 24, env, program)
				x.WaitFor(`prod +v1\.3\.0`, limit)
				x.Type("R")
				x.WaitFor(`enter execute.*tab rows`, limit)
				x.Type("prod")
				x.Press("enter")
				x.WaitFor(`y copy a line`, limit)
				x.Type("y")
				x.WaitFor(`sent, not confirmed`, limit)
				b.StopTimer()
				pressed = x.KeyCount()
				x.Press("esc")
				x.WaitGone(`LIVE Done`, limit)
				x.Type("q")
				x.WaitExit(limit)
				for name, d := range seed {
					pkg, tag, _ := strings.Cut(name, ":")
					if now, _ := server.World().Resolve(pkg, tag); d != "" && now != d {
						if err := server.World().SetTag(pkg, tag, d, server.World().Now()); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(pressed), "keys/op")
		})
	}
}
