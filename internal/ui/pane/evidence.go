package pane

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// EvidenceHelp is the help of the key that exports evidence.
const EvidenceHelp = "Export what shows what was shipped and who built it, for ourselves or for a customer: it can be checked again offline, by caitui or by cosign."

// ChooseEvidence asks for whom evidence about something is, the first question
// of an export.
func ChooseEvidence(about string, req model.EvidenceRequest) Choose {
	about = model.Sanitize(about)
	dir := "./evidence-" + strings.Map(func(r rune) rune {
		if strings.ContainsRune("/:@", r) {
			return '-'
		}
		return r
	}, about)
	export := func(customer bool) ExportEvidence {
		req.Customer = customer
		return ExportEvidence{Title: about, Dir: dir, Request: req}
	}
	return Choose{
		Title: "Evidence for " + about, Head: []string{"Manifests, attestations, roots, verdicts and a report, to be checked again offline."},
		Choices: []Choice{
			{Label: "for ourselves", Note: "with what caitui did, by whom and why", Action: export(false)},
			{Label: "for a customer", Note: "without journal, hosts, names and reasons", Action: export(true)},
		},
	}
}
