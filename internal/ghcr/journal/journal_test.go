package journal

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

var testNow = time.Date(2026, 6, 24, 10, 41, 0, 0, time.UTC)

func clock() time.Time { return testNow }

// Environment of a child process: where to append, how often (0: until it is
// killed), and under what name.
const (
	envDir   = "CAITUI_TEST_JOURNAL"
	envCount = "CAITUI_TEST_COUNT"
	envName  = "CAITUI_TEST_NAME"
	envLimit = "CAITUI_TEST_LIMIT" // bytes that a file may have; "": any
)

func TestMain(m *testing.M) {
	dir := os.Getenv(envDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := child(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(dir string) error {
	count, err := strconv.Atoi(os.Getenv(envCount))
	if err != nil {
		return err
	}
	j, err := Open(dir, clock)
	if err != nil {
		return err
	}
	if err := limitFiles(os.Getenv(envLimit)); err != nil {
		return err
	}
	for i := 0; count == 0 || i < count; i++ {
		e, err := j.Append(context.Background(), model.JournalEvent{Kind: model.EventIntent, Actor: os.Getenv(envName), Tag: fmt.Sprintf("t%d", i)})
		if err != nil {
			return err
		}
		fmt.Println(e.Seq)
	}
	return nil
}

func start(t *testing.T, dir, name string, count int) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), envDir+"="+dir, envName+"="+name, fmt.Sprintf("%s=%d", envCount, count))
	cmd.Stderr = os.Stderr
	return cmd
}

func open(t testing.TB) (*Journal, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data", "journal")
	j, err := Open(dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	return j, dir
}

func add(t testing.TB, j *Journal, reasons ...string) {
	t.Helper()
	for _, r := range reasons {
		if _, err := j.Append(t.Context(), model.JournalEvent{Kind: model.EventNote, Reason: r}); err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t testing.TB, j *Journal) Report {
	t.Helper()
	r, err := j.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantIntact(t testing.TB, j *Journal) Report {
	t.Helper()
	r := verify(t, j)
	if !r.Intact || r.BrokenAt != 0 || r.Why != "" {
		t.Fatalf("not intact at %d: %s", r.BrokenAt, r.Why)
	}
	return r
}

func reasons(t testing.TB, j *Journal) []string {
	t.Helper()
	events, err := j.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range events {
		out = append(out, e.Reason)
	}
	return out
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

func digest(s string) model.Digest { return model.DigestOf([]byte(s)) }

func TestAppendAndRead(t *testing.T) {
	j, dir := open(t)
	if got := reasons(t, j); got != nil {
		t.Errorf("an empty journal has %v", got)
	}
	wantIntact(t, j)
	full := model.JournalEvent{
		At: time.Date(2026, 6, 24, 12, 41, 0, 123456789, time.FixedZone("CEST", 7200)), Registry: "ghcr.io", Owner: "novotnyllc",
		Plan: string(digest("plan")), Kind: model.EventOutcome, Actor: "me", Host: "laptop", Reason: "broken on arm64", Incident: "INC-1",
		Package: "containai", Tag: "prod", VersionID: 7, Before: digest("a"), After: digest("b"), State: model.StepFailed, Error: "it <failed> & so on",
		Seq: 99, Prev: "nonsense", Hash: "nonsense", // the journal's own
	}
	first, err := j.Append(t.Context(), full)
	if err != nil {
		t.Fatal(err)
	}
	second, err := j.Append(t.Context(), model.JournalEvent{Kind: model.EventNote})
	if err != nil {
		t.Fatal(err)
	}
	want := full
	want.Seq, want.Prev, want.Hash = 1, "", first.Hash
	want.At = time.Date(2026, 6, 24, 10, 41, 0, 123000000, time.UTC)
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("the event as written differs (-want +got):\n%s", diff)
	}
	if second.Seq != 2 || second.Prev != first.Hash || !second.At.Equal(testNow) {
		t.Errorf("second event is %+v", second)
	}
	got, err := j.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]model.JournalEvent{first, second}, got); diff != "" {
		t.Errorf("what is read differs from what was returned (-want +got):\n%s", diff)
	}
	head, err := j.Head(t.Context())
	if err != nil || head != (model.JournalHead{Seq: 2, Hash: second.Hash}) {
		t.Errorf("head = %v, %v", head, err)
	}
	if got, want := string(read(t, filepath.Join(dir, headName))), "2 "+second.Hash+"\n"; got != want {
		t.Errorf("HEAD = %q, want %q", got, want)
	}
	if r := wantIntact(t, j); r.Head != head || r.Torn {
		t.Errorf("report = %+v", r)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, journalName): 0o600, filepath.Join(dir, headName): 0o600, filepath.Join(dir, lockName): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
	}
}

