package history

import (
	"strconv"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// tell is one line about a version for a chat. Of a part it says which build it
// belongs to.
func (p *Pane) tell(r *row, d model.Digest) string {
	s := p.data.survey
	if d == r.Digest {
		return present.TellVersion(s, p.pkg, r.Row, s.Inventory.ReadAt)
	}
	for _, part := range r.Parts {
		if part.Digest == d {
			return present.TellVersion(s, p.pkg, model.Row{Entry: part.Entry}, s.Inventory.ReadAt) +
				", " + model.Sanitize(string(part.Role)) + " of " + present.Short(r.Digest)
		}
	}
	return present.TellVersion(s, p.pkg, model.Row{Entry: model.Entry{Version: model.Version{Digest: d}, Size: -1}}, s.Inventory.ReadAt)
}

// noPage says why there is nothing to open in a browser, "" where there is.
func (p *Pane) noPage() string {
	if p.data.state.Info.URL == "" {
		return "no page is known: GitHub's API was not asked or did not tell"
	}
	return ""
}

// page is the address of a version's page, or of the package's where the
// version has no id. GitHub keeps versions at .../container/NAME/ID beside the
// package's .../container/package/NAME.
func (p *Pane) page(d model.Digest) string {
	url := p.data.state.Info.URL
	v, ok := p.data.state.Snapshot.Version(d)
	base, found := strings.CutSuffix(url, "/package/"+p.pkg)
	if !ok || v.ID == 0 || !found {
		return url
	}
	return base + "/" + p.pkg + "/" + strconv.FormatInt(v.ID, 10)
}
