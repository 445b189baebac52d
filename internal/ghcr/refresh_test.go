package ghcr_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

var byDigest = regexp.MustCompile(`/manifests/sha256:`)

// What these read, none of them changes.
func TestReading(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"refresh shows what is there":                   refreshShowsWhatIsThere,
		"refresh costs few requests":                    refreshCostsFewRequests,
		"anonymous reality is tried when there is room": anonymousRealityIsTriedWhenThereIsRoom,
		"stored is what the last refresh saw":           storedIsWhatTheLastRefreshSaw,
		"stored without anything kept":                  storedWithoutAnythingKept,
		"listing not allowed":                           listingNotAllowed,
		"unlisted package is shown with a note":         unlistedPackageIsShownWithANote,
		"stale credential on a public image":            staleCredentialOnAPublicImage,
		"fine grained token is named":                   fineGrainedTokenIsNamed,
		"cancelled refresh":                             cancelledRefresh,
		"log holds no secret":                           logHoldsNoSecret,
	} {
		t.Run(name, func(t *testing.T) { f(t, r) })
	}
}

func refreshShowsWhatIsThere(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	survey := refresh(t, s)
	if n := len(survey.Inventory.Packages); n != 10 {
		t.Fatalf("%d packages", n)
	}
	for _, p := range survey.Inventory.Packages {
		if p.Err != nil || !p.Known || !p.Fresh || p.Snapshot.Origin != model.OriginAPI {
			t.Errorf("%s: known %v, fresh %v, origin %s, %v", p.Spec.Name, p.Known, p.Fresh, p.Snapshot.Origin, p.Err)
		}
		truth, total := r.World().Versions(p.Spec.Name, false, 0, 1000)
		if len(p.Snapshot.Versions) != total || p.Snapshot.Total != total || p.Snapshot.Partial {
			t.Errorf("%s: %d versions of %d, partial %v", p.Spec.Name, len(p.Snapshot.Versions), total, p.Snapshot.Partial)
		}
		for i, v := range truth {
			if got := p.Snapshot.Versions[i]; got.ID != v.ID || got.Digest != v.Digest || len(got.Tags) != len(v.Tags) {
				t.Fatalf("%s version %d: %+v, want %+v", p.Spec.Name, i, got, v)
			}
		}
	}
	if !survey.Inventory.ReadAt.Equal(r.World().Now()) {
		t.Errorf("read at %v, the server's clock says %v", survey.Inventory.ReadAt, r.World().Now())
	}
	if got := pkg(t, survey, "containai-installer").Info; got.Visibility != model.VisibilityPrivate || got.Repository != r.Repository {
		t.Errorf("installer: %+v", got)
	}
	prod, _ := survey.Channel("prod")
	if prod.Release == nil || prod.Release.Version != "v1.3.0" || prod.Previous == nil || prod.Previous.Release.Version != "v1.2.0" {
		t.Errorf("prod: %+v", prod)
	}
}

func refreshCostsFewRequests(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	start := r.mark()
	refresh(t, s)
	cold := r.since(start)
	if len(cold) > 80 {
		t.Errorf("a cold refresh takes %d requests", len(cold))
	}
	fetched := make(map[string]int)
	for pass := range 3 {
		mark := r.mark()
		refresh(t, s)
		manifests := 0
		for _, e := range r.since(mark) {
			switch {
			case e.Method != http.MethodGet && e.Method != http.MethodHead:
				t.Errorf("refreshing sent %s %s", e.Method, e.Path)
			case r.host(e) == "api" && e.Status != 304:
				t.Errorf("pass %d: %s was answered %d, not 304", pass, e.Path, e.Status)
			case e.Method == http.MethodGet && byDigest.MatchString(e.Path):
				manifests++
			}
		}
		if pass > 0 && manifests > 0 {
			t.Errorf("pass %d fetched %d manifests although all are known", pass, manifests)
		}
	}
	for _, e := range r.since(start) {
		if e.Method == http.MethodGet && byDigest.MatchString(e.Path) {
			if fetched[e.Path]++; fetched[e.Path] == 2 {
				t.Errorf("%s was fetched twice", e.Path)
			}
		}
	}
	if docs := pkg(t, refresh(t, s), "containai-metadata").Snapshot.Documents; len(docs) != 24 {
		t.Errorf("%d documents are known in the end, want 24", len(docs))
	}
}

