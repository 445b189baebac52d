package verify_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/theupdateframework/go-tuf/v2/metadata"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

const repository = "https://tuf.example"

// tufRepository is a TUF repository with one target, by path.
type tufRepository map[string][]byte

// newTUF signs one with the key of a seed.
func newTUF(t *testing.T, seed string, target []byte, expires time.Time) tufRepository {
	t.Helper()
	sum := sha256.Sum256([]byte(seed))
	private := ed25519.NewKeyFromSeed(sum[:])
	signer, err := signature.LoadSigner(private, crypto.Hash(0))
	if err != nil {
		t.Fatal(err)
	}
	key, err := metadata.KeyFromPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	root := metadata.Root(expires)
	for _, role := range []string{metadata.ROOT, metadata.TIMESTAMP, metadata.SNAPSHOT, metadata.TARGETS} {
		if err := root.Signed.AddKey(key, role); err != nil {
			t.Fatal(err)
		}
	}
	file, err := metadata.TargetFile().FromBytes("trusted_root.json", target, "sha256")
	if err != nil {
		t.Fatal(err)
	}
	targets := metadata.Targets(expires)
	targets.Signed.Targets["trusted_root.json"] = file
	digest := sha256.Sum256(target)
	return tufRepository{
		"/1.root.json":     tufSigned(t, root, signer),
		"/timestamp.json":  tufSigned(t, metadata.Timestamp(expires), signer),
		"/1.snapshot.json": tufSigned(t, metadata.Snapshot(expires), signer),
		"/1.targets.json":  tufSigned(t, targets, signer),
		"/targets/" + hex.EncodeToString(digest[:]) + ".trusted_root.json": target,
	}
}

func tufSigned[T metadata.Roles](t *testing.T, m *metadata.Metadata[T], signer signature.Signer) []byte {
	t.Helper()
	if _, err := m.Sign(signer); err != nil {
		t.Fatal(err)
	}
	raw, err := m.ToBytes(false)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (r tufRepository) fetch(_ context.Context, url string, limit int64) ([]byte, error) {
	raw, ok := r[strings.TrimPrefix(url, repository)]
	switch {
	case !ok:
		return nil, &model.Error{Kind: model.ErrNotFound, Message: "no " + url}
	case int64(len(raw)) > limit:
		return nil, &model.Error{Kind: model.ErrTooLarge, Message: url}
	}
	return raw, nil
}

func TestRefresh(t *testing.T) {
	far, past := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	target := instance(simca.PublicGood).TrustedRoot()
	good := newTUF(t, "good", target, far)
	with := func(edit func(r tufRepository)) tufRepository {
		out := newTUF(t, "good", target, far)
		edit(out)
		return out
	}
	for name, c := range map[string]struct {
		repository tufRepository
		want       error // nil: refreshed
	}{
		"good":       {good, nil},
		"expired":    {newTUF(t, "good", target, past), model.ErrMalformed},
		"other keys": {newTUF(t, "evil", target, far), model.ErrMalformed},
		"target altered": {with(func(r tufRepository) {
			for k := range r {
				if strings.HasPrefix(k, "/targets/") {
					r[k] = []byte(strings.Replace(string(r[k]), "rekor", "rekoR", 1))
				}
			}
		}), model.ErrMalformed},
		"no target": {with(func(r tufRepository) {
			for k := range r {
				if strings.HasPrefix(k, "/targets/") {
					delete(r, k)
				}
			}
		}), model.ErrMalformed},
		"not a root":       {newTUF(t, "good", []byte("{}"), far), model.ErrInvalid},
		"nothing is there": {tufRepository{}, model.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			roots, err := verify.Refresh(context.Background(), verify.Source{
				URL: repository, Anchor: good["/1.root.json"], Cache: t.TempDir(), Fetch: c.repository.fetch, At: signedAt,
			})
			if c.want != nil {
				if !errors.Is(err, c.want) || len(roots.All()) > 0 {
					t.Errorf("%v, %d roots", err, len(roots.All()))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			all := roots.All()
			if len(all) != 1 || all[0].Digest != model.DigestOf(target) || all[0].Origin != "TUF, "+repository || !all[0].At.Equal(signedAt) {
				t.Errorf("%+v", all)
			}
		})
	}
}

// Without the net there is an error that says so, and nothing else is asked.
func TestRefreshOffline(t *testing.T) {
	asked := 0
	_, err := verify.Refresh(context.Background(), verify.Source{Cache: t.TempDir(), Fetch: func(context.Context, string, int64) ([]byte, error) {
		asked++
		return nil, &model.Error{Kind: model.ErrUnreachable, Message: "no route"}
	}})
	if !errors.Is(err, model.ErrUnreachable) || model.CureOf(err) == "" || asked == 0 {
		t.Errorf("%v after %d requests", err, asked)
	}
}

// What was fetched before is kept, and is not fetched again.
func TestRefreshKeeps(t *testing.T) {
	repo := newTUF(t, "good", instance(simca.GitHub).TrustedRoot(), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
	dir, fetched := t.TempDir(), map[string]int{}
	from := verify.Source{URL: repository, Anchor: repo["/1.root.json"], Cache: dir, Fetch: func(ctx context.Context, url string, limit int64) ([]byte, error) {
		fetched[url]++
		return repo.fetch(ctx, url, limit)
	}}
	for range 2 {
		if _, err := verify.Refresh(context.Background(), from); err != nil {
			t.Fatal(err)
		}
	}
	for url, n := range fetched {
		if strings.Contains(url, "/targets/") && n > 1 {
			t.Errorf("%s fetched %d times", url, n)
		}
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) == 0 {
		t.Errorf("nothing kept: %v", err)
	}
}
