package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/novotnyllc/caitui/internal/model"
)

// maxFile bounds the configuration file, in bytes.
const maxFile = 1 << 20

// value is something that may have been set in the file, and where.
type value[T any] struct {
	v     T
	place string // "config.yaml:3:8"; "" where not set
}

func (v value[T]) set() bool { return v.place != "" }

// Config is what one configuration file says, checked. The zero value says
// nothing.
type Config struct {
	owner, repository, registry, api, theme value[string]
	readOnly, ascii                         value[bool]
	packages                                value[[]model.PackageSpec]
	metadata                                value[string]
	channels                                value[[]model.ChannelSpec]
	immutable, plumbing                     value[[]*regexp.Regexp]
	approvals                               value[model.ApprovalRules]
	never                                   value[[]model.NeverReturn]
	cleanup                                 value[time.Duration]
	points                                  value[int]
	verification                            value[verification]
	keys                                    value[map[string][]string]
	keyPlaces                               map[string]string
}

// Load reads the configuration file. One that was not named and is not there
// says nothing; one that was named must be there.
func Load(p Paths) (Config, error) {
	f, err := os.Open(p.Config)
	if errors.Is(err, fs.ErrNotExist) && !p.ConfigNamed {
		return Config{}, nil
	}
	if err != nil {
		return Config{}, &model.Error{Kind: model.ErrInvalid, Message: "the configuration file cannot be opened", Cause: err,
			Cure: "check --config or CAITUI_CONFIG"}
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return Config{}, &model.Error{Kind: model.ErrInvalid, Message: "the configuration file cannot be read", Cause: err}
	}
	if len(data) > maxFile {
		return Config{}, model.Invalid(fmt.Sprintf("%s is larger than %d bytes", p.Config, maxFile), "this is hardly a configuration file; check --config")
	}
	return Parse(p.Config, data)
}

// Parse reads the content of a configuration file; name is for messages.
func Parse(name string, data []byte) (Config, error) {
	p := fileParser{document: document{file: name}}
	root, err := p.root(data)
	if err != nil || root == nil {
		return Config{}, err
	}
	entries, err := p.known(root, "the configuration", topKeys())
	if err != nil {
		return Config{}, err
	}
	for _, e := range entries {
		if err := p.top(e); err != nil {
			return Config{}, err
		}
	}
	if err := p.finish(); err != nil {
		return Config{}, err
	}
	return p.c, nil
}

type fileParser struct {
	document
	c      Config
	staged []string // packages whose stage was written
	// approved are the nodes of the channels of approvals.
	approved []ast.Node
}

// top reads one key of the file.
func (p *fileParser) top(e entry) error {
	switch e.name {
	case "owner":
		return p.textValue(e, &p.c.owner, checkOwner)
	case "repository":
		return p.textValue(e, &p.c.repository, checkRepository)
	case "registry":
		return p.textValue(e, &p.c.registry, checkRegistry)
	case "api":
		return p.textValue(e, &p.c.api, checkAPI)
	case "theme":
		return p.textValue(e, &p.c.theme, checkTheme)
	case "metadata_package":
		return p.textValue(e, &p.c.metadata, checkPackage)
	case "read_only":
		return p.boolValue(e, &p.c.readOnly)
	case "ascii":
		return p.boolValue(e, &p.c.ascii)
	case "packages":
		return p.packages(e)
	case "channels":
		return p.channels(e)
	case "tags":
		return p.tags(e)
	case "approvals":
		return p.approvals(e)
	case "never_return":
		return p.neverReturn(e)
	case "cleanup_after":
		return p.cleanupAfter(e)
	case "points_per_minute":
		return p.pointsPerMinute(e)
	case "verification":
		return p.verification(e)
	default: // "keys": known has refused everything else
		return p.keys(e)
	}
}

func (p *fileParser) textValue(e entry, into *value[string], check func(string) (string, error)) error {
	s, err := p.text(e.value, e.name)
	if err != nil {
		return err
	}
	if s, err = check(s); err != nil {
		return p.because(e.value, err)
	}
	*into = value[string]{v: s, place: p.at(e.value.GetToken())}
	return nil
}

func (p *fileParser) boolValue(e entry, into *value[bool]) error {
	b, err := p.boolean(e.value, e.name)
	if err != nil {
		return err
	}
	*into = value[bool]{v: b, place: p.at(e.value.GetToken())}
	return nil
}

func (p *fileParser) pointsPerMinute(e entry) error {
	n, err := p.number(e.value, e.name, minPoints, maxPoints)
	p.c.points = value[int]{v: n, place: p.at(e.value.GetToken())}
	return err
}