func anonymousRealityIsTriedWhenThereIsRoom(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	if got := pkg(t, refresh(t, s), "containai").Info.Anonymous; got != model.AnonymousUnknown {
		t.Errorf("after a cold refresh: %s", got)
	}
	survey := refresh(t, s)
	for _, p := range survey.Inventory.Packages {
		want := model.AnonymousReadable
		if p.Spec.Name == "containai-installer" {
			want = model.AnonymousRefused
		}
		if p.Info.Anonymous != want {
			t.Errorf("%s: %s, want %s", p.Spec.Name, p.Info.Anonymous, want)
		}
	}
}

func storedIsWhatTheLastRefreshSaw(t *testing.T, r *rig) {
	dir := t.TempDir()
	o := r.options(r.Tokens.Write)
	o.Store = openStore(t, dir)
	first := open(t, o)
	refresh(t, first)
	want := refresh(t, first)
	_ = first.Close()

	mark := r.mark()
	o.Store = openStore(t, dir)
	got, err := open(t, o).Stored(t.Context())
	if err != nil {
		t.Fatalf("reading the store: %v", err)
	}
	if asked := r.since(mark); len(asked) > 0 {
		t.Errorf("Stored sent %v", asked)
	}
	for _, p := range want.Inventory.Packages {
		st := pkg(t, got, p.Spec.Name)
		if !st.Known || st.Fresh || !st.Snapshot.ReadAt.Equal(p.Snapshot.ReadAt) {
			t.Errorf("%s: known %v, fresh %v, read at %v", p.Spec.Name, st.Known, st.Fresh, st.Snapshot.ReadAt)
		}
		if diff := cmp.Diff(p.Snapshot.Versions, st.Snapshot.Versions); diff != "" {
			t.Errorf("%s versions (-refreshed +stored):\n%s", p.Spec.Name, diff)
		}
		if len(st.Snapshot.Documents) != len(p.Snapshot.Documents) || len(st.Snapshot.Manifests) != len(p.Snapshot.Manifests) {
			t.Errorf("%s: %d documents and %d manifests, want %d and %d", p.Spec.Name, len(st.Snapshot.Documents), len(st.Snapshot.Manifests),
				len(p.Snapshot.Documents), len(p.Snapshot.Manifests))
		}
	}
}

func storedWithoutAnythingKept(t *testing.T, r *rig) {
	survey, err := open(t, r.options("")).Stored(t.Context())
	if err != nil || len(survey.Inventory.Packages) != 10 {
		t.Fatalf("%d packages, %v", len(survey.Inventory.Packages), err)
	}
	for _, p := range survey.Inventory.Packages {
		if p.Known || p.Info.Visibility != model.VisibilityUnknown || p.Info.VersionCount != -1 {
			t.Errorf("%s claims to be known: %+v", p.Spec.Name, p.Info)
		}
	}
}

// The API hides a move for a while; the registry's own word wins.
func TestChannelTagsAreConfirmedByTheRegistry(t *testing.T) {
	r := newRig(t, "containai")
	r.post("switches", map[string]any{"lag": "1h"})
	old, _ := r.World().Resolve("containai", "v1.2.0")
	r.post("retag", map[string]any{"package": "containai", "tag": "prod", "digest": string(old)})
	survey := refresh(t, open(t, r.options(r.Tokens.Read)))
	if got := pkg(t, survey, "containai").Snapshot.Tag("prod"); got != old {
		t.Errorf("prod is %s, want %s", got.Short(), old.Short())
	}
}

func TestOwnerThatIsAUserIsFoundOutOnce(t *testing.T) {
	r := newRig(t, "containai")
	r.post("switches", map[string]any{"owner_kind": "user"})
	dir := t.TempDir()
	o := r.options(r.Tokens.Read)
	o.Store = openStore(t, dir)
	for pass := range 2 {
		mark := r.mark()
		survey := refresh(t, open(t, o))
		for _, p := range survey.Inventory.Packages {
			// Another user's private package is hidden from the Packages API.
			if p.Err != nil && p.Spec.Name != "containai-installer" {
				t.Errorf("pass %d: %s: %v", pass, p.Spec.Name, p.Err)
			}
		}
		kinds, guesses := 0, 0
		for _, e := range r.since(mark) {
			if strings.HasSuffix(e.Path, "/users/"+r.Owner) {
				kinds++
			}
			if strings.Contains(e.Path, "/orgs/") {
				guesses++
			}
		}
		if pass == 0 && kinds != 1 || pass == 1 && guesses != 0 {
			t.Errorf("pass %d: the owner's kind was asked %d times, the wrong door tried %d times", pass, kinds, guesses)
		}
	}
}

