package ghcrsim

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

const (
	// inputsMax is how many inputs one dispatch may carry.
	inputsMax = 25
	// jsonCap bounds what is read of a request with a JSON body.
	jsonCap = 1 << 20
)

// readJSON reads the body of a request and answers where it is no such JSON.
func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	raw, err := io.ReadAll(io.LimitReader(r.Body, jsonCap))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		restError(w, http.StatusBadRequest, "Problems parsing JSON", docRoot)
		return false
	}
	return true
}

// mayWork reports whether the caller has a role on the repository, and answers
// where not. Only tokens with scope repo, and those of workflows, may act.
func mayWork(w http.ResponseWriter, c caller, role int, doc string) bool {
	switch {
	case c.token == nil:
		restError(w, http.StatusUnauthorized, textNeedsAuth, doc)
	case c.token.kind == fineGrained:
		restError(w, http.StatusForbidden, textFineGrained, doc)
	case c.token.kind == actionsBot && c.token.role < role:
		restError(w, http.StatusForbidden, textIntegration, doc)
	case c.token.kind == classic && (!c.token.has(scopeRepo) || c.token.role < role):
		restError(w, http.StatusForbidden, textNotAdmin, doc)
	default:
		return true
	}
	return false
}

// dispatchBody is what starts a run. Inputs are texts, but numbers and
// booleans are taken as what they say.
type dispatchBody struct {
	Ref     *string        `json:"ref"`
	Inputs  map[string]any `json:"inputs"`
	Details bool           `json:"return_run_details"`
}

// dispatch starts a run: 204, or 200 with the run where the client asks.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request, c caller) {
	if !mayWork(w, c, roleWrite, docWorkflows) {
		return
	}
	f, ok := s.findWorkflow(w, r)
	if !ok {
		return
	}
	var body dispatchBody
	if !readJSON(w, r, &body) {
		return
	}
	branch, sha, problem := s.checkDispatch(f, body)
	if problem != "" {
		restError(w, http.StatusUnprocessableEntity, problem, docWorkflows+"#create-a-workflow-dispatch-event")
		return
	}
	inputs := map[string]string{"channel": "dev"} // the workflow's default
	for name, value := range body.Inputs {
		inputs[name] = fmt.Sprint(value)
	}
	var id int64
	s.writing("", func() {
		id = s.World().AddRun(world.Run{
			WorkflowID: f.ID, Name: f.Name, Title: f.Name, Event: "workflow_dispatch", Actor: c.login,
			Branch: branch, SHA: sha, Status: statusQueued, Inputs: inputs,
		})
		s.runs.schedule(dispatched{
			run: id, queued: s.World().Now(), queue: s.sw.duration(swRunQueue), work: s.sw.duration(swRunTime),
			conclusion: s.sw.text(swRunConclusion), publishes: s.sw.flag(swRunPublishes),
		})
		s.advance(0)
	})
	if !body.Details || s.sw.text(swDispatchDetails) == "ignored" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	sendJSON(w, http.StatusOK, map[string]any{
		"workflow_run_id": id,
		"run_url":         s.repoURL() + "/actions/runs/" + itoa(id),
		"html_url":        "https://github.com/" + s.World().Repository() + "/actions/runs/" + itoa(id),
	})
}

// checkDispatch finds the commit of a dispatch, or the reason why there will
// be no run.
func (s *Server) checkDispatch(f world.Workflow, body dispatchBody) (branch, sha, problem string) {
	if !f.Dispatch {
		return "", "", "Workflow does not have 'workflow_dispatch' trigger"
	}
	if body.Ref == nil {
		return "", "", "Invalid request.\n\n\"ref\" wasn't supplied."
	}
	branch = strings.TrimPrefix(*body.Ref, "refs/heads/")
	sha, ok := s.World().Branch(branch)
	if !ok {
		return "", "", "No ref found for: " + *body.Ref
	}
	if len(body.Inputs) > inputsMax {
		return "", "", fmt.Sprintf("Invalid request.\n\nNo more than %d properties are allowed; %d were supplied.",
			inputsMax, len(body.Inputs))
	}
	var unexpected []string
	for _, name := range slices.Sorted(maps.Keys(body.Inputs)) {
		if !slices.Contains(f.Inputs, name) {
			unexpected = append(unexpected, name)
		}
	}
	if len(unexpected) > 0 {
		list, _ := json.Marshal(unexpected) // texts can always be encoded
		return "", "", "Unexpected inputs provided: " + string(list)
	}
	if channel, given := body.Inputs["channel"]; given &&
		!slices.Contains([]string{"dev", "nightly", "prod"}, fmt.Sprint(channel)) {
		return "", "", fmt.Sprintf("Provided value '%v' for input 'channel' not in the list of allowed values", channel)
	}
	return branch, sha, ""
}

// getWorkflowPermissions tells what GITHUB_TOKEN may do by default.
func (s *Server) getWorkflowPermissions(w http.ResponseWriter, _ *http.Request, c caller) {
	if mayWork(w, c, roleAdmin, docPermissions) {
		sendJSON(w, http.StatusOK, map[string]any{
			"default_workflow_permissions":     s.sw.text(swWorkflowDefaults),
			"can_approve_pull_request_reviews": false,
		})
	}
}

func (s *Server) putWorkflowPermissions(w http.ResponseWriter, r *http.Request, c caller) {
	if !mayWork(w, c, roleAdmin, docPermissions) {
		return
	}
	var body struct {
		Default string `json:"default_workflow_permissions"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	if body.Default != "" {
		value, _ := json.Marshal(body.Default) // a text can always be encoded
		if err := s.sw.set(map[string]json.RawMessage{swWorkflowDefaults: value}); err != nil {
			restError(w, http.StatusUnprocessableEntity, "Invalid request.", docPermissions)
			return
		}
	}
	w.WriteHeader(http.StatusNoContent)
}
