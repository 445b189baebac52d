package ghcr_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// programs finds programs, and skips the test where one is not installed.
func programs(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("not tried: %v", err)
		}
	}
}

// drawLayer draws a layer's files, as packed takes them: files, hard links to
// them, and whiteouts.
func drawLayer(rnd *rand.Rand) []string {
	var out []string
	for range 1 + rnd.IntN(5) {
		dir := []string{"", "etc/", "usr/", "usr/bin/"}[rnd.IntN(4)]
		name := dir + fmt.Sprint("f", rnd.IntN(3))
		switch rnd.IntN(6) {
		case 0:
			out = append(out, dir+".wh."+path.Base(name)+"=")
		case 1:
			out = append(out, name+fmt.Sprintf("=%d", rnd.IntN(2)), dir+fmt.Sprintf("g%d:link=%s", rnd.IntN(2), name))
		default:
			out = append(out, name+fmt.Sprintf("=%d", rnd.IntN(2)))
		}
	}
	return out
}

// unpackWithTar makes a directory of layers: whiteouts by hand as the image
// specification says, the rest by the program tar.
func unpackWithTar(t *testing.T, dir string, layers [][]string) {
	t.Helper()
	for _, files := range layers {
		for _, f := range files {
			name, _, _ := strings.Cut(f, "=")
			if hidden, ok := strings.CutPrefix(path.Base(name), ".wh."); ok {
				if err := os.RemoveAll(filepath.Join(dir, path.Dir(name), hidden)); err != nil {
					t.Fatal(err)
				}
			}
		}
		cmd := exec.CommandContext(t.Context(), "tar", "-xzf", "-", "--exclude=.wh.*", "-C", dir)
		cmd.Stdin = bytes.NewReader(packed(t, files...))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("tar: %v\n%s", err, out)
		}
	}
}

// differingFiles are the files that the program diff finds to differ.
func differingFiles(t *testing.T, a, b string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "diff", "-rqN", a, b).Output()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("diff: %v", err)
	}
	list := []string{}
	for line := range strings.Lines(string(out)) {
		list = append(list, strings.TrimPrefix(strings.Fields(line)[1], a))
	}
	slices.Sort(list)
	return list
}

// What the service finds in two images that it reads from a registry is what
// the programs tar and diff find in them.
func TestFilesAgreeWithTarAndDiff(t *testing.T) {
	programs(t, "tar", "diff")
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	for seed := range uint64(25) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		draw := func(n int) (layers [][]string) {
			for range n {
				layers = append(layers, drawLayer(rnd))
			}
			return layers
		}
		common := draw(rnd.IntN(3))
		var digests [2]model.Digest
		var dirs [2]string
		var images [2][][]string
		for i := range 2 {
			images[i] = slices.Concat(common, draw(rnd.IntN(3)))
			var blobs [][]byte
			for _, files := range images[i] {
				blobs = append(blobs, packed(t, files...))
			}
			digests[i], dirs[i] = r.pushImage(blobs...), filepath.Join(t.TempDir(), fmt.Sprint(i))
			if err := os.MkdirAll(dirs[i], 0o755); err != nil {
				t.Fatal(err)
			}
			unpackWithTar(t, dirs[i], images[i])
		}
		d, err := s.CompareFiles(t.Context(), testImage, digests[0], digests[1], nil)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, e := range d.Entries {
			got = append(got, e.Path)
		}
		slices.Sort(got)
		if diff := cmp.Diff(differingFiles(t, dirs[0], dirs[1]), got); diff != "" || d.Note != "" && d.Note != "all layers are the same" && d.Note != "the same digest" {
			t.Errorf("seed %d: %q\nagainst %q\nnote %q (-diff +got):\n%s", seed, images[0], images[1], d.Note, diff)
		}
	}
}

// mirror is a section seen from the other side, texts left out: unified
// differences mirror only as wholes.
func mirror(s model.DiffSection, turn bool) []string {
	out := make([]string, 0, len(s.Entries)+1)
	for _, e := range s.Entries {
		change, before, after := e.Change, e.Before, e.After
		if turn {
			before, after = after, before
			change = map[model.DiffChange]model.DiffChange{model.DiffAdded: model.DiffRemoved, model.DiffRemoved: model.DiffAdded, model.DiffChanged: model.DiffChanged}[change]
		}
		out = append(out, fmt.Sprintf("%s %s %t %t %s → %s", change, e.Path, e.Noise, e.Text != "", before, after))
	}
	slices.Sort(out)
	return append(out, fmt.Sprint("equal ", s.Equal))
}

// Over everything that the story of v1.3.0 published: nothing differs from
// itself, and what differs there differs back.
func TestDifferencesOfTheWholeScenario(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	survey := refresh(t, s)
	for _, p := range survey.Inventory.Packages {
		name := p.Spec.Name
		if underRace && name != "containai-proxy" && name != "containai-payload" {
			continue
		}
		seen := make(map[model.Digest]bool)
		var all []model.Digest
		for _, tag := range []string{"prod", "nightly", "dev", "v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0"} {
			d, ok := r.World().Resolve(name, tag)
			if ok && !seen[d] {
				seen[d] = true
				all = append(all, d)
			}
		}
		if len(all) < 2 {
			t.Errorf("%s has %d versions to compare", name, len(all))
		}
		for i, a := range all {
			self := whole(t, s, name, a, a)
			for _, section := range self.Sections {
				if len(section.Entries) > 0 {
					t.Errorf("%s %s: %s of a version against itself: %+v", name, a.Short(), section.Name, section.Entries)
				}
			}
			for _, b := range all[i+1 : min(i+3, len(all))] {
				there, back := whole(t, s, name, a, b), whole(t, s, name, b, a)
				if len(there.Sections) != len(back.Sections) {
					t.Fatalf("%s: %d sections there, %d back", name, len(there.Sections), len(back.Sections))
				}
				for k, section := range there.Sections {
					if diff := cmp.Diff(mirror(section, false), mirror(back.Sections[k], true)); diff != "" {
						t.Errorf("%s %s %s, %s: there and back differ:\n%s", name, a.Short(), b.Short(), section.Name, diff)
					}
				}
			}
		}
	}
}

// whole is the comparison of two versions with their files.
func whole(t *testing.T, s *ghcr.Service, name string, a, b model.Digest) model.Diff {
	t.Helper()
	d, err := s.Compare(t.Context(), name, a, b)
	if err != nil {
		t.Fatalf("comparing %s: %v", name, err)
	}
	files, err := s.CompareFiles(t.Context(), name, a, b, nil)
	if err != nil {
		t.Fatalf("comparing the files of %s: %v", name, err)
	}
	return d.WithSection(files)
}
