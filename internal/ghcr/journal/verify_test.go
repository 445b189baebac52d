package journal

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// wantBroken checks that the journal is not intact, that this does not keep
// events from being recorded, and that it stays visible after them.
func wantBroken(t *testing.T, j *Journal, what string) Report {
	t.Helper()
	r := verify(t, j)
	if r.Intact || r.Why == "" || r.BrokenAt == 0 {
		t.Fatalf("%s: not found: %+v", what, r)
	}
	for _, reason := range []string{"afterwards", "and again"} {
		add(t, j, reason)
		if again := verify(t, j); again.Intact {
			t.Fatalf("%s: no longer visible after an append of %q (before: %s)", what, reason, r.Why)
		}
	}
	if got := reasons(t, j); got[len(got)-1] != "and again" {
		t.Fatalf("%s: the last event is %q", what, got[len(got)-1])
	}
	return r
}

func TestEveryAlteredByteIsFound(t *testing.T) {
	j, dir := open(t)
	add(t, j, "one", "two", "three")
	path := filepath.Join(dir, journalName)
	whole := read(t, path)
	for i := range whole {
		spoilt := bytes.Clone(whole)
		spoilt[i] ^= 1
		write(t, path, spoilt)
		if r := verify(t, j); r.Intact || r.Why == "" {
			t.Fatalf("byte %d altered in %q: not found", i, whole[max(0, i-20):min(len(whole), i+20)])
		}
	}
}

