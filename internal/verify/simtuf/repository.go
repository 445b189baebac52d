// Package simtuf is a TUF repository of one's own (The Update Framework,
// specification 1.0.33) for tests: it signs, rotates its keys, expires, and can
// be set back to an old state. Its target is the trusted root of an instance.
//
// Its law: what it publishes is right unless somebody asks for a flaw, and the
// same seed gives the same keys.
package simtuf

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/theupdateframework/go-tuf/v2/metadata"
)

// Target is the name of what it publishes.
const Target = "trusted_root.json"

// Repository is one repository, with consistent snapshots. It is an
// http.Handler and may be used by several at once.
type Repository struct {
	mu      sync.Mutex
	files   map[string][]byte // by path, with its first slash
	signer  signature.Signer
	key     *metadata.Key
	root    *metadata.Metadata[metadata.RootType]
	version int64 // of timestamp, snapshot and targets
	asked   []string
	private bool // somebody sent a credential
}

// State is everything that a repository serves at one time.
type State map[string][]byte

// New is a repository whose keys follow from the seed and that has published
// one target. Its metadata expires at a time.
func New(seed string, target []byte, expires time.Time) (*Repository, error) {
	r := &Repository{files: make(map[string][]byte)}
	if err := r.newKey(seed); err != nil {
		return nil, err
	}
	r.root = metadata.Root(expires)
	if err := r.signRoot(nil); err != nil {
		return nil, err
	}
	return r, r.Publish(target, expires)
}

func (r *Repository) newKey(seed string) error {
	sum := sha256.Sum256([]byte(seed))
	private := ed25519.NewKeyFromSeed(sum[:])
	var err error
	if r.signer, err = signature.LoadSigner(private, crypto.Hash(0)); err != nil {
		return fmt.Errorf("making a key for TUF: %w", err)
	}
	if r.key, err = metadata.KeyFromPublicKey(private.Public()); err != nil {
		return fmt.Errorf("making a key for TUF: %w", err)
	}
	return nil
}

func roles() []string {
	return []string{metadata.ROOT, metadata.TIMESTAMP, metadata.SNAPSHOT, metadata.TARGETS}
}

// signRoot publishes the root with the present key for all roles, signed by it
// and by a former one.
func (r *Repository) signRoot(former signature.Signer) error {
	for _, role := range roles() {
		if err := r.root.Signed.AddKey(r.key, role); err != nil {
			return fmt.Errorf("giving TUF's role %s its key: %w", role, err)
		}
	}
	r.root.ClearSignatures()
	if former != nil {
		if _, err := r.root.Sign(former); err != nil {
			return fmt.Errorf("signing TUF's root: %w", err)
		}
	}
	raw, err := signed(r.root, r.signer)
	if err != nil {
		return err
	}
	r.files[fmt.Sprintf("/%d.root.json", r.root.Signed.Version)] = raw
	return nil
}

// Rotate publishes the next root.json, with another key for every role, and a
// target with it.
func (r *Repository) Rotate(seed string, target []byte, expires time.Time) error {
	if err := r.rotate(seed, expires); err != nil {
		return err
	}
	return r.Publish(target, expires)
}

func (r *Repository) rotate(seed string, expires time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	former := r.signer
	id, err := r.key.ID()
	if err != nil {
		return fmt.Errorf("naming a key of TUF: %w", err)
	}
	for _, role := range roles() {
		if err := r.root.Signed.RevokeKey(id, role); err != nil {
			return fmt.Errorf("taking TUF's role %s its key: %w", role, err)
		}
	}
	r.root.Signed.Version++
	r.root.Signed.Expires = expires
	if err := r.newKey(seed); err != nil {
		return err
	}
	return r.signRoot(former)
}

// Publish publishes the next version of everything below the root.
func (r *Repository) Publish(target []byte, expires time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.version++
	file, err := metadata.TargetFile().FromBytes(Target, target, "sha256")
	if err != nil {
		return fmt.Errorf("describing TUF's target: %w", err)
	}
	targets, snapshot, timestamp := metadata.Targets(expires), metadata.Snapshot(expires), metadata.Timestamp(expires)
	targets.Signed.Targets[Target] = file
	targets.Signed.Version, snapshot.Signed.Version, timestamp.Signed.Version = r.version, r.version, r.version
	snapshot.Signed.Meta["targets.json"] = metadata.MetaFile(r.version)
	timestamp.Signed.Meta["snapshot.json"] = metadata.MetaFile(r.version)
	digest := sha256.Sum256(target)
	r.files["/targets/"+hex.EncodeToString(digest[:])+"."+Target] = target
	if r.files[fmt.Sprintf("/%d.targets.json", r.version)], err = signed(targets, r.signer); err != nil {
		return err
	}
	if r.files[fmt.Sprintf("/%d.snapshot.json", r.version)], err = signed(snapshot, r.signer); err != nil {
		return err
	}
	r.files["/timestamp.json"], err = signed(timestamp, r.signer)
	return err
}

func signed[T metadata.Roles](m *metadata.Metadata[T], signer signature.Signer) ([]byte, error) {
	if _, err := m.Sign(signer); err != nil {
		return nil, fmt.Errorf("signing TUF's metadata: %w", err)
	}
	raw, err := m.ToBytes(false)
	if err != nil {
		return nil, fmt.Errorf("writing TUF's metadata: %w", err)
	}
	return raw, nil
}

// Anchor is the first root.json.
func (r *Repository) Anchor() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.files["/1.root.json"]
}

// State is what is served now, and Set serves another state: what an attacker
// could play back, or what he altered.
func (r *Repository) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.files)
}

// Set serves another state.
func (r *Repository) Set(s State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files = make(map[string][]byte, len(s))
	maps.Copy(r.files, s)
}

// Edit changes every file whose path has a part in it; nil takes it away.
func (s State) Edit(part string, change func([]byte) []byte) State {
	out := maps.Clone(s)
	for path, raw := range s {
		if strings.Contains(path, part) {
			if raw = change(raw); raw == nil {
				delete(out, path)
				continue
			}
			out[path] = raw
		}
	}
	return out
}

// Get is the file at a path.
func (r *Repository) Get(path string) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, path)
	raw, ok := r.files[path]
	return raw, ok
}

// Asked are the paths that were asked for, in order.
func (r *Repository) Asked() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.asked...)
}

// SawCredentials reports whether any request bore one.
func (r *Repository) SawCredentials() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.private
}

// ServeHTTP serves the files.
func (r *Repository) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Header.Get("Authorization") != "" || req.Header.Get("Cookie") != "" {
		r.mu.Lock()
		r.private = true
		r.mu.Unlock()
	}
	raw, ok := r.Get(req.URL.Path)
	if !ok {
		http.NotFound(w, req)
		return
	}
	_, _ = w.Write(raw)
}
