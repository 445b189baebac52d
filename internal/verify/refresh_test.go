package verify_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata/trustedmetadata"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
	"github.com/novotnyllc/caitui/internal/verify/simtuf"
)

const repository = "https://tuf.example"

var (
	askedAt = time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	far     = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

func newTUF(t testing.TB, seed string, target []byte, expires time.Time) *simtuf.Repository {
	t.Helper()
	r, err := simtuf.New(seed, target, expires)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sourceOf asks a repository without a network in between.
func sourceOf(t testing.TB, r *simtuf.Repository) verify.Source {
	return verify.Source{Name: "sim", URL: repository, Anchor: r.Anchor(), Cache: t.TempDir(), At: askedAt,
		Fetch: func(_ context.Context, url string, limit int64) ([]byte, error) {
			raw, ok := r.Get(strings.TrimPrefix(url, repository))
			switch {
			case !ok:
				return nil, &model.Error{Kind: model.ErrNotFound, Message: "no " + url}
			case int64(len(raw)) > limit:
				return nil, &model.Error{Kind: model.ErrTooLarge, Message: url}
			}
			return raw, nil
		}}
}

func refresh(t *testing.T, from verify.Source) verify.Refreshed {
	t.Helper()
	got, err := verify.Refresh(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRefresh(t *testing.T) {
	target := instance(simca.PublicGood).TrustedRoot()
	repo := newTUF(t, "good", target, far)
	from := sourceOf(t, repo)
	if _, err := verify.Kept(from); !errors.Is(err, model.ErrNotFound) || model.CureOf(err) == "" {
		t.Errorf("before anything was fetched: %v", err)
	}
	got := refresh(t, from)
	all := got.Roots.All()
	if len(all) != 1 || all[0].Digest != model.DigestOf(target) || all[0].Origin != "refreshed 2026-11-27 through TUF from "+repository ||
		!all[0].At.Equal(askedAt) {
		t.Fatalf("%+v", all)
	}
	want := model.TrustRepository{Name: "sim", URL: repository, Target: simtuf.Target, Anchor: model.DigestOf(repo.Anchor()), Root: all[0].Digest,
		At: askedAt, Expires: far, Versions: model.TrustVersions{Root: 1, Timestamp: 1, Snapshot: 1, Targets: 1}}
	if got.Repository != want {
		t.Errorf("%+v\nwant %+v", got.Repository, want)
	}
	n := len(repo.Asked())
	kept, err := verify.Kept(from)
	if err != nil || kept.Repository != want || kept.Roots.All()[0].Origin != all[0].Origin || !bytes.Equal(kept.Roots.All()[0].JSON, all[0].JSON) {
		t.Errorf("kept: %v, %+v", err, kept.Repository)
	}
	if len(repo.Asked()) != n {
		t.Error("to read what was kept somebody was asked")
	}
	// What it verifies, it verifies after having been kept.
	if c := check(t, kept.Roots, found(t, attest(t, instance(simca.PublicGood), statement(), signing())), policy()); c.Verdict != model.VerdictVerified {
		t.Errorf("%s: %v", c.Verdict, c.Err)
	}
}

// What TUF does not let pass changes nothing, and says why and what to do.
func TestRefreshRefuses(t *testing.T) {
	old, young := instance(simca.PublicGood).TrustedRoot(), instance(simca.Custom).TrustedRoot()
	past := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	altered := func(raw []byte) []byte { return bytes.Replace(raw, []byte("rekor"), []byte("rekoR"), 1) }
	gone := func([]byte) []byte { return nil }
	garbage := func([]byte) []byte { return []byte("<html>log in</html>") }
	for name, c := range map[string]struct {
		state     func(t *testing.T, r *simtuf.Repository)
		kind      error
		why, cure string
	}{
		"expired": {func(t *testing.T, r *simtuf.Repository) {
			if err := r.Publish(young, past); err != nil {
				t.Fatal(err)
			}
		}, model.ErrMalformed, "has expired", "clock"},
		"rolled back": {func(t *testing.T, r *simtuf.Repository) { r.Set(newTUF(t, "good", old, far).State()) },
			model.ErrMalformed, "older than what was seen before", "another network"},
		"other keys": {func(t *testing.T, r *simtuf.Repository) {
			evil := newTUF(t, "evil", young, far).State()
			delete(evil, "/1.root.json")
			r.Set(evil)
		}, model.ErrMalformed, "signatures do not follow", "answering in its place"},
		"next root by others": {func(t *testing.T, r *simtuf.Repository) {
			evil := newTUF(t, "evil", young, far)
			if err := evil.Rotate("evil too", young, far); err != nil {
				t.Fatal(err)
			}
			r.Set(evil.State())
		}, model.ErrMalformed, "signatures do not follow", "answering in its place"},
		"target altered": {func(t *testing.T, r *simtuf.Repository) {
			if err := r.Publish(young, far); err != nil {
				t.Fatal(err)
			}
			r.Set(r.State().Edit("/targets/", altered))
		}, model.ErrMalformed, "not what its metadata says", "ask again"},
		"target gone": {func(t *testing.T, r *simtuf.Repository) {
			if err := r.Publish(young, far); err != nil {
				t.Fatal(err)
			}
			r.Set(r.State().Edit("/targets/", gone))
		}, model.ErrNotFound, "not where it was looked for", "url"},
		"a target that is no root": {func(t *testing.T, r *simtuf.Repository) {
			if err := r.Publish([]byte("{}"), far); err != nil {
				t.Fatal(err)
			}
		}, model.ErrMalformed, "is refused", "ask again"},
		"two roots in one": {func(t *testing.T, r *simtuf.Repository) {
			if err := r.Publish(simca.JoinRoots(instance(simca.PublicGood), instance(simca.Custom)), far); err != nil {
				t.Fatal(err)
			}
		}, model.ErrMalformed, "is refused", "ask again"},
		"a page in its place": {func(_ *testing.T, r *simtuf.Repository) { r.Set(r.State().Edit("timestamp", garbage)) }, model.ErrMalformed, "is refused", "ask again"},
		"nothing is there":    {func(_ *testing.T, r *simtuf.Repository) { r.Set(nil) }, model.ErrNotFound, "not where it was looked for", "url"},
	} {
		t.Run(name, func(t *testing.T) {
			repo := newTUF(t, "good", old, far)
			from := sourceOf(t, repo)
			refresh(t, from)
			if err := repo.Publish(old, far); err != nil { // so that there is something to go back behind
				t.Fatal(err)
			}
			before := refresh(t, from)
			state := repo.State()
			c.state(t, repo)
			_, err := verify.Refresh(t.Context(), from)
			var told *model.Error
			if !errors.As(err, &told) || !errors.Is(told.Kind, c.kind) || !strings.Contains(err.Error(), c.why) || !strings.Contains(told.Cure, c.cure) {
				t.Errorf("%v\ncure: %s", err, model.CureOf(err))
			}
			if after, err := verify.Kept(from); err != nil || after.Repository != before.Repository {
				t.Errorf("what was kept changed: %v %+v", err, after.Repository)
			}
			// And it does not stand in the way of what is right again.
			repo.Set(state)
			if err := repo.Publish(young, far); err != nil {
				t.Fatal(err)
			}
			if after := refresh(t, from); after.Repository.Root != model.DigestOf(young) {
				t.Errorf("what is right again is not taken: %+v", after.Repository)
			}
		})
	}
}

// Keys are exchanged by who had them before; the repository cannot go back to
// the former ones.
func TestRefreshFollowsTheKeys(t *testing.T) {
	old, young := instance(simca.PublicGood).TrustedRoot(), instance(simca.Custom).TrustedRoot()
	repo := newTUF(t, "good", old, far)
	from := sourceOf(t, repo)
	refresh(t, from)
	first := repo.State()
	if err := repo.Rotate("better", young, far); err != nil {
		t.Fatal(err)
	}
	got := refresh(t, from)
	if got.Repository.Versions.Root != 2 || got.Repository.Root != model.DigestOf(young) {
		t.Errorf("%+v", got.Repository)
	}
	repo.Set(first)
	if _, err := verify.Refresh(t.Context(), from); !errors.Is(err, model.ErrMalformed) {
		t.Errorf("played back with the keys of before: %v", err)
	}
}

// Without the net there is an error that says so.
func TestRefreshOffline(t *testing.T) {
	for _, cause := range []error{&model.Error{Kind: model.ErrUnreachable, Message: "no route"}, context.DeadlineExceeded,
		&model.Error{Kind: model.ErrRateLimited, Message: "slowly"}, &model.Error{Kind: model.ErrForbidden, Message: "proxy"}} {
		from := sourceOf(t, newTUF(t, "good", nil, far))
		from.Fetch = func(context.Context, string, int64) ([]byte, error) { return nil, cause }
		_, err := verify.Refresh(t.Context(), from)
		var told *model.Error
		if !errors.As(err, &told) || !errors.Is(told.Kind, model.ErrUnreachable) || told.Cure == "" {
			t.Errorf("%v: %v", cause, err)
		}
	}
}

// What there is no room for is said to be so, and is no refusal.
func TestRefreshCannotKeep(t *testing.T) {
	from := sourceOf(t, newTUF(t, "good", instance(simca.GitHub).TrustedRoot(), far))
	file := filepath.Join(from.Cache, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	from.Cache = file
	if _, err := verify.Refresh(t.Context(), from); !errors.Is(err, model.ErrInvalid) || !strings.Contains(model.CureOf(err), "--data-dir") {
		t.Errorf("%v", err)
	}
}

func TestRefreshWantsASource(t *testing.T) {
	for name, edit := range map[string]func(*verify.Source){
		"no address": func(s *verify.Source) { s.URL = "tuf.example" },
		"no anchor":  func(s *verify.Source) { s.Anchor = nil },
		"no name":    func(s *verify.Source) { s.Name = "../x" },
	} {
		from := sourceOf(t, newTUF(t, "good", nil, far))
		edit(&from)
		if _, err := verify.Refresh(t.Context(), from); !errors.Is(err, model.ErrInvalid) || model.CureOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What was fetched before is not fetched again.
func TestRefreshFetchesOnce(t *testing.T) {
	repo := newTUF(t, "good", instance(simca.GitHub).TrustedRoot(), far)
	from := sourceOf(t, repo)
	refresh(t, from)
	refresh(t, from)
	seen := make(map[string]bool)
	for _, path := range repo.Asked() {
		if strings.Contains(path, "/targets/") && seen[path] {
			t.Errorf("%s is fetched twice", path)
		}
		seen[path] = true
	}
}

// A file that is not what was fetched, or is of another repository, is an error
// and not the absence of a root.
func TestKeptIsNotBelievedBlindly(t *testing.T) {
	repo := newTUF(t, "good", instance(simca.PublicGood).TrustedRoot(), far)
	other := newTUF(t, "other", instance(simca.PublicGood).TrustedRoot(), far)
	from := sourceOf(t, repo)
	refresh(t, from)
	good, err := os.ReadFile(from.KeptFile())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content []byte
		edit    func(*verify.Source)
	}{
		"altered":        {bytes.Replace(good, []byte("rekor"), []byte("rekoR"), 1), nil},
		"cut":            {good[:len(good)/2], nil},
		"empty":          {nil, nil},
		"another schema": {bytes.Replace(good, []byte("root/v1"), []byte("root/v9"), 1), nil},
		"another name":   {bytes.Replace(good, []byte(`"sim"`), []byte(`"sin"`), 1), nil},
		"another mirror": {good, func(s *verify.Source) { s.URL = "https://mirror.example" }},
		"another target": {good, func(s *verify.Source) { s.Target = "acme.trusted_root.json" }},
		"another anchor": {good, func(s *verify.Source) { s.Anchor = other.Anchor() }},
	} {
		source := from
		if c.edit != nil {
			c.edit(&source)
		}
		if err := os.WriteFile(from.KeptFile(), c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := verify.Kept(source); !errors.Is(err, model.ErrInvalid) || model.CureOf(err) == "" || len(got.Roots.All()) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The anchors that are built in are what they should be: each signed by itself,
// by as many of its keys as it demands.
func TestAnchorsAreSound(t *testing.T) {
	list := verify.Sources()
	if len(list) != 2 || list[0].Name != model.InstancePublicGood || list[1].Name != model.InstanceGitHub {
		t.Fatalf("%d sources", len(list))
	}
	for _, s := range list {
		set, err := trustedmetadata.New(s.Anchor)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if role := set.Root.Signed.Roles["root"]; role.Threshold < 3 || !strings.HasPrefix(s.URL, "https://") {
			t.Errorf("%s: %d keys are enough at %s", s.Name, role.Threshold, s.URL)
		}
	}
	if d := model.DigestOf(list[1].Anchor).Hex(); d != "98cba97be9075bc98b2322de3de85fbd1b70ec7392991dfd2f53d215bede1a8d" {
		t.Errorf("GitHub's anchor is another one: %s", d)
	}
}
