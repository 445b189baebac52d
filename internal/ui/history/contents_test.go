package history

import (
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// told is the text of the details.
func told(p *Pane) string {
	var b strings.Builder
	for _, l := range p.lines {
		b.WriteString(strings.Repeat(" ", l.depth) + strings.TrimSpace(l.label+" "+l.text) + "\n")
	}
	return b.String()
}

func TestOwnSize(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 200, 60)
	if !strings.Contains(told(p), "own 1.3 GB, 800 MB shared\namong 6 builds read\n") {
		t.Errorf("sizes are told as\n%s", told(p))
	}
	half := w.snapshot(true)
	lost := w.manifests[w.builds["v1.2.0"].index].Manifests[0].Digest
	kept := map[model.Digest]*model.Manifest{}
	for d, m := range w.manifests {
		if d != lost {
			kept[d] = m
		}
	}
	half.Manifests = kept
	p = at(survey(w, half), 200, 60)
	if !strings.Contains(told(p), "among 5 of 6 builds read\n") {
		t.Errorf("sizes are told as\n%s", told(p))
	}
	if p = at(survey(w, w.snapshot(false)), 200, 60); strings.Contains(told(p), "shared") {
		t.Errorf("sizes of what nobody read:\n%s", told(p))
	}
}

// Down to the layers every digest is there, opens, and is taken for what it
// is: only versions can be tagged.
func TestDetailsGoDownToTheLayers(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 160, 45)
	r := p.list.Current()
	uitest.Press(t, p, "enter")
	before := len(p.lines)
	if a := uitest.Press(t, p, "z"); a != nil {
		t.Errorf("everything is read, and yet z asks %#v", a)
	}
	want := map[model.Digest]bool{} // digest → whether it is content
	for _, part := range r.Parts {
		m := w.manifests[part.Digest]
		for _, d := range m.Manifests {
			want[d.Digest] = false
		}
		for _, d := range append(m.Layers, *or(m.Config)) {
			if d.Digest != "" {
				want[d.Digest] = true
			}
		}
	}
	uitest.Press(t, p, "g")
	for range p.lines {
		l := p.lines[p.line]
		if blob, known := want[l.digest]; known {
			if blob != l.blob {
				t.Errorf("%q is taken for content: %t", l.text, l.blob)
			}
			if a := uitest.Press(t, p, "enter"); a != (pane.ShowRaw{Package: pkg, Digest: l.digest}) {
				t.Errorf("enter on %q: %#v", l.text, a)
			}
			for _, key := range []string{"t", "a", "y", "o"} {
				if b, _ := keys.Find(p.Keys(), key); (b.Disabled != "") != blob {
					t.Errorf("%s on %q: disabled %q", key, l.text, b.Disabled)
				}
			}
			delete(want, l.digest)
		}
		uitest.Press(t, p, "j")
	}
	if len(want) > 0 {
		t.Errorf("%d digests are not in the details:\n%s", len(want), told(p))
	}
	for _, size := range [][2]int{{80, 22}, {120, 38}, {200, 58}, {60, 14}} {
		p.SetSize(size[0], size[1])
		uitest.Press(t, p, "G")
		uitest.Fits(t, p.View(), size[0], size[1])
	}
	uitest.Press(t, p, "z")
	p.SetSize(160, 45)
	if len(p.lines) != before {
		t.Errorf("folded again: %d lines, were %d", len(p.lines), before)
	}
}

func or(d *model.Descriptor) *model.Descriptor {
	if d == nil {
		return &model.Descriptor{}
	}
	return d
}

// What is not known is read when somebody asks for it, and not before.
func TestLayersAreReadOnRequest(t *testing.T) {
	w := story(t)
	top := w.builds["v1.3.0"].index
	known := map[model.Digest]*model.Manifest{top: w.manifests[top]}
	for _, d := range w.manifests[top].Platforms() {
		known[d.Digest] = w.manifests[d.Digest]
	}
	p := at(survey(w, w.snapshot(false).WithManifests(known)), 160, 45)
	uitest.Press(t, p, "enter")
	a, ok := uitest.Press(t, p, "z").(pane.ReadManifests)
	if !ok || a.Package != pkg || len(a.Digests) == 0 {
		t.Fatalf("z asks %#v", a)
	}
	for _, d := range a.Digests {
		if known[d] != nil {
			t.Errorf("%s is known and asked for", d.Short())
		}
	}
	for _, part := range p.list.Current().Parts {
		if known[part.Digest] == nil && !slices.Contains(a.Digests, part.Digest) {
			t.Errorf("%s %s is not asked for", part.Role, part.Digest.Short())
		}
	}
	if !strings.Contains(told(p), "not read") {
		t.Errorf("nothing says that it is not read:\n%s", told(p))
	}
	uitest.Press(t, p, "z")
	if a := uitest.Press(t, p, "z"); a != nil {
		t.Errorf("asked again: %#v", a)
	}
}

// A platform that several builds list is folded under the newest and named
// with all of them.
func TestPartsOfSeveralBuilds(t *testing.T) {
	w := story(t)
	twin := w.manifests[w.builds["v1.2.0"].index]
	var list []any
	for _, d := range twin.Manifests {
		list = append(list, d)
	}
	w.put(day(43), map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": list, "annotations": map[string]string{"again": "1"}}, "v1.2.1")
	p := at(survey(w, w.snapshot(true)), 160, 45)
	p.GoTo(w.builds["v1.2.0"].index)
	uitest.Press(t, p, "enter")
	if !strings.Contains(told(p), "platform arm64, folded under another build\n"+string(w.builds["v1.2.0"].arm64)[:40]) {
		t.Errorf("the older build lacks its platforms:\n%s", told(p))
	}
}

// Unfolded, a bundle says what it speaks of, and a platform its index and what
// speaks of that.
func TestRelationsOfAPart(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 160, 45)
	b := w.builds["v1.3.0"]
	uitest.Press(t, p, "z")
	bundle := w.manifests[b.fallback].Manifests[0].Digest
	for d, want := range map[model.Digest]string{
		bundle:     "speaks of\nsha-" + commit("b81e6f4")[:7],
		b.fallback: "speaks of\nsha-" + commit("b81e6f4")[:7],
		b.arm64:    "needed by\n",
	} {
		p.GoTo(d)
		if cursor(p) != d || !strings.Contains(told(p), want) {
			t.Errorf("%s lacks %q:\n%s", d.Short(), want, told(p))
		}
	}
	p.GoTo(b.arm64)
	uitest.Press(t, p, "enter", "z")
	if !strings.Contains(told(p), "made of\n config  9.0 kB") || !strings.Contains(told(p), "layer 2  650 MB") {
		t.Errorf("the platform is made of\n%s", told(p))
	}
}
