package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

var testNow = time.Date(2026, 6, 24, 10, 41, 0, 0, time.UTC)

func clock() time.Time { return testNow }

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, notice, err := Open(path, clock)
	if err != nil {
		t.Fatal(err)
	}
	if notice != "" {
		t.Fatalf("unexpected notice: %s", notice)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func content(body string) Content {
	return Content{Digest: model.DigestOf([]byte(body)), MediaType: model.MediaOCIManifest, Body: []byte(body)}
}

func mustPut(t testing.TB, s *Store, contents ...Content) {
	t.Helper()
	if err := s.PutManifests(t.Context(), contents); err != nil {
		t.Fatal(err)
	}
}

func has(t testing.TB, s *Store, c Content) bool {
	t.Helper()
	got, err := s.Manifests(t.Context(), []model.Digest{c.Digest})
	if err != nil {
		t.Fatal(err)
	}
	return cmp.Equal(got[c.Digest], c)
}

func TestManifestsSurviveReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data #1 50%?", "store.db")
	var all []Content
	var digests []model.Digest
	for i := range 2*chunk + 7 {
		c := content(fmt.Sprintf("manifest %d", i))
		all = append(all, c)
		digests = append(digests, c.Digest)
	}
	s := open(t, path)
	mustPut(t, s, all...)
	mustPut(t, s, all[:3]...) // again: no conflict
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the database is not where it was asked for: %v", err)
	}
	got, err := open(t, path).Manifests(t.Context(), append(digests, model.DigestOf([]byte("never stored"))))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(all) {
		t.Fatalf("got %d manifests, want %d", len(got), len(all))
	}
	for _, c := range all {
		if diff := cmp.Diff(c, got[c.Digest]); diff != "" {
			t.Fatalf("content differs (-want +got):\n%s", diff)
		}
	}
}

func TestNothingAskedNothingDone(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	if got, err := s.Manifests(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("Manifests(nil) = %v, %v", got, err)
	}
	if err := s.PutManifests(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if err := s.PutSnapshots(t.Context(), "ghcr.io", "o", nil); err != nil {
		t.Error(err)
	}
	if err := s.Observe(t.Context(), "ghcr.io", "o", nil); err != nil {
		t.Error(err)
	}
}

func TestContentMustMatchItsDigest(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	good, bad := content("good"), content("bad")
	bad.Body = []byte("something else")
	err := s.PutManifests(t.Context(), []Content{good, bad})
	if !errors.Is(err, model.ErrMalformed) {
		t.Fatalf("err = %v, want ErrMalformed", err)
	}
	if has(t, s, good) {
		t.Error("part of a refused batch was written")
	}
	// A row that was spoilt on disk is not handed out, and is repaired by the
	// next write.
	mustPut(t, s, good)
	if _, err := s.db.ExecContext(t.Context(), "UPDATE content SET body = x'00'"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Manifests(t.Context(), []model.Digest{good.Digest}); err != nil || len(got) != 0 {
		t.Errorf("spoilt content was handed out: %v, %v", got, err)
	}
	mustPut(t, s, good)
	if !has(t, s, good) {
		t.Error("spoilt content was not repaired")
	}
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(dir, "store.db")
	s := open(t, path)
	mustPut(t, s, content("x"))
	for name, want := range map[string]os.FileMode{dir: 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, path + ".lock": 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
}

func TestTwoHandlesAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	handles := []*Store{open(t, path), open(t, path)}
	const writers, each = 4, 25
	var wg sync.WaitGroup
	errs := make(chan error, 2*writers*each*2)
	for h, s := range handles {
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					tag := fmt.Sprintf("tag-%d", i)
					errs <- s.PutManifests(t.Context(), []Content{content(fmt.Sprintf("%d/%d/%d", h, w, i))})
					errs <- s.Observe(t.Context(), "ghcr.io", "o", []model.Observation{
						{Package: "p", Tag: tag, Digest: model.DigestOf([]byte(tag)), At: testNow.Add(time.Duration(w*each+i) * time.Second), Source: "api"}})
				}
			})
		}
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	for h := range handles {
		for w := range writers {
			for i := range each {
				if c := content(fmt.Sprintf("%d/%d/%d", h, w, i)); !has(t, handles[1-h], c) {
					t.Fatalf("handle %d does not see what handle %d wrote (%d/%d)", 1-h, h, w, i)
				}
			}
		}
	}
	got, err := handles[0].Observations(t.Context(), "ghcr.io", "o")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != each {
		t.Errorf("%d runs, want %d: one a tag, whoever saw it when", len(got), each)
	}
}

