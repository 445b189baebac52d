package modal

import "github.com/novotnyllc/caitui/internal/ui/layout"

// Clicker is a Modal with a list that can be pointed at. What confirms a write
// is none: it is typed, never clicked.
type Clicker interface {
	// Click takes a press at a place within the view, counted from its corner.
	Click(x, y int) Outcome
}

// Click brings a press of the mouse to the dialog in front, counted from the
// corner of the room. Outside of it, and in a dialog that has no list, it does
// nothing.
func (s *Stack) Click(x, y int) Outcome {
	c, ok := s.Front().(Clicker)
	if !ok || s.quiet {
		return nil
	}
	p := s.items[len(s.items)-1]
	left, top := 1, 1 // the whole room: a title's line, a blank at the left
	if p.boxed {
		w, h := p.width+layout.FrameWidth, p.height+1+layout.FrameHeight
		left, top = (s.width-w)/2+layout.FrameWidth/2, (s.height-h)/2+layout.FrameHeight/2
	}
	x, y = x-left, y-top
	if x < 0 || y < 0 || x >= p.width || y >= p.height {
		return nil
	}
	return c.Click(x, y)
}

// clicked is the row of a list at a line, where the list begins at line first
// and shows rows from top on; -1 where there is none.
func clicked(y, first, top, rows, total int) int {
	i := top + y - first
	if y < first || y >= first+rows || i >= total {
		return -1
	}
	return i
}

// point moves the cursor to the row that was clicked, -1 for none; the row that
// it stands on is chosen.
func point(row, cursor int, move func(delta int), choose func() Outcome) Outcome {
	switch {
	case row < 0:
	case row == cursor:
		return choose()
	default:
		move(row - cursor)
	}
	return nil
}

// Click puts the cursor on an entry; on the entry under the cursor it does it.
func (p *Palette) Click(_, y int) Outcome {
	top, rows := p.window()
	return point(clicked(y, 1+len(wrap(p.th, p.head, p.width)), top, rows, len(p.shown)), p.cursor, p.move, p.choose)
}

// Click puts the cursor on a tag; on the tag under the cursor it chooses it,
// which opens its preview and nothing more.
func (c *Chooser) Click(_, y int) Outcome {
	top, rows := c.window()
	return point(clicked(y, 1+len(wrap(c.th, c.head, c.width)), top, rows, len(c.shown)), c.cursor, c.move, c.choose)
}
