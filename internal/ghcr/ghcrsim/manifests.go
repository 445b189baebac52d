package ghcrsim

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// The manifest types that GHCR takes.
const (
	typeOCIManifest = "application/vnd.oci.image.manifest.v1+json"
	typeOCIIndex    = "application/vnd.oci.image.index.v1+json"
	typeDockerV2    = "application/vnd.docker.distribution.manifest.v2+json"
	typeDockerList  = "application/vnd.docker.distribution.manifest.list.v2+json"
)

// manifestCap is the largest manifest that is taken (distribution-spec,
// "Pushing Manifests": 4 MiB).
const manifestCap = 4 << 20

// sourceAnnotation links a package to its repository.
const sourceAnnotation = "org.opencontainers.image.source"

// tagPattern is a tag of the distribution-spec but for its length, at most
// tagCap, which a pattern would be long in counting.
var tagPattern = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]*$`)

const tagCap = 128

func validTag(tag string) bool { return len(tag) <= tagCap && tagPattern.MatchString(tag) }

// getManifest answers GET and HEAD. Only a GET counts as a download. The type
// must stand in Accept by its name: a wildcard is not enough.
func (s *Server) getManifest(w http.ResponseWriter, r *http.Request, p repoPath) {
	wd := s.World()
	d := model.Digest(p.rest)
	if _, err := model.ParseDigest(p.rest); err != nil {
		var ok bool
		if d, ok = wd.Resolve(p.pkg, p.rest); !ok {
			registryError(w, http.StatusNotFound, codeManifestUnknown, "manifest unknown")
			return
		}
	}
	raw, mediaType, ok := wd.Manifest(p.pkg, d)
	if !ok {
		registryError(w, http.StatusNotFound, codeManifestUnknown, "manifest unknown")
		return
	}
	if !accepts(r.Header.Values("Accept"), mediaType) {
		registryError(w, http.StatusNotFound, codeManifestUnknown, notAcceptable(mediaType))
		return
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Docker-Content-Digest", string(d))
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		wd.AddDownload(p.pkg, d)
		_, _ = w.Write(raw) // the client may be gone
	}
}

// accepts reports whether a type stands in the Accept lines by its name.
func accepts(lines []string, mediaType string) bool {
	for _, line := range lines {
		for one := range strings.SplitSeq(line, ",") {
			if name, _, err := mime.ParseMediaType(one); err == nil && name == mediaType {
				return true
			}
		}
	}
	return false
}

func notAcceptable(mediaType string) string {
	switch mediaType {
	case typeOCIIndex:
		return "OCI index found, but Accept header does not support OCI indexes"
	case typeOCIManifest:
		return "OCI manifest found, but Accept header does not support OCI manifests"
	case typeDockerList:
		return "Docker manifest list found, but Accept header does not support Docker manifest lists"
	default:
		return "Docker manifest found, but Accept header does not support Docker manifests"
	}
}

// pushedManifest is what a push is checked for; everything else in it is the
// client's business.
type pushedManifest struct {
	MediaType   string            `json:"mediaType"`
	Config      *descriptor       `json:"config"`
	Layers      []descriptor      `json:"layers"`
	Manifests   []descriptor      `json:"manifests"`
	Subject     *descriptor       `json:"subject"`
	Annotations map[string]string `json:"annotations"`
}

type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       model.Digest      `json:"digest"`
	Size         int64             `json:"size"`
	URLs         []string          `json:"urls,omitempty"`
	ArtifactType string            `json:"artifactType,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
}

// putManifest answers PUT by tag and by digest: 201 with the digest, and no
// OCI-Subject unless the referrers API is switched to really work.
func (s *Server) putManifest(w http.ResponseWriter, r *http.Request, c caller, p repoPath) {
	if !s.mayPush(w, c, p) {
		return
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, manifestCap+1))
	if err != nil {
		return // the client broke off: nothing was pushed
	}
	if len(raw) > manifestCap {
		registryError(w, http.StatusRequestEntityTooLarge, codeSizeInvalid, "manifest is larger than 4 MiB")
		return
	}
	d := model.DigestOf(raw)
	tag := p.rest
	if strings.Contains(tag, ":") {
		if model.Digest(tag) != d {
			registryError(w, http.StatusBadRequest, codeDigestInvalid,
				"provided digest did not match uploaded content")
			return
		}
		tag = ""
	} else if !validTag(tag) {
		registryError(w, http.StatusBadRequest, codeTagInvalid, "manifest tag did not match URI")
		return
	}
	m, mediaType, problem := parsePushed(raw, r.Header.Get("Content-Type"))
	if problem != "" {
		registryError(w, http.StatusBadRequest, codeManifestInvalid, problem)
		return
	}
	s.writing(p.pkg, func() {
		if missing := s.missingParts(p.pkg, m); missing != "" {
			registryError(w, http.StatusBadRequest, codeManifestBlob, "blob unknown to registry: "+missing)
			return
		}
		s.storeManifest(c, p.pkg, mediaType, raw, m, tag)
		if m.Subject != nil && s.sw.text(swReferrers) == "full" {
			w.Header().Set("Oci-Subject", string(m.Subject.Digest))
		}
		w.Header().Set("Docker-Content-Digest", string(d))
		w.Header().Set("Location", "/v2/"+p.name+"/manifests/"+string(d))
		w.WriteHeader(http.StatusCreated)
	})
}

