package model

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheStoryCounts(t *testing.T) {
	w := story()
	for name, want := range map[string]int{"containai": 148, "containai-base": 148, "containai-copilot": 147, "containai-codex": 147,
		"containai-proxy": 147, "containai-claude": 142, "containai-log-forwarder": 142,
		"containai-payload": 36, "containai-installer": 36, "containai-metadata": 24} {
		got := len(w.packages[name].versions)
		if name == "containai-proxy" {
			got++ // the story leaves one referrers tag out
		}
		if got != want {
			t.Errorf("%s has %d versions, want %d", name, got, want)
		}
	}
}

func TestChannelsOfTheStory(t *testing.T) {
	for _, v := range []view{{}, {manifests: true}} {
		s := story().survey(v, Past{})
		for _, want := range []struct {
			name, release, previous string
			since                   string
			attested                Attested
			from, to                string
		}{
			{"prod", "v1.3.0", "v1.2.0", "2026-06-24T10:41:00", Attested{16, 16}, "2026-05-18T09:44:00", "2026-06-24T10:41:00"},
			{"nightly", "08dd3c9", "d5502ee", "2026-06-28T09:39:00", Attested{15, 16}, "2026-06-09T09:44:00", "2026-06-28T09:39:00"},
			{"dev", "6e19a5d", "b81e6f4", "2026-07-01T01:09:00", Attested{16, 16}, "2026-06-20T09:44:00", "2026-07-01T01:09:00"},
		} {
			c := channel(t, s, want.name)
			if c.Release == nil || c.Release.Label() != want.release {
				t.Fatalf("%s: release %+v", want.name, c.Release)
			}
			if !c.Since.Equal(at(want.since)) || c.SinceEvidence != EvidenceInferred {
				t.Errorf("%s: since %v by %s", want.name, c.Since, c.SinceEvidence)
			}
			if ok, all := c.Count(); ok != 10 || all != 10 || !c.Complete() || c.Drift() || len(c.Incoherent) > 0 {
				t.Errorf("%s: %d of %d, incoherent %v", want.name, ok, all, c.Incoherent)
			}
			if c.Attested != want.attested {
				t.Errorf("%s: attested %+v", want.name, c.Attested)
			}
			p := c.Previous
			if p == nil || p.Release.Label() != want.previous || p.Evidence != EvidenceMetadata || p.Release.Channel != want.name {
				t.Fatalf("%s: previous %+v", want.name, p)
			}
			if !p.From.Equal(at(want.from)) || !p.To.Equal(at(want.to)) {
				t.Errorf("%s: previous from %v to %v", want.name, p.From, p.To)
			}
			for _, m := range c.Members {
				via := ViaTag
				if m.Package == "containai-payload" {
					via = ViaMetadata
				}
				if m.Via != via || m.Commit != c.Release.Commit || m.Release != c.Release.Name || m.State != MemberOK {
					t.Errorf("%s: member %+v", want.name, m)
				}
			}
		}
	}
}

func done(pkg, tag string, before, after Digest, when time.Time) JournalEvent {
	return JournalEvent{Registry: "ghcr.io", Owner: "novotnyllc", Kind: EventOutcome, State: StepDone,
		Package: pkg, Tag: tag, Before: before, After: after, At: when}
}

// rollback moves prod back to v1.2.0 everywhere and tells what the journal has.
func rollback(t *testing.T, w *world, when time.Time) Past {
	var past Past
	good := release(t, Releases(w.inventory(view{})), "v1.2.0", "prod")
	for _, p := range w.layout.Packages {
		d := good.Members[p.Name].Digest
		for _, tag := range p.TagsOf("prod") {
			if before := w.packages[p.Name].tags[tag]; before != "" {
				past.Moves = append(past.Moves, done(p.Name, tag, before, d, when))
				w.tag(p.Name, when.Add(-time.Second), d, tag) // two clocks
			}
		}
	}
	return past
}

