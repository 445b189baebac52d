package ghcr

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/go-github/v62/github"

	"github.com/novotnyllc/caitui/internal/model"
)

// deletedVersion is a version as the API lists it among the deleted ones. The
// library's type lacks the time of the deletion.
type deletedVersion struct {
	github.PackageVersion
	DeletedAt *github.Timestamp `json:"deleted_at"`
}

// deleted lists the versions of a package that GitHub gives back, newest first.
func (a *api) deleted(ctx context.Context, name string) ([]model.DeletedVersion, error) {
	var out []model.DeletedVersion
	err := a.through(ctx, func(ctx context.Context, door namespace) error {
		out = nil
		for number := 1; number != 0 && number <= maxPages; {
			list, next, err := a.deletedPage(ctx, door, name, number)
			if err != nil {
				return err
			}
			for i := range list {
				v, ok := versionOf(&list[i].PackageVersion)
				if !ok || slices.ContainsFunc(out, func(have model.DeletedVersion) bool { return have.ID == v.ID }) {
					continue
				}
				one := model.DeletedVersion{Version: v}
				if list[i].DeletedAt != nil {
					one.At = list[i].DeletedAt.UTC()
				}
				out = append(out, one)
			}
			if next <= number {
				break
			}
			number = next
		}
		return nil
	})
	if err != nil {
		return nil, a.fail("listing the deleted versions of "+name, err)
	}
	return out, nil
}

func (a *api) deletedPage(ctx context.Context, door namespace, name string, number int) ([]deletedVersion, int, error) {
	owner := map[namespace]string{ofOrganization: "orgs/" + url.PathEscape(a.owner), ofUser: "users/" + url.PathEscape(a.owner), ofSelf: "user"}[door]
	path := fmt.Sprintf("%s/packages/%s/%s/versions?state=deleted&per_page=%d&page=%d", owner, container, url.PathEscape(name), versionsPage, number)
	req, err := a.client.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, 0, err
	}
	var list []deletedVersion
	resp, err := a.client.Do(ctx, req, &list)
	if err != nil {
		return nil, 0, err
	}
	return list, resp.NextPage, nil
}
