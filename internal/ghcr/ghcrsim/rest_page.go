package ghcrsim

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	perPageDefault = 30
	perPageMax     = 100
)

// pageQuery is one page as a request asks for it. What cannot be read, or is
// out of range, is as if it were not there.
type pageQuery struct{ page, perPage int }

func (p pageQuery) offset() int { return (p.page - 1) * p.perPage }

func readPage(q url.Values) pageQuery {
	p := pageQuery{page: 1, perPage: perPageDefault}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 0 {
		p.page = min(n, 1<<30)
	}
	if n, err := strconv.Atoi(q.Get("per_page")); err == nil && n > 0 {
		p.perPage = min(n, perPageMax)
	}
	return p
}

// link sets the Link header of a list: prev and first behind the first page,
// next and last before the last one. The addresses are absolute.
func (s *Server) link(w http.ResponseWriter, r *http.Request, p pageQuery, total int) {
	last := max((total+p.perPage-1)/p.perPage, 1)
	var links []string
	add := func(page int, rel string) {
		q := r.URL.Query()
		q.Set("page", strconv.Itoa(page))
		links = append(links, fmt.Sprintf(`<%s%s?%s>; rel="%s"`, s.apiURL, r.URL.EscapedPath(), q.Encode(), rel))
	}
	if p.page > 1 {
		add(min(p.page-1, last), "prev")
	}
	if p.page < last {
		add(p.page+1, "next")
		add(last, "last")
	}
	if p.page > 1 {
		add(1, "first")
	}
	if len(links) > 0 {
		w.Header().Set("Link", strings.Join(links, ", "))
	}
}

// slicePage cuts one page out of a whole list, never nil.
func slicePage[T any](all []T, p pageQuery) []T {
	from := min(p.offset(), len(all))
	to := min(from+p.perPage, len(all))
	return append([]T{}, all[from:to]...)
}

// restTime is a time as the API writes it.
func restTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// restTimeOrNull is null where there is no time yet.
func restTimeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := restTime(t)
	return &text
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// nodeID is the global id of an object. Clients treat it as opaque.
func nodeID(kind string, id int64) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "0%d:%s%d", len(kind), kind, id))
}