func TestRefreshWithoutTheAPIReadsTheRegistry(t *testing.T) {
	r := newRig(t, "containai")
	for name, token := range map[string]func(*rig) string{
		"anonymous":     func(*rig) string { return "" },
		"missing scope": func(r *rig) string { return r.Tokens.NoScope },
	} {
		t.Run(name, func(t *testing.T) {
			survey := refresh(t, open(t, r.options(token(r))))
			p := pkg(t, survey, "containai")
			if p.Err == nil || p.Snapshot.Origin != model.OriginRegistry {
				t.Errorf("error %v, origin %s", p.Err, p.Snapshot.Origin)
			}
			want, _ := r.World().Resolve("containai", "prod")
			if got := p.Snapshot.Tag("prod"); got != want {
				t.Errorf("prod is %q, want %s", got, want)
			}
			if len(survey.Inventory.Notes) == 0 || model.CureOf(p.Err) == "" {
				t.Errorf("nothing says why: notes %q, cure %q", survey.Inventory.Notes, model.CureOf(p.Err))
			}
		})
	}
}

func listingNotAllowed(t *testing.T, r *rig) {
	survey := refresh(t, open(t, r.options(r.Tokens.Actions)))
	p := pkg(t, survey, "containai")
	if p.Err != nil || p.Snapshot.Origin != model.OriginAPI {
		t.Errorf("versions: origin %s, %v", p.Snapshot.Origin, p.Err)
	}
	if p.Info.Visibility != model.VisibilityPublic {
		t.Errorf("the package was not asked about by name: %+v", p.Info)
	}
	if notes := strings.Join(survey.Inventory.Notes, "\n"); !strings.Contains(notes, "configuration") {
		t.Errorf("notes: %q", notes)
	}
}

func TestStaleDataOutlivesTheAPI(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Write))
	before := refresh(t, s)
	r.post("faults", []any{map[string]any{"host": "api", "do": map[string]any{"status": 500}}})
	survey, err := s.Refresh(t.Context())
	if err != nil {
		t.Fatalf("the registry still answers: %v", err)
	}
	p := pkg(t, survey, "containai")
	if p.Fresh || p.Err == nil || !errors.Is(p.Err, model.ErrUnreachable) || len(p.Snapshot.Versions) != len(pkg(t, before, "containai").Snapshot.Versions) {
		t.Errorf("fresh %v, %d versions, %v", p.Fresh, len(p.Snapshot.Versions), p.Err)
	}
}

func TestNothingLearnedIsAnError(t *testing.T) {
	r := newRig(t, "containai")
	for name, c := range map[string]struct {
		faults []any
		change func(*rig, *optionsOf)
		kind   error
	}{
		"both down":    {faults: []any{map[string]any{"do": map[string]any{"status": 500}}}, kind: model.ErrUnreachable},
		"wrong owner":  {change: func(_ *rig, o *optionsOf) { o.Layout.Owner = "nobody-here" }, kind: model.ErrNotFound},
		"not there":    {change: func(_ *rig, o *optionsOf) { o.API, o.Registry = "http://127.0.0.1:1", "http://127.0.0.1:1" }, kind: model.ErrUnreachable},
		"unknown host": {change: func(_ *rig, o *optionsOf) { o.API, o.Registry = "https://caitui.invalid", "https://caitui.invalid" }, kind: model.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			r.restore()
			o := optionsOf{r.options(r.Tokens.Write)}
			if c.change != nil {
				c.change(r, &o)
			}
			if c.faults != nil {
				r.post("faults", c.faults)
			}
			_, err := open(t, o.Options).Refresh(t.Context())
			if !errors.Is(err, c.kind) || model.CureOf(err) == "" {
				t.Errorf("error %v (cure %q), want %v", err, model.CureOf(err), c.kind)
			}
		})
	}
}

func TestEmptyOwnerIsNoError(t *testing.T) {
	r := newRig(t, "empty")
	survey := refresh(t, open(t, r.options(r.Tokens.Write)))
	for _, p := range survey.Inventory.Packages {
		if p.Known || p.Err == nil {
			t.Errorf("%s: known %v, %v", p.Spec.Name, p.Known, p.Err)
		}
	}
}

