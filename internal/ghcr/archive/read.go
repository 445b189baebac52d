package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/novotnyllc/caitui/internal/model"
)

// Limits bound what one archive may take.
type Limits struct {
	Bytes   int64 // unpacked
	Entries int
	Text    int64 // longest file whose text is kept
	// Kept is how many bytes of text may be kept yet, shared by all archives of
	// a comparison; nil keeps none.
	Kept *atomic.Int64
}

// Listing is what an archive holds. It is never changed after reading.
type Listing struct {
	Entries []Entry
	Gone    []string // paths that lower layers may have and that are hidden
	Opaque  []string // directories of which nothing of lower layers is left
	// Refused counts entries whose names are none or leave the root, Odd are
	// the first of these names.
	Refused int
	Odd     []string
	// Single is set where the content is no archive but one file, compressed
	// or not: Entries holds it alone.
	Single bool
}

// maxOdd is how many refused names are kept.
const maxOdd = 5

// zstdWindow is the largest window that is granted: that of zstd --long.
const zstdWindow = 128 << 20

// ReadLayer reads a layer: a tar, or one compressed by gzip or zstd, told by
// content and not by media type. What is neither is ErrMalformed, what exceeds
// a limit ErrTooLarge. r is not read to its end.
func ReadLayer(ctx context.Context, r io.Reader, l Limits) (*Listing, error) {
	in, packed, err := unpack(r)
	if err != nil {
		return nil, err
	}
	defer in.close()
	rd := newReader(ctx, in, l)
	if !rd.isTar() {
		if packed != "" {
			return nil, rd.failed(malformed("what "+packed+" packed is no tar archive", nil))
		}
		return nil, rd.failed(malformed("the content is neither gzip, zstd nor a tar archive", nil))
	}
	if err := rd.tar(true); err != nil {
		return nil, err
	}
	return rd.out, nil
}

// ReadAny reads any content: an archive as its members, anything else as one
// file, unpacked where it is compressed.
func ReadAny(ctx context.Context, r io.Reader, l Limits) (*Listing, error) {
	in, _, err := unpack(r)
	if err != nil {
		return nil, err
	}
	defer in.close()
	rd := newReader(ctx, in, l)
	if rd.isTar() {
		if err := rd.tar(false); err != nil {
			return nil, err
		}
		return rd.out, nil
	}
	e := Entry{Kind: Content}
	if err := rd.content(&e, rd.in); err != nil {
		return nil, rd.failed(err)
	}
	rd.out.Single, rd.out.Entries = true, []Entry{e}
	return rd.out, nil
}

// unpacked is content after decompression.
type unpacked struct {
	io.Reader
	close func()
}

func unpack(r io.Reader) (in unpacked, packed string, err error) {
	buf := bufio.NewReaderSize(r, 64<<10)
	head, err := buf.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return unpacked{}, "", explain(err)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(buf)
		if err != nil {
			return unpacked{}, "", explain(err)
		}
		return unpacked{z, func() { _ = z.Close() }}, "gzip", nil
	case bytes.Equal(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(buf, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return unpacked{}, "", explain(err)
		}
		return unpacked{z, z.Close}, "zstd", nil
	}
	return unpacked{buf, func() {}}, "", nil
}

// reader reads one archive.
type reader struct {
	in     *bufio.Reader
	bound  *bounded
	files  *bounded // content of files: sparse ones hold more than is stored
	limits Limits
	out    *Listing
}

func newReader(ctx context.Context, in io.Reader, l Limits) *reader {
	b := &bounded{ctx: ctx, r: in, left: l.Bytes, limit: l.Bytes}
	return &reader{
		in: bufio.NewReaderSize(b, 32<<10), bound: b, limits: l, out: &Listing{},
		files: &bounded{ctx: ctx, left: l.Bytes, limit: l.Bytes},
	}
}

// bounded ends with an error after so many bytes, and when nobody waits any
// more: a small archive can unpack for hours.
type bounded struct {
	ctx   context.Context //nolint:containedctx // of this one reading
	r     io.Reader
	left  int64
	limit int64
	err   error
}

func (b *bounded) Read(p []byte) (int, error) {
	switch {
	case b.err != nil:
		return 0, b.err
	case b.ctx.Err() != nil:
		b.err = b.ctx.Err()
		return 0, b.err
	case int64(len(p)) > b.left+1:
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		err = tooMany(b.limit)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

func tooMany(limit int64) error {
	return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("the content unpacks to more than the %d bytes allowed for it", limit)}
}

// failed prefers what ended the reading of the bytes to what was made of it.
func (r *reader) failed(err error) error {
	if r.bound.err != nil {
		err = r.bound.err
	}
	return explain(err)
}

// explain says what is wrong with content. Errors that came with the bytes
// keep their words.
func explain(err error) error {
	var known *model.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return malformed("the content ends in the middle", nil)
	}
	return malformed("the content cannot be unpacked", err)
}

