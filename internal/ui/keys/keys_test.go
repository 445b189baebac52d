package keys_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

func th(ascii bool) theme.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	return theme.New(theme.Options{Renderer: r, ASCII: ascii})
}

func bindings() []keys.Binding {
	return []keys.Binding{
		{ID: "up", Keys: []string{"up", "k"}, Does: "up", Help: "Move up one row."},
		{ID: "mark", Keys: []string{" "}, Does: "mark", Help: "Mark the row.", Footer: 4},
		{ID: "retag", Keys: []string{"t"}, Does: "retag", Help: "Point a tag to this version.", Footer: 1, Danger: true},
		{ID: "open", Keys: []string{"enter"}, Does: "open", Help: "Open the package.", Footer: 2},
		{ID: "browse", Keys: []string{"o"}, Does: "browser", Help: "Open the page.", Footer: 3, Disabled: "the package has no page"},
		{ID: keys.Help, Keys: []string{"?"}, Does: "help", Help: "Say what the keys do.", Footer: 5},
	}
}

func TestFooter(t *testing.T) {
	for _, c := range []struct {
		width int
		want  string
	}{
		{80, " t retag!  enter open  (o browser)  space mark  ? help"},
		{54, " t retag!  enter open  (o browser)  space mark  ? help"},
		{53, " t retag!  enter open  (o browser)  ? help"},
		{41, " t retag!  enter open  ? help"},
		{20, " t retag!  ? help"},
		{17, " t retag!  ? help"},
		{16, " ? help"},
		{7, " ? help"},
		{6, ""},
		{0, ""},
		{-5, ""},
	} {
		if got := keys.Footer(th(false), bindings(), c.width); got != c.want {
			t.Errorf("width %d: %q, want %q", c.width, got, c.want)
		}
	}
}

func TestFooterNeverExceedsItsWidth(t *testing.T) {
	b := append(bindings(), keys.Binding{ID: "wide", Keys: []string{"漢"}, Does: "漢字 tell", Footer: 1})
	for w := range 90 {
		if got := ansi.StringWidth(keys.Footer(th(w%2 == 0), b, w)); got > w {
			t.Errorf("%d cells in %d", got, w)
		}
	}
}

func TestFooterKeepsItsOrderAndLooks(t *testing.T) {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.TrueColor)
	coloured := theme.New(theme.Options{Renderer: r, Name: theme.Dark})
	got := keys.Footer(coloured, bindings(), 80)
	if ansi.Strip(got) != " t retag!  enter open  (o browser)  space mark  ? help" {
		t.Errorf("%q", ansi.Strip(got))
	}
	for _, want := range []string{coloured.KeyDanger.Render("t"), coloured.KeyOff.Render("(o browser)"), coloured.Key.Render("enter")} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

func TestFindAndGet(t *testing.T) {
	if b, ok := keys.Find(bindings(), "k"); !ok || b.ID != "up" {
		t.Errorf("k finds %q", b.ID)
	}
	if _, ok := keys.Find(bindings(), "K"); ok {
		t.Error("K is found")
	}
	if b, ok := keys.Get(bindings(), "open"); !ok || b.Label() != "enter" || !b.Enabled() {
		t.Errorf("open is %+v", b)
	}
	if b, _ := keys.Get(bindings(), "browse"); b.Enabled() {
		t.Error("browse is enabled")
	}
	if (keys.Binding{}).Label() != "" {
		t.Error("a binding without keys has a label")
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"j", "j", true}, {"J", "J", true}, {"é", "é", true}, {"space", " ", true}, {" ", " ", true},
		{"enter", "enter", true}, {"return", "enter", true}, {"escape", "esc", true}, {"PgUp", "pgup", true},
		{"ctrl+r", "ctrl+r", true}, {"ctrl+R", "", false}, {"ctrl+i", "", false}, {"ctrl+m", "", false},
		{"alt+x", "alt+x", true}, {"alt+enter", "alt+enter", true}, {"alt+alt+x", "", false},
		{"f12", "f12", true}, {"f21", "", false}, {"", "", false}, {"jj", "", false}, {"\x1b", "", false}, {"\xff", "", false}, {"\x7f", "", false},
	} {
		if got, ok := keys.Canonical(c.in); ok != c.ok || ok && got != c.want {
			t.Errorf("%q is %q, %v; want %q, %v", c.in, got, ok, c.want, c.ok)
		}
	}
}

func TestConflicts(t *testing.T) {
	clean := keys.Scope{Name: "clean", Bindings: bindings()}
	clash := keys.Scope{Name: "clash", Bindings: append(bindings(),
		keys.Binding{ID: "kill", Keys: []string{"x", "k"}, Disabled: "not now"},
		keys.Binding{ID: "third", Keys: []string{"k"}})}
	want := []keys.Conflict{
		{Scope: "clash", Key: "k", First: "up", Second: "kill"},
		{Scope: "clash", Key: "k", First: "up", Second: "third"},
	}
	if diff := cmp.Diff(want, keys.Conflicts(clean, clash)); diff != "" {
		t.Errorf("conflicts (- want, + got):\n%s", diff)
	}
	twice := keys.Join("both", clean, clean)
	if got := len(keys.Conflicts(twice)); got != 7 {
		t.Errorf("%d conflicts of a scope with itself, want one for each of 7 keys", got)
	}
	if got := keys.Conflicts(clean, clean); len(got) != 0 {
		t.Errorf("scopes apart conflict: %v", got)
	}
}

