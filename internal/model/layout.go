package model

import (
	"regexp"
	"time"
)

// PackageKind says what a package holds.
type PackageKind string

// The kinds of package.
const (
	KindImage    PackageKind = "image"
	KindArtifact PackageKind = "artifact"
)

// Role is the part that an artifact package plays in a publish. Images have
// none.
type Role string

// The roles.
const (
	RoleNone      Role = ""
	RolePayload   Role = "payload"
	RoleInstaller Role = "installer"
	RoleMetadata  Role = "metadata"
)

// PackageSpec is one package of the layout, as the configuration names it.
type PackageSpec struct {
	Name string
	Kind PackageKind
	Role Role
	// FollowsMetadata is set for a package that normally has no channel tag:
	// what a channel holds of it is named by the channel's metadata document.
	// Where a channel tag exists all the same, the tag is believed.
	FollowsMetadata bool
	// Aliases are further tags that move with a channel, by channel name
	// (the installer's "latest" moves with prod).
	Aliases map[string][]string
	// Stage is when a plan for many packages writes this one, from 1: one
	// small image alone, the other images, artifacts, metadata last.
	Stage int
	// Attested is how many signed statements one publish makes about this
	// package in the registry: per platform for images, in all for artifacts.
	// 0 means that none is expected.
	Attested int
}

// ChannelSpec is one channel of the layout, in the order people see them.
type ChannelSpec struct {
	Name string
	// VersionTags is set where a version tag (vX.Y.Z) is proof that the
	// channel pointed to a release: only prod releases get version tags.
	VersionTags bool
}

// Layout describes the packages of a project: configuration, with ContainAI
// built in. Nothing else in caitui knows a package by its name.
type Layout struct {
	Owner      string // GitHub account that owns the packages
	Repository string // OWNER/NAME of the source repository
	Packages   []PackageSpec
	Channels   []ChannelSpec
	Tags       TagRules
	// CleanupAfter is the age, since a version's tags last changed, from which
	// on the project's own pipeline may delete it; 0: it never does.
	CleanupAfter time.Duration
	// NeverReturn are releases and digests that no channel shall point to again.
	NeverReturn []NeverReturn
	Approvals   ApprovalRules
	// Policies say what attestations of a package must prove; PolicyOf fills in
	// what they leave open.
	Policies []PolicyRule
	// BlockUnverified is set where a plan shall be blocked whose target does not
	// meet its policy.
	BlockUnverified bool
}

// NeverReturn is one entry of the never-return-to list.
type NeverReturn struct {
	Release string // name of a release, or "" where Digest is set
	Digest  Digest
	Why     string
}

// ApprovalRules say which plans need a second person.
type ApprovalRules struct {
	// Channels are those whose plans need an approval.
	Channels []string
	// Deletions is the number of deleted versions above which a plan needs an
	// approval, or a wait of DeletionWait between plan and execution; 0: never.
	Deletions    int
	DeletionWait time.Duration
}

// Package returns the spec of a package. An unlisted one is an image with
// ordinary channel tags, so that any project can be browsed unconfigured.
func (l Layout) Package(name string) PackageSpec {
	for _, p := range l.Packages {
		if p.Name == name {
			return p
		}
	}
	return PackageSpec{Name: name, Kind: KindImage, Stage: 2}
}

// Knows reports whether the layout lists the package.
func (l Layout) Knows(name string) bool {
	for _, p := range l.Packages {
		if p.Name == name {
			return true
		}
	}
	return false
}

// Channel returns the spec of a channel and whether there is one.
func (l Layout) Channel(name string) (ChannelSpec, bool) {
	for _, c := range l.Channels {
		if c.Name == name {
			return c, true
		}
	}
	return ChannelSpec{}, false
}

// Metadata returns the package that carries the channel documents.
func (l Layout) Metadata() (PackageSpec, bool) {
	for _, p := range l.Packages {
		if p.Role == RoleMetadata {
			return p, true
		}
	}
	return PackageSpec{}, false
}

// TagsOf lists the tags that a channel has in a package: its own and the
// aliases that move with it.
func (p PackageSpec) TagsOf(channel string) []string {
	return append([]string{channel}, p.Aliases[channel]...)
}

// TagRules are the patterns that tell what a tag is. A pattern may name the
// groups "commit", "version", "arch" and "channel"; what they match is taken
// over into TagInfo.
type TagRules struct {
	Immutable []*regexp.Regexp
	Plumbing  []*regexp.Regexp
}
