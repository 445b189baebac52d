package model

import "encoding/json"

// annotationUntag says in a placeholder what it is there for.
const annotationUntag = "caitui.untag"

// UntagPlaceholder is what a plan puts under a tag that it removes, and the
// digest of it. GHCR can remove a tag only together with the version that has
// it: so the tag is given a version of its own first, and that one is deleted.
//
// It is an index of nothing, which needs no blobs, and it is made of the plan's
// id, the package and the tag alone: whoever finds the tag there later can tell
// whose it is.
func UntagPlaceholder(plan, pkg, tag string) ([]byte, Digest) {
	raw, err := json.Marshal(struct {
		SchemaVersion int               `json:"schemaVersion"`
		MediaType     string            `json:"mediaType"`
		Manifests     []struct{}        `json:"manifests"`
		Annotations   map[string]string `json:"annotations"`
	}{2, MediaOCIIndex, []struct{}{}, map[string]string{annotationUntag: plan + " " + pkg + ":" + tag}})
	if err != nil {
		panic("encoding a placeholder: " + err.Error()) // strings and numbers always encode
	}
	return raw, DigestOf(raw)
}
