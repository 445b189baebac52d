package ghcrsim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	restType = "application/json; charset=utf-8"
	docRoot  = "https://docs.github.com/rest"
	docPkgs  = docRoot + "/packages/packages"

	textNotFound       = "Not Found"
	textBadCredentials = "Bad credentials"
	textNeedsAuth      = "Requires authentication"
	textIntegration    = "Resource not accessible by integration"
	textFineGrained    = "Resource not accessible by personal access token"
	textNotAdmin       = "Must have admin rights to Repository."
	textInvalid        = "Invalid argument."
)

// restError answers in the form of api.github.com: the status again as text.
func restError(w http.ResponseWriter, status int, message, doc string) {
	sendJSON(w, status, struct {
		Message string `json:"message"`
		Doc     string `json:"documentation_url"`
		Status  string `json:"status"`
	}{message, doc, strconv.Itoa(status)})
}

// sendJSON answers with a document. HTML characters stay as they are.
func sendJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", restType)
	w.WriteHeader(status)
	_, _ = w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n"))) // the client may be gone
}

// endpoint is one route of the API: a method and a path in which {name} stands
// for one segment, whose escaped slashes belong to the value. The pattern is
// also the group whose points are counted together.
type endpoint struct {
	pattern string
	scopes  string // for X-Accepted-OAuth-Scopes
	free    bool   // costs nothing of the hour
	serve   handler
}

// match compares the pattern with a request taken apart, and returns the
// values of its names.
func (e endpoint) match(method string, segments []string) (map[string]string, bool) {
	verb, path, _ := strings.Cut(e.pattern, " ")
	want := strings.Split(path, "/")
	if verb != method || len(want) != len(segments) {
		return nil, false
	}
	values := map[string]string{}
	for i, part := range want {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			values[strings.TrimSuffix(name, "}")] = segments[i]
		} else if part != segments[i] {
			return nil, false
		}
	}
	return values, true
}

// apiHandler routes the API host. What no route names is 404, other methods of
// known paths too, as on api.github.com.
func (s *Server) apiHandler() handler {
	all := slices.Concat(s.accountEndpoints(), s.packageEndpoints(), s.actionsEndpoints(), s.attestationEndpoints())
	nowhere := endpoint{pattern: "/", serve: func(w http.ResponseWriter, _ *http.Request, _ caller) {
		restError(w, http.StatusNotFound, textNotFound, docRoot)
	}}
	return func(w http.ResponseWriter, r *http.Request, c caller) {
		if strings.HasPrefix(r.URL.Path, webReferrersPrefix) {
			serveWebReferrers(w)
			return
		}
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		segments := strings.Split(r.URL.EscapedPath(), "/")
		for i, part := range segments {
			segments[i], _ = url.PathUnescape(part) // net/http has parsed it already
		}
		for _, e := range all {
			if values, ok := e.match(method, segments); ok {
				for name, value := range values {
					r.SetPathValue(name, value)
				}
				s.serveEndpoint(w, r, c, e)
				return
			}
		}
		s.serveEndpoint(w, r, c, nowhere)
	}
}

// serveEndpoint does what all routes share: credentials, both rate limits,
// scope headers, ETag and 304.
func (s *Server) serveEndpoint(w http.ResponseWriter, r *http.Request, c caller, e endpoint) {
	h := w.Header()
	h.Set("X-Github-Media-Type", "github.v3; format=json")
	h.Set("X-Github-Api-Version-Selected", "2022-11-28")
	h.Set("X-Github-Request-Id", s.signer.requestID(s.opts.RealNow().UnixNano()))
	if c.state == credRefused {
		restError(w, http.StatusUnauthorized, textBadCredentials, docRoot)
		return
	}
	if c.token != nil && c.token.kind == classic {
		h.Set("X-Oauth-Scopes", strings.Join(c.token.scopes, ", "))
		h.Set("X-Accepted-Oauth-Scopes", e.scopes)
	}
	if c.crowded {
		s.refuseSecondary(w, secondaryWait)
		return
	}
	cost, points := 1, pointsRead
	if e.free {
		cost = 0
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions {
		points = pointsMutation
	}
	left, ok := s.rates.charge(c, cost)
	s.budgetHeaders(h, c, left)
	if !ok {
		s.refusePrimary(w, c)
		return
	}
	if wait := s.rates.points(c, e.pattern, points); wait > 0 {
		s.refuseSecondary(w, wait)
		return
	}
	answer := newHeld(h)
	e.serve(answer, r, c)
	s.sendREST(w, r, c, answer, cost)
}

// sendREST sends a finished answer. A 200 carries an ETag; a request that
// already has that content gets 304 and, if it is authenticated, its cost back.
func (s *Server) sendREST(w http.ResponseWriter, r *http.Request, c caller, answer *held, cost int) {
	h := w.Header()
	for name, lines := range answer.header {
		h[name] = lines
	}
	answer.WriteHeader(http.StatusOK)
	if answer.status == http.StatusOK && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		sum := sha256.Sum256(slices.Concat(answer.body.Bytes(), []byte(h.Get("Link"))))
		etag := `W/"` + hex.EncodeToString(sum[:]) + `"`
		h.Set("Etag", etag)
		h.Set("Cache-Control", "private, max-age=60, s-maxage=60")
		h.Set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With")
		if matchesETag(r.Header.Values("If-None-Match"), etag) {
			if c.token != nil {
				left, _ := s.rates.charge(c, -cost)
				s.budgetHeaders(h, c, left)
			}
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if answer.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(answer.body.Len()))
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body.Bytes()) // the client may be gone
}

// matchesETag compares as If-None-Match does, weakly (RFC 9110, 13.1.2).
func matchesETag(lines []string, etag string) bool {
	opaque := strings.TrimPrefix(etag, "W/")
	for _, line := range lines {
		for one := range strings.SplitSeq(line, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == opaque {
				return true
			}
		}
	}
	return false
}
