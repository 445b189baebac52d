package ghcr

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"github.com/novotnyllc/caitui/internal/model"
)

// landing is a directory that files are brought into. Everything is first
// written beside its place under a temporary name and then put there, never
// over something else. All paths are below the directory, with slashes; no
// symbolic link in it is followed.
type landing struct {
	dir  string
	root *os.Root
	made []string // directories made for it, outermost first

	mu     sync.Mutex
	temps  map[string]string // where a file will be → where it is
	placed []string          // files in their place
	dirs   []string          // directories made below, outermost first
}

// openLanding makes the directory where it is not there.
func openLanding(dir string) (*landing, error) {
	l := &landing{dir: dir, temps: make(map[string]string)}
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); !errors.Is(err, fs.ErrNotExist) || d == filepath.Dir(d) {
			break
		}
		l.made = append([]string{d}, l.made...)
	}
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		l.root, err = os.OpenRoot(dir)
	}
	if err != nil {
		l.abandon()
		return nil, &model.Error{Kind: model.ErrInvalid, Message: "nothing can be saved in " + model.Sanitize(dir), Cause: err,
			Cure: "name a directory that this user may write"}
	}
	return l, nil
}

// holds reports whether the file is there already with this content. Something
// else in its place is an error.
func (l *landing) holds(ctx context.Context, name string, d model.Digest, size int64) (bool, error) {
	if err := l.ownDirs(path.Dir(name)); err != nil {
		return false, err
	}
	info, err := l.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, l.trouble(name, err)
	}
	if !info.Mode().IsRegular() || info.Size() != size {
		return false, l.occupied(name)
	}
	f, err := l.root.Open(name)
	if err != nil {
		return false, l.trouble(name, err)
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, patient{ctx, f}); err != nil {
		return false, l.trouble(name, err)
	}
	if "sha256:"+hex.EncodeToString(sum.Sum(nil)) != string(d) {
		return false, l.occupied(name)
	}
	return true, nil
}

// ownDirs refuses a directory that is not a real one: a link could lead
// anywhere.
func (l *landing) ownDirs(dir string) error {
	if dir == "." {
		return nil
	}
	if err := l.ownDirs(path.Dir(dir)); err != nil {
		return err
	}
	info, err := l.root.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return l.trouble(dir, err)
	}
	if !info.IsDir() {
		return l.occupied(dir)
	}
	return nil
}

// stage opens a temporary file for what place will put at name. It may be
// called by several goroutines.
func (l *landing) stage(name string) (*os.File, error) {
	for {
		temp := fmt.Sprintf(".caitui-%016x.part", rand.Uint64())
		f, err := l.root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, l.trouble(name, err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.temps[name] = temp
		return f, nil
	}
}

// place puts a staged file where it belongs, unless something came there
// meanwhile.
func (l *landing) place(name string) error {
	if err := l.makeDirs(path.Dir(name)); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	temp := l.temps[name]
	err := l.root.Link(temp, name) // refuses what is there, where renaming would replace it
	if errors.Is(err, fs.ErrExist) {
		return l.occupied(name)
	}
	if err == nil {
		l.placed = append(l.placed, name)
		return l.root.Remove(temp)
	}
	if _, statErr := l.root.Lstat(name); !errors.Is(statErr, fs.ErrNotExist) {
		return l.occupied(name)
	}
	if err := l.root.Rename(temp, name); err != nil { // a file system without hard links
		return l.trouble(name, err)
	}
	l.placed = append(l.placed, name)
	delete(l.temps, name)
	return nil
}

func (l *landing) makeDirs(dir string) error {
	if dir == "." {
		return nil
	}
	if err := l.makeDirs(path.Dir(dir)); err != nil {
		return err
	}
	err := l.root.Mkdir(dir, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return l.ownDirs(dir)
	}
	if err != nil {
		return l.trouble(dir, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dirs = append(l.dirs, dir)
	return nil
}

// abandon removes whatever this landing wrote and made. What cannot be removed
// stays: there is nobody to do more about it.
func (l *landing) abandon() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.root != nil {
		for _, temp := range l.temps {
			_ = l.root.Remove(temp)
		}
		for _, name := range l.placed {
			_ = l.root.Remove(name)
		}
		for _, dir := range slices.Backward(l.dirs) {
			_ = l.root.Remove(dir) // where others wrote meanwhile it stays
		}
		_ = l.root.Close() // an open directory cannot be removed everywhere
	}
	for _, dir := range slices.Backward(l.made) {
		_ = os.Remove(dir)
	}
}

func (l *landing) close() { _ = l.root.Close() }

func (l *landing) occupied(name string) error {
	return &model.Error{Kind: model.ErrInvalid, Message: fmt.Sprintf("%s is there already in %s and is something else", name, model.Sanitize(l.dir)),
		Cure: "choose another directory, best one for each package, or move it away: caitui replaces no file"}
}

func (l *landing) trouble(name string, err error) error {
	return fmt.Errorf("saving %s in %s: %w", name, model.Sanitize(l.dir), err)
}

// patient reads no longer than its context lasts.
type patient struct {
	ctx context.Context // of the one call that reads
	io.Reader
}

func (e patient) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.Reader.Read(p)
}
