package evidence

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of a directory that is read.
const (
	maxFile  = 64 << 20  // bytes of one file
	maxTotal = 512 << 20 // bytes of all
	maxFiles = 20_000
)

// sums are the hashes of files as sha256sum(1) writes and reads them.
func sums(files []model.EvidenceFile) []byte {
	var b bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", model.DigestOf(f.Content).Hex(), f.Path)
	}
	return b.Bytes()
}

// parseSums reads the hashes by path.
func parseSums(raw []byte) (map[string]model.Digest, error) {
	out := make(map[string]model.Digest)
	for i, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
		hash, name, ok := strings.Cut(line, "  ")
		d, err := model.ParseDigest("sha256:" + hash)
		switch {
		case !ok || err != nil || !fs.ValidPath(name):
			return nil, malformed(fmt.Sprintf("line %d of %s is not a hash and a path", i+1, sumsName), err)
		case out[name] != "":
			return nil, malformed(fmt.Sprintf("%s lists %s twice", sumsName, model.Sanitize(name)), nil)
		}
		out[name] = d
	}
	return out, nil
}

func malformed(message string, cause error) error {
	return &model.Error{Kind: model.ErrInvalid, Message: message, Cause: cause, Cure: "this is not a directory of evidence as caitui evidence writes it, or it was altered"}
}

// directory is what was read, by path.
type directory map[string][]byte

// load reads a whole directory and compares it with its hashes. Content that
// differs, is missing or was added is a finding; what cannot be read at all, an
// error. Links are not followed out of the directory: fs.FS does not name them.
func load(fsys fs.FS) (directory, []model.EvidenceFinding, error) {
	d := make(directory)
	total := int64(0)
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		case !entry.Type().IsRegular():
			return malformed(fmt.Sprintf("%s is not an ordinary file", model.Sanitize(name)), nil)
		case len(d) == maxFiles:
			return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("there are more than %d files", maxFiles)}
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if total += info.Size(); info.Size() > maxFile || total > maxTotal {
			return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("%s makes it larger than evidence may be (%d MiB a file, %d in all)", model.Sanitize(name), maxFile>>20, maxTotal>>20)}
		}
		d[name], err = fs.ReadFile(fsys, name)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("reading the evidence: %w", err)
	}
	if d[sumsName] == nil || d[setName] == nil {
		return nil, nil, malformed(fmt.Sprintf("there is no %s or no %s", sumsName, setName), nil)
	}
	want, err := parseSums(d[sumsName])
	if err != nil {
		return nil, nil, err
	}
	return d, d.compare(want), nil
}

func (d directory) compare(want map[string]model.Digest) []model.EvidenceFinding {
	var out []model.EvidenceFinding
	for name, hash := range want {
		switch content, there := d[name]; {
		case !there:
			out = append(out, model.EvidenceFinding{Path: name, Message: "it is missing"})
		case model.DigestOf(content) != hash:
			out = append(out, model.EvidenceFinding{Path: name, Message: "it is not what " + sumsName + " says: it was altered"})
		}
	}
	for name := range d {
		if _, listed := want[name]; !listed && name != sumsName {
			out = append(out, model.EvidenceFinding{Path: name, Message: "it is not listed in " + sumsName + ": it was added"})
		}
	}
	slices.SortFunc(out, func(a, b model.EvidenceFinding) int { return strings.Compare(a.Path, b.Path) })
	return out
}