func TestAfterARollback(t *testing.T) {
	w := story()
	when := at("2026-07-01T11:00:00")
	past := rollback(t, w, when)
	for _, remembered := range []bool{true, false} {
		since, evidence := when, EvidenceJournal
		if !remembered {
			past, since, evidence = Past{}, when.Add(-time.Second), EvidenceInferred
		}
		c := channel(t, w.survey(view{}, past), "prod")
		if c.Release.Label() != "v1.2.0" || c.Drift() || !c.Complete() || len(c.Incoherent) > 0 {
			t.Errorf("prod: %s, incoherent %v", c.Release.Label(), c.Incoherent)
		}
		if !c.Since.Equal(since) || c.SinceEvidence != evidence {
			t.Errorf("remembered %v: since %v by %s", remembered, c.Since, c.SinceEvidence)
		}
		// Never forward to v1.3.0, though it was in prod last.
		if c.Previous == nil || c.Previous.Release.Label() != "v1.1.0" {
			t.Errorf("previous: %+v", c.Previous)
		}
	}
}

func TestObservationsDateAMoveOnlyWhenItWasWitnessed(t *testing.T) {
	w := story()
	when := at("2026-07-01T10:00:00").Add(-time.Second)
	before := make(map[string]Digest)
	for name, p := range w.packages {
		before[name] = p.tags["prod"]
	}
	rollback(t, w, when.Add(time.Second))
	observe := func(witnessed bool) Past {
		var past Past
		for name, p := range w.packages {
			if p.tags["prod"] == "" {
				continue
			}
			if witnessed {
				past.Observations = append(past.Observations, Observation{Package: name, Tag: "prod", Digest: before[name],
					At: at("2026-06-25T00:00:00"), Last: when.Add(-time.Hour)})
			}
			past.Observations = append(past.Observations, Observation{Package: name, Tag: "prod", Digest: p.tags["prod"], At: w.now, Last: w.now})
		}
		return past
	}
	c := channel(t, w.survey(view{}, observe(true)), "prod")
	if !c.Since.Equal(when) || c.SinceEvidence != EvidenceObserved {
		t.Errorf("witnessed: since %v by %s", c.Since, c.SinceEvidence)
	}
	c = channel(t, w.survey(view{}, observe(false)), "prod")
	if !c.Since.Equal(when) || c.SinceEvidence != EvidenceInferred {
		t.Errorf("first sighting alone: since %v by %s", c.Since, c.SinceEvidence)
	}
	// Without the API only the witnesses know; the first sighting alone does not.
	c = channel(t, w.survey(view{registry: true}, observe(true)), "prod")
	if !c.Since.Equal(w.now) || c.SinceEvidence != EvidenceObserved {
		t.Errorf("registry: since %v by %s", c.Since, c.SinceEvidence)
	}
}

func TestHalfRollback(t *testing.T) {
	w := story()
	for _, p := range w.layout.Packages {
		if p.Kind == KindImage && p.Name != "containai" {
			w.tag(p.Name, w.now.Add(-time.Hour), w.packages[p.Name].tags["v1.2.0"], "prod")
		}
	}
	c := channel(t, w.survey(view{}, Past{}), "prod")
	if c.Release.Label() != "v1.2.0" || !c.Drift() || !c.Complete() {
		t.Fatalf("prod: %s", c.Release.Label())
	}
	var drifting []string
	for _, m := range c.Members {
		if m.State == MemberDrift {
			drifting = append(drifting, m.Package)
			if m.Release != "v1.3.0" {
				t.Errorf("%s is of %s", m.Package, m.Release)
			}
		}
	}
	if d := cmp.Diff([]string{"containai", "containai-payload", "containai-installer", "containai-metadata"}, drifting); d != "" {
		t.Errorf("drifting (-want +got):\n%s", d)
	}
	if !slices.Equal(codesOf(c), []string{IncoherentDrift}) {
		t.Errorf("codes %v", codesOf(c))
	}
	if !strings.Contains(c.Incoherent[0].Message, "containai, containai-payload, containai-installer and containai-metadata are not of v1.2.0") {
		t.Errorf("message %q", c.Incoherent[0].Message)
	}
}

