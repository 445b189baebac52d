package present_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func digest(s string) model.Digest { return model.DigestOf([]byte(s)) }

// release is a release of three packages.
func release(name, commit string) model.Release {
	r := model.Release{Name: name, Commit: commit, Built: ago(8 * day), Members: map[string]model.Member{}}
	if strings.HasPrefix(name, "v") {
		r.Version = name
	}
	for _, p := range []string{"app", "base", "payload"} {
		r.Members[p] = model.Member{Digest: digest(name + p)}
	}
	return r
}

var commits = [2]string{strings.Repeat("b81e6f4a", 5), strings.Repeat("3f9c82b0", 5)}

// prod is a channel in order: three packages of v1.3.0, v1.2.0 before.
func prod() model.ChannelState {
	cur, old := release("v1.3.0", commits[0]), release("v1.2.0", commits[1])
	old.Members["base"] = cur.Members["base"]
	c := model.ChannelState{
		Name: "prod", Release: &cur, Since: ago(7*day + time.Hour), SinceEvidence: model.EvidenceObserved,
		Previous: &model.Previous{Release: old, From: ago(44 * day), To: ago(7 * day), Evidence: model.EvidenceTag},
		Attested: model.Attested{Found: 16, Expected: 16},
	}
	for _, p := range []string{"app", "base", "payload"} {
		via := model.ViaTag
		if p == "payload" {
			via = model.ViaMetadata
		}
		c.Members = append(c.Members, model.ChannelMember{Package: p, Digest: digest("v1.3.0" + p), Via: via, Release: "v1.3.0", State: model.MemberOK})
	}
	return c
}

// with returns prod with the states of its members replaced.
func with(states ...model.MemberState) model.ChannelState {
	c := prod()
	for i, s := range states {
		c.Members[i].State = s
		if s == model.MemberMissing {
			c.Members[i].Digest, c.Members[i].Release = "", ""
		}
	}
	return c
}

