package packages

import (
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// tellPackage tells of one package in the form whose turn it is.
func (p *Pane) tellPackage(s model.Survey, pkg string) pane.Action {
	line := present.TellPackage(s, pkg)
	markdown := func() string {
		only := s
		only.Inventory.Packages = slices.DeleteFunc(slices.Clone(s.Inventory.Packages), func(o model.PackageState) bool { return o.Spec.Name != pkg })
		return present.PackagesTable(only).Markdown()
	}
	return p.teller.Tell("package "+pkg, pane.Forms(line, model.Sanitize(pkg), markdown, pane.PackageOf{Survey: s, Package: pkg})...)
}

// tellChannel tells of one channel in the form whose turn it is.
func (p *Pane) tellChannel(s model.Survey, c model.ChannelState) pane.Action {
	line := present.TellChannel(s, c, p.pic.now)
	markdown := func() string {
		only := s
		only.Channels = []model.ChannelState{c}
		return present.ChannelsTable(only).Markdown() + "\n" + present.ChannelPackagesTable(only).Markdown()
	}
	return p.teller.Tell("channel "+c.Name, pane.Forms(line, model.Sanitize(c.Name), markdown, pane.ChannelOf{Survey: s, Channel: c.Name})...)
}
