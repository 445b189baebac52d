package present_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// survey is prod with its three packages.
func survey() model.Survey {
	layout := model.ContainAI()
	inv := model.Inventory{Registry: "ghcr.io", Owner: "novotnyllc", Layout: layout, ReadAt: now()}
	cur, old := release("v1.3.0", commits[0]), release("v1.2.0", commits[1])
	for _, p := range []string{"app", "base", "payload"} {
		snap := model.NewSnapshot(p, model.OriginAPI, now(), []model.Version{
			{ID: 2, Digest: digest("v1.3.0" + p), Tags: []string{"prod", "v1.3.0"}, Created: ago(8 * day)},
			{ID: 1, Digest: digest("v1.2.0" + p), Tags: []string{"v1.2.0"}, Created: ago(45 * day)},
		})
		inv.Packages = append(inv.Packages, model.PackageState{
			Spec:  model.PackageSpec{Name: p, Kind: model.KindImage},
			Info:  model.PackageInfo{Name: p, Visibility: model.VisibilityPublic, VersionCount: 142},
			Known: true, Fresh: true, Snapshot: snap,
		})
	}
	return model.Survey{Inventory: inv, Releases: []model.Release{cur, old}, Channels: []model.ChannelState{prod()}}
}

func TestPackage(t *testing.T) {
	s := survey()
	p := s.Inventory.Packages[0]
	got := present.Package(s, p, now())
	want := present.PackageRow{
		Name: present.Cell{Text: "app", Tone: present.Strong}, Kind: present.Cell{Text: "image"},
		Channels: []present.Cell{{Text: "v1.3.0"}}, Seen: present.Cell{Text: "public"}, Versions: present.Cell{Text: "142"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(- want, + got):\n%s", diff)
	}
	for _, c := range []struct {
		name            string
		change          func(*model.PackageState)
		state, versions string
	}{
		{"fresh", func(*model.PackageState) {}, "", "142"},
		{"stale", func(p *model.PackageState) { p.Fresh = false; p.Snapshot.ReadAt = ago(3 * time.Hour) }, "3 h old", "142"},
		{"failed with something known", func(p *model.PackageState) { p.Err = model.ErrUnreachable; p.Snapshot.ReadAt = ago(2 * day) }, "! 2 d old, not reachable", "142"},
		{"failed with nothing known", func(p *model.PackageState) {
			*p = model.PackageState{Err: model.ErrNotFound, Info: model.PackageInfo{VersionCount: -1}}
		}, "✗ not found", "–"},
		{"not asked", func(p *model.PackageState) { *p = model.PackageState{} }, "not read yet", "–"},
		{"partial without a total", func(p *model.PackageState) { p.Info.VersionCount = -1; p.Snapshot.Total = -1 }, "", "2+"},
	} {
		p := s.Inventory.Packages[0]
		c.change(&p)
		r := present.Package(s, p, now())
		if r.State.String() != c.state || r.Versions.String() != c.versions {
			t.Errorf("%s: %q and %q, want %q and %q", c.name, r.State, r.Versions, c.state, c.versions)
		}
	}
}

func TestSeen(t *testing.T) {
	for _, c := range []struct {
		v    model.Visibility
		a    model.Anonymous
		want string
		tone present.Tone
	}{
		{model.VisibilityPublic, model.AnonymousReadable, "public", present.Plain},
		{model.VisibilityPublic, model.AnonymousRefused, "✗ REFUSED", present.Bad},
		{model.VisibilityPrivate, model.AnonymousUnknown, "PRIVATE", present.Bad},
		{model.VisibilityInternal, "", "internal", present.Warn},
		{model.VisibilityUnknown, model.AnonymousReadable, "readable", present.Plain},
		{"", model.AnonymousRefused, "✗ refused", present.Bad},
		{"", "", "unknown", present.Muted},
	} {
		if got := present.Seen(model.PackageInfo{Visibility: c.v, Anonymous: c.a}); got.String() != c.want || got.Tone != c.tone {
			t.Errorf("%s %s: %q tone %d", c.v, c.a, got, got.Tone)
		}
	}
}

func row() model.Row {
	return model.Row{
		Entry: model.Entry{
			Version: model.Version{Digest: digest("v1.3.0app"), Created: ago(7 * day), Tags: []string{"sha-" + commits[0], "v1.3.0", "prod"}},
			Kind:    model.VersionIndex, Platforms: []string{"amd64", "arm64"}, Size: 2_100_000_000, Commit: commits[0], Release: "v1.3.0",
		},
		Stays: []model.Stay{{Channel: "prod", From: ago(7 * day)}},
	}
}

func TestHistory(t *testing.T) {
	h := present.History(model.ContainAI(), row(), now())
	got := strings.Join(present.Texts([]present.Line{h.Age, h.Release, h.Tags, h.Commit, h.Platforms, h.Size, h.Note}), " | ")
	if want := "7 d | v1.3.0 | prod  v1.3.0  sha-b81e6f4… | b81e6f4 | amd64 arm64 | 2.1 GB | prod now"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, c := range []struct {
		name             string
		change           func(*model.Row)
		tags, note, plat string
	}{
		{"untagged", func(r *model.Row) { r.Tags, r.Stays = nil, nil }, "(untagged)", "", "amd64 arm64"},
		{"was dev", func(r *model.Row) {
			r.Tags, r.Stays = nil, []model.Stay{{Channel: "dev", From: ago(3 * day), To: ago(2 * day)}, {Channel: "dev", From: ago(9 * day), To: ago(8 * day)}}
		}, "(untagged, was dev)", "was dev 2 d", "amd64 arm64"},
		{"was prod, unknown since", func(r *model.Row) {
			r.Tags = []string{"v1.2.0"}
			r.Stays = []model.Stay{{Channel: "prod", To: ago(day)}}
		}, "v1.2.0", "was prod", "amd64 arm64"},
		{"failed", func(r *model.Row) { r.Failed = "amd64 only"; r.Tags, r.Stays = nil, nil }, "! (failed: amd64 only)"[2:], "", "amd64 arm64"},
		{"not read", func(r *model.Row) { r.Kind, r.Platforms, r.Size = model.VersionUnknown, nil, -1 }, "prod  v1.3.0  sha-b81e6f4…", "prod now", "not read"},
		{"artifact", func(r *model.Row) { r.Kind, r.Platforms = model.VersionArtifact, nil }, "prod  v1.3.0  sha-b81e6f4…", "prod now", "artifact"},
	} {
		r := row()
		c.change(&r)
		h := present.History(model.ContainAI(), r, now())
		if h.Tags.Text != c.tags || h.Note.Text != c.note || h.Platforms.Text != c.plat {
			t.Errorf("%s: tags %q, note %q, platforms %q", c.name, h.Tags.Text, h.Note.Text, h.Platforms.Text)
		}
	}
	p := present.Part(model.ContainAI(), model.Part{Entry: model.Entry{Platforms: []string{"arm64"}, Size: -1}, Role: model.PartPlatform}, now())
	if p.Tags.Text != "platform arm64" || p.Size.Text != "–" {
		t.Errorf("a part: %q %q", p.Tags.Text, p.Size.Text)
	}
}

func TestTell(t *testing.T) {
	s := survey()
	for _, c := range []struct{ name, got, want string }{
		{"channel", present.TellChannel(s, prod(), now()),
			"ghcr.io/novotnyllc prod: v1.3.0 (b81e6f4), 3 of 3 packages, since 2025-06-24T11:00:04Z (7 d), before: v1.2.0 37 d"},
		{"broken channel", present.TellChannel(s, with(model.MemberDrift), now()),
			"ghcr.io/novotnyllc prod: v1.3.0 (b81e6f4), NOT one set (2 of 3, drift), since 2025-06-24T11:00:04Z (7 d), before: v1.2.0 37 d"},
		{"no channel", present.TellChannel(s, with(model.MemberMissing, model.MemberMissing, model.MemberMissing), now()), "ghcr.io/novotnyllc prod: not published"},
		{"package", present.TellPackage(s, "app"), "ghcr.io/novotnyllc/app: prod v1.3.0 " + present.Short(digest("v1.3.0app")) + ", public, 142 versions"},
		{"no package", present.TellPackage(s, "nobody\x1b"), "ghcr.io/novotnyllc/nobody�: unknown package"},
		{"version", present.TellVersion(s, "app", row(), now()),
			"ghcr.io/novotnyllc/app@" + string(digest("v1.3.0app")) + ": v1.3.0, commit b81e6f4, tags prod v1.3.0 sha-b81e6f4…, pushed 2025-06-24T12:00:04Z (7 d), prod now"},
		{"untagged", present.TellVersion(s, "app", model.Row{Entry: model.Entry{Version: model.Version{Digest: "sha256:x"}}}, now()), "ghcr.io/novotnyllc/app@sha256:x: untagged"},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%q, want\n%q", c.name, c.got, c.want)
		}
	}
}

