package ghcrsim

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// webReferrersPrefix is the path on github.com that the 303 form leads to. Its
// place is taken by the API host, which always answers 429 there.
const webReferrersPrefix = "/-/v2/packages/container/package/"

// listReferrers answers the referrers API in the form that the switch says.
// GHCR has none, in several ways.
func (s *Server) listReferrers(w http.ResponseWriter, r *http.Request, p repoPath) {
	switch s.sw.text(swReferrers) {
	case "303":
		w.Header().Set("Location", s.apiURL+webReferrersPrefix+url.PathEscape(p.name+"/referrers/sha256"))
		w.WriteHeader(http.StatusSeeOther)
	case "empty":
		sendIndex(w, []descriptor{})
	case "406":
		registryError(w, http.StatusNotAcceptable, codeUnsupported, textUnsupported)
	case "full":
		s.realReferrers(w, r, p)
	default:
		registryError(w, http.StatusNotFound, codeManifestUnknown, "manifest unknown")
	}
}

// realReferrers builds the list that a registry with the API would give
// (distribution-spec, "Listing Referrers").
func (s *Server) realReferrers(w http.ResponseWriter, r *http.Request, p repoPath) {
	subject, err := model.ParseDigest(p.rest)
	if err != nil {
		registryError(w, http.StatusBadRequest, codeDigestInvalid, "provided digest is not one")
		return
	}
	wanted := r.URL.Query().Get("artifactType")
	if wanted != "" {
		w.Header().Set("Oci-Filters-Applied", "artifactType")
	}
	list := []descriptor{}
	versions, _ := s.World().Versions(p.pkg, false, 0, 0)
	for _, v := range versions {
		if d, ok := s.referrer(p.pkg, v, subject); ok && (wanted == "" || d.ArtifactType == wanted) {
			list = append(list, d)
		}
	}
	sendIndex(w, list)
}

// referrer describes a version for the list where it refers to the subject.
func (s *Server) referrer(pkg string, v world.Version, subject model.Digest) (descriptor, bool) {
	raw, mediaType, _ := s.World().Manifest(pkg, v.Digest)
	var m struct {
		pushedManifest
		ArtifactType string `json:"artifactType"`
	}
	if json.Unmarshal(raw, &m) != nil || m.Subject == nil || m.Subject.Digest != subject {
		return descriptor{}, false
	}
	if m.ArtifactType == "" && m.Config != nil {
		m.ArtifactType = m.Config.MediaType
	}
	return descriptor{
		MediaType: mediaType, Digest: v.Digest, Size: int64(len(raw)),
		ArtifactType: m.ArtifactType, Annotations: m.Annotations,
	}, true
}

func sendIndex(w http.ResponseWriter, manifests []descriptor) {
	w.Header().Set("Content-Type", typeOCIIndex)
	_ = json.NewEncoder(w).Encode(struct {
		SchemaVersion int          `json:"schemaVersion"`
		MediaType     string       `json:"mediaType"`
		Manifests     []descriptor `json:"manifests"`
	}{2, typeOCIIndex, manifests}) // the client may be gone
}

// serveWebReferrers is the far end of the 303 form.
func serveWebReferrers(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "60")
	http.Error(w, "Too many requests", http.StatusTooManyRequests)
}
