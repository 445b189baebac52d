package present_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// What is over, what is open, and what was not fetched are told apart in words,
// and nothing of a root or an address reaches the terminal as it is.
func TestRootsTables(t *testing.T) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	day := func(y int) time.Time { return time.Date(y, 3, 7, 0, 0, 0, 0, time.UTC) }
	trust := model.Trust{
		Roots: []model.TrustRoot{{Digest: model.DigestOf([]byte("r")), Instance: model.InstancePublicGood, Who: []string{"sigstore.dev\x1b[2J"}, Origin: "built in", At: day(2026),
			Parts: []model.TrustPart{{Kind: model.TrustAuthority, Name: "CN=old", From: day(2021), Until: day(2022)}, {Kind: model.TrustCTLog, Name: "https://ct", From: day(2022)},
				{Kind: model.TrustTimestamp, Name: "CN=tsa", From: day(2025), Until: day(2035)}}}},
		Repositories: []model.TrustRepository{{Name: "github", URL: "https://tuf.example"},
			{Name: "acme", URL: "https://acme", Root: model.DigestOf([]byte("a")), At: now, Expires: day(2027), Outcome: model.TrustRefused,
				Err: &model.Error{Kind: model.ErrMalformed, Message: "it has expired", Cure: "look at the clock"}}},
		Unusable: []model.TrustUnusable{{Source: "file\x07", Err: errors.New("gone")}},
	}
	got := present.RootsTable(trust).Text(0) + present.RootPartsTable(trust, now).Text(0) + present.TrustRepositoriesTable(trust).Text(0) +
		strings.Join(present.RootTroubles(trust), "\n")
	for _, want := range []string{"public-good", "built in", "2026-03-07", "– 2022-03-07", "✓ open", "✓ 2035-03-07", "certificate authority", "ct log",
		"– never fetched", "· not asked", "✗ refused", "2026-11-27T12:00:00Z", "NOT REFRESHED acme: it has expired; look at the clock", "CANNOT BE USED"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.ContainsAny(got, "\x1b\x07") {
		t.Errorf("control characters in %q", got)
	}
	if empty := present.RootsTable(model.Trust{}).Text(0); !strings.Contains(empty, "no certificate can be verified") {
		t.Error(empty)
	}
}
