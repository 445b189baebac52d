package packages

import (
	"fmt"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// now is the server's time of every survey here.
var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// digestOf makes a digest that tells which package and build it is of.
func digestOf(pkg, build string) model.Digest {
	return model.DigestOf([]byte(pkg + " of " + build))
}

// release is a complete release of the built-in layout.
func release(layout model.Layout, version, commit, channel string, built time.Time) model.Release {
	r := model.Release{Name: version, Version: version, Commit: commit, Built: built, Channel: channel, Members: map[string]model.Member{}}
	if version == "" {
		r.Name = commit
	}
	for _, p := range layout.Packages {
		r.Members[p.Name] = model.Member{Digest: digestOf(p.Name, r.Name), Evidence: model.EvidenceTag}
	}
	return r
}

// channelAt is a channel that points into one release with all packages.
func channelAt(layout model.Layout, name string, r model.Release, since time.Time) model.ChannelState {
	c := model.ChannelState{Name: name, Release: &r, Since: since, SinceEvidence: model.EvidenceMetadata, Attested: model.Attested{Found: 16, Expected: 16}}
	for _, p := range layout.Packages {
		m := model.ChannelMember{Package: p.Name, Digest: r.Members[p.Name].Digest, Via: model.ViaTag, Release: r.Name, Commit: r.Commit, State: model.MemberOK}
		if p.FollowsMetadata {
			m.Via = model.ViaMetadata
		}
		c.Members = append(c.Members, m)
	}
	return c
}

func commit(prefix string) string { return prefix + strings.Repeat("0", 40-len(prefix)) }

// healthy is the ten packages with prod at v1.3.0, before that v1.2.0, and a
// private installer.
func healthy() model.Survey {
	layout := model.ContainAI()
	inv := model.Inventory{Registry: "ghcr.io", Owner: layout.Owner, Layout: layout, ReadAt: now}
	for i, spec := range layout.Packages {
		count := 148 - i
		versions := make([]model.Version, count)
		for j := range versions {
			versions[j] = model.Version{ID: int64(1000*i + j + 1), Digest: digestOf(spec.Name, fmt.Sprint(j)), Created: now.Add(-time.Duration(j) * time.Hour)}
		}
		info := model.PackageInfo{
			Name: spec.Name, Visibility: model.VisibilityPublic, Anonymous: model.AnonymousReadable, Repository: layout.Repository,
			VersionCount: count, Updated: now.Add(-11 * time.Hour),
			URL: "https://github.com/orgs/novotnyllc/packages/container/package/" + spec.Name,
		}
		if spec.Role == model.RoleInstaller {
			info.Visibility, info.Anonymous = model.VisibilityPrivate, model.AnonymousRefused
		}
		inv.Packages = append(inv.Packages, model.PackageState{
			Spec: spec, Info: info, Known: true, Fresh: true, Snapshot: model.NewSnapshot(spec.Name, model.OriginAPI, now, versions),
		})
	}
	day := 24 * time.Hour
	v13 := release(layout, "v1.3.0", commit("b81e6f4"), "prod", now.Add(-7*day-time.Hour))
	v12 := release(layout, "v1.2.0", commit("3f9c82b"), "prod", now.Add(-44*day))
	nightly := release(layout, "", commit("08dd3c9"), "nightly", now.Add(-3*day))
	dev := release(layout, "", commit("6e19a5d"), "dev", now.Add(-11*time.Hour))
	prod := channelAt(layout, "prod", v13, now.Add(-7*day))
	prod.Previous = &model.Previous{Release: v12, From: now.Add(-44 * day), To: now.Add(-7 * day), Evidence: model.EvidenceMetadata}
	night := channelAt(layout, "nightly", nightly, now.Add(-3*day))
	night.Attested = model.Attested{Found: 15, Expected: 16}
	return model.Survey{
		Inventory: inv,
		Releases:  []model.Release{dev, nightly, v13, v12},
		Channels:  []model.ChannelState{prod, night, channelAt(layout, "dev", dev, now.Add(-11*time.Hour))},
	}
}

// changed returns the healthy survey with one channel exchanged.
func changed(name string, change func(*model.ChannelState)) model.Survey {
	s := healthy()
	for i := range s.Channels {
		if s.Channels[i].Name == name {
			change(&s.Channels[i])
		}
	}
	return s
}

// drifted has two packages of dev at another release.
func drifted() model.Survey {
	return changed("dev", func(c *model.ChannelState) {
		for i, m := range c.Members {
			if m.Package == "containai-proxy" || m.Package == "containai-codex" {
				c.Members[i].State, c.Members[i].Release = model.MemberDrift, commit("b81e6f4")
				c.Members[i].Digest = digestOf(m.Package, commit("b81e6f4"))
			}
		}
		c.Incoherent = []model.Incoherence{{Code: "drift", Message: "dev is not one set: 2 of 10 packages are at b81e6f4"}}
	})
}

// failing has one forbidden package that is known from before, and one that
// was never read.
func failing() model.Survey {
	s := healthy()
	forbidden := &model.Error{Kind: model.ErrForbidden, Message: "containai-proxy may not be read with this token", Cure: "give the token read:packages"}
	offline := &model.Error{Kind: model.ErrUnreachable, Message: "api.github.com did not answer in 10 s", Cure: "check the network"}
	for i := range s.Inventory.Packages {
		p := &s.Inventory.Packages[i]
		switch p.Spec.Name {
		case "containai-proxy":
			p.Err, p.Fresh = forbidden, false
			p.Snapshot.ReadAt = now.Add(-3 * time.Hour)
		case "containai-codex":
			*p = model.PackageState{Spec: p.Spec, Err: offline, Info: model.PackageInfo{VersionCount: -1}}
		}
	}
	for i := range s.Channels {
		for j, m := range s.Channels[i].Members {
			if m.Package == "containai-codex" {
				s.Channels[i].Members[j] = model.ChannelMember{Package: m.Package, State: model.MemberError, Err: offline}
			}
		}
	}
	return s
}

// hostile has escape sequences and worse wherever a server could put them.
func hostile() model.Survey {
	const evil = "\x1b[2J\x1b]0;owned\a\u202eabc\u200b\xff\nx"
	s := failing()
	s.Inventory.Owner = evil
	s.Inventory.Notes = []string{evil}
	for i := range s.Inventory.Packages {
		p := &s.Inventory.Packages[i]
		p.Info.Repository = evil
		p.Err = fmt.Errorf("%s", evil)
	}
	s.Channels[0].Incoherent = []model.Incoherence{{Code: "drift", Message: evil}}
	s.Channels[0].Release.Version, s.Channels[0].Release.Name = evil, evil
	for i := range s.Channels[0].Members {
		s.Channels[0].Members[i].Release = evil
	}
	return s
}
