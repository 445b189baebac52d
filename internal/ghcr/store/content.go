package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Manifests returns what is kept of the digests, in as few statements as
// possible. A body that no longer matches its digest is not returned: it will
// be fetched and stored again.
func (s *Store) Manifests(ctx context.Context, digests []model.Digest) (map[model.Digest]Content, error) {
	var found map[model.Digest]Content
	err := s.read(ctx, "reading manifests from the local store", func(q querier) error {
		found = make(map[model.Digest]Content, len(digests))
		for part := range slices.Chunk(digests, chunk) {
			if err := readContent(ctx, q, part, found); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

func readContent(ctx context.Context, q querier, digests []model.Digest, into map[model.Digest]Content) error {
	args := make([]any, len(digests))
	for i, d := range digests {
		args[i] = string(d)
	}
	query := "SELECT digest, media_type, body FROM content WHERE digest IN (?" + strings.Repeat(",?", len(args)-1) + ")"
	rows, err := q.QueryContext(ctx, query, args...)
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
