package present

import (
	"slices"
	"strconv"

	"github.com/novotnyllc/caitui/internal/model"
)

// Words that confirm.
const (
	demoWord    = "demo"
	partialWord = " partial"
)

// PlanWord is what must be typed before a plan is executed. It says what is at
// stake: the number of versions where some are deleted; the channel where one
// is moved, and that it is moved in part where packages were left out; else the
// number of versions that come back, or the tag. In the demo it is never a word
// that would do something elsewhere. An empty plan has none.
func PlanWord(p model.Plan, layout model.Layout, demo bool) string {
	if p.Empty() {
		return ""
	}
	if demo {
		return demoWord
	}
	if n := kindCount(p, model.DeleteVersion); n > 0 {
		return strconv.Itoa(n)
	}
	if channel := planChannel(p, layout); channel != "" {
		if slices.ContainsFunc(p.Unmoved, func(u model.Unmoved) bool { return u.Excluded }) {
			return channel + partialWord
		}
		return channel
	}
	if n := kindCount(p, model.RestoreVersion); n > 0 {
		return strconv.Itoa(n)
	}
	return p.Changes[0].Tag
}

func kindCount(p model.Plan, kind model.ChangeKind) int {
	n := 0
	for _, c := range p.Changes {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

// planChannel is the channel that a plan is about, else the first one of the
// layout of which it changes a tag, "" where there is none.
func planChannel(p model.Plan, layout model.Layout) string {
	if p.Aim.Channel != "" {
		return p.Aim.Channel
	}
	for _, channel := range layout.Channels {
		for _, c := range p.Changes {
			if c.Tag != "" && slices.Contains(layout.Package(c.Package).TagsOf(channel.Name), c.Tag) {
				return channel.Name
			}
		}
	}
	return ""
}
