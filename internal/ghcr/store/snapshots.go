package store

import (
	"context"
	"database/sql"
)

// Snapshots returns the last known state of every package of an owner, by
// name. One whose body cannot be read is left out, as if it were not known.
func (s *Store) Snapshots(ctx context.Context, registry, owner string) ([]StoredPackage, error) {
	var list []StoredPackage
	err := s.read(ctx, "reading snapshots from the local store", func(q querier) error {
		list = nil
		rows, err := q.QueryContext(ctx, "SELECT package, body FROM snapshot WHERE registry = ? AND owner = ? ORDER BY package", registry, owner)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var name string
			var body sql.RawBytes // decoding copies
			if err := rows.Scan(&name, &body); err != nil {
				return err
			}
			if p, err := decodePackage(body); err == nil {
				p.Info.Name = name
				list = append(list, p)
			}
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// PutSnapshots keeps the state of these packages in place of the former one.
// Other packages of the owner stay as they are.
func (s *Store) PutSnapshots(ctx context.Context, registry, owner string, packages []StoredPackage) error {
	if len(packages) == 0 {
		return nil
	}
	bodies := make([][]byte, len(packages))
	for i, p := range packages {
		bodies[i] = encodePackage(p)
	}
	return s.write(ctx, "writing snapshots to the local store", func(tx *sql.Tx) error {
		stmt, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO snapshot (registry, owner, package, body) VALUES (?, ?, ?, ?)")
		if err != nil {
			return err
		}
		defer func() { _ = stmt.Close() }()
		for i, p := range packages {
			if _, err := stmt.ExecContext(ctx, registry, owner, p.Info.Name, bodies[i]); err != nil {
				return err
			}
		}
		return nil
	})
}
