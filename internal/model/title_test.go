package model

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFileName(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, c := range []struct {
		title, name string
		form        TitleForm
	}{
		{"payload.tar.gz", "payload.tar.gz", TitleName},
		{"artifacts/publish/v1.3.0/payload.tar.gz", "payload.tar.gz", TitlePath},
		{"/home/runner/work/_temp/8a6a/attestation.jsonl", "attestation.jsonl", TitleAbsolute},
		{"/etc/passwd", "passwd", TitleAbsolute},
		{"../../x", "x", TitleOutside},
		{"a/../../x", "x", TitleOutside},
		{"a/../x", "x", TitlePath},
		{"a/b/", "b", TitlePath},
		{"", "", TitleNone},
		{".", "", TitleNone},
		{"..", "", TitleOutside},
		{"/", "", TitleAbsolute},
		{"./", "", TitleNone},
		{"a/..", "", TitleNone},
		{"   ", "", TitleName},
		{"...", "", TitleName},
		{`..\..\boot.ini`, "boot.ini", TitleName},
		{`C:\Windows\system32\x.dll`, "x.dll", TitleName},
		{"C:evil", "evil", TitleName},
		{"CON", "_CON", TitleName},
		{"con.txt", "_con.txt", TitleName},
		{"dir/lpt1.", "_lpt1", TitlePath},
		{"COM¹.log", "COM_.log", TitleName},
		{"console.log", "console.log", TitleName},
		{"COM10", "COM10", TitleName},
		{"file:stream", "file_stream", TitleName},
		{"trailing. . ", "trailing", TitleName},
		{".bash_login", "_bash_login", TitleName},
		{"-rf", "_rf", TitleName},
		{"~root", "_root", TitleName},
		{"\x1b]0;owned\x07", "_]0_owned_", TitleName},
		{"nul\x00byte", "nul_byte", TitleName},
		{"v1\u202e3v", "v1_3v", TitleName},
		{"\xff\xfe.json", "__.json", TitleName},
		{"$(reboot) `id`;x|y", "_(reboot) _id__x_y", TitleName},
		{"漢字.txt", "漢字.txt", TitleName},
		{long, strings.Repeat("x", 200), TitleName},
		{long + ".tar.gz", strings.Repeat("x", 193) + ".tar.gz", TitleName},
		{strings.Repeat("漢", 90) + ".txt", strings.Repeat("漢", 65) + ".txt", TitleName},
	} {
		if got := FileName(c.title); got != c.name {
			t.Errorf("%.40q is written as %q, want %q", c.title, got, c.name)
		}
		if got := FormOf(c.title); got != c.form {
			t.Errorf("%.40q is %s, want %s", c.title, got, c.form)
		}
	}
}

// FuzzFileName holds what every caller relies on: a name stays in its
// directory, on any system, and is settled.
func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"", "..", "/", "a/../b", `C:\x`, "con.", "\x00", "\xff/..", "-.-", ". .", "a:b", "~", strings.Repeat(" ", 200) + "0", strings.Repeat("é", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, title string) {
		name := FileName(title)
		if name == "" {
			return
		}
		switch {
		case strings.ContainsAny(name, "/\\:\x00") || name == "." || name == "..":
			t.Errorf("%q leads elsewhere", name)
		case len(name) > maxFileName+1 || !utf8.ValidString(name):
			t.Errorf("%q is too long or no text", name)
		case strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
			t.Errorf("%q hides, is an option or ends in what Windows drops", name)
		case deviceName(name):
			t.Errorf("%q is a device", name)
		case Sanitize(name) != name:
			t.Errorf("%q is not safe to show", name)
		case FileName(name) != name:
			t.Errorf("%q becomes %q when taken again", name, FileName(name))
		}
	})
}

func TestPulledFilesHaveNamesOfTheirOwn(t *testing.T) {
	layer := func(title, kind string) Descriptor {
		d := Descriptor{MediaType: kind, Digest: DigestOf([]byte(title + kind)), Size: 7}
		if title != "" {
			d.Annotations = map[string]string{AnnotationTitle: title}
		}
		return d
	}
	untitled := layer("", "application/vnd.cyclonedx+json")
	packed := layer("dir", "application/vnd.oci.image.layer.v1.tar+gzip")
	packed.Annotations[AnnotationUnpack] = "true"
	files := PulledFiles([]Descriptor{
		layer("/a/attestation.jsonl", MediaInToto), layer("/b/attestation.jsonl", MediaInToto), layer("Attestation.jsonl", MediaInToto),
		layer("x.tar.gz", "a"), layer("x.tar.gz", "b"), layer("attestation-2.jsonl", "c"), untitled, packed,
	})
	want := []string{"attestation.jsonl", "attestation-2.jsonl", "Attestation-3.jsonl", "x.tar.gz", "x-2.tar.gz",
		"attestation-2-2.jsonl", "sha256-" + untitled.Digest.Short() + ".json", "dir"}
	for i, f := range files {
		if f.Path != want[i] {
			t.Errorf("file %d is %s, want %s", i, f.Path, want[i])
		}
	}
	if f := files[0]; f.Form != TitleAbsolute || f.Title != "/a/attestation.jsonl" || f.Size != 7 || f.MediaType != MediaInToto {
		t.Errorf("the first file: %+v", f)
	}
	if !files[7].Unpack || files[0].Unpack || files[6].Form != TitleNone {
		t.Errorf("unpack or form: %+v", files[6:])
	}
}
