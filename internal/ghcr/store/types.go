package store

import (
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Content is a manifest, index, config or small document together with what
// the server said it is. It never changes: Digest is that of Body.
type Content struct {
	Digest    model.Digest
	MediaType string // "" where nobody told
	Body      []byte
}

// Validator is what makes a request conditional (RFC 9110 section 13), and
// the answer that a 304 refers to.
type Validator struct {
	ETag         string
	LastModified string
	Header       map[string]string // of the answer, as far as wanted later (Link)
	Body         []byte
}

// StoredPackage is the last known state of one package: what
// model.NewSnapshot needs to build the snapshot again, and what the API told
// about the package as a whole.
type StoredPackage struct {
	Info     model.PackageInfo
	Origin   model.Origin
	ReadAt   time.Time // by the server's clock
	Partial  bool
	Total    int // -1 where nobody told
	Versions []model.Version
}
