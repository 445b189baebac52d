package model

import (
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TitleForm says what a layer's title is as a place to write to. Wire words of
// the "pull" document.
type TitleForm string

// The forms of a title. Judged as on a Unix system, where the pipeline runs.
const (
	TitleNone     TitleForm = "none"     // there is no title, or nothing in it names a file
	TitleName     TitleForm = "name"     // the name of a file
	TitlePath     TitleForm = "path"     // a path below the directory
	TitleAbsolute TitleForm = "absolute" // a path from the root
	TitleOutside  TitleForm = "outside"  // a path that leads out of the directory by ".."
)

// FormOf tells what a title is.
func FormOf(title string) TitleForm {
	switch clean := path.Clean(title); {
	case title == "":
		return TitleNone
	case strings.HasPrefix(title, "/"):
		return TitleAbsolute
	case clean == ".." || strings.HasPrefix(clean, "../"):
		return TitleOutside
	case baseOf(title) == "":
		return TitleNone
	case strings.Contains(title, "/"):
		return TitlePath
	}
	return TitleName
}

// maxFileName bounds a name in bytes, well below the 255 of common file systems
// so that what is put before and into it still fits.
const maxFileName = 200

// FileName is the name that a layer with this title may be written by: the
// last element of the title, made a name on every common file system, that
// hides nothing, is no device and no option of a command. It is "" where the
// title names no file. What came from a registry never chooses a directory.
func FileName(title string) string {
	base := baseOf(title)
	var b strings.Builder
	for _, r := range base {
		if !plainInName(r) {
			r = '_'
		}
		b.WriteRune(r)
	}
	name := shorten(strings.TrimRight(b.String(), ". ")) // Windows drops these, so they would clash
	if strings.Trim(name, "_-~. ") == "" {
		return ""
	}
	if strings.IndexByte(".-~ ", name[0]) >= 0 {
		name = "_" + name[1:]
	}
	if deviceName(name) {
		name = "_" + name
	}
	return name
}

// baseOf is the last element of a title by the separators of either world;
// "." and ".." name no file.
func baseOf(title string) string {
	title = strings.TrimRight(title, `/\`)
	base := title[strings.LastIndexAny(title, `/\`)+1:]
	if len(base) > 1 && base[1] == ':' { // a drive
		base = base[2:]
	}
	if base == "." || base == ".." {
		return ""
	}
	return base
}

// plainInName holds for what means nothing to a file system, a shell or a
// terminal.
func plainInName(r rune) bool {
	if r == utf8.RuneError || unsafeRune(r) {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-+=@,%~ ()[]", r)
}

// deviceName holds for names that Windows gives to devices, with any extension
// (Microsoft, "Naming Files, Paths, and Namespaces").
func deviceName(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch stem = strings.TrimRight(stem, " "); stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN", "CONOUT":
		return true
	}
	for _, device := range []string{"COM", "LPT"} {
		if n, ok := strings.CutPrefix(stem, device); ok && len(n) == 1 && n[0] >= '0' && n[0] <= '9' {
			return true
		}
	}
	return false
}

// shorten cuts the middle out of a long name and keeps its extension.
func shorten(name string) string {
	if len(name) <= maxFileName {
		return name
	}
	stem, ext := splitName(name)
	if len(ext) > 20 {
		stem, ext = name, ""
	}
	stem = stem[:maxFileName-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return strings.TrimRight(stem, ". ") + ext
}

// splitName parts a name before its extension; of "x.tar.gz" that is ".tar.gz".
func splitName(name string) (stem, ext string) {
	ext = path.Ext(name)
	stem = strings.TrimSuffix(name, ext)
	if inner, ok := strings.CutSuffix(stem, ".tar"); ok {
		stem, ext = inner, ".tar"+ext
	}
	if stem == "" {
		return name, ""
	}
	return stem, ext
}

// Numbered is name with a number before its extension: "x-2.tar.gz".
func Numbered(name string, n int) string {
	stem, ext := splitName(name)
	return stem + "-" + strconv.Itoa(n) + ext
}
