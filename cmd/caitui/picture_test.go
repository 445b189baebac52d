package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pictures are the screens that the README shows, as the program draws them in
// a terminal of 80 × 24 cells: what is pressed for each after the one before,
// and what stands there when it has come to rest. One without a name is on the
// way to the next.
var pictures = []struct {
	name string
	keys []string
	rest string
}{
	{"home", nil, `! 15 of 16`},
	{"rollback", []string{"R"}, `enter execute.*tab rows`},
	{"", []string{"esc"}, `cancelled, nothing`},
	{"", []string{"a"}, `─ prod verified`},
	{"audit", []string{"n"}, `─ nightly failed`},
	{"", []string{"esc"}, `\[1\] Channels`},
	{"history", []string{"2", "j", "j", "j", "enter"}, `417 kB was prod 63 d`},
	{"", []string{"d"}, `change 1 of`},
	{"diff", []string{"f"}, `aarch64`},
}

// picture is the text of one of them as the README holds it.
func picture(name string) (string, error) {
	body, err := os.ReadFile(filepath.Join("testdata", "screen-"+name+".golden"))
	return "```text\n" + string(body) + "```", err
}

// The simulator's address and the rest of its rate limit differ from run to
// run; what stands at the right of them stays where it is.
var (
	address  = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	requests = regexp.MustCompile(`[\d,]+ left`)
)

// framed is a screen with the registry's own name, without what differs.
func framed(screen string) string {
	lines := strings.Split(screen, "\n")
	for i, line := range lines {
		if at := address.FindString(line); at != "" {
			line = strings.Replace(line, at, "ghcr.io", 1)
			missing := len(at) - len("ghcr.io")
			if gap := strings.LastIndex(line, "  "); strings.HasSuffix(strings.TrimRight(line, " "), "─") {
				line = strings.TrimRight(line, " ") + strings.Repeat("─", missing)
			} else if gap >= 0 {
				line = line[:gap] + strings.Repeat(" ", missing) + line[gap:]
			}
		}
		lines[i] = strings.TrimRight(requests.ReplaceAllString(line, "4,975 left"), " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

func TestPictures(t *testing.T) {
	r := newRig(t, "containai")
	x := r.open(80, 24)
	fresh(x)
	for _, p := range pictures {
		x.Press(p.keys...)
		x.WaitFor(p.rest, limit)
		if p.name == "" {
			continue
		}
		path := filepath.Join("testdata", "screen-"+p.name+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(framed(x.Screen())), 0o644); err != nil { //nolint:gosec // a golden is for everybody
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v: run make golden", err)
		}
		x.WaitScreen("testdata/screen-"+p.name+".golden, or run make golden", limit, func(screen string) bool {
			return framed(screen) == string(want)
		})
	}
}
