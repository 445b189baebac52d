package ghcrsim

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/novotnyllc/caitui/internal/model"
)

const (
	// uploadCap bounds one upload. GHCR's own limit is 10 GB; a simulator
	// that keeps everything in memory stops earlier.
	uploadCap = 256 << 20
	// uploadsOpen bounds uploads that were begun and never ended.
	uploadsOpen = 1000
)

// upload is one blob on its way.
type upload struct {
	name string // the repository it was begun for
	body bytes.Buffer
}

// uploads are the open ones, oldest first.
type uploads struct {
	mu    sync.Mutex
	n     int64
	open  map[string]*upload
	order []string
}

func newUploads() *uploads { return &uploads{open: map[string]*upload{}} }

// begin opens an upload and returns its id.
func (u *uploads) begin(name string, newID func(int64) string) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.n++
	id := newID(u.n)
	u.open[id] = &upload{name: name}
	u.order = append(u.order, id)
	if len(u.order) > uploadsOpen {
		u.drop(u.order[0])
	}
	return id
}

// with runs do on an open upload of a repository, under the lock, and reports
// whether there is one.
func (u *uploads) with(id, name string, do func(*upload)) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	up := u.open[id]
	if up == nil || up.name != name {
		return false
	}
	do(up)
	return true
}

// drop forgets an upload; the lock is held.
func (u *uploads) drop(id string) {
	delete(u.open, id)
	if i := slices.Index(u.order, id); i >= 0 {
		u.order = slices.Delete(u.order, i, i+1)
	}
}

func (u *uploads) clear() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.open, u.order = map[string]*upload{}, nil
}

// serveUploads is everything under /v2/<name>/blobs/uploads/. The right to
// write is asked at the start, so that it can be tried without writing.
func (s *Server) serveUploads(w http.ResponseWriter, r *http.Request, c caller, p repoPath) {
	if !s.mayPush(w, c, p) {
		return
	}
	id := strings.TrimPrefix(strings.TrimPrefix(p.rest, "uploads"), "/")
	switch {
	case id == "" && r.Method == http.MethodPost:
		s.startUpload(w, r, c, p)
	case id == "":
		registryError(w, http.StatusMethodNotAllowed, codeUnsupported, textUnsupported)
	case r.Method == http.MethodPatch, r.Method == http.MethodPut:
		s.feedUpload(w, r, p, id)
	case r.Method == http.MethodGet:
		size := -1
		s.uploads.with(id, p.name, func(u *upload) { size = u.body.Len() })
		s.uploadState(w, p, id, size, http.StatusNoContent)
	case r.Method == http.MethodDelete:
		if !s.uploads.with(id, p.name, func(*upload) { s.uploads.drop(id) }) {
			s.uploadState(w, p, id, -1, 0)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		registryError(w, http.StatusMethodNotAllowed, codeUnsupported, textUnsupported)
	}
}

// startUpload answers POST: a mount, a whole blob in one request, or a new
// upload to feed.
func (s *Server) startUpload(w http.ResponseWriter, r *http.Request, c caller, p repoPath) {
	q := r.URL.Query()
	if d := model.Digest(q.Get("mount")); d != "" && s.mount(c, p, d, q.Get("from")) {
		s.blobCreated(w, p, d)
		return
	}
	id := s.uploads.begin(p.name, func(n int64) string {
		hex := strings.ToLower(s.signer.requestID(-n))
		return fmt.Sprintf("%s-%s-%s-%s-%s%08x", hex[:8], hex[8:12], hex[12:16], hex[16:20], hex[20:24], n)
	})
	if q.Get("digest") != "" {
		s.feedUpload(w, r, p, id)
		return
	}
	s.uploadState(w, p, id, 0, http.StatusAccepted)
}

// mount makes a blob of another package known here, where the caller may read
// it there. With the phantom switch it only says so.
func (s *Server) mount(c caller, p repoPath, d model.Digest, from string) bool {
	from = s.foldOwner(from)
	owner, pkg, _ := strings.Cut(from, "/")
	info, exists := s.activePackage(pkg)
	if !exists || owner != strings.ToLower(s.World().Owner()) || !s.canRead(c, info) ||
		(!c.all && !c.access.allows(from, "pull")) {
		return false
	}
	if s.sw.flag(swPhantomMount) {
		_, ok := s.World().Blob(pkg, d)
		return ok
	}
	return s.World().MountBlob(p.pkg, pkg, d)
}

// feedUpload takes a chunk (PATCH), or the last one and the digest (PUT, or a
// POST with everything).
func (s *Server) feedUpload(w http.ResponseWriter, r *http.Request, p repoPath, id string) {
	chunk, err := io.ReadAll(io.LimitReader(r.Body, uploadCap+1))
	if err != nil {
		return // the client broke off: the chunk was not taken
	}
	size, outOfOrder, tooLarge := -1, false, false
	var content []byte
	s.uploads.with(id, p.name, func(u *upload) {
		outOfOrder = !follows(r.Header.Get("Content-Range"), u.body.Len())
		tooLarge = u.body.Len()+len(chunk) > uploadCap
		if !outOfOrder && !tooLarge {
			u.body.Write(chunk)
		}
		size, content = u.body.Len(), u.body.Bytes()
		if tooLarge || (!outOfOrder && r.Method != http.MethodPatch) {
			s.uploads.drop(id) // nobody adds to it any more: content is ours
		}
	})
	switch {
	case outOfOrder:
		s.uploadState(w, p, id, size, http.StatusRequestedRangeNotSatisfiable)
	case tooLarge:
		registryError(w, http.StatusRequestEntityTooLarge, codeSizeInvalid, "blob is larger than the simulator keeps")
	case size < 0 || r.Method == http.MethodPatch:
		s.uploadState(w, p, id, size, http.StatusAccepted)
	default:
		d := model.Digest(r.URL.Query().Get("digest"))
		if d != model.DigestOf(content) {
			registryError(w, http.StatusBadRequest, codeDigestInvalid,
				"provided digest did not match uploaded content")
			return
		}
		s.World().PutBlob(p.pkg, content)
		s.blobCreated(w, p, d)
	}
}

// follows reports whether a chunk's range begins where the upload stands. A
// chunk without a range is taken as the next one.
func follows(contentRange string, at int) bool {
	if contentRange == "" {
		return true
	}
	first, _, ok := strings.Cut(strings.TrimPrefix(contentRange, "bytes "), "-")
	start, err := strconv.Atoi(first)
	return ok && err == nil && start == at
}

// uploadState tells how much of an upload is there; a negative size means that
// there is no such upload.
func (s *Server) uploadState(w http.ResponseWriter, p repoPath, id string, size, status int) {
	if size < 0 {
		registryError(w, http.StatusNotFound, codeUploadUnknown, "blob upload unknown to registry")
		return
	}
	w.Header().Set("Location", "/v2/"+p.name+"/blobs/uploads/"+id)
	w.Header().Set("Docker-Upload-Uuid", id)
	w.Header().Set("Range", fmt.Sprintf("0-%d", max(size-1, 0)))
	if status == http.StatusRequestedRangeNotSatisfiable {
		registryError(w, status, codeUploadInvalid, "the chunk does not begin where the upload stands")
		return
	}
	w.WriteHeader(status)
}

func (s *Server) blobCreated(w http.ResponseWriter, p repoPath, d model.Digest) {
	w.Header().Set("Location", "/v2/"+p.name+"/blobs/"+string(d))
	w.Header().Set("Docker-Content-Digest", string(d))
	w.WriteHeader(http.StatusCreated)
}
