package model

import (
	"fmt"
	"time"
)

// ChannelAt is the release that a channel pointed to at a time, as far as
// anything tells: journal, observations, channel documents and version tags.
// Where they tell of two, the one that began later counts.
//
// Errors: ErrInvalid for a time in the future of what is known, ErrNotFound
// where nothing tells.
func ChannelAt(s Survey, channel string, at time.Time) (Release, Stay, error) {
	var release Release
	var stay Stay
	found := false
	for _, t := range ChannelTargets(s, channel) {
		for _, one := range t.Stays {
			if one.From.IsZero() || one.From.After(at) || !one.To.IsZero() && !at.Before(one.To) {
				continue
			}
			if !found || one.From.After(stay.From) {
				release, stay, found = t.Release, one, true
			}
		}
	}
	if !found {
		return Release{}, Stay{}, &Error{Kind: ErrNotFound,
			Message: fmt.Sprintf("nothing tells what %s pointed to at %s", Sanitize(channel), at.UTC().Format(time.RFC3339)),
			Cure:    "name a release in place of the time; releases and when they were in the channel are listed by caitui rollback"}
	}
	return release, stay, nil
}
