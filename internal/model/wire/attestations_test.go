package wire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// "none" is said only where everybody answered and had nothing.
func TestAttestationVerdict(t *testing.T) {
	d := model.DigestOf([]byte("x"))
	none := []model.SourceState{{Name: model.SourceGitHub, State: model.SourceNone}, {Name: model.SourceReferrers, State: model.SourceNotSupported}}
	found := model.Attestation{Digest: d, Form: model.FormBundle, Signed: true, About: d, Origins: []model.AttestationOrigin{{Kind: model.FromReferrer}}}
	for name, c := range map[string]struct {
		list model.AttestationList
		want Text
	}{
		"nothing": {model.AttestationList{Sources: none}, "none"},
		"found":   {model.AttestationList{Sources: none, Items: []model.Attestation{found}}, ""},
		"failed":  {model.AttestationList{Sources: append(none, model.SourceState{Name: model.SourceFallback, State: model.SourceFailed, Err: model.ErrUnreachable})}, ""},
	} {
		doc := AttestationsDoc(c.list, "p:prod")
		if doc.Verdict != c.want || doc.Verdict == "" && len(doc.Notes) == 0 {
			t.Errorf("%s: verdict %q, notes %q", name, doc.Verdict, doc.Notes)
		}
	}
}

// What is evil or no digest does not get out, and lists are never null.
func TestAttestationsDocIsClean(t *testing.T) {
	evil := "\x1b[2J\u202e\x00"
	doc := AttestationsDoc(model.AttestationList{Package: evil, Notes: []string{evil}, Items: []model.Attestation{{
		PredicateType: evil, MediaType: evil, Platform: evil, About: model.Digest(evil), Digest: model.Digest(evil), Size: -1,
		Subjects: []model.AttestationSubject{{Name: evil}}, Origins: []model.AttestationOrigin{{Manifest: model.Digest(evil), Tag: evil, Title: evil}},
		Err: &model.Error{Kind: model.ErrMalformed, Message: evil},
	}, {}}}, evil)
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`\u001b`, `\u0000`, "\u202e"} {
		if strings.Contains(string(raw), bad) {
			t.Errorf("%q in %s", bad, raw)
		}
	}
	for _, list := range []string{"origins", "timestamps", "subjects", "places", "also", "through", "targets", "sources"} {
		if strings.Contains(string(raw), `"`+list+`":null`) {
			t.Errorf("%s is null", list)
		}
	}
}