// The definition of the hash is what doc.go says, checked with the tools that
// it names and without this package.
func TestHashCanBeCheckedByHand(t *testing.T) {
	j, dir := open(t)
	add(t, j, "one", `quotes " and \ and "hash":"sha256:x"} in the text`)
	events, err := j.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(read(t, filepath.Join(dir, journalName)))), "\n") {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", `sed -E 's/,"hash":"sha256:[0-9a-f]{64}"\}$/}/' | tr -d '\n' | sha256sum`)
		cmd.Stdin = strings.NewReader(line + "\n")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := "sha256:" + strings.Fields(string(out))[0]; got != events[i].Hash {
			t.Errorf("line %d: by hand %s, in the line %s", i+1, got, events[i].Hash)
		}
	}
}

func TestTextIsSafeAndShort(t *testing.T) {
	j, dir := open(t)
	token := "ghp_" + strings.Repeat("a1B2", 9)
	long := strings.Repeat("é", maxText)
	e, err := j.Append(t.Context(), model.JournalEvent{
		Kind: model.EventOutcome, Actor: "me\x1b[31m", Host: "h\nh", Reason: "used " + token, Incident: "Bearer " + strings.Repeat("Zm9v1", 5),
		Package: "pkg-" + token, Tag: "ghs_short", Error: long, Registry: "https://me:hunter2@ghcr.io", Owner: "o",
	})
	if err != nil {
		t.Fatal(err)
	}
	raw := read(t, filepath.Join(dir, journalName))
	for _, secret := range []string{token, "Zm9v1Zm9v1", "hunter2", "\x1b", "\\u001b"} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("%q is in the journal", secret)
		}
	}
	if e.Tag != "ghs_short" {
		t.Errorf("an ordinary tag became %q", e.Tag)
	}
	if len(e.Error) > maxText || !strings.HasSuffix(e.Error, "é…") {
		t.Errorf("error of %d bytes ends in %q", len(e.Error), e.Error[len(e.Error)-5:])
	}
	if lines := bytes.Count(raw, []byte("\n")); lines != 1 {
		t.Errorf("%d lines, want 1", lines)
	}
	wantIntact(t, j)
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"nothing secret here": "nothing secret here",
		"token ghp_abcdefghijklmnopqrstuvwxyz0123456789 expired": "token *** expired",
		"x=gho_1 ghu_2,ghr_3;ghs_4":                              "x=*** ***,***;***",
		"github_pat_11ABC_def is fine-grained":                   "*** is fine-grained",
		"Authorization: Bearer abc":                              "Authorization: ***",
		`"authorization":"Basic eA=="`:                           `"authorization: ***"`,
		"sent Bearer QQ12345678== to it":                         "sent Bearer *** to it",
		"the token endpoint answered 401":                        "the token endpoint answered 401",
		"Basic authentication failed":                            "Basic authentication failed",
		"GET https://user:secret@ghcr.io/v2/ failed":             "GET https://***@ghcr.io/v2/ failed",
		"GET https://ghcr.io:443/v2/a@sha256:00 failed":          "GET https://ghcr.io:443/v2/a@sha256:00 failed",
		"a eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.sig b":            "a *** b",
		"through the length of ten":                              "through the length of ten",
	} {
		if got := mask(in); got != want {
			t.Errorf("mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBadDigestIsRefusedBeforeItSpoilsTheFile(t *testing.T) {
	j, _ := open(t)
	if _, err := j.Append(t.Context(), model.JournalEvent{Kind: model.EventIntent, After: "latest"}); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("err = %v, want ErrInvalid", err)
	}
	add(t, j, "after it")
	wantIntact(t, j)
}

func TestManyGoroutinesAndHandles(t *testing.T) {
	one, dir := open(t)
	two, err := Open(dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	const each = 20
	var wg sync.WaitGroup
	for n, j := range []*Journal{one, two, one, two} {
		wg.Go(func() {
			var last int64
			for i := range each {
				e, err := j.Append(context.Background(), model.JournalEvent{Kind: model.EventIntent, Actor: fmt.Sprint(n), Tag: fmt.Sprintf("t%d", i)})
				if err != nil {
					t.Error(err)
					return
				}
				if e.Seq <= last {
					t.Errorf("event %d after event %d", e.Seq, last)
				}
				last = e.Seq
			}
		})
	}
	wg.Wait()
	if r := wantIntact(t, one); r.Head.Seq != 4*each {
		t.Errorf("%d events, want %d", r.Head.Seq, 4*each)
	}
}

func TestManyProcesses(t *testing.T) {
	j, dir := open(t)
	const processes, each = 4, 15
	var running []*exec.Cmd
	for p := range processes {
		cmd := start(t, dir, fmt.Sprintf("p%d", p), each)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	wantIntact(t, j)
	events, err := j.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	next := make(map[string]int)
	for _, e := range events {
		if want := fmt.Sprintf("t%d", next[e.Actor]); e.Tag != want {
			t.Fatalf("event %d of %s is %s, want %s", e.Seq, e.Actor, e.Tag, want)
		}
		next[e.Actor]++
	}
	for p := range processes {
		if got := next[fmt.Sprintf("p%d", p)]; got != each {
			t.Errorf("process %d has %d events, want %d", p, got, each)
		}
	}
}

// A process that is killed at any instant leaves a journal that is intact,
// holds all it was told to be written, and takes the next event.
func TestKilledProcesses(t *testing.T) {
	j, dir := open(t)
	told := int64(0)
	for round := range 8 {
		cmd := start(t, dir, fmt.Sprintf("r%d", round), 0)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; n < 3+round && lines.Scan(); n++ {
			if told, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
		r := wantIntact(t, j)
		if r.Head.Seq < told {
			t.Fatalf("event %d was confirmed, but the journal ends at %d", told, r.Head.Seq)
		}
		add(t, j, "after the kill")
		wantIntact(t, j)
	}
}

func TestWaitingForTheLockEndsWithTheContext(t *testing.T) {
	j, dir := open(t)
	add(t, j, "one")
	held := flock.New(filepath.Join(dir, lockName))
	if err := held.Lock(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := j.Append(ctx, model.JournalEvent{Kind: model.EventNote, Reason: "given up"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("err = %v, want the deadline", err)
	}
	// Reading needs no lock.
	if got := reasons(t, j); !slices.Equal(got, []string{"one"}) {
		t.Errorf("reasons = %v", got)
	}
	wantIntact(t, j)
	if err := held.Unlock(); err != nil {
		t.Fatal(err)
	}
	add(t, j, "two")
	if got := reasons(t, j); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("reasons = %v: an event that was given up must not be written later", got)
	}
}

func TestUnusableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	if _, err := Open(file, clock); !errors.Is(err, model.ErrInvalid) || model.CureOf(err) == "" {
		t.Errorf("err = %v, want ErrInvalid with a cure", err)
	}
	j, err := Open(filepath.Join(file, "journal"), clock)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(t.Context(), model.JournalEvent{Kind: model.EventNote}); err == nil {
		t.Error("appended into nowhere")
	}
}

// Without HEAD nothing is written: a break that nobody could see would be worse
// than an event that is refused.
func TestHEADThatCannotBeReadRefusesTheEvent(t *testing.T) {
	j, dir := open(t)
	add(t, j, "one")
	before := read(t, filepath.Join(dir, journalName))
	// HEAD cannot be replaced: something that is no file is in its way.
	head := read(t, filepath.Join(dir, headName))
	if err := os.Remove(filepath.Join(dir, headName)); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, headName, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(t.Context(), model.JournalEvent{Kind: model.EventNote, Reason: "lost"}); err == nil {
		t.Fatal("appended without HEAD")
	}
	if got := read(t, filepath.Join(dir, journalName)); !bytes.Equal(got, before) {
		t.Error("a failed append left something")
	}
	if err := os.RemoveAll(filepath.Join(dir, headName)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, headName), head)
	add(t, j, "two")
	if got := reasons(t, j); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("reasons = %v", got)
	}
	wantIntact(t, j)
}

func BenchmarkAppend(b *testing.B) {
	j, _ := open(b)
	for b.Loop() {
		add(b, j, "a reason of ordinary length")
	}
}

// A stage of a rollback: ten intents at once.
func BenchmarkAppendTenAtOnce(b *testing.B) {
	j, _ := open(b)
	for b.Loop() {
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if _, err := j.Append(context.Background(), model.JournalEvent{Kind: model.EventIntent}); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
}

func BenchmarkEvents1000(b *testing.B) {
	j, dir := open(b)
	var file bytes.Buffer
	var prev string
	for i := range 1000 {
		line, hash, err := encodeLine(model.JournalEvent{Seq: int64(i + 1), At: testNow, Registry: "ghcr.io", Owner: "novotnyllc", Plan: string(digest("p")),
			Kind: model.EventIntent, Package: "containai", Tag: "prod", Before: digest("a"), After: digest("b"), Prev: prev})
		if err != nil {
			b.Fatal(err)
		}
		prev = hash
		file.Write(line)
		file.WriteByte('\n')
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	write(b, filepath.Join(dir, journalName), file.Bytes())
	for b.Loop() {
		events, err := j.Events(b.Context())
		if err != nil || len(events) != 1000 {
			b.Fatal(len(events), err)
		}
	}
}
