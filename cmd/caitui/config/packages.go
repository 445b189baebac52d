package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/novotnyllc/caitui/internal/model"
)

// The stages of a plan for many packages, where the file does not say: images
// before artifacts, the metadata that points to them last.
const (
	stageImage    = 2
	stageArtifact = 3
	stageMetadata = 4
	maxStage      = 99
)

// maxAttested bounds how many statements one publish may be expected to make.
const maxAttested = 99

func (p *fileParser) packages(e entry) error {
	nodes, err := p.list(e.value, "packages")
	if err != nil {
		return err
	}
	if len(nodes) == 0 {
		return p.fail(e.key, "packages lists nothing", "remove the line to see all packages of the owner")
	}
	var list []model.PackageSpec
	for _, n := range nodes {
		spec, nameNode, err := p.packageSpec(n)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(s model.PackageSpec) bool { return s.Name == spec.Name }) {
			return p.fail(nameNode, fmt.Sprintf("the package %s is listed twice", spec.Name), "remove one")
		}
		if spec.Role == model.RoleMetadata && slices.ContainsFunc(list, func(s model.PackageSpec) bool { return s.Role == model.RoleMetadata }) {
			return p.fail(nameNode, "a second package has the role metadata", "one package alone describes the channels")
		}
		list = append(list, spec)
	}
	p.c.packages = value[[]model.PackageSpec]{v: list, place: p.at(e.key.GetToken())}
	return nil
}

var packageKeys = []string{"name", "kind", "role", "follows_metadata", "aliases", "stage", "attested"}

// packageSpec reads a name alone or a mapping. A name that the built-in
// layout knows begins with what that says.
func (p *fileParser) packageSpec(n ast.Node) (model.PackageSpec, ast.Node, error) {
	if name, ok := scalarText(n); ok {
		if _, err := checkPackage(name); err != nil {
			return model.PackageSpec{}, nil, p.because(n, err)
		}
		return specOf(name, model.ContainAI().Packages), n, nil
	}
	entries, err := p.known(n, "a package", packageKeys)
	if err != nil {
		return model.PackageSpec{}, nil, err
	}
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == "name" })
	if i < 0 {
		return model.PackageSpec{}, nil, p.fail(n, "a package has no name", "give it a line name:")
	}
	name, err := p.text(entries[i].value, "name")
	if err != nil {
		return model.PackageSpec{}, nil, err
	}
	if _, err := checkPackage(name); err != nil {
		return model.PackageSpec{}, nil, p.because(entries[i].value, err)
	}
	spec, err := p.packageFields(specOf(name, model.ContainAI().Packages), entries)
	if err != nil {
		return model.PackageSpec{}, nil, err
	}
	if spec.Role != model.RoleNone && spec.Kind != model.KindArtifact {
		return model.PackageSpec{}, nil, p.fail(n, fmt.Sprintf("the package %s is an image and has the role %s", name, spec.Role), "a role is that of an artifact; write kind: artifact")
	}
	return spec, entries[i].value, nil
}

func (p *fileParser) packageFields(spec model.PackageSpec, entries []entry) (model.PackageSpec, error) {
	for _, e := range entries {
		var err error
		switch e.name {
		case "kind":
			err = word(p.document, e, &spec.Kind, model.KindImage, model.KindArtifact)
		case "role":
			err = word(p.document, e, &spec.Role, model.RolePayload, model.RoleInstaller, model.RoleMetadata)
		case "follows_metadata":
			spec.FollowsMetadata, err = p.boolean(e.value, e.name)
		case "stage":
			spec.Stage, err = p.number(e.value, e.name, 1, maxStage)
			p.staged = append(p.staged, spec.Name)
		case "attested":
			spec.Attested, err = p.number(e.value, e.name, 0, maxAttested)
		case "aliases":
			spec.Aliases, err = p.aliases(e)
		}
		if err != nil {
			return model.PackageSpec{}, err
		}
	}
	spec.Stage = p.stageOf(spec)
	return spec, nil
}

// stageOf is the stage that was written or is built in, else that of the kind.
func (p *fileParser) stageOf(s model.PackageSpec) int {
	switch {
	case slices.Contains(p.staged, s.Name), model.ContainAI().Knows(s.Name):
		return s.Stage
	case s.Role == model.RoleMetadata:
		return stageMetadata
	case s.Kind == model.KindArtifact:
		return stageArtifact
	default:
		return stageImage
	}
}

