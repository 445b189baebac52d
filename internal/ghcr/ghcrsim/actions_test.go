package ghcrsim

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

const (
	actionsPath = "/repos/novotnyllc/ContainAI/actions"
	workflow    = actionsPath + "/workflows/build-runtime-images.yml"
)

func TestDispatchRefusals(t *testing.T) {
	s := owned(t)
	tok := s.info.Tokens
	s.World().AddWorkflow(world.Workflow{Name: "Tests", Path: ".github/workflows/tests.yml"})
	many := make([]string, 26)
	for i := range many {
		many[i] = fmt.Sprintf(`"i%d":"x"`, i)
	}
	const good = `{"ref":"main"}`
	for _, c := range []struct {
		path, auth, body string
		status           int
		message          string
	}{
		{workflow, "", good, 401, "Requires authentication"},
		{workflow, bearer(tok.Read), good, 403, "Must have admin rights to Repository."},
		{workflow, bearer(tok.NoScope), good, 403, "Must have admin rights to Repository."},
		{workflow, bearer(tok.FineGrained), good, 403, "Resource not accessible by personal access token"},
		{actionsPath + "/workflows/nope.yml", bearer(tok.Write), good, 404, "Not Found"},
		{actionsPath + "/workflows/tests.yml", bearer(tok.Write), good, 422, "Workflow does not have 'workflow_dispatch' trigger"},
		{workflow, bearer(tok.Write), `{}`, 422, "Invalid request.\n\n\"ref\" wasn't supplied."},
		{workflow, bearer(tok.Write), `{"ref":"nope"}`, 422, "No ref found for: nope"},
		{workflow, bearer(tok.Write), `{"ref":"main","inputs":{"foo":"1"}}`, 422, `Unexpected inputs provided: ["foo"]`},
		{workflow, bearer(tok.Write), `{"ref":"main","inputs":{"z":"1","a":"1"}}`, 422, `Unexpected inputs provided: ["a","z"]`},
		{workflow, bearer(tok.Write), `{"ref":"main","inputs":{"channel":"stage"}}`, 422,
			"Provided value 'stage' for input 'channel' not in the list of allowed values"},
		{workflow, bearer(tok.Write), `{"ref":"main","inputs":{` + strings.Join(many, ",") + `}}`, 422,
			"Invalid request.\n\nNo more than 25 properties are allowed; 26 were supplied."},
		{workflow, bearer(tok.Write), `{`, 400, "Problems parsing JSON"},
	} {
		s.refused(s.api("POST", c.path+"/dispatches", c.auth, c.body), c.status, c.message)
	}
	if n := len(s.World().Runs()); n != 0 {
		t.Errorf("%d runs were started", n)
	}
}

// run reads one run by number.
func (s *sim) run(id int64) runJSON {
	s.Helper()
	return decode[runJSON](s.T, s.want(s.api("GET", fmt.Sprintf("%s/runs/%d", actionsPath, id), "", ""), 200, "").body)
}

// conclusion of a run, "" while there is none.
func (r runJSON) ended() string {
	if r.Conclusion == nil {
		return ""
	}
	return *r.Conclusion
}

