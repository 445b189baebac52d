package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// skewShown is from when on the difference between the clocks is said: less
// than this nobody needs to know.
const skewShown = 60 * time.Second

// freshFor is how long after reading data counts as fresh.
const freshFor = time.Minute

// place is LIVE or DEMO with registry and owner.
func (r *Root) place() string {
	return r.word() + " " + r.where()
}

func (r *Root) word() string {
	if r.demo() {
		return "DEMO"
	}
	return "LIVE"
}

// where is what plans and pages are about: registry and owner.
func (r *Root) where() string {
	registry := r.survey.Inventory.Registry
	if registry == "" {
		registry = r.status.Registry
	}
	if registry == "" {
		registry = "no registry"
	}
	if owner := r.survey.Inventory.Owner; owner != "" {
		registry += "/" + owner
	}
	return model.Sanitize(registry)
}

// statusLine is LIVE or DEMO with the registry and, at the right, how the data
// stands; that one may only read is said as surely. What else there is to say
// takes what width is left: who acts, what they may do, more about the data, and
// the breadcrumbs.
func (r *Root) statusLine() string {
	badge := r.th.Live
	if r.demo() {
		badge = r.th.Demo
	}
	left := " " + r.th.Strong.Render("caitui") + " " + badge.Render(r.word()) + " " + r.th.Base.Render(r.th.Text(r.where()))
	parts := 1
	fits := func(more string, n int) bool {
		return layout.Width(left)+layout.Width(more)+2+r.dataWidth(n) <= r.width
	}
	add := func(text string, style lipgloss.Style) {
		if more := " " + style.Render(r.th.Text(text)); text != "" && fits(more, parts) {
			left += more
		}
	}
	who, may := r.account()
	if r.readOnly() {
		add(may, r.th.Warn)
		may = ""
	}
	add(who, r.th.Base)
	add(may, r.th.Muted)
	for parts < len(r.dataParts()) && fits("", parts+1) {
		parts++
	}
	right := r.dataLine(min(r.dataWidth(parts), max(r.width-layout.Width(left)-1, 0)))
	if crumbs := r.crumbs(); crumbs != "" && fits("  "+crumbs, parts) {
		left += "  " + crumbs
	}
	gap := max(r.width-layout.Width(left)-layout.Width(right), 1)
	return layout.Truncate(left+strings.Repeat(" ", gap)+right, r.width, r.th.Glyphs.Ellipsis)
}

// crumbs are the titles of the panes below and on top, where there are some.
func (r *Root) crumbs() string {
	if len(r.stack) < 2 {
		return ""
	}
	var parts []string
	for _, o := range r.stack {
		parts = append(parts, r.th.Text(model.Sanitize(o.pane.Title())))
	}
	return r.th.Crumb.Render(strings.Join(parts, " "+r.th.Glyphs.Crumb+" "))
}

// account is who acts, and what they may do as far as that is known.
func (r *Root) account() (who, may string) {
	a := r.status.Account
	who = "@" + model.Sanitize(a.Login)
	if a.Login == "" {
		who = "anonymous"
		if a.Source != "" && a.Source != "none" {
			who = "@?"
		}
	}
	switch {
	case r.readOnly():
		return who, "read-only"
	case slices.Contains(a.Scopes, "write:packages"):
		return who, "may write"
	case a.Scopes != nil:
		return who, "may not write"
	}
	return who, ""
}

// dataLine says in at most width cells how the data stands. What matters most
// comes first; the rest is left out as the width shrinks.
func (r *Root) dataLine(width int) string {
	parts := r.dataParts()
	n := len(parts)
	for n > 0 && r.dataWidth(n) > width {
		n--
	}
	var out []string
	for _, p := range parts[:n] {
		out = append(out, r.th.Tone(p.Tone).Render(r.th.Text(p.Text)))
	}
	return strings.Join(out, ", ")
}

// dataWidth is how wide the first n parts are.
func (r *Root) dataWidth(n int) int {
	width := 0
	for _, p := range r.dataParts()[:n] {
		width += layout.Width(r.th.Text(p.Text)) + len(", ")
	}
	return width - len(", ")
}

// dataParts are what there is to say about the data; the first is always
// there.
func (r *Root) dataParts() []present.Line {
	var out []present.Line
	add := func(tone present.Tone, format string, args ...any) {
		out = append(out, present.Line{Text: fmt.Sprintf(format, args...), Tone: tone})
	}
	switch age := r.age(); {
	case !r.have && r.load.err != nil:
		add(present.Bad, "! nothing read: %s", kind(r.load.err))
	case !r.have:
		add(present.Muted, "reading")
	case r.load.err != nil:
		add(present.Bad, "! not refreshed, %s old", present.Duration(age))
	case age > freshFor || !r.load.fresh:
		add(present.Warn, "%s, %s old", present.Clock(r.survey.Inventory.ReadAt), present.Duration(age))
	default:
		add(present.Muted, "%s fresh", present.Clock(r.survey.Inventory.ReadAt))
	}
	if r.have {
		if stale := r.stale(); r.load.fresh && stale > 0 {
			add(present.Warn, "%s not fresh", present.Many(stale, "package"))
		}
	}
	if skew := r.status.Skew.Abs(); skew > skewShown && !r.demo() {
		add(present.Warn, "clock off by %s", present.Duration(skew))
	}
	if rate := r.status.Rate; rate.Known {
		tone := present.Muted
		if rate.Limit > 0 && rate.Remaining*10 < rate.Limit {
			tone = present.Warn
		}
		add(tone, "%s left", present.Count(rate.Remaining))
	}
	if r.have && (r.load.busy || r.load.confirming || r.read.busy || r.whole.busy) {
		add(present.Muted, "reading")
	}
	return out
}

// stale is how many packages show an older state than the survey's.
func (r *Root) stale() int {
	n := 0
	for _, p := range r.survey.Inventory.Packages {
		if !p.Fresh {
			n++
		}
	}
	return n
}

// kind is an error in two words.
func kind(err error) string { return model.CodeOf(err) }
