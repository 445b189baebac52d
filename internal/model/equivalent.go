package model

import (
	"net/url"
	"strconv"
	"strings"
)

// Equivalent is how another program does the same. Where it has no command for
// that, None says why in words; Note says where a command does not do quite the
// same, or what it needs.
type Equivalent struct {
	Tool    string // crane, oras, gh api
	Command string // for a POSIX shell, in one line; "" where there is none
	None    string
	Note    string
}

// The programs that equivalents are given for, in their order.
const (
	ToolCrane = "crane"
	ToolOras  = "oras"
	ToolGH    = "gh api"
)

// The methods that registries and GitHub's API take; net/http is not for the
// model.
const (
	methodGet    = "GET"
	methodHead   = "HEAD"
	methodPut    = "PUT"
	methodPost   = "POST"
	methodDelete = "DELETE"
)

// githubAPI is the host that gh speaks to without being told.
const githubAPI = "api.github.com"

// EquivalentOfRequest gives crane's, oras' and gh's commands for a request, one of
// each, in this order. Nothing that was not a name by the grammar of registries
// gets into a command.
func EquivalentOfRequest(r Request) []Equivalent {
	switch r.To {
	case ToAPI:
		return restEquivalents(r)
	case ToRegistry:
		return append(registryEquivalents(r), Equivalent{Tool: ToolGH, None: "it speaks to GitHub's API alone, not to registries"})
	}
	return without("crane and oras follow the redirect to this host by themselves; its path may be a secret and is not kept")
}

// without is no command at all, for one reason.
func without(why string) []Equivalent {
	return []Equivalent{{Tool: ToolCrane, None: why}, {Tool: ToolOras, None: why}, {Tool: ToolGH, None: why}}
}

// restEquivalents are those of a request to GitHub's API.
func restEquivalents(r Request) []Equivalent {
	const alone = "it speaks to registries alone, not to GitHub's API"
	out := []Equivalent{{Tool: ToolCrane, None: alone}, {Tool: ToolOras, None: alone}}
	gh := Equivalent{Tool: ToolGH}
	if !fitForShell(r.Path + r.Query + r.Host) {
		gh.None = "its path is not one that a shell could be given"
		return append(out, gh)
	}
	gh.Command = ghCommand(r.Method, r.Host, r.Plain, withQuery(r.Path, r.Query))
	if r.Withheld {
		gh.Note = "the request had more parameters, which are not kept"
	}
	return append(out, gh)
}

