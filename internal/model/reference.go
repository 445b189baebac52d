package model

import (
	"fmt"
	"regexp"
	"strings"
)

// Reference names something in a package: the package alone, a tag or a digest.
type Reference struct {
	Package string
	Tag     string // "" where a digest or nothing is named
	Digest  Digest // "" where a tag or nothing is named
}

// Grammar of the OCI distribution-spec, "Pulling manifests": <name> and <tag>.
// How long they may be is counted apart: {0,127} would be compiled to 127 copies,
// at every start of the program.
var (
	packageName = regexp.MustCompile(`^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$`)
	tagName     = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]*$`)
)

const (
	maxPackageName = 255
	maxTagName     = 128
)

// ValidPackage reports whether name can be a package of a registry.
func ValidPackage(name string) error {
	if len(name) > maxPackageName || !packageName.MatchString(name) {
		return Invalid(fmt.Sprintf("%q is not a package name", Sanitize(name)),
			"a package name is lower-case letters, digits, '.', '_', '-' and '/', for example containai-base")
	}
	return nil
}

// ValidTag reports whether tag can be a tag of a registry.
func ValidTag(tag string) error {
	if len(tag) > maxTagName || !tagName.MatchString(tag) {
		return Invalid(fmt.Sprintf("%q is not a tag", Sanitize(tag)),
			"a tag is at most 128 letters, digits, '_', '.' and '-', and does not begin with '.' or '-'")
	}
	return nil
}

// ParseReference reads PKG, PKG:TAG, PKG@DIGEST or PKG:TAG@DIGEST, where the
// digest wins over the tag, as with other registry clients.
func ParseReference(s string) (Reference, error) {
	rest := s
	var ref Reference
	if name, digest, ok := strings.Cut(rest, "@"); ok {
		d, err := ParseDigest(digest)
		if err != nil {
			return Reference{}, err
		}
		ref.Digest, rest = d, name
	}
	if i := strings.LastIndexByte(rest, ':'); i >= 0 {
		if err := ValidTag(rest[i+1:]); err != nil {
			return Reference{}, err
		}
		if ref.Digest == "" {
			ref.Tag = rest[i+1:]
		}
		rest = rest[:i]
	}
	if err := ValidPackage(rest); err != nil {
		return Reference{}, err
	}
	ref.Package = rest
	return ref, nil
}

// String is the form that ParseReference reads.
func (r Reference) String() string {
	switch {
	case r.Digest != "":
		return r.Package + "@" + string(r.Digest)
	case r.Tag != "":
		return r.Package + ":" + r.Tag
	default:
		return r.Package
	}
}
