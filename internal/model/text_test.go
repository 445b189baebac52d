package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseDigest(t *testing.T) {
	good := "sha256:" + strings.Repeat("0a", 32)
	d, err := ParseDigest(good)
	if err != nil || d.Hex() != good[7:] || d.Short() != good[7:19] || d.FallbackTag() != "sha256-"+good[7:] {
		t.Errorf("%s: %v, %s, %s", good, err, d.Hex(), d.Short())
	}
	for _, bad := range []string{"", "sha256:", good[:70], good + "0", strings.ToUpper(good), good[7:], "sha512:" + good[7:], "sha256:" + strings.Repeat("g", 64), " " + good} {
		if d, err := ParseDigest(bad); err == nil || d != "" || !errors.Is(err, ErrInvalid) || CureOf(err) == "" {
			t.Errorf("%q: %q, %v", bad, d, err)
		}
	}
	if got := Digest("").Short() + Digest("").Hex(); got != "" {
		t.Errorf("the empty digest shows as %q", got)
	}
	const hello = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
	if got := DigestOf([]byte("hello")); got != hello {
		t.Errorf("digest of hello: %s", got)
	}
}

func TestParseReference(t *testing.T) {
	d := DigestOf([]byte("x"))
	for text, want := range map[string]Reference{
		"containai":                             {Package: "containai"},
		"containai:prod":                        {Package: "containai", Tag: "prod"},
		"a/b/c-d__e:V1.0_x":                     {Package: "a/b/c-d__e", Tag: "V1.0_x"},
		"containai@" + string(d):                {Package: "containai", Digest: d},
		"containai:prod@" + string(d):           {Package: "containai", Digest: d},
		"a:" + strings.Repeat("x", 128):         {Package: "a", Tag: strings.Repeat("x", 128)},
		"containai:" + d.FallbackTag():          {Package: "containai", Tag: d.FallbackTag()},
		"containai:" + d.FallbackTag() + ".sig": {Package: "containai", Tag: d.FallbackTag() + ".sig"},
	} {
		got, err := ParseReference(text)
		if err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", ":", "@", "a:", "a@", "A", "a b", "-a", "a/", "/a", "a//b", "a:-x", "a:.x", "a:x:y", "a@sha256:1", "a:b@", "a\x1b[2J",
		"ä", "a:ä", "a:" + strings.Repeat("x", 129), strings.Repeat("a", 256), "a.-b", "a@" + string(d) + "@" + string(d)} {
		_, err := ParseReference(bad)
		if err == nil || !errors.Is(err, ErrInvalid) || CureOf(err) == "" {
			t.Errorf("%q: %v", bad, err)
			continue
		}
		if strings.ContainsRune(err.Error(), 0x1b) {
			t.Errorf("%q: the error is not safe to print: %q", bad, err)
		}
	}
}

func FuzzParseReference(f *testing.F) {
	for _, s := range []string{"containai", "containai:prod", "a/b@" + string(DigestOf(nil)), "a:b@c", "\x1b:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := ParseReference(s)
		if err != nil {
			if Sanitize(err.Error()) != err.Error() {
				t.Errorf("unsafe error %q", err)
			}
			return
		}
		if ref.Tag != "" && ref.Digest != "" {
			t.Errorf("%q has tag and digest", s)
		}
		again, err := ParseReference(ref.String())
		if err != nil || again != ref {
			t.Errorf("%q: %+v reads back as %+v, %v", s, ref, again, err)
		}
	})
}

func TestSanitize(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"plain ascii ~":           "plain ascii ~",
		"Grüße 日本 🚀":              "Grüße 日本 🚀",
		"a\x1b[31mred":            "a�[31mred",
		"a\u009b31m":              "a�31m",
		"bell\a":                  "bell�",
		"del\x7f":                 "del�",
		"two\nlines\tand\rmore":   "two lines and�more",
		"\u202egnp.exe":           "�gnp.exe",
		"zero\u200bwidth\u200d":   "zero�width�",
		"bom\ufeff":               "bom�",
		"bad\xff\xfeutf":          "bad��utf",
		"tag\U000e0041":           "tag�",
		"vs\ufe0f":                "vs�",
		"filler\u3164":            "filler�",
		"line\u2028sep":           "line�sep",
		"already \ufffd replaced": "already \ufffd replaced",
	} {
		if got := Sanitize(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	list := []string{"a\x1b", "b"}
	if d := cmp.Diff([]string{"a�", "b"}, SanitizeAll(list)); d != "" || list[0] != "a\x1b" {
		t.Errorf("list: %s (original %q)", d, list[0])
	}
	if SanitizeAll(nil) == nil {
		t.Error("no list becomes null")
	}
}

func FuzzSanitize(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[2J", "\u202e\u200b", "\xff", "a\nb", "\U000e0001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := Sanitize(s)
		if !utf8.ValidString(out) {
			t.Errorf("%q: invalid UTF-8 %q", s, out)
		}
		for _, r := range out {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Errorf("%q: %U is left", s, r)
			}
		}
		if again := Sanitize(out); again != out {
			t.Errorf("%q: %q becomes %q", s, out, again)
		}
	})
}

