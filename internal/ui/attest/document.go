package attest

import (
	"bytes"
	"fmt"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/tree"
)

// document is everything about one attestation as a tree: what checking it came
// to and why, what the certificate proves, what the predicate claims, where it
// is, what it speaks of, the statement, and the envelope around that. check is
// nil while it goes on. It is pure and may take long.
func document(l model.AttestationList, check *model.Verification, a model.Attestation, now time.Time) *tree.Doc {
	var b tree.Builder
	head(&b, l, check, a)
	certificate(&b, a.Check)
	witnesses(&b, check, a.Check)
	claims(&b, a, now)
	kept(&b, l, a)
	places(&b, a)
	subjects(&b, a)
	statement(&b, a)
	return b.Doc()
}

// head is what it is, the verdict on it and why, and what it is about.
func head(b *tree.Builder, l model.AttestationList, check *model.Verification, a model.Attestation) {
	fact := func(key, value string) { leaf(b, key, value, tree.Fact) }
	r := present.Attestation(l, a)
	b.Open(present.AttestationName(a), tree.Group, true)
	verdict(b, check, a)
	reasons(b, a.Check)
	if a.Err != nil {
		leaf(b, "problem", a.Err.Error(), tree.Wrong)
	}
	if a.NamesNone() {
		leaf(b, "problem", "the statement does not name the digest that it was found for", tree.Wrong)
	}
	about := r.About.Text
	if a.Platform != "" {
		about += ", " + a.Platform
	}
	fact("about", about)
	fact("", string(a.About))
	for _, d := range a.Also {
		fact("and", string(d))
	}
	b.Close()
}

// kept is in which form it is kept, and which of the stores has it.
func kept(b *tree.Builder, l model.AttestationList, a model.Attestation) {
	fact := func(key, value string) { leaf(b, key, value, tree.Fact) }
	r := present.Attestation(l, a)
	b.Open("kept as", tree.Group, true)
	fact("predicate type", a.PredicateType)
	if hint := a.Hint(); hint != "" {
		fact("an annotation claims", hint)
	}
	fact("GitHub's store", r.GitHub.String()+why(l.InGitHub(a), model.FromGitHub))
	fact("registry", r.Registry.String()+why(l.InRegistry(a), model.FromReferrer))
	fact("form", form(a.Form))
	fact("media type", a.MediaType)
	if a.Size >= 0 {
		fact("size", fmt.Sprintf("%s (%s bytes)", present.Size(a.Size), present.Count(int(a.Size))))
	}
	fact("digest", string(a.Digest))
	b.Close()
}

func leaf(b *tree.Builder, key, value string, kind tree.Kind) {
	if value != "" {
		b.Leaf(key, value, kind)
	}
}

// why says what an absence means.
func why(p model.StorePresence, store model.AttestationKind) string {
	switch {
	case p == model.StoreApart && store == model.FromGitHub:
		return " of this form only the registry has any"
	case p == model.StoreApart:
		return " a file has no referrers there"
	case p == model.StoreUnknown:
		return ": it could not be asked"
	}
	return ""
}

func form(f model.AttestationForm) string {
	switch f {
	case model.FormBundle:
		return "Sigstore bundle"
	case model.FormDSSE:
		return "DSSE envelope"
	case model.FormStatement:
		return "bare in-toto statement"
	case model.FormSimpleSigning:
		return "cosign's signed payload"
	case model.FormSBOM:
		return "SBOM by itself"
	case model.FormUnknown:
	}
	return "unknown"
}

func places(b *tree.Builder, a model.Attestation) {
	b.Open("found in "+present.Many(len(a.Origins), "place"), tree.Group, true)
	for _, o := range a.Origins {
		name := present.SourceName(o.Source)
		switch {
		case o.Kind == model.FromGitHub:
			b.Leaf(name, "attestations API", tree.Fact)
			continue
		case o.Manifest != "":
			b.Leaf(name, string(o.Manifest), tree.Fact)
		default:
			b.Leaf(name, "the artifact itself", tree.Fact)
		}
		if o.Tag != "" {
			b.Leaf("tag", o.Tag, tree.Fact)
		}
		if o.Title != "" {
			b.Leaf("file", o.Title, tree.Fact)
		}
		if o.Path != "" {
			b.Leaf("inside it", o.Path, tree.Fact)
		}
	}
	b.Close()
}

// maxSubjects is how many subjects are listed; the statement has all.
const maxSubjects = 200

func subjects(b *tree.Builder, a model.Attestation) {
	if len(a.Subjects) == 0 {
		return
	}
	b.Open("speaks of "+present.Many(len(a.Subjects), "subject"), tree.Group, true)
	for i, s := range a.Subjects {
		if i == maxSubjects {
			b.Remark("the others stand in the statement")
			break
		}
		digest := string(s.Digest)
		if digest == "" {
			digest = "no sha256 digest"
		}
		name := s.Name
		if name == "" {
			name = "(unnamed)"
		}
		b.Leaf(name, digest, tree.Fact)
	}
	b.Close()
}

// statement adds what is said, and what was signed around it.
func statement(b *tree.Builder, a model.Attestation) {
	if a.Raw == nil {
		return
	}
	if a.Statement != nil {
		b.JSON("statement", a.Statement, 2)
		if bytes.Equal(bytes.TrimSpace(a.Statement), bytes.TrimSpace(a.Raw)) {
			return
		}
	}
	if text := bytes.TrimSpace(a.Raw); len(text) > 0 && text[0] != '{' && text[0] != '[' {
		b.Leaf("content", string(a.Raw), tree.Text)
		return
	}
	b.JSON("content", a.Raw, 0)
}
