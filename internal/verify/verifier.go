package verify

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// cacheLimit is how many checks are remembered: all attestations of some
// hundred releases, in a few megabytes.
const cacheLimit = 8192

// Verifier checks attestations with a fixed set of trusted roots. Any number of
// goroutines may use it.
type Verifier struct {
	roots    Roots
	parallel int
	known    *cache
	digest   model.Digest // of the roots
}

// New makes a verifier that has at most parallel checks under way at once, one
// where that is less.
func New(roots Roots, parallel int) *Verifier {
	return &Verifier{roots: roots, parallel: max(1, parallel), known: newCache(cacheLimit), digest: roots.digest()}
}

// Roots describes the roots that checks rely on.
func (v *Verifier) Roots() []model.TrustRoot { return v.roots.All() }

// Check checks each attestation by itself: one Check an item, in their order.
// What was checked before is not done again. Where ctx ends, the rest is left
// unchecked with the reason in Err.
func (v *Verifier) Check(ctx context.Context, items []model.Attestation, p model.Policy, about model.ArtifactDigests) []model.Check {
	out := make([]model.Check, len(items))
	d, err := newDemand(p)
	if err != nil {
		for i := range out {
			out[i] = model.Check{Instance: model.InstanceUnknown, LogIndex: -1}
			unverifiable(model.StepIdentity, "a policy that says who must have signed", "", err).write(&out[i])
		}
		return out
	}
	policy := p.Digest()
	var work errgroup.Group
	work.SetLimit(v.parallel)
	for i, a := range items {
		work.Go(func() error {
			out[i] = v.one(ctx, d, policy, a, about)
			return nil
		})
	}
	_ = work.Wait() // no job returns an error
	return out
}

// one checks one attestation, unless that was done before.
func (v *Verifier) one(ctx context.Context, d *demand, policy model.Digest, a model.Attestation, about model.ArtifactDigests) model.Check {
	if err := ctx.Err(); err != nil {
		return model.Check{Instance: model.InstanceUnknown, LogIndex: -1, Err: err}
	}
	key := v.key(a, policy, about)
	check, ok := v.known.get(key)
	if !ok {
		check = v.guarded(d, a, about)
		v.known.put(key, check)
	}
	return check
}

// guarded checks one attestation. What it does to the libraries that read it is
// its own fault and no reason for anything else to stop.
func (v *Verifier) guarded(d *demand, a model.Attestation, about model.ArtifactDigests) (c model.Check) {
	defer func() {
		if broken := recover(); broken != nil {
			c = model.Check{Instance: model.InstanceUnknown, LogIndex: -1}
			failed(model.StepRead, "a bundle that can be read", "one that breaks its reader", fmt.Errorf("reading it broke the reader: %v", broken)).write(&c)
		}
	}()
	return examine(v.roots, d, a, about)
}

// key identifies everything that a check depends on. The content is hashed
// here: the digest that an attestation bears is what somebody else said.
func (v *Verifier) key(a model.Attestation, policy model.Digest, about model.ArtifactDigests) cacheKey {
	h := sha256.New()
	content, read := sha256.Sum256(a.Raw), sha256.Sum256(a.Statement)
	problem := ""
	if a.Err != nil {
		problem = a.Err.Error()
	}
	// JSON keeps the parts apart. Strings and bytes only: it cannot fail.
	head, _ := json.Marshal([]any{
		v.digest, policy, a.Form, a.Signed, a.PredicateType, a.Subjects, a.Beside, a.About, a.Also, problem,
		slices.Sorted(maps.Keys(about.Of)), about.All(), about.Name, content, read, a.Statement == nil,
	})
	h.Write(head)
	return cacheKey(h.Sum(nil))
}
