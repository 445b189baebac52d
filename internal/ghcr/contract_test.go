package ghcr_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
)

// The contract: what reading and retagging must do against any registry. Each
// registryUnderTest goes through the whole of it.

// registryUnderTest is one registry, filled by the suite itself over HTTP.
type registryUnderTest struct {
	name string
	// start runs the registry and returns where it is and how to use it.
	start func(t *testing.T) underTest
}

// underTest is a running registry.
type underTest struct {
	options ghcr.Options // Layout.Packages is set by the suite
	prefix  string       // of repositories, "" or "OWNER/"
	auth    string       // Authorization for filling it, "" for none
	api     bool         // versions have ids and times
}

func registriesUnderTest() []registryUnderTest {
	return []registryUnderTest{
		{"simulator", func(t *testing.T) underTest {
			r := newRig(t, "containai")
			return underTest{r.options(r.Tokens.Admin), r.Owner + "/", bearer(r.Tokens.Admin), true}
		}},
		{"simulator without API", func(t *testing.T) underTest {
			r := newRig(t, "containai")
			o := r.options(r.Tokens.Admin)
			o.API, o.APICredentials = "", ghcr.Credentials{}
			return underTest{o, r.Owner + "/", bearer(r.Tokens.Admin), false}
		}},
		{"ggcr in process", func(t *testing.T) underTest {
			srv := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
			t.Cleanup(srv.Close)
			return underTest{options: plain(srv.URL)}
		}},
		{"ggcr with referrers", func(t *testing.T) underTest {
			srv := httptest.NewServer(registry.New(registry.WithReferrersSupport(true), registry.Logger(log.New(io.Discard, "", 0))))
			t.Cleanup(srv.Close)
			return underTest{options: plain(srv.URL)}
		}},
		{"distribution", func(t *testing.T) underTest {
			return underTest{options: plain("http://" + foreign.Distribution(t))}
		}},
	}
}

func bearer(token string) string {
	return "Bearer " + base64.StdEncoding.EncodeToString([]byte(token))
}

// plain is a registry without GitHub beside it and without an owner.
func plain(base string) ghcr.Options {
	layout := model.ContainAI()
	layout.Owner, layout.Repository, layout.Packages = "", "", nil
	return ghcr.Options{Registry: base, Layout: layout, Now: time.Now, UserAgent: "caitui/test", Actor: "tester", Host: "here"}
}

// filler writes to a registry with plain HTTP.
type filler = foreign.Filler

func TestContract(t *testing.T) {
	for _, one := range registriesUnderTest() {
		t.Run(one.name, func(t *testing.T) {
			u := one.start(t)
			u.options.Layout.Packages = []model.PackageSpec{{Name: "tool", Kind: model.KindImage, Stage: 1}, {Name: "absent", Kind: model.KindImage, Stage: 2}}
			f := filler{T: t, Base: u.options.Registry, Auth: u.auth}
			repo := u.prefix + "tool"
			v1 := f.Image(repo, "v1.0.0", "one", false)
			v2 := f.Image(repo, "v2.0.0", "two", true)
			f.Send("PUT", "/v2/"+repo+"/manifests/prod", model.MediaDockerList, rawManifest(t, f, repo, v2))
			s := open(t, u.options)
			t.Run("reads", func(t *testing.T) { contractReads(t, u, s, v1, v2) })
			t.Run("resolves", func(t *testing.T) { contractResolves(t, s, v1, v2) })
			t.Run("retags", func(t *testing.T) { contractRetags(t, f, repo, s, v1, v2) })
			t.Run("keeps out of referrers", func(t *testing.T) { contractSubject(t, f, repo, s, v1) })
			t.Run("lists many tags", func(t *testing.T) { contractManyTags(t, f, repo, s, v1) })
		})
	}
}

func rawManifest(t testing.TB, f filler, repo string, d model.Digest) []byte {
	t.Helper()
	raw, err := io.ReadAll(f.Send("GET", "/v2/"+repo+"/manifests/"+string(d), "", nil).Body)
	if err != nil || model.DigestOf(raw) != d {
		t.Fatalf("reading %s: %v", d.Short(), err)
	}
	return raw
}