func TestPartialPublish(t *testing.T) {
	w := story()
	w.publish(publish{at: "2026-07-01T08:00:00", commit: "4444444", channel: "prod", version: "v1.4.0", until: "tags"})
	c := channel(t, w.survey(view{}, Past{}), "prod")
	if c.Release.Label() != "v1.4.0" {
		t.Fatalf("prod: %s", c.Release.Label())
	}
	want := []string{IncoherentDrift, IncoherentMetadataOld, IncoherentIncomplete}
	if d := cmp.Diff(want, codesOf(c)); d != "" {
		t.Errorf("codes (-want +got):\n%s", d)
	}
	if ok, all := c.Count(); ok != 7 || all != 10 {
		t.Errorf("%d of %d", ok, all)
	}
	if c.Previous == nil || c.Previous.Release.Label() != "v1.3.0" {
		t.Errorf("previous %+v", c.Previous)
	}
	if c.Release.Commit != sha("4444444") || c.Release.Channel != "prod" {
		t.Errorf("release from tags: %+v", c.Release)
	}
}

func TestRace(t *testing.T) {
	w := story()
	// A late build of an older commit wins on two images.
	for _, name := range []string{"containai-codex", "containai-proxy"} {
		d := w.push(name, w.now.Add(-time.Hour), indexOf(entry(DigestOf([]byte(name)), "linux", "amd64", nil)), "sha-"+sha("b81e6f4"), "dev")
		_ = d
	}
	c := channel(t, w.survey(view{}, Past{}), "dev")
	if ok, _ := c.Count(); ok != 8 || c.Release.Label() != "6e19a5d" || !slices.Equal(codesOf(c), []string{IncoherentDrift}) {
		t.Errorf("%d ok, %s, %v", ok, c.Release.Label(), codesOf(c))
	}
}

func TestForeignDocumentUnderAChannel(t *testing.T) {
	w := story()
	w.tag("containai-metadata", w.now, w.packages["containai-metadata"].tags["dev"], "prod")
	c := channel(t, w.survey(view{}, Past{}), "prod")
	if !slices.Contains(codesOf(c), IncoherentOtherChannel) || slices.Contains(codesOf(c), IncoherentMetadataOld) {
		t.Errorf("codes %v", codesOf(c))
	}
	for _, m := range c.Members {
		if m.Package == "containai-payload" && (m.State != MemberUnknown || m.Digest != "" || m.Via != "") {
			t.Errorf("payload: %+v", m)
		}
	}
}

func TestAliasDiffers(t *testing.T) {
	w := story()
	w.tag("containai-installer", w.now, w.packages["containai-installer"].tags["v1.2.0"], "latest")
	c := channel(t, w.survey(view{}, Past{}), "prod")
	if !slices.Equal(codesOf(c), []string{IncoherentAliasDiffers}) || !strings.Contains(c.Incoherent[0].Message, "containai-installer:latest") {
		t.Errorf("%v", c.Incoherent)
	}
}

func TestMembersThatAreNotThere(t *testing.T) {
	w := story()
	inv := w.inventory(view{drop: []string{"containai-codex"}})
	broken := errors.New("down")
	for i := range inv.Packages {
		switch p := &inv.Packages[i]; p.Spec.Name {
		case "containai-proxy":
			p.Err = broken // stale, but known
		case "containai-claude":
			p.Snapshot = p.Snapshot.WithTags(map[string]Digest{"prod": ""})
		case "containai-copilot":
			p.Known, p.Err = false, broken
		}
	}
	s := NewSurvey(inv, Past{})
	c := channel(t, s, "prod")
	want := map[string]MemberState{"containai-codex": MemberUnknown, "containai-proxy": MemberError, "containai-claude": MemberMissing, "containai-copilot": MemberError}
	for _, m := range c.Members {
		state, special := want[m.Package]
		if !special {
			state = MemberOK
		}
		if m.State != state {
			t.Errorf("%s is %s, want %s", m.Package, m.State, state)
		}
	}
	if c.Attested != (Attested{-1, -1}) {
		t.Errorf("attested %+v", c.Attested)
	}
	if !slices.Equal(codesOf(c), []string{IncoherentMissing}) {
		t.Errorf("codes %v", codesOf(c))
	}
	if c.Complete() {
		t.Error("complete")
	}
	// Packages that cannot be looked at do not hide the way back.
	if c.Previous == nil || c.Previous.Release.Label() != "v1.2.0" {
		t.Errorf("previous %+v", c.Previous)
	}
}

