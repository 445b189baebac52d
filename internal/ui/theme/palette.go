package theme

import "github.com/charmbracelet/lipgloss"

// palette is the few colours that styles are made of. A nil colour is the
// terminal's own.
type palette struct {
	accent, danger, warn, good, muted, border, field lipgloss.TerminalColor
	// selected and blurred are grounds of the row under the cursor; where they
	// are nil the row is reversed, or bold without focus.
	selected, blurred lipgloss.TerminalColor
	// badge is the ink on the ground of LIVE and DEMO.
	badge lipgloss.TerminalColor
	// faint is set where muted text is drawn faint, having no colour of its own.
	faint bool
}

func rgb(hex, c256, c16 string) lipgloss.TerminalColor {
	return lipgloss.CompleteColor{TrueColor: hex, ANSI256: c256, ANSI: c16}
}

func paletteOf(name string) palette {
	switch name {
	case Dark:
		return palette{
			accent: rgb("#6cb6ff", "75", "14"), danger: rgb("#ff7b72", "210", "9"),
			warn: rgb("#e3b341", "179", "11"), good: rgb("#6bc46d", "77", "10"),
			muted: rgb("#8b949e", "245", "7"), border: rgb("#545d68", "240", "8"),
			field: rgb("#262c36", "236", "0"), selected: rgb("#2b3f5c", "24", "4"),
			blurred: rgb("#2a3038", "237", "0"), badge: rgb("#0d1117", "233", "0"),
		}
	case Light:
		return palette{
			accent: rgb("#0550ae", "25", "4"), danger: rgb("#b3171f", "124", "1"),
			warn: rgb("#7d4e00", "94", "3"), good: rgb("#116329", "22", "2"),
			muted: rgb("#57606a", "241", "8"), border: rgb("#9aa4af", "247", "7"),
			field: rgb("#eaeef2", "255", "7"), selected: rgb("#cfe4ff", "153", "14"),
			blurred: rgb("#e7ebef", "254", "7"), badge: rgb("#ffffff", "231", "15"),
		}
	case ANSI16:
		// Colours of the normal half only: both grounds leave them readable.
		return palette{
			accent: lipgloss.Color("6"), danger: lipgloss.Color("1"),
			warn: lipgloss.Color("3"), good: lipgloss.Color("2"), faint: true,
		}
	}
	return palette{faint: true}
}

// styles maps colours to meanings.
func styles(r *lipgloss.Renderer, p palette) Theme {
	plain := r.NewStyle()
	ink := func(c lipgloss.TerminalColor) lipgloss.Style {
		if c == nil {
			return plain
		}
		return plain.Foreground(c)
	}
	muted, border := ink(p.muted), ink(p.border)
	if p.faint {
		muted, border = muted.Faint(true), border.Faint(true)
	}
	selected, blurred := plain.Reverse(true), plain.Bold(true)
	if p.selected != nil {
		selected, blurred = plain.Background(p.selected).Bold(true), plain.Background(p.blurred)
	}
	field := plain.Underline(true)
	if p.field != nil {
		field = plain.Background(p.field)
	}
	badge := func(ground lipgloss.TerminalColor) lipgloss.Style {
		if p.badge == nil || ground == nil {
			return ink(ground).Reverse(true).Bold(true)
		}
		return plain.Foreground(p.badge).Background(ground).Bold(true)
	}
	return Theme{
		Base: plain, Title: plain.Bold(true), Crumb: muted, Muted: muted,
		Accent: ink(p.accent), Strong: plain.Bold(true),
		Danger: ink(p.danger).Bold(true), Warn: ink(p.warn), Good: ink(p.good),
		Added: ink(p.good), Removed: ink(p.danger), Changed: ink(p.warn),
		Selected: selected, SelectedBlur: blurred,
		Cursor: ink(p.accent).Bold(true), Marked: ink(p.accent),
		Header: muted, Key: ink(p.accent).Bold(true),
		KeyDanger: ink(p.danger).Bold(true), KeyOff: muted,
		Border: border, BorderFocus: ink(p.accent),
		Demo: badge(p.warn), Live: badge(p.accent),
		Field: field, Match: ink(p.accent).Underline(true),
	}
}
