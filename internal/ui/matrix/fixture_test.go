package matrix

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func digest(pkg, release string) model.Digest { return model.DigestOf([]byte(pkg + release)) }

// channels are what each channel is of.
var channels = map[string]string{"prod": "v1.3.0", "nightly": "08dd3c9" + strings.Repeat("0", 33), "dev": "6e19a5d" + strings.Repeat("0", 33)}

// survey is ContainAI's packages in three channels. The proxy has drifted in
// dev, nightly lacks the payload, and the base could not be read in any.
func survey() model.Survey {
	layout := model.ContainAI()
	s := model.Survey{Inventory: model.Inventory{Registry: "ghcr.io", Owner: layout.Owner, Layout: layout, ReadAt: now}}
	for _, spec := range layout.Packages {
		s.Inventory.Packages = append(s.Inventory.Packages, model.PackageState{Spec: spec, Known: true, Fresh: true})
	}
	s.Releases = []model.Release{release("v1.3.0"), release("v1.2.0")}
	for _, c := range layout.Channels {
		state := model.ChannelState{Name: c.Name}
		r := release(channels[c.Name])
		state.Release = &r
		if c.Name == "prod" {
			state.Previous = &model.Previous{Release: release("v1.2.0")}
		}
		for _, spec := range layout.Packages {
			m := model.ChannelMember{Package: spec.Name, Digest: digest(spec.Name, r.Name), Via: model.ViaTag, State: model.MemberOK, Release: r.Label()}
			switch {
			case spec.Name == "containai-base":
				m.Digest, m.State, m.Err = "", model.MemberError, errors.New("ghcr.io denies access to containai-base")
			case spec.Name == "containai-proxy" && c.Name == "dev":
				m.Digest, m.State, m.Release = digest(spec.Name, "v1.2.0"), model.MemberDrift, "v1.2.0"
			case spec.Role == model.RolePayload && c.Name == "nightly":
				m.Digest, m.State = "", model.MemberMissing
			}
			state.Members = append(state.Members, m)
		}
		s.Channels = append(s.Channels, state)
	}
	return s
}

func release(name string) model.Release {
	r := model.Release{Name: name, Built: now.Add(-7 * 24 * time.Hour), Members: map[string]model.Member{}}
	if strings.HasPrefix(name, "v") {
		r.Version = name
	}
	for _, spec := range model.ContainAI().Packages {
		r.Members[spec.Name] = model.Member{Digest: digest(spec.Name, name)}
	}
	return r
}

// audited is what checking a channel came to: one verdict for each package,
// those of the layout's policy where nothing else is said.
func audited(s model.Survey, channel string, say map[string]model.VerdictKind) model.SetVerification {
	state, _ := s.Channel(channel)
	out := model.SetVerification{Registry: "ghcr.io", Owner: "novotnyllc", Channel: channel, Release: state.Release.Name}
	for _, m := range state.Members {
		p := model.PackageVerification{Package: m.Package, Digest: m.Digest, Via: m.Via, State: m.State, Err: m.Err}
		switch {
		case m.Digest == "":
			p.Err = fmt.Errorf("%s has no version here", m.Package)
		case m.Package == "containai-log-forwarder":
			p.Err = errors.New("nobody answered")
		default:
			p.Verification = verification(s, m.Package, m.Digest, say[m.Package])
		}
		out.Packages = append(out.Packages, p)
	}
	return out
}

func verification(s model.Survey, pkg string, d model.Digest, say model.VerdictKind) model.Verification {
	policy := s.Inventory.Layout.PolicyOf(pkg)
	ref := model.PlatformRef{Digest: digest(pkg, "amd64"), Platform: "amd64"}
	arch := digest(pkg, "arch")
	l := model.AttestationList{Registry: "ghcr.io", Owner: "novotnyllc", Package: pkg, Subject: d, Platforms: []model.PlatformRef{ref},
		Targets: []model.AttestationTarget{{Digest: d, Role: model.RoleSubject}, {Digest: ref.Digest, Role: model.RolePlatform, Platform: "amd64"},
			{Digest: arch, Role: model.RoleArchIndex, Holds: []model.PlatformRef{ref}}}}
	a := model.Attestation{Digest: digest(pkg, "bundle"), Signed: true, PredicateType: model.PredicateSLSA, About: arch,
		Check: model.Check{Verdict: say, LogIndex: -1}}
	switch say {
	case model.VerdictUnchecked: // nothing else is said: it is fine
		a.Check.Verdict, a.Check.Proves = model.VerdictVerified, []model.Digest{arch}
		if s.Inventory.Layout.Package(pkg).Kind != model.KindImage {
			a.About, a.Check.Proves = d, []model.Digest{d}
		}
	case model.VerdictFailed:
		a.Check.Step, a.Check.Expected, a.Check.Actual = model.StepSource, "https://github.com/novotnyllc/ContainAI", "https://github.com/mallory/\x1b[2JContainAI"
	case model.VerdictUnverifiable:
		a.Check.Step, a.Check.Err = model.StepRoot, errors.New("no root for GitHub, Inc. on this machine")
	case model.VerdictVerified, model.VerdictNone:
	}
	if say != model.VerdictNone && len(policy.Predicates) > 0 {
		l.Items = []model.Attestation{a}
	}
	return model.Judge(l, policy)
}

// mixed is every end that checking can have.
func mixed(s model.Survey) []model.SetVerification {
	return []model.SetVerification{
		audited(s, "prod", nil),
		audited(s, "nightly", map[string]model.VerdictKind{"containai-claude": model.VerdictUnverifiable, "containai-codex": model.VerdictNone}),
		audited(s, "dev", map[string]model.VerdictKind{"containai-copilot": model.VerdictFailed}),
	}
}

// at builds the pane with a survey, in a size, with the focus.
func at(a pane.ShowMatrix, s model.Survey, w, h int) *Pane {
	p := New(uitest.Theme(), a)
	p.SetFocus(true)
	p.SetSize(w, h)
	p.Update(pane.Surveyed{Survey: s})
	return p
}

func bring(p *Pane, value any) { p.Update(pane.Result{To: Name, Value: value}) }

func text(p *Pane) string { return uitest.Plain(p.View()) }
