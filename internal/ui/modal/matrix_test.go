package modal

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func channelPlan() ChannelPlan {
	end := func(s string) present.End {
		return present.End{Digest: model.DigestOf([]byte(s)), Release: "v1.3.0", Age: "7 d"}
	}
	row := func(i int, pkg, tag string) present.MatrixRow {
		return present.MatrixRow{Package: pkg, Tag: tag, Name: pkg, Label: tag, Stage: "2", Change: i, Now: end(pkg), Aim: end(pkg + "to"),
			Arch: present.Cell{Text: "2/2"}, Trust: present.Cell{Mark: present.MarkOK, Text: "verified", Tone: present.Good}}
	}
	return ChannelPlan{
		Title: "LIVE ROLL BACK prod", Terms: Terms{Where: "LIVE ghcr.io/novotnyllc", Word: "prod", Act: "move 3 tags"},
		Rows: []present.MatrixRow{row(0, "containai", "prod"), row(1, "containai-installer", "prod"), row(2, "containai-metadata", "kept-901a6e6a17fc"),
			{Package: "containai-payload", Name: "containai-payload", Stage: "·", Change: -1, Why: "named by metadata, nothing moves, and that takes some words to say"}},
		Notes: []Line{{Text: "a note"}}, Summary: "3 tags move", Stages: 2, Orphans: true, CanSave: true, Tell: "the line",
	}
}

func keyed(c *Channel, names ...string) Outcome {
	var out Outcome
	for _, n := range names {
		out, _ = c.Update(uitest.Key(n))
	}
	return out
}

func TestChannelKeysOfTheRows(t *testing.T) {
	d := model.DigestOf
	for name, tt := range map[string]struct {
		keys []string
		want Outcome
	}{
		"space":             {[]string{"tab", "down", " "}, Revised{Package: "containai-installer"}},
		"plus":              {[]string{"tab", "+"}, Revised{Keep: true}},
		"e":                 {[]string{"tab", "e"}, OtherTarget{}},
		"d":                 {[]string{"tab", "d"}, Differs{Package: "containai", A: d([]byte("containai")), B: d([]byte("containaito"))}},
		"s":                 {[]string{"tab", "s"}, Saved{}},
		"y":                 {[]string{"tab", "y"}, Copied{Text: "the line"}},
		"esc":               {[]string{"tab", "esc"}, Cancelled{}},
		"letters are text":  {[]string{"e", "d", "s", "y", "+", " "}, nil},
		"remarks go along":  {[]string{"tab", "tab", "b", "tab", "I", "shift+tab", "shift+tab", "s"}, Saved{Reason: "b", Incident: "I"}},
		"enter is no word":  {[]string{"p", "r", "o", "d", "tab", "enter"}, nil},
		"word":              {[]string{"p", "r", "o", "d", "enter"}, Confirmed{}},
		"word after w":      {[]string{"tab", "w", "enter", "p", "r", "o", "d", "enter"}, Confirmed{Wait: true}},
		"w twice":           {[]string{"tab", "w", "w", "enter", "p", "r", "o", "d", "enter"}, Confirmed{}},
		"stays by itself":   {[]string{"tab", "G", " "}, nil},
		"nothing to differ": {[]string{"tab", "G", "d"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := NewChannel(uitest.Theme(), channelPlan())
			c.SetSize(78, 21)
			if got := keyed(c, tt.keys...); got != tt.want {
				t.Errorf("%#v, want %#v", got, tt.want)
			}
		})
	}
}

func TestChannelSaysWhyAKeyDoesNothing(t *testing.T) {
	p := channelPlan()
	p.Orphans, p.CanSave, p.Stages = false, false, 1
	c := NewChannel(uitest.Theme(), p)
	c.SetSize(78, 21)
	for key, why := range map[string]string{"+": "nothing loses its last tag", "s": "not saved", "w": "only one stage"} {
		c.focus = onRows
		if out := keyed(c, key); out != nil || !strings.Contains(c.View(), why) {
			t.Errorf("%s gave %v:\n%s", key, out, c.View())
		}
	}
}

