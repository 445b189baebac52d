package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// applicationID marks the file as caitui's ("cait"), so that somebody else's
// database under the same name is left alone (SQLite file format, section
// 1.3.14).
const applicationID = 0x63616974

// migrations lead from one user_version to the next. One that has been
// shipped never changes; a new one is added at the end.
var migrations = []string{
	`CREATE TABLE content (
	digest TEXT PRIMARY KEY,
	media_type TEXT NOT NULL,
	body BLOB NOT NULL
);
CREATE TABLE validator (
	url TEXT PRIMARY KEY,
	etag TEXT NOT NULL,
	last_modified TEXT NOT NULL,
	header TEXT NOT NULL,
	body BLOB NOT NULL,
	used INTEGER NOT NULL
);
CREATE TABLE snapshot (
	registry TEXT NOT NULL,
	owner TEXT NOT NULL,
	package TEXT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (registry, owner, package)
);
CREATE TABLE observation (
	id INTEGER PRIMARY KEY,
	registry TEXT NOT NULL,
	owner TEXT NOT NULL,
	package TEXT NOT NULL,
	tag TEXT NOT NULL,
	digest TEXT NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	source TEXT NOT NULL
);
CREATE INDEX observation_by_package ON observation (registry, owner, package);
CREATE TABLE upkeep (
	what TEXT PRIMARY KEY,
	at INTEGER NOT NULL
);`,
}

// tables are all that the migrations make.
var tables = []string{"content", "validator", "snapshot", "observation", "upkeep"}

// errNewer means that a newer caitui has written the file, errForeign that
// something else has. Neither is damage: the file is left as it is.
var (
	errNewer   = errors.New("written by a newer version of caitui")
	errForeign = errors.New("not a store of caitui")
)

// migrate brings the schema up to date. Two processes that start at once are
// kept apart by the write lock, under which the version is read again.
func migrate(ctx context.Context, db *sql.DB) error {
	current, err := schemaVersion(ctx, db)
	if err != nil || current == len(migrations) {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("locking the schema: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // no effect once committed
	if current, err = schemaVersion(ctx, tx); err != nil {
		return err
	}
	for ; current < len(migrations); current++ {
		if _, err := tx.ExecContext(ctx, migrations[current]); err != nil {
			return fmt.Errorf("migrating the schema to version %d: %w", current+1, err)
		}
	}
	// A pragma takes no parameters; both values are constants of this file.
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, current)); err != nil {
		return fmt.Errorf("writing the schema's version: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing the schema: %w", err)
	}
	return nil
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// schemaVersion returns 0 for an empty database.
func schemaVersion(ctx context.Context, q querier) (int, error) {
	var version, application, things int
	row := q.QueryRowContext(ctx, `SELECT
		(SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id),
		(SELECT count(*) FROM sqlite_schema)`)
	if err := row.Scan(&version, &application, &things); err != nil {
		return 0, fmt.Errorf("reading the schema's version: %w", err)
	}
	switch {
	case application == applicationID && version > len(migrations):
		return 0, errNewer
	case application == applicationID && version > 0:
		return version, nil
	case application == 0 && version == 0 && things == 0:
		return 0, nil
	default:
		return 0, errForeign
	}
}
