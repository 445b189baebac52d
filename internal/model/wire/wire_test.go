package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

var (
	digestA = model.DigestOf([]byte("a"))
	digestB = model.DigestOf([]byte("b"))
	noon    = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
)

// field is the raw value of a key of a JSON object; absent keys fail the test.
func field(t *testing.T, doc any, path ...string) string {
	t.Helper()
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range path {
		if key == "0" {
			var list []json.RawMessage
			if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
				t.Fatalf("%v: no first element in %s", path, raw)
			}
			raw = list[0]
			continue
		}
		var m map[string]json.RawMessage
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatalf("%v: %v in %s", path, err, raw)
		}
		v, ok := m[key]
		if !ok {
			t.Fatalf("%v: field %q is left out of %s", path, key, raw)
		}
		raw = v
	}
	return string(raw)
}

func expect(t *testing.T, doc any, want string, path ...string) {
	t.Helper()
	if got := field(t, doc, path...); got != want {
		t.Errorf("%s: got %s, want %s", strings.Join(path, "."), got, want)
	}
}

func randomPlan(r *rand.Rand) model.Plan {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	dig := func() model.Digest {
		if r.IntN(4) == 0 {
			return ""
		}
		return model.DigestOf([]byte{byte(r.IntN(5))})
	}
	at := func() time.Time {
		if r.IntN(3) == 0 {
			return time.Time{}
		}
		return noon.Add(time.Duration(r.Int64N(1e18)))
	}
	p := model.Plan{Registry: "ghcr.io", Owner: pick("", "novotnyllc"), Title: pick("move <a> & \"b\"", "ü"),
		Reason: pick("", "why\nnot"), Incident: pick("", "INC-1"), Actor: pick("", "alice"), Created: at(), ReadAt: at(),
		Aim: model.Aim{Act: model.Act(pick("", "rollback")), Channel: pick("", "prod"), From: pick("", "v1"), As: pick("", "v2"), Undoes: pick("", "sha256:x")}}
	for range r.IntN(4) {
		p.Changes = append(p.Changes, model.Change{
			Kind:  model.ChangeKind(pick("MoveTag", "CreateTag", "RemoveTag", "PutArtifact", "DeleteVersion", "RestoreVersion")),
			Stage: r.IntN(5), Package: pick("a", "b/c"), Tag: pick("", "prod"), From: dig(), To: dig(), VersionID: r.Int64N(3)})
		if c := &p.Changes[len(p.Changes)-1]; c.Kind == model.PutArtifact {
			c.Artifact = &model.Artifact{Type: pick("", "a/b"), MediaType: "application/json", Title: pick("", "x.json"),
				Content: []byte(pick("{}", "<ü>\n")), Annotations: map[string]string{"k": pick("", "v")}}
			c.To = c.Artifact.Digest()
		}
		p.Effects = append(p.Effects, model.Effect{Package: "a", Tag: pick("", "x"), VersionID: r.Int64N(3), Before: dig(), After: dig(),
			Kind: model.EffectKind(pick("moved", "created", "removed", "deleted", "restored", "orphaned", "unchanged")),
			Undo: model.Undo(pick("full", "until", "none")), UndoUntil: at()})
		p.Verdicts = append(p.Verdicts, model.PlanVerdict{Package: "a", Digest: dig(), Verdict: model.VerdictKind(pick("", "verified", "failed", "unverifiable", "none")),
			Platforms: r.IntN(3) - 1, Resolved: r.IntN(3) - 1})
		p.Unmoved = append(p.Unmoved, model.Unmoved{Package: "a", Tag: pick("", "x"), Digest: dig(), Why: "left out", Excluded: r.IntN(2) == 0})
		p.Consumers = append(p.Consumers, model.Consumer{Who: "docker pull", Gets: "v1"})
		p.Approvals = append(p.Approvals, model.Approval{Login: "bob", At: at(), Note: pick("", "ok"), Plan: pick("", "sha256:x")})
		p.Warnings = append(p.Warnings, model.Remark{Code: "orphan", Package: pick("", "a"), Message: "m", Override: r.IntN(2) == 0})
		if r.IntN(2) == 0 {
			p.Blockers = append(p.Blockers, model.Remark{Code: "immutable-tag", Message: "m", Override: true})
		}
	}
	p.ID = p.CanonicalID()
	return p
}

func TestPlanRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		p := randomPlan(r)
		raw, err := EncodePlan(p)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodePlan(raw)
		if err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Fatalf("plan changed on its way (-want +got):\n%s", d)
		}
		again, err := EncodePlan(got)
		if err != nil || !bytes.Equal(raw, again) {
			t.Fatalf("second encoding differs (%v)", err)
		}
	}
}

