package ghcrsim

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/snappy"

	"github.com/novotnyllc/caitui/internal/model"
)

// Paths on the blob host, after those of pkg-containers.githubusercontent.com
// and of the store behind bundle_url.
const (
	blobHostPrefix   = "/ghcr1/blobs/"
	bundleHostPrefix = "/attestations/"
	bundleHostSuffix = ".json.sn"
)

// getBlob sends the client to the blob host. A HEAD is answered here, as every
// client asks so whether it must upload; the switch sends it along, where it
// is refused.
func (s *Server) getBlob(w http.ResponseWriter, r *http.Request, p repoPath) {
	content, ok := s.World().Blob(p.pkg, model.Digest(p.rest))
	if !ok {
		registryError(w, http.StatusNotFound, codeBlobUnknown, "blob unknown to registry")
		return
	}
	w.Header().Set("Docker-Content-Digest", p.rest)
	if r.Method == http.MethodHead && s.sw.text(swHeadBlob) == "direct" {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		w.WriteHeader(http.StatusOK)
		return
	}
	w.Header().Set("Location", s.blobsURL+s.signer.sign(blobHostPrefix+p.rest))
	w.WriteHeader(http.StatusTemporaryRedirect)
}

// serveBlobHost is the host behind signed addresses. It wants the signature
// and nothing else: a credential is refused, and so is HEAD.
func (s *Server) serveBlobHost(w http.ResponseWriter, r *http.Request, _ caller) {
	w.Header().Set("X-Ms-Request-Id", s.signer.requestID(s.opts.RealNow().UnixNano()))
	switch {
	case r.Header.Get("Authorization") != "":
		storageError(w, http.StatusBadRequest, "InvalidAuthenticationInfo",
			"Authentication information is not given in the correct format. Check the value of Authorization header.")
	case r.Method != http.MethodGet:
		storageError(w, http.StatusForbidden, "AuthorizationPermissionMismatch",
			"This request is not authorized to perform this operation using this permission.")
	case !s.signer.signed(r.URL.Path, r.URL.Query()):
		storageError(w, http.StatusForbidden, "AuthenticationFailed",
			"Server failed to authenticate the request. Make sure the value of Authorization header is formed "+
				"correctly including the signature.")
	default:
		s.serveStored(w, r)
	}
}

func (s *Server) serveStored(w http.ResponseWriter, r *http.Request) {
	if d, ok := strings.CutPrefix(r.URL.Path, blobHostPrefix); ok {
		if content, ok := s.World().Blob("", model.Digest(d)); ok {
			w.Header().Set("Content-Type", "application/octet-stream")
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
			return
		}
	}
	if name, ok := strings.CutPrefix(r.URL.Path, bundleHostPrefix); ok {
		if bundle, ok := s.bundleOf(strings.TrimSuffix(name, bundleHostSuffix)); ok {
			w.Header().Set("Content-Type", "application/x-snappy")
			_, _ = w.Write(snappy.Encode(nil, bundle)) // the client may be gone
			return
		}
	}
	storageError(w, http.StatusNotFound, "BlobNotFound", "The specified blob does not exist.")
}

// bundleOf finds the bundle behind "<hex of the subject>-<content hash>".
func (s *Server) bundleOf(name string) ([]byte, bool) {
	subject, _, ok := strings.Cut(name, "-")
	if !ok {
		return nil, false
	}
	for _, a := range s.World().Attestations(model.Digest("sha256:" + subject)) {
		if bundleName(a.SubjectDigest, a.Bundle) == name {
			return a.Bundle, true
		}
	}
	return nil, false
}

func bundleName(subject model.Digest, bundle []byte) string {
	return subject.Hex() + "-" + model.DigestOf(bundle).Short()
}

// storageError answers as the object store behind the blob host does, in XML.
func storageError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("X-Ms-Error-Code", code)
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>",
		code, message) // the client may be gone
}
