package scenario

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// build is one run of the pipeline and what it publishes.
type build struct {
	commit   string // 40 hex
	subject  string // of the commit
	event    string // push, workflow_dispatch, schedule
	channel  string // dev, nightly, prod
	typed    string // version typed into the dispatch, "" where none was
	actor    string
	start    time.Time // the run's creation
	tagged   time.Time // first channel tag moves
	run      world.Run // identified before anything is made: provenance names it
	owner    string
	repo     string // OWNER/NAME
	ownerID  int64
	repoID   int64
	title    string // of the run
	salt     string // from the seed
	instant  bool   // everything happens at tagged, the clock standing still
	runbook  bool   // publishes as the runbook describes the pipeline
	legacy   bool   // the pipeline before channels: one multi-platform push, not attested
	stops    stop   // how far the run came
	missing  []part // image parts that were never built
	forgets  []part // attested parts that the fallback index lost
	misdeeds map[part]misdeed
	path     string // of the workflow; "": the project's
	tools    tools
	wrong    bool // claude's check is wrong on arm64
	bomFirst bool // the SBOM really is CycloneDX
}

// part is one architecture of one image; without an architecture it is the
// whole image, or an artifact.
type part struct{ image, arch string }

// stop says where a run ended.
type stop int

const (
	complete    stop = iota
	afterBuild       // a variant failed: nothing was assembled after it
	afterImages      // tags moved, no artifact was published
)

// architectures in the order of the workflow's matrix.
func architectures() []string { return []string{"amd64", "arm64"} }

// version is what determine-channel calls it: typed, else the channel's name.
func (b *build) version() string {
	if b.typed != "" {
		return b.typed
	}
	return b.channel
}

// release is the tag of the payload, the only artifact that names the build in
// every channel.
func (b *build) release() string {
	if v := b.version(); v != "dev" && v != "nightly" {
		return v
	}
	return b.version() + "-" + b.commit[:7]
}

// immutable is the tag of the commit.
func (b *build) immutable() string { return "sha-" + b.commit }

// movingTags are what finalize-tags puts on every image.
func (b *build) movingTags() []string {
	if b.channel == "prod" && b.version() != "prod" {
		return []string{"prod", b.version()}
	}
	return []string{b.channel}
}

// at is a moment of the run, counted from when the first channel tag moves.
func (b *build) at(d time.Duration) time.Time {
	if b.instant {
		return b.tagged
	}
	return b.tagged.Add(d)
}

// draw gives a number that depends on the build and the keys alone.
func (b *build) draw(keys ...string) uint64 {
	h := sha256.New()
	fmt.Fprintf(h, "%s|%s|%d|%d|%s", b.commit, b.salt, b.run.ID, b.run.Attempt, b.tagged.Format(time.RFC3339))
	for _, key := range keys {
		fmt.Fprintf(h, "|%s", key)
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// pushed is when one architecture of an image was pushed: base first, then
// containai, then all that wait for it; arm64 a little after amd64.
func (b *build) pushed(image, arch string) time.Time {
	d := map[string]time.Duration{
		"containai-base": -28 * time.Minute, "containai": -20 * time.Minute,
		"containai-copilot": -13 * time.Minute, "containai-codex": -12*time.Minute - 20*time.Second,
		"containai-claude": -11*time.Minute - 45*time.Second, "containai-proxy": -14*time.Minute - 10*time.Second,
		"containai-log-forwarder": -15*time.Minute - 5*time.Second,
	}[image]
	if arch == "arm64" {
		d += 100 * time.Second
	}
	return b.at(d)
}

// assembled is when the multi-platform index of an image was pushed.
func (b *build) assembled(image string) time.Time {
	switch image {
	case "containai-base":
		return b.at(-24 * time.Minute)
	case "containai":
		return b.at(-17 * time.Minute)
	default:
		return b.at(-4 * time.Minute).Add(b.scatter(40, "assembled", image))
	}
}

// scatter spreads things over some seconds, except when the clock stands.
func (b *build) scatter(seconds uint64, keys ...string) time.Duration {
	if b.instant {
		return 0
	}
	return time.Duration(b.draw(keys...)%seconds) * time.Second
}

// layersMade is the time inside the layers of a part: before its push.
func (b *build) layersMade(image, arch string) time.Time {
	back := 90 + b.draw("layers", image, arch)%900
	return b.pushed(image, arch).Add(-time.Duration(back) * time.Second).Truncate(time.Second)
}

// lacks reports whether a part was never built.
func (b *build) lacks(image, arch string) bool { return slices.Contains(b.missing, part{image, arch}) }

// forgot reports whether the fallback index of a part lost its entry.
func (b *build) forgot(what part) bool { return slices.Contains(b.forgets, what) }

// host is the registry that names inside documents speak of.
const host = "ghcr.io"

// repository of a package in the registry.
func (b *build) repository(name string) string { return host + "/" + b.owner + "/" + name }
