package ghcr

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-github/v62/github"
	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

const (
	versionsPage = 100 // GitHub's maximum
	// refreshPages is how many pages of a package a refresh reads: the newest
	// 500 versions.
	refreshPages = 5
	container    = "container"
)

// packages lists what the API knows of the owner's container packages.
func (a *api) packages(ctx context.Context) ([]model.PackageInfo, error) {
	var out []model.PackageInfo
	err := a.through(ctx, func(ctx context.Context, door namespace) error {
		out = nil
		opts := &github.PackageListOptions{PackageType: github.String(container), ListOptions: github.ListOptions{PerPage: versionsPage}}
		for range maxPages {
			list, resp, err := a.packagePage(ctx, door, opts)
			if err != nil {
				return err
			}
			for _, p := range list {
				if info, ok := infoOf(p); ok {
					out = append(out, info)
				}
			}
			if resp.NextPage <= opts.Page {
				return nil
			}
			opts.Page = resp.NextPage
		}
		return nil
	})
	if err != nil {
		return nil, a.fail("listing the packages of "+a.owner, err)
	}
	return out, nil
}

func (a *api) packagePage(ctx context.Context, door namespace, opts *github.PackageListOptions) ([]*github.Package, *github.Response, error) {
	if door == ofOrganization {
		return a.client.Organizations.ListPackages(ctx, a.accountOf(door), opts)
	}
	return a.client.Users.ListPackages(ctx, a.accountOf(door), opts)
}

// info reads one package where listing them is not allowed.
func (a *api) info(ctx context.Context, name string) (model.PackageInfo, error) {
	var out model.PackageInfo
	err := a.through(ctx, func(ctx context.Context, door namespace) error {
		var p *github.Package
		var err error
		if door == ofOrganization {
			p, _, err = a.client.Organizations.GetPackage(ctx, a.accountOf(door), container, name)
		} else {
			p, _, err = a.client.Users.GetPackage(ctx, a.accountOf(door), container, url.PathEscape(name))
		}
		if err == nil {
			out, _ = infoOf(p)
		}
		return err
	})
	if err != nil {
		return model.PackageInfo{}, a.fail("reading the package "+name, err)
	}
	return out, nil
}

// infoOf takes over what the API tells; a name outside the grammar of
// registries is refused, as nothing could be asked about it.
func infoOf(p *github.Package) (model.PackageInfo, bool) {
	if p == nil || model.ValidPackage(p.GetName()) != nil {
		return model.PackageInfo{}, false
	}
	out := model.PackageInfo{
		Name: p.GetName(), Visibility: model.VisibilityUnknown, Anonymous: model.AnonymousUnknown,
		Repository: model.Sanitize(p.GetRepository().GetFullName()), VersionCount: -1,
		Updated: p.GetUpdatedAt().UTC(), URL: model.Sanitize(p.GetHTMLURL()),
	}
	if p.VersionCount != nil {
		out.VersionCount = int(p.GetVersionCount())
	}
	switch v := model.Visibility(strings.ToLower(p.GetVisibility())); v {
	case model.VisibilityPublic, model.VisibilityPrivate, model.VisibilityInternal:
		out.Visibility = v
	}
	return out, true
}

// page is one page of a package's versions.
type page struct {
	versions []model.Version
	next     int // 0: none
	last     int // 0: not told, or this one
}

// versions reads one page of active versions, from 1.
func (a *api) versions(ctx context.Context, name string, number int) (page, error) {
	var out page
	err := a.through(ctx, func(ctx context.Context, door namespace) error {
		opts := &github.PackageListOptions{State: github.String("active"), ListOptions: github.ListOptions{PerPage: versionsPage, Page: number}}
		var list []*github.PackageVersion
		var resp *github.Response
		var err error
		if door == ofOrganization {
			list, resp, err = a.client.Organizations.PackageGetAllVersions(ctx, a.accountOf(door), container, name, opts)
		} else {
			list, resp, err = a.client.Users.PackageGetAllVersions(ctx, a.accountOf(door), container, url.PathEscape(name), opts)
		}
		if err != nil {
			return err
		}
		out = page{next: resp.NextPage, last: resp.LastPage, versions: make([]model.Version, 0, len(list))}
		for _, v := range list {
			if version, ok := versionOf(v); ok {
				out.versions = append(out.versions, version)
			}
		}
		return nil
	})
	if err != nil {
		return page{}, a.fail("listing the versions of "+name, err)
	}
	return out, nil
}

// versionOf takes over one version; its name is the digest. Tags outside the
// grammar cannot exist in a registry and are left out.
func versionOf(v *github.PackageVersion) (model.Version, bool) {
	d, err := model.ParseDigest(v.GetName())
	if err != nil {
		return model.Version{}, false
	}
	out := model.Version{ID: v.GetID(), Digest: d, Created: v.GetCreatedAt().UTC(), Updated: v.GetUpdatedAt().UTC()}
	if m := v.GetMetadata(); m != nil && m.Container != nil {
		for _, t := range m.Container.Tags {
			if model.ValidTag(t) == nil {
				out.Tags = append(out.Tags, t)
			}
		}
	}
	slices.Sort(out.Tags)
	return out, true
}

// rest reads the pages after the first one, at most up to limit pages in all
// (0: all of them), in parallel where the first one names the last. more says
// that there are further versions. With an error come the newest versions up
// to the first page that is missing.
func (a *api) rest(ctx context.Context, name string, first page, limit int) (versions []model.Version, more bool, err error) {
	last := first.last
	if last == 0 && first.next != 0 {
		return a.walk(ctx, name, first, limit)
	}
	if limit > 0 && last > limit {
		last, more = limit, true
	}
	last = max(min(last, maxPages), 1)
	pages, done := make([]page, last), make([]bool, last)
	pages[0], done[0] = first, true
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(2 * hostConcurrency)
	for i := 1; i < last; i++ {
		g.Go(func() error {
			var err error
			pages[i], err = a.versions(gctx, name, i+1)
			done[i] = err == nil
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return merge(pages[:slices.Index(done, false)]), true, err
	}
	return merge(pages), more, nil
}

// walk follows rel=next where nobody says which page is the last.
func (a *api) walk(ctx context.Context, name string, first page, limit int) ([]model.Version, bool, error) {
	pages := []page{first}
	for at := first; at.next != 0; at = pages[len(pages)-1] {
		if limit > 0 && len(pages) == limit {
			return merge(pages), true, nil
		}
		if len(pages) >= maxPages {
			return merge(pages), true, nil
		}
		p, err := a.versions(ctx, name, at.next)
		if err != nil {
			return merge(pages), true, err
		}
		if p.next != 0 && p.next <= at.next {
			p.next = 0
		}
		pages = append(pages, p)
	}
	return merge(pages), false, nil
}

// merge joins pages. A push between two of them moves versions to the next
// page, where they come a second time.
func merge(pages []page) []model.Version {
	n := 0
	for _, p := range pages {
		n += len(p.versions)
	}
	out, seen := make([]model.Version, 0, n), make(map[int64]bool, n)
	for _, p := range pages {
		for _, v := range p.versions {
			if !seen[v.ID] {
				seen[v.ID] = true
				out = append(out, v)
			}
		}
	}
	return out
}
