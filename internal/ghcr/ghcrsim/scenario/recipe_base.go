package scenario

import (
	"fmt"
	"strings"
)

// baseRecipe is containai-base: every runtime that an agent may need, in 34
// steps over Ubuntu.
func baseRecipe() recipe {
	return recipe{
		name: "containai-base", dockerfile: "docker/base/Dockerfile", upstream: "ubuntu:24.04",
		steps: func(k kitchen) []step {
			steps := []step{
				noted("ARG TARGETARCH"),
				noted("ENV TZ=Etc/UTC"),
				noted("ENV DOTNET_ROOT=/usr/share/dotnet"),
				noted("ENV CONTAINAI_BASEFS=/opt/containai/basefs"),
			}
			steps = append(steps, baseSystem(k)...)
			steps = append(steps, baseRuntimes(k)...)
			return append(steps, baseSetup(k)...)
		},
		settings: settings{
			workdir: "/workspace",
			env: []string{
				"TZ=Etc/UTC", "DOTNET_ROOT=/usr/share/dotnet", "CONTAINAI_BASEFS=/opt/containai/basefs",
				"PATH=/usr/share/dotnet:/usr/local/go/bin:/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			},
			cmd: []string{"/bin/bash"},
		},
	}
}

// installed is a step that installs a Debian package.
func installed(name, version, arch string) step {
	return ran("apt-get install -y --no-install-recommends "+name,
		file{path: "usr/bin/" + name, mode: 0o755, body: program(name, version, arch)},
		file{path: "var/lib/dpkg/info/" + name + ".list", body: "/usr/bin/" + name + "\n"})
}

// baseSystem is the first half of the system: 12 layers.
func baseSystem(k kitchen) []step {
	packages := []struct{ name, version string }{
		{"ca-certificates", "20240203"}, {"curl", "8.5.0-2ubuntu10"}, {"git", "1:2.43.0-1ubuntu7"},
		{"jq", "1.7.1-3build1"}, {"ripgrep", "14.1.0-1"}, {"tini", "0.19.0-1"}, {"gnupg", "2.4.4-2ubuntu17"},
		{"openssh-client", "1:9.6p1-3ubuntu13"}, {"build-essential", "12.10ubuntu1"}, {"unzip", "6.0-28ubuntu4"},
	}
	steps := []step{ran("apt-get update && apt-get upgrade -y",
		file{path: "var/lib/apt/lists/lock"},
		file{path: "var/lib/dpkg/status", body: "Package: base-files\nVersion: 13ubuntu10\n"})}
	for _, p := range packages {
		steps = append(steps, installed(p.name, p.version, k.arch))
	}
	return append(steps, copied("docker/base/tools.lock", "tmp/tools.lock", toolsLock(k), 0o644))
}

// toolsLock names every tool with its version, so that one file tells what
// changed between two builds.
func toolsLock(k kitchen) string {
	var b strings.Builder
	t := k.tools
	for _, line := range [][2]string{
		{"dotnet", t.dotnet}, {"gh", t.gh}, {"go", t.golang}, {"node", t.node}, {"python", t.python}, {"rust", t.rust},
	} {
		fmt.Fprintf(&b, "%s=%s\n", line[0], line[1])
	}
	return b.String()
}

// baseRuntimes is what programs are built and run with: 12 layers.
func baseRuntimes(k kitchen) []step {
	t := k.tools
	return []step{
		ran("/tmp/install-node.sh", file{path: "usr/local/bin/node", mode: 0o755, body: program("node", t.node, k.arch)}),
		ran("npm install -g corepack", file{path: "usr/local/lib/node_modules/corepack/package.json", body: `{"name":"corepack","version":"0.34.0"}` + "\n"}),
		ran("corepack enable", file{path: "usr/local/bin/pnpm", link: "../lib/node_modules/corepack/dist/pnpm.js"}),
		ran("/tmp/install-dotnet.sh", file{path: "usr/share/dotnet/dotnet", mode: 0o755, body: program("dotnet", t.dotnet, k.arch)}),
		ran("dotnet workload update", file{path: "usr/share/dotnet/metadata/workloads.json", body: `{"version":"` + t.dotnet + `"}` + "\n"}),
		installed("python3", t.python, k.arch),
		ran("python3 -m ensurepip && pip install uv", file{path: "usr/local/bin/uv", mode: 0o755, body: program("uv", "0.9."+t.golang[5:], k.arch)}),
		ran("/tmp/install-go.sh", file{path: "usr/local/go/VERSION", body: "go" + t.golang + "\n"}, file{path: "usr/local/go/bin/go", mode: 0o755, body: program("go", t.golang, k.arch)}),
		ran("/tmp/install-rust.sh", file{path: "usr/local/cargo/bin/rustc", mode: 0o755, body: program("rustc", t.rust, k.arch)}),
		ran("rustup component add clippy", file{path: "usr/local/cargo/bin/clippy-driver", mode: 0o755, body: program("clippy", t.rust, k.arch)}),
		ran("/tmp/install-gh.sh", file{path: "usr/bin/gh", mode: 0o755, body: program("gh", t.gh, k.arch)}),
		installed("sqlite3", "3.45.1-1ubuntu2", k.arch),
	}
}

// baseSetup is ContainAI's own part: 10 layers.
func baseSetup(kitchen) []step {
	share := "usr/local/share/containai/"
	return []step{
		ran("groupadd -g 1000 agentuser && useradd -u 1000 -g 1000 -m agentuser",
			file{path: "etc/passwd", body: "root:x:0:0:root:/root:/bin/bash\nagentuser:x:1000:1000::/home/agentuser:/bin/bash\n"},
			file{path: "home/agentuser/.bashrc", body: "umask 027\n", uid: 1000}),
		ran("mkdir -p /workspace && chown agentuser /workspace", file{path: "workspace/", mode: 0o755, uid: 1000}),
		copied("docker/base/gitconfig", "etc/gitconfig", "[safe]\n\tdirectory = /workspace\n", 0o644),
		copied("docker/base/npmrc", "etc/npmrc", "fund=false\naudit=false\n", 0o644),
		copied("docker/base/ssh_config", "etc/ssh/ssh_config.d/containai.conf", "Host *\n    StrictHostKeyChecking yes\n", 0o644),
		copied("docker/base/basefs.txt", "opt/containai/basefs/manifest.txt", "bin\netc\nusr\n", 0o644),
		copied("docker/base/limits.conf", "etc/security/limits.d/containai.conf", "agentuser hard nproc 512\n", 0o644),
		copied("docker/base/motd", "etc/motd", "ContainAI: you see one workspace and one proxy.\n", 0o644),
		copied("docker/base/lib.sh", share+"lib.sh", "log() { printf 'containai: %s\\n' \"$*\" >&2; }\n", 0o644),
		ran("rm -rf /var/lib/apt/lists", file{path: "var/lib/apt/.wh.lists"}),
	}
}