func TestChannelsOfARegistryWithoutAPI(t *testing.T) {
	s := story().survey(view{registry: true}, Past{})
	c := channel(t, s, "prod")
	if c.Release.Label() != "v1.3.0" || c.Drift() || !c.Complete() || c.Attested != (Attested{16, 16}) {
		t.Errorf("prod: %+v", c)
	}
	if !c.Since.Equal(at("2026-06-24T10:46:00")) || c.SinceEvidence != EvidenceMetadata {
		t.Errorf("since %v by %s", c.Since, c.SinceEvidence)
	}
	if c.Previous == nil || c.Previous.Release.Label() != "v1.2.0" || c.Previous.Evidence != EvidenceTag {
		t.Fatalf("previous %+v", c.Previous)
	}
}

func TestNothingTagged(t *testing.T) {
	w := newWorld(ContainAI())
	s := w.survey(view{}, Past{})
	for _, c := range s.Channels {
		var want []string // nightly and dev need not be used
		if c.Name == "prod" {
			want = []string{IncoherentMissing}
		}
		if c.Release != nil || c.Previous != nil || !c.Since.IsZero() || !slices.Equal(codesOf(c), want) {
			t.Errorf("%s: %+v", c.Name, c)
		}
	}
	// Packages without any release: one is in order, several cannot be compared.
	layout := Layout{Channels: []ChannelSpec{{Name: "prod"}}, Tags: DefaultTagRules(), Packages: []PackageSpec{{Name: "a", Kind: KindImage}}}
	w = newWorld(layout)
	w.push("a", w.now, indexOf(), "prod")
	if c := channel(t, w.survey(view{}, Past{}), "prod"); c.Members[0].State != MemberOK || len(c.Incoherent) > 0 {
		t.Errorf("one package: %+v", c)
	}
	layout.Packages = append(layout.Packages, PackageSpec{Name: "b", Kind: KindImage})
	w = newWorld(layout)
	w.push("a", w.now, indexOf(), "prod")
	w.push("b", w.now, indexOf(), "prod")
	if c := channel(t, w.survey(view{}, Past{}), "prod"); c.Members[0].State != MemberUnknown || !slices.Equal(codesOf(c), []string{IncoherentUnresolved}) {
		t.Errorf("two packages: %+v", c)
	}
}

func TestPreviousNeedsProofThatTheChannelWasThere(t *testing.T) {
	// A nightly that the journal says was promoted to prod counts; one package
	// of it does not.
	w := story()
	nightly := release(t, Releases(w.inventory(view{})), "d5502ee", "nightly")
	promote := func(names ...string) Past {
		var past Past
		for _, name := range names {
			now, then := w.packages[name].tags["prod"], nightly.Members[name].Digest
			past.Moves = append(past.Moves, done(name, "prod", "", then, at("2026-06-10T00:00:00")), done(name, "prod", then, now, at("2026-06-24T10:41:00")))
		}
		return past
	}
	if c := channel(t, w.survey(view{}, promote("containai")), "prod"); c.Previous.Release.Label() != "v1.2.0" {
		t.Errorf("one package: previous %s", c.Previous.Release.Label())
	}
	var all []string
	for _, p := range w.layout.Packages {
		if !p.FollowsMetadata {
			all = append(all, p.Name)
		}
	}
	c := channel(t, w.survey(view{}, promote(all...)), "prod")
	if c.Previous.Release.Label() != "d5502ee" || c.Previous.Evidence != EvidenceJournal || !c.Previous.From.Equal(at("2026-06-10T00:00:00")) {
		t.Errorf("promoted: previous %+v", c.Previous)
	}
	// Another project's journal says nothing here.
	past := promote(all...)
	for i := range past.Moves {
		past.Moves[i].Owner = "someone-else"
	}
	if c := channel(t, w.survey(view{}, past), "prod"); c.Previous.Release.Label() != "v1.2.0" {
		t.Errorf("foreign journal: previous %s", c.Previous.Release.Label())
	}
}

