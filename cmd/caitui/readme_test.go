package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/scenario"
	"github.com/novotnyllc/caitui/internal/ui"
	"github.com/novotnyllc/caitui/internal/ui/keys"
)

var update = flag.Bool("update", false, "write generated files anew")

// TestReadmeIsCurrent holds the generated parts of README.md against what the
// program declares. `make golden` writes them anew.
func TestReadmeIsCurrent(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("reading README.md: %v", err)
	}
	text := string(body)
	parts := []struct{ name, want string }{
		{"keys", keys.Markdown(ui.KeyScopes())},
		{"verbs", verbList()},
		{"config", config.Markdown()},
		{"scenarios", scenarioList()},
	}
	for _, p := range pictures {
		if p.name == "" {
			continue
		}
		want, err := picture(p.name)
		if err != nil {
			t.Fatalf("%v: run make golden", err)
		}
		parts = append(parts, struct{ name, want string }{"screen-" + p.name, want})
	}
	for _, part := range parts {
		start, end := "<!-- "+part.name+" -->\n", "<!-- /"+part.name+" -->"
		before, rest, ok := strings.Cut(text, start)
		have, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("README.md has no part %q", part.name)
		}
		want := strings.TrimSpace(part.want) + "\n"
		if have != want && !*update {
			t.Errorf("README.md: the part %q is out of date: run make golden", part.name)
		}
		text = before + start + want + end + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // README.md is for everybody
			t.Fatalf("writing README.md: %v", err)
		}
	}
}

// verbList is the table of verbs, with the flags that each has of its own.
func verbList() string {
	var b strings.Builder
	b.WriteString("| verb | does | flags |\n| --- | --- | --- |\n")
	root := newRoot(&app{})
	for _, cmd := range root.Commands() {
		if cmd.Hidden {
			continue
		}
		fmt.Fprintf(&b, "| `caitui %s` | %s | %s |\n", cmd.Use, cmd.Short, flagList(cmd.LocalNonPersistentFlags()))
	}
	b.WriteString("| `caitui completion SHELL` | Print completions for bash, zsh, fish or powershell | |\n")
	fmt.Fprintf(&b, "\nGlobal flags: %s\n", flagList(root.PersistentFlags()))
	return b.String()
}

func flagList(set *pflag.FlagSet) string {
	var names []string
	set.VisitAll(func(f *pflag.Flag) {
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`"
		}
		if f.Name != "help" {
			names = append(names, name)
		}
	})
	return strings.Join(names, " ")
}

func scenarioList() string {
	return "Scenarios (`caitui sim --scenario NAME`, `caitui --demo --scenario NAME`): `" + strings.Join(scenario.Names(), "`, `") + "`."
}

// Every verb has a line of help that says what it does.
func TestEveryVerbIsDocumented(t *testing.T) {
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Short == "" {
			t.Errorf("%s has no short help", cmd.CommandPath())
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s --%s has no help", cmd.CommandPath(), f.Name)
			}
		})
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{}))
}
