package present

import (
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/predicate"
)

// AttestationRow is one attestation as the cells of one line.
type AttestationRow struct {
	Predicate, About, Platform, Signed Cell
	Trust, Why                         Cell // the verdict, and what keeps it from being verified
	Of                                 Cell // the digest that it is about
	GitHub, Registry                   Cell // the two stores, side by side
	Size, Digest                       Cell
	Found                              Cell // the sources that led to it
}

// Attestation presents one attestation of a list.
func Attestation(l model.AttestationList, a model.Attestation) AttestationRow {
	row := AttestationRow{
		Predicate: states(a), About: about(l, a), Of: Cell{Text: Short(a.About)}, Platform: Cell{Text: model.Sanitize(a.Platform)},
		Signed: Cell{Text: "signed"}, Trust: CheckVerdict(a),
		GitHub: store(l.InGitHub(a)), Registry: store(l.InRegistry(a)),
		Size: Cell{Text: Size(a.Size)}, Digest: Cell{Text: Short(a.Digest)},
	}
	if !a.Signed {
		row.Signed = muted("unsigned")
	}
	if a.Form == model.FormUnknown {
		row.Signed = muted(None)
	}
	if a.Platform == "" {
		row.Platform = muted(None)
	}
	var found []string
	for _, o := range a.Origins {
		if name := SourceName(o.Source); len(found) == 0 || found[len(found)-1] != name {
			found = append(found, name)
		}
	}
	row.Found.Text = strings.Join(found, ", ")
	row.Why.Text = CheckWhy(a.Check)
	return row
}

// states says what an attestation states.
func states(a model.Attestation) Cell {
	switch {
	case a.Raw == nil && a.Err != nil:
		return Cell{Mark: MarkBad, Text: "not read: " + brief(a.Err), Tone: Bad}
	case a.Err != nil:
		return Cell{Mark: MarkWarn, Text: "not understood: " + brief(a.Err), Tone: Warn}
	case a.NamesNone():
		return Cell{Mark: MarkWarn, Text: AttestationName(a) + ", but about another digest", Tone: Warn}
	}
	return Cell{Text: AttestationName(a)}
}

// brief is what a model.Error itself says, without its cause.
func brief(err error) string {
	text := model.Sanitize(err.Error())
	if before, _, ok := strings.Cut(text, ": "); ok && len(before) > 20 {
		return before
	}
	return text
}

// AttestationName is what an attestation states, in a few words.
func AttestationName(a model.Attestation) string {
	switch {
	case a.PredicateType != "":
		return PredicateName(a.PredicateType)
	case a.Form == model.FormSimpleSigning:
		return "image signature"
	case a.Form == model.FormBundle && a.Statement == nil && a.Signed:
		return "signature of the bytes"
	case a.Form == model.FormSBOM:
		return "SBOM"
	}
	return "content of unknown form"
}

// PredicateName is a predicate type in the words of people; a type that nobody
// here knows is itself.
func PredicateName(uri string) string { return clip(model.Sanitize(predicate.Name(uri)), 200) }

// clip bounds text that nobody will read to its end.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + string(MarkEllipsis)
	}
	return s
}

// about says what an attestation was found for.
func about(l model.AttestationList, a model.Attestation) Cell {
	t, ok := l.Target(a.About)
	switch {
	case ok:
	case a.From(model.FromFile):
		return Cell{Text: "a file in an archive"}
	default:
		return Cell{Text: "another digest"}
	}
	text := TargetName(t)
	if n := len(a.Also); n > 0 {
		text += " and " + Count(n) + " more"
	}
	return Cell{Text: text}
}

// TargetName is the role of a digest that was asked about.
func TargetName(t model.AttestationTarget) string {
	switch t.Role {
	case model.RoleSubject:
		return "itself"
	case model.RoleLayer:
		if title := model.Sanitize(t.Title); title != "" {
			return "file " + clip(title[strings.LastIndexByte(title, '/')+1:], 40)
		}
		return "a file in it"
	case model.RolePlatform, model.RoleArchIndex:
	}
	return string(t.Role)
}

// store is whether one of the stores has an attestation.
func store(p model.StorePresence) Cell {
	switch p {
	case model.StoreHere:
		return Cell{Mark: MarkOK, Text: "here", Tone: Good}
	case model.StoreMissing:
		return Cell{Mark: MarkWarn, Text: "missing", Tone: Warn}
	case model.StoreUnknown:
		return Cell{Mark: MarkWarn, Text: "not known", Tone: Warn}
	case model.StoreNotAsked:
		return muted("not asked")
	case model.StoreApart:
	}
	return muted(None)
}

// SourceName is a source in the words of people.
func SourceName(name model.AttestationSourceName) string {
	switch name {
	case model.SourceGitHub:
		return "GitHub's API"
	case model.SourceReferrers:
		return "referrers API"
	case model.SourceFallback:
		return "referrers tag"
	case model.SourceCosign:
		return "cosign tags"
	case model.SourceSubject:
		return "read manifests"
	case model.SourceBuildKit:
		return "BuildKit"
	case model.SourceLayer:
		return "files in it"
	case model.SourceFile:
		return "archives in it"
	case model.SourceGiven:
		return "the file given"
	}
	return model.Sanitize(string(name))
}

