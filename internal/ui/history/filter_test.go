package history

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

func TestFilter(t *testing.T) {
	w := story(t)
	index := func(names ...string) []model.Digest {
		var out []model.Digest
		for _, n := range names {
			out = append(out, w.builds[n].index)
		}
		return out
	}
	for typed, want := range map[string][]model.Digest{
		"tag:v1":                             index("v1.3.0", "v1.2.0"),
		"channel:prod":                       index("v1.3.0", "v1.2.0"),
		"release:v1.2":                       index("v1.2.0"),
		"age>40d":                            index("v1.2.0"),
		"age<4d !dev !amd64":                 nil,
		"08dd3c9":                            index("nightly"),
		"kind:index age>10d age<12d":         index("old dev"),
		w.builds["nightly"].arm64.Hex()[:20]: index("nightly"), // a part finds its row
		"state:failed":                       {w.builds["failed"].archIndex},
		"digest:" + w.builds["dev"].index.Hex()[:12]: index("dev"),
	} {
		t.Run(typed, func(t *testing.T) {
			p := at(survey(w, w.snapshot(true)), 80, 22)
			uitest.Press(t, p, "/")
			for _, r := range typed {
				uitest.Press(t, p, string(r))
			}
			var got []model.Digest
			for _, r := range p.table.Visible() {
				got = append(got, r.Digest)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s\n%s", d, text(p))
			}
			uitest.Press(t, p, "enter", "esc")
			if p.table.Len() != 6 || p.CapturesText() {
				t.Errorf("esc leaves %d rows", p.table.Len())
			}
		})
	}
}

func TestUnreadableFilterKeepsTheOneBefore(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	uitest.Press(t, p, "/")
	for _, r := range "age>40d" {
		uitest.Press(t, p, string(r))
	}
	uitest.Press(t, p, "x")
	if p.table.Len() != 1 || !strings.Contains(text(p), "the filter before stays") {
		t.Errorf("%d rows\n%s", p.table.Len(), text(p))
	}
}

func TestLateFilterAnswersAreDropped(t *testing.T) {
	p := at(scale(3000), 80, 22)
	p.Do(versionrows.KeyFilter)
	filter := func(text string) pane.Result {
		for _, msg := range commands(p.list.SetQuery(text)) {
			if r, ok := msg.(pane.Result); ok && r.Gen == 0 { // the others are timers, which are numbered
				return r
			}
		}
		t.Fatalf("no answer for %q", text)
		return pane.Result{}
	}
	first := filter("age>1h")
	second := filter("age>49h")
	p.Update(second)
	want := p.table.Len()
	p.Update(first)
	if got := p.table.Len(); got != want || got == 3000 {
		t.Errorf("a late filter left %d rows, want %d", got, want)
	}
}
