package model

import (
	"fmt"
	"strings"
)

// ChannelTargets lists what a channel can go to: every release, newest first.
// At most one is advised: what completes a move that somebody began, where the
// channel is taken apart; else what the channel itself pointed to before. After
// a rollback that is an older one still: nothing advises to go forward again.
func ChannelTargets(s Survey, channel string) []ChannelTarget {
	spec, ok := s.Inventory.Layout.Channel(channel)
	state, has := s.Channel(channel)
	if !ok || !has {
		return nil
	}
	l := newChannelLook(s.Inventory, s.Releases, s.Past)
	out := make([]ChannelTarget, len(s.Releases))
	for i, r := range s.Releases {
		out[i] = ChannelTarget{Release: r, Never: neverReturn(s.Inventory.Layout, r)}
		if state.Release != nil && r.Same(*state.Release) {
			out[i].Now = true
			out[i].Stays = []Stay{{Channel: channel, From: state.Since, Evidence: state.SinceEvidence}}
		} else if p := l.pointed(spec, r); p != nil && (state.Release == nil || !l.sameBits(r, *state.Release)) {
			l.until(state, i, p)
			out[i].Stays = []Stay{{Channel: channel, From: p.From, To: p.To, Evidence: p.Evidence}}
		}
		for _, m := range state.Members {
			if m.State == MemberDrift && r.Has(m.Package, m.Digest) {
				out[i].Partly = true
			}
		}
	}
	l.advise(out, state)
	return out
}

// advise marks the target that a person most likely wants.
func (l *channelLook) advise(list []ChannelTarget, state ChannelState) {
	at := -1
	why := ""
	if state.Drift() {
		for i, t := range list {
			switch {
			case t.Never != "" || !l.whole(t.Release):
			case t.Now:
				at, why = i, "most of "+state.Name+" is there already, this completes the move"
			case t.Partly && (at < 0 || !list[at].Now && !list[at].Partly):
				at, why = i, "part of "+state.Name+" is still there, this takes back what was begun"
			}
		}
	}
	for i, t := range list {
		if at < 0 && state.Previous != nil && t.Release.Same(state.Previous.Release) && t.Never == "" {
			at, why = i, state.Name+" pointed there before"
		}
	}
	if at >= 0 {
		list[at].Advised, list[at].Why = true, why
	}
}

// neverReturn says why the layout forbids a release, "" where it does not.
func neverReturn(layout Layout, r Release) string {
	for _, n := range layout.NeverReturn {
		named := n.Release != "" && (n.Release == r.Name || n.Release == r.Version || n.Release == r.Commit)
		for _, m := range r.Members {
			named = named || n.Digest != "" && n.Digest == m.Digest
		}
		if named {
			return orReason(n.Why)
		}
	}
	return ""
}

func orReason(why string) string {
	if why == "" {
		return "the configuration gives no reason"
	}
	return why
}

// FindRelease is the release that a person means by a name: its version, its
// commit whole or shortened to at least seven characters. Of one commit that
// was published several times the newest is taken, and count says how many
// there are; 0 is none.
func FindRelease(s Survey, name string) (r Release, count int) {
	for _, have := range s.Releases {
		if name == "" {
			break
		}
		if have.Version == name || have.Name == name || len(name) >= 7 && IsHex(name, len(name)) && strings.HasPrefix(have.Commit, name) {
			if count == 0 {
				r = have
			}
			count++
		}
	}
	return r, count
}

// SuggestVersions are the versions that may come next: patch, minor, major
// above the newest that is known; none where no version is.
func SuggestVersions(s Survey) []string {
	newest := ""
	for _, r := range s.Releases {
		if r.Version != "" && !strings.Contains(r.Version, "-") && (newest == "" || compareVersions(r.Version, newest) > 0) {
			newest = r.Version
		}
	}
	var major, minor, patch int
	if n, err := fmt.Sscanf(newest, "v%d.%d.%d", &major, &minor, &patch); n != 3 || err != nil {
		return nil
	}
	return []string{
		fmt.Sprintf("v%d.%d.%d", major, minor+1, 0),
		fmt.Sprintf("v%d.%d.%d", major, minor, patch+1),
		fmt.Sprintf("v%d.%d.%d", major+1, 0, 0),
	}
}
