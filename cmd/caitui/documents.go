package main

import (
	"fmt"
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// document is the JSON of what a pane shows: that of the headless verb, of the
// one thing under the cursor.
func document(of any) (string, error) {
	switch of := of.(type) {
	case pane.ChannelOf:
		s := of.Survey
		s.Channels = slices.DeleteFunc(slices.Clone(s.Channels), func(c model.ChannelState) bool { return c.Name != of.Channel })
		return encode(wire.ChannelsDoc(s))
	case pane.PackageOf:
		s := of.Survey
		s.Inventory.Packages = slices.DeleteFunc(slices.Clone(s.Inventory.Packages), func(p model.PackageState) bool { return p.Spec.Name != of.Package })
		return encode(wire.PackagesDoc(s))
	case pane.VersionOf:
		doc := wire.HistoryDoc(of.Survey, of.Package)
		doc.Versions = slices.DeleteFunc(doc.Versions, func(v wire.HistoryEntry) bool { return v.Digest != wire.Digest(of.Digest) })
		return encode(doc)
	case pane.DiffOf:
		return encode(wire.DiffDoc(of.Inventory, of.Diff))
	case pane.ChannelDiffOf:
		return encode(wire.ChannelDiffDoc(of.Inventory, of.Diff))
	case model.Verification:
		return encode(wire.CheckedDoc(of, of.List.Package+"@"+string(of.List.Subject)))
	case model.SetVerification:
		return encode(wire.AttestationSetDoc(of, "attestations"))
	case pane.SBOMOf:
		return encode(wire.SBOMDoc(of.List, wire.SBOMView{Ref: of.List.Package + "@" + string(of.List.Subject), Shown: of.Shown, Group: of.Group,
			Against: of.Against, AgainstOf: of.AgainstOf, AgainstRef: of.AgainstOf.Package + "@" + string(of.AgainstOf.Digest), Diff: of.Diff}))
	case model.AttestationList:
		return encode(wire.AttestationsDoc(of, of.Package+"@"+string(of.Subject)))
	}
	return "", fmt.Errorf("there is no document of a %T", of)
}
