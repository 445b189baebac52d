package config

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Settings are the effective values, checked.
type Settings struct {
	Paths Paths
	// Layout holds owner, repository, packages, channels and tag patterns. Its
	// Packages are empty where they must be found out by asking; its Owner is
	// empty for a registry whose repositories have none.
	Layout model.Layout
	// OwnerInPath is whether repositories are OWNER/NAME.
	OwnerInPath bool
	API         string // base URL without a final slash; "": no API
	Registry    string // base URL without a final slash

	ReadOnly     bool
	InsecureHTTP bool
	ASCII        bool
	Theme        string // one of Themes
	// PointsPerMinute is what the API may be asked for, see the key of this name.
	PointsPerMinute int
	LogFile         string // "": none
	// TrustedRoots are files or addresses of further trusted roots, beside the
	// one that is built in.
	TrustedRoots []string
	// TUF are repositories that roots can be refreshed from, beside or in place
	// of those that are known without being told.
	TUF []TUFRepository
	// Keys are the rebound actions: id of the action → keys.
	Keys map[string][]string
	// Notes are things worth a line: a list that does not apply.
	Notes []string

	keyPlaces map[string]string
	described []Setting
}

// Setting is one effective value with its origin, for the person who wonders
// why caitui behaves as it does.
type Setting struct {
	Name   string
	Value  string
	Source string // "flag --owner", "environment CAITUI_OWNER", "config.yaml:3:8", "default"
}

// Describe lists all effective values in a stable order.
func (s Settings) Describe() []Setting { return s.described }

// KeyPlace is where the file rebinds an action, for a message about an action
// that there is not.
func (s Settings) KeyPlace(action string) string { return s.keyPlaces[action] }

// Default is what holds without any flag, environment or file. Paths are
// empty: they depend on the environment.
func Default() Settings {
	s, err := Resolve(Flags{}, func(string) string { return "" }, Config{})
	if err != nil {
		// The built-in values are constants of this package and its tests.
		panic("resolving the built-in settings: " + err.Error())
	}
	return s
}

// For is the whole way: it locates and reads the file and resolves.
func For(f Flags, env func(string) string) (Settings, error) {
	paths, err := Locate(f, env)
	if err != nil {
		return Settings{}, err
	}
	c, err := Load(paths)
	if err != nil {
		return Settings{}, err
	}
	s, err := Resolve(f, env, c)
	if err != nil {
		return Settings{}, err
	}
	s.Paths = paths
	s.describePaths(f, env)
	return s, nil
}

func (s *Settings) describePaths(f Flags, env func(string) string) {
	source := func(flagged, variable string) string {
		switch {
		case flagged != "":
			return "flag"
		case env(variable) != "":
			return "environment " + variable
		default:
			return defaultSource
		}
	}
	data := Setting{Name: "data_dir", Value: s.Paths.Data, Source: source(f.DataDir, "CAITUI_DATA_DIR")}
	file := Setting{Name: "config", Value: s.Paths.Config, Source: source(f.Config, "CAITUI_CONFIG")}
	if data.Source == "flag" {
		data.Source = "flag --data-dir"
	}
	if file.Source == "flag" {
		file.Source = "flag --config"
	}
	s.described = append([]Setting{file, data}, s.described...)
}

func (s *Settings) describe(name, text, source string) {
	s.described = append(s.described, Setting{Name: name, Value: text, Source: source})
}

func packageNames(list []model.PackageSpec) string {
	var names []string
	for _, p := range list {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

func channelNames(list []model.ChannelSpec) []string {
	var names []string
	for _, c := range list {
		names = append(names, c.Name)
	}
	return names
}
