package attest

import (
	"fmt"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/predicate"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/tree"
)

// verdict says what checking came to, and where it ended.
func verdict(b *tree.Builder, check *model.Verification, a model.Attestation) {
	cell := present.CheckVerdict(a)
	kind := tree.Fact
	switch c := a.Check; {
	case c.Verdict == model.VerdictVerified:
		cell.Text += ": signature, signer and content are what the policy demands"
		kind = tree.Fine
	case c.Verdict == model.VerdictFailed, c.Verdict == model.VerdictUnverifiable:
		cell.Text += " at the step " + string(c.Step)
		kind = tree.Wrong
	case !a.Signed && a.Form != model.FormUnknown:
		cell.Text += ": nobody signed it, so its author is only claimed and cannot be checked"
	case check == nil:
		cell.Text = "checking" + string(present.MarkEllipsis)
	case a.Form != model.FormUnknown:
		cell.Text += ": it bears a signature, which nobody verified here"
	}
	b.Leaf("verdict", cell.String(), kind)
	if c := a.Check; c.Verdict == model.VerdictFailed || c.Verdict == model.VerdictUnverifiable {
		leaf(b, "expected", c.Expected, tree.Fact)
		leaf(b, "found", c.Actual, tree.Wrong)
		if c.Actual == "" && c.Expected != "" {
			b.Leaf("found", "nothing", tree.Wrong)
		}
	}
	for _, note := range a.Check.Notes {
		b.Leaf("note", note, tree.Fact)
	}
}

// maxReasons is how many causes are listed.
const maxReasons = 30

// reasons is the whole chain of errors, the cause of each below it.
func reasons(b *tree.Builder, c model.Check) {
	if c.Err == nil || c.Verdict == model.VerdictNone {
		return
	}
	b.Open("why, the whole chain of errors", tree.Group, true)
	n := 0
	var tell func(err error)
	tell = func(err error) {
		if err == nil || n == maxReasons {
			return
		}
		n++
		b.Leaf(fmt.Sprintf("%d", n), err.Error(), tree.Fact)
		switch x := err.(type) { //nolint:errorlint // the chain itself is shown, link by link
		case interface{ Unwrap() error }:
			tell(x.Unwrap())
		case interface{ Unwrap() []error }:
			for _, cause := range x.Unwrap() {
				tell(cause)
			}
		}
	}
	tell(c.Err)
	b.Close()
}

// certificate is who signed. Only of a verified attestation it is proved.
func certificate(b *tree.Builder, c model.Check) {
	if len(c.Identity) == 0 && c.KeyID == "" {
		return
	}
	title := "certificate: proved"
	if c.Verdict != model.VerdictVerified {
		title = "certificate: what it says, not proved"
	}
	b.Open(title, tree.Group, true)
	for _, f := range c.Identity {
		leaf(b, f.Name, f.Value, tree.Fact)
	}
	leaf(b, "key", c.KeyID, tree.Fact)
	b.Close()
}

// witnesses are those who vouch for when it was signed, and the root that all
// rests on.
func witnesses(b *tree.Builder, check *model.Verification, c model.Check) {
	if !c.Done() || c.Verdict == model.VerdictNone {
		return
	}
	b.Open("trust rests on", tree.Group, true)
	leaf(b, "instance", instance(c.Instance), tree.Fact)
	leaf(b, "trusted root", root(check, c.Root), tree.Fact)
	for _, t := range c.Timestamps {
		who := kindOfTime(t.Kind)
		if t.Who != "" {
			who += " " + t.Who
		}
		b.Leaf("time", present.Full(t.At)+", says the "+who, tree.Fact)
	}
	if len(c.Timestamps) == 0 {
		b.Leaf("time", "nobody else vouches for when it was signed", tree.Fact)
	}
	if c.LogIndex >= 0 {
		b.Leaf("log index", fmt.Sprintf("%d", c.LogIndex), tree.Fact)
	} else {
		b.Leaf("log index", "none: it is in no transparency log", tree.Fact)
	}
	for _, d := range c.Proves {
		b.Leaf("names", string(d), tree.Fact)
	}
	b.Close()
}

func instance(name string) string {
	switch name {
	case model.InstancePublicGood:
		return "public-good (sigstore.dev)"
	case model.InstanceGitHub:
		return "github (GitHub, Inc.)"
	case model.InstanceCustom:
		return "custom: another one whose root was given"
	case model.InstanceUnknown:
		return "unknown"
	}
	return name
}

func kindOfTime(kind string) string {
	switch kind {
	case "transparency-log":
		return "transparency log"
	case "timestamp-authority":
		return "timestamp authority"
	}
	return kind
}

// root is the trusted root with where it came from.
func root(check *model.Verification, d model.Digest) string {
	if d == "" {
		return "none"
	}
	if check == nil {
		return string(d)
	}
	i := slices.IndexFunc(check.Roots, func(r model.TrustRoot) bool { return r.Digest == d })
	if i < 0 {
		return string(d)
	}
	return string(d) + ", " + check.Roots[i].Origin
}

// claims is what the predicate says, each beside what the certificate has to
// say of the same thing.
func claims(b *tree.Builder, a model.Attestation, now time.Time) {
	s, ok := predicate.Of(a)
	if !ok {
		return
	}
	b.Open("claims", tree.Group, true)
	leaf(b, "in short", present.PredicateHead(s, now), tree.Fact)
	leaf(b, "problem", s.Problem, tree.Wrong)
	for _, d := range a.Check.Differences {
		b.Leaf("differs", fmt.Sprintf("%s: claimed %s, proved %s", d.Field, d.Claimed, d.Proved), tree.Wrong)
	}
	for _, x := range s.Sections {
		b.Open(x.Title, tree.Group, true)
		for _, f := range x.Facts {
			claim(b, f, a.Check, now)
		}
		if x.More > 0 {
			b.Remark("and " + present.Count(x.More) + " more, which the statement has")
		}
		b.Close()
	}
	b.Close()
}

// claim is one claim. Where the certificate speaks of the same thing, its word
// is told: as proof only where the attestation was verified.
func claim(b *tree.Builder, f predicate.Fact, c model.Check, now time.Time) {
	label, value := f.Label, present.PredicateClaim(f, c, now).Value.Text
	pair := f.Beside(c)
	same, other := "proved", "proved instead"
	if c.Verdict != model.VerdictVerified {
		same, other = "as in the certificate", "in the certificate"
	}
	switch {
	case pair.Proved == "":
		b.Leaf(label, value, tree.Fact)
	case pair.Differs:
		b.Leaf(label+" (differs)", value, tree.Wrong)
		b.Leaf("  "+other, pair.Proved, tree.Fact)
	default:
		b.Leaf(label+" ("+same+")", value, tree.Fact)
	}
}
