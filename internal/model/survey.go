package model

// Survey is an inventory together with everything that is concluded from it:
// what releases there are and where the channels stand. It is what the service
// hands to panes and verbs, built by NewSurvey and immutable like its parts.
type Survey struct {
	Inventory Inventory
	Releases  []Release      // newest first
	Channels  []ChannelState // in the layout's order
	Past      Past
}

// NewSurvey draws all conclusions from an inventory and the remembered past.
func NewSurvey(inv Inventory, past Past) Survey {
	s := Survey{Inventory: inv, Past: past}
	s.Releases = Releases(inv)
	s.Channels = Channels(inv, s.Releases, past)
	return s
}

// Channel returns the state of a channel and whether there is one.
func (s Survey) Channel(name string) (ChannelState, bool) {
	for _, c := range s.Channels {
		if c.Name == name {
			return c, true
		}
	}
	return ChannelState{}, false
}

// ReleaseOf returns the newest release whose member of a package is d.
func (s Survey) ReleaseOf(pkg string, d Digest) (Release, bool) {
	for _, r := range s.Releases {
		if r.Has(pkg, d) {
			return r, true
		}
	}
	return Release{}, false
}
