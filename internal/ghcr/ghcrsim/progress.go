package ghcrsim

import (
	"slices"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/scenario"
	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// States and ends of runs and jobs.
const (
	statusQueued    = "queued"
	statusRunning   = "in_progress"
	statusCompleted = "completed"

	endedWell    = "success"
	endedFailing = "failure"
	endedSkipped = "skipped"
)

// dispatched is a run that was started here and lives by the simulator's
// clock: it waits, works and, where it ends well, publishes.
type dispatched struct {
	run        int64
	queued     time.Time
	queue      time.Duration
	work       time.Duration
	conclusion string
	publishes  bool
	done       bool
}

func (d dispatched) starts() time.Time { return d.queued.Add(d.queue) }
func (d dispatched) ends() time.Time   { return d.starts().Add(d.work) }

// schedule holds the dispatched runs that have not ended.
type schedule struct {
	mu   sync.Mutex
	open []dispatched
}

func (sc *schedule) schedule(d dispatched) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.open = append(sc.open, d)
}

func (sc *schedule) clear() {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.open = nil
}

// list copies what is open.
func (sc *schedule) list() []dispatched {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return slices.Clone(sc.open)
}

// ended forgets a run.
func (sc *schedule) ended(run int64) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.open = slices.DeleteFunc(sc.open, func(d dispatched) bool { return d.run == run })
}

// advance moves the simulator's clock, stopping wherever a run ends, so that
// what the run publishes bears that moment. The write lock is held.
func (s *Server) advance(by time.Duration) {
	wd := s.World()
	target := wd.Now().Add(by)
	for {
		next, ok := firstToEnd(s.runs.list(), target)
		if !ok {
			break
		}
		if wait := next.ends().Sub(wd.Now()); wait > 0 {
			wd.Advance(wait)
		}
		s.finish(next)
	}
	wd.Advance(target.Sub(wd.Now()))
	for _, d := range s.runs.list() {
		wd.UpdateRun(d.run, func(r *world.Run) { d.show(r, target) })
	}
}

// firstToEnd is the run that ends first, not after the target.
func firstToEnd(open []dispatched, target time.Time) (dispatched, bool) {
	open = slices.DeleteFunc(open, func(d dispatched) bool { return d.ends().After(target) })
	if len(open) == 0 {
		return dispatched{}, false
	}
	return slices.MinFunc(open, func(a, b dispatched) int { return a.ends().Compare(b.ends()) }), true
}

// finish ends a run now. What cannot be published, such as a version that is
// no tag, fails late, as it does in the pipeline.
func (s *Server) finish(d dispatched) {
	s.runs.ended(d.run)
	wd := s.World()
	runs := wd.Runs()
	i := slices.IndexFunc(runs, func(r world.Run) bool { return r.ID == d.run })
	if i < 0 {
		return
	}
	if d.conclusion == endedWell && d.publishes {
		in := runs[i].Inputs
		if err := scenario.Publish(wd, in["channel"], in["version"], runs[i].SHA); err != nil {
			d.conclusion = endedFailing
		}
	}
	d.done = true
	wd.UpdateRun(d.run, func(r *world.Run) { d.show(r, d.ends()) })
}

// show brings a run and its jobs to how they are at a moment.
func (d dispatched) show(r *world.Run, now time.Time) {
	switch {
	case d.done:
		r.Status, r.Conclusion, r.Updated = statusCompleted, d.conclusion, d.ends()
	case now.Before(d.starts()):
		return
	default:
		r.Status, r.Updated = statusRunning, now
	}
	r.Started = d.starts()
	jobs := d.jobs(now)
	for i := range jobs {
		if i < len(r.Jobs) && r.Jobs[i].Name == jobs[i].Name {
			jobs[i].ID = r.Jobs[i].ID // a job keeps its number
		}
	}
	r.Jobs = jobs
}

// jobPlan is one job of the workflow and its part of the run's time.
type jobPlan struct {
	name     string
	from, to float64
}

// jobPlans are the jobs of the real workflow, with the shares that they take.
func jobPlans() []jobPlan {
	plans := []jobPlan{
		{"Determine channel/tags", 0, 0.01}, {"Scan build context for secrets", 0, 0.03},
		{"Build base image (amd64)", 0.03, 0.28}, {"Build base image (arm64)", 0.03, 0.32},
		{"Assemble base manifest", 0.32, 0.34},
		{"Build containai image (amd64)", 0.32, 0.48}, {"Build containai image (arm64)", 0.32, 0.5},
		{"Assemble containai manifest", 0.5, 0.52},
	}
	variants := []string{"containai-copilot", "containai-codex", "containai-claude", "containai-proxy", "containai-log-forwarder"}
	for _, v := range variants {
		for _, arch := range []string{"amd64", "arm64"} {
			plans = append(plans, jobPlan{"Build variant image (" + v + " / " + arch + ")", 0.5, 0.8})
		}
	}
	for _, v := range variants {
		plans = append(plans, jobPlan{"Assemble variant manifests (" + v + ")", 0.8, 0.83})
	}
	return append(plans,
		jobPlan{"Finalize tags and collect digests", 0.83, 0.9},
		jobPlan{"Package and publish payload artifact", 0.9, 0.94},
		jobPlan{"Publish channel metadata", 0.94, 0.96},
		jobPlan{"Publish installer artifact", 0.96, 0.98},
		jobPlan{"Retention and visibility", 0.96, 1},
	)
}

// failingJob is where a run breaks that is meant to end badly.
const failingJob = "Build variant image (containai-claude / arm64)"

// jobs lists the jobs as they are at a moment. After a failing job the later
// ones are skipped.
func (d dispatched) jobs(now time.Time) []world.Job {
	moment := func(share float64) time.Time {
		return d.starts().Add(time.Duration(share * float64(d.work))).Truncate(time.Second)
	}
	var out []world.Job
	brokenAt := 2.0
	for _, p := range jobPlans() {
		if p.name == failingJob && d.conclusion != endedWell {
			brokenAt = p.to
		}
		j := world.Job{Name: p.name, Status: statusQueued}
		switch {
		case p.from >= brokenAt && (d.done || !now.Before(moment(brokenAt))):
			j.Status, j.Conclusion = statusCompleted, endedSkipped
			j.Started, j.Completed = moment(brokenAt), moment(brokenAt)
		case d.done || !now.Before(moment(p.to)):
			j.Status, j.Conclusion = statusCompleted, endedWell
			if p.to == brokenAt && p.name == failingJob {
				j.Conclusion = d.conclusion
			}
			j.Started, j.Completed = moment(p.from), moment(p.to)
		case !now.Before(moment(p.from)):
			j.Status, j.Started = statusRunning, moment(p.from)
		}
		out = append(out, j)
	}
	return out
}
