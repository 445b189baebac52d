package ghcrsim

import (
	"cmp"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

const (
	docWorkflows   = docRoot + "/actions/workflows"
	docRuns        = docRoot + "/actions/workflow-runs"
	docJobs        = docRoot + "/actions/workflow-jobs"
	docPermissions = docRoot + "/actions/permissions"
)

// actionsEndpoints are the Actions API. Reading a public repository's runs
// needs no token.
func (s *Server) actionsEndpoints() []endpoint {
	const repo = "/repos/{owner}/{repo}/actions"
	in := func(doc string, serve handler) handler {
		return func(w http.ResponseWriter, r *http.Request, c caller) {
			if s.isRepository(w, r, doc) {
				serve(w, r, c)
			}
		}
	}
	return []endpoint{
		{pattern: "GET " + repo + "/workflows", serve: in(docWorkflows, s.listWorkflows)},
		{pattern: "GET " + repo + "/workflows/{workflow}", serve: in(docWorkflows, s.getWorkflow)},
		{pattern: "GET " + repo + "/workflows/{workflow}/runs", serve: in(docRuns, s.listWorkflowRuns)},
		{pattern: "POST " + repo + "/workflows/{workflow}/dispatches", scopes: scopeRepo,
			serve: in(docWorkflows, s.dispatch)},
		{pattern: "GET " + repo + "/runs", serve: in(docRuns, s.listRuns)},
		{pattern: "GET " + repo + "/runs/{run}", serve: in(docRuns, s.getRun)},
		{pattern: "GET " + repo + "/runs/{run}/jobs", serve: in(docJobs, s.listJobs)},
		{pattern: "GET " + repo + "/permissions/workflow", scopes: scopeRepo,
			serve: in(docPermissions, s.getWorkflowPermissions)},
		{pattern: "PUT " + repo + "/permissions/workflow", scopes: scopeRepo,
			serve: in(docPermissions, s.putWorkflowPermissions)},
	}
}

// workflowJSON is a workflow as the API shows it.
type workflowJSON struct {
	ID        int64  `json:"id"`
	NodeID    string `json:"node_id"`
	Name      string `json:"name"`
	Path      string `json:"path"`
	State     string `json:"state"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
	URL       string `json:"url"`
	HTMLURL   string `json:"html_url"`
	BadgeURL  string `json:"badge_url"`
}

func (s *Server) repoURL() string { return s.apiURL + "/repos/" + s.World().Repository() }

func (s *Server) workflowJSON(f world.Workflow) workflowJSON {
	page := "https://github.com/" + s.World().Repository()
	created := s.firstRun(f.ID)
	return workflowJSON{
		ID: f.ID, NodeID: nodeID("Workflow", f.ID), Name: f.Name, Path: f.Path, State: "active",
		CreatedAt: restTime(created), UpdatedAt: restTime(created),
		URL:      s.repoURL() + "/actions/workflows/" + itoa(f.ID),
		HTMLURL:  page + "/blob/" + defaultBranch + "/" + f.Path,
		BadgeURL: page + "/actions/workflows/" + path.Base(f.Path) + "/badge.svg",
	}
}

// firstRun stands for when a workflow came to be: not later than its first
// run, nor than now.
func (s *Server) firstRun(workflow int64) time.Time {
	first := s.World().Now()
	for _, r := range s.World().Runs() {
		if r.WorkflowID == workflow && r.Created.Before(first) {
			first = r.Created
		}
	}
	return first
}

// findWorkflow finds a workflow by number or file name and answers 404 where
// there is none.
func (s *Server) findWorkflow(w http.ResponseWriter, r *http.Request) (world.Workflow, bool) {
	wanted := r.PathValue("workflow")
	for _, f := range s.World().Workflows() {
		if itoa(f.ID) == wanted || path.Base(f.Path) == wanted {
			return f, true
		}
	}
	restError(w, http.StatusNotFound, textNotFound, docWorkflows)
	return world.Workflow{}, false
}

func (s *Server) listWorkflows(w http.ResponseWriter, r *http.Request, _ caller) {
	list := []workflowJSON{}
	for _, f := range s.World().Workflows() {
		list = append(list, s.workflowJSON(f))
	}
	page := readPage(r.URL.Query())
	s.link(w, r, page, len(list))
	sendJSON(w, http.StatusOK, map[string]any{"total_count": len(list), "workflows": slicePage(list, page)})
}

func (s *Server) getWorkflow(w http.ResponseWriter, r *http.Request, _ caller) {
	if f, ok := s.findWorkflow(w, r); ok {
		sendJSON(w, http.StatusOK, s.workflowJSON(f))
	}
}

func (s *Server) listWorkflowRuns(w http.ResponseWriter, r *http.Request, _ caller) {
	if f, ok := s.findWorkflow(w, r); ok {
		s.sendRuns(w, r, func(run world.Run) bool { return run.WorkflowID == f.ID })
	}
}

func (s *Server) listRuns(w http.ResponseWriter, r *http.Request, _ caller) {
	s.sendRuns(w, r, func(world.Run) bool { return true })
}

// sendRuns answers the runs that the query and keep let through, newest first.
func (s *Server) sendRuns(w http.ResponseWriter, r *http.Request, keep func(world.Run) bool) {
	q := r.URL.Query()
	created, ok := parseCreated(q.Get("created"))
	if !ok {
		restError(w, http.StatusUnprocessableEntity, "Invalid created filter", docRuns)
		return
	}
	list := []runJSON{}
	for _, run := range s.World().Runs() {
		if keep(run) && created(run.Created) &&
			fits(q.Get("actor"), run.Actor) && fits(q.Get("branch"), run.Branch) &&
			fits(q.Get("event"), run.Event) && fits(q.Get("head_sha"), run.SHA) &&
			(fits(q.Get("status"), run.Status) || fits(q.Get("status"), run.Conclusion)) {
			list = append(list, s.runJSON(run))
		}
	}
	page := readPage(q)
	s.link(w, r, page, len(list))
	sendJSON(w, http.StatusOK, map[string]any{"total_count": len(list), "workflow_runs": slicePage(list, page)})
}

func fits(wanted, is string) bool { return wanted == "" || strings.EqualFold(wanted, is) }

// parseCreated reads a date filter: >=, >, <=, <, a..b, or one day or moment.
func parseCreated(text string) (func(time.Time) bool, bool) {
	if text == "" {
		return func(time.Time) bool { return true }, true
	}
	if from, to, ok := strings.Cut(text, ".."); ok {
		low, _, ok1 := parseMoment(cmp.Or(strings.TrimPrefix(from, "*"), "0001-01-01"))
		_, high, ok2 := parseMoment(cmp.Or(strings.TrimPrefix(to, "*"), "9999-12-31"))
		return func(t time.Time) bool { return !t.Before(low) && t.Before(high) }, ok1 && ok2
	}
	bare := strings.TrimLeft(text, "<>=")
	first, next, ok := parseMoment(bare)
	keep := map[string]func(time.Time) bool{
		">=": func(t time.Time) bool { return !t.Before(first) },
		">":  func(t time.Time) bool { return !t.Before(next) },
		"<=": func(t time.Time) bool { return t.Before(next) },
		"<":  func(t time.Time) bool { return t.Before(first) },
		"":   func(t time.Time) bool { return !t.Before(first) && t.Before(next) },
	}[strings.TrimSuffix(text, bare)]
	return keep, ok && keep != nil
}

// parseMoment reads a day or a time, as the span from first to just before
// next that it covers.
func parseMoment(text string) (first, next time.Time, ok bool) {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, day.AddDate(0, 0, 1), true
	}
	moment, err := time.Parse(time.RFC3339, text)
	return moment, moment.Add(time.Second), err == nil
}

// findRun finds a run by its number and answers 404 where there is none.
func (s *Server) findRun(w http.ResponseWriter, r *http.Request) (world.Run, bool) {
	id, err := strconv.ParseInt(r.PathValue("run"), 10, 64)
	runs := s.World().Runs()
	i := slices.IndexFunc(runs, func(run world.Run) bool { return err == nil && run.ID == id })
	if i < 0 {
		restError(w, http.StatusNotFound, textNotFound, docRuns)
		return world.Run{}, false
	}
	return runs[i], true
}

func (s *Server) getRun(w http.ResponseWriter, r *http.Request, _ caller) {
	if run, ok := s.findRun(w, r); ok {
		sendJSON(w, http.StatusOK, s.runJSON(run))
	}
}

// listJobs answers the jobs of a run. Only the latest attempt is kept, so both
// filters answer the same.
func (s *Server) listJobs(w http.ResponseWriter, r *http.Request, _ caller) {
	run, ok := s.findRun(w, r)
	if !ok {
		return
	}
	list := []jobJSON{}
	for _, j := range run.Jobs {
		list = append(list, s.jobJSON(run, j))
	}
	page := readPage(r.URL.Query())
	s.link(w, r, page, len(list))
	sendJSON(w, http.StatusOK, map[string]any{"total_count": len(list), "jobs": slicePage(list, page)})
}
