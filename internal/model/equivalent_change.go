package model

import (
	"fmt"
	"net/url"
	"strings"
)

// Place is where a change happens, for the commands that would do it.
type Place struct {
	Registry string // host, with the port where one is named
	Owner    string
	// API is the host of GitHub's API, "" where the registry has none.
	API string
	// PathOwner is set where repositories are OWNER/NAME, as on GHCR.
	PathOwner bool
	// User is set where the owner is a person and not an organization: GitHub
	// keeps their packages at another path.
	User bool
	// Plain is set where both are spoken to over http.
	Plain bool
}

// EquivalentOf gives crane's, oras' and gh's commands that would do a
// change, one of each, in this order.
func EquivalentOf(c Change, at Place) []Equivalent {
	p := repository{name: at.Registry + "/" + c.Package, plain: at.Plain}
	if at.PathOwner {
		p.name = at.Registry + "/" + strings.ToLower(at.Owner) + "/" + c.Package
	}
	if ValidPackage(c.Package) != nil || c.Tag != "" && ValidTag(c.Tag) != nil || !fitForShell(at.Registry+at.Owner+at.API) {
		return without("the change names what is no package or tag of a registry")
	}
	const noGH = "GitHub's API sets no tags"
	switch c.Kind {
	case MoveTag, CreateTag:
		if _, err := ParseDigest(string(c.To)); err != nil || c.Tag == "" {
			break
		}
		return append(tagEquivalents(p, c.To, c.Tag), Equivalent{Tool: ToolGH, None: noGH})
	case PutArtifact:
		if c.Tag == "" {
			break
		}
		return []Equivalent{
			noCrane("it pushes no manifest by itself"),
			p.oras("manifest", "push", p.tag(c.Tag), "manifest.json").noted("manifest.json holds the bytes of " + c.To.Short() + ", whose blobs are pushed before"),
			{Tool: ToolGH, None: noGH},
		}
	case RemoveTag:
		if c.Tag == "" {
			break
		}
		return removeEquivalents(c, p, at)
	case DeleteVersion, RestoreVersion:
		return versionEquivalents(c, p, at)
	}
	return without("the change does not say enough")
}

// removeEquivalents take a tag away. The spec has that; GHCR has not.
func removeEquivalents(c Change, p repository, at Place) []Equivalent {
	oras := noOras("it deletes the manifest that the tag points to, with all tags of it")
	if at.API == "" {
		return []Equivalent{
			p.crane("delete", p.tag(c.Tag)).noted("some registries refuse this, and some delete the manifest"),
			oras, {Tool: ToolGH, None: "it speaks to GitHub's API alone"},
		}
	}
	const how = "GHCR takes no tag away: another manifest is pushed under it, and the version that this makes is deleted"
	return []Equivalent{noCrane(how), oras, {Tool: ToolGH, None: how}}
}

// versionEquivalents delete and restore a version: on GHCR GitHub's API alone
// does.
func versionEquivalents(c Change, p repository, at Place) []Equivalent {
	if at.API == "" {
		d, err := ParseDigest(string(c.From))
		if c.Kind == RestoreVersion || err != nil {
			return without("the registry restores nothing")
		}
		return []Equivalent{
			p.crane("delete", p.at(d)), p.oras("manifest", "delete", "--force", p.at(d)),
			{Tool: ToolGH, None: "it speaks to GitHub's API alone"},
		}
	}
	const none = "GHCR deletes and restores by GitHub's API alone"
	out := []Equivalent{noCrane(none), noOras(none)}
	gh := Equivalent{Tool: ToolGH}
	if c.VersionID <= 0 {
		gh.None = "the id of the version is not known"
		return append(out, gh)
	}
	accounts, method, path := "orgs", methodDelete, ""
	if at.User {
		accounts = "users"
	}
	if c.Kind == RestoreVersion {
		method, path = methodPost, "/restore"
	}
	path = fmt.Sprintf("/%s/%s/packages/container/%s/versions/%d%s", accounts, url.PathEscape(at.Owner), url.PathEscape(c.Package), c.VersionID, path)
	gh.Command = ghCommand(method, at.API, at.Plain, path)
	return append(out, gh)
}
