package history

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestDetailsNameEveryPart(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	r := p.list.Current()
	uitest.Press(t, p, "enter")
	seen := map[model.Digest]bool{}
	for range p.lines {
		seen[p.target(r)] = true
		uitest.Press(t, p, "j")
	}
	for _, part := range r.Parts {
		if !seen[part.Digest] {
			t.Errorf("%s %s is not in the details", part.Role, part.Digest.Short())
		}
	}
	var all strings.Builder
	for _, l := range p.lines {
		all.WriteString(l.text + "\n")
	}
	for _, want := range []string{string(r.Digest), string(w.builds["v1.3.0"].fallback), "arch index arm64", "prod points here now"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("the details lack %q:\n%s", want, all.String())
		}
	}
	// What acts on the cursor acts on the part under it.
	for i, l := range p.lines {
		if l.digest == w.builds["v1.3.0"].arm64 {
			p.line = i
		}
	}
	if a, ok := uitest.Press(t, p, "t").(pane.Retag); !ok || a.Digest != w.builds["v1.3.0"].arm64 {
		t.Errorf("t on a part gave %#v", a)
	}
	if b, _ := keys.Find(p.Keys(), " "); b.Disabled == "" {
		t.Error("space marks from within the details")
	}
	uitest.Press(t, p, "esc")
	if p.inDetails || cursor(p) != r.Digest {
		t.Error("esc did not go back to the list")
	}
}

func TestStatesAreSentences(t *testing.T) {
	w := story(t)
	unread := survey(w, model.Snapshot{})
	unread.Inventory.Packages[0].Known = false
	failed := survey(w, model.Snapshot{})
	failed.Inventory.Packages[0].Known = false
	failed.Inventory.Packages[0].Err = &model.Error{Kind: model.ErrForbidden, Message: "this token may not read packages", Cure: "give it read:packages"}
	stale := survey(w, w.snapshot(true))
	stale.Inventory.Packages[0].Err = errors.New("no such host")
	gone := survey(w, model.Snapshot{})
	gone.Inventory.Packages = nil
	partial := survey(w, w.snapshot(true))
	partial.Inventory.Packages[0].Snapshot.Partial, partial.Inventory.Packages[0].Snapshot.Total = true, 4988
	tests := map[string]struct {
		survey model.Survey
		want   string
	}{
		"unread":  {unread, "Reading the versions of containai-claude."},
		"failed":  {failed, "this token may not read packages. Give it read:packages."},
		"gone":    {gone, "There is no package containai-claude in ghcr.io/novotnyllc."},
		"empty":   {survey(w, model.NewSnapshot(pkg, model.OriginAPI, now, nil)), "has no versions: the package versions of GitHub's API is empty"},
		"stale":   {stale, "as of 2026-07-01T12:00:00Z"},
		"partial": {partial, "the newest 60 of 4,988 versions"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := at(tt.survey, 118, 22)
			if got := strings.Join(strings.Fields(text(p)), " "); !strings.Contains(got, tt.want) {
				t.Errorf("nothing says %q in\n%s", tt.want, text(p))
			}
		})
	}
}

func TestEverythingFitsEverySize(t *testing.T) {
	const evil = "\x1b[2J\u202eabc\u200b\xff\nx"
	w := story(t)
	hostile := survey(w, w.snapshot(true))
	hostile.Releases[2].Name, hostile.Releases[2].Version = evil, evil
	for i := range hostile.Inventory.Packages[0].Snapshot.Versions {
		v := &hostile.Inventory.Packages[0].Snapshot.Versions[i]
		v.Tags = append(slices.Clone(v.Tags), evil)
	}
	empty := survey(w, model.NewSnapshot(pkg, model.OriginAPI, now, nil))
	for name, s := range map[string]model.Survey{"story": survey(w, w.snapshot(true)), "hostile": hostile, "empty": empty, "scale": scale(300)} {
		for width := 0; width < 210; width += 29 {
			for height := 0; height < 60; height += 9 {
				p := at(s, width, height)
				uitest.Fits(t, p.View(), width, height)
				if name != "empty" {
					uitest.Press(t, p, "enter", "j", "G")
					uitest.Fits(t, p.View(), width, height)
				}
				uitest.Press(t, p, "/", "a")
				uitest.Fits(t, p.View(), width, height)
			}
		}
		p := at(s, 120, 40)
		if strings.ContainsFunc(strings.ReplaceAll(text(p), "\n", ""), func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Errorf("%s: control characters on the screen", name)
		}
		if name == "empty" {
			continue
		}
		if got := uitest.Press(t, p, "y").(pane.Tell).Text; strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%s: %q holds control characters", name, got)
		}
	}
}

func TestASCIIAndKeys(t *testing.T) {
	w := story(t)
	p := New(uitest.ASCIITheme(), pkg)
	p.SetSize(160, 40)
	uitest.Bring(p, pane.Surveyed{Survey: survey(w, w.snapshot(true))})
	uitest.Press(t, p, "enter", "j", "esc", "/", "v")
	if i := strings.IndexFunc(text(p), func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
		t.Errorf("outside ASCII: %q", text(p)[i:i+8])
	}
	if c := keys.Conflicts(keys.Scope{Name: "history", Bindings: p.Keys()}); len(c) > 0 {
		t.Error(c)
	}
}