func TestAlterationsStayVisible(t *testing.T) {
	join := func(lines ...string) []byte { return []byte(strings.Join(lines, "")) }
	for name, tc := range map[string]struct {
		at    int64
		why   string
		alter func(l []string) []byte
	}{
		"first line missing":      {1, "event 1 is missing before event 2", func(l []string) []byte { return join(l[1:]...) }},
		"middle line missing":     {2, "event 2 is missing before event 3", func(l []string) []byte { return join(l[0], l[2], l[3]) }},
		"last line cut off":       {4, "event 4 is cut off: HEAD names event 4", func(l []string) []byte { return join(l[:3]...) }},
		"two lines cut off":       {3, "events 3 to 4 are cut off", func(l []string) []byte { return join(l[:2]...) }},
		"all cut off":             {1, "events 1 to 4 are cut off", func([]string) []byte { return nil }},
		"half a line cut off":     {4, "event 4 is cut off", func(l []string) []byte { return join(l[0], l[1], l[2], l[3][:40]) }},
		"lines exchanged":         {2, "event 2 is missing before event 3", func(l []string) []byte { return join(l[0], l[2], l[1], l[3]) }},
		"last lines exchanged":    {3, "event 3 is missing", func(l []string) []byte { return join(l[0], l[1], l[3], l[2]) }},
		"line repeated":           {2, "event 2 comes after event 2", func(l []string) []byte { return join(l[0], l[1], l[1], l[2], l[3]) }},
		"last line repeated":      {4, "event 4 comes after event 4", func(l []string) []byte { return join(l[0], l[1], l[2], l[3], l[3]) }},
		"a word altered":          {2, "event 2 was altered", func(l []string) []byte { return join(l[0], strings.Replace(l[1], "two", "2wo", 1), l[2], l[3]) }},
		"a word altered at last":  {4, "event 4 was altered", func(l []string) []byte { return join(l[0], l[1], l[2], strings.Replace(l[3], "four", "4our", 1)) }},
		"line made unreadable":    {2, "line 2 of the file is not readable", func(l []string) []byte { return join(l[0], "junk\n", l[2], l[3]) }},
		"junk put in":             {2, "line 2 of the file is not readable", func(l []string) []byte { return join(l[0], "junk\n", l[1], l[2], l[3]) }},
		"empty line put in":       {2, "line 2 of the file is not readable", func(l []string) []byte { return join(l[0], "\n", l[1], l[2], l[3]) }},
		"last line made junk":     {4, "event 4 is cut off", func(l []string) []byte { return join(l[0], l[1], l[2], "junk\n") }},
		"rewritten from a middle": {4, "event 4 is not the one that HEAD names", func(l []string) []byte { return join(l[0], forge(t, l[0], "2", "3", "4")) }},
		"rewritten and longer":    {4, "event 4 is not the one that HEAD names", func(l []string) []byte { return join(l[0], forge(t, l[0], "2", "3", "4", "5")) }},
		"rewritten, much longer":  {4, "event 4 is not the one that HEAD names", func(l []string) []byte { return join(l[0], forge(t, l[0], "2", "3", "4", "5", "6", "7")) }},
	} {
		t.Run(name, func(t *testing.T) {
			j, dir := open(t)
			add(t, j, "one", "two", "three", "four")
			path := filepath.Join(dir, journalName)
			write(t, path, tc.alter(strings.SplitAfter(string(read(t, path)), "\n")[:4]))
			r := wantBroken(t, j, name)
			if r.BrokenAt != tc.at || !strings.Contains(r.Why, tc.why) {
				t.Errorf("broken at %d: %s; want %d: %s", r.BrokenAt, r.Why, tc.at, tc.why)
			}
			// No number is given twice, whatever was cut off.
			events, err := j.Events(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if next := events[len(events)-2]; next.Seq < 5 {
				t.Errorf("the event after it got the number %d again", next.Seq)
			}
		})
	}
}

// forge continues a journal after a line with a chain that is right in
// itself.
func forge(t *testing.T, after string, reasons ...string) string {
	t.Helper()
	e, err := decodeLine([]byte(strings.TrimSuffix(after, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, r := range reasons {
		line, hash, err := encodeLine(model.JournalEvent{Seq: e.Seq + 1, At: testNow, Kind: model.EventNote, Reason: r, Prev: e.Hash})
		if err != nil {
			t.Fatal(err)
		}
		e.Seq, e.Hash = e.Seq+1, hash
		out.Write(line)
		out.WriteByte('\n')
	}
	return out.String()
}

func TestHeadIsNeeded(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"removed": func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
		"empty":   func(t *testing.T, path string) { write(t, path, nil) },
		"garbage": func(t *testing.T, path string) { write(t, path, []byte("2 sha256:x\n")) },
	} {
		t.Run(name, func(t *testing.T) {
			j, dir := open(t)
			add(t, j, "one", "two")
			spoil(t, filepath.Join(dir, headName))
			wantBroken(t, j, name)
			if got := reasons(t, j); got[2] != headLost {
				t.Errorf("reasons = %v, want a note that HEAD was lost", got)
			}
		})
	}
}

func TestQuotedHeadFindsWhatHEADDoesNot(t *testing.T) {
	j, dir := open(t)
	add(t, j, "one")
	after1, err := j.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	one := string(read(t, filepath.Join(dir, journalName)))
	add(t, j, "two", "three")
	quoted, err := j.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	check := func(h model.JournalHead) Report {
		t.Helper()
		r, err := j.Verify(t.Context(), &h)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	short := model.JournalHead{Seq: quoted.Seq, Hash: model.Digest(quoted.Hash).Short()}
	for _, h := range []model.JournalHead{quoted, after1, short, {}} {
		if r := check(h); !r.Intact {
			t.Errorf("head %v: %s", h, r.Why)
		}
	}
	if r := check(model.JournalHead{Seq: 3, Hash: "sha256:"}); r.Intact {
		t.Error("a head without a hash matches everything")
	}
	// Somebody rewrites the journal and HEAD together.
	forged := one + forge(t, one, "2", "3")
	write(t, filepath.Join(dir, journalName), []byte(forged))
	head, err := j.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, headName), []byte(formatHead(head)))
	wantIntact(t, j) // as the README says
	if r := check(quoted); r.Intact || r.BrokenAt != 3 {
		t.Errorf("forged journal against the quoted head: %+v", r)
	}
	if r := check(short); r.Intact || r.BrokenAt != 3 {
		t.Errorf("forged journal against the short head: %+v", r)
	}
	// Or cuts both.
	write(t, filepath.Join(dir, journalName), []byte(one))
	write(t, filepath.Join(dir, headName), []byte(formatHead(after1)))
	wantIntact(t, j)
	if r := check(quoted); r.Intact || r.BrokenAt != 2 || !strings.Contains(r.Why, "events 2 to 3 are cut off") {
		t.Errorf("cut journal against the quoted head: %+v", r)
	}
}

// A crash tears the third line anywhere, with HEAD written or not yet: the
// journal stays intact, loses no whole line, and goes on; and so it does when
// the append that closes the torn line is torn in turn.
func TestTornAnywhere(t *testing.T) {
	j, dir := open(t)
	path, headPath := filepath.Join(dir, journalName), filepath.Join(dir, headName)
	add(t, j, "one", "two")
	two, head := read(t, path), read(t, headPath)
	add(t, j, "three")
	three := read(t, path)
	for _, cut := range cuts(len(two), len(three)) {
		write(t, path, three[:cut])
		write(t, headPath, head)
		r := wantIntact(t, j)
		wholeLine := cut >= len(three)-1
		if torn := cut > len(two) && !wholeLine; r.Torn != torn {
			t.Fatalf("cut at %d: torn = %v", cut-len(two), r.Torn)
		}
		want := []string{"one", "two"}
		switch {
		case wholeLine:
			want = append(want, "three")
		case r.Torn:
			want = append(want, fmt.Sprintf("closed a torn line of %d bytes, sha256:%x", cut-len(two), sha256.Sum256(three[len(two):cut])))
		}
		add(t, j, "next")
		want = append(want, "next")
		if got := reasons(t, j); !slices.Equal(got, want) {
			t.Fatalf("cut at %d: reasons = %v, want %v", cut-len(two), got, want)
		}
		if r := wantIntact(t, j); r.Torn {
			t.Fatalf("cut at %d: still torn after an append", cut-len(two))
		}
		if !bytes.HasPrefix(read(t, path), three[:cut]) {
			t.Fatalf("cut at %d: bytes were lost", cut-len(two))
		}
	}
	tornTwice(t, j, path, headPath, three[:len(two)+50], head)
}

// cuts are places from one to another: all near the ends, some between. Each
// costs several syncs.
func cuts(from, to int) []int {
	var out []int
	for i := from; i <= to; i++ {
		if i < from+4 || i > to-4 || i%13 == 0 {
			out = append(out, i)
		}
	}
	return out
}

func tornTwice(t *testing.T, j *Journal, path, headPath string, torn, head []byte) {
	t.Helper()
	write(t, path, torn)
	write(t, headPath, head)
	add(t, j, "next")
	closed := read(t, path)
	for _, cut := range cuts(len(torn), len(closed)) {
		write(t, path, closed[:cut])
		write(t, headPath, head)
		wantIntact(t, j)
		add(t, j, "at last")
		wantIntact(t, j)
		if got := reasons(t, j); got[0] != "one" || got[1] != "two" || got[len(got)-1] != "at last" {
			t.Fatalf("torn twice, cut at %d: %v", cut-len(torn), got)
		}
	}
}

// Zeros at the end are what some file systems leave after a power cut.
func TestZerosAtTheEnd(t *testing.T) {
	j, dir := open(t)
	add(t, j, "one")
	path := filepath.Join(dir, journalName)
	write(t, path, append(read(t, path), make([]byte, 3*window)...))
	if r := wantIntact(t, j); !r.Torn {
		t.Error("zeros are not seen as torn")
	}
	add(t, j, "two")
	wantIntact(t, j)
}

func TestLongLinesAreReadThrough(t *testing.T) {
	j, dir := open(t)
	add(t, j, "one")
	path := filepath.Join(dir, journalName)
	write(t, path, append(read(t, path), bytes.Repeat([]byte("x"), 2*maxLine)...))
	add(t, j, "two")
	wantIntact(t, j)
	if got := reasons(t, j); got[0] != "one" || got[2] != "two" {
		t.Errorf("reasons = %v", got)
	}
}

// A newer caitui may write more members: the hash covers them.
func TestUnknownMembersAreCovered(t *testing.T) {
	j, dir := open(t)
	add(t, j, "one")
	path := filepath.Join(dir, journalName)
	line := strings.TrimSuffix(string(read(t, path)), "\n")
	body := strings.Replace(line[:len(line)-suffixLen], `"prev":null`, `"new":[1,2],"prev":null`, 1)
	hash := hashOf([]byte(body))
	write(t, path, []byte(body+hashMember+hash+"\"}\n"))
	write(t, filepath.Join(dir, headName), []byte("1 "+hash+"\n"))
	wantIntact(t, j)
	if got := reasons(t, j); !slices.Equal(got, []string{"one"}) {
		t.Errorf("reasons = %v", got)
	}
	write(t, path, bytes.Replace(read(t, path), []byte("[1,2]"), []byte("[1,3]"), 1))
	wantBroken(t, j, "an unknown member altered")
}

func TestHashIsTakenByItsBytes(t *testing.T) {
	line, hash, err := encodeLine(model.JournalEvent{Seq: 1, At: testNow, Kind: model.EventNote})
	if err != nil {
		t.Fatal(err)
	}
	escaped := bytes.Replace(line, []byte(hash[:6]), []byte(`\u0073`), 1) // s, in place of sha256
	if len(escaped) != len(line) {
		t.Fatal("the test proves nothing")
	}
	for name, bad := range map[string][]byte{"escaped": escaped, "no number": bytes.Replace(line, []byte(`"seq":1`), []byte(`"seq":0`), 1), "short": line[suffixLen:]} {
		if _, err := decodeLine(bad); err == nil {
			t.Errorf("%s: taken for a line", name)
		}
	}
	if _, err := decodeLine(line); err != nil {
		t.Error(err)
	}
}

func TestParseHead(t *testing.T) {
	hash := string(digest("x"))
	for in, want := range map[string]headState{
		"":                    {},
		"0\n":                 {there: true},
		"0":                   {},
		"7 " + hash + "\n":    {there: true, head: model.JournalHead{Seq: 7, Hash: hash}},
		"7 " + hash:           {},
		"-7 " + hash + "\n":   {},
		"7 sha256:12\n":       {},
		"x " + hash + "\n":    {},
		"7 " + hash + " y\n":  {},
		"7 " + hash + "\n8\n": {},
	} {
		if got := parseHead(in); got != want {
			t.Errorf("parseHead(%q) = %+v, want %+v", in, got, want)
		}
	}
}

// The reader takes any bytes, loses none, and what it takes for an event can
// be written again.
func FuzzScan(f *testing.F) {
	line, _, err := encodeLine(model.JournalEvent{Seq: 1, At: testNow, Kind: model.EventNote, Reason: "r", After: digest("a")})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(line, '\n'))
	f.Add(append(bytes.Repeat(append(line, '\n'), 2), line[:30]...))
	f.Add([]byte("\n\n{}\n" + `{"seq":1,"hash":"x"}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		var rebuilt []byte
		err := scan(bytes.NewReader(file), func(r row) error {
			rebuilt = append(rebuilt, file[r.from:r.to]...)
			if r.ended {
				rebuilt = append(rebuilt, '\n')
			}
			if r.err == nil {
				if _, _, err := encodeLine(clean(r.event)); err != nil {
					t.Fatalf("read %+v, which cannot be written: %v", r.event, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(rebuilt, file) {
			t.Fatalf("%q was read as %q", file, rebuilt)
		}
	})
}