func TestIncompleteReleasesAreNoWayBack(t *testing.T) {
	w := story()
	w.publish(publish{at: "2026-06-22T08:00:00", commit: "5555555", channel: "prod", version: "v1.2.5", until: "tags"})
	// v1.3.0 is published again over it, so that v1.2.5 is the newest before.
	for _, p := range w.layout.Packages {
		if d := w.packages[p.Name].tags["v1.3.0"]; d != "" {
			w.tag(p.Name, at("2026-06-24T10:41:00"), d, "prod")
		}
	}
	c := channel(t, w.survey(view{}, Past{}), "prod")
	if c.Release.Label() != "v1.3.0" || c.Previous.Release.Label() != "v1.2.0" {
		t.Errorf("%s, previous %s", c.Release.Label(), c.Previous.Release.Label())
	}
}

func TestDirectAttestationCountsFirst(t *testing.T) {
	w := story()
	d := w.packages["containai"].tags["prod"]
	w.attest("containai", w.now, d, true)
	if c := channel(t, w.survey(view{}, Past{}), "prod"); c.Attested != (Attested{15, 15}) {
		t.Errorf("attested %+v", c.Attested)
	}
}

func TestAttestedIsUnknownOnceTheCommitTagMoved(t *testing.T) {
	w := story()
	ten := release(t, Releases(w.inventory(view{})), "b81e6f4", "dev")
	for pkg, m := range ten.Members {
		if w.layout.Package(pkg).Kind == KindImage {
			w.tag(pkg, w.now, m.Digest, "dev")
		}
	}
	if c := channel(t, w.survey(view{}, Past{}), "dev"); c.Attested != (Attested{-1, -1}) {
		t.Errorf("attested %+v", c.Attested)
	}
}

func TestMostMembersDateTheChannel(t *testing.T) {
	w := story()
	early, late := at("2026-06-25T00:00:00"), at("2026-07-01T11:00:00")
	good := release(t, Releases(w.inventory(view{})), "v1.2.0", "prod")
	var journal, seen Past
	var others []Observation
	for i, p := range w.layout.Packages {
		d, before := good.Members[p.Name].Digest, w.packages[p.Name].tags["prod"]
		switch {
		case before == "":
		case i < 3: // somebody moved these a week ago
			w.tag(p.Name, early, d, "prod")
			others = append(others, Observation{Package: p.Name, Tag: "prod", Digest: before, At: early.Add(-time.Hour), Last: early.Add(-time.Hour)},
				Observation{Package: p.Name, Tag: "prod", Digest: d, At: early, Last: early})
		default:
			journal.Moves = append(journal.Moves, done(p.Name, "prod", before, d, late))
			seen.Observations = append(seen.Observations, Observation{Package: p.Name, Tag: "prod", Digest: before, At: early, Last: late.Add(-time.Hour)},
				Observation{Package: p.Name, Tag: "prod", Digest: d, At: late, Last: late})
			w.tag(p.Name, late, d, "prod")
		}
	}
	for _, tc := range []struct {
		past Past
		at   time.Time
		ev   Evidence
	}{{journal, late, EvidenceJournal}, {seen, late, EvidenceObserved}, {Past{}, early, EvidenceInferred},
		{Past{Moves: journal.Moves, Observations: others}, late, EvidenceJournal}} {
		c := channel(t, w.survey(view{}, tc.past), "prod")
		if !c.Since.Equal(tc.at) || c.SinceEvidence != tc.ev {
			t.Errorf("since %v by %s, want %v by %s", c.Since, c.SinceEvidence, tc.at, tc.ev)
		}
	}
}

func TestPreviousByObservations(t *testing.T) {
	w := story()
	nightly := release(t, Releases(w.inventory(view{})), "d5502ee", "nightly")
	var past Past
	for _, p := range w.layout.Packages {
		if !p.FollowsMetadata {
			past.Observations = append(past.Observations, Observation{Package: p.Name, Tag: "prod", Digest: nightly.Members[p.Name].Digest,
				At: at("2026-06-10T00:00:00"), Last: at("2026-06-12T00:00:00")})
		}
	}
	c := channel(t, w.survey(view{}, past), "prod")
	if c.Previous.Release.Label() != "d5502ee" || c.Previous.Evidence != EvidenceObserved {
		t.Errorf("previous %+v", c.Previous)
	}
}

