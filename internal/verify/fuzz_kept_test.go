package verify_test

import (
	"errors"
	"os"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// FuzzKept reads anything as the file of a refreshed root. What is taken has the
// digest that it says, and came from where the source is.
func FuzzKept(f *testing.F) {
	from := sourceOf(f, newTUF(f, "good", instance(simca.PublicGood).TrustedRoot(), far))
	if _, err := verify.Refresh(f.Context(), from); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(from.KeptFile())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"schema":"caitui.refreshed-root/v1","root":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		here := from
		here.Cache = t.TempDir()
		if err := os.WriteFile(here.KeptFile(), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := verify.Kept(here)
		if err != nil {
			if !errors.Is(err, model.ErrInvalid) || len(got.Roots.All()) > 0 {
				t.Fatalf("%v", err)
			}
			return
		}
		if list := got.Roots.All(); len(list) != 1 || list[0].Digest != got.Repository.Root || got.Repository.URL != here.URL {
			t.Fatalf("%+v", got.Repository)
		}
	})
}