func scopes() []keys.Scope {
	return []keys.Scope{
		{Name: "everywhere", Bindings: []keys.Binding{{ID: "quit", Keys: []string{"q"}}, {ID: "refresh", Keys: []string{"r"}}}},
		{Name: "packages", Bindings: []keys.Binding{{ID: "retag", Keys: []string{"t"}}, {ID: "tell", Keys: []string{"y"}}}},
		{Name: "history", Bindings: []keys.Binding{{ID: "retag", Keys: []string{"t"}}}},
	}
}

func TestRebind(t *testing.T) {
	before := scopes()
	got, err := keys.Rebind(before, map[keys.ID][]string{"retag": {"space", "f5"}, "quit": {"Q"}}, "everywhere")
	if err != nil {
		t.Fatal(err)
	}
	want := scopes()
	want[0].Bindings[0].Keys = []string{"Q"}
	want[1].Bindings[0].Keys = []string{" ", "f5"}
	want[2].Bindings[0].Keys = []string{" ", "f5"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rebound (- want, + got):\n%s", diff)
	}
	if diff := cmp.Diff(scopes(), before); diff != "" {
		t.Errorf("the declarations were changed:\n%s", diff)
	}
}

func TestRebindErrors(t *testing.T) {
	for _, c := range []struct {
		name, want, cure string
		own              map[keys.ID][]string
	}{
		{"within a scope", "packages: key y is both retag and tell", "another key", map[keys.ID][]string{"retag": {"y"}}},
		{"with what works everywhere", "key q is both retag and quit", "another key", map[keys.ID][]string{"retag": {"q"}}},
		{"twice the same", "is both quit and refresh", "another key", map[keys.ID][]string{"quit": {"r"}}},
		{"unknown", `no key is called "retagg"`, "did you mean retag?", map[keys.ID][]string{"retagg": {"x"}}},
		{"nothing alike", `no key is called "zzz"`, "? in the console", map[keys.ID][]string{"zzz": {"x"}}},
		{"no such key", `quit: "ctrl+strg" is not a key`, "one character", map[keys.ID][]string{"quit": {"ctrl+strg"}}},
		{"no key at all", "quit has no key", "at least one", map[keys.ID][]string{"quit": {}}},
		{"escape in the name", "no key is called", "", map[keys.ID][]string{"a\x1b[2J": {"x"}}},
	} {
		_, err := keys.Rebind(scopes(), c.own, "everywhere")
		if err == nil || !errors.Is(err, model.ErrInvalid) || !strings.Contains(err.Error(), c.want) || strings.ContainsRune(err.Error(), 0x1b) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
			continue
		}
		joined, _ := err.(interface{ Unwrap() []error })
		if cure := model.CureOf(joined.Unwrap()[0]); !strings.Contains(cure, c.cure) {
			t.Errorf("%s: the cure is %q, want %q", c.name, cure, c.cure)
		}
	}
	_, err := keys.Rebind(scopes(), map[keys.ID][]string{"quit": {"r"}, "nobody": {"x"}, "tell": {"ctrl+"}}, "everywhere")
	if got := strings.Count(err.Error(), "\n") + 1; got != 3 {
		t.Errorf("%d faults are told, not all 3: %v", got, err)
	}
}

func TestHelpLines(t *testing.T) {
	s := []keys.Scope{{Name: "packages", Bindings: bindings()}, {Name: "nothing"}}
	got := strings.Join(keys.HelpLines(th(false), s, "", 60), "\n")
	want := strings.Join([]string{
		"packages",
		"  ↑ k               Move up one row.",
		"  space             Mark the row.",
		"  t                 Point a tag to this version. May change",
		"                    the registry !",
		"  enter             Open the package.",
		"  o                 Open the page. Not now: the package has",
		"                    no page.",
		"  ?                 Say what the keys do.",
	}, "\n")
	if got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	for filter, n := range map[string]int{"retag": 1, "OPEN page": 1, "open": 2, "zzz": 0, "no page": 1, "space": 1} {
		lines := keys.HelpLines(th(false), s, filter, 200)
		if got := len(lines) - 1; got != n {
			t.Errorf("%q keeps %d bindings, want %d:\n%s", filter, got, n, strings.Join(lines, "\n"))
		}
	}
}

func TestHelpLinesFitAnyWidth(t *testing.T) {
	s := []keys.Scope{{Name: "a scope with a long name", Bindings: append(bindings(),
		keys.Binding{ID: "many", Keys: []string{"up", "down", "left", "right", "pgup", "pgdown", "ctrl+pgup"}, Help: "漢字漢字 a very long sentence about what these keys do."})}}
	for w := -1; w < 100; w++ {
		for _, l := range keys.HelpLines(th(w%2 == 0), s, "", w) {
			if ansi.StringWidth(l) > w {
				t.Errorf("%d cells in %d: %q", ansi.StringWidth(l), w, l)
			}
		}
	}
}

func TestMarkdown(t *testing.T) {
	got := keys.Markdown([]keys.Scope{
		{Name: "everywhere", Bindings: []keys.Binding{{ID: "quit", Keys: []string{"q", "ctrl+c"}, Does: "quit"}, {ID: "none", Does: "nothing"}}},
		{Name: "packages", Bindings: []keys.Binding{{ID: "a", Keys: []string{"|", "`"}, Help: "This | that."}}},
	})
	want := "| everywhere | does |\n| --- | --- |\n| `q` `ctrl+c` | quit |\n" +
		"\n| packages | does |\n| --- | --- |\n| `\\|` `` ` `` | This \\| that. |\n"
	if got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}
