package scenario

import (
	"time"
)

// step is one instruction of a Dockerfile as the image's history shows it.
// Without files it makes no layer.
type step struct {
	by    string
	files []file
}

// settings is what a Dockerfile says about running the image. Empty fields
// are inherited.
type settings struct {
	user, workdir   string
	entrypoint, cmd []string
	env             []string // NAME=value; replaces an inherited one of that name
	ports           []string
	labels          map[string]string
}

// recipe is one Dockerfile.
type recipe struct {
	name       string
	dockerfile string // where it lies in the repository
	upstream   string // the external image below, or ""
	parent     string // the own image below, or ""
	steps      func(kitchen) []step
	settings   settings
}

// kitchen is what a recipe's text depends on.
type kitchen struct {
	arch  string // amd64 or arm64
	tools tools
	// wrongMachine: claude's check on arm64 compares with Docker's name of the
	// architecture and so refuses every arm64 machine.
	wrongMachine bool
}

// copied is a COPY of one file.
func copied(from, to, body string, mode int64) step {
	return step{by: "COPY " + from + " /" + to + " # buildkit", files: []file{{path: to, mode: mode, body: body}}}
}

// ran is a RUN with what it left behind.
func ran(command string, files ...file) step {
	return step{by: "RUN /bin/sh -c " + command + " # buildkit", files: files}
}

// noted is an instruction without a layer.
func noted(instruction string) step { return step{by: instruction} }

// recipes lists the image packages, parents first.
func recipes() []recipe {
	return []recipe{
		baseRecipe(), containaiRecipe(),
		agentRecipe("copilot"), agentRecipe("codex"), agentRecipe("claude"),
		proxyRecipe(), logForwarderRecipe(),
	}
}

// upstreamImage is an image of somebody else that a recipe starts from.
type upstreamImage struct {
	ref    string // as in FROM
	purl   string // as BuildKit names it among the materials
	layer  layer
	made   time.Time
	config settings
	by     []string // history; the first line made the layer
}

// upstreamAt is the state of an external image when a build pulled it. They
// are renewed every now and then, for both architectures at once.
func upstreamAt(ref, arch string, at time.Time) upstreamImage {
	made := time.Date(2025, 10, 13, 8, 40, 0, 0, time.UTC)
	for next := made; next.Before(at); next = next.AddDate(0, 2, 3) {
		made = next
	}
	u := upstreamImage{ref: ref, made: made}
	stamp := made.Format("20060102")
	switch ref {
	case "ubuntu:24.04":
		u.purl = "pkg:docker/ubuntu@24.04"
		u.config = settings{
			cmd: []string{"/bin/bash"},
			env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
			labels: map[string]string{
				"org.opencontainers.image.ref.name": "ubuntu",
				"org.opencontainers.image.version":  "24.04",
			},
		}
		u.by = []string{
			"/bin/sh -c #(nop) ADD file:ubuntu-noble-" + stamp + " in / ",
			`/bin/sh -c #(nop)  CMD ["/bin/bash"]`,
		}
	case "debian:12-slim":
		u.purl = "pkg:docker/debian@12-slim"
		u.config = settings{
			cmd: []string{"bash"},
			env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
		}
		u.by = []string{"# debian.sh --arch '" + arch + "' out/ 'bookworm' '@" + stamp + "'"}
	default:
		u.purl = "pkg:docker/alpine@3.19"
		u.config = settings{
			cmd: []string{"/bin/sh"},
			env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
		}
		u.by = []string{
			"ADD alpine-minirootfs-3.19-" + machine(arch) + ".tar.gz / # buildkit",
			`CMD ["/bin/sh"]`,
		}
	}
	u.layer = newLayer([]file{
		{path: "bin/sh", mode: 0o755, body: program("sh", stamp, arch)},
		{path: "etc/os-release", body: "PRETTY_NAME=\"" + ref + "\"\nBUILD_ID=" + stamp + "\n"},
		{path: "etc/passwd", body: "root:x:0:0:root:/root:/bin/sh\n"},
		{path: "tmp/", mode: 0o1777},
	}, made)
	return u
}
