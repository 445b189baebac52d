package verify

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/novotnyllc/caitui/internal/model"
)

// partsOf lists what a root trusts, each kind by age.
func partsOf(material *root.TrustedRoot) []model.TrustPart {
	var out []model.TrustPart
	for _, ca := range material.FulcioCertificateAuthorities() {
		if a, ok := ca.(*root.FulcioCertificateAuthority); ok {
			out = append(out, model.TrustPart{Kind: model.TrustAuthority, From: a.ValidityPeriodStart.UTC(), Until: a.ValidityPeriodEnd.UTC(),
				Name: append(slices.Clone(a.Intermediates), a.Root)[0].Subject.String()})
		}
	}
	out = append(out, logsOf(model.TrustCTLog, material.CTLogs())...)
	out = append(out, logsOf(model.TrustLog, material.RekorLogs())...)
	for _, tsa := range material.TimestampingAuthorities() {
		if a, ok := tsa.(*root.SigstoreTimestampingAuthority); ok {
			part := model.TrustPart{Kind: model.TrustTimestamp, Name: a.URI, From: a.ValidityPeriodStart.UTC(), Until: a.ValidityPeriodEnd.UTC()}
			if a.Leaf != nil {
				part.Name = a.Leaf.Subject.String()
			}
			out = append(out, part)
		}
	}
	return out
}

func logsOf(kind string, logs map[string]*root.TransparencyLog) []model.TrustPart {
	out := make([]model.TrustPart, 0, len(logs))
	for _, l := range logs {
		name := l.BaseURL
		if id := hex.EncodeToString(l.ID); len(id) >= model.ShortLen {
			name = strings.TrimSpace(name + " key " + id[:model.ShortLen])
		}
		out = append(out, model.TrustPart{Kind: kind, Name: name, From: l.ValidityPeriodStart.UTC(), Until: l.ValidityPeriodEnd.UTC()})
	}
	slices.SortFunc(out, func(a, b model.TrustPart) int {
		if c := a.From.Compare(b.From); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}
