package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// TUFRepository is a repository of a trusted root as the file names it. What is
// empty is as it is known for the name.
type TUFRepository struct {
	Name   string
	URL    string // without a final slash
	Target string // the root's name in it
	Root   string // file with a root.json that everything follows from
}

// knownTUF are the names that need neither address nor root.json.
func knownTUF() []string { return []string{model.InstancePublicGood, model.InstanceGitHub} }

func (p *fileParser) tufRepositories(e entry) ([]TUFRepository, error) {
	nodes, err := p.list(e.value, "verification.tuf")
	if err != nil {
		return nil, err
	}
	var out []TUFRepository
	for _, n := range nodes {
		entries, err := p.known(n, "a repository of verification.tuf", []string{"name", "url", "target", "root"})
		if err != nil {
			return nil, err
		}
		var r TUFRepository
		for _, one := range entries {
			if err := p.tufKey(&r, one); err != nil {
				return nil, err
			}
		}
		known := slices.Contains(knownTUF(), r.Name)
		switch {
		case r.Name == "":
			return nil, p.fail(n, "a repository of verification.tuf has no name", "give it a line name:, public-good, github or one of your own")
		case slices.ContainsFunc(out, func(have TUFRepository) bool { return have.Name == r.Name }):
			return nil, p.fail(n, fmt.Sprintf("the TUF repository %s is listed twice", r.Name), "remove one")
		case !known && (r.URL == "" || r.Root == ""):
			return nil, p.fail(n, fmt.Sprintf("where the TUF repository %s is, or what its root.json is, is not said", r.Name),
				"give it url: and root:; only public-good and github are known by their names")
		}
		out = append(out, r)
	}
	return out, nil
}

// tufKey takes one line of a repository over.
func (p *fileParser) tufKey(r *TUFRepository, e entry) error {
	text, err := p.text(e.value, "verification.tuf."+e.name)
	if err != nil {
		return err
	}
	switch e.name {
	case "name":
		if !model.ValidTrustName(text) {
			return p.fail(e.value, fmt.Sprintf("%q cannot be the name of a TUF repository", model.Sanitize(text)), "use lower-case letters, digits, dots and hyphens, at most 40")
		}
		r.Name = text
	case "url":
		if err := checkTUF(text); err != nil {
			return p.because(e.value, err)
		}
		r.URL = strings.TrimRight(text, "/")
	case "target":
		r.Target = text
	case "root":
		if strings.Contains(text, "://") {
			return p.fail(e.value, "the root.json of a TUF repository must be a file", "everything is trusted because of it: get it in a way that you trust, and keep it")
		}
		r.Root = p.beside(text)
	}
	return nil
}

// checkTUF refuses what is no address, or one that holds more than an address.
// What comes from there is signed; that it cannot be watched or held up on the
// way is worth https all the same.
func checkTUF(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return model.Invalid(fmt.Sprintf("%q is not the address of a TUF repository", model.Sanitize(text)), "write https://HOST/PATH, the directory that holds timestamp.json, without a login")
	}
	if CheckRoot(text) != nil {
		return model.Invalid(fmt.Sprintf("%q is not an address that a TUF repository may have", model.Sanitize(text)), "write an https:// address")
	}
	return nil
}

func tufNames(list []TUFRepository) []string {
	out := knownTUF()
	for _, r := range list {
		if !slices.Contains(out, r.Name) {
			out = append(out, r.Name)
		}
	}
	return out
}
