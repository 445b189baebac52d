package ui

import (
	"context"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// deletion deletes versions, and with parts what belongs to them.
type deletion struct {
	versions  []model.VersionRef
	withParts bool
}

func (i deletion) plan(ctx context.Context, service Service, t terms) (model.Plan, error) {
	return service.PlanDelete(ctx, model.DeleteRequest{
		Versions: i.versions, WithParts: i.withParts,
		Actor: t.actor, Reason: t.reason, Incident: t.incident, Overrides: t.overrides,
	})
}

func (i deletion) words() words {
	packages := make(map[string]bool)
	for _, v := range i.versions {
		packages[v.Package] = true
	}
	where := present.Many(len(packages), "package")
	if len(packages) == 1 {
		where = model.Sanitize(i.versions[0].Package)
	}
	return words{
		act: "DELETE", subject: present.Many(len(i.versions), "marked version") + " of " + where,
		reading: "Listing all versions of " + where + ", and reading what may need what is marked. Each manifest is read once ever; GitHub counts it as a download.",
		nothing: "none of the marked versions is there any more.",
	}
}
