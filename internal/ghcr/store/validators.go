package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maps"
)

const (
	// keepUnused is how long a validator lives without being asked for. Pages
	// of a list that has become shorter would stay for ever otherwise.
	keepUnused = 90 * 24 * time.Hour
	// upkeepEvery bounds how often unused validators are looked for.
	upkeepEvery = 24 * time.Hour
)

// Validator returns what was kept for a URL, and whether there is anything.
func (s *Store) Validator(ctx context.Context, url string) (Validator, bool, error) {
	var v Validator
	var found bool
	err := s.read(ctx, "reading a validator from the local store", func(q querier) error {
		v, found = Validator{}, false
		var header string
		err := q.QueryRowContext(ctx, "SELECT etag, last_modified, header, body FROM validator WHERE url = ?", url).
			Scan(&v.ETag, &v.LastModified, &header, &v.Body)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(header), &v.Header); err != nil {
			return nil //nolint:nilerr // a spoilt row is as good as none: the next answer replaces it
		}
		found = true
		return nil
	})
	if err != nil || !found {
		return Validator{}, false, err
	}
	s.touchMu.Lock()
	s.touched[url] = struct{}{}
	s.touchMu.Unlock()
	return v, true, nil
}

// PutValidator keeps the validators and the body of an answer, in place of
// what was kept for the URL before.
func (s *Store) PutValidator(ctx context.Context, url string, v Validator) error {
	header, err := json.Marshal(v.Header)
	if err != nil {
		return fmt.Errorf("encoding a validator's header: %w", err)
	}
	return s.write(ctx, "writing a validator to the local store", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO validator (url, etag, last_modified, header, body, used) VALUES (?, ?, ?, ?, ?, ?)`,
			url, v.ETag, v.LastModified, string(header), notNil(v.Body), s.clock().Unix())
		return err
	})
}

// upkeep notes the validators used since the last time and, once a day,
// forgets those not used for long. The notes are taken together because a
// write for each conditional request would cost more than the request saves.
func (s *Store) upkeep(ctx context.Context) error {
	s.touchMu.Lock()
	urls := slices.Sorted(maps.Keys(s.touched))
	s.touchMu.Unlock()
	now := s.clock()
	due, err := s.upkeepDue(ctx, now)
	if err != nil || len(urls) == 0 && !due {
		return err
	}
	err = s.write(ctx, "keeping the local store tidy", func(tx *sql.Tx) error {
		for part := range slices.Chunk(urls, chunk) {
			args := []any{now.Unix()}
			for _, u := range part {
				args = append(args, u)
			}
			if _, err := tx.ExecContext(ctx, "UPDATE validator SET used = ? WHERE url IN (?"+strings.Repeat(",?", len(part)-1)+")", args...); err != nil {
				return err
			}
		}
		if !due {
			return nil
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM validator WHERE used < ?", now.Add(-keepUnused).Unix()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO upkeep (what, at) VALUES ('validators', ?)", now.Unix())
		return err
	})
	if err != nil {
		return err
	}
	s.touchMu.Lock()
	clear(s.touched)
	s.touchMu.Unlock()
	return nil
}

func (s *Store) upkeepDue(ctx context.Context, now time.Time) (bool, error) {
	var at int64
	err := s.read(ctx, "reading when the local store was tidied", func(q querier) error {
		at = 0
		err := q.QueryRowContext(ctx, "SELECT at FROM upkeep WHERE what = 'validators'").Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return now.Unix()-at >= int64(upkeepEvery.Seconds()), err
}
