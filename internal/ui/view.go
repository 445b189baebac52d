package ui

import (
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
)

// View draws exactly the terminal's size, whatever the panes do: bubbletea
// drops lines that are too many from the top, where LIVE stands.
func (r *Root) View() string {
	switch {
	case r.width == 0 || r.height == 0:
		return "caitui is starting"
	case r.layout.TooSmall:
		return layout.Fit(r.tooSmall(), r.width, r.height)
	}
	body := layout.Fit(r.top().View(), r.layout.Body.W, r.layout.Body.H)
	var room string
	if r.modals.Len() > 0 {
		room = r.modals.View(body+"\n", r.noticeLine(r.width))
	} else {
		room = body + "\n" + r.footer()
	}
	return layout.Fit(r.statusLine()+"\n"+room, r.width, r.height)
}

// tooSmall says so instead of drawing rubbish, and what this is.
func (r *Root) tooSmall() string {
	lines := []string{
		"caitui " + r.place(),
		fmt.Sprintf("needs %d×%d, has %d×%d", layout.MinWidth, layout.MinHeight, r.width, r.height),
	}
	if r.run != nil {
		done, all := r.run.dialog.Count()
		lines = append(lines, fmt.Sprintf("plan runs: %d of %d", done, all), "x stops after this step")
	} else {
		lines = append(lines, "ctrl+c quits")
	}
	return r.th.Text(strings.Join(lines, "\n"))
}

// footer is the notice, or the keys of here.
func (r *Root) footer() string {
	switch {
	case r.notice.text != "":
		return " " + r.noticeLine(r.width-1)
	case r.top().CapturesText():
		return " " + r.th.Muted.Render("enter takes the filter  esc leaves it")
	}
	return keys.Footer(r.th, append(r.paneKeys(), r.globals()...), r.width)
}

// noticeLine is the notice in at most width cells, "" where there is none.
func (r *Root) noticeLine(width int) string {
	style, text := r.th.Strong, r.notice.text
	if r.notice.bad {
		style, text = r.th.Danger, r.th.Glyphs.Warn+" "+text
	}
	if r.notice.text == "" {
		return ""
	}
	return style.Render(layout.Truncate(r.th.Text(text), width, r.th.Glyphs.Ellipsis))
}
