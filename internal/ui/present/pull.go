package present

import (
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// PullTable is the files of a pull.
func PullTable(p model.Pulled) Table {
	t := Table{Columns: []Column{{Title: "file"}, {Title: "size", Right: true}, {Title: "media type"}, {Title: "digest"}, {Title: "state"}},
		Empty: "Nothing to save: it has no layers."}
	for _, f := range p.Files {
		state := Cell{Mark: MarkOK, Text: "saved", Tone: Good}
		if f.Kept {
			state = muted("there already, the same")
		}
		t.Rows = append(t.Rows, []Cell{text(f.Path), {Text: Size(f.Size)}, text(f.MediaType), {Text: Short(f.Digest)}, state})
	}
	return t
}

// PullSentences says what was saved and where that differs from what the
// titles of the layers ask for, with what a plain `oras pull` makes of them.
func PullSentences(p model.Pulled) []string {
	out := []string{pullSummary(p)}
	if p.Layout {
		for _, d := range p.Foreign {
			out = append(out, fmt.Sprintf("layer %s is not in the layout: by its media type it is kept elsewhere than in the registry", Short(d.Digest)))
		}
		if p.Dir == "" {
			return out // not saved yet
		}
		return append(out, "other tools read it as it is: oras manifest fetch --oci-layout "+model.ShellWord(model.Sanitize(p.Dir)+"@"+string(p.Digest)))
	}
	for _, f := range p.Files {
		if s := titleSentence(f); s != "" {
			out = append(out, s)
		}
	}
	if len(p.Files) > 0 {
		out = append(out, plainOras(p.Files))
	}
	return out
}

func pullSummary(p model.Pulled) string {
	what := fmt.Sprintf("%s@%s", model.Sanitize(p.Package), Short(p.Digest))
	dir := model.Sanitize(p.Dir)
	switch kept := p.Kept(); {
	case len(p.Files) == 0:
		return what + " has no layers: nothing was saved"
	case kept == len(p.Files):
		return fmt.Sprintf("%s of %s in %s, all there already with the same content", Many(len(p.Files), "file"), what, dir)
	case p.Layout:
		return fmt.Sprintf("%s saved in %s as an OCI image layout: %s, %s%s", what, dir, Many(len(p.Files), "file"), Size(p.Bytes()), keptWords(kept))
	default:
		return fmt.Sprintf("%s saved in %s: %s, %s%s", what, dir, Many(len(p.Files), "file"), Size(p.Bytes()), keptWords(kept))
	}
}

func keptWords(kept int) string {
	if kept == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d of them there already with the same content)", kept)
}

// longestTitle bounds how many cells of a title a sentence repeats.
const longestTitle = 120

// titleSentence says why a file does not have the name that its title asks
// for; "" where it has.
func titleSentence(f model.PulledFile) string {
	title := clipTitle(f.Title)
	var why string
	switch {
	case f.Form == model.TitleNone && f.Title == "":
		return fmt.Sprintf("layer %s has no title; written as %s; plain oras pull leaves it out", Short(f.Digest), f.Path)
	case f.Form == model.TitleNone:
		return fmt.Sprintf("title %s names no file; written as %s", title, f.Path)
	case f.Form == model.TitleAbsolute:
		why = fmt.Sprintf("title %s is absolute; written as %s; plain oras pull would have refused: path traversal disallowed", title, f.Path)
	case f.Form == model.TitleOutside:
		why = fmt.Sprintf("title %s leads out of the directory; written as %s; plain oras pull would have refused: path traversal disallowed", title, f.Path)
	case f.Form == model.TitlePath:
		why = fmt.Sprintf("title %s is a path; written as %s; plain oras pull makes its directories", title, f.Path)
	case f.Path != f.Title && f.Path == model.FileName(f.Title):
		why = fmt.Sprintf("title %s is no name for every file system; written as %s", title, f.Path)
	case f.Path != f.Title:
		why = fmt.Sprintf("title %s clashes with another one; written as %s", title, f.Path)
	}
	if f.Unpack {
		if why == "" {
			why = "title " + title
		}
		why += "; not unpacked, although the layer asks for it and plain oras pull does it"
	}
	return why
}

