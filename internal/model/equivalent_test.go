package model_test

import (
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

const someDigest = "sha256:3f9c41d082b03f9c41d082b03f9c41d082b03f9c41d082b03f9c41d082b00000"

// lines are the commands alone, "-" where there is none.
func lines(t *testing.T, all []model.Equivalent) string {
	t.Helper()
	var out []string
	tools := []string{model.ToolCrane, model.ToolOras, model.ToolGH}
	if len(all) != len(tools) {
		t.Fatalf("%d equivalents: %+v", len(all), all)
	}
	for i, e := range all {
		if e.Tool != tools[i] {
			t.Errorf("place %d is %s", i, e.Tool)
		}
		if (e.Command == "") == (e.None == "") {
			t.Errorf("%s has a command and a reason against it, or neither: %+v", e.Tool, e)
		}
		if e.Command == "" {
			out = append(out, "-")
			continue
		}
		if strings.ContainsAny(e.Command, "\n\r\t\x1b") {
			t.Errorf("the command of %s is not one clean line: %q", e.Tool, e.Command)
		}
		out = append(out, e.Command)
	}
	return strings.Join(out, "\n")
}

func TestEquivalentsOfRequests(t *testing.T) {
	d := model.Digest(someDigest)
	reg := func(method, path, query string) model.Request {
		return model.Request{To: model.ToRegistry, Host: "ghcr.io", Method: method, Path: path, Query: query}
	}
	put := reg("PUT", "/v2/acme/app/manifests/prod", "")
	put.Digest = d
	plain := reg("GET", "/v2/acme/app/manifests/prod", "")
	plain.Host, plain.Plain = "127.0.0.1:5000", true
	ghes := model.Request{To: model.ToAPI, Host: "ghe.example.com", Method: "GET", Path: "/api/v3/orgs/acme/packages", Query: "package_type=container"}
	for name, c := range map[string]struct {
		of   model.Request
		want string
	}{
		"manifest":           {reg("GET", "/v2/acme/app/manifests/prod", ""), "crane manifest ghcr.io/acme/app:prod\noras manifest fetch ghcr.io/acme/app:prod\n-"},
		"manifest by digest": {reg("GET", "/v2/acme/app/manifests/"+someDigest, ""), "crane manifest ghcr.io/acme/app@" + someDigest + "\noras manifest fetch ghcr.io/acme/app@" + someDigest + "\n-"},
		"escaped digest":     {reg("GET", "/v2/acme/app/manifests/"+strings.ReplaceAll(someDigest, ":", "%3A"), ""), "crane manifest ghcr.io/acme/app@" + someDigest + "\noras manifest fetch ghcr.io/acme/app@" + someDigest + "\n-"},
		"head":               {reg("HEAD", "/v2/acme/app/manifests/prod", ""), "crane digest ghcr.io/acme/app:prod\noras resolve ghcr.io/acme/app:prod\n-"},
		"tagging":            {put, "crane tag ghcr.io/acme/app@" + someDigest + " prod\noras tag ghcr.io/acme/app@" + someDigest + " prod\n-"},
		"pushing":            {reg("PUT", "/v2/acme/app/manifests/prod", ""), "-\noras manifest push ghcr.io/acme/app:prod manifest.json\n-"},
		"deleting":           {reg("DELETE", "/v2/acme/app/manifests/"+someDigest, ""), "crane delete ghcr.io/acme/app@" + someDigest + "\noras manifest delete --force ghcr.io/acme/app@" + someDigest + "\n-"},
		"blob":               {reg("GET", "/v2/acme/app/blobs/"+someDigest, ""), "crane blob ghcr.io/acme/app@" + someDigest + "\noras blob fetch --output - ghcr.io/acme/app@" + someDigest + "\n-"},
		"blob's size":        {reg("HEAD", "/v2/acme/app/blobs/"+someDigest, ""), "-\noras blob fetch --descriptor ghcr.io/acme/app@" + someDigest + "\n-"},
		"tags":               {reg("GET", "/v2/acme/app/tags/list", "n=1000"), "crane ls ghcr.io/acme/app\noras repo tags ghcr.io/acme/app\n-"},
		"more tags":          {reg("GET", "/v2/acme/app/tags/list", "last=v1.2.0&n=1000"), "crane ls ghcr.io/acme/app\noras repo tags --last v1.2.0 ghcr.io/acme/app\n-"},
		"referrers":          {reg("GET", "/v2/acme/app/referrers/"+someDigest, ""), "-\noras discover ghcr.io/acme/app@" + someDigest + "\n-"},
		"upload":             {reg("POST", "/v2/acme/app/blobs/uploads/", ""), "-\n-\n-"},
		"cancelled upload":   {reg("DELETE", "/v2/acme/app/blobs/uploads/some-session", ""), "-\n-\n-"},
		"ping":               {reg("GET", "/v2/", ""), "-\n-\n-"},
		"token":              {reg("GET", "/token", "scope=repository%3Aacme%2Fapp%3Apull&service=ghcr.io"), "crane auth token ghcr.io/acme/app\n-\n-"},
		"token to push":      {reg("GET", "/token", "scope=repository%3Aacme%2Fapp%3Apull%2Cpush"), "crane auth token --push ghcr.io/acme/app\n-\n-"},
		"token for many":     {reg("GET", "/token", "scope=repository%3Aacme%2Fa%3Apull&scope=repository%3Aacme%2Fb%3Apull"), "-\n-\n-"},
		"plain http":         {plain, "crane --insecure manifest 127.0.0.1:5000/acme/app:prod\noras manifest fetch 127.0.0.1:5000/acme/app:prod --plain-http\n-"},
		"names like parts":   {reg("GET", "/v2/acme/manifests/blobs/manifests/v1", ""), "crane manifest ghcr.io/acme/manifests/blobs:v1\noras manifest fetch ghcr.io/acme/manifests/blobs:v1\n-"},
		"rest": {model.Request{To: model.ToAPI, Host: "api.github.com", Method: "GET", Path: "/orgs/acme/packages/container/app%2Fworker/versions", Query: "page=2&per_page=100"},
			"-\n-\ngh api '/orgs/acme/packages/container/app%2Fworker/versions?page=2&per_page=100'"},
		"rest without query": {model.Request{To: model.ToAPI, Host: "api.github.com", Method: "DELETE", Path: "/orgs/acme/packages/container/app/versions/7"}, "-\n-\ngh api --method DELETE /orgs/acme/packages/container/app/versions/7"},
		"another api":        {ghes, "-\n-\ngh api 'https://ghe.example.com/api/v3/orgs/acme/packages?package_type=container'"},
		"blob host":          {model.Request{Host: "blobs.example.com", Method: "GET"}, "-\n-\n-"},
		"no method known":    {reg("PATCH", "/v2/acme/app/manifests/prod", ""), "-\n-\n-"},
		"no such path":       {reg("GET", "/v2/acme/app/elsewhere/x", ""), "-\n-\n-"},
		"deeper path":        {reg("GET", "/v2/acme/app/manifests/a/b", ""), "-\n-\n-"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lines(t, model.EquivalentOfRequest(c.of)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// Hostile names never become part of a command: they are either refused or one
// quoted word.
func TestEquivalentsOfHostileNames(t *testing.T) {
	evil := []string{"$(touch pwned)", "`id`", "a;rm -rf ~", "--output=/etc/passwd", "-x", "a b", "a'b", "\x1b]52;c;AAAA\x07", "\u202efdp", "a\nb", "prod&&id", "..", "%1b%5b2J"}
	for _, e := range evil {
		for _, path := range []string{"/v2/acme/" + e + "/manifests/prod", "/v2/acme/app/manifests/" + e, "/v2/acme/app/blobs/" + e, "/v2/" + e + "/tags/list", "/v2/acme/app/referrers/" + e} {
			r := model.Request{To: model.ToRegistry, Host: "ghcr.io", Method: "GET", Path: path}
			if got := lines(t, model.EquivalentOfRequest(r)); got != "-\n-\n-" {
				t.Errorf("%q gives\n%s", path, got)
			}
		}
		r := model.Request{To: model.ToAPI, Host: "api.github.com", Method: "GET", Path: "/x" + e}
		command := model.EquivalentOfRequest(r)[2].Command
		if command != "" && command != "gh api /x"+e && command != "gh api '/x"+strings.ReplaceAll(e, "'", `'\''`)+"'" {
			t.Errorf("%q gives %s", e, command)
		}
		for _, c := range []model.Change{
			{Kind: model.MoveTag, Package: e, Tag: "prod", To: someDigest}, {Kind: model.MoveTag, Package: "app", Tag: e, To: someDigest},
			{Kind: model.CreateTag, Package: "app", Tag: "prod", To: model.Digest(e)},
		} {
			if got := lines(t, model.EquivalentOf(c, model.Place{Registry: "ghcr.io", Owner: "acme", API: "api.github.com", PathOwner: true})); got != "-\n-\n-" {
				t.Errorf("%+v gives\n%s", c, got)
			}
		}
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"": "''", "plain-1.2/x:y@z": "plain-1.2/x:y@z", "a b": "'a b'", "it's": `'it'\''s'`, "$x": "'$x'", "~": "'~'", "a=b": "'a=b'", "ü": "'ü'", "#": "'#'", "!": "'!'",
	} {
		if got := model.ShellWord(in); got != want {
			t.Errorf("%q is written %s, want %s", in, got, want)
		}
	}
}

func TestEquivalentsOfChanges(t *testing.T) {
	d := model.Digest(someDigest)
	ghcr := model.Place{Registry: "ghcr.io", Owner: "Acme", API: "api.github.com", PathOwner: true}
	person := ghcr
	person.User = true
	other := model.Place{Registry: "registry.example.com"}
	for name, c := range map[string]struct {
		of   model.Change
		at   model.Place
		want string
	}{
		"move":             {model.Change{Kind: model.MoveTag, Package: "app", Tag: "prod", To: d}, ghcr, "crane tag ghcr.io/acme/app@" + someDigest + " prod\noras tag ghcr.io/acme/app@" + someDigest + " prod\n-"},
		"create":           {model.Change{Kind: model.CreateTag, Package: "app", Tag: "v2", To: d}, other, "crane tag registry.example.com/app@" + someDigest + " v2\noras tag registry.example.com/app@" + someDigest + " v2\n-"},
		"delete":           {model.Change{Kind: model.DeleteVersion, Package: "app/worker", VersionID: 42, From: d}, ghcr, "-\n-\ngh api --method DELETE /orgs/Acme/packages/container/app%2Fworker/versions/42"},
		"delete of person": {model.Change{Kind: model.DeleteVersion, Package: "app", VersionID: 42}, person, "-\n-\ngh api --method DELETE /users/Acme/packages/container/app/versions/42"},
		"delete elsewhere": {model.Change{Kind: model.DeleteVersion, Package: "app", From: d}, other, "crane delete registry.example.com/app@" + someDigest + "\noras manifest delete --force registry.example.com/app@" + someDigest + "\n-"},
		"delete unknown":   {model.Change{Kind: model.DeleteVersion, Package: "app"}, ghcr, "-\n-\n-"},
		"restore":          {model.Change{Kind: model.RestoreVersion, Package: "app", VersionID: 42}, ghcr, "-\n-\ngh api --method POST /orgs/Acme/packages/container/app/versions/42/restore"},
		"restore none":     {model.Change{Kind: model.RestoreVersion, Package: "app", From: d}, other, "-\n-\n-"},
		"remove":           {model.Change{Kind: model.RemoveTag, Package: "app", Tag: "old", From: d}, ghcr, "-\n-\n-"},
		"remove elsewhere": {model.Change{Kind: model.RemoveTag, Package: "app", Tag: "old", From: d}, other, "crane delete registry.example.com/app:old\n-\n-"},
		"put":              {model.Change{Kind: model.PutArtifact, Package: "meta", Tag: "prod", To: d}, ghcr, "-\noras manifest push ghcr.io/acme/meta:prod manifest.json\n-"},
		"nothing":          {model.Change{Kind: model.MoveTag, Package: "app", Tag: "prod"}, ghcr, "-\n-\n-"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lines(t, model.EquivalentOf(c.of, c.at)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
