package config

import (
	"path/filepath"
	"runtime"

	"github.com/novotnyllc/caitui/internal/model"
)

// Flags are the global flags as given on the command line.
type Flags struct {
	Owner        string
	Repository   string
	Packages     []string
	Registry     string
	API          string
	Config       string
	DataDir      string
	ReadOnly     bool
	InsecureHTTP bool
	Theme        string
	LogFile      string
	ASCII        bool

	// Changed reports whether the flag of that name ("read-only") was given,
	// so that --read-only=false can beat the file. Where it is nil, a flag was
	// given when it is not its zero value.
	Changed func(flag string) bool
}

func (f Flags) given(flag string, zero bool) bool {
	if f.Changed != nil {
		return f.Changed(flag)
	}
	return !zero
}

// Paths are the places on disk that caitui uses.
type Paths struct {
	// Config is the configuration file. Only one that was named must exist.
	Config      string
	ConfigNamed bool
	// Data holds the store, the journal, the plans and the manifests of what was
	// deleted.
	Data string
}

// Store is the local store's file.
func (p Paths) Store() string { return filepath.Join(p.Data, "store.db") }

// Journal is the journal's folder.
func (p Paths) Journal() string { return filepath.Join(p.Data, "journal") }

// Saved is the folder for the manifests of what is deleted.
func (p Paths) Saved() string { return filepath.Join(p.Data, "saved") }

// Roots is the folder for trusted roots that were fetched.
func (p Paths) Roots() string { return filepath.Join(p.Data, "roots") }

// Locate finds the places: --data-dir or CAITUI_DATA_DIR holds everything,
// config.yaml too; without it the XDG base directories do (XDG Base Directory
// Specification 0.8, relative values ignored as it demands). --config or
// CAITUI_CONFIG names another configuration file in either case.
func Locate(f Flags, env func(string) string) (Paths, error) {
	var p Paths
	dataDir := f.DataDir
	if dataDir == "" {
		dataDir = env("CAITUI_DATA_DIR")
	}
	p.Config = f.Config
	if p.Config == "" {
		p.Config = env("CAITUI_CONFIG")
	}
	p.ConfigNamed = p.Config != ""
	if dataDir != "" {
		p.Data = dataDir
		if !p.ConfigNamed {
			p.Config = filepath.Join(dataDir, "config.yaml")
		}
		return p, nil
	}
	var err error
	if p.Data, err = base(env, "XDG_DATA_HOME", ".local/share"); err != nil {
		return Paths{}, err
	}
	if !p.ConfigNamed {
		dir, err := base(env, "XDG_CONFIG_HOME", ".config")
		if err != nil {
			return Paths{}, err
		}
		p.Config = filepath.Join(dir, "config.yaml")
	}
	return p, nil
}

// base is caitui's folder in an XDG base directory.
func base(env func(string) string, variable, underHome string) (string, error) {
	if dir := env(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "caitui"), nil
	}
	home := env("HOME")
	if runtime.GOOS == "windows" {
		home, underHome = env("LOCALAPPDATA"), ""
	}
	if !filepath.IsAbs(home) {
		return "", model.Invalid("there is no home directory to keep anything in", "set HOME, or name a directory with --data-dir")
	}
	return filepath.Join(home, filepath.FromSlash(underHome), "caitui"), nil
}
