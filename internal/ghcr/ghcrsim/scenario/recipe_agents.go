package scenario

import "strings"

// containaiRecipe is the image with all agents' common ground: 6 steps over
// containai-base.
func containaiRecipe() recipe {
	share := "usr/local/share/containai/"
	return recipe{
		name: "containai", dockerfile: "docker/containai/Dockerfile", parent: "containai-base",
		steps: func(k kitchen) []step {
			return []step{
				noted("ARG BASE_IMAGE"),
				copied("docker/containai/entrypoint.sh", "usr/local/bin/entrypoint.sh", text("entrypoint.sh"), 0o755),
				copied("config.toml", "etc/containai/config.toml", text("config.toml"), 0o644),
				copied("agent-configs/", share+"agents.txt", "copilot\ncodex\nclaude\n", 0o644),
				ran("install-mcp-servers", file{path: "opt/containai/mcp/servers.json", body: `{"servers":["filesystem","git"],"node":"` + k.tools.node + `"}` + "\n"}),
				copied("docker/containai/session.sh", "usr/local/bin/containai-session", "#!/bin/bash\nexec tini -- \"$@\"\n", 0o755),
				ran("rm /tmp/tools.lock", file{path: "tmp/.wh.tools.lock"}),
				noted("USER agentuser"),
				noted("WORKDIR /workspace"),
				noted(`ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]`),
				noted(`CMD ["/bin/bash"]`),
			}
		},
		settings: settings{
			user: "agentuser", workdir: "/workspace",
			entrypoint: []string{"/usr/local/bin/entrypoint.sh"}, cmd: []string{"/bin/bash"},
		},
	}
}

// agentRecipe is one agent's image: the agent, its settings, its check, its
// wrapper; copilot brings an extension besides.
func agentRecipe(agent string) recipe {
	home := "opt/containai/agents/" + agent + "/"
	return recipe{
		name: "containai-" + agent, dockerfile: "docker/agents/" + agent + "/Dockerfile", parent: "containai",
		steps: func(k kitchen) []step {
			version := map[string]string{"copilot": k.tools.copilot, "codex": k.tools.codex, "claude": k.tools.claude}[agent]
			expected := machine(k.arch)
			if k.wrongMachine && agent == "claude" && k.arch == "arm64" {
				expected = k.arch
			}
			steps := []step{
				noted("ARG BASE_IMAGE"),
				noted("USER root"),
				ran("install-agent "+agent,
					file{path: home + "bin/" + agent, mode: 0o755, body: program(agent, version, k.arch)},
					file{path: home + "package.json", body: `{"name":"` + agent + `","version":"` + version + `"}` + "\n"}),
				copied("agent-configs/"+agent+".json", "etc/containai/agents/"+agent+".json", `{"agent":"`+agent+`","telemetry":false}`+"\n", 0o644),
				copied("docker/agents/"+agent+"/validate.sh", "usr/local/share/containai/validate-"+agent+".sh",
					text("validate.sh", "@AGENT@", agent, "@MACHINE@", expected), 0o755),
				copied("docker/agents/"+agent+"/wrapper.sh", "usr/local/bin/"+agent, text("wrapper.sh", "@AGENT@", agent), 0o755),
			}
			if agent == "copilot" {
				steps = append(steps, ran("gh extension install github/gh-copilot",
					file{path: "home/agentuser/.local/share/gh/extensions/gh-copilot/gh-copilot", mode: 0o755, uid: 1000, body: program("gh-copilot", version, k.arch)}))
			}
			return append(steps, noted("ENV CONTAINAI_AGENT="+agent), noted("USER agentuser"), noted(`CMD ["`+agent+`"]`))
		},
		// No Dockerfile of ContainAI has a LABEL: what labels there are, Ubuntu gave.
		settings: settings{env: []string{"CONTAINAI_AGENT=" + agent}, cmd: []string{agent}},
	}
}

// proxyRecipe is the proxy beside the agents: 5 steps over Debian.
func proxyRecipe() recipe {
	return recipe{
		name: "containai-proxy", dockerfile: "docker/proxy/Dockerfile", upstream: "debian:12-slim",
		steps: func(k kitchen) []step {
			return []step{
				installed("squid", k.tools.squid, k.arch),
				copied("docker/proxy/squid.conf", "etc/squid/squid.conf", text("squid.conf"), 0o644),
				copied("docker/proxy/allowed-domains.txt", "etc/squid/allowed-domains.txt", text("allowed-domains.txt"), 0o644),
				copied("docker/proxy/entrypoint.sh", "usr/local/bin/entrypoint.sh", text("proxy-entrypoint.sh"), 0o755),
				ran("mkdir -p /var/log/squid && chown proxy /var/log/squid", file{path: "var/log/squid/", mode: 0o750, uid: 13}),
				noted("EXPOSE map[3128/tcp:{}]"),
				noted(`ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]`),
			}
		},
		settings: settings{
			user: "root", entrypoint: []string{"/usr/local/bin/entrypoint.sh"},
			ports: []string{"3128/tcp"}, env: []string{"TZ=Etc/UTC"},
		},
	}
}

// logForwarderRecipe is the smallest image: 1 step over Alpine.
func logForwarderRecipe() recipe {
	return recipe{
		name: "containai-log-forwarder", dockerfile: "docker/log-forwarder/Dockerfile", upstream: "alpine:3.19",
		steps: func(kitchen) []step {
			return []step{
				copied("docker/log-forwarder/forward.sh", "usr/local/bin/entrypoint.sh", text("log-forwarder.sh"), 0o755),
				noted("USER logfw"),
				noted(`ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]`),
			}
		},
		settings: settings{user: "logfw", entrypoint: []string{"/usr/local/bin/entrypoint.sh"}},
	}
}

// environment replaces or adds the recipe's variables to the inherited ones.
func environment(inherited, own []string) []string {
	out := append([]string(nil), inherited...)
	for _, entry := range own {
		name, _, _ := strings.Cut(entry, "=")
		replaced := false
		for i, old := range out {
			if strings.HasPrefix(old, name+"=") {
				out[i], replaced = entry, true
			}
		}
		if !replaced {
			out = append(out, entry)
		}
	}
	return out
}
