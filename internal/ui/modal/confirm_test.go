package modal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// send presses keys and returns the first outcome. "word:prod" types prod.
func send(m Modal, names ...string) Outcome {
	for _, name := range names {
		if text, ok := strings.CutPrefix(name, "word:"); ok {
			for _, c := range text {
				if out, _ := m.Update(uitest.Key(string(c))); out != nil {
					return out
				}
			}
			continue
		}
		if out, _ := m.Update(uitest.Key(name)); out != nil {
			return out
		}
	}
	return nil
}

func effect(pkg, tag string) present.PlanLine {
	return present.PlanLine{
		Kind: present.PlanEffect, Mark: present.MarkArrow, Package: pkg, Tag: tag, Words: "moves",
		Before: present.End{Digest: model.DigestOf([]byte("before"))},
		After:  present.End{Digest: model.DigestOf([]byte("after"))},
	}
}

func ready() Preview {
	return Preview{
		Title: "LIVE retag containai:prod",
		Terms: Terms{Where: "LIVE ghcr.io/novotnyllc", Word: "prod", Act: "move 1 tag in 1 package"},
		Lines: []present.PlanLine{effect("containai", "prod"), {Kind: present.PlanCount, Text: "1 tag moves"}},
	}
}

func blocked(override bool, codes ...string) Preview {
	p := ready()
	for _, c := range codes {
		p.Blockers = append(p.Blockers, model.Remark{Code: c, Message: "the tag is immutable", Override: override})
		p.Lines = append([]present.PlanLine{{Kind: present.PlanBlocker, Mark: present.MarkBad, Text: "Blocked: " + c}}, p.Lines...)
	}
	return p
}

func TestConfirmTakesOnlyTheWholeWord(t *testing.T) {
	closed := ready()
	closed.Closed = "Nothing to do."
	tests := map[string]struct {
		preview Preview
		keys    []string
		want    Outcome
	}{
		"word and enter":           {ready(), []string{"word:prod", "enter"}, Confirmed{}},
		"enter alone":              {ready(), []string{"enter"}, nil},
		"part of the word":         {ready(), []string{"word:pro", "enter"}, nil},
		"more than the word":       {ready(), []string{"word:prods", "enter"}, nil},
		"other case":               {ready(), []string{"word:Prod", "enter"}, nil},
		"y is text":                {ready(), []string{"y", "enter"}, nil},
		"corrected":                {ready(), []string{"word:prox", "backspace", "d", "enter"}, Confirmed{}},
		"blanks around":            {ready(), []string{" ", "word:prod", " ", "enter"}, Confirmed{}},
		"esc":                      {ready(), []string{"word:prod", "esc"}, Cancelled{}},
		"word in the reason":       {ready(), []string{"tab", "word:prod", "enter"}, nil},
		"remarks then word":        {ready(), []string{"tab", "word:broken", "enter", "word:INC-1", "enter", "word:prod", "enter"}, Confirmed{Reason: "broken", Incident: "INC-1"}},
		"back by shift+tab":        {ready(), []string{"shift+tab", "word:INC-2", "tab", "word:prod", "enter"}, Confirmed{Incident: "INC-2"}},
		"scrolling is no text":     {ready(), []string{"down", "up", "pgdown", "word:prod", "enter"}, Confirmed{}},
		"blocked takes no word":    {blocked(false, "target-partial"), []string{"word:prod", "enter"}, Cancelled{}},
		"liftable takes no word":   {blocked(true, "immutable-tag"), []string{"word:prod", "enter"}, nil},
		"liftable takes its code":  {blocked(true, "immutable-tag"), []string{"word:immutable-tag", "enter"}, Lifted{Code: "immutable-tag"}},
		"one of two codes":         {blocked(true, "a-tag", "b-tag"), []string{"word:b-tag", "enter"}, Lifted{Code: "b-tag"}},
		"code keeps the remarks":   {blocked(true, "a-tag"), []string{"tab", "word:why", "shift+tab", "word:a-tag", "enter"}, Lifted{Code: "a-tag", Reason: "why"}},
		"closed: enter closes":     {closed, []string{"enter"}, Cancelled{}},
		"closed: no word":          {closed, []string{"word:prod", "enter"}, Cancelled{}},
		"closed: esc":              {closed, []string{"esc"}, Cancelled{}},
		"unliftable: esc":          {blocked(false, "target-partial"), []string{"esc"}, Cancelled{}},
		"a mix cannot be lifted":   {mixed(), []string{"word:a-tag", "enter"}, Cancelled{}},
		"nothing but cancel works": {blocked(false, "x"), []string{"tab", "word:xyz"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := NewConfirm(uitest.Theme(), tt.preview)
			c.SetSize(80, 20)
			if diff := cmp.Diff(tt.want, send(c, tt.keys...)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

func mixed() Preview {
	p := blocked(true, "a-tag")
	p.Blockers = append(p.Blockers, model.Remark{Code: "target-partial"})
	return p
}

func TestConfirmSaysTheWordAfterAWrongOne(t *testing.T) {
	c := NewConfirm(uitest.Theme(), ready())
	c.SetSize(80, 12)
	send(c, "word:dev", "enter")
	if view := c.View(); !strings.Contains(view, "the word is prod") {
		t.Errorf("the dialog does not say the word:\n%s", view)
	}
	send(c, "backspace")
	if view := c.View(); strings.Contains(view, "the word is prod") {
		t.Errorf("the remark stays while typing goes on:\n%s", view)
	}
}

func TestConfirmKeepsTheWordInSightWhileAllLinesScroll(t *testing.T) {
	p := ready()
	p.Lines = nil
	for i := range 60 {
		p.Lines = append(p.Lines, effect("containai", "tag"+string(rune('a'+i%26))+string(rune('a'+i/26))))
	}
	p.Lines = append(p.Lines, present.PlanLine{Kind: present.PlanCount, Text: "60 tags move"})
	c := NewConfirm(uitest.Theme(), p)
	c.SetSize(78, 21)
	seen := ""
	for range 60 {
		view := c.View()
		if n := strings.Count(view, "\n") + 1; n != 21 {
			t.Fatalf("view has %d lines, want 21:\n%s", n, view)
		}
		for _, want := range []string{"Type prod to move 1 tag in 1 package:", "60 tags move", "LIVE ghcr.io/novotnyllc"} {
			if !strings.Contains(view, want) {
				t.Fatalf("%q is out of sight:\n%s", want, view)
			}
		}
		seen += view
		send(c, "down")
	}
	for _, l := range p.Lines[:60] {
		if !strings.Contains(seen, "containai "+l.Tag+" ") {
			t.Errorf("effect on %s cannot be reached", l.Tag)
		}
	}
}