func TestPlanNulls(t *testing.T) {
	p := model.Plan{Registry: "ghcr.io", Title: "t",
		Changes:  []model.Change{{Kind: model.CreateTag, Package: "a", Tag: "x", To: digestA}},
		Effects:  []model.Effect{{Package: "a", VersionID: 7, Before: digestA, After: digestA, Kind: model.EffectOrphaned, Undo: model.UndoFull}},
		Verdicts: []model.PlanVerdict{{Package: "a", Digest: digestA}},
		Warnings: []model.Remark{{Code: "c", Message: "m"}},
	}
	p.ID = p.CanonicalID()
	doc := PlanDoc(p)
	expect(t, doc, `"caitui.plan/v1"`, "schema")
	for _, key := range []string{"owner", "reason", "incident", "actor", "created", "read_at"} {
		expect(t, doc, "null", key)
	}
	for _, key := range []string{"consumers", "approvals", "blockers"} {
		expect(t, doc, "[]", key)
	}
	expect(t, doc, "false", "blocked")
	expect(t, doc, "null", "changes", "0", "from")
	expect(t, doc, "null", "changes", "0", "version_id")
	expect(t, doc, `"`+string(digestA)+`"`, "changes", "0", "to")
	expect(t, doc, "null", "effects", "0", "tag")
	expect(t, doc, "7", "effects", "0", "version_id")
	expect(t, doc, "null", "effects", "0", "undo_until")
	expect(t, doc, "null", "verdicts", "0", "verdict")
	expect(t, doc, "null", "warnings", "0", "package")
	expect(t, PlanDoc(model.Plan{}), "[]", "changes")
	expect(t, PlanDoc(model.Plan{Created: noon.In(time.FixedZone("x", 7200))}), `"2026-07-01T12:00:00Z"`, "created")
}

func TestDecodePlanRefuses(t *testing.T) {
	p := model.Plan{Registry: "ghcr.io", Title: "t",
		Changes: []model.Change{{Kind: model.MoveTag, Package: "a", Tag: "x", From: digestB, To: digestA}},
		Effects: []model.Effect{{Package: "a", Tag: "x", Before: digestB, After: digestA, Kind: model.EffectMoved, Undo: model.UndoFull}}}
	p.ID = p.CanonicalID()
	raw, err := EncodePlan(p)
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	swap := func(old, fresh string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %q in the plan", old)
		}
		return strings.Replace(good, old, fresh, 1)
	}
	for name, tc := range map[string]struct{ text, want string }{
		"empty":          {"", "not readable JSON"},
		"no schema":      {"{}", "names no schema"},
		"other schema":   {swap("caitui.plan/v1", "caitui.plan/v2"), `"caitui.plan/v2"`},
		"altered digest": {swap(string(digestA), string(digestB)), "it was altered"},
		"altered tag":    {swap(`"tag": "x"`, `"tag": "y"`), "it was altered"},
		"unknown field":  {swap(`"title"`, `"dry": true, "title"`), "form of a plan"},
		"unknown kind":   {swap(`"MoveTag"`, `"Explode"`), `unknown kind "Explode"`},
		"unknown effect": {swap(`"moved"`, `"vaporised"`), `unknown kind "vaporised"`},
		"unknown undo":   {swap(`"full"`, `"maybe"`), `unknown undo`},
		"bad digest":     {swap(string(digestA), "sha256:1"), "not a digest"},
		"bad tag":        {swap(`"tag": "x"`, `"tag": "../x"`), "not a tag"},
		"bad package":    {swap(`"package": "a"`, `"package": "A B"`), "not a package name"},
		"contradiction":  {swap(`"blocked": false`, `"blocked": true`), "contradict"},
		"trailing":       {good + "{}", "not readable JSON"},
		"stray artifact": {swap(`"artifact": null`, `"artifact": {"artifact_type": "a/b", "media_type": "x/y", "title": null, "content": "", "annotations": null}`), "contradict"},
		"put of nothing": {swap(`"MoveTag"`, `"PutArtifact"`), "contradict"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := DecodePlan([]byte(tc.text))
			if err == nil {
				t.Fatal("accepted")
			}
			if !errors.Is(err, model.ErrInvalid) || !strings.Contains(err.Error(), tc.want) || model.CureOf(err) == "" {
				t.Errorf("got %v (cure %q), want %q", err, model.CureOf(err), tc.want)
			}
		})
	}
}

func FuzzDecodePlan(f *testing.F) {
	raw, err := EncodePlan(randomPlan(rand.New(rand.NewPCG(3, 4))))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"schema":"caitui.plan/v1"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := DecodePlan(raw)
		if err != nil {
			return
		}
		if p.ID != p.CanonicalID() {
			t.Fatal("accepted a plan with a foreign id")
		}
		if _, err := EncodePlan(p); err != nil {
			t.Fatal(err)
		}
	})
}

