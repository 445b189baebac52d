package pane_test

import (
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ui/pane"
)

func TestTellerGivesOneFormAfterTheOther(t *testing.T) {
	var teller pane.Teller
	made := 0
	tell := func(about string) pane.Action {
		return teller.Tell(about, pane.Forms("one line of "+about, about, func() string { made++; return "| " + about + " |" }, 7)...)
	}
	if got := teller.Does("tell"); got != "tell" {
		t.Errorf("first it does %q", got)
	}
	for _, step := range []struct {
		want pane.Action
		next string
	}{
		{pane.Tell{Text: "one line of prod"}, "as Markdown"},
		{pane.Copy{Text: "| prod |", Said: "prod, as Markdown"}, "as JSON"},
		{pane.CopyDocument{Of: 7, Said: "prod, as JSON"}, "by hand"},
		{pane.ByHand{Text: "one line of prod\n\n| prod |"}, "tell"},
		{pane.Tell{Text: "one line of prod"}, "as Markdown"},
	} {
		if got := tell("prod"); got != step.want || teller.Does("tell") != step.next {
			t.Errorf("got %#v and next %q, want %#v and %q", got, teller.Does("tell"), step.want, step.next)
		}
	}
	if made != 2 {
		t.Errorf("Markdown was made %d times", made)
	}
	if got := tell("dev"); got != (pane.Tell{Text: "one line of dev"}) {
		t.Errorf("another thing begins with %#v", got)
	}
	teller.Reset()
	if got := tell("dev"); got != (pane.Tell{Text: "one line of dev"}) {
		t.Errorf("after another key: %#v", got)
	}
	if got := teller.Tell("nothing"); got != nil {
		t.Errorf("without forms: %#v", got)
	}
	if !strings.Contains(pane.FormsHelp, "JSON") {
		t.Error("the help does not name the forms")
	}
}
