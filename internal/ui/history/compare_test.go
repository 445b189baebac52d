package history

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

func TestCompare(t *testing.T) {
	w := story(t)
	s := survey(w, w.snapshot(true))
	v12, v13, dev := w.builds["v1.2.0"].index, w.builds["v1.3.0"].index, w.builds["dev"].index
	compare := func(a, b model.Digest) pane.Action { return pane.Compare{Package: pkg, A: a, B: b} }

	p := at(s, 80, 22)
	p.GoTo(v12)
	if diff := cmp.Diff(compare(v12, v13), uitest.Press(t, p, "d")); diff != "" {
		t.Errorf("a former version against prod (- want, + got):\n%s", diff)
	}
	p.GoTo(v13)
	if diff := cmp.Diff(compare(v12, v13), uitest.Press(t, p, "d")); diff != "" {
		t.Errorf("what prod holds against what it held (- want, + got):\n%s", diff)
	}
	p.GoTo(dev)
	if diff := cmp.Diff(compare(v13, dev), uitest.Press(t, p, "d")); diff != "" {
		t.Errorf("a later version against prod (- want, + got):\n%s", diff)
	}
	uitest.Press(t, p, " ")
	p.GoTo(v12)
	uitest.Press(t, p, " ")
	p.GoTo(v13)
	if diff := cmp.Diff(compare(v12, dev), uitest.Press(t, p, "d")); diff != "" {
		t.Errorf("two marked versions (- want, + got):\n%s", diff)
	}
	if n := len(p.Marks()); n != 2 {
		t.Errorf("%d marks are left, want 2", n)
	}
	uitest.Press(t, p, " ")
	if b, _ := keys.Get(p.Keys(), versionrows.KeyDiff); !strings.Contains(b.Disabled, "3 versions are marked") {
		t.Errorf("three marks: %q", b.Disabled)
	}
}

func TestCompareSaysWhyItCannot(t *testing.T) {
	w := story(t)
	s := survey(w, w.snapshot(true))
	for why, change := range map[string]func(c *model.ChannelState){
		"its former release is not known": func(c *model.ChannelState) { c.Previous = nil },
		"has nothing of this package":     func(c *model.ChannelState) { c.Previous.Release.Members = nil },
		"before it has the same":          func(c *model.ChannelState) { c.Previous.Release.Members = c.Release.Members },
	} {
		s := survey(w, w.snapshot(true))
		change(&s.Channels[0])
		p := at(s, 200, 58) // the cursor starts on prod
		if b, _ := keys.Get(p.Keys(), versionrows.KeyDiff); !strings.Contains(b.Disabled, "this is what prod holds") || !strings.Contains(b.Disabled, why) {
			t.Errorf("prod with nothing to compare it with: %q", b.Disabled)
		}
		if view := p.View(); !strings.Contains(view, "Nothing is compared") {
			t.Errorf("the third column does not say so:\n%s", view)
		}
	}
	s.Channels = nil
	p := at(s, 80, 22)
	if b, _ := keys.Get(p.Keys(), versionrows.KeyDiff); !strings.Contains(b.Disabled, "no channel holds anything") {
		t.Errorf("without channels: %q", b.Disabled)
	}
	p = at(survey(w, model.NewSnapshot(pkg, model.OriginAPI, now, nil)), 80, 22)
	for _, id := range []keys.ID{versionrows.KeyDiff, versionrows.KeyProof} {
		if b, _ := keys.Get(p.Keys(), id); b.Disabled == "" {
			t.Errorf("%s works without versions", id)
		}
		if action, _ := p.Do(id); action != nil {
			t.Errorf("%s without versions returns %+v", id, action)
		}
	}
}

func TestProofIsAboutWhatIsUnderTheCursor(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	if diff := cmp.Diff(pane.Action(pane.ShowAttestations{Package: pkg, Digest: w.builds["v1.3.0"].index}), uitest.Press(t, p, "a")); diff != "" {
		t.Errorf("in the list (- want, + got):\n%s", diff)
	}
	uitest.Press(t, p, "enter")
	for p.target(p.list.Current()) != w.builds["v1.3.0"].arm64 {
		uitest.Press(t, p, "j")
		if p.line == len(p.lines)-1 {
			t.Fatal("the details do not name the arm64 part")
		}
	}
	if diff := cmp.Diff(pane.Action(pane.ShowAttestations{Package: pkg, Digest: w.builds["v1.3.0"].arm64}), uitest.Press(t, p, "a")); diff != "" {
		t.Errorf("in the details (- want, + got):\n%s", diff)
	}
}

func TestThirdColumnFollowsMarks(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 200, 58)
	sees := func(what ...string) {
		t.Helper()
		for _, text := range what {
			if view := p.View(); !strings.Contains(view, text) {
				t.Errorf("%q is not there:\n%s", text, view)
			}
		}
	}
	short := func(build string) string { return w.builds[build].index.Short() }
	sees("what changed against v1.2.0, prod before", short("v1.2.0")+" → "+short("v1.3.0"))
	p.GoTo(w.builds["dev"].index)
	sees("what changed against prod", short("v1.3.0")+" → "+short("dev"), "layers 2 changed")
	uitest.Press(t, p, " ", "j")
	p.GoTo(w.builds["nightly"].index)
	uitest.Press(t, p, " ")
	sees("what changed between the marked two", short("nightly")+" → "+short("dev"))
	uitest.Press(t, p, "j", " ")
	sees("3 versions are marked")
	p = at(survey(w, w.snapshot(false)), 200, 58)
	sees("has not been read yet")
}
