package packages

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestCompareAndProof(t *testing.T) {
	s := healthy()
	p := at(s, 80, 22)
	if got, want := uitest.Press(t, p, "1", "g", "d"), (pane.CompareChannel{Channel: "prod"}); got != pane.Action(want) {
		t.Errorf("d on a channel: %+v, want %+v", got, want)
	}
	if got := uitest.Press(t, p, "a"); got != pane.Action(pane.ShowMatrix{Channel: "prod"}) {
		t.Errorf("a on a channel: %+v", got)
	}
	uitest.Press(t, p, "2")
	name := p.current().Spec.Name
	if diff := cmp.Diff(pane.Action(pane.Compare{Package: name, A: digestOf(name, "v1.2.0"), B: digestOf(name, "v1.3.0")}), uitest.Press(t, p, "d")); diff != "" {
		t.Errorf("d on a package (- want, + got):\n%s", diff)
	}
	if diff := cmp.Diff(pane.Action(pane.ShowAttestations{Package: name, Digest: digestOf(name, "v1.3.0")}), uitest.Press(t, p, "a")); diff != "" {
		t.Errorf("a on a package (- want, + got):\n%s", diff)
	}
}

func TestCompareSaysWhyItCannot(t *testing.T) {
	change := func(f func(c *model.ChannelState)) model.Survey {
		s := healthy()
		for i := range s.Channels {
			f(&s.Channels[i])
		}
		return s
	}
	for name, c := range map[string]struct {
		survey  model.Survey
		part    string
		key     keys.ID
		because string
	}{
		"no former release":   {change(func(c *model.ChannelState) { c.Previous = nil }), "1", keyDiff, "prod has no former release that is known"},
		"no channel":          {model.Survey{Inventory: healthy().Inventory}, "1", keyDiff, "no channel is under the cursor"},
		"proof of no channel": {model.Survey{Inventory: healthy().Inventory}, "1", keyProof, "no channel is under the cursor"},
		"not in the channel": {change(func(c *model.ChannelState) {
			for i := range c.Members {
				c.Members[i].Digest = ""
			}
		}), "2", keyDiff, "prod has nothing of containai"},
		"nothing to list": {change(func(c *model.ChannelState) {
			for i := range c.Members {
				c.Members[i].Digest = ""
			}
		}), "2", keySBOM, "prod has nothing of containai"},
		"no payload in it": {change(func(c *model.ChannelState) { c.Members = nil }), "1", keySBOM, "no package is configured as the payload"},
		"nothing to prove": {change(func(c *model.ChannelState) {
			for i := range c.Members {
				c.Members[i].Digest = ""
			}
		}), "2", keyProof, "prod has nothing of containai"},
		"not in the former": {change(func(c *model.ChannelState) {
			if c.Previous != nil {
				c.Previous.Release.Members = nil
			}
		}), "2", keyDiff, "v1.2.0, the former release of prod, has nothing of containai"},
		"the same": {change(func(c *model.ChannelState) {
			if c.Previous != nil {
				c.Previous.Release.Members = c.Release.Members
			}
		}), "2", keyDiff, "nothing changed: v1.2.0, the former release of prod, has the same"},
	} {
		p := at(c.survey, 80, 22)
		uitest.Press(t, p, "1")
		if len(c.survey.Channels) > 0 {
			uitest.Press(t, p, "g")
		}
		uitest.Press(t, p, c.part)
		b, ok := keys.Get(p.Keys(), c.key)
		if !ok || !strings.Contains(b.Disabled, c.because) {
			t.Errorf("%s: %q, want %q", name, b.Disabled, c.because)
		}
		if action, _ := p.Do(c.key); action != nil {
			t.Errorf("%s: a disabled key returns %+v", name, action)
		}
	}
}
