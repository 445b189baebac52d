package ghcr_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestRaw(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	d := resolve(t, s, "containai-metadata:prod")
	got, err := s.Raw(t.Context(), "containai-metadata", d)
	want, mediaType, _ := r.World().Manifest("containai-metadata", d)
	if err != nil || !got.Manifest || got.MediaType != mediaType || !bytes.Equal(got.Body, want) || got.Digest != d || got.Package != "containai-metadata" {
		t.Fatalf("the manifest: %+v, %v", got, err)
	}
	since := r.mark()
	if _, err := s.Raw(t.Context(), "containai-metadata", d); err != nil || len(r.since(since)) != 0 {
		t.Errorf("read again: %v, %v", err, r.since(since))
	}
	m, err := model.ParseManifest(want, mediaType)
	if err != nil {
		t.Fatal(err)
	}
	layer, err := s.Raw(t.Context(), "containai-metadata", m.Layers[0].Digest)
	if err != nil || layer.Manifest || model.DigestOf(layer.Body) != m.Layers[0].Digest {
		t.Errorf("the layer: %+v, %v", layer, err)
	}
	if _, err := s.Raw(t.Context(), "containai-metadata", model.DigestOf([]byte("never"))); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("what is not there: %v", err)
	}
	for name, d := range map[string]model.Digest{"../x": d, "containai-metadata": "sha256:x"} {
		if _, err := s.Raw(t.Context(), name, d); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%s@%s: %v", name, d, err)
		}
	}
}

func TestRawOfOddContent(t *testing.T) {
	f, s := plainRegistry(t)
	large := f.Blob("tool", []byte(strings.Repeat("x", 5<<20)))
	if _, err := s.Raw(t.Context(), "tool", large.Digest); !errors.Is(err, model.ErrTooLarge) || model.CureOf(err) == "" {
		t.Errorf("a large layer: %v", err)
	}
	// A manifest that nobody can make sense of is shown all the same.
	odd := f.Manifest("tool", "odd", model.MediaOCIManifest, map[string]any{"schemaVersion": 2})
	got, err := s.Raw(t.Context(), "tool", odd.Digest)
	if err != nil || !got.Manifest || model.DigestOf(got.Body) != odd.Digest {
		t.Errorf("an odd manifest: %+v, %v", got, err)
	}
}
