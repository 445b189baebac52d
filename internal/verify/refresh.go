package verify

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"
	"github.com/theupdateframework/go-tuf/v2/metadata/config"
	"github.com/theupdateframework/go-tuf/v2/metadata/updater"

	"github.com/novotnyllc/caitui/internal/model"
)

// Refreshed is a root that came through TUF, with what its repository says of
// it.
type Refreshed struct {
	Roots      Roots
	Repository model.TrustRepository
}

// Refresh asks an instance for its present trusted root, through TUF (The
// Update Framework, specification 1.0.33): what comes is signed by keys that
// follow from the anchor, is not older than what was fetched before, and has
// not expired. Then, and only then, it is kept for Kept. It is the one function
// here that reaches beyond this machine, and only by the source's Fetch.
//
// The error is a model.ErrMalformed where what came is refused, a
// model.ErrUnreachable or model.ErrNotFound where nothing came, and a
// model.ErrInvalid where it cannot be kept. What was kept before stays then.
func Refresh(ctx context.Context, from Source) (Refreshed, error) {
	if err := from.check(); err != nil {
		return Refreshed{}, err
	}
	client, err := from.client(ctx)
	if err != nil {
		return Refreshed{}, from.notRefreshed(err)
	}
	if err := client.Refresh(); err != nil {
		return Refreshed{}, from.notRefreshed(err)
	}
	info, err := client.GetTargetInfo(from.target())
	if err != nil {
		return Refreshed{}, from.notRefreshed(err)
	}
	there, raw, err := client.FindCachedTarget(info, from.targetFile())
	if err == nil && there == "" {
		_, raw, err = client.DownloadTarget(info, from.targetFile(), "")
	}
	if err != nil {
		return Refreshed{}, from.notRefreshed(err)
	}
	out := Refreshed{Repository: from.repository()}
	out.Repository.At = from.At.UTC()
	out.Repository.Versions, out.Repository.Expires = metadataOf(client)
	if out.Roots, err = ParseRoots(raw, out.Repository.Origin(), out.Repository.At); err != nil {
		return Refreshed{}, from.notRefreshed(err)
	}
	list := out.Roots.All()
	if len(list) != 1 {
		return Refreshed{}, from.notRefreshed(fmt.Errorf("%s holds %d roots instead of one", from.target(), len(list)))
	}
	out.Repository.Root = list[0].Digest
	if err := from.keep(out); err != nil {
		return Refreshed{}, err
	}
	return out, nil
}

// client is go-tuf's, on a directory of this source's own. It begins with the
// last root.json that followed from the anchor, so that the repository cannot
// go back behind that either (section 5.3.5).
func (s Source) client(ctx context.Context) (*updater.Updater, error) {
	cfg, err := config.New(s.URL, s.Anchor)
	if err != nil {
		return nil, err
	}
	cfg.LocalMetadataDir = s.metadataDir()
	cfg.LocalTargetsDir = cfg.LocalMetadataDir
	cfg.Fetcher = fetcher{ctx, s.Fetch}
	if last, err := os.ReadFile(filepath.Join(cfg.LocalMetadataDir, metadata.ROOT+".json")); err == nil {
		cfg.LocalTrustedRoot = last
	}
	client, err := updater.New(cfg)
	if err != nil { // what was kept is damaged
		cfg.LocalTrustedRoot = s.Anchor
		client, err = updater.New(cfg)
	}
	if err != nil {
		return nil, err
	}
	client.UnsafeSetRefTime(s.At) // by the caller's clock, not by a second one
	return client, nil
}

// metadataOf are the versions of the four roles, and the time from which on
// they do not count as current any more.
func metadataOf(client *updater.Updater) (model.TrustVersions, time.Time) {
	set := client.GetTrustedMetadataSet()
	targets := set.Targets[metadata.TARGETS]
	v := model.TrustVersions{Root: set.Root.Signed.Version, Timestamp: set.Timestamp.Signed.Version,
		Snapshot: set.Snapshot.Signed.Version, Targets: targets.Signed.Version}
	first := set.Root.Signed.Expires
	for _, at := range []time.Time{set.Timestamp.Signed.Expires, set.Snapshot.Signed.Expires, targets.Signed.Expires} {
		if at.Before(first) {
			first = at
		}
	}
	return v, first.UTC()
}

// check refuses a source that nothing could be asked of or kept under.
func (s Source) check() error {
	u, err := url.Parse(s.URL)
	switch {
	case err != nil || u.Host == "":
		return model.Invalid(fmt.Sprintf("%q is not the address of a TUF repository", model.Sanitize(s.URL)), "name an https:// address")
	case !model.ValidTrustName(s.Name):
		return model.Invalid(fmt.Sprintf("%q cannot be the name of a TUF repository", model.Sanitize(s.Name)), "use lower-case letters, digits, dots and hyphens")
	case len(s.Anchor) == 0:
		return model.Invalid("the TUF repository "+s.Name+" has no root.json to begin with", "name one that you got from whoever runs it")
	}
	return nil
}

// notRefreshed tells what was refused from what did not come.
func (s Source) notRefreshed(cause error) error {
	kind := model.ErrMalformed
	why, cure := s.refused(cause)
	var http *metadata.ErrDownloadHTTP
	var disk *os.PathError
	switch {
	case errors.Is(cause, model.ErrUnreachable), errors.Is(cause, model.ErrRateLimited), errors.Is(cause, model.ErrForbidden),
		errors.Is(cause, context.Canceled), errors.Is(cause, context.DeadlineExceeded):
		kind, why, cure = model.ErrUnreachable, "cannot be asked", "go on with the root that is here and ask again later, or name a mirror in verification.tuf of the configuration"
	case errors.As(cause, &http):
		kind, why, cure = model.ErrNotFound, "is not where it was looked for", "check url in verification.tuf of the configuration: it is the directory that holds timestamp.json"
	case errors.As(cause, &disk):
		kind, why, cure = model.ErrInvalid, "cannot be kept", "make "+s.Cache+" writable, or name another --data-dir"
	}
	return &model.Error{Kind: kind, Cause: cause, Cure: cure,
		Message: fmt.Sprintf("the trusted root %s of %s %s", s.Name, model.Sanitize(s.URL), why)}
}

// refused says why TUF does not let something pass, and what that may mean.
func (s Source) refused(cause error) (why, cure string) {
	var expired *metadata.ErrExpiredMetadata
	var older *metadata.ErrBadVersionNumber
	var unsigned *metadata.ErrUnsignedMetadata
	var altered *metadata.ErrLengthOrHashMismatch
	const keeps = "; the root that is here stays in use"
	switch {
	case errors.As(cause, &expired):
		return "is refused, its metadata has expired", "check this machine's clock; a mirror may have stopped following its original" + keeps
	case errors.As(cause, &older):
		return "is refused, it is older than what was seen before",
			"somebody may be playing back an old state: ask over another network or mirror. If the repository really was set back, delete " + s.metadataDir() + keeps
	case errors.As(cause, &unsigned):
		return "is refused, its signatures do not follow from the anchor",
			"something may be answering in its place; with a mirror check url and root in verification.tuf of the configuration" + keeps
	case errors.As(cause, &altered), errors.Is(cause, model.ErrTooLarge):
		return "is refused, it is not what its metadata says", "ask again, or over another network or mirror" + keeps
	}
	return "is refused", "ask again, or over another network or mirror" + keeps
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