func TestDispatchedRun(t *testing.T) {
	s := start(t, "containai")
	auth := bearer(s.info.Tokens.Write)
	before, _ := s.World().Resolve("containai", "prod")
	a := s.want(s.api("POST", workflow+"/dispatches", auth,
		`{"ref":"refs/heads/main","inputs":{"channel":"prod","version":"v1.4.0"},"return_run_details":true}`), 200, "")
	got := decode[struct {
		ID   int64  `json:"workflow_run_id"`
		Run  string `json:"run_url"`
		HTML string `json:"html_url"`
	}](t, a.body)
	if !strings.HasSuffix(got.Run, fmt.Sprintf("/runs/%d", got.ID)) || !strings.HasPrefix(got.HTML, "https://github.com/novotnyllc/ContainAI/") {
		t.Errorf("the run is %+v", got)
	}
	jobs := func() (queued, running, completed int) {
		t.Helper()
		a := s.want(s.api("GET", fmt.Sprintf("%s/runs/%d/jobs?per_page=100", actionsPath, got.ID), auth, ""), 200, "")
		for _, j := range decode[struct{ Jobs []jobJSON }](t, a.body).Jobs {
			switch {
			case j.Status == statusQueued && j.StartedAt == nil:
				queued++
			case j.Status == statusRunning && j.StartedAt != nil && j.CompletedAt == nil:
				running++
			case j.Status == statusCompleted && j.CompletedAt != nil && j.Conclusion != nil:
				completed++
			default:
				t.Errorf("job %+v", j)
			}
		}
		return queued, running, completed
	}
	if r := s.run(got.ID); r.Status != statusQueued || r.Event != "workflow_dispatch" || r.Actor.Login != "bob" ||
		r.HeadBranch != "main" || r.Path != ".github/workflows/build-runtime-images.yml" {
		t.Errorf("the new run is %+v", r)
	}
	s.sim("clock", `{"advance":"10s"}`)
	s.sim("clock", `{"advance":"20m"}`)
	if r := s.run(got.ID); r.Status != statusRunning || r.ended() != "" {
		t.Errorf("in between it is %s %s", r.Status, r.ended())
	}
	if queued, running, completed := jobs(); queued == 0 || running == 0 || completed == 0 {
		t.Errorf("in between jobs are %d queued, %d running, %d completed", queued, running, completed)
	}
	if d, _ := s.World().Resolve("containai", "prod"); d != before {
		t.Error("prod moves before the run ends")
	}
	s.sim("clock", `{"advance":"24h"}`)
	if r := s.run(got.ID); r.Status != statusCompleted || r.ended() != "success" || r.UpdatedAt != "2026-07-01T12:40:10Z" {
		t.Errorf("at the end it is %s %s at %s", r.Status, r.ended(), r.UpdatedAt)
	}
	if queued, running, _ := jobs(); queued+running != 0 {
		t.Errorf("at the end %d jobs wait and %d run", queued, running)
	}
	prod, _ := s.World().Resolve("containai", "prod")
	tagged, _ := s.World().Resolve("containai", "v1.4.0")
	if prod == before || prod != tagged {
		t.Error("the run has not published v1.4.0 into prod")
	}
	if v, _ := s.World().VersionByDigest("containai", prod); !v.Created.Equal(time.Date(2026, 7, 1, 12, 40, 10, 0, time.UTC)) {
		t.Errorf("it was published at %s", v.Created)
	}
}

func TestDispatchForms(t *testing.T) {
	s := start(t, "containai")
	auth := bearer(s.info.Tokens.Actions)
	const body = `{"ref":"main","inputs":{"channel":"dev"},"return_run_details":true}`
	s.want(s.api("POST", workflow+"/dispatches", auth, `{"ref":"main"}`), 204, "")
	s.set(swDispatchDetails, "ignored")
	if a := s.want(s.api("POST", workflow+"/dispatches", auth, body), 204, ""); a.body != "" {
		t.Errorf("204 with %q", a.body)
	}
	s.set(swRunConclusion, "failure", swRunQueue, "0s", swRunTime, "1m", swDispatchDetails, "supported")
	dev, _ := s.World().Resolve("containai", "dev")
	id := decode[struct {
		ID int64 `json:"workflow_run_id"`
	}](t, s.want(s.api("POST", workflow+"/dispatches", auth, body), 200, "").body).ID
	if r := s.run(id); r.Status != statusRunning {
		t.Errorf("without a queue it is %s", r.Status)
	}
	s.sim("clock", `{"advance":"2m"}`)
	if d, _ := s.World().Resolve("containai", "dev"); d != dev || s.run(id).ended() != "failure" {
		t.Error("a failing run publishes, or does not fail")
	}
	a := s.api("GET", fmt.Sprintf("%s/runs/%d/jobs?per_page=100", actionsPath, id), "", "")
	for _, part := range []string{`"conclusion":"failure"`, `"conclusion":"skipped"`, `"conclusion":"success"`} {
		if !strings.Contains(a.body, part) {
			t.Errorf("no job ends with %s", part)
		}
	}
}

