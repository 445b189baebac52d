package model

// lastTargets are the newest releases, at most n, that a channel pointed to
// before it came to the present one: what it can go back to. The metadata
// document of an old release may not have been read yet, so its absence does not
// count against one.
func lastTargets(s Survey, c ChannelState, n int) []Release {
	var out []Release
	for _, t := range ChannelTargets(s, c.Name) {
		back := c.Release == nil || builtBefore(t.Release, *c.Release)
		if len(out) < n && !t.Now && back && len(t.Stays) > 0 && t.Never == "" && !lacksContent(s, t.Release) {
			out = append(out, t.Release)
		}
	}
	return out
}

// lacksContent reports whether a release has nothing of a package that people
// run or install, where that can be known.
func lacksContent(s Survey, r Release) bool {
	for _, name := range r.Missing {
		if p, ok := s.Inventory.Package(name); ok && p.Known && p.Spec.Role != RoleMetadata {
			return true
		}
	}
	return false
}
