package ghcrsim

import "github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"

// runJSON is a run as the API shows it.
type runJSON struct {
	ID              int64      `json:"id"`
	NodeID          string     `json:"node_id"`
	Name            string     `json:"name"`
	HeadBranch      string     `json:"head_branch"`
	HeadSHA         string     `json:"head_sha"`
	Path            string     `json:"path"`
	DisplayTitle    string     `json:"display_title"`
	RunNumber       int        `json:"run_number"`
	RunAttempt      int        `json:"run_attempt"`
	Event           string     `json:"event"`
	Status          string     `json:"status"`
	Conclusion      *string    `json:"conclusion"`
	WorkflowID      int64      `json:"workflow_id"`
	URL             string     `json:"url"`
	HTMLURL         string     `json:"html_url"`
	CreatedAt       string     `json:"created_at"`
	UpdatedAt       string     `json:"updated_at"`
	RunStartedAt    string     `json:"run_started_at"`
	Actor           account    `json:"actor"`
	TriggeringActor account    `json:"triggering_actor"`
	JobsURL         string     `json:"jobs_url"`
	LogsURL         string     `json:"logs_url"`
	HeadCommit      *runCommit `json:"head_commit"`
	Repository      repository `json:"repository"`
}

// runCommit is the commit that a run was for.
type runCommit struct {
	ID        string `json:"id"`
	Message   string `json:"message"`
	Timestamp string `json:"timestamp"`
	Author    struct {
		Name string `json:"name"`
	} `json:"author"`
}

func (s *Server) runJSON(r world.Run) runJSON {
	wd := s.World()
	url := s.repoURL() + "/actions/runs/" + itoa(r.ID)
	actor, ok := s.userAccount(r.Actor)
	if !ok {
		actor = s.account(r.Actor, int64(len(r.Actor)), "User") // somebody without a token here
	}
	out := runJSON{
		ID: r.ID, NodeID: nodeID("WorkflowRun", r.ID), Name: r.Name, DisplayTitle: r.Title,
		HeadBranch: r.Branch, HeadSHA: r.SHA, RunNumber: r.Number, RunAttempt: r.Attempt,
		Event: r.Event, Status: r.Status, Conclusion: textOrNull(r.Conclusion), WorkflowID: r.WorkflowID,
		URL: url, HTMLURL: r.HTMLURL, JobsURL: url + "/jobs", LogsURL: url + "/logs",
		CreatedAt: restTime(r.Created), UpdatedAt: restTime(r.Updated), RunStartedAt: restTime(r.Started),
		Actor: actor, TriggeringActor: actor, Repository: s.repository(wd.Repository()),
	}
	for _, f := range wd.Workflows() {
		if f.ID == r.WorkflowID {
			out.Path = f.Path
		}
	}
	for _, c := range wd.Commits() {
		if c.SHA == r.SHA {
			out.HeadCommit = &runCommit{ID: c.SHA, Message: c.Message, Timestamp: restTime(c.Date)}
			out.HeadCommit.Author.Name = c.Author
		}
	}
	return out
}

// jobJSON is a job as the API shows it.
type jobJSON struct {
	ID           int64      `json:"id"`
	RunID        int64      `json:"run_id"`
	RunAttempt   int        `json:"run_attempt"`
	NodeID       string     `json:"node_id"`
	WorkflowName string     `json:"workflow_name"`
	HeadBranch   string     `json:"head_branch"`
	HeadSHA      string     `json:"head_sha"`
	Name         string     `json:"name"`
	Status       string     `json:"status"`
	Conclusion   *string    `json:"conclusion"`
	CreatedAt    string     `json:"created_at"`
	StartedAt    *string    `json:"started_at"`
	CompletedAt  *string    `json:"completed_at"`
	URL          string     `json:"url"`
	HTMLURL      string     `json:"html_url"`
	RunURL       string     `json:"run_url"`
	Steps        []stepJSON `json:"steps"`
}

type stepJSON struct {
	Name        string  `json:"name"`
	Status      string  `json:"status"`
	Conclusion  *string `json:"conclusion"`
	Number      int     `json:"number"`
	StartedAt   *string `json:"started_at"`
	CompletedAt *string `json:"completed_at"`
}

func (s *Server) jobJSON(r world.Run, j world.Job) jobJSON {
	out := jobJSON{
		ID: j.ID, RunID: r.ID, RunAttempt: r.Attempt, NodeID: nodeID("CheckRun", j.ID), WorkflowName: r.Name,
		HeadBranch: r.Branch, HeadSHA: r.SHA, Name: j.Name,
		Status: j.Status, Conclusion: textOrNull(j.Conclusion),
		CreatedAt: restTime(r.Created), StartedAt: restTimeOrNull(j.Started), CompletedAt: restTimeOrNull(j.Completed),
		URL:     s.repoURL() + "/actions/jobs/" + itoa(j.ID),
		HTMLURL: r.HTMLURL + "/job/" + itoa(j.ID),
		RunURL:  s.repoURL() + "/actions/runs/" + itoa(r.ID),
		Steps:   []stepJSON{},
	}
	for _, step := range j.Steps {
		out.Steps = append(out.Steps, stepJSON{
			Name: step.Name, Status: step.Status, Conclusion: textOrNull(step.Conclusion), Number: step.Number,
			StartedAt: restTimeOrNull(step.Started), CompletedAt: restTimeOrNull(step.Completed),
		})
	}
	return out
}

// textOrNull is null where there is nothing to say yet.
func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
