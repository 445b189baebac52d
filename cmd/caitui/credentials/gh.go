package credentials

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

const (
	// ghTimeout bounds `gh auth token`, which may ask a keyring that waits for
	// a person.
	ghTimeout = 3 * time.Second
	// maxHosts bounds gh's hosts.yml, in bytes.
	maxHosts = 1 << 20
)

// ghHost is what gh's hosts.yml says about one host. Where the token is in the
// system's keyring, oauth_token is missing.
type ghHost struct {
	User  string `yaml:"user"`
	Token string `yaml:"oauth_token"`
	Users map[string]struct {
		Token string `yaml:"oauth_token"`
	} `yaml:"users"`
}

// fromGH returns the login that gh has stored for a host of GitHub.
func (s *search) fromGH(ctx context.Context, host string) (Credential, bool) {
	if c, asked := s.stored[host]; asked {
		return c, !c.Anonymous()
	}
	c := s.askGH(ctx, host)
	if s.stored == nil {
		s.stored = make(map[string]Credential)
	}
	s.stored[host] = c
	return c, !c.Anonymous()
}

func (s *search) askGH(ctx context.Context, host string) Credential {
	entry, ok := s.ghHosts()[host]
	if !ok {
		return anonymous() // gh has never logged in there
	}
	secret := entry.Token
	if secret == "" {
		secret = entry.Users[entry.User].Token
	}
	if secret == "" {
		secret = s.keyringToken(ctx, host)
	}
	secret = strings.TrimSpace(secret)
	if secret == "" {
		return anonymous()
	}
	if !sendable(secret) {
		s.note("gh's login for %s is not used: it holds characters that no token has", host)
		return anonymous()
	}
	return Credential{Login: entry.User, Token: NewToken(secret), Source: sourceGH, Kind: kindOf(secret)}
}

// ghHosts reads hosts.yml; one that cannot be read is a note and has none.
func (s *search) ghHosts() map[string]ghHost {
	path := s.ghConfig()
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && info.Size() > maxHosts {
		err = fmt.Errorf("it has %d bytes", info.Size())
	}
	var raw []byte
	if err == nil {
		raw, err = os.ReadFile(path)
	}
	if err != nil {
		s.note("gh's logins in %s could not be read: %v", path, err)
		return nil
	}
	var hosts map[string]ghHost
	if err := yaml.Unmarshal(raw, &hosts); err != nil {
		// The library quotes the lines it could not read, tokens and all.
		s.note("gh's logins in %s could not be read: they are not in the form that gh writes", path)
		return nil
	}
	return hosts
}

// ghConfig is where gh keeps hosts.yml (gh help environment, GH_CONFIG_DIR).
func (s *search) ghConfig() string {
	for _, place := range []struct{ base, folder string }{
		{s.Env("GH_CONFIG_DIR"), ""},
		{s.Env("XDG_CONFIG_HOME"), "gh"},
		{windowsOnly(s.Env("AppData")), "GitHub CLI"},
		{s.Env("HOME"), filepath.Join(".config", "gh")},
	} {
		if place.base != "" {
			return filepath.Join(place.base, place.folder, "hosts.yml")
		}
	}
	return ""
}

func windowsOnly(dir string) string {
	if runtime.GOOS != "windows" {
		return ""
	}
	return dir
}

// keyringToken asks gh for a token that only the system's keyring has.
func (s *search) keyringToken(ctx context.Context, host string) string {
	if s.Run == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, ghTimeout)
	defer cancel()
	out, err := s.Run(ctx, "gh", "auth", "token", "--hostname", host)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		s.note("gh is logged in to %s, but its token is in the system's keyring and gh is not installed", host)
	case err != nil:
		s.note("gh did not hand out its token for %s: %v", host, err)
	default:
		return string(out)
	}
	return ""
}

// run runs a program without a terminal and without its standard error: gh
// must neither ask nor write anything onto the screen.
func run(ctx context.Context, program string, args ...string) ([]byte, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("looking for %s: %w", program, err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = time.Second // a child that keeps the pipe open
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, fmt.Errorf("running %s: %w", program, err)
	}
	return out.Bytes(), nil
}
