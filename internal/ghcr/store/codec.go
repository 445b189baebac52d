package store

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// A snapshot's body is a form of its own, because the first frame waits for
// it, and JSON takes many times as long to read. It is
//
//	format byte, then a PackageInfo, the snapshot's own fields, the number of
//	versions, and each version
//
// with numbers as varints, text as length and bytes, a time as seconds and
// nanoseconds (or one zero byte where it is not set), and a digest as 32 raw
// bytes after its length.
const bodyFormat = 1

var errBody = errors.New("unreadable snapshot")

func encodePackage(p StoredPackage) []byte {
	w := writer{buf: make([]byte, 0, 128+96*len(p.Versions))}
	w.buf = append(w.buf, bodyFormat)
	w.text(string(p.Info.Visibility))
	w.text(string(p.Info.Anonymous))
	w.text(p.Info.Repository)
	w.number(int64(p.Info.VersionCount))
	w.time(p.Info.Updated)
	w.text(p.Info.URL)
	w.text(string(p.Origin))
	w.time(p.ReadAt)
	w.flag(p.Partial)
	w.number(int64(p.Total))
	w.number(int64(len(p.Versions)))
	for _, v := range p.Versions {
		w.number(v.ID)
		w.digest(v.Digest)
		w.time(v.Created)
		w.time(v.Updated)
		w.number(int64(len(v.Tags)))
		for _, t := range v.Tags {
			w.text(t)
		}
	}
	return w.buf
}

func decodePackage(body []byte) (StoredPackage, error) {
	if len(body) == 0 || body[0] != bodyFormat {
		return StoredPackage{}, errBody
	}
	// One copy of the whole body; every text is a part of it.
	r := reader{rest: string(body[1:])}
	var p StoredPackage
	p.Info.Visibility = model.Visibility(r.text())
	p.Info.Anonymous = model.Anonymous(r.text())
	p.Info.Repository = r.text()
	p.Info.VersionCount = int(r.number())
	p.Info.Updated = r.time()
	p.Info.URL = r.text()
	p.Origin = model.Origin(r.text())
	p.ReadAt = r.time()
	p.Partial = r.flag()
	p.Total = int(r.number())
	if n := r.count(); n > 0 {
		p.Versions = make([]model.Version, n)
	}
	for i := range p.Versions {
		p.Versions[i] = r.version()
	}
	if r.failed || r.rest != "" {
		return StoredPackage{}, errBody
	}
	return p, nil
}

type writer struct{ buf []byte }

func (w *writer) number(n int64) { w.buf = binary.AppendVarint(w.buf, n) }

func (w *writer) flag(b bool) {
	if b {
		w.buf = append(w.buf, 1)
		return
	}
	w.buf = append(w.buf, 0)
}

func (w *writer) text(s string) {
	w.number(int64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *writer) time(t time.Time) {
	if t.IsZero() {
		w.flag(false)
		return
	}
	w.flag(true)
	w.number(t.Unix())
	w.number(int64(t.Nanosecond()))
}

// digest writes 0 for none, 32 and the raw bytes for an ordinary one, and any
// other as length and text, so that nothing is ever lost.
func (w *writer) digest(d model.Digest) {
	raw, err := hex.DecodeString(d.Hex())
	if err != nil || len(raw) != 32 || model.Digest("sha256:"+hex.EncodeToString(raw)) != d {
		w.flag(false)
		w.text(string(d))
		return
	}
	w.flag(true)
	w.buf = append(w.buf, raw...)
}

// reader consumes a body. The first thing it cannot read makes it fail for
// good; what it returns from then on means nothing.
type reader struct {
	rest   string
	failed bool
}

func (r *reader) take(n int) string {
	if n < 0 || n > len(r.rest) {
		r.failed, r.rest = true, ""
		return ""
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}

func (r *reader) number() int64 {
	n, size := binary.Varint([]byte(r.rest[:min(len(r.rest), binary.MaxVarintLen64)]))
	if size <= 0 {
		r.failed, r.rest = true, ""
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// count is a number of things that follow. Each takes a byte at least, so a
// spoilt count cannot ask for more memory than the body has.
func (r *reader) count() int {
	n := r.number()
	if n < 0 || n > int64(len(r.rest)) {
		r.failed, r.rest = true, ""
		return 0
	}
	return int(n)
}

func (r *reader) flag() bool { return r.take(1) == "\x01" }

func (r *reader) text() string { return r.take(r.count()) }

func (r *reader) time() time.Time {
	if !r.flag() {
		return time.Time{}
	}
	sec := r.number()
	return time.Unix(sec, r.number()).UTC()
}

func (r *reader) digest() model.Digest {
	if !r.flag() {
		return model.Digest(r.text())
	}
	raw := r.take(32)
	if raw == "" {
		return ""
	}
	var b strings.Builder
	b.Grow(len("sha256:") + 64)
	b.WriteString("sha256:")
	const digits = "0123456789abcdef"
	for i := range len(raw) {
		b.WriteByte(digits[raw[i]>>4])
		b.WriteByte(digits[raw[i]&15])
	}
	return model.Digest(b.String())
}

func (r *reader) version() model.Version {
	var v model.Version
	v.ID = r.number()
	v.Digest = r.digest()
	v.Created = r.time()
	v.Updated = r.time()
	if n := r.count(); n > 0 {
		v.Tags = make([]string, n)
	}
	for i := range v.Tags {
		v.Tags[i] = r.text()
	}
	return v
}