func TestChannel(t *testing.T) {
	got := present.Channel(prod(), now())
	want := present.ChannelRow{
		Name: present.Cell{Text: "prod", Tone: present.Strong}, Release: present.Cell{Text: "v1.3.0"},
		Since: present.Cell{Text: "24 Jun 11:00"}, Age: present.Cell{Text: "7 d"},
		OneSet:   present.Cell{Mark: present.MarkOK, Text: "3 of 3", Tone: present.Good},
		Attested: present.Cell{Mark: present.MarkOK, Text: "16 of 16", Tone: present.Good},
		Before:   present.Cell{Text: "v1.2.0 37 d"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(- want, + got):\n%s", diff)
	}
}

func TestOneSet(t *testing.T) {
	incoherent := prod()
	incoherent.Incoherent = []model.Incoherence{{Code: "metadata-old", Message: "x"}}
	for _, c := range []struct {
		name string
		c    model.ChannelState
		want string
		tone present.Tone
	}{
		{"in order", prod(), "✓ 3 of 3", present.Good},
		{"drift", with(model.MemberDrift), "✗ 2 of 3, drift", present.Bad},
		{"drift is worse than missing", with(model.MemberDrift, model.MemberMissing), "✗ 1 of 3, drift", present.Bad},
		{"missing", with(model.MemberOK, model.MemberMissing), "✗ 2 of 3, 1 missing", present.Bad},
		{"failed is not missing", with(model.MemberError), "! 2 of 3, 1 failed", present.Warn},
		{"not asked is not failed", with(model.MemberUnknown, model.MemberUnknown), "! 1 of 3, 2 unknown", present.Warn},
		{"incoherent", incoherent, "! 3 of 3, old metadata", present.Warn},
		{"nothing anywhere", with(model.MemberMissing, model.MemberMissing, model.MemberMissing), "not published", present.Muted},
		{"no members", model.ChannelState{Name: "x"}, "not read", present.Muted},
	} {
		if got := present.OneSet(c.c); got.String() != c.want || got.Tone != c.tone {
			t.Errorf("%s: %q tone %d, want %q tone %d", c.name, got, got.Tone, c.want, c.tone)
		}
	}
}

func TestAttested(t *testing.T) {
	for _, c := range []struct {
		found, expected int
		want            string
	}{
		{16, 16, "✓ 16 of 16"}, {17, 16, "✓ 17 of 16"}, {15, 16, "! 15 of 16"}, {0, 16, "! 0 of 16"},
		{-1, 16, "not read"}, {15, -1, "15 in registry"}, {0, 0, "none expected"}, {-1, -1, "not read"},
	} {
		if got := present.Attested(model.Attested{Found: c.found, Expected: c.expected}); got.String() != c.want {
			t.Errorf("%d of %d: %q, want %q", c.found, c.expected, got, c.want)
		}
	}
}

func TestChannelWithoutKnowledge(t *testing.T) {
	got := present.Channel(model.ChannelState{Name: "dev", Attested: model.Attested{Found: -1, Expected: -1}}, now())
	for name, c := range map[string]present.Cell{"release": got.Release, "since": got.Since, "one set": got.OneSet, "before": got.Before, "attested": got.Attested} {
		if c.Text == "" || c.Tone != present.Muted && c.Tone != present.Warn {
			t.Errorf("%s says %q in tone %d", name, c, c.Tone)
		}
	}
}

func TestChannelSummary(t *testing.T) {
	c := with(model.MemberDrift, model.MemberMissing, model.MemberError)
	c.Members[0].Release = commits[1]
	c.Incoherent = []model.Incoherence{{Code: "metadata-old", Message: "the metadata names\x1b[31m v1.2.0"}}
	for _, tt := range []struct {
		name string
		c    model.ChannelState
		want []string
	}{
		{"in order", prod(), []string{
			"v1.3.0 (b81e6f4) is in prod since 24 Jun 11:00Z, 7 d, seen by caitui",
			"Before: v1.2.0, 3 of 3 there, for 37 d until 24 Jun 12:00Z, by its tag",
			"Since v1.2.0: 2 packages changed, 1 the same",
		}},
		{"broken", c, []string{
			"v1.3.0 (b81e6f4) is in prod since 24 Jun 11:00Z, 7 d, seen by caitui",
			"Before: v1.2.0, 3 of 3 there, for 37 d until 24 Jun 12:00Z, by its tag",
			"✗ Another release: app (3f9c82b)",
			"✗ Missing: base",
			"! Could not be read: payload",
			"! the metadata names�[31m v1.2.0",
			"Since v1.2.0: 2 packages changed, 0 the same, 1 not known",
		}},
		{"not published", with(model.MemberMissing, model.MemberMissing, model.MemberMissing), []string{
			"prod is not published: no package has this tag.",
			"Before: v1.2.0, 3 of 3 there, for 37 d until 24 Jun 12:00Z, by its tag",
		}},
		{"nothing known", model.ChannelState{Name: "dev"}, []string{
			"dev points to a release of which neither version nor commit is known.",
			"Before: none known. Looked at journal, sightings, metadata and version tags.",
		}},
	} {
		if diff := cmp.Diff(tt.want, present.Texts(present.ChannelSummary(tt.c, now()))); diff != "" {
			t.Errorf("%s (- want, + got):\n%s", tt.name, diff)
		}
	}
}

func TestMember(t *testing.T) {
	d := digest("x")
	for _, c := range []struct {
		m    model.ChannelMember
		want string
	}{
		{model.ChannelMember{State: model.MemberOK, Release: "v1.3.0", Digest: d}, "v1.3.0"},
		{model.ChannelMember{State: model.MemberOK, Release: commits[0], Digest: d, Via: model.ViaMetadata}, "~b81e6f4"},
		{model.ChannelMember{State: model.MemberOK, Commit: commits[1], Digest: d}, "3f9c82b"},
		{model.ChannelMember{State: model.MemberOK, Digest: d}, present.Short(d)},
		{model.ChannelMember{State: model.MemberDrift, Release: "v1.2.0", Digest: d}, "✗ v1.2.0"},
		{model.ChannelMember{State: model.MemberMissing}, "✗ missing"},
		{model.ChannelMember{State: model.MemberError, Err: model.ErrForbidden}, "! not allowed"},
		{model.ChannelMember{State: model.MemberError, Err: errors.New("x")}, "! failed"},
		{model.ChannelMember{State: model.MemberUnknown}, "unknown"},
		{model.ChannelMember{State: model.MemberUnknown, Digest: d}, present.Short(d)},
		{model.ChannelMember{State: model.MemberOK, Release: "v\x1b[2J"}, "v�[2J"},
	} {
		if got := present.Member(c.m).String(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.m, got, c.want)
		}
	}
}
