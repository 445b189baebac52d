package model

import (
	"encoding/json"
)

// canonicalPlan is what a plan's id is made of. Its field names and their
// order are part of every id ever given: they change for no reason.
type canonicalPlan struct {
	Registry string            `json:"registry"`
	Owner    string            `json:"owner"`
	Title    string            `json:"title"`
	Changes  []canonicalChange `json:"changes"`
	Effects  []canonicalEffect `json:"effects"`
}

type canonicalChange struct {
	Kind      ChangeKind `json:"kind"`
	Stage     int        `json:"stage"`
	Package   string     `json:"package"`
	Tag       string     `json:"tag"`
	From      Digest     `json:"from"`
	To        Digest     `json:"to"`
	VersionID int64      `json:"version_id"`
}

type canonicalEffect struct {
	Package   string     `json:"package"`
	Tag       string     `json:"tag"`
	VersionID int64      `json:"version_id"`
	Before    Digest     `json:"before"`
	After     Digest     `json:"after"`
	Kind      EffectKind `json:"effect"`
	Undo      Undo       `json:"undo"`
}

// CanonicalID is sha256: of the plan's canonical content: registry, owner,
// title, changes and effects, without times, people or remarks, so that the
// same intention on the same state has the same id. The content of an artifact
// is covered by its digest.
func (p Plan) CanonicalID() string {
	c := canonicalPlan{
		Registry: p.Registry, Owner: p.Owner, Title: p.Title,
		Changes: make([]canonicalChange, 0, len(p.Changes)),
		Effects: make([]canonicalEffect, 0, len(p.Effects)),
	}
	for _, ch := range p.Changes {
		c.Changes = append(c.Changes, canonicalChange{
			Kind: ch.Kind, Stage: ch.Stage, Package: ch.Package, Tag: ch.Tag, From: ch.From, To: ch.To, VersionID: ch.VersionID,
		})
	}
	for _, e := range p.Effects {
		c.Effects = append(c.Effects, canonicalEffect{
			Package: e.Package, Tag: e.Tag, VersionID: e.VersionID,
			Before: e.Before, After: e.After, Kind: e.Kind, Undo: e.Undo,
		})
	}
	raw, err := json.Marshal(c)
	if err != nil {
		// Strings and numbers alone always encode; reaching this is a defect
		// of this file and must not yield an id that two plans could share.
		panic("encoding a plan's canonical content: " + err.Error())
	}
	return string(DigestOf(raw))
}
