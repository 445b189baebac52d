package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// headState is what HEAD says.
type headState struct {
	there bool // there and readable
	head  model.JournalHead
}

// readHead treats a HEAD that cannot be understood like none: who could
// spoil it could have removed it.
func readHead(path string) (headState, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return headState{}, nil
	}
	if err != nil {
		return headState{}, fmt.Errorf("reading the journal's HEAD: %w", err)
	}
	return parseHead(string(raw)), nil
}

// parseHead reads "SEQ HASH" and a line feed, or "0" for an empty journal.
func parseHead(s string) headState {
	line, ok := strings.CutSuffix(s, "\n")
	if !ok {
		return headState{}
	}
	if line == "0" {
		return headState{there: true}
	}
	number, hash, _ := strings.Cut(line, " ")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || seq < 1 {
		return headState{}
	}
	if _, err := model.ParseDigest(hash); err != nil {
		return headState{}
	}
	return headState{there: true, head: model.JournalHead{Seq: seq, Hash: hash}}
}

func formatHead(h model.JournalHead) string {
	if h.Seq == 0 {
		return "0\n"
	}
	return fmt.Sprintf("%d %s\n", h.Seq, h.Hash)
}

// ReplaceFile writes a file as a whole: after a crash there is the old
// content or the new one, and after it has returned the new one stays.
func ReplaceFile(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("creating a temporary file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("replacing %s: %w", filepath.Base(path), err)
	}
	return syncDir(dir)
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // a folder cannot be synced there, and need not be
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("syncing a folder: %w", err)
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("syncing a folder: %w", err)
	}
	return nil
}

// MakeDir makes a folder that only its owner can read, and its name durable.
func MakeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	return syncDir(filepath.Dir(dir))
}
