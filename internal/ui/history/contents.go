package history

import (
	"slices"
	"strconv"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// ownSize says how many bytes of a version no other build has, and how many
// another one has too, as far as builds have been read.
func ownSize(l loaded, d model.Digest) []line {
	of, known := l.sizes.Of[d]
	if !known {
		return nil
	}
	own := line{label: "own", text: present.Size(of.Own) + ", " + present.Size(of.Shared) + " shared"}
	among := "among " + present.Many(l.sizes.Builds, "build") + " read"
	if l.sizes.Read < l.sizes.Builds || l.State.Snapshot.Partial {
		among = "among " + present.Count(l.sizes.Read) + " of " + present.Many(l.sizes.Builds, "build") + " read"
	}
	return []line{own, {text: among, tone: quiet}}
}

// parts lists what is folded under the row, every digest of it, and with open
// what each is made of.
func parts(l loaded, r *row, open bool) []line {
	elsewhere := l.elsewhere(r)
	if len(r.Parts)+len(elsewhere) == 0 {
		return nil
	}
	out := []line{{text: "parts " + strconv.Itoa(len(r.Parts)+len(elsewhere)), tone: heading}}
	for _, p := range r.Parts {
		name := string(p.Role)
		if p.Role == model.PartPlatform || p.Role == model.PartArchIndex {
			name = strings.TrimSpace(name + " " + strings.Join(model.SanitizeAll(p.Platforms), " "))
		}
		if p.Size >= 0 && p.Role == model.PartPlatform {
			name += ", " + present.Size(p.Size)
		}
		out = append(out, line{flush: true, text: name, digest: p.Digest},
			line{flush: true, text: string(p.Digest), tone: quiet, digest: p.Digest})
		for _, t := range p.Tags {
			if _, plumbing := strings.CutPrefix(t, "sha256-"); !plumbing {
				out = append(out, line{flush: true, text: model.Sanitize(t), tone: quiet, digest: p.Digest})
			}
		}
		if open {
			out = append(out, made(l, p.Digest, p.Role != model.PartArchIndex && p.Role != model.PartFallback)...)
		}
	}
	for _, p := range elsewhere {
		out = append(out, line{flush: true, text: model.Sanitize(p.Name) + ", folded under another build", digest: p.Digest},
			line{flush: true, text: string(p.Digest), tone: quiet, digest: p.Digest})
		if open {
			out = append(out, made(l, p.Digest, true)...)
		}
	}
	return out
}

// elsewhere are the manifests that a row's index lists and that are folded
// under another row, for several builds need them.
func (l loaded) elsewhere(r *row) []model.Piece {
	m := l.State.Snapshot.Manifests[r.Digest]
	if m == nil || !m.IsIndex() || !l.Folded {
		return nil
	}
	here := make(map[model.Digest]bool, len(r.Parts))
	for _, p := range r.Parts {
		here[p.Digest] = true
	}
	var out []model.Piece
	for _, p := range l.State.Snapshot.Names(r.Digest) {
		if p.Version && !here[p.Digest] {
			here[p.Digest] = true
			out = append(out, p)
		}
	}
	return out
}

// pieces lists what the version itself is made of, where that is not said with
// its parts: the configuration and the layers of what is no index.
func pieces(l loaded, r *row, open bool) []line {
	m := l.State.Snapshot.Manifests[r.Digest]
	switch {
	case m == nil:
		return nil
	case m.IsIndex() && l.Folded:
		return nil
	}
	out := []line{{text: "made of", tone: heading}}
	if !open {
		n := len(m.Manifests) + len(m.Layers)
		if m.Config != nil {
			n++
		}
		return append(out, line{flush: true, text: present.Many(n, "piece") + ", z lists them", tone: quiet})
	}
	return append(out, made(l, r.Digest, true)...)
}

// made lists the pieces of a manifest, one a line; deep follows manifests that
// it lists.
func made(l loaded, d model.Digest, deep bool) []line {
	snap := l.State.Snapshot
	if snap.Manifests[d] == nil {
		return []line{{flush: true, depth: 1, text: "not read, enter shows it", tone: quiet, digest: d}}
	}
	list, more := snap.Names(d), false
	if deep {
		list, more = snap.Pieces(d)
	}
	out := make([]line, 0, len(list)+1)
	for _, p := range list {
		words := []string{model.Sanitize(p.Name)}
		if !p.Version {
			words = append(words, present.Size(p.Size))
		}
		words = append(words, present.Short(p.Digest))
		if media := mediaName(p.MediaType); media != "" && !p.Version {
			words = append(words, media)
		}
		if p.Unread {
			words = append(words, "not read")
		}
		out = append(out, line{flush: true, depth: 1 + p.Depth, text: strings.Join(words, "  "), tone: quiet, digest: p.Digest, blob: !p.Version})
	}
	if more {
		out = append(out, line{flush: true, depth: 1, text: "and more than can be listed here", tone: quiet})
	}
	return out
}

// mediaName is the end of a media type that tells things apart.
func mediaName(mediaType string) string {
	mediaType = model.Sanitize(mediaType)
	for _, prefix := range []string{"application/vnd.oci.image.", "application/vnd.docker.", "application/vnd.", "application/"} {
		if rest, ok := strings.CutPrefix(mediaType, prefix); ok {
			return rest
		}
	}
	return mediaType
}

// unreadParts are the manifests that the list of pieces of a row lacks.
func (l loaded) unreadParts(r *row) []model.Digest {
	snap := l.State.Snapshot
	var out []model.Digest
	add := func(d model.Digest) {
		if snap.Manifests[d] == nil && !slices.Contains(out, d) && len(out) < versionrows.Batch {
			if _, listed := snap.Version(d); listed {
				out = append(out, d)
			}
		}
	}
	add(r.Digest)
	for _, p := range r.Parts {
		add(p.Digest)
	}
	list, _ := snap.Pieces(r.Digest)
	for _, p := range list {
		if p.Version {
			add(p.Digest)
		}
	}
	return out
}

// related lists who needs this version, what it speaks of and what speaks of
// it, as far as their manifests have been read, and on to those of them in
// turn; what is a part already is not said twice.
func related(l loaded, r *row) []line {
	snap := l.State.Snapshot
	var out []line
	for _, group := range []struct {
		title string
		of    func(model.Digest) []model.Digest
	}{{"needed by", snap.Parents}, {"speaks of", snap.Subjects}, {"spoken of by", snap.Referrers}} {
		said := map[model.Digest]bool{r.Digest: true}
		for _, p := range r.Parts {
			said[p.Digest] = true
		}
		lines := l.relatives(group.of, r.Digest, 0, said)
		if len(lines) > 0 {
			out = append(append(out, line{text: group.title, tone: heading}), lines...)
		}
	}
	return out
}

// farthest is how many steps relations are followed, and most how many lines
// they may take.
const (
	farthest = 4
	mostSaid = 400
)

func (l loaded) relatives(of func(model.Digest) []model.Digest, d model.Digest, depth int, said map[model.Digest]bool) []line {
	var out []line
	for _, next := range of(d) {
		if said[next] || len(said) > mostSaid {
			continue
		}
		said[next] = true
		if v, ok := l.State.Snapshot.Version(next); ok && len(v.Tags) > 0 {
			out = append(out, line{flush: true, depth: depth, text: present.Tags(l.Survey.Inventory.Layout, v.Tags), tone: quiet, digest: next})
		}
		out = append(out, line{flush: true, depth: depth, text: string(next), digest: next})
		if depth < farthest {
			out = append(out, l.relatives(of, next, depth+1, said)...)
		}
	}
	return out
}
