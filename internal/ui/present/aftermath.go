package present

import (
	"fmt"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// AftermathLines says what stands after a plan: tags, platforms, strangers,
// statements, the channel as one set; what is in order in one line each, what is
// not by name.
func AftermathLines(a model.Aftermath) []Line {
	out := tagsAfter(a.Tags)
	out = append(out, packagesAfter(a.Packages)...)
	if c := a.Channel; c != nil {
		ok, all := c.Count()
		line := Line{Mark: MarkOK, Tone: Good, Text: fmt.Sprintf("%s is one set: %d of %d packages", model.Sanitize(c.Name), ok, all)}
		if len(c.Incoherent) > 0 {
			line = Line{Mark: MarkWarn, Tone: Warn, Text: fmt.Sprintf("%s is not one set: %d of %d packages", model.Sanitize(c.Name), ok, all)}
		}
		out = append(out, line)
		for _, i := range c.Incoherent {
			out = append(out, Line{Mark: MarkWarn, Tone: Warn, Text: sentence(i.Message)})
		}
	}
	return out
}

func tagsAfter(list []model.TagAfter) []Line {
	var out []Line
	stand := 0
	for _, t := range list {
		name := model.Sanitize(t.Package + ":" + t.Tag)
		switch {
		case t.Stands():
			stand++
		case t.Err != nil:
			out = append(out, Line{Mark: MarkWarn, Tone: Warn, Text: name + " could not be read again: " + sentence(t.Err.Error())})
		case t.Now == "":
			out = append(out, Line{Mark: MarkBad, Tone: Bad, Text: name + " does not exist"})
		default:
			out = append(out, Line{Mark: MarkBad, Tone: Bad, Text: name + " is at " + Short(t.Now) + ", not at " + ShortOrNone(t.Want)})
		}
	}
	if len(list) == 0 {
		return nil
	}
	mark, tone := MarkOK, Good
	if stand < len(list) {
		mark, tone = MarkWarn, Warn
	}
	return append([]Line{{Mark: mark, Tone: tone, Text: fmt.Sprintf("%d of %d tags read again and in place", stand, len(list))}}, out...)
}

func packagesAfter(list []model.PackageAfter) []Line {
	var out []Line
	platforms, resolved, readable, found, expected := 0, 0, 0, 0, 0
	var refused, unknown, dark []string
	for _, p := range list {
		if p.Platforms > 0 {
			platforms, resolved = platforms+p.Platforms, resolved+p.Resolved
		}
		name := model.Sanitize(p.Package)
		switch p.Anonymous {
		case model.AnonymousReadable:
			readable++
		case model.AnonymousRefused:
			refused = append(refused, name)
		case model.AnonymousUnknown:
			unknown = append(unknown, name)
		}
		if p.Attested.Found < 0 {
			dark = append(dark, name)
		} else {
			found, expected = found+p.Attested.Found, expected+p.Attested.Expected
		}
	}
	add := func(good bool, format string, args ...any) {
		l := Line{Mark: MarkOK, Tone: Good, Text: fmt.Sprintf(format, args...)}
		if !good {
			l.Mark, l.Tone = MarkWarn, Warn
		}
		out = append(out, l)
	}
	if platforms > 0 {
		add(resolved == platforms, "%d of %d platforms are there to be pulled", resolved, platforms)
	}
	if len(list) > 0 {
		add(len(refused)+len(unknown) == 0, "%d of %d packages can be read without a login%s%s", readable, len(list),
			named("; refused: ", refused), named("; not known: ", unknown))
	}
	checked := slices.ContainsFunc(list, func(p model.PackageAfter) bool { return p.Trust.Verdict != model.VerdictUnchecked })
	if expected > 0 || len(dark) > 0 {
		end := ", not checked"
		if checked {
			end = ""
		}
		add(found == expected && len(dark) == 0, "%d of %d signed statements are in the registry%s%s", found, expected, named("; not counted: ", dark), end)
	}
	return append(out, trustAfter(list)...)
}

// trustAfter says how many targets are verified, and of each other one why not.
func trustAfter(list []model.PackageAfter) []Line {
	var out []Line
	verified, expected := 0, 0
	for _, p := range list {
		if !p.Trust.Expected {
			continue
		}
		expected++
		if p.Trust.Verdict == model.VerdictVerified {
			verified++
			continue
		}
		cell := trustCell(p.Trust.Verdict, true)
		text := model.Sanitize(p.Package) + " is " + cell.Text
		if p.Trust.Why != "" {
			text += ": " + sentence(p.Trust.Why)
		}
		if cell.Mark == MarkDot {
			cell.Mark, cell.Tone = MarkWarn, Warn
		}
		out = append(out, Line{Mark: cell.Mark, Tone: cell.Tone, Text: text})
	}
	if expected == 0 {
		return nil
	}
	sum := Line{Mark: MarkOK, Tone: Good, Text: fmt.Sprintf("%d of %d targets are verified", verified, expected)}
	if verified < expected {
		sum.Mark, sum.Tone = MarkWarn, Warn
	}
	return append([]Line{sum}, out...)
}

func named(prefix string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return prefix + strings.Join(names, ", ")
}
