package wire

import (
	"path/filepath"

	"github.com/novotnyllc/caitui/internal/model"
)

// Pull is the "pull" document.
type Pull struct {
	Schema   string      `json:"schema"`
	Registry Text        `json:"registry"`
	Owner    Text        `json:"owner"`
	Package  string      `json:"package"`
	Subject  PullSubject `json:"subject"`
	Kind     string      `json:"kind"`
	Dir      string      `json:"dir"`
	Layout   bool        `json:"layout"` // dir is an OCI image layout
	Files    []PullFile  `json:"files"`
	Notes    []string    `json:"notes"` // what a person is told beside the files
}

// PullSubject is what was asked for and what it meant. Via says how the digest
// was found, tag or metadata; null: it was given.
type PullSubject struct {
	Ref    string `json:"ref"`
	Digest Digest `json:"digest"`
	Via    Text   `json:"via"`
}

// PullFile is one file. Path begins with the directory as it was given, so
// that it opens from where caitui ran. Title is the layer's own, null where it
// has none, and TitleForm says what kind of path it is, null outside artifacts.
type PullFile struct {
	Path      string `json:"path"`
	MediaType Text   `json:"media_type"`
	Digest    Digest `json:"digest"`
	Title     Text   `json:"title"`
	TitleForm Text   `json:"title_form"`
	Size      int64  `json:"size"`
	Kept      bool   `json:"kept"` // was there already with this content
}

// PullDoc is the document of one pull.
func PullDoc(registry, owner string, ref model.Reference, via model.Via, p model.Pulled, notes []string) Pull {
	doc := Pull{
		Schema: schema("pull"), Registry: remote(registry), Owner: remote(owner), Package: model.Sanitize(p.Package),
		Subject: PullSubject{Ref: model.Sanitize(ref.String()), Digest: Digest(p.Digest), Via: Text(via)},
		Kind:    string(p.Kind), Dir: p.Dir, Layout: p.Layout, Files: make([]PullFile, len(p.Files)), Notes: words(notes),
	}
	for i, f := range p.Files {
		doc.Files[i] = PullFile{
			Path: filepath.Join(p.Dir, filepath.FromSlash(f.Path)), MediaType: remote(f.MediaType), Digest: Digest(f.Digest),
			Title: remote(f.Title), TitleForm: Text(f.Form), Size: f.Size, Kept: f.Kept,
		}
	}
	return doc
}
