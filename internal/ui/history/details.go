package history

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// tone is how a line of the details is to be read; the view finds the style.
type tone int

const (
	plain tone = iota
	heading
	quiet
	warning
)

// line is one line of the details. A line that stands for a version carries
// its digest, so that what acts on the cursor acts on that version.
type line struct {
	label  string // "" goes on with the label above
	text   string
	tone   tone
	digest model.Digest
	flush  bool // begins at the left, not behind the labels
	depth  int  // how far a flush line is set in
	blob   bool // the digest is content, no version: nothing but looking at it makes sense
}

// details tells everything about one row, digests whole, times absolute; with
// open also what it is made of down to the layers.
func details(l loaded, r *row, open bool) []line {
	out := make([]line, 0, 32)
	out = append(out, line{text: rowTitle(r), tone: heading})
	if r.Failed != "" {
		out = append(out, line{label: "publish", text: model.Sanitize(r.Failed), tone: warning})
	}
	out = append(out, line{label: "digest", text: string(r.Digest), digest: r.Digest})
	out = append(out, stays(r)...)
	out = append(out, tags(r)...)
	out = append(out, facts(l, r)...)
	out = append(out, parts(l, r, open)...)
	out = append(out, pieces(l, r, open)...)
	out = append(out, related(l, r)...)
	return out
}

func rowTitle(r *row) string {
	switch {
	case r.Release != "":
		return "release " + releaseLabel(r.Release)
	case len(r.Commit) >= 7:
		return "build of " + r.Commit[:7]
	default:
		return "version " + r.Digest.Short()
	}
}

// stays tells which channels point here and which did, since when or for how
// long, and how that is known.
func stays(r *row) []line {
	var out []line
	for _, h := range r.Now {
		text := model.Sanitize(h.Channel) + " points here now"
		if h.Via == model.ViaMetadata {
			text = model.Sanitize(h.Channel) + " names this in its metadata, it has no channel tag"
		}
		out = append(out, line{text: text})
		for _, s := range r.Stays {
			if s.Channel == h.Channel && s.To.IsZero() && !s.From.IsZero() {
				out = append(out, line{text: "since " + present.Full(s.From)}, line{text: present.Evidence(s.Evidence), tone: quiet})
			}
		}
	}
	for _, s := range r.Stays {
		if s.To.IsZero() {
			continue
		}
		text := "was " + model.Sanitize(s.Channel)
		if !s.From.IsZero() {
			out = append(out, line{text: text + " for " + present.Duration(s.To.Sub(s.From))}, line{text: "from " + present.Full(s.From)})
		} else {
			out = append(out, line{text: text})
		}
		out = append(out, line{text: "to   " + present.Full(s.To)}, line{text: present.Evidence(s.Evidence), tone: quiet})
	}
	if len(out) == 0 {
		out = append(out, line{text: "no channel points here, and none is known to have", tone: quiet})
	}
	out[0].label = "channels"
	return out
}

func tags(r *row) []line {
	if len(r.Tags) == 0 {
		return []line{{label: "tags", text: "none: only its digest finds it", tone: quiet}}
	}
	out := make([]line, len(r.Tags))
	for i, t := range r.Tags {
		out[i] = line{text: model.Sanitize(t)}
	}
	out[0].label = "tags"
	return out
}

// facts are what the version is by itself.
func facts(l loaded, r *row) []line {
	out := []line{{label: "kind", text: string(r.Kind)}}
	if r.Kind == model.VersionUnknown {
		out[0].text = "not known: its manifest has not been read"
		out[0].tone = quiet
	}
	if r.Commit != "" {
		out = append(out, line{label: "commit", text: model.Sanitize(r.Commit)})
	}
	out = append(out, moment("pushed", r.Created, l.Survey.Inventory.ReadAt))
	if !r.Updated.IsZero() && !r.Updated.Equal(r.Created) {
		out = append(out, moment("tags moved", r.Updated, l.Survey.Inventory.ReadAt))
	}
	if len(r.Platforms) > 0 {
		out = append(out, line{label: "platforms", text: strings.Join(model.SanitizeAll(r.Platforms), " ")})
	}
	size := line{label: "size", text: "not read yet", tone: quiet}
	if r.Size >= 0 {
		size = line{label: "size", text: fmt.Sprintf("%s (%s bytes)", present.Size(r.Size), present.Count(int(r.Size)))}
	}
	out = append(append(out, size), ownSize(l, r.Digest)...)
	if r.ID != 0 {
		out = append(out, line{label: "version", text: strconv.FormatInt(r.ID, 10)})
	} else {
		out = append(out, line{label: "version", text: "without an id: only the registry tells of it", tone: quiet})
	}
	return append(out, line{label: "trust", text: "not checked", tone: quiet})
}

func moment(label string, at, now time.Time) line {
	if at.IsZero() {
		return line{label: label, text: "not told by the registry", tone: quiet}
	}
	return line{label: label, text: present.Full(at) + ", " + present.Age(at, now)}
}

// releaseLabel is how lists name a release.
func releaseLabel(name string) string {
	return model.Sanitize(model.Release{Name: name}.Label())
}
