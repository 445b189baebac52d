package evidence

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Write writes a directory of evidence. The directory must not be there, or be
// empty: nothing is replaced, and nothing else may lie between the files. It is
// there whole or not at all.
func Write(dir string, files []model.EvidenceFile) error {
	if err := Free(dir); err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("making %s: %w", parent, err)
	}
	making, err := os.MkdirTemp(parent, "."+filepath.Base(dir)+"-*")
	if err != nil {
		return fmt.Errorf("making a directory for the evidence: %w", err)
	}
	defer func() { _ = os.RemoveAll(making) }() // nothing is there any more once it has its name
	for _, f := range files {
		if err := writeFile(making, f); err != nil {
			return err
		}
	}
	if err := os.Chmod(making, 0o755); err != nil {
		return fmt.Errorf("finishing the evidence: %w", err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("finishing the evidence: %w", err)
	}
	if err := os.Rename(making, dir); err != nil {
		return fmt.Errorf("finishing the evidence: %w", err)
	}
	return nil
}

// Free refuses a directory that Write would refuse, for those who have work to
// do before. The error is an ErrInvalid.
func Free(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &model.Error{Kind: model.ErrInvalid, Message: dir + " cannot be written to", Cause: err, Cure: "name a new directory"}
	case len(entries) > 0:
		return model.Invalid(fmt.Sprintf("%s is not empty", dir), "name a new directory: evidence is never written over anything")
	}
	return nil
}

func writeFile(dir string, f model.EvidenceFile) error {
	if !fs.ValidPath(f.Path) {
		return fmt.Errorf("%q is no path below a directory", model.Sanitize(f.Path))
	}
	name := filepath.Join(dir, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("making room for %s: %w", f.Path, err)
	}
	if err := os.WriteFile(name, f.Content, mode(f.Path)); err != nil {
		return fmt.Errorf("writing %s: %w", f.Path, err)
	}
	return nil
}

func mode(name string) fs.FileMode {
	if path.Base(name) == scriptName {
		return 0o755
	}
	return 0o644
}

// Archive writes the files as one gzipped tar with everything under a folder of
// the given name. The same files always give the same bytes: times and owners
// are left out.
func Archive(w io.Writer, folder string, files []model.EvidenceFile) error {
	zip := gzip.NewWriter(w)
	out := tar.NewWriter(zip)
	for _, f := range files {
		head := &tar.Header{Typeflag: tar.TypeReg, Name: path.Join(folder, f.Path), Size: int64(len(f.Content)), Mode: int64(mode(f.Path)),
			ModTime: time.Unix(0, 0), Format: tar.FormatPAX}
		if err := out.WriteHeader(head); err != nil {
			return fmt.Errorf("writing the archive: %w", err)
		}
		if _, err := out.Write(f.Content); err != nil {
			return fmt.Errorf("writing the archive: %w", err)
		}
	}
	return errors.Join(out.Close(), zip.Close())
}