func TestTagInfo(t *testing.T) {
	layout := ContainAI()
	c, d := sha("3f9c82b"), DigestOf([]byte("x"))
	for _, want := range []TagInfo{
		{Name: "prod", Kind: TagMoving, Channel: "prod"},
		{Name: "latest", Kind: TagMoving},
		{Name: "main-a17c0de", Kind: TagMoving},
		{Name: "channels", Kind: TagMoving},
		{Name: "v1.2.3", Kind: TagImmutable, Version: "v1.2.3"},
		{Name: "v1.2.3-rc.1", Kind: TagImmutable, Version: "v1.2.3-rc.1"},
		{Name: "v1.2", Kind: TagMoving},
		{Name: "sha-" + c, Kind: TagImmutable, Commit: c},
		{Name: "sha-" + c + "-amd64", Kind: TagImmutable, Commit: c, Arch: "amd64"},
		{Name: "sha-" + c + "-arm64", Kind: TagImmutable, Commit: c, Arch: "arm64"},
		{Name: "sha-" + c + "-mips", Kind: TagMoving},
		{Name: "sha-3f9c82b", Kind: TagMoving},
		{Name: "dev-9d04e7a", Kind: TagImmutable, Commit: "9d04e7a", Channel: "dev"},
		{Name: "dev-9d04e7", Kind: TagMoving},
		{Name: d.FallbackTag(), Kind: TagPlumbing, Subject: d},
		{Name: d.FallbackTag() + ".sig", Kind: TagPlumbing, Subject: d},
		{Name: d.FallbackTag() + ".att", Kind: TagPlumbing, Subject: d},
		{Name: d.FallbackTag() + ".sbom", Kind: TagPlumbing, Subject: d},
		{Name: d.FallbackTag() + ".exe", Kind: TagMoving},
		{Name: d.FallbackTag()[:70], Kind: TagMoving},
		{Name: "", Kind: TagMoving},
	} {
		if diff := cmp.Diff(want, layout.Tag(want.Name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Name, diff)
		}
	}
	if got := (Layout{}).Tag("prod"); got.Kind != TagMoving || got.Channel != "" {
		t.Errorf("without rules: %+v", got)
	}
}

func TestLayout(t *testing.T) {
	l := ContainAI()
	if len(l.Packages) != 10 || len(l.Channels) != 3 {
		t.Fatalf("%d packages, %d channels", len(l.Packages), len(l.Channels))
	}
	if p := l.Package("containai-payload"); !p.FollowsMetadata || p.Kind != KindArtifact || !l.Knows(p.Name) {
		t.Errorf("payload: %+v", p)
	}
	if p := l.Package("other"); p.Kind != KindImage || p.Name != "other" || l.Knows("other") || p.Stage < 1 {
		t.Errorf("unlisted: %+v", p)
	}
	if d := cmp.Diff([]string{"prod", "latest"}, l.Package("containai-installer").TagsOf("prod")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"dev"}, l.Package("containai-installer").TagsOf("dev")); d != "" {
		t.Error(d)
	}
	if m, ok := l.Metadata(); !ok || m.Name != "containai-metadata" {
		t.Errorf("metadata: %+v", m)
	}
	for _, p := range l.Packages {
		if err := ValidPackage(p.Name); err != nil {
			t.Error(err)
		}
	}
}

func TestErrors(t *testing.T) {
	cause := errors.New("dial\x1b")
	err := fmt.Errorf("reading tags: %w", &Error{Kind: ErrUnreachable, Message: "ghcr.io did not answer", Cure: "try again", Cause: cause})
	if !errors.Is(err, ErrUnreachable) || !errors.Is(err, cause) || errors.Is(err, ErrInvalid) {
		t.Error("kind or cause is lost")
	}
	if got := err.Error(); got != "reading tags: ghcr.io did not answer: dial�" {
		t.Errorf("text %q", got)
	}
	if CureOf(err) != "try again" || CodeOf(err) != "unreachable" {
		t.Errorf("cure %q, code %q", CureOf(err), CodeOf(err))
	}
	outer := &Error{Kind: ErrBlocked, Message: "no", Cause: Invalid("bad", "inner cure")}
	if CureOf(outer) != "inner cure" || CodeOf(outer) != "blocked" {
		t.Errorf("cure %q, code %q", CureOf(outer), CodeOf(outer))
	}
	if CureOf(cause) != "" || CodeOf(cause) != "error" || CureOf(nil) != "" {
		t.Error("a plain error has a cure or a code")
	}
	if CureOf(errors.Join(cause, outer)) != "inner cure" {
		t.Error("a joined error loses its cure")
	}
}

func TestVersionsWithoutTimesAreOrderedAsPeopleWould(t *testing.T) {
	var list []Version
	for _, tags := range [][]string{{"main"}, {"v1.2.0"}, {"sha256-aa"}, {"latest", "v1.10.0"}, {"v1.9.0"}, {"v1.10.0-rc.1"}} {
		list = append(list, Version{Tags: tags})
	}
	slices.SortFunc(list, ContainAI().CompareTagged)
	var got []string
	for _, v := range list {
		got = append(got, v.Tags[len(v.Tags)-1])
	}
	if want := []string{"v1.10.0", "v1.10.0-rc.1", "v1.9.0", "v1.2.0", "main", "sha256-aa"}; !slices.Equal(got, want) {
		t.Errorf("ordered %v, want %v", got, want)
	}
}
