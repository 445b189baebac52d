package model

// lastTargets are the newest complete releases, at most n, that a channel
// pointed to before it came to the present one: what it can go back to.
func lastTargets(s Survey, c ChannelState, n int) []Release {
	spec, ok := s.Inventory.Layout.Channel(c.Name)
	if !ok {
		return nil
	}
	l := &channelLook{inv: s.Inventory, releases: s.Releases, memory: newMemory(s.Inventory, s.Releases, s.Past),
		byName: make(map[string]PackageState, len(s.Inventory.Packages))}
	for _, p := range s.Inventory.Packages {
		l.byName[p.Spec.Name] = p
	}
	var out []Release
	for _, r := range s.Releases {
		back := c.Release == nil || builtBefore(r, *c.Release)
		if len(out) < n && back && l.whole(r) && l.pointed(spec, r) != nil {
			out = append(out, r)
		}
	}
	return out
}
