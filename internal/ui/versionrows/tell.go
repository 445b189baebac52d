package versionrows

import (
	"strconv"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// Tell is one line about a row, or about one of its parts, for a chat. Of a
// part it says which build it belongs to.
func (r *Row) Tell(d model.Digest) string {
	s, pkg := r.In.Survey, r.In.Name
	if d == r.Digest {
		return present.TellVersion(s, pkg, r.Row, s.Inventory.ReadAt)
	}
	for _, part := range r.Parts {
		if part.Digest == d {
			return present.TellVersion(s, pkg, model.Row{Entry: part.Entry}, s.Inventory.ReadAt) +
				", " + model.Sanitize(string(part.Role)) + " of " + present.Short(r.Digest)
		}
	}
	return present.TellVersion(s, pkg, model.Row{Entry: model.Entry{Version: model.Version{Digest: d}, Size: -1}}, s.Inventory.ReadAt)
}

// Forms are the forms in which a row, or one of its parts, is told.
func (r *Row) Forms(d model.Digest) []pane.Form {
	s, pkg := r.In.Survey, r.In.Name
	row := model.Row{Entry: model.Entry{Version: model.Version{Digest: d}, Size: -1}}
	if d == r.Digest {
		row = r.Row
	}
	for _, part := range r.Parts {
		if part.Digest == d {
			row = model.Row{Entry: part.Entry}
		}
	}
	markdown := func() string { return present.VersionTable(s, pkg, row).Markdown() }
	return pane.Forms(r.Tell(d), model.Sanitize(pkg)+"@"+present.Short(d), markdown, pane.VersionOf{Survey: s, Package: pkg, Digest: d})
}

// NoPage says why there is nothing to open in a browser, "" where there is.
func (p *Package) NoPage() string {
	if p.State.Info.URL == "" {
		return "no page is known: GitHub's API was not asked or did not tell"
	}
	return ""
}

// Page is the address of a version's page, or of the package's where the
// version has no id. GitHub keeps versions at .../container/NAME/ID beside the
// package's .../container/package/NAME.
func (p *Package) Page(d model.Digest) string {
	url := p.State.Info.URL
	v, ok := p.State.Snapshot.Version(d)
	base, found := strings.CutSuffix(url, "/package/"+p.Name)
	if !ok || v.ID == 0 || !found {
		return url
	}
	return base + "/" + p.Name + "/" + strconv.FormatInt(v.ID, 10)
}
