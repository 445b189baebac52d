package present_test

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func TestPlanWord(t *testing.T) {
	move := func(pkg, tag string) model.Change {
		return model.Change{Kind: model.MoveTag, Package: pkg, Tag: tag}
	}
	gone := model.Change{Kind: model.DeleteVersion, Package: "containai", VersionID: 1}
	back := model.Change{Kind: model.RestoreVersion, Package: "containai", VersionID: 1}
	rollback := model.Aim{Act: model.ActRollback, Channel: "prod"}
	tests := map[string]struct {
		plan model.Plan
		demo bool
		want string
	}{
		"channel":                    {plan: model.Plan{Changes: []model.Change{move("containai", "prod")}}, want: "prod"},
		"alias of a channel":         {plan: model.Plan{Changes: []model.Change{move("containai-installer", "latest")}}, want: "prod"},
		"not an alias in others":     {plan: model.Plan{Changes: []model.Change{move("containai", "latest")}}, want: "latest"},
		"version tag":                {plan: model.Plan{Changes: []model.Change{move("containai", "v1.3.0")}}, want: "v1.3.0"},
		"tag named after a channel":  {plan: model.Plan{Changes: []model.Change{move("containai", "dev-0123456")}}, want: "dev-0123456"},
		"several, one of a channel":  {plan: model.Plan{Changes: []model.Change{move("containai", "v1.4.0"), move("containai", "dev")}}, want: "dev"},
		"of two channels the first":  {plan: model.Plan{Changes: []model.Change{move("containai", "dev"), move("containai", "prod")}}, want: "prod"},
		"aim at a channel":           {plan: model.Plan{Aim: rollback, Changes: []model.Change{move("containai", "v1.4.0")}}, want: "prod"},
		"left out":                   {plan: model.Plan{Aim: rollback, Changes: []model.Change{move("containai", "prod")}, Unmoved: []model.Unmoved{{Package: "x", Excluded: true}}}, want: "prod partial"},
		"stays by itself":            {plan: model.Plan{Aim: rollback, Changes: []model.Change{move("containai", "prod")}, Unmoved: []model.Unmoved{{Package: "x"}}}, want: "prod"},
		"deletions":                  {plan: model.Plan{Changes: []model.Change{gone, gone, move("containai", "prod")}}, want: "2"},
		"restores":                   {plan: model.Plan{Changes: []model.Change{back, back, back, move("containai", "v1.0.0")}}, want: "3"},
		"restores a channel's":       {plan: model.Plan{Changes: []model.Change{back, move("containai", "prod")}}, want: "prod"},
		"nothing":                    {plan: model.Plan{Aim: rollback}, want: ""},
		"demo":                       {plan: model.Plan{Aim: rollback, Changes: []model.Change{move("containai", "prod")}}, demo: true, want: "demo"},
		"demo, whatever the tag may": {plan: model.Plan{Changes: []model.Change{move("containai", "v1.3.0")}}, demo: true, want: "demo"},
		"demo of a deletion":         {plan: model.Plan{Changes: []model.Change{gone}}, demo: true, want: "demo"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := present.PlanWord(tt.plan, model.ContainAI(), tt.demo); got != tt.want {
				t.Errorf("the word is %q, want %q", got, tt.want)
			}
		})
	}
}
