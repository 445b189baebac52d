package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// console opens the console on the terminal.
func (a *app) console(ctx context.Context) error {
	if a.format != formatTable {
		return usageError{errors.New("-o goes with a verb: the console has screens")}
	}
	collect := sync.OnceFunc(lateCollection())
	defer collect()
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	// What the store knows is read before the first frame, so that the frame
	// has it; a store that cannot answer costs the first frame its data.
	first, err := s.service.Stored(ctx)
	if err != nil {
		first = model.Survey{}
	}
	own, err := ownKeys(s.settings)
	if err != nil {
		return err
	}
	look := theme.FromEnv(a.stdout, a.getenv, s.settings.Theme)
	look.ASCII = look.ASCII || s.settings.ASCII
	root := ui.New(ui.Options{
		Service: s.service, Theme: theme.New(look), Context: context.WithoutCancel(ctx), Now: a.now,
		Demo: a.demo, ReadOnly: s.settings.ReadOnly,
		Home:      a.getenv("HOME"),
		Clipboard: a.clipboard(), Document: document, Browser: a.browser(), Save: savePlan, Evidence: s.exportEvidence, First: first, Keys: own,
	})
	return ui.Run(ctx, root, a.stdin, a.stdout, collect)
}

// startGC lets Go's heap grow to 64 MiB before the first collection: its least
// heap is 4 MiB at 100 per cent (runtime/debug, GOGC), which the start passes
// several times, and next to nothing that it makes is garbage.
const startGC = 1600

// lateCollection puts the garbage collector off and returns what brings it back
// to what it was.
func lateCollection() (back func()) {
	before := debug.SetGCPercent(startGC)
	return func() { debug.SetGCPercent(before) }
}

// ownKeys are the keys that the configuration gives to actions, checked against
// each other and against the rest.
func ownKeys(settings config.Settings) (map[keys.ID][]string, error) {
	if len(settings.Keys) == 0 {
		return nil, nil // the declared keys fit: tests see to it
	}
	own := make(map[keys.ID][]string, len(settings.Keys))
	for action, list := range settings.Keys {
		for _, k := range list {
			if canonical, ok := keys.Canonical(k); ok {
				k = canonical
			}
			own[keys.ID(action)] = append(own[keys.ID(action)], k)
		}
	}
	if _, err := keys.Rebind(ui.PaneScopes(), own, ui.Everywhere); err != nil {
		return nil, &model.Error{Kind: model.ErrInvalid, Cause: err,
			Message: "the keys in " + settings.Paths.Config + " do not fit", Cure: model.CureOf(err)}
	}
	return own, nil
}

// browser opens a page on this machine; nil over SSH and where there is no
// display: the address is shown then.
func (a *app) browser() func(string) error {
	if a.getenv("SSH_CONNECTION") != "" || a.getenv("SSH_TTY") != "" {
		return nil
	}
	var program []string
	switch runtime.GOOS {
	case "darwin":
		program = []string{"open"}
	case "windows":
		program = []string{"rundll32", "url.dll,FileProtocolHandler"}
	default:
		if a.getenv("DISPLAY") == "" && a.getenv("WAYLAND_DISPLAY") == "" {
			return nil
		}
		program = []string{"xdg-open"}
	}
	path, err := exec.LookPath(program[0])
	if err != nil {
		return nil
	}
	return func(address string) error {
		// It outlives the call: a browser started first stays open.
		cmd := exec.CommandContext(context.Background(), path, append(program[1:], address)...)
		if err := cmd.Start(); err != nil {
			return fmt.Errorf("opening %s: %w", address, err)
		}
		go func() { _ = cmd.Wait() }()
		return nil
	}
}