// ghCommand is gh's command for a path of an API. Another API than GitHub's own
// is named whole.
func ghCommand(method, host string, plain bool, path string) string {
	words := []string{"gh", "api"}
	if method != methodGet {
		words = append(words, "--method", method)
	}
	if host != githubAPI {
		scheme := "https://"
		if plain {
			scheme = "http://"
		}
		path = scheme + host + path
	}
	return shellLine(append(words, path)...)
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// fitForShell refuses what a terminal or a shell might act on even in quotes.
func fitForShell(s string) bool { return Sanitize(s) == s && !strings.ContainsRune(s, '\uFFFD') }

// repository is a repository of a registry, for commands.
type repository struct {
	name  string // host and path
	plain bool
}

func (p repository) at(d Digest) string    { return p.name + "@" + string(d) }
func (p repository) tag(tag string) string { return p.name + ":" + tag }

// ref is a manifest by tag or digest, "" where it is named by neither.
func (p repository) ref(s string) string {
	if d, err := ParseDigest(s); err == nil {
		return p.at(d)
	}
	if ValidTag(s) == nil {
		return p.tag(s)
	}
	return ""
}

// crane is a command of crane. Plain http to another host than this very
// machine it has to be told.
func (p repository) crane(words ...string) Equivalent {
	head := []string{"crane"}
	if p.plain {
		head = append(head, "--insecure")
	}
	return Equivalent{Tool: ToolCrane, Command: shellLine(append(head, words...)...)}
}

// oras is a command of oras.
func (p repository) oras(words ...string) Equivalent {
	if p.plain {
		words = append(words, "--plain-http")
	}
	return Equivalent{Tool: ToolOras, Command: shellLine(append([]string{"oras"}, words...)...)}
}

func noCrane(why string) Equivalent { return Equivalent{Tool: ToolCrane, None: why} }
func noOras(why string) Equivalent  { return Equivalent{Tool: ToolOras, None: why} }

func (e Equivalent) noted(note string) Equivalent {
	e.Note = note
	return e
}

// registryEquivalents are crane's and oras' commands for a request to the
// registry (OCI distribution-spec, "Endpoints").
func registryEquivalents(r Request) []Equivalent {
	const unknown = "it is no request that the distribution-spec knows"
	rest, ok := strings.CutPrefix(r.Path, "/v2/")
	if !ok {
		return tokenEquivalents(r)
	}
	if rest == "" {
		const none = "it has no command that only asks whether a registry is there"
		return []Equivalent{noCrane(none), noOras(none)}
	}
	name, what, ref := splitPath(rest)
	p := repository{name: r.Host + "/" + name, plain: r.Plain}
	if what == "" || ValidPackage(name) != nil || !fitForShell(r.Host) {
		return []Equivalent{noCrane(unknown), noOras(unknown)}
	}
	switch what {
	case "manifests":
		if full := p.ref(ref); full != "" {
			return manifestEquivalents(r, p, ref, full)
		}
	case "blobs":
		if d, err := ParseDigest(ref); err == nil {
			return blobEquivalents(r, p, d)
		}
	case "uploads":
		const none = "it has no command for this alone: caitui opens an upload and cancels it to try the right to push"
		return []Equivalent{noCrane(none), noOras(none)}
	case "tags":
		return tagsEquivalents(r, p)
	case "referrers":
		if d, err := ParseDigest(ref); err == nil && r.Method == methodGet {
			return []Equivalent{noCrane("it has no command for referrers"), p.oras("discover", p.at(d))}
		}
	}
	return []Equivalent{noCrane(unknown), noOras(unknown)}
}

// splitPath takes apart NAME/manifests/REF and its likes. A name may hold these
// words itself, so the last one counts.
func splitPath(path string) (name, what, ref string) {
	if name, ok := strings.CutSuffix(path, "/tags/list"); ok {
		return name, "tags", ""
	}
	if i := strings.LastIndex(path, "/blobs/uploads/"); i >= 0 {
		return path[:i], "uploads", path[i+len("/blobs/uploads/"):]
	}
	for _, kind := range []string{"manifests", "blobs", "referrers"} {
		sep := "/" + kind + "/"
		if i := strings.LastIndex(path, sep); i >= 0 && !strings.Contains(path[i+len(sep):], "/") {
			ref, err := url.PathUnescape(path[i+len(sep):])
			if err != nil {
				return "", "", ""
			}
			return path[:i], kind, ref
		}
	}
	return "", "", ""
}

func manifestEquivalents(r Request, p repository, ref, full string) []Equivalent {
	switch r.Method {
	case methodGet:
		return []Equivalent{p.crane("manifest", full), p.oras("manifest", "fetch", full)}
	case methodHead:
		return []Equivalent{p.crane("digest", full), p.oras("resolve", full)}
	case methodDelete:
		return []Equivalent{p.crane("delete", full), p.oras("manifest", "delete", "--force", full)}
	case methodPut:
		if ValidTag(ref) == nil && r.Digest != "" {
			return tagEquivalents(p, r.Digest, ref)
		}
		return []Equivalent{
			noCrane("it pushes no manifest by itself"),
			p.oras("manifest", "push", full, "manifest.json").noted("manifest.json holds the bytes that were sent"),
		}
	}
	const none = "it has no command that sends this method"
	return []Equivalent{noCrane(none), noOras(none)}
}

// tagEquivalents point a tag to what is in the repository already.
func tagEquivalents(p repository, d Digest, tag string) []Equivalent {
	return []Equivalent{p.crane("tag", p.at(d), tag), p.oras("tag", p.at(d), tag)}
}

func blobEquivalents(r Request, p repository, d Digest) []Equivalent {
	switch r.Method {
	case methodGet:
		return []Equivalent{p.crane("blob", p.at(d)), p.oras("blob", "fetch", "--output", "-", p.at(d))}
	case methodHead:
		return []Equivalent{noCrane("it has no command that only asks for a blob's size"), p.oras("blob", "fetch", "--descriptor", p.at(d))}
	case methodDelete:
		return []Equivalent{noCrane("it deletes manifests alone"), p.oras("blob", "delete", "--force", p.at(d))}
	}
	const none = "it has no command that sends this method"
	return []Equivalent{noCrane(none), noOras(none)}
}

func tagsEquivalents(r Request, p repository) []Equivalent {
	query, err := url.ParseQuery(r.Query)
	if last := query.Get("last"); err == nil && last != "" {
		if ValidTag(last) != nil {
			const none = "the tag to go on from is not a tag"
			return []Equivalent{noCrane(none), noOras(none)}
		}
		return []Equivalent{p.crane("ls", p.name).noted("all tags, not only this page"), p.oras("repo", "tags", "--last", last, p.name).noted("all tags from there on")}
	}
	return []Equivalent{p.crane("ls", p.name), p.oras("repo", "tags", p.name)}
}

// tokenEquivalents are those of a request for a token: crane can show one, for
// one repository.
func tokenEquivalents(r Request) []Equivalent {
	oras := noOras("it asks for tokens by itself and shows none")
	query, err := url.ParseQuery(r.Query)
	scopes := query["scope"]
	if err != nil || len(scopes) == 0 || !fitForShell(r.Host) {
		return []Equivalent{noCrane("it has no command for this request"), oras}
	}
	if len(scopes) > 1 {
		return []Equivalent{noCrane("it asks for one repository at a time, this was for " + strconv.Itoa(len(scopes))), oras}
	}
	parts := strings.Split(scopes[0], ":")
	if len(parts) != 3 || parts[0] != "repository" || ValidPackage(parts[1]) != nil {
		return []Equivalent{noCrane("it has no command for this scope"), oras}
	}
	p := repository{name: r.Host + "/" + parts[1], plain: r.Plain}
	words := []string{"auth", "token", p.name}
	if strings.Contains(parts[2], "push") {
		words = []string{"auth", "token", "--push", p.name}
	}
	return []Equivalent{p.crane(words...).noted("it shows the token: keep it out of logs"), oras}
}