func malformed(message string, cause error) error {
	return &model.Error{Kind: model.ErrMalformed, Message: message, Cause: cause}
}

// block is the size of a tar header.
const block = 512

// isTar looks at the first header: its checksum fits, or it is the end of an
// empty archive (POSIX pax, "ustar Interchange Format").
func (r *reader) isTar() bool {
	head, err := r.in.Peek(block)
	if err != nil {
		return false
	}
	if bytes.Count(head, []byte{0}) == block {
		return true
	}
	want, err := strconv.ParseInt(strings.Trim(string(head[148:156]), " \x00"), 8, 32)
	if err != nil {
		return false
	}
	var sum int64 = 8 * ' ' // the field itself counts as blanks
	for i, c := range head {
		if i < 148 || i >= 156 {
			sum += int64(c)
		}
	}
	return sum == want
}

// tar reads all entries.
func (r *reader) tar(whiteouts bool) error {
	return r.each(func(tr *tar.Reader, h *tar.Header) error { return r.entry(tr, h, whiteouts) })
}

// each goes through the entries.
func (r *reader) each(f func(*tar.Reader, *tar.Header) error) error {
	tr := tar.NewReader(r.in)
	for n := 0; ; n++ {
		h, err := tr.Next()
		switch {
		case errors.Is(err, io.EOF):
			if r.bound.err != nil {
				return explain(r.bound.err)
			}
			return nil
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			return r.failed(err)
		case h.Typeflag == tar.TypeXGlobalHeader:
			continue
		case n >= r.limits.Entries:
			return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("the archive has more than the %d entries allowed for it", r.limits.Entries)}
		}
		if err := f(tr, h); err != nil {
			return r.failed(err)
		}
	}
}

func (r *reader) entry(tr *tar.Reader, h *tar.Header, whiteouts bool) error {
	name, ok := cleanName(h.Name)
	if !ok {
		return r.refuse(h.Name)
	}
	if dir, base := path.Split(name); whiteouts && strings.HasPrefix(base, whiteout) {
		return r.whiteout(strings.TrimSuffix(dir, "/"), base, h.Name)
	}
	e := entryOf(h, name)
	if name == "" && e.Kind != Directory {
		return r.refuse(h.Name)
	}
	if e.Kind == File {
		if err := r.content(&e, tr); err != nil {
			return err
		}
	}
	r.out.Entries = append(r.out.Entries, e)
	return nil
}

func (r *reader) refuse(name string) error {
	if r.out.Refused++; len(r.out.Odd) < maxOdd {
		r.out.Odd = append(r.out.Odd, strings.Clone(name[:min(len(name), maxName)]))
	}
	return nil
}

func (r *reader) whiteout(dir, base, name string) error {
	switch hidden := strings.TrimPrefix(base, whiteout); {
	case base == whiteoutOpaque:
		r.out.Opaque = append(r.out.Opaque, dir)
	case strings.HasPrefix(base, whiteoutAUFS):
	case hidden == "" || hidden == "." || hidden == "..":
		return r.refuse(name)
	default:
		r.out.Gone = append(r.out.Gone, path.Join(dir, hidden))
	}
	return nil
}

// content reads a file to its end: what it is by digest, and its text where
// that is worth keeping.
func (r *reader) content(e *Entry, from io.Reader) error {
	r.files.r = from
	from = r.files
	sum := sha256.New()
	var head bytes.Buffer
	n, err := io.Copy(io.MultiWriter(sum, &head), io.LimitReader(from, r.limits.Text+1))
	if err != nil {
		return err
	}
	if n > r.limits.Text {
		more, err := io.Copy(sum, from)
		if err != nil {
			return err
		}
		n += more
	}
	e.Size = n
	e.Digest = model.Digest("sha256:" + hex.EncodeToString(sum.Sum(nil)))
	if text := head.Bytes(); n <= r.limits.Text && isText(text) && r.mayKeep(n) {
		e.Text, e.IsText = string(text), true
	}
	return nil
}

func (r *reader) mayKeep(n int64) bool {
	return r.limits.Kept != nil && r.limits.Kept.Add(-n) >= 0
}

// isText holds for content that can be shown line by line.
func isText(b []byte) bool { return bytes.IndexByte(b, 0) < 0 && utf8.Valid(b) }
