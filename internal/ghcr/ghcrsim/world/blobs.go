package world

import (
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
)

// PutBlob stores content for a package and returns its digest. The package
// need not be there yet: a push sends blobs before the manifest.
func (w *World) PutBlob(name string, content []byte) model.Digest {
	d := model.DigestOf(content)
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := w.blobs[d]; !ok {
		w.blobs[d] = slices.Clone(content)
	}
	w.know(name, d)
	return d
}

// MountBlob makes a blob of one package known to another, and reports whether
// the other package had it.
func (w *World) MountBlob(to, from string, d model.Digest) bool {
	content, ok := w.Blob(from, d)
	if !ok {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := w.blobs[d]; !ok {
		w.blobs[d] = content
	}
	w.know(to, d)
	return true
}

func (w *World) know(name string, d model.Digest) {
	known := w.known[name]
	if known == nil {
		known = map[model.Digest]struct{}{}
		w.known[name] = known
	}
	known[d] = struct{}{}
}

// Blob returns content that a package knows, or that any package knows where
// the name is "". Among the versions of a Source that second form knows only
// what was asked for by name or named by a manifest before. The caller does not
// write into the content.
func (w *World) Blob(name string, d model.Digest) ([]byte, bool) {
	if content, ok := w.storedBlob(name, d); ok {
		return content, true
	}
	for _, source := range w.sources(name) {
		if content, ok := source.Blob(d, name != ""); ok {
			return content, true
		}
	}
	return nil, false
}

func (w *World) storedBlob(name string, d model.Digest) ([]byte, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	content, ok := w.blobs[d]
	if ok && name != "" {
		_, ok = w.known[name][d]
	}
	if !ok {
		return nil, false
	}
	return content, true
}

// sources lists the generators behind a package, or behind all.
func (w *World) sources(name string) []Source {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var out []Source
	for _, p := range w.packages {
		if p.source != nil && (name == "" || p.meta.Name == name) {
			out = append(out, p.source)
		}
	}
	return out
}
