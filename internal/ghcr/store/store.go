package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Store is one open database. It is safe for concurrent use, and any number
// of processes may have the same file open.
type Store struct {
	path  string
	clock func() time.Time

	// mu is held for reading by every operation, for writing while a damaged
	// database is replaced and on Close.
	mu     sync.RWMutex
	db     *sql.DB
	memory bool
	notice string
	closed bool

	// writing keeps the writers of this process in a queue, for SQLite would
	// let them poll for the lock. A channel, because waiting must end with
	// the context.
	writing chan struct{}

	touchMu sync.Mutex
	touched map[string]struct{} // validators used since Open, by URL
}

// Open opens or creates the database at path, with its folder. clock is real
// time: it names a damaged file that is set aside, and tells which validators
// have not been used for long.
//
// The notice is a sentence for the person, "" where all is well. err is set
// only where not even a database in memory could be had.
func Open(path string, clock func() time.Time) (s *Store, notice string, err error) {
	o, err := openAt(path, clock)
	if err != nil {
		return nil, "", err
	}
	s = &Store{
		path: path, clock: clock, db: o.db, memory: o.memory, notice: o.notice,
		writing: make(chan struct{}, 1), touched: make(map[string]struct{}),
	}
	return s, o.notice, nil
}

// Notice is what Open said, or what has happened to the database since: one
// found damaged in the middle of the work is replaced without a stop.
func (s *Store) Notice() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.notice
}

// closeTimeout bounds the upkeep on Close: leaving must not wait for others.
const closeTimeout = 300 * time.Millisecond

// Close notes which validators were used, forgets those that nobody has used
// for long, and closes the database. Closing twice is fine.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	// Upkeep that did not happen is made up for by the next run.
	_ = s.upkeep(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("closing the local store: %w", err)
	}
	return nil
}

var errClosed = errors.New("the store is closed")

// read runs f, and once more on a rebuilt database where the present one turns
// out to be damaged. f must begin with empty results.
func (s *Store) read(ctx context.Context, doing string, f func(querier) error) error {
	return s.withDB(ctx, doing, func(db *sql.DB) error { return f(db) })
}

// write runs f in one transaction, with the same promise as read.
func (s *Store) write(ctx context.Context, doing string, f func(*sql.Tx) error) error {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	}
	return s.withDB(ctx, doing, func(db *sql.DB) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // no effect once committed
		if err := f(tx); err != nil {
			return err
		}
		return tx.Commit()
	})
}

func (s *Store) withDB(ctx context.Context, doing string, f func(*sql.DB) error) error {
	db, err := s.try(f)
	if damaged(err) {
		if err = s.heal(ctx, db); err == nil {
			_, err = s.try(f)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

func (s *Store) try(f func(*sql.DB) error) (*sql.DB, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errClosed
	}
	return s.db, f(s.db)
}

// heal replaces the database that was found damaged, unless another goroutine
// has done so already.
func (s *Store) heal(ctx context.Context, bad *sql.DB) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	if s.db != bad {
		return nil
	}
	_ = s.db.Close() // whatever it says, it is given up
	// Begun, it must end: there is no database in between.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lockTimeout+busyTimeout)
	defer cancel()
	var o opened
	var err error
	if s.memory {
		o, err = inMemory(ctx, s.path, errDamaged)
		o.notice = s.notice
	} else {
		o, err = replace(ctx, s.path, s.clock)
	}
	if err != nil {
		s.closed = true
		return err
	}
	s.db, s.memory = o.db, o.memory
	if o.notice != "" {
		s.notice = o.notice
	}
	return nil
}

// chunk is how many keys one statement asks for; SQLite's own limit on
// parameters is far above it.
const chunk = 500