func TestRate(t *testing.T) {
	for _, c := range []struct {
		r    model.RateLimit
		want string
	}{
		{model.RateLimit{}, ""}, {model.RateLimit{Known: true, Limit: 5000, Remaining: 4988}, "4,988 left"},
		{model.RateLimit{Known: true, Limit: 5000, Remaining: 499}, "! 499 left"},
		{model.RateLimit{Known: true, Limit: 5000, Reset: ago(-26 * time.Minute)}, "✗ limit used up, anew in 26 min"},
	} {
		if got := present.Rate(c.r, now()).String(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
}

func TestFailure(t *testing.T) {
	err := fmt.Errorf("reading app: %w", &model.Error{Kind: model.ErrForbidden, Message: "the token\x1b[31m lacks the right", Cure: "give it read:packages"})
	got := present.Texts(present.Failure(err))
	if diff := cmp.Diff([]string{"✗ reading app: the token�[31m lacks the right", "give it read:packages"}, got); diff != "" {
		t.Error(diff)
	}
	if present.Failure(nil) != nil {
		t.Error("no failure says something")
	}
}

func TestTables(t *testing.T) {
	s := survey()
	for _, c := range []struct{ name, got, want string }{
		{"packages", present.PackagesTable(s).Text(0), "" +
			"NAME     KIND   PROD     SEEN    VERSIONS  STATE\n" +
			"app      image  v1.3.0   public       142\n" +
			"base     image  v1.3.0   public       142\n" +
			"payload  image  ~v1.3.0  public       142\n"},
		{"channels", present.ChannelsTable(s).Text(0), "" +
			"CHANNEL  RELEASE  SINCE         AGE  ONE SET?  ATTESTED    BEFORE\n" +
			"prod     v1.3.0   24 Jun 11:00  7 d  ✓ 3 of 3  ✓ 16 of 16  v1.2.0 37 d\n"},
		{"matrix", present.ChannelPackagesTable(s).Text(0), "" +
			"PACKAGE  PROD     DIGEST\n" +
			"app      v1.3.0   " + present.Short(digest("v1.3.0app")) + "\n" +
			"base     v1.3.0   " + present.Short(digest("v1.3.0base")) + "\n" +
			"payload  ~v1.3.0  " + present.Short(digest("v1.3.0payload")) + "\n"},
		{"no packages", present.PackagesTable(model.Survey{}).Text(80), "No packages: neither the registry nor the configuration names any.\n"},
		{"no channels", present.ChannelsTable(model.Survey{}).Markdown(), "No channels: the configuration names none.\n"},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, c.got, c.want)
		}
	}
	for name, table := range map[string]present.Table{"history": present.HistoryTable(s, "app"), "versions": present.VersionsTable(s, "app")} {
		for _, r := range table.Rows {
			if len(r) != len(table.Columns) {
				t.Errorf("%s: a row has %d cells for %d columns", name, len(r), len(table.Columns))
			}
		}
	}
}

func TestWhyNamesTheCureInTheMiddleOfASentence(t *testing.T) {
	err := &model.Error{Kind: model.ErrForbidden, Message: "this token\x1b[31m may not read packages.", Cure: "give it read:packages."}
	got := present.Why(err)
	if strings.Contains(got, "\x1b") || strings.HasSuffix(got, ".") || !strings.HasSuffix(got, "packages. Give it read:packages") {
		t.Errorf("%q", got)
	}
	if got := present.Why(errors.New("no route to host")); got != "no route to host" {
		t.Errorf("%q", got)
	}
}
