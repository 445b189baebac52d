package ghcr_test

import (
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestScenTmp(t *testing.T) {
	for _, name := range []string{"scale:100000"} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, name)
			s := open(t, r.options(r.Tokens.Write))
			survey := refresh(t, s)
				t0 := time.Now()
				survey, err := s.Versions(t.Context(), survey.Inventory.Packages[0].Spec.Name)
				t.Log("versions", time.Since(t0), err, len(survey.Inventory.Packages[0].Snapshot.Versions), survey.Inventory.Packages[0].Snapshot.Partial)
				t0 = time.Now()
				refresh(t, s)
				t.Log("warm", time.Since(t0), r.mark(), len(survey.Inventory.Packages[0].Snapshot.Versions))
				t0 = time.Now()
				survey, err = s.Read(t.Context(), "containai", nil)
				t.Log("read", time.Since(t0))
				t0 = time.Now()
				d := survey.Inventory.Packages[0].Snapshot.Versions[77].Digest
				survey, err = s.Read(t.Context(), "containai", []model.Digest{d})
				t.Log("read", time.Since(t0))
		})
	}
}
