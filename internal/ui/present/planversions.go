package present

import (
	"cmp"
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
)

// aboutVersions reports whether a plan deletes or restores versions.
func aboutVersions(p model.Plan) bool {
	return slices.ContainsFunc(p.Changes, func(c model.Change) bool {
		return c.Kind == model.DeleteVersion || c.Kind == model.RestoreVersion
	})
}

// grouped are the effects of a plan as people look through them: as they stand,
// but what is deleted by package and by what it is.
func grouped(p model.Plan, s model.Survey) []model.Effect {
	if !aboutVersions(p) {
		return p.Effects
	}
	order := make(map[string]int)
	for _, e := range p.Effects {
		if _, seen := order[e.Package]; !seen {
			order[e.Package] = len(order)
		}
	}
	place := func(e model.Effect) (group, pkg, kind int) {
		if e.Kind != model.EffectDeleted {
			return 0, 0, 0
		}
		return 1, order[e.Package], slices.Index(kindOrder[:], kindOf(s, e))
	}
	out := slices.Clone(p.Effects)
	slices.SortStableFunc(out, func(a, b model.Effect) int {
		aGroup, aPackage, aKind := place(a)
		bGroup, bPackage, bKind := place(b)
		return cmp.Or(cmp.Compare(aGroup, bGroup), cmp.Compare(aPackage, bPackage), cmp.Compare(aKind, bKind))
	})
	return out
}

// kindOrder is the order in which deleted versions are told: what people know
// first.
var kindOrder = [...]model.VersionKind{model.VersionIndex, model.VersionArtifact, model.VersionImage,
	model.VersionAttestation, model.VersionReferrers, model.VersionUnknown}

func kindOf(s model.Survey, e model.Effect) model.VersionKind {
	p, ok := s.Inventory.Package(e.Package)
	if !ok {
		return model.VersionUnknown
	}
	return p.Snapshot.Kind(s.Inventory.Layout, e.Before)
}

// kindWords says what a deleted version is, "" where that is not known.
func kindWords(s model.Survey, e model.Effect) string {
	switch kind := kindOf(s, e); kind {
	case model.VersionUnknown:
		return ""
	case model.VersionReferrers:
		return "list of attestations "
	default:
		return string(kind) + " "
	}
}
