//go:build live

package ghcr_test

import (
	"os"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// TestLiveProbes writes down what GHCR itself answers to each question that
// can be asked by reading:
//
//	GITHUB_TOKEN=… make contract-live OWNER=novotnyllc
//
// CAITUI_LIVE_PACKAGE and CAITUI_LIVE_TAG name what is asked about.
func TestLiveProbes(t *testing.T) {
	for _, s := range newProber(t, live(t)).run() {
		t.Logf("rule %-3s %s\n\t→ %s", s.rule, s.question, s.answer)
	}
}

// TestLiveReading reads everything by the service, in read-only mode, and says
// what could not be learned.
func TestLiveReading(t *testing.T) {
	at := live(t)
	layout := model.ContainAI()
	if at.owner != layout.Owner {
		layout.Owner, layout.Repository, layout.Packages = at.owner, "", nil
	}
	creds := ghcr.Credentials{Token: at.token, Source: "GITHUB_TOKEN"}
	s, err := ghcr.New(ghcr.Options{
		API: at.api, Registry: at.registry, Layout: layout, OwnerInPath: true, ReadOnly: true,
		APICredentials: creds, RegistryCredentials: creds, Now: time.Now, UserAgent: "caitui/contract",
	})
	if err != nil {
		t.Fatalf("making the service: %v", err)
	}
	survey, err := s.Refresh(t.Context())
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	for _, p := range survey.Inventory.Packages {
		t.Logf("%-28s %4d versions, %s, error: %v", p.Spec.Name, len(p.Snapshot.Versions), p.Info.Visibility, p.Err)
	}
	for _, c := range survey.Channels {
		ok, all := c.Count()
		t.Logf("%-8s %d of %d, incoherent: %v", c.Name, ok, all, c.Incoherent)
	}
	for _, n := range survey.Inventory.Notes {
		t.Log(n)
	}
}

func live(t *testing.T) place {
	t.Helper()
	owner := os.Getenv("CAITUI_LIVE_OWNER")
	if owner == "" {
		t.Fatal("no owner: make contract-live OWNER=…")
	}
	or := func(name, otherwise string) string {
		if v := os.Getenv(name); v != "" {
			return v
		}
		return otherwise
	}
	return place{
		api: or("CAITUI_API", "https://api.github.com"), registry: or("CAITUI_REGISTRY", "https://ghcr.io"), owner: owner, repository: or("CAITUI_REPO", owner+"/ContainAI"),
		pkg: or("CAITUI_LIVE_PACKAGE", "containai"), tag: or("CAITUI_LIVE_TAG", "prod"), token: os.Getenv("GITHUB_TOKEN"),
	}
}
