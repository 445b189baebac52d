package sbom

import (
	packageurl "github.com/package-url/packageurl-go"
)

// maxPURL bounds the purls that are taken apart; longer ones are only shown.
const maxPURL = 4096

// purlKey is the type of a purl, and what stands for its package in all
// versions: the purl without version, qualifiers and subpath. Whether two
// builds of it are for one architecture or distribution or another is told by
// their versions.
func purlKey(purl string) (ecosystem, key string, ok bool) {
	if purl == "" || len(purl) > maxPURL {
		return "", "", false
	}
	p, err := packageurl.FromString(purl)
	if err != nil {
		return "", "", false
	}
	return p.Type, "pkg:" + p.Type + "/" + p.Namespace + "/" + p.Name, true
}
