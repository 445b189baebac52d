package scenario

import (
	"embed"
	"fmt"
	"strings"
	"time"
)

// The scripts and documents that lie in the images and artifacts.
//
//go:embed files
var texts embed.FS

// text returns an embedded file with pairs of old and new replaced.
func text(name string, pairs ...string) string {
	raw, err := texts.ReadFile("files/" + name)
	if err != nil {
		panic(fmt.Sprintf("scenario: %v", err)) // names are this package's own
	}
	return strings.NewReplacer(pairs...).Replace(string(raw))
}

// tools are the versions of what a build installs. They follow the date, as
// unpinned installs do.
type tools struct {
	node, dotnet, python, golang, rust, gh, squid string
	claude, codex, copilot                        string
}

func toolsAt(t time.Time) tools {
	t = t.UTC()
	m := (t.Year()-2025)*12 + int(t.Month()) - 10 // 1 in November 2025
	return tools{
		node:    fmt.Sprintf("22.%d.0", 10+m),
		dotnet:  fmt.Sprintf("10.0.%d", 100+m),
		python:  "3.12.3",
		golang:  fmt.Sprintf("1.25.%d", 3+m),
		rust:    fmt.Sprintf("1.%d.0", 90+m*3/4),
		gh:      fmt.Sprintf("2.%d.0", 82+m),
		squid:   fmt.Sprintf("5.7-2+deb12u%d", 2+m/3),
		claude:  fmt.Sprintf("2.%d.%d", m-1, t.Day()),
		codex:   fmt.Sprintf("0.%d.0", 58+4*m+t.Day()/8),
		copilot: fmt.Sprintf("1.%d.%d", m-1, t.Day()/3),
	}
}

// machine is what `uname -m` says on an architecture.
func machine(arch string) string {
	if arch == "arm64" {
		return "aarch64"
	}
	return "x86_64"
}

// program stands for a compiled program: what a file list and a diff need to
// know of it, without its size.
func program(name, version, arch string) string {
	return fmt.Sprintf("\x7fELF\x02\x01\x01\x00%s\x00%s\x00%s\x00", name, version, machine(arch))
}
