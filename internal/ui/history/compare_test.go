package history

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

func TestCompare(t *testing.T) {
	w := story(t)
	s := survey(w, w.snapshot(true))
	v12, v13, dev := w.builds["v1.2.0"].index, w.builds["v1.3.0"].index, w.builds["dev"].index
	compare := func(a, b model.Digest) pane.Action { return pane.Compare{Package: pkg, A: a, B: b} }

	p := at(s, 80, 22)
	p.GoTo(v12)
	if diff := cmp.Diff(compare(v12, v13), press(t, p, "d")); diff != "" {
		t.Errorf("a former version against prod (- want, + got):\n%s", diff)
	}
	p.GoTo(dev)
	if diff := cmp.Diff(compare(v13, dev), press(t, p, "d")); diff != "" {
		t.Errorf("a later version against prod (- want, + got):\n%s", diff)
	}
	press(t, p, " ")
	p.GoTo(v12)
	press(t, p, " ")
	p.GoTo(v13)
	if diff := cmp.Diff(compare(v12, dev), press(t, p, "d")); diff != "" {
		t.Errorf("two marked versions (- want, + got):\n%s", diff)
	}
	if n := len(p.Marks()); n != 2 {
		t.Errorf("%d marks are left, want 2", n)
	}
	press(t, p, " ")
	if b, _ := keys.Get(p.Keys(), keyDiff); !strings.Contains(b.Disabled, "3 versions are marked") {
		t.Errorf("three marks: %q", b.Disabled)
	}
}

func TestCompareSaysWhyItCannot(t *testing.T) {
	w := story(t)
	s := survey(w, w.snapshot(true))
	p := at(s, 80, 22) // the cursor starts on prod
	if b, _ := keys.Get(p.Keys(), keyDiff); !strings.Contains(b.Disabled, "this is what prod holds") {
		t.Errorf("prod against itself: %q", b.Disabled)
	}
	s.Channels = nil
	p = at(s, 80, 22)
	if b, _ := keys.Get(p.Keys(), keyDiff); !strings.Contains(b.Disabled, "no channel holds anything") {
		t.Errorf("without channels: %q", b.Disabled)
	}
	p = at(survey(w, model.NewSnapshot(pkg, model.OriginAPI, now, nil)), 80, 22)
	for _, id := range []keys.ID{keyDiff, keyProof} {
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
	if diff := cmp.Diff(pane.Action(pane.ShowAttestations{Package: pkg, Digest: w.builds["v1.3.0"].index}), press(t, p, "a")); diff != "" {
		t.Errorf("in the list (- want, + got):\n%s", diff)
	}
	press(t, p, "enter")
	for p.target(p.current()) != w.builds["v1.3.0"].arm64 {
		press(t, p, "j")
		if p.line == len(p.lines)-1 {
			t.Fatal("the details do not name the arm64 part")
		}
	}
	if diff := cmp.Diff(pane.Action(pane.ShowAttestations{Package: pkg, Digest: w.builds["v1.3.0"].arm64}), press(t, p, "a")); diff != "" {
		t.Errorf("in the details (- want, + got):\n%s", diff)
	}
}
