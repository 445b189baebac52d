package world

import (
	"fmt"
	"maps"
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
)

// AddWorkflow makes a workflow known and returns its number.
func (w *World) AddWorkflow(f Workflow) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f.ID == 0 {
		f.ID = 201_337_040 + int64(len(w.workflows))*113
	}
	f.Inputs = slices.Clone(f.Inputs)
	w.workflows = append(w.workflows, f)
	return f.ID
}

// Workflows lists the repository's workflows.
func (w *World) Workflows() []Workflow {
	w.mu.RLock()
	defer w.mu.RUnlock()
	out := slices.Clone(w.workflows)
	for i := range out {
		out[i].Inputs = slices.Clone(out[i].Inputs)
	}
	return out
}

// AddRun records a run, giving numbers to it and its jobs where they have
// none, and returns its number. Created is now where it is zero.
func (w *World) AddRun(r Run) int64 {
	r = r.clone()
	r.Created = w.at(r.Created)
	if r.Started.IsZero() {
		r.Started = r.Created
	}
	if r.Updated.IsZero() {
		r.Updated = r.Started
	}
	if r.ID == 0 {
		r.ID = w.ids.runID(r.Created)
	}
	w.numberJobs(&r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.Number == 0 {
		r.Number = 1
		for _, other := range w.runs {
			r.Number = max(r.Number, other.Number+1)
		}
	}
	if r.Attempt == 0 {
		r.Attempt = 1
	}
	if r.HTMLURL == "" {
		r.HTMLURL = fmt.Sprintf("https://github.com/%s/actions/runs/%d", w.repository, r.ID)
	}
	w.runs = append(w.runs, r)
	return r.ID
}

// UpdateRun edits a run and reports whether it is there.
func (w *World) UpdateRun(id int64, edit func(*Run)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.runs {
		if w.runs[i].ID == id {
			r := w.runs[i].clone()
			edit(&r)
			w.numberJobs(&r)
			w.runs[i] = r
			return true
		}
	}
	return false
}

func (w *World) numberJobs(r *Run) {
	for i := range r.Jobs {
		if r.Jobs[i].ID == 0 {
			r.Jobs[i].ID = w.ids.jobID()
		}
		for j := range r.Jobs[i].Steps {
			r.Jobs[i].Steps[j].Number = j + 1
		}
	}
}

// Runs lists all runs, newest created first.
func (w *World) Runs() []Run {
	w.mu.RLock()
	defer w.mu.RUnlock()
	out := make([]Run, 0, len(w.runs))
	for _, r := range w.runs {
		out = append(out, r.clone())
	}
	slices.SortStableFunc(out, func(a, b Run) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		return int(b.ID - a.ID)
	})
	return out
}

func (r Run) clone() Run {
	r.Inputs = maps.Clone(r.Inputs)
	r.Jobs = slices.Clone(r.Jobs)
	for i := range r.Jobs {
		r.Jobs[i].Steps = slices.Clone(r.Jobs[i].Steps)
	}
	return r
}

// AddCommit appends a commit to the default branch, main, which then points to
// it.
func (w *World) AddCommit(c Commit) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.commits = append(w.commits, c)
	w.branches["main"] = c.SHA
}

// Commits lists the default branch, oldest first.
func (w *World) Commits() []Commit {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return slices.Clone(w.commits)
}

// SetBranch points a branch at a commit.
func (w *World) SetBranch(name, sha string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.branches[name] = sha
}

// Branch gives the commit a branch points to.
func (w *World) Branch(name string) (sha string, ok bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	sha, ok = w.branches[name]
	return sha, ok
}

// AddAttestation puts an attestation into GitHub's store.
func (w *World) AddAttestation(a Attestation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attestations[a.SubjectDigest] = append(w.attestations[a.SubjectDigest], a)
}

// Attestations lists GitHub's attestations of a digest, newest first.
func (w *World) Attestations(subject model.Digest) []Attestation {
	w.mu.RLock()
	defer w.mu.RUnlock()
	out := slices.Clone(w.attestations[subject])
	slices.Reverse(out)
	return out
}

// AttestationCount is how many attestations GitHub's store holds in all.
func (w *World) AttestationCount() int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	n := 0
	for _, list := range w.attestations {
		n += len(list)
	}
	return n
}
