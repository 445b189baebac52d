// Package internal_test holds the import law of the code base: which room may
// know which other room. README.md's architecture chapter gives the reasons.
package internal_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/novotnyllc/caitui/"

// rooms says for each room (the longest matching prefix counts) which rooms of
// this module its packages may import, tests left aside. "x/..." is x and all
// below it.
var rooms = map[string][]string{
	"internal/model":        {"internal/model/..."},
	"internal/ghcr":         {"internal/model/...", "internal/ghcr", "internal/ghcr/store", "internal/ghcr/journal", "internal/ghcr/archive", "internal/ghcr/sbom"},
	"internal/ghcr/archive": {"internal/model"},
	"internal/ghcr/sbom":    {"internal/model"},
	"internal/ghcr/store":   {"internal/model/..."},
	"internal/ghcr/journal": {"internal/model/..."},
	"internal/ghcr/foreign": {"internal/model"},
	"internal/ghcr/ghcrsim": {"internal/model", "internal/ghcr/ghcrsim/...", "internal/verify/simca"},
	"internal/verify":       {"internal/model/...", "internal/verify/..."},
	"internal/verify/simca": {}, // and of the verifier nothing at all
	"internal/ui":           {"internal/model", "internal/model/predicate", "internal/ui/..."},
	// What predicates claim is for whoever shows it.
	"internal/model/predicate": {"internal/model"},
	// What all panes share; none of it may know a pane or the root.
	"internal/ui/pane":    {"internal/model", "internal/ui/keys"},
	"internal/ui/keys":    {"internal/model", "internal/ui/theme"},
	"internal/ui/theme":   {"internal/ui/present"},
	"internal/ui/layout":  {"internal/ui/theme"},
	"internal/ui/table":   {"internal/model", "internal/ui/pane", "internal/ui/theme", "internal/ui/layout", "internal/ui/present"},
	"internal/ui/field":   {"internal/model", "internal/ui/theme", "internal/ui/keys", "internal/ui/layout"},
	"internal/ui/present": {"internal/model", "internal/model/predicate"},
	"internal/ui/modal":   paneMay,
	// What the panes of versions share beyond that.
	"internal/ui/versionrows": {"internal/model", "internal/ui/pane", "internal/ui/keys", "internal/ui/theme", "internal/ui/table", "internal/ui/present", "internal/ui/field"},
	// What the panes of records share.
	"internal/ui/records": {"internal/model", "internal/ui/keys", "internal/ui/theme", "internal/ui/layout", "internal/ui/table", "internal/ui/present", "internal/ui/field"},
	"internal/ui/tree":    {"internal/model", "internal/ui/theme", "internal/ui/layout", "internal/ui/keys", "internal/ui/present"},
	"internal/ui/uitest":  {"internal/ui/..."},
	// The panes: what they share, and no other pane.
	"internal/ui/packages":   append([]string{"internal/ui/versionrows"}, paneMay...),
	"internal/ui/history":    append([]string{"internal/ui/versionrows"}, paneMay...),
	"internal/ui/versions":   append([]string{"internal/ui/versionrows"}, paneMay...),
	"internal/ui/attest":     append([]string{"internal/model/predicate", "internal/ui/tree"}, paneMay...),
	"internal/ui/tagdiff":    paneMay,
	"internal/ui/matrix":     paneMay,
	"internal/ui/requests":   append([]string{"internal/ui/records"}, paneMay...),
	"internal/ui/journal":    append([]string{"internal/ui/records"}, paneMay...),
	"internal/ui/sbom":       append([]string{"internal/ui/records"}, paneMay...),
	"internal/ui/rawview":    append([]string{"internal/ui/tree"}, paneMay...),
	"cmd/caitui":             {"internal/...", "cmd/caitui/..."},
	"cmd/caitui/config":      {"internal/model"},
	"cmd/caitui/credentials": {"internal/model"},
}

var paneMay = []string{
	"internal/model", "internal/ui/pane", "internal/ui/keys", "internal/ui/theme",
	"internal/ui/layout", "internal/ui/table", "internal/ui/present", "internal/ui/field",
}

// libraries says which rooms may import a third party's packages.
var libraries = map[string][]string{
	"github.com/google/go-github":                   {"internal/ghcr"},
	"github.com/google/go-containerregistry":        {"internal/model", "internal/ghcr", "cmd/caitui/credentials"},
	"oras.land/oras-go":                             {"internal/ghcr"},
	"github.com/aymanbagabas/go-udiff":              {"internal/ghcr"},
	"github.com/CycloneDX/cyclonedx-go":             {"internal/ghcr/sbom"},
	"github.com/package-url/packageurl-go":          {"internal/ghcr/sbom"},
	"github.com/sigstore/":                          {"internal/verify"},
	"github.com/theupdateframework/go-tuf":          {"internal/verify"},
	"github.com/google/certificate-transparency-go": {"internal/verify"},
	"github.com/charmbracelet/":                     {"internal/ui"},
	"github.com/muesli/termenv":                     {"internal/ui"},
	"github.com/sahilm/fuzzy":                       {"internal/ui"},
	"modernc.org/sqlite":                            {"internal/ghcr/store"},
	"github.com/spf13/cobra":                        {"cmd/caitui"},
	"net/http":                                      {"internal/ghcr", "internal/verify", "cmd/caitui"},
}