// parsePushed reads a pushed manifest and its type, with the reason where it
// cannot be taken.
func parsePushed(raw []byte, contentType string) (m pushedManifest, mediaType, problem string) {
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, "", "manifest invalid: it is not JSON"
	}
	mediaType = m.MediaType
	if contentType != "" {
		named, _, err := mime.ParseMediaType(contentType)
		if err != nil {
			return m, "", "manifest invalid: the content type cannot be read"
		}
		if mediaType != "" && named != mediaType {
			return m, "", "manifest invalid: mediaType in the manifest is not the content type"
		}
		mediaType = named
	}
	switch mediaType {
	case typeOCIManifest, typeDockerV2:
		if m.Config == nil {
			return m, "", "manifest invalid: it has no config"
		}
	case typeOCIIndex, typeDockerList:
	default:
		return m, "", "manifest invalid: unsupported media type"
	}
	return m, mediaType, ""
}

// missingParts names the first blob or child that a manifest needs and the
// package does not have, or "". A subject may be absent, foreign layers are
// elsewhere.
func (s *Server) missingParts(pkg string, m pushedManifest) string {
	wd := s.World()
	var blobs []descriptor
	if m.Config != nil {
		blobs = append(blobs, *m.Config)
	}
	for _, d := range append(blobs, m.Layers...) {
		if _, ok := wd.Blob(pkg, d.Digest); !ok && len(d.URLs) == 0 {
			return string(d.Digest)
		}
	}
	if s.sw.text(swIndexChildren) == "checked" {
		for _, d := range m.Manifests {
			if _, ok := wd.VersionByDigest(pkg, d.Digest); !ok {
				return string(d.Digest)
			}
		}
	}
	return ""
}

// storeManifest makes the package where it is new, then the version and its
// tag. A new package is private, whoever pushes; only a workflow's first push
// may inherit the visibility of its repository.
func (s *Server) storeManifest(c caller, pkg, mediaType string, raw []byte, m pushedManifest, tag string) {
	wd := s.World()
	if _, exists := s.activePackage(pkg); !exists {
		o := world.PackageOptions{Visibility: world.Private, Repository: s.sourceRepository(pkg, m)}
		if c.token.kind == actionsBot {
			o.Repository = wd.Repository()
			if s.sw.text(swNewPackage) == "inherit" {
				o.Visibility = world.Public
			}
		} else {
			o.Roles = map[string]string{c.login: "admin"} // whoever creates a package is its admin
		}
		wd.CreatePackage(pkg, o)
	}
	d := wd.PutManifest(pkg, mediaType, raw, time.Time{})
	if tag != "" {
		// It cannot fail: the manifest was put one line above, under the write lock.
		_ = wd.SetTag(pkg, tag, d, time.Time{})
	}
}

// sourceRepository is the repository that a manifest's annotation, or the
// label in its config, names; "" where it is not one on GitHub.
func (s *Server) sourceRepository(pkg string, m pushedManifest) string {
	source := m.Annotations[sourceAnnotation]
	if source == "" && m.Config != nil {
		var config struct {
			Config struct {
				Labels map[string]string `json:"Labels"`
			} `json:"config"`
		}
		raw, _ := s.World().Blob(pkg, m.Config.Digest)
		if json.Unmarshal(raw, &config) == nil {
			source = config.Config.Labels[sourceAnnotation]
		}
	}
	path, ok := strings.CutPrefix(source, "https://github.com/")
	owner, name, two := strings.Cut(strings.TrimSuffix(strings.TrimSuffix(path, "/"), ".git"), "/")
	if !ok || !two || strings.Contains(name, "/") || !strings.EqualFold(owner, s.World().Owner()) {
		return ""
	}
	return owner + "/" + name
}
