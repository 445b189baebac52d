package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// busyTimeout is how long a statement waits for another process's write.
	busyTimeout = 5 * time.Second
	// lockTimeout is how long opening waits while another process replaces a
	// damaged file.
	lockTimeout = 3 * time.Second
	lockRetry   = 2 * time.Millisecond
	// connections limits parallel readers; writers are serialised anyway.
	connections = 4
)

// opened is a database ready for use.
type opened struct {
	db     *sql.DB
	memory bool
	notice string // "" where all is well
}

// openAt opens the file at path, replaces it where it is damaged, and falls
// back to memory where it can or must not be used.
func openAt(path string, clock func() time.Time) (opened, error) {
	ctx, cancel := context.WithTimeout(context.Background(), lockTimeout+busyTimeout)
	defer cancel()
	var db *sql.DB
	open := func() (err error) { db, err = openFile(ctx, path); return err }
	err := locked(ctx, path, isNew(path), open)
	if code(err) == sqlite3.SQLITE_BUSY {
		// Some steps of opening do not wait for a lock (sqlite.org/wal.html,
		// "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
		err = locked(ctx, path, true, open)
	}
	switch {
	case err == nil:
		return opened{db: db}, nil
	case damaged(err):
		return replace(ctx, path, clock)
	default:
		return inMemory(ctx, path, err)
	}
}

// isNew reports whether the file has yet to be made a database. That is done
// by one process alone: SQLite does not wait for locks while it turns a file
// to WAL mode.
func isNew(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Size() == 0
}

// locked runs f under the lock that keeps opening, which shares it, and
// creating and setting aside, which do not, apart.
func locked(ctx context.Context, path string, exclusive bool, f func() error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making the store's folder: %w", err)
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	defer func() { _ = lock.Close() }()
	wait, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	take := lock.TryRLockContext
	if exclusive {
		take = lock.TryLockContext
	}
	if _, err := take(wait, lockRetry); err != nil {
		return fmt.Errorf("locking the store: %w", err)
	}
	return f()
}

// replace sets a damaged file aside and starts an empty one, unless another
// process has done so meanwhile.
func replace(ctx context.Context, path string, clock func() time.Time) (opened, error) {
	var out opened
	err := locked(ctx, path, true, func() error {
		db, err := openFile(ctx, path)
		if err == nil {
			if err = quickCheck(ctx, db); err == nil {
				out.db = db
				return nil
			}
			_ = db.Close()
		}
		if !damaged(err) {
			return err
		}
		aside, err := setAside(path, clock())
		if err != nil {
			return err
		}
		out.notice = fmt.Sprintf("the local store was damaged and is being rebuilt; the old one is %s", aside)
		out.db, err = openFile(ctx, path)
		return err
	})
	if err != nil {
		return inMemory(ctx, path, err)
	}
	return out, nil
}

// inMemory does not heed the end of ctx: it is what is left when waiting for
// the file took too long.
func inMemory(ctx context.Context, path string, why error) (opened, error) {
	db, err := openDSN(context.WithoutCancel(ctx), "file:caitui?mode=memory&_txlock=immediate", 1)
	if err != nil {
		return opened{}, fmt.Errorf("opening a store in memory: %w", errors.Join(err, why))
	}
	return opened{db: db, memory: true, notice: fmt.Sprintf("the local store %s is not used, nothing is remembered after this run: %v", path, why)}, nil
}

func openFile(ctx context.Context, path string) (*sql.DB, error) {
	// SQLite would create the file with the umask's rights; its WAL and
	// shared-memory files take over those of the database.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the store's file: %w", err)
	}
	err = f.Chmod(0o600)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, fmt.Errorf("protecting the store's file: %w", err)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the store's file: %w", err)
	}
	// synchronous=NORMAL: a power cut may lose the last transactions, which
	// costs a few requests, but never the database (sqlite.org/wal.html).
	dsn := (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(absolute)}).String() + "?" + strings.Join([]string{
		"_txlock=immediate",
		fmt.Sprintf("_busy_timeout=%d", busyTimeout.Milliseconds()),
		"_journal_mode=WAL",
		"_synchronous=NORMAL",
	}, "&")
	return openDSN(ctx, dsn, connections)
}

func openDSN(ctx context.Context, dsn string, limit int) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("naming the store: %w", err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(limit)
	db.SetMaxIdleConns(limit) // opening a connection costs more than keeping it
	if err := migrate(ctx, db); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// quickCheck reads the whole database, which takes long where there is much:
// it is for a file that has given cause for doubt.
func quickCheck(ctx context.Context, db *sql.DB) error {
	var answer string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&answer); err != nil {
		return fmt.Errorf("checking the store: %w", err)
	}
	if answer != "ok" {
		return fmt.Errorf("checking the store: %w: %s", errDamaged, answer)
	}
	var found int
	row := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('"+strings.Join(tables, "','")+"')")
	if err := row.Scan(&found); err != nil {
		return fmt.Errorf("checking the store: %w", err)
	}
	if found != len(tables) {
		return fmt.Errorf("checking the store: %w: a table is missing", errDamaged)
	}
	return nil
}

var errDamaged = errors.New("the database is damaged")

// damaged reports whether err says that the file's content cannot be trusted,
// as opposed to not being reachable now.
func damaged(err error) bool {
	if errors.Is(err, errDamaged) {
		return true
	}
	switch code(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	case sqlite3.SQLITE_ERROR:
		// A table of ours is gone, or an in-memory database with its connection.
		return strings.Contains(err.Error(), "no such table")
	}
	return false
}

// code is SQLite's primary result code (sqlite.org/rescode.html), SQLITE_OK
// where err does not come from SQLite.
func code(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return sqlite3.SQLITE_OK
	}
	return e.Code() & 0xff // the other bytes tell more about it
}

// setAside renames the database and its side files and returns the new name.
// The side files go first: a log that stayed behind would be applied to the
// new database.
func setAside(path string, now time.Time) (string, error) {
	stamp := now.UTC().Format("20060102T150405Z")
	target := path + ".damaged-" + stamp
	for n := 2; ; n++ {
		if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
			break
		}
		target = fmt.Sprintf("%s.damaged-%s-%d", path, stamp, n)
	}
	for _, suffix := range []string{"-wal", "-shm", ""} {
		err := os.Rename(path+suffix, target+suffix)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("setting the damaged store aside: %w", err)
		}
	}
	return target, nil
}