func unlistedPackageIsShownWithANote(t *testing.T, r *rig) {
	o := r.options(r.Tokens.Write)
	o.Layout.Packages = o.Layout.Packages[1:]
	survey := refresh(t, open(t, o))
	last := survey.Inventory.Packages[len(survey.Inventory.Packages)-1]
	if last.Spec.Name != "containai" || !last.Known || len(last.Snapshot.Versions) == 0 {
		t.Errorf("last package: %s, known %v", last.Spec.Name, last.Known)
	}
	if got := fmt.Sprint(survey.Inventory.Notes); !strings.Contains(got, "containai is not in the configuration") {
		t.Errorf("notes: %s", got)
	}
}

// A wrong credential in the keychain makes public images look private: the
// reading goes on without it, and says so.
func staleCredentialOnAPublicImage(t *testing.T, r *rig) {
	survey := refresh(t, open(t, r.options(r.Tokens.Expired)))
	p := pkg(t, survey, "containai")
	want, _ := r.World().Resolve("containai", "prod")
	if got := p.Snapshot.Tag("prod"); got != want {
		t.Errorf("prod is %q, want %s", got, want)
	}
	if got := strings.Join(survey.Inventory.Notes, "\n"); !strings.Contains(got, "stale credential") || !strings.Contains(got, "GITHUB_TOKEN") {
		t.Errorf("notes: %q", got)
	}
	if !errors.Is(p.Err, model.ErrUnauthorized) || !strings.Contains(p.Err.Error(), "does not accept") {
		t.Errorf("error: %v", p.Err)
	}
	private := pkg(t, survey, "containai-installer")
	if private.Known || private.Err == nil {
		t.Errorf("installer: known %v, %v", private.Known, private.Err)
	}
}

func fineGrainedTokenIsNamed(t *testing.T, r *rig) {
	survey, _ := open(t, r.options(r.Tokens.FineGrained)).Refresh(t.Context())
	p := pkg(t, survey, "containai-installer")
	if !errors.Is(p.Err, model.ErrForbidden) || !strings.Contains(p.Err.Error(), "fine-grained") || !strings.Contains(model.CureOf(p.Err), "classic") {
		t.Errorf("error %v, cure %q", p.Err, model.CureOf(p.Err))
	}
}

func TestRateLimitIsSeenAndSaid(t *testing.T) {
	for _, form := range []string{"403", "429"} {
		t.Run(form, func(t *testing.T) {
			r := newRig(t, "containai")
			r.post("switches", map[string]any{"primary_limit": 3, "rate_form": form})
			s := open(t, r.options(r.Tokens.Write))
			survey := refresh(t, s) // the registry has a budget of its own
			limited := 0
			for _, p := range survey.Inventory.Packages {
				if errors.Is(p.Err, model.ErrRateLimited) {
					limited++
				}
				if p.Snapshot.Tag("prod") == "" && !p.Spec.FollowsMetadata {
					t.Errorf("%s: prod is not known", p.Spec.Name)
				}
			}
			if limited < 5 {
				t.Errorf("%d packages tell of the rate limit", limited)
			}
			rate := s.Status().Rate
			if !rate.Known || rate.Limit != 3 || rate.Remaining != 0 || rate.Reset.IsZero() {
				t.Errorf("rate: %+v", rate)
			}
		})
	}
}

func cancelledRefresh(t *testing.T, r *rig) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, r.options(r.Tokens.Write)).Refresh(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// No token and no signature may be in the log, whatever happens.
func logHoldsNoSecret(t *testing.T, r *rig) {
	for _, token := range []string{r.Tokens.Write, r.Tokens.Expired} {
		log, text := newLog()
		o := r.options(token)
		o.Log = log
		s := open(t, o)
		refresh(t, s)
		refresh(t, s)
		got := text.String()
		if !strings.Contains(got, "/manifests/prod") {
			t.Fatalf("the log tells nothing: %.300s", got)
		}
		for what, secret := range map[string]string{
			"the token": token, "the Basic form": base64.StdEncoding.EncodeToString([]byte("token:" + token)),
			"a bearer": "Bearer", "a signature": "sig=",
		} {
			if strings.Contains(got, secret) {
				t.Errorf("the log holds %s", what)
			}
		}
	}
}
