package present

import (
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// TellChannel is one line about a channel for a chat: what it is, whether it is
// one set, since when, and what was before.
func TellChannel(s model.Survey, c model.ChannelState, now time.Time) string {
	parts := []string{place(s.Inventory) + " " + model.Sanitize(c.Name) + ": " + channelNow(c)}
	if nothingThere(c) {
		return parts[0]
	}
	if set := OneSet(c); set.Tone != Good {
		parts = append(parts, "NOT one set ("+set.Text+")")
	} else {
		parts = append(parts, set.Text+" packages")
	}
	if !c.Since.IsZero() {
		parts = append(parts, "since "+Full(c.Since)+" ("+Age(c.Since, now)+")")
	}
	if c.Previous != nil {
		parts = append(parts, "before: "+before(c.Previous).Text)
	}
	return strings.Join(parts, ", ")
}

func channelNow(c model.ChannelState) string {
	if nothingThere(c) {
		return "not published"
	}
	if c.Release == nil {
		return "release unknown"
	}
	name := label(*c.Release)
	if commit := Commit(c.Release.Commit); c.Release.Commit != "" && commit != name {
		name += " (" + commit + ")"
	}
	return name
}

// TellPackage is one line about a package: what each channel has of it.
func TellPackage(s model.Survey, pkg string) string {
	p, ok := s.Inventory.Package(pkg)
	if !ok {
		return place(s.Inventory) + "/" + model.Sanitize(pkg) + ": unknown package"
	}
	parts := []string{}
	for _, c := range s.Channels {
		for _, m := range c.Members {
			if m.Package != pkg {
				continue
			}
			said := model.Sanitize(c.Name) + " " + Member(m).Text
			if m.Digest != "" && !strings.HasSuffix(said, Short(m.Digest)) {
				said += " " + Short(m.Digest)
			}
			if m.State == model.MemberDrift {
				said += " (drift)"
			}
			parts = append(parts, said)
		}
	}
	parts = append(parts, Seen(p.Info).Text)
	if v := versions(p).Text; v != None {
		parts = append(parts, v+" versions")
	}
	return place(s.Inventory) + "/" + model.Sanitize(pkg) + ": " + strings.Join(parts, ", ")
}

// TellVersion is one line about a version: the whole reference first, so that
// it can be pasted into a pull.
func TellVersion(s model.Survey, pkg string, r model.Row, now time.Time) string {
	parts := []string{}
	if r.Release != "" {
		parts = append(parts, releaseName(r.Release))
	}
	if r.Commit != "" && r.Release != r.Commit {
		parts = append(parts, "commit "+Commit(r.Commit))
	}
	if tags := r.Tags; len(tags) > 0 {
		parts = append(parts, "tags "+strings.Join(strings.Fields(Tags(s.Inventory.Layout, tags)), " "))
	} else {
		parts = append(parts, "untagged")
	}
	if !r.Created.IsZero() {
		parts = append(parts, "pushed "+Full(r.Created)+" ("+Age(r.Created, now)+")")
	}
	if n := note(s.Inventory.Layout, r).Text; n != "" {
		parts = append(parts, n)
	}
	if r.Failed != "" {
		parts = append(parts, "failed: "+model.Sanitize(r.Failed))
	}
	return place(s.Inventory) + "/" + model.Sanitize(pkg) + "@" + model.Sanitize(string(r.Digest)) + ": " + strings.Join(parts, ", ")
}

// place is where packages live: ghcr.io/owner.
func place(inv model.Inventory) string {
	if inv.Owner == "" {
		return model.Sanitize(inv.Registry)
	}
	return model.Sanitize(inv.Registry + "/" + inv.Owner)
}

// Rate says how much of GitHub's limit is left: "4,988 left", or when it
// begins anew where nothing is.
func Rate(r model.RateLimit, now time.Time) Cell {
	switch {
	case !r.Known:
		return Cell{}
	case r.Remaining <= 0:
		return Cell{Mark: MarkBad, Text: "limit used up, anew in " + Duration(r.Reset.Sub(now)), Tone: Bad}
	case r.Limit > 0 && r.Remaining*10 < r.Limit:
		return Cell{Mark: MarkWarn, Text: Count(r.Remaining) + " left", Tone: Warn}
	}
	return Cell{Text: Count(r.Remaining) + " left"}
}

// stage is a plan's stage in a cell.
func stage(n int) string {
	if n <= 0 {
		return None
	}
	return strconv.Itoa(n)
}
