package rawview

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/tree"
)

// levels are how many levels of a document are unfolded at first: a manifest's
// layers with their titles.
const levels = 4

// maxLines bounds how many lines of a text, or documents in lines, are taken.
const maxLines = 20_000

// document is content as a tree: what it is, then what it says. It is pure and
// may take long.
func document(c model.RawContent) *tree.Doc {
	var b tree.Builder
	b.Open(kind(c), tree.Group, true)
	b.Leaf("digest", string(c.Digest), tree.Fact)
	if c.MediaType != "" {
		b.Leaf("media type", c.MediaType, tree.Fact)
	}
	b.Leaf("size", fmt.Sprintf("%s (%s bytes)", present.Size(int64(len(c.Body))), present.Count(len(c.Body))), tree.Fact)
	b.Close()
	body(&b, c.Body)
	return b.Doc()
}

func kind(c model.RawContent) string {
	if c.Manifest {
		return "manifest"
	}
	return "blob"
}

// body adds the content by what it turns out to be.
func body(b *tree.Builder, raw []byte) {
	lines := bytes.Split(bytes.TrimRight(raw, "\r\n"), []byte("\n"))
	switch trimmed := bytes.TrimSpace(raw); {
	case len(trimmed) == 0:
		b.Remark("it is empty")
	case len(lines) > 1 && allJSON(lines):
		b.Open("documents", tree.Group, true)
		for i, line := range lines[:min(len(lines), maxLines)] {
			b.JSON(strconv.Itoa(i+1), line, 1)
		}
		b.Close()
		remarkRest(b, len(lines))
	case trimmed[0] == '{' || trimmed[0] == '[' || json.Valid(trimmed):
		b.JSON("content", raw, levels)
	case utf8.Valid(raw) && !bytes.ContainsRune(raw, 0):
		b.Open("text", tree.Group, true)
		for i, line := range lines[:min(len(lines), maxLines)] {
			b.Leaf(strconv.Itoa(i+1), string(line), tree.Fact)
		}
		b.Close()
		remarkRest(b, len(lines))
	default:
		b.Remark("not text: " + packed(raw) + ", which is not shown")
	}
}

// allJSON reports whether each line is a document of its own (JSON Lines).
func allJSON(lines [][]byte) bool {
	for _, l := range lines[:min(len(lines), maxLines)] {
		if !json.Valid(l) {
			return false
		}
	}
	return true
}

func remarkRest(b *tree.Builder, n int) {
	if n > maxLines {
		b.Remark(present.Count(n-maxLines) + " more lines are not shown")
	}
}

// packed names the usual forms of layers by their first bytes (RFC 1952 section
// 2.3.1, RFC 8878 section 3.1.1, POSIX ustar).
func packed(raw []byte) string {
	switch {
	case bytes.HasPrefix(raw, []byte{0x1f, 0x8b}):
		return "compressed with gzip"
	case bytes.HasPrefix(raw, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "compressed with zstd"
	case len(raw) > 262 && bytes.Equal(raw[257:262], []byte("ustar")):
		return "a tar archive"
	}
	return "binary content"
}
