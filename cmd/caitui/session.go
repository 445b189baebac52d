package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"slices"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
	"github.com/novotnyllc/caitui/cmd/caitui/credentials"
	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim"
	"github.com/novotnyllc/caitui/internal/ghcr/journal"
	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// session is a service with everything under it, for one run of caitui.
type session struct {
	service  *ghcr.Service
	verifier *lateVerifier
	settings config.Settings
	closers  []func() error
}

// close ends everything in the opposite order of its making. What cannot be
// closed any more has lost nothing: the journal syncs each line, the store may
// be lost.
func (s *session) close() {
	for _, c := range slices.Backward(s.closers) {
		_ = c()
	}
}

// settings resolves flags, environment and file.
func (a *app) settings() (config.Settings, error) {
	s, err := config.For(a.flags, a.getenv)
	if err != nil {
		return config.Settings{}, err
	}
	for _, n := range s.Notes {
		a.note("note: %s", n)
	}
	return s, nil
}

// open makes the service that the flags ask for. Packages named by a verb's
// arguments are added to the layout where it holds a list without them.
func (a *app) open(ctx context.Context, pkgs ...string) (*session, error) {
	s := &session{}
	if err := a.build(ctx, s, pkgs); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// refreshed is a session together with what the servers say of everything.
func (a *app) refreshed(ctx context.Context) (*session, model.Survey, error) {
	s, err := a.open(ctx)
	if err != nil {
		return nil, model.Survey{}, err
	}
	survey, err := s.service.Refresh(ctx)
	if err != nil {
		s.close()
		return nil, model.Survey{}, err
	}
	return s, survey, nil
}

func (a *app) build(ctx context.Context, s *session, pkgs []string) error {
	var creds credentials.Found
	if a.demo {
		simulator, err := a.startDemo(ctx, s)
		if err != nil {
			return err
		}
		creds = simulator
	} else {
		settings, err := a.settings()
		if err != nil {
			return err
		}
		s.settings = settings
		creds = credentials.New(a.getenv).Find(ctx, settings.API, settings.Registry)
		for _, n := range creds.Notes {
			a.note("note: %s", n)
		}
	}
	for _, name := range pkgs {
		if len(s.settings.Layout.Packages) == 0 {
			s.settings.Layout.Packages = append(s.settings.Layout.Packages, model.PackageSpec{Name: name, Kind: model.KindImage, Stage: 2})
		}
	}
	log, err := a.openLog(s)
	if err != nil {
		return err
	}
	kept, notice, err := store.Open(s.settings.Paths.Store(), a.now)
	if err != nil {
		return fmt.Errorf("opening the local store: %w", err)
	}
	if notice != "" {
		a.note("note: %s", notice)
	}
	s.closers = append(s.closers, kept.Close)
	j, err := journal.Open(s.settings.Paths.Journal(), a.now)
	if err != nil {
		return err
	}
	s.verifier = a.newVerifier(s.settings, log)
	host, _ := os.Hostname() // a journal without it is still a journal
	s.service, err = ghcr.New(ghcr.Options{
		API: s.settings.API, Registry: s.settings.Registry, Layout: s.settings.Layout,
		OwnerInPath: s.settings.OwnerInPath, OnlyListed: len(a.flags.Packages) > 0,
		APICredentials: reveal(creds.API), RegistryCredentials: reveal(creds.Registry),
		ReadOnly: s.settings.ReadOnly, Offline: a.offline, Demo: a.demo, InsecureHTTP: s.settings.InsecureHTTP,
		PointsPerMinute: s.settings.PointsPerMinute, Verifier: s.verifier,
		Store: kept, Journal: j, Saved: s.settings.Paths.Saved(), Now: a.now, Log: log,
		UserAgent: "caitui/" + version, Actor: localUser(a.getenv), Host: host,
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, s.service.Close)
	return nil
}

// reveal hands a credential to the only room that may send it.
func reveal(c credentials.Credential) ghcr.Credentials {
	return ghcr.Credentials{Login: c.Login, Token: c.Token.Reveal(), Source: c.Source}
}

// startDemo starts the simulator in process and points the settings at it,
// with a data directory that goes with it. Owner, list and addresses given by
// flags or environment do not count: the demo is the demo.
func (a *app) startDemo(ctx context.Context, s *session) (credentials.Found, error) {
	server, err := ghcrsim.Start(ctx, ghcrsim.Options{Scenario: a.scenario, RealNow: a.now})
	if err != nil {
		return credentials.Found{}, fmt.Errorf("starting the demo: %w", err)
	}
	s.closers = append(s.closers, server.Close)
	dir, err := os.MkdirTemp("", "caitui-demo-")
	if err != nil {
		return credentials.Found{}, fmt.Errorf("making room for the demo's data: %w", err)
	}
	s.closers = append(s.closers, func() error { return os.RemoveAll(dir) })
	info := server.Info()
	flags := a.flags
	flags.API, flags.Registry, flags.DataDir = info.API, info.Registry, dir
	flags.Owner, flags.Repository, flags.Config, flags.Changed = info.Owner, info.Repository, "", nil
	settings, err := config.For(flags, func(name string) string {
		if name == "CAITUI_TRUSTED_ROOT" {
			return info.TrustedRoot
		}
		return ""
	})
	if err != nil {
		return credentials.Found{}, err
	}
	s.settings = settings
	one := credentials.Credential{Login: "alice", Token: credentials.NewToken(info.Tokens.Admin), Source: "demo"}
	return credentials.Found{API: one, Registry: one}, nil
}

// openJournal opens the journal alone: reading it needs no service and no
// network.
func (a *app) openJournal() (*journal.Journal, error) {
	if a.demo {
		return nil, usageError{errors.New("the demo's journal goes with the demo: look at it with J in the console")}
	}
	settings, err := a.settings()
	if err != nil {
		return nil, err
	}
	return journal.Open(settings.Paths.Journal(), a.now)
}

// openLog opens the request log, nil where none is asked for.
func (a *app) openLog(s *session) (*slog.Logger, error) {
	if s.settings.LogFile == "" {
		return slog.New(slog.NewTextHandler(io.Discard, nil)), nil
	}
	file, err := os.OpenFile(s.settings.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, usageError{fmt.Errorf("opening the log file: %w", err)}
	}
	s.closers = append(s.closers, file.Close)
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: slog.LevelDebug})), nil
}

// localUser is who the journal says acted where the credentials do not tell.
func localUser(getenv func(string) string) string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	if name := getenv("USER"); name != "" {
		return name
	}
	return "unknown"
}

// completePackage completes the first argument with the configured packages,
// without asking any server.
func (a *app) completePackage(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	settings, err := config.For(a.flags, a.getenv)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, p := range settings.Layout.Packages {
		names = append(names, p.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
