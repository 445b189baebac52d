package scenario

import (
	"errors"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// publication is everything one run made, before any of it is pushed. Making
// it touches no world, so that builds can be made side by side.
type publication struct {
	*build
	images    imageSet
	wholes    map[string]document // multi-platform indexes
	partRefs  map[part]referrer
	wholeRefs map[string]referrer // only where the channel index is attested
	payload   payloadSet
	installer installerSet
	metadata  [2]artifact // for the channel's tag and for `channels`
	artRefs   map[string]referrer
}

// How long after a push its attestation follows, and after that the one of the
// tarball that goes into the release.
const (
	attestDelay    = 20 * time.Second
	transportDelay = 5 * time.Second
)

// produce computes all that the run pushes.
func (b *build) produce() *publication {
	p := &publication{
		build: b, images: b.cookAll(), wholes: map[string]document{},
		partRefs: map[part]referrer{}, wholeRefs: map[string]referrer{}, artRefs: map[string]referrer{},
	}
	for name, parts := range p.images {
		if p.assembles(name) {
			p.wholes[name] = p.images.whole(name)
		}
		if b.legacy {
			continue
		}
		for arch, made := range parts {
			at := b.later(b.pushed(name, arch), attestDelay)
			p.partRefs[part{name, arch}] = b.attest(part{name, arch}, made.index, at)
		}
		if whole, ok := p.wholes[name]; ok && b.runbook {
			p.wholeRefs[name] = b.attest(part{image: name}, whole, b.later(b.assembled(name), attestDelay))
		}
	}
	if b.legacy || b.stops != complete {
		return p
	}
	p.payload = b.cookPayload(p.images)
	p.installer = b.cookInstaller()
	p.metadata[0], p.metadata[1] = b.metadataTwins(p.wholes, p.payload.doc)
	for _, a := range []artifact{p.payload.artifact, p.installer.artifact} {
		p.artRefs[a.name] = b.attest(part{image: a.name}, a.doc, b.later(a.pushed, attestDelay))
	}
	return p
}

// assembles reports whether the run came to an image's multi-platform index:
// after a failed variant none of the variants is assembled.
func (b *build) assembles(image string) bool {
	return b.stops != afterBuild || image == "containai-base" || image == "containai"
}

// later adds to a moment, except when the clock stands.
func (b *build) later(t time.Time, d time.Duration) time.Time {
	if b.instant {
		return t
	}
	return t.Add(d)
}

// act is one write at its moment.
type act struct {
	at time.Time
	do func(at time.Time) error
}

// script collects acts and plays them in the order of time; acts of one moment
// keep the order in which they were written down.
type script struct{ acts []act }

func (s *script) add(at time.Time, do func(at time.Time) error) {
	s.acts = append(s.acts, act{at, do})
}

func (s *script) play() error {
	slices.SortStableFunc(s.acts, func(a, b act) int { return a.at.Compare(b.at) })
	var errs []error
	for _, a := range s.acts {
		errs = append(errs, a.do(a.at))
	}
	return errors.Join(errs...)
}

// apply pushes everything in the pipeline's order.
func (p *publication) apply(w *world.World) error {
	var s script
	for _, r := range recipes() {
		if parts, ok := p.images[r.name]; ok {
			p.pushImage(w, &s, r, parts)
		}
	}
	if p.legacy {
		return s.play()
	}
	if p.stops != afterBuild {
		p.moveTags(w, &s)
	}
	if p.stops == complete {
		p.pushPayload(w, &s)
		p.pushMetadata(w, &s)
		p.pushInstaller(w, &s)
	}
	return s.play()
}

// open makes sure that a package is there. A first push makes it private.
func (p *publication) open(w *world.World, name string, at time.Time) {
	w.CreatePackage(name, world.PackageOptions{Repository: p.repo, Created: at})
}

// put pushes a manifest with its blobs and tags.
func (p *publication) put(w *world.World, name string, doc document, at time.Time, blobs [][]byte, tags ...string) error {
	p.open(w, name, at)
	for _, blob := range blobs {
		w.PutBlob(name, blob)
	}
	d := w.PutManifest(name, doc.mediaType, doc.raw, at)
	var errs []error
	for _, tag := range tags {
		errs = append(errs, w.SetTag(name, tag, d, at))
	}
	return errors.Join(errs...)
}

// pushImage pushes the architectures of an image, their attestations, and the
// index over both.
func (p *publication) pushImage(w *world.World, s *script, r recipe, parts map[string]*imagePart) {
	name := r.name
	for _, arch := range architectures() {
		made := parts[arch]
		if made == nil {
			continue
		}
		s.add(p.later(p.pushed(name, arch), -time.Second), func(at time.Time) error {
			p.open(w, name, at)
			p.putLayers(w, r, made)
			return p.put(w, name, made.platform, at, [][]byte{made.configRaw})
		})
		s.add(p.pushed(name, arch), func(at time.Time) error {
			err := p.put(w, name, made.attestation, at, [][]byte{made.dummyConfig, made.provenance})
			if p.legacy {
				return err
			}
			return errors.Join(err, p.put(w, name, made.index, at, nil, p.partTag(arch)))
		})
		if ref, ok := p.partRefs[part{name, arch}]; ok {
			p.pushReferrer(w, s, name, made.index.digest, ref, p.later(p.pushed(name, arch), attestDelay))
		}
	}
	whole, ok := p.wholes[name]
	if !ok {
		return
	}
	tags := []string{p.immutable()}
	if p.legacy {
		tags = []string{"main", "main-" + p.commit[:7], "latest"}
	}
	s.add(p.assembled(name), func(at time.Time) error { return p.put(w, name, whole, at, nil, tags...) })
	if ref, ok := p.wholeRefs[name]; ok {
		p.pushReferrer(w, s, name, whole.digest, ref, p.later(p.assembled(name), attestDelay))
	}
}

// putLayers uploads the own layers and mounts those of the image below.
func (p *publication) putLayers(w *world.World, r recipe, made *imagePart) {
	for i, l := range made.layers {
		if i < made.inherited && r.parent != "" && w.MountBlob(r.name, r.parent, l.digest) {
			continue
		}
		w.PutBlob(r.name, l.blob)
	}
}

// pushReferrer puts an attestation into GitHub's store and into the registry:
// the bundle first, then the fallback index that names it.
func (p *publication) pushReferrer(w *world.World, s *script, name string, d model.Digest, ref referrer, at time.Time) {
	s.add(at, func(at time.Time) error {
		p.file(w, d, ref.bundle)
		return p.put(w, name, ref.artifact, at, [][]byte{ref.bundle, []byte(emptyConfig)})
	})
	s.add(p.later(at, time.Second), func(at time.Time) error {
		return p.put(w, name, ref.fallback, at, nil, ref.tag)
	})
}

// file puts an attestation into GitHub's store. Every fifth is kept there as
// an address only.
func (p *publication) file(w *world.World, d model.Digest, bundle []byte) {
	w.AddAttestation(world.Attestation{
		SubjectDigest: d, Bundle: bundle, PredicateType: predicateSLSA, Initiator: "user",
		RepositoryID: w.RepositoryID(), BundleURLOnly: p.draw("store", string(model.DigestOf(bundle)))%5 == 0,
	})
}

// moveTags is finalize-tags: image by image, not all at once.
func (p *publication) moveTags(w *world.World, s *script) {
	for i, name := range finalizeOrder() {
		s.add(p.at(time.Duration(i)*7*time.Second), func(at time.Time) error {
			var errs []error
			for _, tag := range append([]string{p.immutable()}, p.movingTags()...) {
				errs = append(errs, w.SetTag(name, tag, p.wholes[name].digest, at))
			}
			return errors.Join(errs...)
		})
	}
}

func (p *publication) pushPayload(w *world.World, s *script) {
	a := p.payload
	s.add(p.later(a.pushed, -30*time.Second), func(time.Time) error {
		if a.sbomBundle != nil {
			p.file(w, model.DigestOf(a.sbom), a.sbomBundle)
		}
		p.file(w, model.DigestOf(a.tarball), a.fileBundle)
		return nil
	})
	tags := []string{p.release()}
	if p.runbook && p.channel != p.release() {
		tags = append(tags, p.channel)
	}
	s.add(a.pushed, func(at time.Time) error {
		return p.put(w, a.name, a.doc, at, append(a.blobs, []byte(emptyConfig)), tags...)
	})
	at := p.later(a.pushed, attestDelay)
	p.pushReferrer(w, s, a.name, a.doc.digest, p.artRefs[a.name], at)
	if p.channel == "dev" {
		return
	}
	s.add(p.later(at, transportDelay), func(time.Time) error {
		p.file(w, model.DigestOf(a.tarball), a.transport)
		return nil
	})
}

func (p *publication) pushMetadata(w *world.World, s *script) {
	own, twin := p.metadata[0], p.metadata[1]
	tags := []string{p.channel}
	if p.runbook {
		if p.channel != p.release() {
			tags = append(tags, p.release())
		}
		tags = append(tags, "channels")
	}
	s.add(own.pushed, func(at time.Time) error {
		return p.put(w, own.name, own.doc, at, append(own.blobs, []byte(emptyConfig)), tags...)
	})
	if p.runbook {
		return
	}
	s.add(twin.pushed, func(at time.Time) error {
		return p.put(w, twin.name, twin.doc, at, twin.blobs, "channels")
	})
}

func (p *publication) pushInstaller(w *world.World, s *script) {
	a := p.installer
	s.add(p.later(a.pushed, -30*time.Second), func(time.Time) error {
		p.file(w, model.DigestOf(a.script), a.fileBundle)
		return nil
	})
	tags := []string{p.version()}
	if p.channel != "dev" && p.channel != p.version() {
		tags = append(tags, p.channel)
	}
	if p.channel == "prod" {
		tags = append(tags, "latest")
	}
	s.add(a.pushed, func(at time.Time) error {
		return p.put(w, a.name, a.doc, at, append(a.blobs, []byte(emptyConfig)), tags...)
	})
	p.pushReferrer(w, s, a.name, a.doc.digest, p.artRefs[a.name], p.later(a.pushed, attestDelay))
}
