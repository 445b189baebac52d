package ghcr

import "time"

// LimitFiles narrows what a comparison of files may take, in compressed bytes:
// of one layer, of all that differ, and of the common ones below.
func (s *Service) LimitFiles(layer, total, below int64) {
	s.fileLimits.layer, s.fileLimits.total, s.fileLimits.below = layer, total, below
}

// Hurry shortens how long a plan waits for what is good to know.
func (s *Service) Hurry(d time.Duration) { s.advice = d }
