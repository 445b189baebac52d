package history

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// In the details enter opens the digest under the cursor as it is.
func TestEnterInTheDetailsOpensTheDigest(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 160, 40)
	if a := uitest.Press(t, p, "enter"); a != nil {
		t.Errorf("enter in the list: %#v", a)
	}
	version := p.list.Current().Digest
	if a := uitest.Press(t, p, "enter"); a != (pane.ShowRaw{Package: p.pkg, Digest: version}) {
		t.Errorf("enter on the version: %#v", a)
	}
	seen := map[any]bool{}
	for range p.lines {
		seen[uitest.Press(t, p, "enter")] = true
		uitest.Press(t, p, "j")
	}
	parts := p.list.Current().Parts
	for _, part := range parts {
		if !seen[pane.ShowRaw{Package: p.pkg, Digest: part.Digest}] {
			t.Errorf("the part %s does not open", part.Digest.Short())
		}
	}
	if len(parts) == 0 {
		t.Error("the story has no parts")
	}
}
