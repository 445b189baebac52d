package ghcrsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// tagsPage is how many tags a page holds when the client does not say.
const tagsPage = 100

// listTags answers tags/list with a relative Link while there is more.
func (s *Server) listTags(w http.ResponseWriter, r *http.Request, p repoPath) {
	q := r.URL.Query()
	n := tagsPage
	if text := q.Get("n"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 0 {
			registryError(w, http.StatusBadRequest, codePageInvalid, "invalid number of results requested")
			return
		}
	}
	n = min(n, max(s.sw.number(swTagsCap), 1))
	tags := s.World().TagNames(p.pkg)
	lexical := s.sw.text(swTagsOrder) == "lexical"
	if lexical {
		slices.Sort(tags)
	}
	if last := q.Get("last"); last != "" {
		tags = tags[afterTag(tags, last, lexical):]
	}
	page := tags[:min(n, len(tags))]
	if len(page) < len(tags) && len(page) > 0 {
		w.Header().Set("Link", fmt.Sprintf(`</v2/%s/tags/list?last=%s&n=%d>; rel="next"`,
			p.name, url.QueryEscape(page[len(page)-1]), n))
	}
	w.Header().Set("Content-Type", jsonType)
	_ = json.NewEncoder(w).Encode(struct {
		Name string   `json:"name"`
		Tags []string `json:"tags"`
	}{p.name, append([]string{}, page...)}) // the client may be gone
}

// afterTag is where the page after a tag begins. In order of pushes a tag that
// is gone ends the list: nobody can say any more where it stood.
func afterTag(tags []string, last string, lexical bool) int {
	if lexical {
		i, found := slices.BinarySearch(tags, last)
		if found {
			i++
		}
		return i
	}
	if i := slices.Index(tags, last); i >= 0 {
		return i + 1
	}
	return len(tags)
}
