package wire

import "github.com/novotnyllc/caitui/internal/model"

// Error is the "error" document, printed on stderr with -o json.
type Error struct {
	Schema  string `json:"schema"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Cure    Text   `json:"cure"`
	Exit    int    `json:"exit"`
}

// ErrorDoc is the document of a failure that ends the program with exit.
func ErrorDoc(err error, exit int) Error {
	return Error{Schema: schema("error"), Code: model.CodeOf(err), Message: model.Sanitize(err.Error()),
		Cure: remote(model.CureOf(err)), Exit: exit}
}

// Version is the "version" document.
type Version struct {
	Schema  string `json:"schema"`
	Version Text   `json:"version"`
	Commit  Text   `json:"commit"`
	Go      Text   `json:"go"`
}

// VersionDoc is the document of the program's own version.
func VersionDoc(version, commit, goVersion string) Version {
	return Version{Schema: schema("version"), Version: Text(version), Commit: Text(commit), Go: Text(goVersion)}
}
