package wire

import "github.com/novotnyllc/caitui/internal/model"

// History is the "history" document of one package.
type History struct {
	Schema   string `json:"schema"`
	Registry Text   `json:"registry"`
	Owner    Text   `json:"owner"`
	Package  string `json:"package"`
	ReadAt   Time   `json:"read_at"`
	Stale    Count  `json:"stale"`
	Partial  bool   `json:"partial"` // older versions exist that were not read
	Total    Count  `json:"total"`   // how many versions there are in all
	Error    Text   `json:"error"`
	// Builds is how many versions stand for themselves, BuildsRead how many of
	// them sizes were held against.
	Builds     Count          `json:"builds"`
	BuildsRead Count          `json:"builds_read"`
	Versions   []HistoryEntry `json:"versions"`
}

// HistoryEntry is one version. Size is null where the manifests that tell it
// were not read. SizeOwn are the bytes of it that no other build read so far
// has, SizeShared the others; both are null for what is no build and no part
// of one that runs.
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

	SizeOwn    Count `json:"size_own"`
	SizeShared Count `json:"size_shared"`
	// Contents are what the manifest names, null where it was not read.
	Contents []Content `json:"contents"`
}

// Content is what a manifest names: a manifest of an index, a configuration, a
// layer.
type Content struct {
	Name      string `json:"name"`
	Digest    Digest `json:"digest"`
	MediaType Text   `json:"media_type"`
	Size      Count  `json:"size"`
	Version   bool   `json:"version"` // a manifest, which has an entry of its own
}

// HistoryDoc is the document of all versions of a package, newest first.
func HistoryDoc(s model.Survey, pkg string) History {
	inv := s.Inventory
	p, _ := inv.Package(pkg)
	doc := History{
		Schema: schema("history"), Registry: remote(inv.Registry), Owner: remote(inv.Owner), Package: model.Sanitize(pkg),
		ReadAt: Time(p.Snapshot.ReadAt), Stale: stale(inv.ReadAt, p), Partial: p.Snapshot.Partial,
		Total: -1, Error: failure(p.Err), Builds: -1, BuildsRead: -1,
	}
	var sizes model.Sharings
	if p.Known {
		sizes = model.ShareSizes(p.Snapshot, model.Fold(s, pkg))
		doc.Total, doc.Builds, doc.BuildsRead = Count(p.Snapshot.Total), Count(sizes.Builds), Count(sizes.Read)
	}
	entries := model.Entries(s, pkg)
	doc.Versions = make([]HistoryEntry, len(entries))
	for i, e := range entries {
		doc.Versions[i] = HistoryEntry{
			ID: ID(e.ID), Digest: Digest(e.Digest), Tags: words(e.Tags), Created: Time(e.Created), Updated: Time(e.Updated),
			Kind: string(e.Kind), Platforms: words(e.Platforms), Size: Count(e.Size),
			Commit: remote(e.Commit), Release: remote(e.Release),
			Parents: digests(e.Parents), Referrers: digests(e.Referrers),
			SizeOwn: -1, SizeShared: -1, Contents: contents(p.Snapshot, e.Digest),
		}
		if of, known := sizes.Of[e.Digest]; known {
			doc.Versions[i].SizeOwn, doc.Versions[i].SizeShared = Count(of.Own), Count(of.Shared)
		}
	}
	return doc
}

func contents(snap model.Snapshot, d model.Digest) []Content {
	list := snap.Names(d)
	if list == nil {
		return nil
	}
	out := make([]Content, len(list))
	for i, p := range list {
		out[i] = Content{model.Sanitize(p.Name), Digest(p.Digest), remote(p.MediaType), Count(p.Size), p.Version}
	}
	return out
}
