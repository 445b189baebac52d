package present

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// writtenDocument shows the document that a plan writes, field by field against
// the one that its tag leads to now: it is nowhere to be read before the plan
// is done.
func writtenDocument(p model.Plan, s model.Survey) []Line {
	var out []Line
	var shown []model.Digest
	for _, c := range p.Changes {
		if c.Artifact == nil || slices.Contains(shown, c.To) {
			continue
		}
		shown = append(shown, c.To)
		out = append(out, Line{Tone: Strong, Text: fmt.Sprintf("Document written to %s, %s, %s, now %s:",
			model.Sanitize(c.Package), Short(c.To), Size(int64(len(c.Artifact.Content))), ShortOrNone(c.From))})
		doc, err := model.ParseChannelDocument(c.Artifact.Content)
		if err != nil {
			out = append(out, Line{Mark: MarkWarn, Tone: Warn, Text: "  it is not a channel's document: " + sentence(err.Error())})
			continue
		}
		state, _ := s.Inventory.Package(c.Package)
		former, known := state.Snapshot.Documents[c.From]
		if c.From != "" && !known {
			out = append(out, Line{Mark: MarkDot, Tone: Muted, Text: "  the present document was not read: only what is written is shown"})
		}
		out = append(out, documentFields(former, doc)...)
	}
	return out
}

// documentFields are the fields of a document, each with what it was before.
func documentFields(former, doc model.ChannelDocument) []Line {
	type field struct{ name, before, after string }
	fields := []field{
		{"channel", former.Channel, doc.Channel},
		{"version", former.Version, doc.Version},
		{"immutable_tag", former.ImmutableTag, doc.ImmutableTag},
		{"moving_tags", strings.Join(former.MovingTags, " "), strings.Join(doc.MovingTags, " ")},
	}
	names := slices.Sorted(maps.Keys(doc.Images))
	for name := range former.Images {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		fields = append(fields, field{"image " + name, short(former.Images[name]), short(doc.Images[name])})
	}
	fields = append(fields,
		field{"payload", short(former.Payload), short(doc.Payload)},
		field{"payload ref", payloadRef(former), payloadRef(doc)},
		field{"generated_at", stampOf(former), stampOf(doc)})
	width := 0
	for _, f := range fields {
		width = max(width, len(f.name))
	}
	var out []Line
	for _, f := range fields {
		text := fmt.Sprintf("  %-*s  ", width, model.Sanitize(f.name))
		switch f.before {
		case f.after:
			text += orNone(f.after) + ", as now"
		case "":
			text += orNone(f.after)
		default:
			text += orNone(f.before) + " " + string(MarkArrow) + " " + orNone(f.after)
		}
		out = append(out, Line{Text: text})
	}
	return out
}

func short(d model.Digest) string {
	if d == "" {
		return ""
	}
	return Short(d)
}

// payloadRef is the payload's reference without its digest, which has a line
// of its own.
func payloadRef(d model.ChannelDocument) string {
	name, _, _ := strings.Cut(d.PayloadRef, "@")
	return name
}

func stampOf(d model.ChannelDocument) string {
	if d.GeneratedAt.IsZero() {
		return ""
	}
	return Full(d.GeneratedAt)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return model.Sanitize(s)
}
