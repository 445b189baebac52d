package model_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestArtifactDigestsAreListedByAlgorithm(t *testing.T) {
	a := model.ArtifactDigests{Of: map[string]string{
		"sha512": strings.Repeat("b", 128),
		"sha256": strings.Repeat("a", 64),
		"sha384": strings.Repeat("A", 96), // not as digests are written
		"md5":    strings.Repeat("c", 32), // proves nothing
		"sha1":   strings.Repeat("d", 40),
	}}
	want := []model.Digest{
		model.Digest("sha256:" + strings.Repeat("a", 64)),
		model.Digest("sha512:" + strings.Repeat("b", 128)),
	}
	if diff := cmp.Diff(want, a.All()); diff != "" {
		t.Errorf("digests (-want +got):\n%s", diff)
	}
	if got := (model.ArtifactDigests{}).All(); got != nil {
		t.Errorf("without digests: %v", got)
	}
}
