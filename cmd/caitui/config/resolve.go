package config

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

const defaultSource = "default"

// chosen is an effective value and its source.
type chosen[T any] struct {
	v      T
	source string
}

func (c chosen[T]) isDefault() bool { return c.source == defaultSource }

// resolver holds the three layers above the defaults.
type resolver struct {
	flags Flags
	env   func(string) string
	file  Config
	s     Settings
}

// Resolve puts the layers together: flag, environment, file, default. The
// file's values have been checked with their lines; those of flags and
// environment are checked here, and a message names the flag or variable.
func Resolve(f Flags, env func(string) string, c Config) (Settings, error) {
	r := resolver{flags: f, env: env, file: c}
	for _, step := range []func() error{r.hosts, r.whose, r.members, r.rest} {
		if err := step(); err != nil {
			return Settings{}, err
		}
	}
	return r.s, nil
}

// text chooses one text value. check makes the canonical form.
func (r *resolver) text(flag, given, variable string, file value[string], def string, check func(string) (string, error)) (chosen[string], error) {
	switch {
	case r.flags.given(flag, given == ""):
		return checked(given, "flag --"+flag, "--"+flag, check)
	case r.env(variable) != "":
		return checked(r.env(variable), "environment "+variable, variable, check)
	case file.set():
		return chosen[string]{v: file.v, source: file.place}, nil
	default:
		return chosen[string]{v: def, source: defaultSource}, nil
	}
}

func checked(given, source, place string, check func(string) (string, error)) (chosen[string], error) {
	v, err := check(given)
	if err != nil {
		return chosen[string]{}, placed(place, err)
	}
	return chosen[string]{v: v, source: source}, nil
}

// placed puts what a message is about before it.
func placed(place string, err error) error {
	return &model.Error{Kind: model.ErrInvalid, Message: place + ": " + model.Sanitize(err.Error()), Cure: model.CureOf(err)}
}

func (r *resolver) boolean(flag string, given bool, variable string, file value[bool]) (chosen[bool], error) {
	switch {
	case r.flags.given(flag, !given):
		return chosen[bool]{v: given, source: "flag --" + flag}, nil
	case r.env(variable) != "":
		v, err := truth(r.env(variable))
		if err != nil {
			return chosen[bool]{}, placed(variable, err)
		}
		return chosen[bool]{v: v, source: "environment " + variable}, nil
	case file.set():
		return chosen[bool]{v: file.v, source: file.place}, nil
	default:
		return chosen[bool]{source: defaultSource}, nil
	}
}

func truth(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "1", "true", "yes", "on":
		return true, nil
	case "0", "false", "no", "off":
		return false, nil
	}
	return false, model.Invalid(fmt.Sprintf("%q is neither true nor false", model.Sanitize(s)), "write true or false")
}

// hosts settles registry and API, which belong together.
func (r *resolver) hosts() error {
	registry, err := r.text("registry", r.flags.Registry, "CAITUI_REGISTRY", r.file.registry, gitHubRegistry, checkRegistry)
	if err != nil {
		return err
	}
	defaultAPI := ""
	if registry.v == gitHubRegistry {
		defaultAPI = gitHubAPI
	}
	api, err := r.text("api", r.flags.API, "CAITUI_API", r.file.api, defaultAPI, checkAPI)
	if err != nil {
		return err
	}
	if registry.v == gitHubRegistry && api.v != gitHubAPI && api.v != "" {
		return model.Invalid(fmt.Sprintf("the API %s (%s) does not belong to the registry %s (%s)", api.v, api.source, registry.v, registry.source),
			"name its registry with --registry, CAITUI_REGISTRY or registry: in the configuration")
	}
	insecure, err := r.boolean("insecure-http", r.flags.InsecureHTTP, "CAITUI_INSECURE_HTTP", value[bool]{})
	if err != nil {
		return err
	}
	if !insecure.v {
		if err := checkPlain(registry.v, "the registry"); err != nil {
			return err
		}
		if err := checkPlain(api.v, "the API"); err != nil {
			return err
		}
	}
	r.s.Registry, r.s.API, r.s.InsecureHTTP = registry.v, api.v, insecure.v
	if err := r.pace(); err != nil {
		return err
	}
	shownAPI := api.v
	if shownAPI == "" {
		shownAPI = noAPI
	}
	r.s.describe("registry", registry.v, registry.source)
	r.s.describe("api", shownAPI, api.source)
	r.s.describe("insecure_http", fmt.Sprint(insecure.v), insecure.source)
	return nil
}

