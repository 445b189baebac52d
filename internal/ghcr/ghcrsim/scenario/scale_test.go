package scenario

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestScaleHoldsWhatItPromises(t *testing.T) {
	for _, n := range []int{1, 2, 3, 11, 12, 22, 300, 1000} {
		w := load(t, fmt.Sprint("scale:", n))
		for _, p := range w.Packages() {
			if p.VersionCount != n {
				t.Errorf("scale:%d: %s has %d versions", n, p.Name, p.VersionCount)
			}
		}
		if len(w.Packages()) != 10 {
			t.Errorf("scale:%d: %d packages", n, len(w.Packages()))
		}
		checkWhole(t, w)
	}
}

func TestScaleTagsAgreeWithVersions(t *testing.T) {
	w := load(t, "scale:1000")
	for _, name := range names(w) {
		versions, _ := w.Versions(name, false, 0, 0)
		listed := map[string]model.Digest{}
		for _, v := range versions {
			for _, tag := range v.Tags {
				listed[tag] = v.Digest
			}
			if got, _ := w.VersionByID(name, v.ID); got.Digest != v.Digest {
				t.Errorf("%s: version %d is found as %s", name, v.ID, got.Digest)
			}
		}
		tags := w.TagNames(name)
		if len(tags) != len(listed) {
			t.Errorf("%s: %d tags named, %d listed with versions", name, len(tags), len(listed))
		}
		unread := fresh(t, "scale:1000") // resolves before anything was walked
		for i, tag := range tags {
			if d, ok := w.Resolve(name, tag); !ok || d != listed[tag] {
				t.Errorf("%s: %s is %s, listed with %s", name, tag, d, listed[tag])
			}
			if i%97 == 0 {
				if d, ok := unread.Resolve(name, tag); !ok || d != listed[tag] {
					t.Errorf("%s: %s is %s before a walk, listed with %s", name, tag, d, listed[tag])
				}
			}
		}
	}
}

func TestScaleChannelsAreCoherent(t *testing.T) {
	for _, n := range []int{300, 1000} {
		w := load(t, fmt.Sprint("scale:", n))
		for _, channel := range []string{"prod", "nightly", "dev"} {
			doc := channelDoc(t, w, resolve(t, w, "containai-metadata", channel))
			if doc.Channel != channel || len(doc.Images) != 7 {
				t.Errorf("scale:%d: document of %s says %s, %d images", n, channel, doc.Channel, len(doc.Images))
			}
			for name, d := range doc.Images {
				if d != resolve(t, w, name, channel) || d != resolve(t, w, name, doc.ImmutableTag) {
					t.Errorf("scale:%d: %s of %s is not what metadata names", n, channel, name)
				}
			}
			if doc.Payload != resolve(t, w, "containai-payload", doc.PayloadTag()) {
				t.Errorf("scale:%d: payload of %s", n, channel)
			}
		}
		if resolve(t, w, "containai-installer", "latest") != resolve(t, w, "containai-installer", "prod") {
			t.Errorf("scale:%d: the installer's latest is not prod", n)
		}
	}
}

func TestScaleTakesWrites(t *testing.T) {
	w := fresh(t, "scale:1000")
	old := resolve(t, w, "containai", "prod")
	versions, _ := w.Versions("containai", false, 0, 0)
	for _, v := range versions {
		if slices.Contains(v.Tags, "nightly") {
			if err := w.SetTag("containai", "prod", v.Digest, w.Now()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if d := resolve(t, w, "containai", "prod"); d == old || d != resolve(t, w, "containai", "nightly") {
		t.Errorf("prod is %s", d)
	}
	if err := Push(w, "dev", ""); err != nil {
		t.Fatal(err)
	}
	newest, total := w.Versions("containai", false, 0, 1)
	if total != 1011 || newest[0].Digest != resolve(t, w, "containai", "dev") {
		t.Errorf("after a push: %d versions, newest %+v", total, newest)
	}
	checkWhole(t, w)
}

func TestCommitsOfTheScaleLeadBack(t *testing.T) {
	p := newScalePlan(100_000, 7)
	for _, k := range []int{0, 1, 2, 9090, 49_999, maxScale - 1} {
		if got, ok := p.buildOf(p.commit(k)); !ok || got != k {
			t.Errorf("the commit of build %d leads to %d, %v", k, got, ok)
		}
	}
	if _, ok := p.buildOf(commit("b81e6f4")); ok {
		t.Error("a foreign commit leads to a build")
	}
}

func TestScaleIsReadSideBySide(t *testing.T) {
	w := fresh(t, "scale:300")
	want := load(t, "scale:300")
	var wg sync.WaitGroup
	for _, name := range names(w) {
		for g := range 4 {
			wg.Go(func() {
				for at := g; at < 300; at += 7 {
					page, _ := w.Versions(name, false, at, 20)
					for _, v := range page {
						raw, _, ok := w.Manifest(name, v.Digest)
						if !ok || model.DigestOf(raw) != v.Digest {
							t.Errorf("%s@%s is not there", name, v.Digest)
						}
					}
				}
			})
		}
	}
	wg.Wait()
	for _, name := range names(w) {
		x, _ := w.Versions(name, false, 0, 0)
		y, _ := want.Versions(name, false, 0, 0)
		if diff := cmp.Diff(y, x); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
