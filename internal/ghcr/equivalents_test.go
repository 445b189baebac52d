package ghcr_test

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
)

// The commands that the log gives for requests are taken at their word: a shell
// runs one of each kind, with the programs that nobody here wrote.
func TestEquivalentsOfRequestsWork(t *testing.T) {
	crane, oras := foreign.Tool(t, "crane"), foreign.Tool(t, "oras")
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Admin))
	if _, err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Attestations(t.Context(), "containai", r.prod["containai"]); err != nil {
		t.Fatal(err)
	}
	log, err := s.Requests(t.Context(), -1)
	if err != nil {
		t.Fatal(err)
	}
	move := model.Change{Kind: model.MoveTag, Package: "containai", Tag: "by-command", To: r.prod["containai"]}
	place := model.Place{Registry: strings.TrimPrefix(r.Registry, "http://"), Owner: r.Owner, PathOwner: true, Plain: true, API: strings.TrimPrefix(r.API, "http://")}
	all := model.EquivalentOf(move, place)
	for _, q := range log.Requests {
		if !q.Failed() {
			all = append(all, model.EquivalentOfRequest(q)...)
		}
	}
	dir := t.TempDir()
	login := base64.StdEncoding.EncodeToString([]byte("alice:" + r.Tokens.Admin))
	config := `{"auths":{"` + place.Registry + `":{"auth":"` + login + `"}}}`
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "PATH="+filepath.Dir(crane)+":"+filepath.Dir(oras)+":"+os.Getenv("PATH"), "DOCKER_CONFIG="+dir, "HOME="+dir)
	tried := map[string]bool{}
	for _, e := range all {
		kind := kindOf(e.Command)
		if e.Command == "" || e.Tool == model.ToolGH || tried[kind] {
			continue
		}
		tried[kind] = true
		cmd := exec.CommandContext(t.Context(), "sh", "-c", e.Command)
		cmd.Env, cmd.Dir = env, dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", e.Command, err, out)
		}
	}
	for _, want := range []string{"crane tag", "oras tag", "crane digest", "oras resolve", "crane manifest", "oras manifest fetch", "crane blob", "oras blob fetch"} {
		if !tried[want] {
			t.Errorf("no %q was tried, only %v", want, tried)
		}
	}
	if d, ok := r.World().Resolve("containai", "by-command"); !ok || d != r.prod["containai"] {
		t.Errorf("the tag that the commands set is on %s", d)
	}
}

// kindOf is a command without what it is about.
func kindOf(command string) string {
	var out []string
	for _, w := range strings.Fields(command) {
		if strings.HasPrefix(w, "-") {
			continue
		}
		if strings.ContainsAny(w, "/:") {
			break
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}
