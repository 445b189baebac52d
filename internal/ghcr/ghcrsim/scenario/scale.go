package scenario

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// loadScale is ten packages of n versions each, computed when they are asked
// for. Builds are numbered from the newest, 0, so that the packages agree about
// them although some hold more builds than others. GitHub's attestation store
// stays empty: only the registry has the bundles.
//
// A bundle is signed when its build is computed, but only where somebody may
// ask for its verdict: of the newest builds, of those that a channel points to,
// and of all releases. The others carry a sample's signature, which does not
// fit them, as a list of them all would take seconds to sign.
func loadScale(n int, seed int64) (*world.World, error) {
	w := world.New(owner, repository, clock())
	addWorkflow(w)
	plan := newScalePlan(n, seed)
	plan.ownerID, plan.repoID = w.OwnerID(), w.RepositoryID()
	w.AddCommit(world.Commit{SHA: plan.commit(0), Message: "Build again", Author: "alice", Date: clock()})
	images := make([]*scaleImage, 0, 7)
	place := 0
	add := func(name string, shape scaleShape) {
		first := clock().Add(-time.Duration(plan.builds(shape.size())) * scaleInterval)
		w.CreatePackage(name, world.PackageOptions{
			Visibility: world.Public, Repository: repository, Created: first,
			Source: newScaleSource(plan, shape, place),
		})
		place++
	}
	for _, r := range recipes() {
		image := newScaleImage(plan, r.name)
		images = append(images, image)
		add(r.name, image)
	}
	payload := newScaleArtifact(plan, "containai-payload")
	add("containai-payload", payload)
	add("containai-installer", newScaleArtifact(plan, "containai-installer"))
	add("containai-metadata", &scaleMetadata{plan: plan, images: images, payload: payload})
	return w, nil
}

// scaleInterval is the time between two builds.
const scaleInterval = 10 * time.Minute

// scalePlan says what the builds are, the same for all packages.
type scalePlan struct {
	n                  int // versions a package
	seed               int64
	prod, nightly, dev int // the builds that the channels point to; -1: none
	ownerID, repoID    int64
}

func newScalePlan(n int, seed int64) *scalePlan {
	p := &scalePlan{n: n, seed: seed, prod: -1, nightly: -1, dev: -1}
	oldest := p.builds(imageVersions) - 1 // of the images, which hold the fewest builds
	if oldest < 1 {
		return p // the only build may not be complete
	}
	p.prod = min(20, oldest)
	if p.prod > 3 {
		p.nightly = 3
	}
	if p.prod > 1 {
		p.dev = 1
	}
	return p
}

// builds is how many builds n versions make, the newest perhaps cut short.
func (p *scalePlan) builds(size int) int { return (p.n + size - 1) / size }

// commitScramble spreads the numbers of the builds over all commits.
const commitScramble = 0x5bd1e995

// commit of a build: its first eight characters tell the build.
func (p *scalePlan) commit(k int) string {
	head := uint32(k)*commitScramble ^ uint32(p.seed)
	sum := sha256.Sum256(fmt.Appendf(nil, "scale|%d|%d", k, p.seed))
	return fmt.Sprintf("%08x%x", head, sum[:16])
}

// buildOf finds the build of a commit.
func (p *scalePlan) buildOf(commit string) (int, bool) {
	if len(commit) != 40 {
		return 0, false
	}
	head, err := strconv.ParseUint(commit[:8], 16, 32)
	if err != nil {
		return 0, false
	}
	k := int((uint32(head) ^ uint32(p.seed)) * inverseScramble())
	return k, k < maxScale && p.commit(k) == commit
}

// inverseScramble undoes the multiplication (Newton's iteration modulo 2^32).
func inverseScramble() uint32 {
	x := uint32(commitScramble)
	for range 5 {
		x *= 2 - commitScramble*x
	}
	return x
}

// channel that a build was published into.
func (p *scalePlan) channel(k int) string {
	switch {
	case k == p.prod || k%400 == 20 && p.prod >= 0:
		return "prod"
	case k%10 == 3:
		return "nightly"
	default:
		return "dev"
	}
}

// version of a build as determine-channel names it: newer ones are higher.
func (p *scalePlan) version(k int) string {
	channel := p.channel(k)
	if channel != "prod" {
		return channel
	}
	n := 9999 - k/400
	return fmt.Sprintf("v%d.%d.0", n/100, n%100)
}

// release names the build in every channel.
func (p *scalePlan) release(k int) string {
	if v := p.version(k); v[0] == 'v' {
		return v
	}
	return p.version(k) + "-" + p.commit(k)[:7]
}

// channels that point to a build now.
func (p *scalePlan) channels(k int) []string {
	switch k {
	case p.prod:
		return []string{"prod"}
	case p.nightly:
		return []string{"nightly"}
	case p.dev:
		return []string{"dev"}
	default:
		return nil
	}
}

// at is when a build's first part was pushed.
func (p *scalePlan) at(k int) time.Time { return clock().Add(-time.Duration(k+1) * scaleInterval) }

// newest is how many of the newest builds are signed, whatever they are.
const newest = 4

// signed reports whether the attestations of a build are signed for real.
func (p *scalePlan) signed(k int) bool {
	return k < newest || p.channel(k) == "prod" || p.channels(k) != nil
}