func TestEventRoundTripAndNulls(t *testing.T) {
	full := model.JournalEvent{Seq: 3, At: noon, Registry: "ghcr.io", Owner: "o", Plan: "sha256:p", Kind: model.EventOutcome,
		Actor: "alice", Host: "h", Reason: "r", Incident: "i", Package: "p", Tag: "prod", VersionID: 9,
		Before: digestA, After: digestB, State: model.StepDone, Error: "e", Prev: "x", Hash: "y"}
	for _, e := range []model.JournalEvent{full, {Seq: 1, At: noon, Kind: model.EventNote}} {
		raw, err := json.Marshal(FromEvent(e))
		if err != nil {
			t.Fatal(err)
		}
		var line Event
		if err := json.Unmarshal(raw, &line); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(e, line.Model()); d != "" {
			t.Errorf("event changed on its way:\n%s", d)
		}
	}
	bare := FromEvent(model.JournalEvent{Seq: 1, At: noon, Kind: model.EventNote})
	for _, key := range []string{"registry", "owner", "plan", "actor", "host", "reason", "incident", "package", "tag",
		"version_id", "before", "after", "state", "error", "prev", "hash"} {
		expect(t, bare, "null", key)
	}
	dirty := FromEvent(model.JournalEvent{Error: "a\x1b[2Jb\u009b", Reason: "x\ny"})
	if strings.ContainsAny(string(dirty.Error), "\x1b\u009b") || dirty.Reason != "x y" {
		t.Errorf("not sanitised: %q %q", dirty.Error, dirty.Reason)
	}
}

func TestJournalDoc(t *testing.T) {
	doc := JournalDoc(nil)
	expect(t, doc, `"caitui.journal/v1"`, "schema")
	expect(t, doc, "[]", "events")
	for _, key := range []string{"intact", "head", "broken_at"} {
		expect(t, doc, "null", key)
	}
	doc = JournalDoc(nil).Checked(model.JournalHead{Seq: 4, Hash: "abc"}, 0)
	expect(t, doc, "true", "intact")
	expect(t, doc, `{"seq":4,"hash":"abc"}`, "head")
	expect(t, doc, "null", "broken_at")
	doc = JournalDoc(nil).Checked(model.JournalHead{}, 2)
	expect(t, doc, "false", "intact")
	expect(t, doc, "2", "broken_at")
	expect(t, doc, "null", "head")
}

func TestOutcomeDoc(t *testing.T) {
	yes := true
	doc := OutcomeDoc(model.Plan{Registry: "ghcr.io", Owner: "o"}, model.Outcome{Plan: "sha256:p", Result: model.ResultStopped,
		Steps: []model.Step{{Package: "a", Tag: "x", State: model.StepDone, Verified: &yes},
			{Package: "b", VersionID: 4, State: model.StepFailed, Err: errors.New("bad\x1b")}},
		Head: model.JournalHead{Seq: 2, Hash: "h"}})
	expect(t, doc, `"caitui.outcome/v1"`, "schema")
	expect(t, doc, `"stopped"`, "result")
	expect(t, doc, "null", "steps", "0", "version_id")
	expect(t, doc, "true", "steps", "0", "verified")
	expect(t, doc, "null", "error")
	expect(t, doc, `{"seq":2,"hash":"h"}`, "head")
	if doc.Steps[1].Error != "bad\uFFFD" || doc.Steps[1].Verified != nil || doc.Steps[1].Tag != "" {
		t.Errorf("step: %+v", doc.Steps[1])
	}
	expect(t, OutcomeDoc(model.Plan{}, model.Outcome{}), "[]", "steps")
	expect(t, OutcomeDoc(model.Plan{}, model.Outcome{}), "null", "head")
}

func TestErrorAndVersionDoc(t *testing.T) {
	doc := ErrorDoc(model.Invalid("x is bad\x1b", "do y"), 2)
	expect(t, doc, `"invalid"`, "code")
	expect(t, doc, `"do y"`, "cure")
	expect(t, doc, "2", "exit")
	expect(t, ErrorDoc(errors.New("plain"), 3), "null", "cure")
	if strings.Contains(doc.Message, "\x1b") {
		t.Error("message not sanitised")
	}
	expect(t, VersionDoc("v1", "", "go1.26"), "null", "commit")
}

func emptySurvey() model.Survey {
	layout := model.ContainAI()
	inv := model.Inventory{Registry: "ghcr.io", Owner: "novotnyllc", Layout: layout, ReadAt: noon}
	snap := model.NewSnapshot("containai", model.OriginAPI, noon.Add(-time.Minute), []model.Version{{ID: 5, Digest: digestA, Tags: []string{"prod"}, Created: noon, Updated: noon}})
	inv.Packages = []model.PackageState{
		{Spec: layout.Package("containai"), Known: true, Snapshot: snap, Err: errors.New("late")},
		{Spec: layout.Package("containai-base")},
	}
	return model.NewSurvey(inv, model.Past{})
}

