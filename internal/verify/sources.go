package verify

import (
	"context"
	_ "embed"
	"time"

	"github.com/sigstore/sigstore-go/pkg/tuf"

	"github.com/novotnyllc/caitui/internal/model"
)

// gitHubURL is GitHub's TUF repository for the instance that signs for private
// repositories.
const gitHubURL = "https://tuf-repo.github.com"

// gitHubAnchor is version 3 of that repository's root.json, as GitHub's own
// command line program carries it: github.com/cli/cli/v2 v2.83.0,
// pkg/cmd/attestation/verification/embed/tuf-repo.github.com/root.json, from
// the Go module proxy, held against its checksum database. All later versions
// follow from it; that it has expired itself does not matter (TUF specification
// 1.0.33, section 5.3.9: only the last one counts).
//
//go:embed tuf_root.github.json
var gitHubAnchor []byte

// DefaultTarget is the name of an instance's trusted root in its repository.
const DefaultTarget = "trusted_root.json"

// Source is a TUF repository that the trusted root of an instance can be had
// of, and the means to ask it.
type Source struct {
	// Name is what the root is kept under: lower-case letters, digits, dots and
	// hyphens.
	Name string
	// URL is the repository's, without a final slash.
	URL string
	// Target is the root's name in the repository; "" is trusted_root.json. An
	// enterprise at GHE.com has its own.
	Target string
	// Anchor is a root.json of that repository, from which all later ones
	// follow.
	Anchor []byte
	// BuiltIn is whether the anchor came with caitui.
	BuiltIn bool
	// Cache is a directory for what was fetched and verified, made where it is
	// not there; several sources may share it.
	Cache string
	// Fetch gets a file of the repository, of at most limit bytes; an error that
	// is a model.ErrNotFound where it is not there. It must send no credentials.
	Fetch func(ctx context.Context, url string, limit int64) ([]byte, error)
	// At is the time of asking: what has expired by then is refused.
	At time.Time
}

// Sources are the repositories that are known without being told: of the
// public good instance, with the anchor that sigstore-go carries, and of
// GitHub's.
func Sources() []Source {
	return []Source{
		{Name: model.InstancePublicGood, URL: tuf.DefaultMirror, Target: DefaultTarget, Anchor: tuf.DefaultRoot(), BuiltIn: true},
		{Name: model.InstanceGitHub, URL: gitHubURL, Target: DefaultTarget, Anchor: gitHubAnchor, BuiltIn: true},
	}
}

// target is the root's name in the repository.
func (s Source) target() string {
	if s.Target == "" {
		return DefaultTarget
	}
	return s.Target
}

// repository describes the source, as one of which nothing was fetched yet.
func (s Source) repository() model.TrustRepository {
	return model.TrustRepository{Name: s.Name, URL: s.URL, Target: s.target(), Anchor: model.DigestOf(s.Anchor)}
}
