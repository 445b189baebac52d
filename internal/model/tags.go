package model

import "strings"

// TagKind is what a tag promises.
type TagKind string

// The kinds of tag. A tag that no pattern knows is moving: the careful guess.
const (
	TagMoving    TagKind = "moving"
	TagImmutable TagKind = "immutable"
	TagPlumbing  TagKind = "plumbing"
)

// TagInfo is what a tag's name tells.
type TagInfo struct {
	Name    string
	Kind    TagKind
	Commit  string // hex, 7 to 40 characters, where the name holds one
	Version string // vX.Y.Z where the tag is a version tag
	Arch    string // where the tag is for one platform
	Channel string // where the tag is a channel's, or is named after one
	// Subject is the digest that a plumbing tag belongs to.
	Subject Digest
}

// Tag reads what the tag's name tells by the rules of the layout.
func (l Layout) Tag(name string) TagInfo {
	info := TagInfo{Name: name, Kind: TagMoving}
	for _, re := range l.Tags.Plumbing {
		if re.MatchString(name) {
			info.Kind = TagPlumbing
			info.Subject = plumbingSubject(name)
			return info
		}
	}
	if _, ok := l.Channel(name); ok {
		info.Channel = name
		return info
	}
	for _, re := range l.Tags.Immutable {
		m := re.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		info.Kind = TagImmutable
		for i, group := range re.SubexpNames() {
			switch group {
			case "commit":
				info.Commit = m[i]
			case "version":
				info.Version = m[i]
			case "arch":
				info.Arch = m[i]
			case "channel":
				info.Channel = m[i]
			}
		}
		return info
	}
	return info
}

// plumbingSubject reads the digest out of sha256-<hex> and its cosign forms.
func plumbingSubject(name string) Digest {
	rest, ok := strings.CutPrefix(name, "sha256-")
	if !ok || len(rest) < 64 || !IsHex(rest[:64], 64) {
		return ""
	}
	return Digest(digestPrefix + rest[:64])
}
