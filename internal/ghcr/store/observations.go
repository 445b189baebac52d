package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Observe keeps sightings of tags, in the order given. Only changes take
// room: a sighting of the digest seen last makes that run longer, and an
// absence (empty digest) of a tag never seen is nothing. Times are kept to the
// millisecond; Last may be zero for a single sighting. A sighting without a
// time is refused, with the whole batch.
func (s *Store) Observe(ctx context.Context, registry, owner string, sightings []model.Observation) error {
	if len(sightings) == 0 {
		return nil
	}
	packages := make(map[string]bool)
	for _, o := range sightings {
		if o.At.IsZero() {
			return fmt.Errorf("observing %s:%s: the sighting has no time", o.Package, o.Tag)
		}
		packages[o.Package] = true
	}
	names := slices.Sorted(maps.Keys(packages))
	return s.write(ctx, "writing observations to the local store", func(tx *sql.Tx) error {
		known, err := readTimelines(ctx, tx, registry, owner, names)
		if err != nil {
			return err
		}
		for _, o := range sightings {
			key := tagKey{o.Package, o.Tag}
			t := known[key].see(o.Digest, o.At.UnixMilli(), o.Source)
			if o.Last.After(o.At) {
				t = t.see(o.Digest, o.Last.UnixMilli(), o.Source)
			}
			known[key] = t
		}
		return writeTimelines(ctx, tx, registry, owner, known)
	})
}

// Observations returns all runs of an owner's tags, oldest first; runs that
// begin in the same millisecond are in the order in which they were seen.
func (s *Store) Observations(ctx context.Context, registry, owner string) ([]model.Observation, error) {
	var list []model.Observation
	err := s.read(ctx, "reading observations from the local store", func(q querier) error {
		list = nil
		rows, err := q.QueryContext(ctx, `SELECT package, tag, digest, first, last, source FROM observation
			WHERE registry = ? AND owner = ? ORDER BY first, last, id`, registry, owner)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var o model.Observation
			var first, last int64
			if err := rows.Scan(&o.Package, &o.Tag, &o.Digest, &first, &last, &o.Source); err != nil {
				return err
			}
			o.At, o.Last = time.UnixMilli(first).UTC(), time.UnixMilli(last).UTC()
			list = append(list, o)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

type tagKey struct{ pkg, tag string }

func readTimelines(ctx context.Context, q querier, registry, owner string, packages []string) (map[tagKey]timeline, error) {
	known := make(map[tagKey]timeline)
	for part := range slices.Chunk(packages, chunk) {
		args := []any{registry, owner}
		for _, p := range part {
			args = append(args, p)
		}
		if err := readTimelinesOf(ctx, q, args, known); err != nil {
			return nil, err
		}
	}
	return known, nil
}

func readTimelinesOf(ctx context.Context, q querier, args []any, known map[tagKey]timeline) error {
	rows, err := q.QueryContext(ctx, `SELECT id, package, tag, digest, first, last, source FROM observation
		WHERE registry = ? AND owner = ? AND package IN (?`+strings.Repeat(",?", len(args)-3)+`) ORDER BY first, last, id`, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key tagKey
		r := &run{}
		if err := rows.Scan(&r.id, &key.pkg, &key.tag, &r.digest, &r.first, &r.last, &r.source); err != nil {
			return err
		}
		known[key] = append(known[key], r)
	}
	return rows.Err()
}

// writeTimelines writes what has changed. Most refreshes see what the one
// before saw, at one time a package: those runs are made longer together.
func writeTimelines(ctx context.Context, tx *sql.Tx, registry, owner string, known map[tagKey]timeline) error {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO observation (registry, owner, package, tag, digest, first, last, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	longer := make(map[[2]int64][]any) // ids by first and last
	keys := slices.SortedFunc(maps.Keys(known), func(a, b tagKey) int {
		return strings.Compare(a.pkg+":"+a.tag, b.pkg+":"+b.tag)
	})
	for _, key := range keys {
		if err := renumber(ctx, tx, known[key]); err != nil {
			return err
		}
		for _, r := range known[key] {
			switch {
			case !r.dirty:
			case r.id == 0:
				if _, err := insert.ExecContext(ctx, registry, owner, key.pkg, key.tag, string(r.digest), r.first, r.last, r.source); err != nil {
					return err
				}
			default:
				times := [2]int64{r.first, r.last}
				longer[times] = append(longer[times], r.id)
			}
		}
	}
	for times, ids := range longer {
		for part := range slices.Chunk(ids, chunk) {
			args := append([]any{times[0], times[1]}, part...)
			if _, err := tx.ExecContext(ctx, "UPDATE observation SET first = ?, last = ? WHERE id IN (?"+strings.Repeat(",?", len(part)-1)+")", args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// renumber takes away the rows of a timeline that follow a run put in
// before them, so that they are written anew: the row's id tells the order of runs
// that begin in the same millisecond.
func renumber(ctx context.Context, tx *sql.Tx, t timeline) error {
	isNew := func(r *run) bool { return r.id == 0 }
	first := slices.IndexFunc(t, isNew)
	if first < 0 || !slices.ContainsFunc(t[first:], func(r *run) bool { return !isNew(r) }) {
		return nil
	}
	for _, r := range t[first:] {
		if isNew(r) {
			continue
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM observation WHERE id = ?", r.id); err != nil {
			return err
		}
		r.id, r.dirty = 0, true
	}
	return nil
}
