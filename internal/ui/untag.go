package ui

import (
	"context"
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
)

// untagging takes one tag off its version.
type untagging struct{ pkg, tag string }

func (i untagging) plan(ctx context.Context, service Service, t terms) (model.Plan, error) {
	return service.PlanUntag(ctx, model.UntagRequest{
		Package: i.pkg, Tag: i.tag,
		Actor: t.actor, Reason: t.reason, Incident: t.incident, Overrides: t.overrides,
	})
}

func (i untagging) words() words {
	pkg, tag := model.Sanitize(i.pkg), model.Sanitize(i.tag)
	return words{
		act: "UNTAG", subject: pkg + ":" + tag,
		reading: fmt.Sprintf("Reading %s:%s from the registry, and listing all versions of %s.", pkg, tag, pkg),
		nothing: "there is no tag " + tag + " any more.",
	}
}