func TestOpeningAtOnceCreatesOnce(t *testing.T) {
	for range 20 {
		openAtOnce(t, filepath.Join(t.TempDir(), "store.db"))
	}
}

func openAtOnce(t *testing.T, path string) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, notice, err := Open(path, clock)
			if err != nil || notice != "" {
				t.Errorf("Open: %q, %v", notice, err)
				return
			}
			defer func() { _ = s.Close() }()
			if err := s.PutManifests(context.Background(), []Content{content(fmt.Sprint(i))}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s := open(t, path)
	for i := range 8 {
		if !has(t, s, content(fmt.Sprint(i))) {
			t.Errorf("what opener %d wrote is lost", i)
		}
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"not a database": func(t *testing.T, path string) {
			write(t, path, []byte(strings.Repeat("this is not a database\n", 300)))
		},
		"schema page": func(t *testing.T, path string) {
			raw := read(t, path)
			copy(raw[100:], strings.Repeat("\xa5", 900))
			write(t, path, raw)
		},
		"cut off": func(t *testing.T, path string) { write(t, path, read(t, path)[:5000]) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			s := open(t, path)
			mustPut(t, s, content("old"))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			spoil(t, path)

			s, notice, err := Open(path, clock)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			// Damage beyond the schema shows at the first read.
			if _, err := s.Manifests(t.Context(), []model.Digest{content("old").Digest}); err != nil {
				t.Fatal(err)
			}
			if notice == "" {
				notice = s.Notice()
			}
			aside := path + ".damaged-20260624T104100Z"
			if !strings.Contains(notice, aside) {
				t.Errorf("notice %q does not name %s", notice, aside)
			}
			if _, err := os.Stat(aside); err != nil {
				t.Error(err)
			}
			mustPut(t, s, content("new"))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s := open(t, path); !has(t, s, content("new")) {
				t.Error("the rebuilt store does not keep")
			}
		})
	}
}

// A log that is left behind must not be applied to the database that replaces
// a damaged one.
func TestLogOfADamagedFileGoesWithIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	// A log that does not hold the first page: the damage there is met.
	if err := s.PutSnapshots(t.Context(), "r", "o", []StoredPackage{storedPackage("a", 1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	if err := s.PutSnapshots(t.Context(), "r", "o", []StoredPackage{storedPackage("a", 2)}); err != nil {
		t.Fatal(err)
	}
	write(t, path, append(bytes.Repeat([]byte("junk"), 1024), read(t, s.path)[4096:]...))
	write(t, path+"-wal", read(t, s.path+"-wal"))
	got, notice, err := Open(path, clock)
	if err != nil || notice == "" {
		t.Fatalf("%q, %v", notice, err)
	}
	defer func() { _ = got.Close() }()
	if list, err := got.Snapshots(t.Context(), "r", "o"); err != nil || len(list) != 0 {
		t.Errorf("the new database has what the old log had: %v, %v", list, err)
	}
	mustPut(t, got, content("new"))
}

func TestSetAsideTakesAllFilesAndReplacesNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	for round, want := range []string{path + ".damaged-20260624T104100Z", path + ".damaged-20260624T104100Z-2"} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			write(t, path+suffix, fmt.Append(nil, round, suffix))
		}
		got, err := setAside(path, testNow)
		if err != nil || got != want {
			t.Fatalf("setAside = %q, %v; want %q", got, err, want)
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if kept := string(read(t, want+suffix)); kept != fmt.Sprint(round, suffix) {
				t.Errorf("%s has %q", want+suffix, kept)
			}
			if _, err := os.Stat(path + suffix); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is still there", path+suffix)
			}
		}
	}
}

func TestDamageInTheMiddleOfTheWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	mustPut(t, s, content("old"))
	// A table of ours is gone: what a half-restored backup looks like.
	if _, err := s.db.ExecContext(t.Context(), "DROP TABLE content"); err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, content("new"))
	if !has(t, s, content("new")) {
		t.Error("the operation that met the damage was not done")
	}
	if !strings.Contains(s.Notice(), "damaged") {
		t.Errorf("notice = %q", s.Notice())
	}
}

func TestTwoThatMeetDamageReplaceOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	write(t, path, []byte(strings.Repeat("junk", 5000)))
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			s, _, err := Open(path, clock)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = s.Close() }()
			if err := s.PutManifests(context.Background(), []Content{content(fmt.Sprint(i))}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	aside, err := filepath.Glob(path + ".damaged-*")
	if err != nil || len(aside) != 1 {
		t.Errorf("set aside: %v, %v; want one file", aside, err)
	}
	s := open(t, path)
	for i := range 6 {
		if !has(t, s, content(fmt.Sprint(i))) {
			t.Errorf("what opener %d wrote is lost", i)
		}
	}
}

func TestTornLogLosesOnlyTheTornPart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "store.db")
	s := open(t, path)
	mustPut(t, s, content("first"))
	whole := int64(len(read(t, path+"-wal")))
	mustPut(t, s, content("second"))
	torn := filepath.Join(dir, "torn.db")
	write(t, torn, read(t, path))
	log := read(t, path+"-wal")
	if int64(len(log)) <= whole {
		t.Fatal("the second transaction is not in the log; the test proves nothing")
	}
	write(t, torn+"-wal", log[:whole+100])

	got := open(t, torn)
	if !has(t, got, content("first")) {
		t.Error("a whole transaction is lost")
	}
	if has(t, got, content("second")) {
		t.Error("a torn transaction is visible")
	}
	mustPut(t, got, content("third"))
	if !has(t, got, content("third")) {
		t.Error("the store does not work after recovery")
	}
}

func TestNewerAndForeignFilesAreLeftAlone(t *testing.T) {
	for name, sql := range map[string]string{
		"newer":   fmt.Sprintf("PRAGMA user_version = %d", len(migrations)+1),
		"foreign": "PRAGMA application_id = 1234",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			s := open(t, path)
			mustPut(t, s, content("precious"))
			if _, err := s.db.ExecContext(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			before := read(t, path)

			s, notice, err := Open(path, clock)
			if err != nil {
				t.Fatal(err)
			}
			if notice == "" || !strings.Contains(notice, path) {
				t.Errorf("notice %q does not name the file", notice)
			}
			mustPut(t, s, content("for now"))
			if !has(t, s, content("for now")) || has(t, s, content("precious")) {
				t.Error("the store in memory does not work by itself")
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, read(t, path)); diff != "" {
				t.Error("the file was changed")
			}
		})
	}
}

func TestUnusablePlaceFallsBackToMemory(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	write(t, blocked, nil)
	s, notice, err := Open(filepath.Join(blocked, "store.db"), clock)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if !strings.Contains(notice, "nothing is remembered") {
		t.Errorf("notice = %q", notice)
	}
	mustPut(t, s, content("x"))
	// Even an in-memory database that lost its connection comes back, empty.
	if _, err := s.db.ExecContext(t.Context(), "DROP TABLE content"); err != nil {
		t.Fatal(err)
	}
	if has(t, s, content("x")) {
		t.Error("content in a new database")
	}
}

func TestFullDiskIsAnErrorAndChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	mustPut(t, s, content("before"))
	s.db.SetMaxOpenConns(1) // the limit below belongs to one connection
	var pages int
	if err := s.db.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+2)); err != nil {
		t.Fatal(err)
	}
	big := content(strings.Repeat("x", 100_000))
	err := s.PutManifests(t.Context(), []Content{content("with it"), big})
	if err == nil || !strings.Contains(err.Error(), "full") || !strings.HasPrefix(err.Error(), "writing manifests to the local store: ") {
		t.Fatalf("err = %v, want one that says that the disk is full", err)
	}
	if has(t, s, content("with it")) {
		t.Error("half of a batch was kept")
	}
	if !has(t, s, content("before")) {
		t.Error("what was there is gone")
	}
	if s.Notice() != "" {
		t.Errorf("a full disk is taken for damage: %s", s.Notice())
	}
}

func TestWaitingForTheLockEndsWithTheContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	blocker := open(t, path)
	tx, err := blocker.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if err := s.PutManifests(ctx, []Content{content("x")}); err == nil {
		t.Error("written although another process holds the lock")
	}
	if has(t, s, content("x")) { // readers are never blocked
		t.Error("written after all")
	}
}

func TestUseAfterClose(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if _, err := s.Manifests(t.Context(), []model.Digest{"x"}); !errors.Is(err, errClosed) {
		t.Errorf("err = %v, want errClosed", err)
	}
	if err := s.PutManifests(t.Context(), []Content{content("x")}); !errors.Is(err, errClosed) {
		t.Errorf("err = %v, want errClosed", err)
	}
}

func TestValidators(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	now := testNow
	at := func() time.Time { return now }
	s, _, err := Open(path, at)
	if err != nil {
		t.Fatal(err)
	}
	used := Validator{ETag: `W/"1"`, Header: map[string]string{"Link": `<u>; rel="next"`}, Body: []byte("[]")}
	for _, url := range []string{"https://a/used", "https://a/unused"} {
		if err := s.PutValidator(t.Context(), url, used); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok, err := s.Validator(t.Context(), "https://a/other"); ok || err != nil {
		t.Fatalf("a validator nobody stored: %v, %v", ok, err)
	}
	// Replaced, not merged.
	used.LastModified, used.ETag = "Wed, 24 Jun 2026 10:41:00 GMT", ""
	if err := s.PutValidator(t.Context(), "https://a/used", used); err != nil {
		t.Fatal(err)
	}
	for _, days := range []int{60, 60} { // used after two months, and again after four
		now = now.Add(time.Duration(days) * 24 * time.Hour)
		got, ok, err := s.Validator(t.Context(), "https://a/used")
		if err != nil || !ok {
			t.Fatalf("after %v: %v, %v", now, ok, err)
		}
		if diff := cmp.Diff(used, got); diff != "" {
			t.Errorf("validator differs (-want +got):\n%s", diff)
		}
		if err := s.Close(); err != nil { // upkeep
			t.Fatal(err)
		}
		if s, _, err = Open(path, at); err != nil {
			t.Fatal(err)
		}
	}
	defer func() { _ = s.Close() }()
	if _, ok, _ := s.Validator(t.Context(), "https://a/unused"); ok {
		t.Error("a validator unused for four months is still there")
	}
	if _, ok, _ := s.Validator(t.Context(), "https://a/used"); !ok {
		t.Error("a validator in use was forgotten")
	}
}

func TestSpoiltValidatorIsNone(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	if err := s.PutValidator(t.Context(), "u", Validator{ETag: "e"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.ExecContext(t.Context(), "UPDATE validator SET header = '{'"); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Validator(t.Context(), "u"); ok || err != nil {
		t.Errorf("got %v, %v; want none, no error", ok, err)
	}
}

// The whole schema is made by the migrations, and making it twice is refused
// by the version: a database of version 1 opens without any write.
func TestOpeningAgainWritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	blocker, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = blocker.Close() }()
	if _, err := blocker.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	s, notice, err := Open(path, clock)
	if err != nil || notice != "" {
		t.Fatalf("opening beside a writer: %q, %v", notice, err)
	}
	_ = s.Close()
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func write(t testing.TB, path string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}
