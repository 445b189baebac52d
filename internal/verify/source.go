package verify

import (
	"path"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// hosted is what the certificates of GitHub's own runners say (fulcio,
// docs/oid-info.md, 1.3.6.1.4.1.57264.1.11).
const hosted = "github-hosted"

// source checks what was built, by which sort of machine.
func (d *demand) source(s *sealed) *refusal {
	base := "https://" + d.Host + "/"
	has := &s.summary
	for _, must := range []struct {
		wanted           bool
		expected, actual string
		same             func(a, b string) bool
		what             string
	}{
		{d.Owner != "", base + d.Owner, has.SourceRepositoryOwnerURI, fold, "the owner of the source"},
		{d.Repository != "", base + d.Repository, has.SourceRepositoryURI, fold, "the source repository"},
		{d.SourceDigest != "", d.SourceDigest, has.SourceRepositoryDigest, exact, "the commit of the source"},
		{d.SignerDigest != "", d.SignerDigest, has.BuildSignerDigest, exact, "the commit of the workflow"},
		{d.HostedOnly, hosted, has.RunnerEnvironment, exact, "the runner"},
	} {
		if must.wanted && !must.same(must.expected, must.actual) {
			return failed(model.StepSource, must.what+" "+must.expected, must.actual, nil)
		}
	}
	if len(d.SourceRefs) > 0 && !slices.ContainsFunc(d.SourceRefs, func(pattern string) bool {
		ok, err := path.Match(pattern, has.SourceRepositoryRef)
		return ok && err == nil && has.SourceRepositoryRef != ""
	}) {
		return failed(model.StepSource, "the source ref "+strings.Join(d.SourceRefs, " or "), has.SourceRepositoryRef, nil)
	}
	return nil
}

func exact(a, b string) bool { return a == b }

// release binds a proof to the release that it is shown for.
func (d *demand) release(s *sealed) *refusal {
	if d.Commit != "" && d.Commit != s.summary.SourceRepositoryDigest {
		return failed(model.StepRelease, d.Commit, s.summary.SourceRepositoryDigest, nil)
	}
	return nil
}