func clipTitle(title string) string {
	title = model.Sanitize(title)
	if r := []rune(title); len(r) > longestTitle {
		return string(r[:longestTitle]) + string(MarkEllipsis)
	}
	return title
}

// plainOras is what `oras pull` without further flags (oras 1.3) makes of the
// whole artifact: one title that it refuses ends it with nothing written.
func plainOras(files []model.PulledFile) string {
	refused, dirs, untitled := 0, 0, 0
	titles := make(map[string]model.Digest, len(files))
	for _, f := range files {
		switch f.Form {
		case model.TitleAbsolute, model.TitleOutside:
			refused++
		case model.TitlePath:
			dirs++
		case model.TitleNone:
			untitled++
		}
		if other, ok := titles[f.Title]; ok && f.Title != "" && other != f.Digest {
			return fmt.Sprintf("plain oras pull fails here: %s: \"duplicate name\"", clipTitle(f.Title))
		}
		titles[f.Title] = f.Digest
	}
	var but []string
	switch {
	case refused > 0:
		return fmt.Sprintf("plain oras pull fails here for %s: \"path traversal disallowed\"", Many(refused, "title"))
	case dirs > 0:
		but = append(but, fmt.Sprintf("makes directories for %s", Many(dirs, "title")))
	}
	if untitled > 0 {
		but = append(but, fmt.Sprintf("leaves out %s without a title", Many(untitled, "layer")))
	}
	if len(but) > 0 {
		return "plain oras pull works here, but " + strings.Join(but, " and ")
	}
	return "plain oras pull works here too"
}

// longestList bounds how many files a dialog lists: an image may consist of
// thousands.
const longestList = 200

// PullPreview says before a pull what it would write, file by file, and where
// that differs from what the titles of the layers ask for.
func PullPreview(p model.Pulled) []Line {
	what := fmt.Sprintf("%s@%s", model.Sanitize(p.Package), Short(p.Digest))
	if len(p.Files) == 0 {
		return []Line{{Mark: MarkWarn, Text: what + " has no layers: there is nothing to save", Tone: Warn}}
	}
	head := fmt.Sprintf("%s: %s, %s", what, Many(len(p.Files), "file"), Size(p.Bytes()))
	if p.Layout {
		head += ", as an OCI image layout"
	}
	return append(append([]Line{{Text: head, Tone: Strong}}, pullFiles(p, false)...), pullRemarks(p)...)
}

// PullReport says after a pull what was written, file by file.
func PullReport(p model.Pulled) []Line {
	out := []Line{{Mark: MarkOK, Text: pullSummary(p), Tone: Good}}
	out = append(out, pullFiles(p, true)...)
	return append(out, pullRemarks(p)...)
}

// pullFiles lists the files; after the pull by their paths, with the digest
// that they were compared with.
func pullFiles(p model.Pulled, done bool) []Line {
	var out []Line
	for _, f := range p.Files[:min(len(p.Files), longestList)] {
		name, size := model.Sanitize(f.Path), Size(f.Size)
		l := Line{Text: fmt.Sprintf("  %s  %s  %s", name, size, model.Sanitize(f.MediaType))}
		if done {
			l.Text = fmt.Sprintf("  %s/%s  %s  %s checked", model.Sanitize(p.Dir), name, size, Short(f.Digest))
			if f.Kept {
				l.Text += ", was there already"
			}
		}
		out = append(out, l)
	}
	if more := len(p.Files) - longestList; more > 0 {
		out = append(out, muted(fmt.Sprintf("  and %s more", Many(more, "file"))))
	}
	return out
}

// pullRemarks is what PullSentences says besides the summary.
func pullRemarks(p model.Pulled) []Line {
	var out []Line
	for _, s := range PullSentences(p)[1:] {
		out = append(out, muted(s))
	}
	return out
}

// PullDir is the directory that a version goes to where nobody says another
// one: of its own, so that equal names in two packages do not meet.
func PullDir(s model.Survey, pkg string, d model.Digest) string {
	name := d.Short()
	if release, ok := s.ReleaseOf(pkg, d); ok && release.Version != "" {
		name = release.Version
	}
	return model.FileName(strings.ReplaceAll(pkg, "/", "-") + "-" + name)
}
