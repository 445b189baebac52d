package ghcrsim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

const docAttestations = docRoot + "/repos/attestations#list-attestations"

// bulkMax is how many digests one bulk request may name.
const bulkMax = 1024

// attestationEndpoints are the attestations API. Public repositories need no
// token.
func (s *Server) attestationEndpoints() []endpoint {
	return []endpoint{
		{pattern: "GET /repos/{owner}/{repo}/attestations/{digest}", serve: s.listAttestations},
		{pattern: "GET /orgs/{account}/attestations/{digest}", serve: s.listAttestations},
		{pattern: "GET /users/{account}/attestations/{digest}", serve: s.listAttestations},
		{pattern: "POST /orgs/{account}/attestations/bulk-list", serve: s.bulkAttestations},
		{pattern: "POST /users/{account}/attestations/bulk-list", serve: s.bulkAttestations},
	}
}

// attestationJSON is one attestation. bundle is null where only bundle_url
// leads to it.
type attestationJSON struct {
	Bundle       json.RawMessage `json:"bundle"`
	RepositoryID int64           `json:"repository_id"`
	BundleURL    string          `json:"bundle_url,omitempty"`
	Initiator    string          `json:"initiator,omitempty"`
}

func (s *Server) attestationJSON(a world.Attestation) attestationJSON {
	inline, byURL := !a.BundleURLOnly, a.BundleURLOnly
	switch s.sw.text(swAttestBundles) {
	case "inline":
		inline, byURL = true, false
	case "url":
		inline, byURL = false, true
	case "both":
		inline, byURL = true, true
	}
	out := attestationJSON{RepositoryID: a.RepositoryID, Initiator: a.Initiator}
	if inline && json.Valid(a.Bundle) {
		out.Bundle = a.Bundle
	}
	if byURL {
		out.BundleURL = s.blobsURL +
			s.signer.sign(bundleHostPrefix+bundleName(a.SubjectDigest, a.Bundle)+bundleHostSuffix)
	}
	return out
}

// attestationOwner finds whose attestations are asked and answers 404 where
// the account or repository is not the simulated one, or of the other kind.
func (s *Server) attestationOwner(w http.ResponseWriter, r *http.Request) bool {
	if r.PathValue("repo") != "" {
		return s.isRepository(w, r, docAttestations)
	}
	if s.isOwner(r.PathValue("account")) && strings.HasPrefix(r.URL.Path, "/users/") == s.ownerIsUser() {
		return true
	}
	restError(w, http.StatusNotFound, textNotFound, docAttestations)
	return false
}

// listAttestations answers one page, addressed by cursors.
func (s *Server) listAttestations(w http.ResponseWriter, r *http.Request, _ caller) {
	if !s.attestationOwner(w, r) {
		return
	}
	subject, err := model.ParseDigest(r.PathValue("digest"))
	if err != nil {
		restError(w, http.StatusUnprocessableEntity, "Invalid subject digest", docAttestations)
		return
	}
	q := r.URL.Query()
	all := s.attestationsOf(subject, q.Get("predicate_type"))
	if len(all) == 0 && s.sw.text(swAttestEmpty) == "404" {
		restError(w, http.StatusNotFound, textNotFound, docAttestations)
		return
	}
	from, to := cursorRange(q, len(all))
	s.cursorLinks(w, r, from, to, len(all))
	list := []attestationJSON{}
	for _, a := range all[from:to] {
		list = append(list, s.attestationJSON(a))
	}
	sendJSON(w, http.StatusOK, map[string]any{"attestations": list})
}

// attestationsOf lists those of a predicate type: provenance, sbom and release
// are short for families of types, anything else is the type itself.
func (s *Server) attestationsOf(subject model.Digest, predicate string) []world.Attestation {
	prefixes := map[string][]string{
		"":           {""},
		"provenance": {"https://slsa.dev/provenance/"},
		"sbom":       {"https://spdx.dev/Document", "https://cyclonedx.org/bom"},
		"release":    {"https://in-toto.io/attestation/release/"},
	}[predicate]
	return slices.DeleteFunc(s.World().Attestations(subject), func(a world.Attestation) bool {
		if prefixes == nil {
			return a.PredicateType != predicate
		}
		return !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(a.PredicateType, p) })
	})
}

// A cursor is the place of an item in the list, in a form nobody should read.
const cursorMark = "cursor:v2:"

func cursorAt(i int) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s%d", cursorMark, i))
}

// cursorIndex reads a cursor back, ok false where it is none of ours.
func cursorIndex(cursor string) (i int, ok bool) {
	plain, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil {
		return 0, false
	}
	text, marked := strings.CutPrefix(string(plain), cursorMark)
	i, err = strconv.Atoi(text)
	return i, marked && err == nil && i >= 0
}

// cursorRange is the page that after, before and per_page ask for.
func cursorRange(q url.Values, total int) (from, to int) {
	per := readPage(q).perPage
	if i, ok := cursorIndex(q.Get("after")); ok {
		from = min(i, total-1) + 1
	}
	if i, ok := cursorIndex(q.Get("before")); ok && !q.Has("after") {
		to = min(i, total)
		return max(to-per, 0), to
	}
	return from, min(from+per, total)
}

// cursorLinks sets the Link header of a page.
func (s *Server) cursorLinks(w http.ResponseWriter, r *http.Request, from, to, total int) {
	var links []string
	add := func(param, cursor, rel string) {
		q := r.URL.Query()
		q.Del("after")
		q.Del("before")
		q.Set(param, cursor)
		links = append(links, fmt.Sprintf(`<%s%s?%s>; rel="%s"`, s.apiURL, r.URL.EscapedPath(), q.Encode(), rel))
	}
	if to < total {
		add("after", cursorAt(to-1), "next")
	}
	if from > 0 {
		add("before", cursorAt(from), "prev")
	}
	if len(links) > 0 {
		w.Header().Set("Link", strings.Join(links, ", "))
	}
}

// bulkAttestations answers for many digests at once; a digest without
// attestations is null.
func (s *Server) bulkAttestations(w http.ResponseWriter, r *http.Request, _ caller) {
	if !s.attestationOwner(w, r) {
		return
	}
	var body struct {
		Digests   []string `json:"subject_digests"`
		Predicate string   `json:"predicate_type"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	if len(body.Digests) == 0 || len(body.Digests) > bulkMax {
		restError(w, http.StatusUnprocessableEntity,
			fmt.Sprintf("Invalid request.\n\nsubject_digests takes 1 to %d digests.", bulkMax), docAttestations)
		return
	}
	found := map[string][]attestationJSON{}
	for _, digest := range body.Digests {
		found[digest] = nil
		for _, a := range s.attestationsOf(model.Digest(digest), body.Predicate) {
			found[digest] = append(found[digest], s.attestationJSON(a))
		}
	}
	sendJSON(w, http.StatusOK, map[string]any{
		"attestations_subject_digests": found,
		"page_info":                    map[string]any{"has_next": false, "has_previous": false, "next": "", "previous": ""},
	})
}
