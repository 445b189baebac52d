package verify

import (
	"errors"
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// workflow is the identity of a GitHub Actions workflow, as the subject
// alternative name of a certificate has it: https://HOST/OWNER/REPO/PATH@REF.
type workflow struct{ host, owner, repository, path, ref string }

// parseWorkflow takes such an identity apart. It knows no second spelling of
// anything: what GitHub would not write is refused, so that nothing can be
// read as one workflow here and as another elsewhere.
func parseWorkflow(uri string) (workflow, error) {
	rest, ok := strings.CutPrefix(uri, "https://")
	if !ok {
		return workflow{}, errors.New("it is no https address")
	}
	for i := range len(rest) {
		if c := rest[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`\?#%"<>`, c) >= 0 {
			return workflow{}, fmt.Errorf("the character %q has no place in it", c)
		}
	}
	rest, ref, _ := strings.Cut(rest, "@")
	parts := strings.SplitN(rest, "/", 4)
	if len(parts) < 4 {
		return workflow{}, errors.New("it is not of the form https://HOST/OWNER/REPO/PATH@REF")
	}
	w := workflow{parts[0], parts[1], parts[2], parts[3], ref}
	if !hostName(w.host) {
		return workflow{}, errors.New("its host is not a plain name")
	}
	if !accountName(w.owner) || !accountName(w.repository) {
		return workflow{}, errors.New("its owner or repository is no name on GitHub")
	}
	for part := range strings.SplitSeq(w.path, "/") {
		if part == "" || part == "." || part == ".." {
			return workflow{}, errors.New("its path is not a plain one")
		}
	}
	if !strings.HasPrefix(ref, "refs/") && !model.IsHex(ref, 40) && !model.IsHex(ref, 64) {
		return workflow{}, errors.New("it does not end in a git ref or commit")
	}
	// Branches may have an @ in their names. That the first one ends the path is
	// certain only for a file in GitHub's own folder: its name would need a slash
	// to hold an @ and the beginning of a ref.
	file, ours := strings.CutPrefix(w.path, ".github/workflows/")
	if strings.Contains(ref, "@") && (!ours || strings.Contains(file, "/")) {
		return workflow{}, errors.New("where its path ends is not certain")
	}
	return w, nil
}

// hostName holds for a DNS name without port or user.
func hostName(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			return false
		}
	}
	return true
}

// accountName holds for names of owners and repositories on GitHub.
func accountName(s string) bool {
	return s != "" && s != "." && s != ".." &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}

// fold is how GitHub compares names of hosts, owners and repositories: ASCII
// letters without regard to case, nothing else alike.
func fold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// of reports whether the workflow lies in a repository (OWNER/NAME) on a host.
func (w workflow) of(host, repository string) bool {
	return fold(w.host, host) && fold(w.owner+"/"+w.repository, repository)
}

// is reports whether it is the workflow OWNER/NAME/PATH on a host. Paths in git
// are told apart by case.
func (w workflow) is(host, name string) bool {
	parts := strings.SplitN(name, "/", 3)
	return len(parts) == 3 && w.of(host, parts[0]+"/"+parts[1]) && w.path == parts[2]
}
