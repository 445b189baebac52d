package tagdiff

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

const pkg = "containai-claude"

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func digest(name string) model.Digest { return model.DigestOf([]byte(name)) }

func sides() (a, b model.DiffSide) {
	a = model.DiffSide{Package: pkg, Digest: digest("v1.2.0"), Ref: pkg + "@" + string(digest("v1.2.0")), Release: "v1.2.0", Created: now.Add(-44 * 24 * time.Hour)}
	b = model.DiffSide{Package: pkg, Digest: digest("v1.3.0"), Ref: pkg + ":prod", Release: "v1.3.0", Created: now.Add(-7 * 24 * time.Hour)}
	return a, b
}

func changed(path, before, after string) model.DiffEntry {
	return model.DiffEntry{Path: path, Change: model.DiffChanged, Before: before, After: after}
}

func added(path, after string) model.DiffEntry {
	return model.DiffEntry{Path: path, Change: model.DiffAdded, After: after}
}

func removed(path, before string) model.DiffEntry {
	return model.DiffEntry{Path: path, Change: model.DiffRemoved, Before: before}
}

func noise(e model.DiffEntry) model.DiffEntry {
	e.Noise = true
	return e
}

// story is what changed in claude between two releases.
func story() model.Diff {
	a, b := sides()
	layer := func(name string) string { return digest(name).Short() + ", 31 MB" }
	return model.Diff{A: a, B: b, Sections: []model.DiffSection{
		{Name: model.DiffManifest, Equal: 2, Entries: []model.DiffEntry{changed("size", "2.1 kB", "2.2 kB"), noise(changed("org.opencontainers.image.created", "2026-05-18T09:00:00Z", "2026-06-24T10:41:00Z"))}},
		{Name: model.DiffPlatforms, Equal: 2},
		{Name: model.DiffConfig, Equal: 9, Entries: []model.DiffEntry{
			changed("cmd", `["claude","--safe"]`, `["claude","--safe","--validate"]`), changed("user", "root", "agent"), added("healthcheck", `["CMD","/usr/local/bin/validate-claude.sh"]`),
			noise(changed("created", "2026-05-18T09:00:00Z", "2026-06-24T10:41:00Z")),
		}},
		{Name: model.DiffEnv, Equal: 14, Entries: []model.DiffEntry{
			changed("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "/opt/containai/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
			removed("CLAUDE_LEGACY", "1"), added("CLAUDE_QUIET", ""),
		}},
		{Name: model.DiffLabels, Equal: 6, Entries: []model.DiffEntry{changed("org.opencontainers.image.revision", strings.Repeat("3f9c82b1", 5), strings.Repeat("b81e6f43", 5))}},
		{Name: model.DiffHistory, Equal: 41, Entries: []model.DiffEntry{changed("step 42", "RUN /bin/sh -c apt-get update && apt-get install -y curl=8.5", "RUN /bin/sh -c apt-get update && apt-get install -y curl=8.6")}},
		{Name: model.DiffLayers, Equal: 38, Note: "38 layers shared with containai@" + digest("base").Short(), Entries: []model.DiffEntry{removed("layer 39", layer("x")), added("layer 39", layer("y"))}},
		{Name: model.DiffFiles, Note: "not read: 2 layers, 62 MB, have to be streamed for it"},
	}}
}

// script is a text in which little changed.
func script() string {
	var b strings.Builder
	b.WriteString("--- a/usr/local/bin/validate-claude.sh\n+++ b/usr/local/bin/validate-claude.sh\n@@ -1,14 +1,15 @@\n #!/bin/sh\n set -eu\n")
	for i := range 8 {
		fmt.Fprintf(&b, " check %d\n", i)
	}
	b.WriteString("-arch=$(uname -m)\n-test \"$arch\" = x86_64\n+arch=$(uname -m)\n+test \"$arch\" = x86_64 || test \"$arch\" = aarch64\n+\techo ok\n exit 0\n")
	return b.String()
}

// files is what reading the files brings.
func files() model.DiffSection {
	script := changed("arm64/usr/local/bin/validate-claude.sh", "mode 0755, 412 B", "mode 0755, 455 B")
	script.Text = scriptText
	return model.DiffSection{Name: model.DiffFiles, Equal: 1204, Entries: []model.DiffEntry{
		script, added("arm64/usr/share/doc/claude/NEWS", "mode 0644, 2.1 kB"), removed("arm64/var/cache/old", "mode 0600, 12 B"),
	}}
}

var scriptText = script()

func survey() model.Survey {
	layout := model.ContainAI()
	s := model.Survey{Inventory: model.Inventory{Registry: "ghcr.io", Owner: layout.Owner, Layout: layout, ReadAt: now}}
	s.Channels = []model.ChannelState{{Name: "prod", Members: []model.ChannelMember{{Package: pkg, Digest: digest("v1.3.0"), State: model.MemberOK}}}}
	return s
}

// channel is what changed in prod.
func channel() model.ChannelDiff {
	d := story()
	dates := model.Diff{A: d.A, B: d.B, Sections: []model.DiffSection{{Name: model.DiffConfig, Equal: 4, Entries: []model.DiffEntry{noise(changed("created", "a", "b"))}}}}
	return model.ChannelDiff{Channel: "prod", From: "v1.2.0", To: "v1.3.0", Packages: []model.PackageDiff{
		{Package: "containai", Before: digest("1"), After: digest("1"), Same: true},
		{Package: "containai-base", Before: digest("2"), After: digest("3"), Diff: &dates},
		{Package: pkg, Before: d.A.Digest, After: d.B.Digest, Diff: &d},
		{Package: "containai-proxy", Before: digest("4"), After: digest("5"), Err: &model.Error{Kind: model.ErrUnreachable, Message: "ghcr.io did not answer", Cure: "try again", Cause: errors.New("dial tcp")}},
		{Package: "containai-gemini", After: digest("6")},
	}}
}

// at builds the pane of two versions in a size, with the focus and a survey.
func at(th theme.Theme, w, h int) *Pane {
	a, b := sides()
	p := New(th, pane.Compare{Package: pkg, A: a.Digest, B: b.Digest})
	p.SetFocus(true)
	p.SetSize(w, h)
	p.Update(pane.Surveyed{Survey: survey()})
	return p
}

// shows builds the pane with a difference, drawn.
func shows(d model.Diff, w, h int) *Pane {
	p := at(uitest.Theme(), w, h)
	give(p, d)
	return p
}

// give brings an answer as the root does, and what the pane draws of it.
func give(p *Pane, value any) pane.Action {
	action, cmd := p.Update(pane.Result{To: Name, Gen: 99, Value: value})
	uitest.Answer(p, cmd)
	return action
}

// lists builds the pane of a channel.
func lists(d model.ChannelDiff, w, h int) *Pane {
	p := NewChannel(uitest.Theme(), "prod")
	p.SetFocus(true)
	p.SetSize(w, h)
	p.Update(pane.Surveyed{Survey: survey()})
	give(p, d)
	return p
}

func text(p *Pane) string { return uitest.Plain(p.View()) }
