package verify

import (
	"context"
	"errors"
	"time"

	"github.com/sigstore/sigstore-go/pkg/tuf"
	"github.com/theupdateframework/go-tuf/v2/metadata"

	"github.com/novotnyllc/caitui/internal/model"
)

// Source is where Refresh finds the root of an instance.
type Source struct {
	// URL is the TUF repository's; "" is the public good instance's.
	URL string
	// Anchor is a root.json of that repository, from which all later ones
	// follow; nil is the public good instance's.
	Anchor []byte
	// Cache is a directory for what was fetched. It is made where it is not
	// there; "" keeps nothing.
	Cache string
	// Fetch gets a file of the repository, of at most limit bytes; an error that
	// is a model.ErrNotFound where it is not there.
	Fetch func(ctx context.Context, url string, limit int64) ([]byte, error)
	// At is the time of asking, for reports.
	At time.Time
}

// Refresh asks an instance for its present trusted root, by TUF (The Update
// Framework): what comes is signed by keys that follow from the anchor, is not
// older than what was fetched before, and has not expired. It is the one
// function here that reaches beyond its arguments, and only by Fetch.
func Refresh(ctx context.Context, from Source) (Roots, error) {
	opts := &tuf.Options{
		Root: from.Anchor, RepositoryBaseURL: from.URL, CachePath: from.Cache, DisableLocalCache: from.Cache == "",
		Fetcher: fetcher{ctx, from.Fetch}, Context: ctx,
	}
	if opts.Root == nil {
		opts.Root = tuf.DefaultRoot()
	}
	if opts.RepositoryBaseURL == "" {
		opts.RepositoryBaseURL = tuf.DefaultMirror
	}
	client, err := tuf.New(opts)
	if err != nil {
		return Roots{}, notRefreshed(opts.RepositoryBaseURL, err)
	}
	raw, err := client.GetTarget("trusted_root.json")
	if err != nil {
		return Roots{}, notRefreshed(opts.RepositoryBaseURL, err)
	}
	return ParseRoots(raw, "TUF, "+opts.RepositoryBaseURL, from.At)
}

func notRefreshed(url string, cause error) error {
	kind := model.ErrMalformed
	for _, k := range []error{model.ErrUnreachable, model.ErrRateLimited, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(cause, k) {
			kind = model.ErrUnreachable
		}
	}
	return &model.Error{
		Kind: kind, Message: "the trusted root of " + url + " was not refreshed", Cause: cause,
		Cure: "go on with the one that is built in, or give a file with --trusted-root",
	}
}

// fetcher lets TUF fetch by the caller's means. The interface has no context of
// its own.
type fetcher struct {
	ctx   context.Context //nolint:containedctx // go-tuf's Fetcher takes none
	fetch func(ctx context.Context, url string, limit int64) ([]byte, error)
}

// DownloadFile is go-tuf's Fetcher.
func (f fetcher) DownloadFile(url string, limit int64, _ time.Duration) ([]byte, error) {
	raw, err := f.fetch(f.ctx, url, limit)
	switch {
	case errors.Is(err, model.ErrNotFound):
		// So it finds out that there is no later root.json.
		return nil, &metadata.ErrDownloadHTTP{StatusCode: 404, URL: url}
	case err != nil:
		return nil, err
	case int64(len(raw)) > limit:
		return nil, &metadata.ErrDownloadLengthMismatch{Msg: url}
	}
	return raw, nil
}