func TestPreviousWithAPackageThatNobodyMayRead(t *testing.T) {
	// No document names the installer: without it no release is complete.
	c := channel(t, story().survey(view{drop: []string{"containai-installer"}}, Past{}), "prod")
	if c.Previous == nil || c.Previous.Release.Label() != "v1.2.0" || !slices.Equal(c.Previous.Release.Missing, []string{"containai-installer"}) {
		t.Errorf("previous %+v", c.Previous)
	}
}

func TestAStaleUpdatedTimeDatesNothing(t *testing.T) {
	w := story()
	p := w.packages["containai"]
	good := p.tags["v1.2.0"]
	updated := p.versions[p.place[good]].Updated
	w.tag("containai", w.now, good, "prod")
	p.versions[p.place[good]].Updated = updated // GitHub's list lags
	for _, r := range Fold(w.survey(view{}, Past{}), "containai") {
		if r.Digest == good && (len(r.Stays) != 2 || !r.Stays[0].From.IsZero() || !r.Stays[0].To.IsZero()) {
			t.Errorf("stays %+v", r.Stays)
		}
	}
}

func TestTiesGoToTheNewest(t *testing.T) {
	layout := Layout{Channels: []ChannelSpec{{Name: "prod", VersionTags: true}}, Tags: DefaultTagRules(),
		Packages: []PackageSpec{{Name: "a", Kind: KindImage, Stage: 1}, {Name: "b", Kind: KindImage, Stage: 1}}}
	w := newWorld(layout)
	for k, version := range []string{"v1.0.0", "v2.0.0"} {
		for _, name := range []string{"a", "b"} {
			w.push(name, at("2026-01-01T00:00:00").Add(time.Duration(k)*time.Hour), w.image(name+version), version, "prod")
		}
	}
	w.tag("b", w.now, w.packages["b"].tags["v1.0.0"], "prod")
	if c := channel(t, w.survey(view{}, Past{}), "prod"); c.Release.Label() != "v2.0.0" || c.Members[1].State != MemberDrift {
		t.Errorf("%+v", c)
	}
}

func TestAttestedCountsOneCommitOnce(t *testing.T) {
	w := story()
	p := w.packages["containai"]
	for tag, d := range maps.Clone(p.tags) {
		if rest, ok := strings.CutPrefix(tag, "sha-"+sha("b81e6f4")); ok {
			w.tag("containai", w.now, d, "sha-"+sha("7777777")+rest)
		}
	}
	if c := channel(t, w.survey(view{}, Past{}), "prod"); c.Attested != (Attested{16, 16}) {
		t.Errorf("attested %+v", c.Attested)
	}
	// In a list that was cut off, what is not there may be further down.
	inv := w.inventory(view{})
	for i, q := range inv.Packages {
		if q.Spec.Name == "containai-proxy" {
			versions := slices.DeleteFunc(slices.Clone(q.Snapshot.Versions), func(v Version) bool { return len(v.Tags) > 0 && strings.HasPrefix(v.Tags[0], "sha") })
			tags := map[string]Digest{"nightly": q.Snapshot.Tag("nightly")}
			for _, t := range q.Snapshot.TagNames() {
				if strings.HasPrefix(t, "sha-"+sha("08dd3c9")) {
					tags[t] = q.Snapshot.Tag(t)
				}
			}
			inv.Packages[i].Snapshot = NewSnapshot(q.Spec.Name, OriginAPI, w.now, versions)
			inv.Packages[i].Snapshot.Partial = true
			inv.Packages[i].Snapshot = inv.Packages[i].Snapshot.WithTags(tags)
		}
	}
	if c := channel(t, NewSurvey(inv, Past{}), "nightly"); c.Attested != (Attested{-1, -1}) {
		t.Errorf("cut off: attested %+v", c.Attested)
	}
}