// pace settles what the API may be asked for. GitHub itself is never asked for
// more than it allows: who does is blocked, and in the end banned.
func (r *resolver) pace() error {
	points, variable := chosen[int]{v: gitHubPoints, source: defaultSource}, "CAITUI_POINTS_PER_MINUTE"
	switch text := r.env(variable); {
	case text != "":
		n, err := strconv.Atoi(text)
		if err != nil || n < minPoints || n > maxPoints {
			return placed(variable, model.Invalid(fmt.Sprintf("%q is no number of points", model.Sanitize(text)),
				fmt.Sprintf("it must be a whole number from %d to %d", minPoints, maxPoints)))
		}
		points = chosen[int]{v: n, source: "environment " + variable}
	case r.file.points.set():
		points = chosen[int]{v: r.file.points.v, source: r.file.points.place}
	}
	if host := hostOf(r.s.API); points.v > gitHubPoints && (host == hostOf(gitHubAPI) || strings.HasSuffix(host, ".ghe.com")) {
		return model.Invalid(fmt.Sprintf("%d points a minute (%s) are more than %s allows", points.v, points.source, host),
			fmt.Sprintf("GitHub's secondary limit is %d points a minute; only another server may be asked for more", gitHubPoints))
	}
	r.s.PointsPerMinute = points.v
	r.s.describe("points_per_minute", strconv.Itoa(points.v), points.source)
	return nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// whose settles owner and repository.
func (r *resolver) whose() error {
	builtIn := model.ContainAI()
	repository, err := r.text("repo", r.flags.Repository, "CAITUI_REPO", r.file.repository, "", checkRepository)
	if err != nil {
		return err
	}
	defaultOwner, ownerSource := builtIn.Owner, defaultSource
	if account, _, whole := strings.Cut(repository.v, "/"); whole {
		defaultOwner, ownerSource = account, repository.source
	}
	if r.s.API == "" && r.s.Registry != gitHubRegistry {
		defaultOwner, ownerSource = "", defaultSource
	}
	owner, err := r.text("owner", r.flags.Owner, "CAITUI_OWNER", r.file.owner, defaultOwner, checkOwner)
	if err != nil {
		return err
	}
	if owner.isDefault() {
		owner.source = ownerSource
	}
	switch {
	case repository.v == "" && strings.EqualFold(owner.v, builtIn.Owner):
		repository.v = builtIn.Repository
	case repository.v != "" && !strings.Contains(repository.v, "/") && owner.v != "":
		repository.v = owner.v + "/" + repository.v
	}
	r.s.Layout.Owner, r.s.Layout.Repository = owner.v, repository.v
	r.s.OwnerInPath = owner.v != ""
	r.s.describe("owner", owner.v, owner.source)
	r.s.describe("repository", repository.v, repository.source)
	return nil
}

// members settles the packages; doc.go has the rule.
func (r *resolver) members() error {
	builtIn := model.ContainAI()
	owner := r.s.Layout.Owner
	fileHolds := r.file.packages.set() && (!r.file.owner.set() || strings.EqualFold(r.file.owner.v, owner))
	named, err := r.namedPackages()
	if err != nil {
		return err
	}
	packages := chosen[[]model.PackageSpec]{source: defaultSource}
	switch {
	case len(named.v) > 0:
		known := slices.Concat(r.file.packages.v, builtIn.Packages)
		packages.source = named.source
		for _, name := range named.v {
			packages.v = append(packages.v, specOf(name, known))
		}
	case fileHolds:
		packages = chosen[[]model.PackageSpec]{v: r.file.packages.v, source: r.file.packages.place}
	case strings.EqualFold(owner, builtIn.Owner):
		packages.v = builtIn.Packages
	}
	if r.file.packages.set() && !fileHolds && len(named.v) == 0 {
		r.s.Notes = append(r.s.Notes, fmt.Sprintf("the packages in the configuration file are those of %s and are not used for %s", r.file.owner.v, owner))
	}
	r.s.Layout.Packages = packages.v
	shown := packageNames(packages.v)
	if shown == "" {
		shown = "as the server lists them"
	}
	r.s.describe("packages", shown, packages.source)
	return nil
}

// namedPackages are those of --package or CAITUI_PACKAGES, which names several
// with commas or blanks between them.
func (r *resolver) namedPackages() (chosen[[]string], error) {
	names := chosen[[]string]{v: r.flags.Packages, source: "flag --package"}
	place := "--package"
	if len(names.v) == 0 {
		place = "CAITUI_PACKAGES"
		names = chosen[[]string]{source: "environment " + place, v: strings.FieldsFunc(r.env(place), func(c rune) bool { return c == ',' || c == ' ' })}
	}
	for i, name := range names.v {
		if _, err := checkPackage(name); err != nil {
			return names, placed(place, err)
		}
		if slices.Contains(names.v[:i], name) {
			return names, placed(place, model.Invalid(fmt.Sprintf("the package %s is named twice", name), "name it once"))
		}
	}
	return names, nil
}

// rest settles what does not depend on anything else.
func (r *resolver) rest() error {
	builtIn := model.ContainAI()
	r.s.Layout.Channels = r.file.channelsOr(builtIn.Channels)
	r.s.describe("channels", strings.Join(channelNames(r.s.Layout.Channels), ", "), sourceOf(r.file.channels.place))
	r.s.Layout.Tags = builtIn.Tags
	r.rules(builtIn)
	if err := r.attestations(builtIn); err != nil {
		return err
	}
	if r.file.immutable.set() {
		r.s.Layout.Tags.Immutable = r.file.immutable.v
	}
	if r.file.plumbing.set() {
		r.s.Layout.Tags.Plumbing = r.file.plumbing.v
	}
	r.s.describe("tags.immutable", patterns(r.s.Layout.Tags.Immutable), sourceOf(r.file.immutable.place))
	r.s.describe("tags.plumbing", patterns(r.s.Layout.Tags.Plumbing), sourceOf(r.file.plumbing.place))

	readOnly, err := r.boolean("read-only", r.flags.ReadOnly, "CAITUI_READ_ONLY", r.file.readOnly)
	if err != nil {
		return err
	}
	ascii, err := r.boolean("ascii", r.flags.ASCII, "CAITUI_ASCII", r.file.ascii)
	if err != nil {
		return err
	}
	theme, err := r.theme()
	if err != nil {
		return err
	}
	logFile, err := r.text("log-file", r.flags.LogFile, "CAITUI_LOG_FILE", value[string]{}, "", func(s string) (string, error) { return s, nil })
	if err != nil {
		return err
	}
	r.s.ReadOnly, r.s.ASCII, r.s.Theme, r.s.LogFile = readOnly.v, ascii.v, theme.v, logFile.v
	r.s.Keys, r.s.keyPlaces = r.file.keys.v, r.file.keyPlaces
	r.s.describe("read_only", fmt.Sprint(readOnly.v), readOnly.source)
	r.s.describe("theme", theme.v, theme.source)
	r.s.describe("ascii", fmt.Sprint(ascii.v), ascii.source)
	r.s.describe("log_file", logFile.v, logFile.source)
	var keys []string
	for _, action := range slices.Sorted(maps.Keys(r.s.Keys)) {
		keys = append(keys, action+": "+strings.Join(r.s.Keys[action], " "))
	}
	r.s.describe("keys", strings.Join(keys, ", "), sourceOf(r.file.keys.place))
	return nil
}

// rules settles what is demanded of plans. How long the pipeline keeps versions
// is known of one project alone.
func (r *resolver) rules(builtIn model.Layout) {
	l := &r.s.Layout
	l.Approvals = builtIn.Approvals
	if strings.EqualFold(l.Owner, builtIn.Owner) {
		l.CleanupAfter = builtIn.CleanupAfter
	}
	if r.file.approvals.set() {
		l.Approvals = r.file.approvals.v
	}
	if r.file.never.set() {
		l.NeverReturn = r.file.never.v
	}
	if r.file.cleanup.set() {
		l.CleanupAfter = r.file.cleanup.v
	}
	approvals, banned, cleanup := describedRules(*l)
	r.s.describe("approvals", approvals, sourceOf(r.file.approvals.place))
	r.s.describe("never_return", banned, sourceOf(r.file.never.place))
	r.s.describe("cleanup_after", cleanup, sourceOf(r.file.cleanup.place))
}

// theme heeds NO_COLOR (no-color.org), which a file or a flag overrides as
// that convention says.
func (r *resolver) theme() (chosen[string], error) {
	theme, err := r.text("theme", r.flags.Theme, "CAITUI_THEME", r.file.theme, "auto", checkTheme)
	if err == nil && theme.isDefault() && r.env("NO_COLOR") != "" {
		theme = chosen[string]{v: "none", source: "environment NO_COLOR"}
	}
	return theme, err
}

func sourceOf(place string) string {
	if place == "" {
		return defaultSource
	}
	return place
}

func patterns(list []*regexp.Regexp) string {
	var out []string
	for _, re := range list {
		out = append(out, re.String())
	}
	return strings.Join(out, "  ")
}

// Host is the host[:port] of the registry, as it stands in a reference.
func (s Settings) Host() string {
	u, err := url.Parse(s.Registry)
	if err != nil {
		return s.Registry
	}
	return u.Host
}
