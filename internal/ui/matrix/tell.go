package matrix

import (
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// tell copies a line about the channel under the cursor, and with further
// presses the matrix and the document of the channel.
func (p *Pane) tell() pane.Action {
	col := p.column()
	if col == nil || col.set == nil {
		return nil
	}
	set := *col.set
	rows, columns := p.table.Shown(), p.columns
	markdown := func() string { return p.markdown(rows, columns) }
	return p.teller.Tell(col.channel+" "+col.release, pane.Forms(present.TellAudit(set), "the verdicts on "+col.title, markdown, set)...)
}

// markdown is the whole matrix for a ticket, and why what is not verified is
// not.
func (p *Pane) markdown(rows []*row, columns []*column) string {
	t := present.Table{Columns: []present.Column{{Title: "package"}}, Empty: "There are no packages."}
	for _, col := range columns {
		title := col.title
		if col.channel != "" && col.release != "" {
			title += " (" + model.Sanitize(model.Release{Name: col.release}.Label()) + ")"
		}
		t.Columns = append(t.Columns, present.Column{Title: title})
	}
	why := ""
	for _, r := range rows {
		line := []present.Cell{{Text: model.Sanitize(r.pkg)}}
		for i, c := range r.cells {
			cell := p.cellOf(c)
			if c.member.Digest != "" {
				cell.Text += " " + present.Short(c.member.Digest)
			}
			line = append(line, cell)
			if c.checked == nil || c.checked.Err != nil || c.checked.Verification.Verdict == model.VerdictVerified || !c.checked.Verification.Expected() {
				continue
			}
			for _, l := range present.Texts(present.VerificationHead(c.checked.Verification, columns[i].title)) {
				why += "- " + present.Markdown(r.pkg+" in "+columns[i].title+": "+l) + "\n"
			}
		}
		t.Rows = append(t.Rows, line)
	}
	out := t.Markdown()
	if why != "" {
		out += "\n" + why
	}
	return out
}
