package ghcrsim

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

type attestationsAnswer struct {
	Attestations []attestationJSON
}

// attested adds n attestations of a digest; every second one only by address.
func (s *sim) attested(n int) model.Digest {
	d := model.DigestOf([]byte("attested"))
	types := []string{"https://slsa.dev/provenance/v1", "https://spdx.dev/Document/v2.3", "https://in-toto.io/attestation/release/v0.1"}
	for i := range n {
		s.World().AddAttestation(world.Attestation{
			SubjectDigest: d, Bundle: fmt.Appendf(nil, `{"n":%d}`, i), PredicateType: types[i%3],
			Initiator: "user", RepositoryID: 7, BundleURLOnly: i%2 == 1,
		})
	}
	return d
}

func TestAttestationPages(t *testing.T) {
	s := owned(t)
	d := s.attested(7)
	link := func(a answer, rel string) string {
		for part := range strings.SplitSeq(a.header.Get("Link"), ", ") {
			if at, ok := strings.CutSuffix(part, `>; rel="`+rel+`"`); ok {
				return strings.TrimPrefix(at, "<")
			}
		}
		return ""
	}
	next := s.info.API + "/orgs/novotnyllc/attestations/" + string(d) + "?per_page=3"
	var bodies, sizes []string
	for next != "" {
		a := s.want(s.do("GET", next, "", ""), 200, "")
		bodies = append(bodies, a.body)
		sizes = append(sizes, fmt.Sprint(len(decode[attestationsAnswer](t, a.body).Attestations)))
		next = link(a, "next")
		if next == "" {
			back := s.do("GET", link(a, "prev"), "", "")
			if back.body == "" || len(decode[attestationsAnswer](t, back.body).Attestations) != 3 || link(back, "next") == "" {
				t.Errorf("the page before the last is %s", back.body)
			}
		}
	}
	if strings.Join(sizes, " ") != "3 3 1" || bodies[0] == bodies[1] {
		t.Errorf("pages of %v", sizes)
	}
	s.want(s.api("GET", "/orgs/novotnyllc/attestations/"+string(d)+"?after=odd", "", ""), 200, `"n":0`)
}

func TestAttestationBundles(t *testing.T) {
	s := owned(t)
	d := s.attested(2)
	path := "/repos/novotnyllc/ContainAI/attestations/" + string(d)
	a := s.want(s.api("GET", path, "", ""), 200, `{"bundle":{"n":0},"repository_id":7,"initiator":"user"}`)
	list := decode[attestationsAnswer](t, a.body).Attestations
	if string(list[0].Bundle) != "null" || !strings.HasPrefix(list[0].BundleURL, s.info.Blobs) {
		t.Fatalf("the newest is %+v", list[0])
	}
	u, err := url.Parse(list[0].BundleURL)
	if err != nil || !strings.HasSuffix(u.Path, ".json.sn") {
		t.Errorf("bundle_url is %s", list[0].BundleURL)
	}
	blob := s.want(s.do("GET", list[0].BundleURL, "", ""), 200, "")
	plain, err := snappy.Decode(nil, []byte(blob.body))
	if err != nil || string(plain) != `{"n":1}` || blob.header.Get("Content-Type") != "application/x-snappy" {
		t.Errorf("the bundle is %q (%v), %s", plain, err, blob.header.Get("Content-Type"))
	}
	s.want(s.do("GET", list[0].BundleURL, bearer(s.info.Tokens.Admin), ""), 400, "InvalidAuthenticationInfo")
	for form, want := range map[string][2]int{"inline": {2, 0}, "url": {0, 2}, "both": {2, 2}} {
		s.set(swAttestBundles, form)
		var got [2]int
		for _, one := range decode[attestationsAnswer](t, s.api("GET", path, "", "").body).Attestations {
			if string(one.Bundle) != "null" {
				got[0]++
			}
			if one.BundleURL != "" {
				got[1]++
			}
		}
		if got != want {
			t.Errorf("%s: %v inline and by address, want %v", form, got, want)
		}
	}
}

func TestAttestationFilters(t *testing.T) {
	s := owned(t)
	d := s.attested(3)
	path := "/orgs/novotnyllc/attestations/" + string(d)
	for predicate, want := range map[string]int{
		"": 3, "provenance": 1, "sbom": 1, "release": 1, "https://slsa.dev/provenance/v1": 1, "https://slsa.dev": 0,
	} {
		a := s.want(s.api("GET", path+"?predicate_type="+url.QueryEscape(predicate), "", ""), 200, "")
		if n := len(decode[attestationsAnswer](t, a.body).Attestations); n != want {
			t.Errorf("%q: %d, want %d", predicate, n, want)
		}
	}
	none := "/orgs/novotnyllc/attestations/" + string(model.DigestOf(nil))
	s.want(s.api("GET", none, "", ""), 200, `{"attestations":[]}`)
	s.set(swAttestEmpty, 404)
	s.refused(s.api("GET", none, "", ""), 404, "Not Found")
	s.refused(s.api("GET", "/users/novotnyllc/attestations/"+string(d), "", ""), 404, "Not Found")
	s.refused(s.api("GET", "/repos/novotnyllc/nope/attestations/"+string(d), "", ""), 404, "Not Found")
	s.refused(s.api("GET", "/orgs/novotnyllc/attestations/sha1:x", "", ""), 422, "Invalid subject digest")
	a := s.want(s.api("POST", "/orgs/novotnyllc/attestations/bulk-list", "",
		fmt.Sprintf(`{"subject_digests":[%q,%q],"predicate_type":"sbom"}`, d, model.DigestOf(nil))), 200, "page_info")
	bulk := decode[struct {
		Found map[string][]attestationJSON `json:"attestations_subject_digests"`
	}](t, a.body).Found
	if list, ok := bulk[string(model.DigestOf(nil))]; len(bulk[string(d)]) != 1 || !ok || list != nil {
		t.Errorf("the bulk answer is %s", a.body)
	}
	s.want(s.api("POST", "/orgs/novotnyllc/attestations/bulk-list", "", `{}`), 422, "")
	s.want(s.api("POST", "/orgs/novotnyllc/attestations/bulk-list", "", `x`), 400, "Problems parsing JSON")
}

func FuzzCursorRange(f *testing.F) {
	f.Add(cursorAt(3), "", 10)
	f.Add("", cursorAt(99), 3)
	f.Add("!", "", 0)
	f.Fuzz(func(t *testing.T, after, before string, total int) {
		total = max(total, 0)
		from, to := cursorRange(url.Values{"after": {after}, "before": {before}}, total)
		if from < 0 || from > to || to > total {
			t.Errorf("after %q, before %q of %d: %d to %d", after, before, total, from, to)
		}
	})
}
