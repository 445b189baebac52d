package matrix

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Name is the pane's address.
const Name pane.ID = "matrix"

// Pane shows packages × channels.
type Pane struct {
	th      theme.Theme
	width   int
	height  int
	focused bool

	survey model.Survey
	ready  bool
	tried  time.Time // the reading of the survey under which the verdicts were asked for
	sets   []model.SetVerification
	done   bool  // nothing more is being checked
	err    error // why the verdicts, or those that are missing, did not come

	release  string // the release that has a column of its own, "" for none
	wanted   string // the channel where the cursor shall go when there is one
	columns  []*column
	at       int  // the column under the cursor
	releases bool // the cells tell releases in place of verdicts
	touched  bool // a person moved the cursor

	table   *table.Model[*row]
	details []string // drawn: about the cell under the cursor

	teller pane.Teller
}

// New builds the pane. The verdicts come as a Result, those of some channels
// before the others.
func New(th theme.Theme, a pane.ShowMatrix) *Pane {
	p := &Pane{th: th, wanted: a.Channel, release: a.Release}
	p.table = table.New(th, func(r *row) string { return r.pkg }, nil)
	return p
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Release is the release that has a column of its own, "" for none.
func (p *Pane) Release() string { return p.release }

// Title is the pane's part of the breadcrumb.
func (p *Pane) Title() string { return "channels × packages" }

// Tables is the matrix, for its columns.
func (p *Pane) Tables() (all []pane.Table, here int) {
	return []pane.Table{{Name: "channels × packages", Arranger: p.table}}, 0
}

// CapturesText is false: nothing is typed here.
func (p *Pane) CapturesText() bool { return false }

// SetFocus tells whether keys go here.
func (p *Pane) SetFocus(focused bool) { p.focused = focused }

// SetSize gives the pane its size in cells.
func (p *Pane) SetSize(width, height int) {
	p.width, p.height = width, height
	p.arrange()
}

// Update takes surveys, verdicts, where to go, and the mouse.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Surveyed:
		return p.surveyed(msg.Survey), nil
	case pane.Result:
		p.result(msg)
	case pane.ShowMatrix:
		p.wanted, p.touched = msg.Channel, false
		p.place()
		p.arrange()
	case tea.MouseMsg:
		p.moused(msg)
	}
	return nil, nil
}

// surveyed draws the matrix anew. What a channel points to now and was not
// checked is asked for, and what could not be asked or told is asked again when
// everything was read anew.
func (p *Pane) surveyed(s model.Survey) pane.Action {
	p.survey, p.ready = s, true
	p.build()
	at := s.Inventory.ReadAt
	again := !p.tried.IsZero() && at.After(p.tried) && (p.err != nil || p.done && p.outdated())
	if p.tried.IsZero() || again {
		p.tried = at
	}
	if !again {
		return nil
	}
	p.done = false
	p.arrange()
	return pane.Again{}
}

// outdated reports whether a channel points to something that was not checked,
// or that could not be told: a trusted root may have come since.
func (p *Pane) outdated() bool {
	for _, r := range p.table.Shown() {
		for _, c := range r.cells {
			if c.member.Digest != "" && (c.checked == nil || c.checked.Err != nil || c.checked.Verification.Verdict == model.VerdictUnverifiable) {
				return true
			}
		}
	}
	return false
}

// result takes verdicts: some of them, or all.
func (p *Pane) result(msg pane.Result) {
	switch value := msg.Value.(type) {
	case pane.SomeVerdicts:
		p.sets, p.err = merged(p.sets, value.Sets), nil
	case []model.SetVerification:
		p.sets, p.done, p.err = value, true, nil
	case nil:
		if msg.Err == nil {
			return
		}
		p.err, p.done = msg.Err, true
	}
	p.build()
}

// merged puts newer verdicts in the place of the older ones of the same set.
func merged(old, newer []model.SetVerification) []model.SetVerification {
	out := slices.Clone(newer)
	for _, s := range old {
		if !slices.ContainsFunc(newer, func(n model.SetVerification) bool { return sameSet(n, s) }) {
			out = append(out, s)
		}
	}
	return out
}

func sameSet(a, b model.SetVerification) bool {
	return a.Channel == b.Channel && (a.Channel != "" || a.Release == b.Release)
}

// current is the cell under the cursor, false where there is none.
func (p *Pane) current() (*row, *cell, bool) {
	r, ok := p.table.Cursor()
	if !p.ready || !ok || p.at >= len(r.cells) {
		return nil, nil, false
	}
	return r, r.cells[p.at], true
}
