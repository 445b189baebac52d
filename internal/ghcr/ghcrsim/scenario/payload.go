package scenario

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// artifact is a pushed OCI artifact with its blobs in layer order.
type artifact struct {
	name   string
	blobs  [][]byte
	doc    document
	pushed time.Time
}

// titled is a layer of an artifact, named as oras was given the path.
func titled(mediaType, title string, content []byte) descriptor {
	d := describeBlob(mediaType, content)
	d.Annotations = map[string]string{annotationTitle: title}
	return d
}

// push writes an artifact's manifest as oras does.
func push(name, artifactType string, created time.Time, layers []descriptor, blobs ...[]byte) artifact {
	return artifact{
		name: name, blobs: blobs, pushed: created,
		doc: newDocument(compact(manifest{
			SchemaVersion: 2, MediaType: mediaManifest, ArtifactType: artifactType,
			Config: emptyDescriptor(), Layers: layers,
			Annotations: map[string]string{annotationCreated: created.UTC().Format(time.RFC3339)},
		}), mediaManifest),
	}
}

// payloadSet is the payload artifact with the files that were attested on the
// way to it.
type payloadSet struct {
	artifact
	sbom       []byte
	tarball    []byte
	sbomBundle []byte // nil for dev
	fileBundle []byte // about the tarball, layer 3
	transport  []byte // about the same bytes under the release's file name; nil for dev
}

// cookPayload makes the payload: tarball, SBOM and the tarball's bundle.
func (b *build) cookPayload(images imageSet) payloadSet {
	p := payloadSet{sbom: b.sbom()}
	if b.channel != "dev" {
		p.sbomBundle = b.vouch("payload.sbom.json", model.DigestOf(p.sbom), b.at(2*time.Minute), honest)
	}
	p.tarball = storeGzip(writeTar(b.payloadFiles(p.sbom, p.sbomBundle), b.at(2*time.Minute)))
	tarball := model.DigestOf(p.tarball)
	p.fileBundle = append(b.vouch("payload.tar.gz", tarball, b.at(2*time.Minute+20*time.Second), honest), '\n')
	dir := "artifacts/publish/" + b.release() + "/"
	titles := [3]string{dir + "payload.tar.gz", dir + "payload/payload.sbom.json", b.scratch("payload") + "attestation.jsonl"}
	if b.runbook {
		titles = [3]string{"payload.tar.gz", "payload.sbom.json", "attestation.jsonl"}
	}
	p.artifact = push("containai-payload", artifactPayload, b.at(3*time.Minute), []descriptor{
		titled(layerPayload, titles[0], p.tarball),
		titled(mediaCycloneDX, titles[1], p.sbom),
		titled(mediaInToto, titles[2], p.fileBundle),
	}, p.tarball, p.sbom, p.fileBundle)
	if b.channel != "dev" {
		at := b.later(b.later(p.pushed, attestDelay), transportDelay)
		p.transport = b.vouch("containai-"+b.release()+".tar.gz", tarball, at, honest)
	}
	return p
}

// scratch is the runner's own directory, absolute, that actions/attest writes
// its bundle to and the workflow pushes by that name.
func (b *build) scratch(purpose string) string {
	if b.runbook {
		return ""
	}
	return fmt.Sprintf("/home/runner/work/_temp/%016x/", b.draw("scratch", purpose))
}

// payloadFiles are the tarball's members in order.
func (b *build) payloadFiles(sbom, sbomBundle []byte) []file {
	channel := b.channel
	profile := "host/profiles/containai-agent-" + channel
	apparmor, seccomp := text("apparmor.profile", "@CHANNEL@", channel), text("seccomp.json")
	installer := text("install.sh", "@CHANNEL@", channel)
	files := []file{
		{path: "./host/launchers/run-agent", mode: 0o755, body: text("run-agent")},
		{path: "./host/utils/common-functions.sh", body: "pull_image() { docker pull \"$1\"; }\n"},
		{path: "./" + profile + ".profile", body: apparmor},
		{path: "./" + profile + ".json", body: seccomp},
		{path: "./host/profiles/containai-profiles-" + channel + ".sha256", body: sumLine(apparmor, profile+".profile") + sumLine(seccomp, profile+".json")},
		{path: "./agent-configs/claude.json", body: `{"agent":"claude","telemetry":false}` + "\n"},
		{path: "./agent-configs/codex.json", body: `{"agent":"codex","telemetry":false}` + "\n"},
		{path: "./agent-configs/copilot.json", body: `{"agent":"copilot","telemetry":false}` + "\n"},
		{path: "./docs/build.md", body: "# Images\n\ncontainai-base, containai, one image for each agent.\n"},
		{path: "./config.toml", body: text("config.toml")},
		{path: "./README.md", body: text("README.md")},
		{path: "./SECURITY.md", body: text("SECURITY.md")},
		{path: "./USAGE.md", body: text("USAGE.md")},
		{path: "./LICENSE", body: text("LICENSE")},
		{path: "./install.sh", mode: 0o755, body: installer},
		{path: "./setup-local-dev.sh", mode: 0o755, body: "#!/bin/bash\nset -eu\nmkdir -p ~/.config/containai\n"},
		{path: "./tools/cosign-root.pem", body: "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n"},
		{path: "./payload.sbom.json", body: string(sbom)},
	}
	if sbomBundle != nil {
		files = append(files, file{path: "./payload.sbom.json.intoto.jsonl", body: string(sbomBundle) + "\n"})
	} else {
		files = append(files, file{path: "./host/profile.env", body: "CHANNEL=dev\n"})
	}
	sums := b.sums(files)
	files = append(files, file{path: "./SHA256SUMS", body: sums}, file{path: "./payload.sha256", body: sumLine(sums, "SHA256SUMS")})
	return withParents(append([]file{{path: "./"}}, files...))
}

// sums writes SHA256SUMS. The workflow computes it before the installer's
// template is filled in and before payload.sha256 has its last content, so in
// the real world these two lines are wrong.
func (b *build) sums(files []file) string {
	var out strings.Builder
	for _, f := range files {
		body := f.body
		if f.path == "./install.sh" && !b.runbook {
			body = text("install.sh")
		}
		out.WriteString(sumLine(body, f.path))
	}
	if !b.runbook {
		out.WriteString(sumLine("", "./payload.sha256"))
	}
	return out.String()
}

// sumLine is a line of sha256sum.
func sumLine(body, name string) string {
	return fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(body)), name)
}

// installerSet is the installer artifact with what was attested.
type installerSet struct {
	artifact
	script     []byte
	fileBundle []byte
}

// cookInstaller makes the installer: a gzipped script that its media type
// calls a script, and the script's bundle.
func (b *build) cookInstaller() installerSet {
	s := installerSet{script: storeGzip([]byte(text("install.sh", "@CHANNEL@", b.channel) + "# " + b.release() + "\n"))}
	at := b.at(5*time.Minute + 30*time.Second)
	s.fileBundle = append(b.vouch("installer.sh.gz", model.DigestOf(s.script), at, honest), '\n')
	title := "artifacts/publish/" + b.release() + "/installer.sh.gz"
	if b.runbook {
		title = "installer.sh.gz"
	}
	s.artifact = push("containai-installer", artifactInstaller, b.at(6*time.Minute), []descriptor{
		titled(layerInstaller, title, s.script),
		titled(mediaInToto, b.scratch("installer")+"attestation.jsonl", s.fileBundle),
	}, s.script, s.fileBundle)
	return s
}
