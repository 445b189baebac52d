package layout

// Rect is a part of the screen in cells, from the top left corner.
type Rect struct{ X, Y, W, H int }

// Empty reports whether there is no room in it.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Inset is the rectangle without its outermost cells.
func (r Rect) Inset(horizontal, vertical int) Rect {
	return Rect{r.X + horizontal, r.Y + vertical, max(r.W-2*horizontal, 0), max(r.H-2*vertical, 0)}
}

// Sizes at which the screen changes. Below MinWidth × MinHeight nothing useful
// can be drawn; SideWidth and FarWidth are where the details and the history
// stand beside the list.
const (
	MinWidth  = 60
	MinHeight = 16
	SideWidth = 120
	FarWidth  = 200
)

// Options says what the screen has to hold.
type Options struct {
	// Alone gives the body all columns: a pane without details.
	Alone bool
	// Far asks for a third column where there is room for one.
	Far bool
}

// Layout is the named parts of the screen. Side and Far are empty where there
// is no room for them; between neighbours one column is left for the divider.
type Layout struct {
	Status, Body, Side, Far, Footer Rect
	// TooSmall is set below MinWidth × MinHeight. The rectangles are still
	// within the screen.
	TooSmall bool
}

// Screen divides a terminal of w × h cells: the status line on top, the footer
// at the bottom, the body between them, from SideWidth columns on with details
// to its right and from FarWidth on with a third column where it is asked for.
func Screen(w, h int, o Options) Layout {
	w, h = max(w, 0), max(h, 0)
	l := Layout{TooSmall: w < MinWidth || h < MinHeight}
	rest := Rect{0, 0, w, h}
	l.Status, rest = top(rest, 1)
	l.Footer, rest = bottom(rest, 1)
	l.Body = rest
	if o.Alone || w < SideWidth || rest.H == 0 {
		return l
	}
	if w < FarWidth || !o.Far {
		// The list keeps its 80 columns and two thirds of what is over.
		l.Body, l.Side = split(rest, 80+(w-SideWidth)/2)
		return l
	}
	l.Body, l.Side = split(rest, 84+(w-FarWidth)/3)
	l.Side, l.Far = split(l.Side, (l.Side.W-1)/2)
	return l
}

func top(r Rect, n int) (first, rest Rect) {
	n = min(n, r.H)
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

func bottom(r Rect, n int) (last, rest Rect) {
	n = min(n, r.H)
	return Rect{r.X, r.Y + r.H - n, r.W, n}, Rect{r.X, r.Y, r.W, r.H - n}
}

// split divides a rectangle at a column, with one column left between.
func split(r Rect, at int) (left, right Rect) {
	at = max(min(at, r.W-1), 0)
	return Rect{r.X, r.Y, at, r.H}, Rect{r.X + at + 1, r.Y, max(r.W-at-1, 0), r.H}
}

// Part is one of several views above each other.
type Part struct {
	// Want is the lines it would use; more it gets only if Grow is set.
	Want int
	// Min is the lines below which it is useless: it gets none then.
	Min int
	// Grow takes what the others leave.
	Grow bool
	// Drop is when the part goes as the height shrinks: larger first, 0 never.
	Drop int
}

// Rows divides a rectangle into parts above each other. What does not fit at
// its least is dropped, largest Drop first; lines that are left go to each
// part up to what it wants, in order, then in equal shares to those that grow.
func Rows(r Rect, parts ...Part) []Rect {
	heights := make([]int, len(parts))
	for i, p := range parts {
		heights[i] = max(min(p.Min, p.Want), 0)
		if p.Grow {
			heights[i] = max(p.Min, 0)
		}
	}
	dropped := make([]bool, len(parts))
	for total(heights) > r.H {
		i := last(parts, dropped)
		if i < 0 {
			break
		}
		heights[i], dropped[i] = 0, true
	}
	spare := r.H - total(heights)
	var growing []int
	for i, p := range parts {
		if dropped[i] {
			continue
		}
		if more := min(p.Want-heights[i], spare); more > 0 {
			heights[i] += more
			spare -= more
		}
		if p.Grow {
			growing = append(growing, i)
		}
	}
	for n := len(growing); n > 0 && spare > 0; n-- {
		share := spare / n
		heights[growing[n-1]] += share
		spare -= share
	}
	out := make([]Rect, len(parts))
	y, room := r.Y, max(r.H, 0)
	for i, h := range heights {
		h = min(h, room)
		out[i] = Rect{r.X, y, r.W, h}
		y, room = y+h, room-h
	}
	return out
}

func total(heights []int) int {
	sum := 0
	for _, h := range heights {
		sum += h
	}
	return sum
}

func last(parts []Part, dropped []bool) int {
	best := -1
	for i, p := range parts {
		if !dropped[i] && p.Drop > 0 && (best < 0 || p.Drop >= parts[best].Drop) {
			best = i
		}
	}
	return best
}