// specOf is what is known of a package by its name alone.
func specOf(name string, known []model.PackageSpec) model.PackageSpec {
	for _, s := range known {
		if s.Name == name {
			return s
		}
	}
	return model.PackageSpec{Name: name, Kind: model.KindImage, Stage: stageImage}
}

// word reads one of a few words.
func word[T ~string](d document, e entry, into *T, words ...T) error {
	s, err := d.text(e.value, e.name)
	if err != nil {
		return err
	}
	var names []string
	for _, w := range words {
		if string(w) == s {
			*into = w
			return nil
		}
		names = append(names, string(w))
	}
	return d.fail(e.value, fmt.Sprintf("%s cannot be %q", e.name, s), suggestion(s, names))
}

// aliases reads which further tags move with a channel.
func (p *fileParser) aliases(e entry) (map[string][]string, error) {
	entries, err := p.mapping(e.value, "aliases")
	if err != nil {
		return nil, err
	}
	out := make(map[string][]string, len(entries))
	for _, channel := range entries {
		what := "aliases." + channel.name
		nodes := []ast.Node{channel.value}
		if s, ok := channel.value.(*ast.SequenceNode); ok {
			nodes = s.Values
		}
		for _, n := range nodes {
			tag, err := p.text(n, what)
			if err != nil {
				return nil, err
			}
			if err := model.ValidTag(tag); err != nil {
				return nil, p.because(n, err)
			}
			out[channel.name] = append(out[channel.name], tag)
		}
	}
	return out, nil
}

// checkAliases refuses aliases of channels that there are not.
func (p *fileParser) checkAliases(channels []model.ChannelSpec) error {
	var names []string
	for _, c := range channels {
		names = append(names, c.Name)
	}
	for _, s := range p.c.packages.v {
		for _, channel := range slices.Sorted(maps.Keys(s.Aliases)) {
			tags := s.Aliases[channel]
			if slices.Contains(names, channel) {
				continue
			}
			if model.ContainAI().Knows(s.Name) && slices.Equal(specOf(s.Name, model.ContainAI().Packages).Aliases[channel], tags) {
				continue // built in, and idle where there is no such channel
			}
			return p.errorAt(p.c.packages.place, fmt.Sprintf("the package %s has aliases for the channel %s, which there is not: %s", s.Name, channel, strings.Join(tags, ", ")),
				suggestion(channel, names))
		}
	}
	return nil
}

func (p *fileParser) channels(e entry) error {
	nodes, err := p.list(e.value, "channels")
	if err != nil {
		return err
	}
	if len(nodes) == 0 {
		return p.fail(e.key, "channels lists nothing", "name at least one, or remove the line")
	}
	var list []model.ChannelSpec
	for _, n := range nodes {
		spec, err := p.channelSpec(n)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(s model.ChannelSpec) bool { return s.Name == spec.Name }) {
			return p.fail(n, fmt.Sprintf("the channel %s is listed twice", spec.Name), "remove one")
		}
		list = append(list, spec)
	}
	p.c.channels = value[[]model.ChannelSpec]{v: list, place: p.at(e.key.GetToken())}
	return nil
}

// channelSpec reads a name alone or a mapping. A built-in channel begins with
// what the built-in layout says.
func (p *fileParser) channelSpec(n ast.Node) (model.ChannelSpec, error) {
	name, nameNode := "", n
	var entries []entry
	if s, ok := scalarText(n); ok {
		name = s
	} else {
		var err error
		if entries, err = p.known(n, "a channel", []string{"name", "version_tags"}); err != nil {
			return model.ChannelSpec{}, err
		}
		for _, e := range entries {
			if e.name == "name" {
				nameNode = e.value
				if name, err = p.text(e.value, "name"); err != nil {
					return model.ChannelSpec{}, err
				}
			}
		}
		if name == "" {
			return model.ChannelSpec{}, p.fail(n, "a channel has no name", "give it a line name:")
		}
	}
	if err := model.ValidTag(name); err != nil {
		return model.ChannelSpec{}, p.because(nameNode, err)
	}
	spec, known := model.ContainAI().Channel(name)
	if !known {
		spec.Name = name
	}
	for _, e := range entries {
		if e.name != "version_tags" {
			continue
		}
		b, err := p.boolean(e.value, e.name)
		if err != nil {
			return model.ChannelSpec{}, err
		}
		spec.VersionTags = b
	}
	return spec, nil
}
