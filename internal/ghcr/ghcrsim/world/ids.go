package world

import (
	"sync"
	"time"
)

// idSource gives out numbers as GitHub's API shows them: large, ascending with
// time, with gaps, and the same at every run.
type idSource struct {
	mu       sync.Mutex
	packages int64
	version  int64
	run      int64
	job      int64
}

// Where the numbers start, and how fast all of GitHub uses them up.
const (
	firstPackageID   = 7_340_112
	packageIDStep    = 37
	firstVersionID   = 300_000_000
	versionsASecond  = 3
	firstRunID       = 18_400_000_000
	runsASecond      = 57
	firstJobID       = 52_000_000_000
	jobIDStep        = 11
	smallestStepOfID = 7
)

// idEpoch is when the numbers above were current.
func idEpoch() time.Time { return time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC) }

func (s *idSource) packageID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.packages++
	return firstPackageID + s.packages*packageIDStep
}

// versionID is larger than all it gave before, whatever at says.
func (s *idSource) versionID(at time.Time) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = next(s.version, firstVersionID, versionsASecond, at)
	return s.version
}

func (s *idSource) runID(at time.Time) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run = next(s.run, firstRunID, runsASecond, at)
	return s.run
}

func (s *idSource) jobID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.job++
	return firstJobID + s.job*jobIDStep
}

// reserve makes all later version numbers larger than id.
func (s *idSource) reserve(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = max(s.version, id)
}

func next(last, first, aSecond int64, at time.Time) int64 {
	byTime := first + int64(at.Sub(idEpoch())/time.Second)*aSecond
	return max(byTime, last+smallestStepOfID, first)
}