func TestPackagesDoc(t *testing.T) {
	doc := PackagesDoc(emptySurvey())
	expect(t, doc, `"caitui.packages/v1"`, "schema")
	expect(t, doc, `"novotnyllc"`, "owner")
	expect(t, doc, "[]", "notes")
	expect(t, doc, "60", "packages", "0", "stale")
	expect(t, doc, `"late"`, "packages", "0", "error")
	expect(t, doc, "1", "packages", "0", "version_count")
	expect(t, doc, `"unknown"`, "packages", "0", "visibility")
	expect(t, doc, `"unknown"`, "packages", "0", "anonymous")
	expect(t, doc, "null", "packages", "0", "repository")
	expect(t, doc, "null", "packages", "0", "updated")
	expect(t, doc, `"`+string(digestA)+`"`, "packages", "0", "channels", "prod")
	expect(t, doc, "null", "packages", "0", "channels", "dev")
	if got := doc.Packages[1]; got.Stale != -1 || got.VersionCount != -1 || got.Error != "" {
		t.Errorf("unknown package: %+v", got)
	}
	expect(t, PackagesDoc(model.Survey{}), "[]", "packages")
}

func TestHistoryDoc(t *testing.T) {
	doc := HistoryDoc(emptySurvey(), "containai")
	expect(t, doc, `"caitui.history/v1"`, "schema")
	expect(t, doc, `"containai"`, "package")
	expect(t, doc, "5", "versions", "0", "id")
	expect(t, doc, `["prod"]`, "versions", "0", "tags")
	expect(t, doc, `"unknown"`, "versions", "0", "kind")
	expect(t, doc, "null", "versions", "0", "size")
	expect(t, doc, "null", "versions", "0", "commit")
	for _, key := range []string{"platforms", "parents", "referrers"} {
		expect(t, doc, "[]", "versions", "0", key)
	}
	for _, key := range []string{"size_own", "size_shared", "contents"} {
		expect(t, doc, "null", "versions", "0", key)
	}
	expect(t, doc, "1", "builds")
	expect(t, doc, "0", "builds_read")
	read := emptySurvey()
	m, err := model.ParseManifest([]byte(`{"config":{"mediaType":"c","digest":"`+string(digestB)+`","size":5},"layers":[]}`), model.MediaOCIManifest)
	if err != nil {
		t.Fatal(err)
	}
	snap := read.Inventory.Packages[0].Snapshot
	read.Inventory.Packages[0].Snapshot = snap.WithManifests(map[model.Digest]*model.Manifest{digestA: m})
	doc = HistoryDoc(read, "containai")
	expect(t, doc, "5", "versions", "0", "size_own")
	expect(t, doc, "0", "versions", "0", "size_shared")
	expect(t, doc, `[{"name":"config","digest":"`+string(digestB)+`","media_type":"c","size":5,"version":false}]`, "versions", "0", "contents")
	none := HistoryDoc(emptySurvey(), "containai-base")
	expect(t, none, "[]", "versions")
	expect(t, none, "null", "total")
}

func TestChannelsDoc(t *testing.T) {
	doc := ChannelsDoc(emptySurvey())
	expect(t, doc, `"caitui.channels/v1"`, "schema")
	expect(t, doc, `"prod"`, "channels", "0", "name")
	expect(t, doc, "null", "channels", "0", "previous")
	expect(t, doc, "null", "channels", "0", "release")
	expect(t, doc, "null", "channels", "0", "attested", "found")
	expect(t, doc, `"tag"`, "channels", "0", "packages", "0", "via")
	expect(t, doc, `"error"`, "channels", "0", "packages", "0", "state")
	expect(t, doc, "null", "channels", "0", "complete") // containai-base was not asked
	var c model.ChannelState
	c.Members = []model.ChannelMember{{State: model.MemberMissing}, {State: model.MemberUnknown}}
	expect(t, channelDoc(c), "false", "complete") // missing decides
	expect(t, channelDoc(c), "null", "drift")
	expect(t, channelDoc(c), "[]", "incoherent")
	c.Members = []model.ChannelMember{{Digest: digestA, State: model.MemberDrift}, {State: model.MemberError}}
	expect(t, channelDoc(c), "true", "drift")
	c.Previous = &model.Previous{Release: model.Release{Name: "v1.0.0"}, Evidence: model.EvidenceTag}
	c.Members[1] = model.ChannelMember{Digest: digestB, State: model.MemberOK}
	expect(t, channelDoc(c), "true", "complete")
	expect(t, channelDoc(c), `{"release":"v1.0.0","from":null,"to":null,"evidence":"tag"}`, "previous")
}
