package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// Whose packages all scenarios are about.
const (
	owner      = "novotnyllc"
	repository = "novotnyllc/ContainAI"
)

// Default is the scenario that is served where none is named.
const Default = "containai"

// clock is where the clock stands in every scenario but the dormant ones.
func clock() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }

// loaders are the scenarios by name, without scale, which takes a number.
func loaders() map[string]func(seed int64) (*world.World, error) {
	return map[string]func(seed int64) (*world.World, error){
		Default:           loadContainAI,
		"runbook":         loadRunbook,
		"half-rollback":   loadHalfRollback,
		"partial-publish": loadPartialPublish,
		"race":            loadRace,
		"dormant":         loadDormant,
		"broken-prod":     loadBrokenProd,
		"empty":           loadEmpty,
		"hostile":         loadHostile,
	}
}

// Names lists what Load accepts, sorted. `scale:N` stands for any number of
// versions a package.
func Names() []string {
	names := slices.Collect(maps.Keys(loaders()))
	names = append(names, "scale:N")
	slices.Sort(names)
	return names
}

// maxScale bounds scale:N: beyond it, numbers and memory stop being sensible.
const maxScale = 2_000_000

// Load makes the world of a scenario. The same name and seed always give the
// same bytes and so the same digests; "" means Default.
func Load(name string, seed int64) (*world.World, error) {
	if name == "" {
		name = Default
	}
	load, ok := loaders()[name]
	if number, scaled := strings.CutPrefix(name, "scale:"); scaled {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > maxScale {
			return nil, &model.Error{
				Kind: model.ErrInvalid, Message: fmt.Sprintf("%s is not a size for scenario scale", model.Sanitize(number)),
				Cure: fmt.Sprintf("scale:N takes a number of versions from 1 to %d", maxScale),
			}
		}
		load, ok = func(seed int64) (*world.World, error) { return loadScale(n, seed) }, true
	}
	if !ok {
		return nil, &model.Error{
			Kind: model.ErrInvalid, Message: "there is no scenario " + model.Sanitize(name),
			Cure: "scenarios are " + strings.Join(Names(), ", "),
		}
	}
	w, err := load(seed)
	if err != nil {
		return nil, fmt.Errorf("loading scenario %s: %w", model.Sanitize(name), err)
	}
	w.SetScenario(name)
	return w, nil
}