func TestChannelBeingPlannedAgainTakesNoWord(t *testing.T) {
	c := NewChannel(uitest.Theme(), channelPlan())
	c.SetSize(78, 21)
	c.Again()
	if out := keyed(c, "p", "r", "o", "d", "enter"); out != nil {
		t.Fatalf("it gave %#v", out)
	}
	if out := keyed(c, "tab", " "); out != nil {
		t.Fatalf("a second plan was asked for: %#v", out)
	}
	p := channelPlan()
	p.Word = "prod partial"
	c.Replanned(p)
	if out := keyed(c, "tab", "tab", "tab", "enter"); out != nil || !strings.Contains(c.View(), "the word is prod partial") {
		t.Errorf("the old word gave %#v:\n%s", out, c.View())
	}
}

func TestChannelCursorStaysOnItsRow(t *testing.T) {
	c := NewChannel(uitest.Theme(), channelPlan())
	c.SetSize(78, 21)
	keyed(c, "tab", "down", "down")
	p := channelPlan()
	p.Rows = append(p.Rows[2:3:3], p.Rows[0], p.Rows[1], p.Rows[3])
	c.Replanned(p)
	if r := c.row(); r == nil || r.Package != "containai-metadata" {
		t.Errorf("the cursor went to %+v", r)
	}
	p.Rows = nil
	c.Replanned(p)
	if c.row() != nil || keyed(c, " ") != nil {
		t.Error("a row without rows")
	}
}

// No digest and no tag is lost at any width.
func TestGridLosesNothing(t *testing.T) {
	rows := channelPlan().Rows
	for _, steps := range [][]model.Step{nil, {{State: model.StepMoving}, {State: model.StepConflict}, {State: model.StepNotStarted}}} {
		for width := 40; width <= 140; width++ {
			g := grid{th: uitest.Theme(), rows: rows, steps: steps, here: 1}
			lines, at := g.lines(width)
			text := strings.Join(lines, "\n")
			for _, l := range lines {
				if ansi.StringWidth(l) > width {
					t.Fatalf("at %d: %q", width, l)
				}
			}
			if width < 58 {
				continue // narrower than a dialog ever is
			}
			for _, r := range rows {
				want := []string{r.Name}
				if r.Moves() {
					want = append(want, r.Label, r.Now.Digest.Short(), r.Aim.Digest.Short())
				}
				if i := slices.IndexFunc(want, func(w string) bool { return !strings.Contains(text, w) }); i >= 0 {
					t.Fatalf("at %d %q is lost:\n%s", width, want[i], text)
				}
			}
			if len(at) != len(rows) || !strings.Contains(lines[at[1]], ">") {
				t.Fatalf("at %d the rows are at %v:\n%s", width, at, text)
			}
		}
	}
}

func TestTargetsByHand(t *testing.T) {
	d := string(model.DigestOf([]byte("x")))
	for text, want := range map[string]string{
		"":                        "map[] <nil>",
		"v1.2.0":                  "map[] <nil>",
		"a@" + d:                  "map[a:" + d + "] <nil>",
		"a@" + d + "  b@" + d:     "map[a:" + d + " b:" + d + "] <nil>",
		"@" + d:                   "map[] @" + d + " is not PACKAGE@sha256:…",
		"a@sha256:12":             "map[] the digest of a is not whole: sha256: and 64 characters 0-9 a-f are needed",
		"a@" + d + " v1.2.0":      "map[] v1.2.0 is not PACKAGE@sha256:…",
		"a@" + strings.ToUpper(d): "map[] the digest of a is not whole: sha256: and 64 characters 0-9 a-f are needed",
	} {
		got, err := byHand(text)
		if s := fmt.Sprint(got, err); s != want {
			t.Errorf("%q: %s, want %s", text, s, want)
		}
	}
}