func TestRunFilters(t *testing.T) {
	s := start(t, "containai")
	type list struct {
		Total int       `json:"total_count"`
		Runs  []runJSON `json:"workflow_runs"`
	}
	all := s.World().Runs()
	for _, c := range []struct {
		query string
		keep  func(r world.Run) bool
	}{
		{"", func(world.Run) bool { return true }},
		{"event=workflow_dispatch", func(r world.Run) bool { return r.Event == "workflow_dispatch" }},
		{"status=failure", func(r world.Run) bool { return r.Conclusion == "failure" }},
		{"status=completed&branch=main", func(r world.Run) bool { return r.Status == "completed" }},
		{"head_sha=" + all[0].SHA, func(r world.Run) bool { return r.SHA == all[0].SHA }},
		{"actor=" + all[0].Actor, func(r world.Run) bool { return r.Actor == all[0].Actor }},
		{"branch=nope", func(world.Run) bool { return false }},
		{"created=%3E%3D2026-06-24", func(r world.Run) bool { return r.Created.Format(time.DateOnly) >= "2026-06-24" }},
		{"created=%3C2026-06-24", func(r world.Run) bool { return r.Created.Format(time.DateOnly) < "2026-06-24" }},
		{"created=2026-06-24", func(r world.Run) bool { return r.Created.Format(time.DateOnly) == "2026-06-24" }},
		{"created=2026-06-01..2026-06-24", func(r world.Run) bool {
			day := r.Created.Format(time.DateOnly)
			return day >= "2026-06-01" && day <= "2026-06-24"
		}},
	} {
		var want []int64
		for _, r := range all {
			if c.keep(r) {
				want = append(want, r.ID)
			}
		}
		for _, path := range []string{actionsPath, workflow} {
			got := decode[list](t, s.want(s.api("GET", path+"/runs?per_page=100&"+c.query, bearer(s.info.Tokens.Read), ""), 200, "").body)
			var ids []int64
			for _, r := range got.Runs {
				ids = append(ids, r.ID)
			}
			if fmt.Sprint(ids) != fmt.Sprint(want) || got.Total != len(want) {
				t.Errorf("%s: %d runs, want %d", c.query, got.Total, len(want))
			}
		}
	}
	s.refused(s.api("GET", actionsPath+"/runs?created=soon", "", ""), 422, "Invalid created filter")
	s.refused(s.api("GET", actionsPath+"/runs/1", "", ""), 404, "Not Found")
	s.refused(s.api("GET", "/repos/novotnyllc/nope/actions/runs", "", ""), 404, "Not Found")
	s.want(s.api("GET", actionsPath+"/workflows", "", ""), 200, `"name":"Build and Publish Images"`)
	s.want(s.api("GET", workflow, "", ""), 200, `"state":"active"`)
}

func TestWorkflowPermissions(t *testing.T) {
	s := owned(t)
	const path = actionsPath + "/permissions/workflow"
	auth := bearer(s.info.Tokens.Admin)
	s.refused(s.api("GET", path, bearer(s.info.Tokens.Write), ""), 403, "Must have admin rights to Repository.")
	s.refused(s.api("GET", path, bearer(s.info.Tokens.Actions), ""), 403, "Resource not accessible by integration")
	s.want(s.api("GET", path, auth, ""), 200, `"default_workflow_permissions":"read"`)
	s.want(s.api("PUT", path, auth, `{"default_workflow_permissions":"write"}`), 204, "")
	s.want(s.api("GET", path, auth, ""), 200, `"default_workflow_permissions":"write"`)
	s.refused(s.api("PUT", path, auth, `{"default_workflow_permissions":"odd"}`), 422, "Invalid request.")
}

func FuzzParseCreated(f *testing.F) {
	for _, text := range []string{"", ">=2026-01-01", "2026-01-01..*", "*..2026-01-01T00:00:00Z", "<<x", "><2026-01-01", ".."} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		keep, ok := parseCreated(text)
		if ok && keep == nil {
			t.Fatalf("%q is taken and cannot be asked", text)
		}
		if ok {
			keep(time.Time{})
		}
	})
}