// Source is what became of asking a source.
func Source(s model.SourceState) Cell {
	switch s.State {
	case model.SourceFound:
		out := Cell{Mark: MarkOK, Text: Count(s.Count) + " found", Tone: Good}
		if s.Err != nil {
			out = Cell{Mark: MarkWarn, Text: Count(s.Count) + " found, not all could be asked", Tone: Warn}
		}
		return out
	case model.SourceNone:
		return Cell{Text: "none"}
	case model.SourceFailed:
		return Cell{Mark: MarkBad, Text: "failed", Tone: Bad}
	case model.SourceNotSupported:
		return muted("not supported")
	case model.SourceNotAsked:
	}
	return muted("not asked")
}

// SourceTrouble is why a source could not tell everything, with the cure; ""
// where it could.
func SourceTrouble(s model.SourceState) string {
	if s.Err == nil {
		return ""
	}
	text := clip(model.Sanitize(s.Err.Error()), 400)
	if cure := model.Sanitize(model.CureOf(s.Err)); cure != "" {
		text += " (" + cure + ")"
	}
	return text
}

// AttestationSourcesTable is where was looked.
func AttestationSourcesTable(l model.AttestationList) Table {
	t := Table{Columns: []Column{{Title: "source"}, {Title: "state"}, {Title: "note"}}}
	for _, s := range l.Sources {
		note := SourceTrouble(s)
		if note == "" {
			note = model.Sanitize(s.Note)
		}
		t.Rows = append(t.Rows, []Cell{{Text: SourceName(s.Name)}, Source(s), {Text: note}})
	}
	return t
}

// AttestationsTable is what was found.
func AttestationsTable(l model.AttestationList) Table {
	t := Table{Columns: []Column{{Title: "states"}, {Title: "about"}, {Title: "its digest"}, {Title: "platform"}, {Title: "signed"}, {Title: "trust"},
		{Title: "GitHub"}, {Title: "registry"}, {Title: "size", Right: true}, {Title: "digest"}, {Title: "found by"}, {Title: "why"}},
		Empty: NoAttestations(l)}
	for _, a := range l.Items {
		r := Attestation(l, a)
		t.Rows = append(t.Rows, []Cell{r.Predicate, r.About, r.Of, r.Platform, r.Signed, r.Trust, r.GitHub, r.Registry, r.Size, r.Digest, r.Found, r.Why})
	}
	return t
}

// NoAttestations says that there are none and where was looked, or that it is
// not known.
func NoAttestations(l model.AttestationList) string {
	var looked, failed []string
	for _, s := range l.Sources {
		switch s.State {
		case model.SourceNone, model.SourceFound:
			looked = append(looked, SourceName(s.Name))
		case model.SourceFailed:
			failed = append(failed, SourceName(s.Name))
		case model.SourceNotAsked, model.SourceNotSupported:
		}
	}
	what := "about " + model.Sanitize(l.Package) + "@" + Short(l.Subject)
	if len(failed) > 0 {
		return "Nothing found " + what + ", but that there is nothing is not known: " + strings.Join(failed, ", ") + " could not be asked."
	}
	return "No attestations " + what + ". Looked at " + Many(len(l.Targets), "digest") + " in: " + strings.Join(looked, ", ") + "."
}

// AttestationRemarks are sentences about a list as a whole.
func AttestationRemarks(l model.AttestationList) []string {
	var out []string
	if len(l.Items) > 0 && !checked(l) {
		out = append(out, "Nothing of this is checked: nobody verified signatures or signers.")
	}
	switch github, registry := l.Missing(); {
	case github > 0 && registry > 0:
		out = append(out, Count(github)+" missing in GitHub's store, "+Count(registry)+" missing in the registry.")
	case github > 0:
		out = append(out, Count(github)+" missing in GitHub's store.")
	case registry > 0:
		out = append(out, Count(registry)+" missing in the registry.")
	}
	for _, n := range l.Notes {
		out = append(out, model.Sanitize(n))
	}
	return out
}

// checked reports whether anything of a list was checked.
func checked(l model.AttestationList) bool {
	return slices.ContainsFunc(l.Items, func(a model.Attestation) bool { return a.Check.Done() })
}

// SubjectName is the digest that a list is about, whole, and what people call
// it.
func SubjectName(l model.AttestationList, named string) string {
	at := model.Sanitize(l.Registry)
	if l.Owner != "" {
		at += "/" + model.Sanitize(l.Owner)
	}
	text := at + "/" + model.Sanitize(l.Package) + "@" + model.Sanitize(string(l.Subject))
	if named != "" {
		text += " (" + model.Sanitize(named) + ")"
	}
	return text
}

// TellAttestations is one line about what was found, for a chat.
func TellAttestations(l model.AttestationList, named string) string {
	signed := 0
	for _, a := range l.Items {
		if a.Signed {
			signed++
		}
	}
	text := SubjectName(l, named)
	if len(l.Items) == 0 {
		return text + ": " + NoAttestations(l)
	}
	text += ": " + Many(len(l.Items), "attestation") + ", " + Count(signed) + " signed, not checked"
	if github, registry := l.Missing(); github+registry > 0 {
		text += "; missing: " + Count(github) + " in GitHub's store, " + Count(registry) + " in the registry"
	}
	return text
}

// TellAttestation is one line about one of them.
func TellAttestation(l model.AttestationList, a model.Attestation) string {
	r := Attestation(l, a)
	signed := "unsigned"
	if a.Signed {
		signed = "signed, " + r.Trust.Text
	}
	if r.Why.Text != "" {
		signed += " at " + r.Why.Text
	}
	return model.Sanitize(string(a.Digest)) + ": " + AttestationName(a) + " about " + r.About.Text + " " +
		model.Sanitize(string(a.About)) + " (" + signed + "; GitHub " + r.GitHub.Text + ", registry " + r.Registry.Text + ")"
}