// because puts the place before the message of a check.
func (d document) because(n ast.Node, err error) error {
	return &model.Error{Kind: model.ErrInvalid, Message: d.at(n.GetToken()) + ": " + model.Sanitize(err.Error()), Cure: model.CureOf(err)}
}

func (p *fileParser) tags(e entry) error {
	entries, err := p.known(e.value, "tags", []string{"immutable", "plumbing"})
	if err != nil {
		return err
	}
	for _, kind := range entries {
		nodes, err := p.list(kind.value, "tags."+kind.name)
		if err != nil {
			return err
		}
		patterns := make([]*regexp.Regexp, 0, len(nodes))
		for _, n := range nodes {
			s, err := p.text(n, "a pattern of tags."+kind.name)
			if err != nil {
				return err
			}
			re, err := checkPattern(s)
			if err != nil {
				return p.because(n, err)
			}
			patterns = append(patterns, re)
		}
		set := value[[]*regexp.Regexp]{v: patterns, place: p.at(kind.key.GetToken())}
		if kind.name == "immutable" {
			p.c.immutable = set
		} else {
			p.c.plumbing = set
		}
	}
	return nil
}

// keys reads which keys do what. Whether there is such an action is known to
// the console alone; KeyPlace lets it name the line.
func (p *fileParser) keys(e entry) error {
	entries, err := p.mapping(e.value, "keys")
	if err != nil {
		return err
	}
	all := make(map[string][]string, len(entries))
	p.c.keyPlaces = make(map[string]string, len(entries))
	for _, action := range entries {
		what := "keys." + action.name
		nodes := []ast.Node{action.value}
		if s, ok := action.value.(*ast.SequenceNode); ok {
			nodes = s.Values
		}
		if len(nodes) == 0 {
			return p.fail(action.key, what+" names no key", "give it a key, or remove the line")
		}
		for _, n := range nodes {
			key, err := p.text(n, what)
			if err != nil {
				return err
			}
			if slices.Contains(all[action.name], key) {
				return p.fail(n, fmt.Sprintf("%s names %q twice", what, key), "remove one")
			}
			all[action.name] = append(all[action.name], key)
		}
		p.c.keyPlaces[action.name] = p.at(action.key.GetToken())
	}
	p.c.keys = value[map[string][]string]{v: all, place: p.at(e.key.GetToken())}
	return nil
}

// finish checks what needs more than one key of the file.
func (p *fileParser) finish() error {
	if p.c.metadata.set() {
		if err := p.markMetadata(); err != nil {
			return err
		}
	}
	channels := p.c.channelsOr(model.ContainAI().Channels)
	plumbing := model.DefaultTagRules().Plumbing
	if p.c.plumbing.set() {
		plumbing = p.c.plumbing.v
	}
	for _, c := range channels {
		for _, re := range plumbing {
			if re.MatchString(c.Name) {
				place := p.c.plumbing.place
				if place == "" {
					place = p.c.channels.place
				}
				return p.errorAt(place, fmt.Sprintf("the channel %s is a plumbing tag by the pattern %s", c.Name, re), "a channel is a tag that people move; rename it or narrow the pattern")
			}
		}
	}
	if err := p.checkApproved(channels); err != nil {
		return err
	}
	if err := p.checkRules(); err != nil {
		return err
	}
	return p.checkAliases(channels)
}

func (c Config) channelsOr(def []model.ChannelSpec) []model.ChannelSpec {
	if c.channels.set() {
		return c.channels.v
	}
	return def
}

// markMetadata gives metadata_package its role.
func (p *fileParser) markMetadata() error {
	place, name := p.c.metadata.place, p.c.metadata.v
	if !p.c.packages.set() {
		if m, ok := model.ContainAI().Metadata(); ok && m.Name == name {
			return nil
		}
		return p.errorAt(place, "metadata_package names a package, but no packages are configured", "list the packages under packages:")
	}
	i := slices.IndexFunc(p.c.packages.v, func(s model.PackageSpec) bool { return s.Name == name })
	if i < 0 {
		var names []string
		for _, s := range p.c.packages.v {
			names = append(names, s.Name)
		}
		return p.errorAt(place, fmt.Sprintf("metadata_package %q is not among the packages", name), suggestion(name, names))
	}
	for _, s := range p.c.packages.v {
		if s.Role == model.RoleMetadata && s.Name != name {
			return p.errorAt(place, fmt.Sprintf("metadata_package is %s, but %s has the role metadata", name, s.Name), "one package alone describes the channels; remove one of the two")
		}
	}
	spec := &p.c.packages.v[i]
	if spec.Kind == model.KindImage {
		// The kind was not given, or wrongly: an image cannot hold documents.
		spec.Kind = model.KindArtifact
	}
	spec.Role = model.RoleMetadata
	spec.Stage = p.stageOf(*spec)
	return nil
}
