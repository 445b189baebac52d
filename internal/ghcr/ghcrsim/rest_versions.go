package ghcrsim

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// versionJSON is a version as the API shows it. Its name is the digest; tags
// is always there.
type versionJSON struct {
	ID             int64           `json:"id"`
	Name           string          `json:"name"`
	URL            string          `json:"url"`
	PackageHTMLURL string          `json:"package_html_url"`
	CreatedAt      string          `json:"created_at"`
	UpdatedAt      string          `json:"updated_at"`
	DeletedAt      *string         `json:"deleted_at,omitempty"`
	HTMLURL        string          `json:"html_url"`
	Metadata       versionMetadata `json:"metadata"`
}

type versionMetadata struct {
	PackageType string `json:"package_type"`
	Container   struct {
		Tags []string `json:"tags"`
	} `json:"container"`
}

func (s *Server) versionJSON(q packageQuery, v world.Version, deleted bool) versionJSON {
	id, name := itoa(v.ID), url.PathEscape(q.name)
	out := versionJSON{
		ID: v.ID, Name: string(v.Digest),
		URL:            s.apiURL + q.base + "/packages/container/" + name + "/versions/" + id,
		PackageHTMLURL: s.packagePage(q.base, q.name),
		CreatedAt:      restTime(v.Created), UpdatedAt: restTime(v.Updated),
		HTMLURL: "https://github.com" + q.base + "/packages/container/" + name + "/" + id,
	}
	if deleted && v.Deleted != nil {
		out.DeletedAt = restTimeOrNull(*v.Deleted)
	}
	out.Metadata.PackageType = "container"
	out.Metadata.Container.Tags = append([]string{}, v.Tags...)
	return out
}

// listVersions lists the active versions, with lag and ghosts, or those whose
// deletion can still be taken back; newest created first.
func (s *Server) listVersions(w http.ResponseWriter, q packageQuery) {
	if !needScopes(w, q, "list package versions", scopeRead) {
		return
	}
	if _, ok := s.findPackage(w, q); !ok {
		return
	}
	page := readPage(q.URL.Query())
	state := q.URL.Query().Get("state")
	list := []versionJSON{}
	var total int
	switch state {
	case "", "active":
		var versions []world.Version
		versions, total = s.restVersions(q.name, page.offset(), page.perPage)
		for _, v := range versions {
			list = append(list, s.versionJSON(q, v, false))
		}
	case "deleted":
		deleted := s.restorable(q.name)
		total = len(deleted)
		for _, v := range slicePage(deleted, page) {
			list = append(list, s.versionJSON(q, v, true))
		}
	default:
		restError(w, http.StatusBadRequest, textInvalid, q.doc)
		return
	}
	s.link(w, q.Request, page, total)
	sendJSON(w, http.StatusOK, list)
}

// restorable are the versions deleted within the last 30 days.
func (s *Server) restorable(pkg string) []world.Version {
	deleted, _ := s.World().Versions(pkg, true, 0, 0)
	return slices.DeleteFunc(deleted, func(v world.Version) bool { return s.tooLate(*v.Deleted) })
}

// versionID reads the number in the path and answers where it is none.
func versionID(w http.ResponseWriter, q packageQuery) (int64, bool) {
	id, err := strconv.ParseInt(q.PathValue("id"), 10, 64)
	if err != nil {
		restError(w, http.StatusNotFound, textNoVersion, q.doc)
		return 0, false
	}
	return id, true
}

func (s *Server) getVersion(w http.ResponseWriter, q packageQuery) {
	if !needScopes(w, q, "get a package version", scopeRead) {
		return
	}
	if _, ok := s.findPackage(w, q); !ok {
		return
	}
	id, ok := versionID(w, q)
	if !ok {
		return
	}
	v, ok := s.restVersion(q.name, id)
	if !ok {
		restError(w, http.StatusNotFound, textNoVersion, q.doc)
		return
	}
	sendJSON(w, http.StatusOK, s.versionJSON(q, v, false))
}

// deleteVersion asks its questions in GitHub's order: scope, role, existence,
// downloads, last version. Deleting does not cascade.
func (s *Server) deleteVersion(w http.ResponseWriter, q packageQuery) {
	if !needScopes(w, q, "delete a package version", scopeRead, scopeDelete) {
		return
	}
	s.writing(q.name, func() {
		p, ok := s.findPackage(w, q)
		if !ok || !s.needAdmin(w, q, p) {
			return
		}
		id, ok := versionID(w, q)
		if !ok {
			return
		}
		v, ok := s.World().VersionByID(q.name, id)
		if !ok || v.Deleted != nil {
			restError(w, http.StatusNotFound, textNoVersion, q.doc)
			return
		}
		if reason := s.undeletable(p, v); reason != "" {
			restError(w, http.StatusBadRequest, reason, q.doc)
			return
		}
		if err := s.World().DeleteVersion(q.name, id); err != nil {
			restError(w, http.StatusNotFound, textNoVersion, q.doc)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// undeletable says why GitHub keeps a version, or "". Blocked both ways, the
// message is either of the two; a switch says which.
func (s *Server) undeletable(p world.Package, v world.Version) string {
	var last string
	switch {
	case p.VersionCount <= 1:
		last = textLastVersion
	case len(v.Tags) > 0 && !s.otherTagged(p.Name, v.ID):
		last = textLastTagged
	}
	popular := p.Visibility == world.Public && overDownloads(v)
	if popular && (last == "" || s.sw.text(swBlockedBoth) == "downloads") {
		return textDownloads
	}
	return last
}

func overDownloads(v world.Version) bool { return v.Downloads > downloadLimit }

// otherTagged reports whether a package has a tagged version besides one.
func (s *Server) otherTagged(pkg string, id int64) bool {
	for offset := 0; ; offset += perPageMax {
		versions, total := s.World().Versions(pkg, false, offset, perPageMax)
		for _, v := range versions {
			if v.ID != id && len(v.Tags) > 0 {
				return true
			}
		}
		if offset+perPageMax >= total {
			return false
		}
	}
}

// restoreVersion takes a deletion back within 30 days, unless the same digest
// was pushed again.
func (s *Server) restoreVersion(w http.ResponseWriter, q packageQuery) {
	if !needScopes(w, q, "restore a package version", scopeRead, scopeWrite) {
		return
	}
	s.writing(q.name, func() {
		p, ok := s.findPackage(w, q)
		if !ok || !s.needAdmin(w, q, p) {
			return
		}
		id, ok := versionID(w, q)
		if !ok {
			return
		}
		v, ok := s.World().VersionByID(q.name, id)
		if !ok || v.Deleted == nil || s.tooLate(*v.Deleted) {
			restError(w, http.StatusNotFound, textNoVersion, q.doc)
			return
		}
		switch err := s.World().RestoreVersion(q.name, id); {
		case errors.Is(err, world.ErrTaken):
			restError(w, http.StatusBadRequest,
				"Package version cannot be restored because it was published again.", q.doc)
		case err != nil:
			restError(w, http.StatusNotFound, textNoVersion, q.doc)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
}