type listed struct {
	ImportPath, Dir                    string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports", module+"...").Output()
	if err != nil {
		t.Fatalf("listing packages: %v", err)
	}
	var all []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("reading the package list: %v", err)
		}
		all = append(all, p)
	}
}

// roomOf returns the longest key of rooms that is a prefix of the package.
func roomOf(pkg string) (string, bool) {
	best := ""
	for room := range rooms {
		if (pkg == room || strings.HasPrefix(pkg, room+"/")) && len(room) > len(best) {
			best = room
		}
	}
	return best, best != ""
}

func allowed(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if root, deep := strings.CutSuffix(p, "/..."); deep {
			return pkg == root || strings.HasPrefix(pkg, root+"/")
		}
		return pkg == p
	})
}

func TestImportLaw(t *testing.T) {
	for _, p := range packages(t) {
		pkg := strings.TrimPrefix(p.ImportPath, module)
		if pkg == "internal" {
			continue // this test
		}
		room, ok := roomOf(pkg)
		if !ok {
			t.Errorf("%s: no room of the architecture holds this package; name it in the law and in README.md", pkg)
			continue
		}
		for _, imp := range p.Imports {
			own, isOwn := strings.CutPrefix(imp, module)
			if isOwn && own != pkg && !allowed(rooms[room], own) {
				t.Errorf("%s imports %s, which room %s may not know", pkg, own, room)
			}
			for lib, where := range libraries {
				if imp != strings.TrimSuffix(lib, "/") && !strings.HasPrefix(imp, strings.TrimSuffix(lib, "/")+"/") {
					continue
				}
				if !slices.ContainsFunc(where, func(w string) bool { return pkg == w || strings.HasPrefix(pkg, w+"/") }) {
					t.Errorf("%s imports %s, which only %v may", pkg, imp, where)
				}
			}
		}
	}
}

// A misreading of GHCR must not be shared by simulator and client, not even by
// way of a test.
func TestSimulatorNeverKnowsTheClient(t *testing.T) {
	for _, p := range packages(t) {
		pkg := strings.TrimPrefix(p.ImportPath, module)
		if !strings.HasPrefix(pkg, "internal/ghcr/ghcrsim") {
			continue
		}
		for _, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			own := strings.TrimPrefix(imp, module)
			if own == "internal/ghcr" || own == "internal/ghcr/store" || own == "internal/ghcr/journal" {
				t.Errorf("%s imports %s", pkg, own)
			}
			for _, lib := range []string{"github.com/google/go-containerregistry", "oras.land/oras-go", "github.com/google/go-github"} {
				if strings.HasPrefix(imp, lib) && !strings.Contains(imp, "_test") {
					t.Errorf("%s imports %s: the simulator has a state of its own", pkg, imp)
				}
			}
		}
	}
}

// forbiddenCalls are functions that only some rooms may call: time comes from
// the wiring, styles from the theme.
var forbiddenCalls = map[string][]string{
	"time.Now":          {"cmd/caitui"},
	"time.Since":        {"cmd/caitui"},
	"lipgloss.NewStyle": {"internal/ui/theme"},
}

func TestCallsStayInTheirRooms(t *testing.T) {
	for _, p := range packages(t) {
		pkg := strings.TrimPrefix(p.ImportPath, module)
		for _, file := range p.GoFiles {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, 0)
			if err != nil {
				t.Errorf("parsing %s/%s: %v", pkg, file, err)
				continue
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				x, ok := sel.X.(*ast.Ident)
				if !ok {
					return true
				}
				name := x.Name + "." + sel.Sel.Name
				if where, named := forbiddenCalls[name]; named && !slices.ContainsFunc(where, func(w string) bool { return pkg == w }) {
					t.Errorf("%s/%s uses %s, which only %v may", pkg, file, name, where)
				}
				return true
			})
		}
	}
}

// Every package says its law.
func TestEveryPackageHasADocComment(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.GoFiles) == 0 {
			continue
		}
		documented := false
		for _, file := range p.GoFiles {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Errorf("parsing %s/%s: %v", p.ImportPath, file, err)
				continue
			}
			documented = documented || parsed.Doc != nil && strings.TrimSpace(parsed.Doc.Text()) != ""
		}
		if !documented {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}
