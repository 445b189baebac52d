package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// A payload is saved from its history, as the pipeline publishes it and as the
// runbook describes it, and nothing is written to the registry.
func TestSessionPull(t *testing.T) {
	for _, scenario := range []string{"containai", "runbook"} {
		for _, size := range sizes {
			t.Run(scenario+" "+size.name, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, scenario)
				x := r.open(size.cols, size.rows)
				fresh(x)
				for _, pkg := range []string{"containai-payload", "containai-installer"} {
					openPackage(x, pkg)
					x.Type("/tag:v1.2.0")
					x.WaitFor(`1 of \d+ rows`, limit)
					x.Press("enter")
					x.Type("S")
					x.WaitFor(`attestation\.jsonl`, limit)
					x.WaitFor(`directory +\./`+pkg+`-v1\.2\.0`, limit)
					x.WaitFor(`enter save`, limit) // keys are taken
					for range len("./" + pkg + "-v1.2.0") {
						x.Press("backspace")
					}
					x.Type("~/" + pkg)
					x.Press("enter")
					x.WaitFor(`Saved `+regexp.QuoteMeta(pkg), limit)
					x.WaitFor(`checked`, limit)
					x.WaitFor(`esc close`, limit)
					x.Press("enter")
					x.WaitGone(`Saved `, limit)
					x.Press("esc", "esc")
					x.WaitFor(`Channels`, limit)
				}
				for pkg, files := range map[string][]string{
					"containai-payload":   {"attestation.jsonl", "payload.sbom.json", "payload.tar.gz"},
					"containai-installer": {"attestation.jsonl", "installer.sh.gz"},
				} {
					entries, err := os.ReadDir(filepath.Join(r.data, pkg))
					var got []string
					for _, e := range entries {
						got = append(got, e.Name())
					}
					if err != nil || !slices.Equal(got, files) {
						t.Errorf("%s: %v, %v", pkg, got, err)
					}
				}
				for _, line := range serverWrites(r) {
					t.Errorf("saving wrote: %s", line)
				}
			})
		}
	}
}

// An image becomes an OCI layout.
func TestSessionPullImage(t *testing.T) {
	t.Parallel()
	r := newRig(t, "containai")
	x := r.open(120, 40)
	fresh(x)
	openPackage(x, "containai-proxy")
	x.Type("S")
	x.WaitFor(`as an OCI image layout`, limit)
	x.WaitFor(`directory +\./containai-proxy`, limit)
	x.WaitFor(`enter save`, limit)
	for range len("./containai-proxy-" + "sha256 or v1.3.0") {
		x.Press("backspace")
	}
	for range 24 {
		x.Press("backspace")
	}
	x.Type("~/image")
	x.Press("enter")
	x.WaitFor(`Saved containai-proxy`, limit)
	body, err := os.ReadFile(filepath.Join(r.data, "image", "oci-layout"))
	if err != nil || len(body) == 0 {
		t.Errorf("no layout: %v", err)
	}
	index, err := os.ReadFile(filepath.Join(r.data, "image", "index.json"))
	if err != nil || model.DigestOf(index) == "" {
		t.Errorf("no index: %v", err)
	}
}
