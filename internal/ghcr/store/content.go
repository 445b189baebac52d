package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
)

// Manifests returns what is kept of the digests, in one statement. A body that no longer matches its digest is not returned: it will
// be fetched and stored again.
func (s *Store) Manifests(ctx context.Context, digests []model.Digest) (map[model.Digest]Content, error) {
	var found map[model.Digest]Content
	err := s.read(ctx, "reading manifests from the local store", func(q querier) error {
		found = make(map[model.Digest]Content, len(digests))
		return readContent(ctx, q, digests, found)
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

func readContent(ctx context.Context, q querier, digests []model.Digest, into map[model.Digest]Content) error {
	// One parameter for all of them: to prepare a statement with a thousand takes
	// SQLite longer than to run it, and the first screen waits for that.
	list, err := json.Marshal(digests)
	if err != nil {
		return err
	}
	rows, err := q.QueryContext(ctx, "SELECT digest, media_type, body FROM content WHERE digest IN (SELECT value FROM json_each(?))", string(list))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c Content
		if err := rows.Scan(&c.Digest, &c.MediaType, &c.Body); err != nil {
			return err
		}
		if model.DigestOf(c.Body) == c.Digest {
			into[c.Digest] = c
		}
	}
	return rows.Err()
}

// PutManifests keeps content for ever. Content whose digest is not that of
// its body is refused, and nothing of the batch is written then.
func (s *Store) PutManifests(ctx context.Context, contents []Content) error {
	if len(contents) == 0 {
		return nil
	}
	for _, c := range contents {
		if got := model.DigestOf(c.Body); got != c.Digest {
			return &model.Error{Kind: model.ErrMalformed,
				Message: fmt.Sprintf("content that should be %s is %s and is not stored", c.Digest.Short(), got.Short())}
		}
	}
	return s.write(ctx, "writing manifests to the local store", func(tx *sql.Tx) error {
		// The same bytes are the same content; only a spoilt row is replaced.
		stmt, err := tx.PrepareContext(ctx, `INSERT INTO content (digest, media_type, body) VALUES (?, ?, ?)
			ON CONFLICT (digest) DO UPDATE SET media_type = excluded.media_type, body = excluded.body
			WHERE body <> excluded.body OR media_type = ''`)
		if err != nil {
			return err
		}
		defer func() { _ = stmt.Close() }()
		for _, c := range contents {
			if _, err := stmt.ExecContext(ctx, string(c.Digest), c.MediaType, notNil(c.Body)); err != nil {
				return err
			}
		}
		return nil
	})
}

// notNil keeps an empty body from becoming NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
