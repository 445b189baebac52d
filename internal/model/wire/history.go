package wire

import "github.com/novotnyllc/caitui/internal/model"

// History is the "history" document of one package.
type History struct {
	Schema   string         `json:"schema"`
	Registry Text           `json:"registry"`
	Owner    Text           `json:"owner"`
	Package  string         `json:"package"`
	ReadAt   Time           `json:"read_at"`
	Stale    Count          `json:"stale"`
	Partial  bool           `json:"partial"` // older versions exist that were not read
	Total    Count          `json:"total"`   // how many versions there are in all
	Error    Text           `json:"error"`
	Versions []HistoryEntry `json:"versions"`
}

// HistoryEntry is one version. Size is null where the manifests that tell it
// were not read.
type HistoryEntry struct {
	ID        ID       `json:"id"`
	Digest    Digest   `json:"digest"`
	Tags      []string `json:"tags"`
	Created   Time     `json:"created"`
	Updated   Time     `json:"updated"`
	Kind      string   `json:"kind"`
	Platforms []string `json:"platforms"`
	Size      Count    `json:"size"`
	Commit    Text     `json:"commit"`
	Release   Text     `json:"release"`
	Parents   []Digest `json:"parents"`
	Referrers []Digest `json:"referrers"`
}

// HistoryDoc is the document of all versions of a package, newest first.
func HistoryDoc(s model.Survey, pkg string) History {
	inv := s.Inventory
	p, _ := inv.Package(pkg)
	doc := History{
		Schema: schema("history"), Registry: remote(inv.Registry), Owner: remote(inv.Owner), Package: model.Sanitize(pkg),
		ReadAt: Time(p.Snapshot.ReadAt), Stale: stale(inv.ReadAt, p), Partial: p.Snapshot.Partial,
		Total: -1, Error: failure(p.Err),
	}
	if p.Known {
		doc.Total = Count(p.Snapshot.Total)
	}
	entries := model.Entries(s, pkg)
	doc.Versions = make([]HistoryEntry, len(entries))
	for i, e := range entries {
		doc.Versions[i] = HistoryEntry{
			ID: ID(e.ID), Digest: Digest(e.Digest), Tags: words(e.Tags), Created: Time(e.Created), Updated: Time(e.Updated),
			Kind: string(e.Kind), Platforms: words(e.Platforms), Size: Count(e.Size),
			Commit: remote(e.Commit), Release: remote(e.Release),
			Parents: digests(e.Parents), Referrers: digests(e.Referrers),
		}
	}
	return doc
}