func TestTargetsChooseWhatIsShown(t *testing.T) {
	l := TargetList{Title: "t", Here: 1, Rows: []present.TargetRow{
		{Release: present.Cell{Text: "v3"}, Search: "v3 aaaaaaa"}, {Release: present.Cell{Text: "v2"}, Search: "v2 bbbbbbb"}, {Release: present.Cell{Text: "v1"}, Search: "v1 ccccccc"},
	}}
	press := func(x *Targets, names ...string) Outcome {
		var out Outcome
		for _, n := range names {
			out, _ = x.Update(uitest.Key(n))
		}
		return out
	}
	for name, tt := range map[string]struct {
		versions []string
		keys     []string
		want     string
	}{
		"here":           {nil, []string{"enter"}, "{1 map[] }"},
		"down":           {nil, []string{"down", "enter"}, "{2 map[] }"},
		"by commit":      {nil, []string{"c", "c", "enter"}, "{2 map[] }"},
		"nothing":        {nil, []string{"z", "z", "enter"}, "<nil>"},
		"tab is nothing": {nil, []string{"tab", "down", "enter"}, "{2 map[] }"},
		"version":        {[]string{"v4", "v5"}, []string{"enter"}, "{1 map[] v4}"},
		"next version":   {[]string{"v4", "v5"}, []string{"tab", "down", "enter"}, "{1 map[] v5}"},
		"round":          {[]string{"v4", "v5"}, []string{"tab", "up", "enter"}, "{1 map[] v5}"},
		"no version":     {[]string{"v4"}, []string{"tab", "backspace", "backspace", "enter"}, "{1 map[] }"},
		"bad version":    {[]string{"v4"}, []string{"tab", "/", "enter"}, "<nil>"},
		"esc":            {nil, []string{"esc"}, "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			list := l
			list.Versions = tt.versions
			x := NewTargets(uitest.Theme(), list)
			x.SetSize(78, 20)
			if got := fmt.Sprint(press(x, tt.keys...)); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestResultTellsInTurn(t *testing.T) {
	r := NewResult(uitest.Theme(), "t", nil, []Told{{Text: "line"}, {Text: "report", Said: "the report"}}, "")
	for i, want := range []Outcome{Copied{Text: "line"}, Copied{Text: "report", Said: "the report"}, Copied{Text: "line"}} {
		if got, _ := r.Update(uitest.Key("y")); got != want {
			t.Errorf("y number %d gave %#v", i+1, got)
		}
	}
	if got, _ := r.Update(uitest.Key("U")); got != nil {
		t.Errorf("U gave %#v where nothing can be undone", got)
	}
	r = NewResult(uitest.Theme(), "t", nil, nil, "put prod back to v1.3.0")
	if got, _ := r.Update(uitest.Key("U")); got != (Undone{}) {
		t.Errorf("U gave %#v", got)
	}
	if got, _ := r.Update(uitest.Key("y")); got != nil {
		t.Errorf("y gave %#v where there is nothing to tell", got)
	}
}

// More lines than are in sight are told of at every width: a warning that
// nobody scrolls to is a hidden one.
func TestChannelDialogTellsThatThereIsMore(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {100, 24}, {160, 20}} {
		p := channelPlan()
		p.Summary = "10 tags move, 0 appear, 0 vanish, 1 version loses its last tag"
		for i := range 30 {
			p.Notes = append(p.Notes, Line{Text: fmt.Sprintf("note %d", i)})
		}
		s := newStack(size[0], size[1], NewChannel(uitest.Theme(), p))
		view := ansi.Strip(s.View(strings.TrimSuffix(strings.Repeat(strings.Repeat(" ", size[0])+"\n", size[1]), "\n"), ""))
		if !strings.Contains(view, "lines 1 to ") {
			t.Errorf("%d×%d does not say that there is more:\n%s", size[0], size[1], view)
		}
	}
}
