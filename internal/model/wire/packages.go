package wire

import (
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Packages is the "packages" document.
type Packages struct {
	Schema   string    `json:"schema"`
	Registry Text      `json:"registry"`
	Owner    Text      `json:"owner"`
	ReadAt   Time      `json:"read_at"`
	Packages []Package `json:"packages"`
	Notes    []string  `json:"notes"`
}

// Package is one package of the project.
type Package struct {
	Name         string            `json:"name"`
	Kind         string            `json:"kind"`
	Visibility   string            `json:"visibility"`
	Anonymous    string            `json:"anonymous"`
	Repository   Text              `json:"repository"`
	VersionCount Count             `json:"version_count"`
	Updated      Time              `json:"updated"`
	Channels     map[string]Digest `json:"channels"`
	Stale        Count             `json:"stale"` // age in seconds; null: fresh, or nothing known
	Error        Text              `json:"error"`
	URL          Text              `json:"url"`
}

// PackagesDoc is the document of all packages, in the order of the layout.
func PackagesDoc(s model.Survey) Packages {
	inv := s.Inventory
	doc := Packages{
		Schema: schema("packages"), Registry: remote(inv.Registry), Owner: remote(inv.Owner),
		ReadAt: Time(inv.ReadAt), Packages: make([]Package, len(inv.Packages)), Notes: words(inv.Notes),
	}
	channels := memberDigests(s)
	for i, p := range inv.Packages {
		doc.Packages[i] = Package{
			Name: model.Sanitize(p.Spec.Name), Kind: string(p.Spec.Kind),
			Visibility: orUnknown(string(p.Info.Visibility)), Anonymous: orUnknown(string(p.Info.Anonymous)),
			Repository: remote(p.Info.Repository), VersionCount: versionCount(p), Updated: Time(p.Info.Updated),
			Channels: channels[p.Spec.Name], Stale: stale(inv.ReadAt, p), Error: failure(p.Err),
			URL: remote(p.Info.URL),
		}
		if doc.Packages[i].Channels == nil {
			doc.Packages[i].Channels = map[string]Digest{}
		}
	}
	return doc
}

// memberDigests is package → channel → digest, as the channels have it.
func memberDigests(s model.Survey) map[string]map[string]Digest {
	out := make(map[string]map[string]Digest, len(s.Inventory.Packages))
	for _, c := range s.Channels {
		for _, m := range c.Members {
			if out[m.Package] == nil {
				out[m.Package] = make(map[string]Digest, len(s.Channels))
			}
			out[m.Package][c.Name] = Digest(m.Digest)
		}
	}
	return out
}

// versionCount is what the API says about the package, else what a complete
// list holds. The registry's list has tagged versions only and counts nothing.
func versionCount(p model.PackageState) Count {
	switch {
	case p.Info.Name != "" && p.Info.VersionCount >= 0:
		return Count(p.Info.VersionCount)
	case p.Known && p.Snapshot.Origin == model.OriginAPI:
		return Count(p.Snapshot.Total)
	default:
		return -1
	}
}

// stale is how old a snapshot is that this refresh could not renew, -1 where
// it did or where nothing is known.
func stale(now time.Time, p model.PackageState) Count {
	if p.Fresh || !p.Known || p.Snapshot.ReadAt.IsZero() || now.IsZero() {
		return -1
	}
	return Count(max(0, now.Sub(p.Snapshot.ReadAt)/time.Second))
}

func orUnknown(word string) string {
	if word == "" {
		return "unknown"
	}
	return word
}
