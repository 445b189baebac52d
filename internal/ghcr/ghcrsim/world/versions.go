package world

import (
	"fmt"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// PutManifest stores a manifest of any media type and returns its digest. A
// digest that is there already makes no new version; one whose version was
// deleted becomes a new version with a new number. A package that is not there
// is created, private. at is the moment of the push, zero for now.
func (w *World) PutManifest(name, mediaType string, raw []byte, at time.Time) model.Digest {
	at = w.at(at)
	d := model.DigestOf(raw)
	w.mu.RLock()
	delay := w.listDelay
	w.mu.RUnlock()
	p := w.ensure(name, at)
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.byDigest(d); ok {
		return d
	}
	if p.base > 0 {
		w.ids.reserve(p.look(p.base - 1).ID)
	}
	n := p.base + len(p.added)
	p.added = append(p.added, &record{
		Version: Version{
			ID: w.ids.versionID(at), Digest: d, MediaType: mediaType,
			Created: at, Updated: at, ActiveAt: at.Add(delay),
		},
		raw: slices.Clone(raw),
	})
	p.active = p.insert(p.active, n)
	p.digests[d] = n
	p.touch(at)
	return d
}

// AddDownload counts one read of a manifest.
func (w *World) AddDownload(name string, d model.Digest) { w.addDownloads(name, d, 1) }

// AddDownloads counts many reads at once, for scenarios.
func (w *World) AddDownloads(name string, d model.Digest, n int64) { w.addDownloads(name, d, n) }

func (w *World) addDownloads(name string, d model.Digest, n int64) {
	p := w.pkg(name)
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if i, ok := p.byDigest(d); ok {
		p.own(i).Downloads += n
	}
}

// DeleteVersion deletes one version and the tags on it, and nothing else: its
// children and what refers to it stay. Whether the deletion is allowed is not
// asked here.
func (w *World) DeleteVersion(name string, id int64) error {
	now := w.Now()
	p := w.pkg(name)
	if p == nil {
		return fmt.Errorf("deleting version %d of %s: %w", id, name, ErrNoPackage)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n, ok := p.byID(id)
	if !ok || p.look(n).Deleted != nil {
		return fmt.Errorf("deleting version %d of %s: %w", id, name, ErrNoVersion)
	}
	p.active = p.remove(p.active, n)
	p.deleted = p.insert(p.deleted, n)
	r := p.own(n)
	r.Deleted = &now
	if p.digests[r.Digest] == n {
		delete(p.digests, r.Digest)
	}
	for _, tag := range r.Tags {
		p.dropTag(tag)
		p.moves = append(p.moves, TagMove{At: now, Tag: tag, From: r.Digest})
	}
	p.touch(now)
	return nil
}

// RestoreVersion brings a deleted version back, with those of its tags that no
// other version has taken meanwhile. It fails with ErrTaken where the same
// manifest was pushed again as a new version. Until when a deletion can be
// taken back is not asked here.
func (w *World) RestoreVersion(name string, id int64) error {
	now := w.Now()
	p := w.pkg(name)
	if p == nil {
		return fmt.Errorf("restoring version %d of %s: %w", id, name, ErrNoPackage)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n, ok := p.byID(id)
	if !ok || p.look(n).Deleted == nil {
		return fmt.Errorf("restoring version %d of %s: %w", id, name, ErrNoVersion)
	}
	r := p.own(n)
	if _, ok := p.byDigest(r.Digest); ok {
		return fmt.Errorf("restoring version %d of %s: %w", id, name, ErrTaken)
	}
	p.deleted = p.remove(p.deleted, n)
	p.active = p.insert(p.active, n)
	r.Deleted = nil
	p.keepDigest(r.Digest, n)
	back := r.Tags[:0:0]
	for _, tag := range r.Tags {
		if _, taken := p.byTag(tag); !taken {
			back = append(back, tag)
			p.giveTag(tag, n)
			p.moves = append(p.moves, TagMove{At: now, Tag: tag, To: r.Digest})
		}
	}
	r.Tags = back
	p.touch(now)
	return nil
}

// keepDigest notes where an added version's digest is found; a source finds
// its own.
func (p *pkg) keepDigest(d model.Digest, n int) {
	if n >= p.base {
		p.digests[d] = n
	}
}

// Versions lists the active or the deleted versions, newest created first and,
// within one moment, the highest number first. A limit below 1 means all.
func (w *World) Versions(name string, deleted bool, offset, limit int) ([]Version, int) {
	p := w.pkg(name)
	if p == nil {
		return nil, 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.active
	if deleted {
		list = p.deleted
	}
	total := len(list)
	offset = min(max(offset, 0), total)
	end := total
	if limit > 0 {
		end = min(offset+limit, total)
	}
	out := make([]Version, 0, end-offset)
	for i := offset; i < end; i++ {
		out = append(out, p.look(int(list[total-1-i])).copyOut())
	}
	return out, total
}

// VersionByID finds a version by its number, deleted or not.
func (w *World) VersionByID(name string, id int64) (Version, bool) {
	p := w.pkg(name)
	if p == nil {
		return Version{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n, ok := p.byID(id)
	if !ok {
		return Version{}, false
	}
	return p.look(n).copyOut(), true
}

// VersionByDigest finds the active version of a digest.
func (w *World) VersionByDigest(name string, d model.Digest) (Version, bool) {
	p := w.pkg(name)
	if p == nil {
		return Version{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n, ok := p.byDigest(d)
	if !ok {
		return Version{}, false
	}
	return p.look(n).copyOut(), true
}

// Manifest returns the bytes and the media type of an active version.
func (w *World) Manifest(name string, d model.Digest) (raw []byte, mediaType string, ok bool) {
	p := w.pkg(name)
	if p == nil {
		return nil, "", false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n, ok := p.byDigest(d)
	if !ok {
		return nil, "", false
	}
	raw, mediaType = p.bytes(n)
	return raw, mediaType, true
}