func contractReads(t *testing.T, u underTest, s *ghcr.Service, v1, v2 model.Digest) {
	survey := refresh(t, s)
	p := pkg(t, survey, "tool")
	if p.Err != nil || !p.Known || !p.Fresh {
		t.Fatalf("known %v, fresh %v, %v", p.Known, p.Fresh, p.Err)
	}
	for tag, want := range map[string]model.Digest{"v1.0.0": v1, "v2.0.0": v2, "prod": v2, "nightly": ""} {
		if got := p.Snapshot.Tag(tag); got != want {
			t.Errorf("%s is %s, want %s", tag, got.Short(), want.Short())
		}
	}
	v, _ := p.Snapshot.Version(v1)
	if (v.ID != 0) != u.api || v.Created.IsZero() == u.api {
		t.Errorf("version: %+v", v)
	}
	if absent := pkg(t, survey, "absent"); absent.Known || absent.Err == nil {
		t.Errorf("absent package: known %v, %v", absent.Known, absent.Err)
	}
	survey, err := s.Read(t.Context(), "tool", []model.Digest{v1, v2})
	if err != nil {
		t.Fatalf("reading manifests: %v", err)
	}
	snap := pkg(t, survey, "tool").Snapshot
	for d, kind := range map[model.Digest]string{v1: model.MediaOCIIndex, v2: model.MediaDockerList} {
		m := snap.Manifests[d]
		if m == nil || m.MediaType != kind || len(m.Platforms()) != 2 || model.DigestOf(m.Raw) != d {
			t.Errorf("%s: %+v", d.Short(), m)
		}
	}
	survey, err = s.Deep(t.Context(), "tool")
	if err != nil {
		t.Fatalf("reading deep: %v", err)
	}
	if n := len(pkg(t, survey, "tool").Snapshot.Manifests); n != 6 {
		t.Errorf("%d manifests after reading deep, want 6", n)
	}
}

func contractResolves(t *testing.T, s *ghcr.Service, v1, v2 model.Digest) {
	for ref, want := range map[string]model.Digest{"tool:prod": v2, "tool:v1.0.0": v1, "tool@" + string(v1): v1} {
		parsed, err := model.ParseReference(ref)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := s.Resolve(t.Context(), parsed); err != nil || got != want {
			t.Errorf("%s: %s, %v", ref, got.Short(), err)
		}
	}
	for _, ref := range []model.Reference{
		{Package: "tool", Tag: "never"}, {Package: "absent", Tag: "prod"},
		{Package: "tool", Digest: model.Digest("sha256:" + strings.Repeat("cd", 32))},
	} {
		if _, _, err := s.Resolve(t.Context(), ref); !errors.Is(err, model.ErrNotFound) {
			t.Errorf("%s: %v", ref, err)
		}
	}
	if _, _, err := s.Resolve(t.Context(), model.Reference{Package: "tool"}); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("a package without a tag: %v", err)
	}
}

// move plans and executes one retag.
func move(t *testing.T, s *ghcr.Service, tag string, to model.Digest) (model.Plan, model.Outcome) {
	t.Helper()
	plan, err := s.PlanRetag(t.Context(), model.RetagRequest{Package: "tool", Tag: tag, Target: to})
	if err != nil || plan.Blocked() {
		t.Fatalf("planning %s: %v %v", tag, plan.Blockers, err)
	}
	return plan, execute(t, s, plan, nil)
}

func contractRetags(t *testing.T, f filler, repo string, s *ghcr.Service, v1, v2 model.Digest) {
	bytesBefore, count := rawManifest(t, f, repo, v2), len(pkg(t, refresh(t, s), "tool").Snapshot.Versions)
	for _, c := range []struct {
		tag      string
		from, to model.Digest
		kind     model.ChangeKind
	}{
		{"prod", v2, v1, model.MoveTag}, {"prod", v1, v2, model.MoveTag},
		{"fresh", "", v2, model.CreateTag}, {"fresh", v2, v1, model.MoveTag},
	} {
		plan, out := move(t, s, c.tag, c.to)
		if len(plan.Changes) != 1 || plan.Changes[0].Kind != c.kind || plan.Changes[0].From != c.from || plan.Changes[0].To != c.to {
			t.Errorf("%s: %+v", c.tag, plan.Changes)
		}
		if out.Result != model.ResultDone || out.Steps[0].Verified == nil || !*out.Steps[0].Verified {
			t.Errorf("%s: %+v", c.tag, out)
		}
		resp := f.Send("GET", "/v2/"+repo+"/manifests/"+c.tag, "", nil)
		raw, _ := io.ReadAll(resp.Body)
		m, err := model.ParseManifest(raw, "")
		if err != nil || m.Digest != c.to || resp.Header.Get("Content-Type") != m.MediaType {
			t.Errorf("%s now is %s of type %s, %v", c.tag, m.Digest.Short(), resp.Header.Get("Content-Type"), err)
		}
	}
	if !bytes.Equal(rawManifest(t, f, repo, v2), bytesBefore) {
		t.Error("retagging changed content")
	}
	if got := len(pkg(t, refresh(t, s), "tool").Snapshot.Versions); got != count {
		t.Errorf("retagging known digests made %d versions of %d", got, count)
	}
	plan, err := s.PlanRetag(t.Context(), model.RetagRequest{Package: "tool", Tag: "v1.0.0", Target: v2})
	if err != nil || len(plan.Blockers) != 1 || plan.Blockers[0].Code != model.CodeImmutableTag {
		t.Errorf("an immutable tag: %v %v", plan.Blockers, err)
	}
}

