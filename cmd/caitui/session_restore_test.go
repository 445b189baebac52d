package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/uitest/term"
)

// swift makes caitui delete as fast as the simulator lets it, without a second
// person or a wait.
func (r *rig) swift() {
	r.t.Helper()
	r.admin("switches", `{"secondary_points":"1000000"}`)
	r.configure("approvals:\n  deletions: never\npoints_per_minute: 1000000\n")
}

// configure gives caitui this configuration file.
func (r *rig) configure(text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.data, "config.yaml"), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// state is what /_sim/state says: package:tag → digest, package#id → digest.
func (r *rig) state() (tags, versions map[string]string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.server.Info().API+"/_sim/state", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	var state struct {
		Packages map[string]struct {
			Versions []struct {
				ID      int64
				Digest  string
				Tags    []string
				Deleted *string `json:"deleted_at"`
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&state); err != nil {
		r.t.Fatalf("reading the simulator's truth: %v", err)
	}
	tags, versions = make(map[string]string), make(map[string]string)
	for name, p := range state.Packages {
		for _, v := range p.Versions {
			if v.Deleted != nil {
				continue
			}
			versions[name+"#"+strconv.FormatInt(v.ID, 10)] = v.Digest
			for _, t := range v.Tags {
				tags[name+":"+t] = v.Digest
			}
		}
	}
	return tags, versions
}

// keptFor is the document of the only executed plan of an act, as it was kept when
// it was confirmed and so as its preview showed it.
func (r *rig) keptFor(act model.Act) map[string]any {
	r.t.Helper()
	var found []map[string]any
	for _, plan := range r.kept() {
		if plan.Aim.Act != act {
			continue
		}
		raw, err := json.Marshal(wire.PlanDoc(plan))
		if err != nil {
			r.t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(raw, &doc); err != nil {
			r.t.Fatal(err)
		}
		found = append(found, doc)
	}
	if len(found) != 1 {
		r.t.Fatalf("%d plans to %s were executed, want 1", len(found), act)
	}
	return found[0]
}

// Three hundred versions of many builds are deleted, and five of them are found in
// the journal, marked and brought back with what they need: each time the truth is
// what it was and exactly the previewed effects.
func TestSessionRestoreFiveOfThreeHundred(t *testing.T) {
	if testing.Short() {
		t.Skip("long; runs without -short")
	}
	for _, world := range worlds {
		t.Run(world, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, world)
			r.token = r.server.Info().Tokens.Admin
			r.swift()
			tags, versions := r.state()
			x := r.open(80, 24)
			fresh(x)
			builds, gone := deleteBuilds(r, x)
			deletion := r.keptFor(model.ActDelete)
			lostTags, lostVersions := foretold(deletion)
			tagsLeft, versionsLeft := r.state()
			if builds < 20 || gone < 200 || len(lostVersions) != gone {
				t.Errorf("%d builds = %d versions by the dialog, %d by the preview", builds, gone, len(lostVersions))
			}
			differs(t, "tags after the deletion", lostTags, tags, tagsLeft)
			differs(t, "versions after the deletion", lostVersions, versions, versionsLeft)

			x.Type("J")
			x.WaitFor(`What was done from this machine`, limit)
			x.WaitFor(fmt.Sprintf(`delete %d builds`, builds), limit)
			x.Press("enter")
			one := fmt.Sprintf(`1 of %d shown`, gone)
			for i, id := range fiveOf(t, deletion) {
				x.Type("/" + id)
				x.WaitFor(one, limit)
				x.Press("enter")
				x.Type(" ")
				x.WaitFor(strconv.Itoa(i+1)+` marked`, limit)
				x.Press("esc")
				x.WaitGone(one, limit)
			}
			back := restoreMarked(r, x)
			backTags, backVersions := foretold(r.keptFor(model.ActRestore))
			nowTags, nowVersions := r.state()
			if len(backVersions) != back {
				t.Errorf("%d versions by the dialog, %d by the preview", back, len(backVersions))
			}
			differs(t, "tags after the restore", backTags, tagsLeft, nowTags)
			differs(t, "versions after the restore", backVersions, versionsLeft, nowVersions)
			x.Press("esc")
			x.WaitFor(fmt.Sprintf(`restore %d versions of`, back), limit)
			x.WaitGone(`\d marked`, limit)
			x.Type("g")
			x.WaitFor(fmt.Sprintf(`%d of %d done, 0 unknown, %d taken back since`, gone, gone, back), limit)
			x.Type("q")
			if code := x.WaitExit(limit); code != 0 {
				t.Errorf("caitui left with %d", code)
			}
		})
	}
}

// number reads one that the screen shows.
func (r *rig) number(text string) int {
	r.t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// deleteBuilds marks four builds of each image in the list of all versions and
// deletes them, lifting what stands against that by name. It returns how many
// builds and versions the dialog said that would be.
func deleteBuilds(r *rig, x *term.Term) (builds, versions int) {
	x.Type("A")
	x.WaitFor(`\d,\d\d\d versions`, limit)
	x.Type("/tag:sha- age>100d age<205d")
	x.WaitFor(`28 of \d+ rows`, limit)
	x.Press("enter")
	x.Type("*")
	x.WaitFor(`28 marked`, limit)
	x.Type("D")
	x.WaitFor(`To lift it, type floor-deletions or channel-targets`, limit)
	x.Type(model.CodeFloorDeletions)
	x.Press("enter")
	x.WaitFor(`To lift it, type channel-targets`, limit)
	x.Type(model.CodeChannelTargets)
	x.Press("enter")
	word := x.WaitFor(`Type (\d+) `, limit)[1]
	said := x.WaitFor(`(28) builds = `+word+` versions of 7 packages`, limit)
	x.Type(word)
	x.Press("enter")
	x.WaitFor(word+` of `+word+` done`, 3*limit)
	x.Press("esc")
	x.WaitGone(word+` of `+word+` done`, limit)
	return r.number(said[1]), r.number(word)
}

// restoreMarked brings five marked versions back with what they need: once
// cancelled, which changes nothing and leaves the marks, then for good. It returns
// how many the dialog said that would be.
func restoreMarked(r *rig, x *term.Term) int {
	r.t.Helper()
	tags, versions := r.state()
	x.Type("U")
	x.WaitFor(`UNDO 5 marked`, limit)
	said := x.WaitFor(`restore (\d+) versions of 5 packages: 5 asked for, (\d+) that belong to them`, limit)
	back := r.number(said[1])
	if more := r.number(said[2]); more == 0 || back != 5+more {
		r.t.Errorf("the dialog cannot count: %s", said[0])
	}
	x.WaitFor(regexp.QuoteMeta(`GitHub gives these back until`), limit)
	x.WaitFor(`30 days left`, limit)
	x.WaitFor(`Type `+said[1]+` to`, limit)
	x.Press("esc")
	x.WaitGone(`UNDO 5 marked`, limit)
	x.WaitFor(`5 marked`, limit)
	nowTags, nowVersions := r.state()
	differs(r.t, "tags after cancelling", nil, tags, nowTags)
	differs(r.t, "versions after cancelling", nil, versions, nowVersions)
	x.Type("U")
	x.WaitFor(`Type `+said[1]+` to`, limit)
	x.Type(said[1])
	x.Press("enter")
	x.WaitFor(`LIVE Done`, limit)
	return back
}

// fiveOf are the ids of v1.1.0 in five of the packages that a deletion took it
// from.
func fiveOf(t *testing.T, deletion map[string]any) []string {
	t.Helper()
	indexes := make(map[any]bool)
	effects, _ := deletion["effects"].([]any)
	for _, one := range effects {
		if e, _ := one.(map[string]any); e["tag"] == "v1.1.0" {
			indexes[e["before"]] = true
		}
	}
	var out []string
	changes, _ := deletion["changes"].([]any)
	for _, one := range changes {
		c, _ := one.(map[string]any)
		if id, ok := c["version_id"].(float64); ok && indexes[c["from"]] && len(out) < 5 {
			out = append(out, strconv.FormatInt(int64(id), 10))
		}
	}
	if len(out) != 5 {
		t.Fatalf("only %d packages lost v1.1.0", len(out))
	}
	return out
}
