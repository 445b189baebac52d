package scenario

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// file is one entry of a layer or an archive. A path that ends in a slash is a
// directory.
type file struct {
	path string
	mode int64
	body string
	link string // target, where it is a symbolic link
	uid  int
}

// layer is a gzipped tar with both of its names: the digest of what is stored
// and the diff ID of what is inside.
type layer struct {
	blob   []byte
	digest model.Digest
	diffID model.Digest
}

// newLayer writes files, with the directories above them, as BuildKit does:
// names without a leading slash, all times the moment of the build.
func newLayer(files []file, at time.Time) layer {
	raw := writeTar(withParents(files), at)
	blob := storeGzip(raw)
	return layer{blob: blob, digest: model.DigestOf(blob), diffID: model.DigestOf(raw)}
}

// withParents adds the directories that lie above the files, each once.
func withParents(files []file) []file {
	seen := map[string]bool{}
	var out []file
	for _, f := range files {
		parts := strings.Split(strings.TrimSuffix(f.path, "/"), "/")
		for i := 1; i < len(parts); i++ {
			dir := strings.Join(parts[:i], "/") + "/"
			if !seen[dir] && dir != "./" {
				seen[dir] = true
				out = append(out, file{path: dir, mode: 0o755})
			}
		}
		if strings.HasSuffix(f.path, "/") {
			if seen[f.path] {
				continue
			}
			seen[f.path] = true
		}
		out = append(out, f)
	}
	return out
}

// writeTar writes the entries in the given order. The paths are this package's
// own and short, so writing to memory cannot fail; if it did, a digest would
// be wrong, hence the panic.
func writeTar(files []file, at time.Time) []byte {
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, f := range files {
		h := &tar.Header{
			Name: f.path, Mode: f.mode, Size: int64(len(f.body)), Uid: f.uid, Gid: f.uid,
			ModTime: at.UTC().Truncate(time.Second), Typeflag: tar.TypeReg,
		}
		switch {
		case strings.HasSuffix(f.path, "/"):
			h.Typeflag, h.Size = tar.TypeDir, 0
		case f.link != "":
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, f.link, 0
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(h); err != nil {
			panic(fmt.Sprintf("scenario: writing %s: %v", f.path, err))
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte(f.body)); err != nil {
				panic(fmt.Sprintf("scenario: writing %s: %v", f.path, err))
			}
		}
	}
	if err := w.Close(); err != nil {
		panic(fmt.Sprintf("scenario: closing a tar: %v", err))
	}
	return buf.Bytes()
}

// Stored blocks of deflate hold at most this much (RFC 1951, 3.2.4).
const maxStored = 0xffff

// storeGzip wraps data as gzip (RFC 1952) made of stored blocks: any reader
// takes it, and no compressor's next release changes its bytes.
func storeGzip(data []byte) []byte {
	blocks := max(1, (len(data)+maxStored-1)/maxStored)
	out := make([]byte, 0, len(data)+5*blocks+18)
	out = append(out, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
	rest := data
	for {
		n := min(len(rest), maxStored)
		final := byte(0)
		if n == len(rest) {
			final = 1
		}
		out = append(out, final)
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		out = binary.LittleEndian.AppendUint16(out, ^uint16(n))
		out = append(out, rest[:n]...)
		rest = rest[n:]
		if final == 1 {
			break
		}
	}
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(data))
	return binary.LittleEndian.AppendUint32(out, uint32(len(data)))
}