// Tagging something that has a subject must not touch anybody's index of
// referrers: that would be an effect nobody previewed.
func contractSubject(t *testing.T, f filler, repo string, s *ghcr.Service, about model.Digest) {
	empty := f.Blob(repo, []byte("{}"))
	empty.MediaType = model.MediaOCIEmpty
	d := f.Manifest(repo, "", model.MediaOCIManifest, map[string]any{
		"schemaVersion": 2, "mediaType": model.MediaOCIManifest, "artifactType": "application/vnd.example",
		"config": empty, "layers": []model.Descriptor{empty},
		"subject": model.Descriptor{MediaType: model.MediaOCIIndex, Digest: about, Size: int64(len(rawManifest(t, f, repo, about)))},
	}).Digest
	before := f.Tags(repo)
	_, out := move(t, s, "zz-statement", d)
	if out.Result != model.ResultDone {
		t.Fatalf("outcome: %+v", out)
	}
	after := strings.ReplaceAll(f.Tags(repo), " zz-statement", "")
	if before != after {
		t.Errorf("tags were %s and now are %s", before, after)
	}
}

func contractManyTags(t *testing.T, f filler, repo string, s *ghcr.Service, d model.Digest) {
	raw := rawManifest(t, f, repo, d)
	const many = 1010 // more than any registry sends at once
	for i := range many {
		f.Send("PUT", fmt.Sprintf("/v2/%s/manifests/t%04d", repo, i), model.MediaOCIIndex, raw)
	}
	survey, err := s.Versions(t.Context(), "tool")
	if err != nil {
		t.Fatalf("reading all versions: %v", err)
	}
	v, ok := pkg(t, survey, "tool").Snapshot.Version(d)
	if !ok || len(v.Tags) < many {
		t.Errorf("%d tags of %d", len(v.Tags), many)
	}
}

func TestPlainRegistryListsItsOwnPackages(t *testing.T) {
	srv := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer srv.Close()
	f := filler{T: t, Base: srv.URL}
	want := f.Image("group/tool", "prod", "x", false)
	f.Image("other", "prod", "y", false)
	s := open(t, plain(srv.URL))
	survey := refresh(t, s)
	if len(survey.Inventory.Packages) != 2 || pkg(t, survey, "group/tool").Snapshot.Tag("prod") != want {
		t.Errorf("packages: %+v", survey.Inventory.Packages)
	}
	if st := s.Status(); st.API != "" || st.Account.Kind != "anonymous" {
		t.Errorf("status: %+v", st)
	}
	if got := pkg(t, survey, "other").Info; got.Anonymous != model.AnonymousReadable || got.Visibility != model.VisibilityUnknown {
		t.Errorf("other: %+v", got)
	}
}

// The payload has no channel tag: what a channel has of it, its document says.
func TestChannelOfThePayloadGoesThroughTheMetadata(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	want, _ := r.World().Resolve("containai-payload", "v1.3.0")
	got, via, err := s.Resolve(t.Context(), model.Reference{Package: "containai-payload", Tag: "prod"})
	if err != nil || got != want || via != model.ViaMetadata {
		t.Errorf("%s via %s, %v; want %s", got.Short(), via, err, want.Short())
	}
	if _, _, err := s.Resolve(t.Context(), model.Reference{Package: "containai-payload", Tag: "never"}); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("a tag that is no channel: %v", err)
	}
}
