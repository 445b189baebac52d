package ghcrsim

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// serveToken is the token endpoint: Basic with any user name and a personal
// or workflow token, or nothing at all for public packages. The answer has no
// expires_in, as GHCR's has none.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request, c caller) {
	if r.Method != http.MethodGet {
		registryError(w, http.StatusMethodNotAllowed, codeUnsupported, textUnsupported)
		return
	}
	if c.state == credRefused {
		if c.bearer {
			registryError(w, http.StatusUnauthorized, codeUnauthorized, textAuthRequired)
		} else {
			registryError(w, http.StatusForbidden, codeDenied, "denied")
		}
		return
	}
	wanted := s.parseScopes(r.URL.Query()["scope"])
	g := grant{Access: access{}, Expires: s.opts.RealNow().Add(s.sw.duration(swTokenLifetime))}
	if c.token != nil {
		// What the account may really do is checked where it is done.
		g.Token, g.Access = c.token.name, wanted
	} else {
		for repository := range wanted {
			if !s.anonymousMayPull(repository) {
				s.refuseAnonymous(w)
				return
			}
			g.Access[repository] = []string{"pull"}
		}
	}
	value, err := s.signer.seal(g)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", jsonType)
	_ = json.NewEncoder(w).Encode(map[string]string{"token": value}) // the client may be gone
}

func (s *Server) refuseAnonymous(w http.ResponseWriter) {
	if s.sw.text(swAnonymousDenied) == "403" {
		registryError(w, http.StatusForbidden, codeDenied, textDenied)
		return
	}
	registryError(w, http.StatusUnauthorized, codeUnauthorized, textAuthRequired)
}

func (s *Server) anonymousMayPull(repository string) bool {
	owner, pkg, _ := strings.Cut(repository, "/")
	info, ok := s.activePackage(pkg)
	return ok && owner == strings.ToLower(s.World().Owner()) && info.Visibility == world.Public
}

// parseScopes reads scope parameters, "repository:NAME:action,action", several
// in one parameter with spaces or several parameters. Scopes of other kinds
// are left out.
func (s *Server) parseScopes(params []string) access {
	out := access{}
	for _, scope := range strings.Fields(strings.Join(params, " ")) {
		kind, rest, _ := strings.Cut(scope, ":")
		i := strings.LastIndex(rest, ":")
		if kind != "repository" || i <= 0 {
			continue
		}
		name := s.foldOwner(rest[:i])
		out[name] = append(out[name], strings.Split(rest[i+1:], ",")...)
	}
	return out
}
