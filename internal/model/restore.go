package model

import (
	"cmp"
	"slices"
	"time"
)

// TagRef is a tag and the version that it was lost with.
type TagRef struct {
	Package string
	Tag     string
	Digest  Digest
}

// DeletedVersion is a version that GitHub still gives back. Its Tags are those
// that it had, where that is known.
type DeletedVersion struct {
	Version
	At time.Time // of the deletion, zero where nobody tells
}

// RestoreRequest asks for deleted versions to come back, together with what they
// need and what speaks of them.
type RestoreRequest struct {
	Versions []VersionRef
	// Tags are those that the deletion is known to have taken; those of versions
	// that do not come back are passed over.
	Tags   []TagRef
	Undoes string // id of the plan that this takes back, wholly or in part
	// Act is ActUndo or ActRevert where all of that plan is taken back: what
	// cannot come back any more is then left out and named, while a part that
	// somebody named must come. "" is ActRestore.
	Act       Act
	Undoing   string // what is undone, for the end of the title; "" for none
	Reason    string
	Incident  string
	Actor     string
	Overrides []string // codes of blockers that the person lifts by name
	At        time.Time
}

// RestoreFacts is what the service found out for a restore beyond the
// snapshots.
type RestoreFacts struct {
	// Deleted are, by package, the versions that GitHub gives back.
	Deleted map[string][]DeletedVersion
	// Manifests are, by package, those of deleted versions, as far as they were
	// kept: the registry serves them no more.
	Manifests map[string]map[Digest]*Manifest
	Unchecked []Remark
}

// RestoreOf is the restore that takes a deletion back, see Execution.Deletion:
// all that it deleted, or what of it the request names.
func RestoreOf(x Execution, req UndoRequest) RestoreRequest {
	out := RestoreRequest{Undoes: x.ID(), Undoing: undoing(x, req), Reason: req.Reason, Incident: cmp.Or(req.Incident, x.Incident),
		Actor: req.Actor, Overrides: req.Overrides, At: req.At}
	if len(req.Only) == 0 {
		out.Act = cmp.Or(req.Act, ActUndo)
	}
	for _, s := range x.Steps {
		c := s.Change
		if !s.ToTakeBack() || len(req.Only) > 0 && !slices.Contains(req.Only, c.Ref()) {
			continue
		}
		out.Versions = append(out.Versions, VersionRef{Package: c.Package, ID: c.VersionID, Digest: c.From})
	}
	for _, e := range x.Plan.Effects {
		if e.Tag != "" && e.Kind == EffectRemoved {
			out.Tags = append(out.Tags, TagRef{Package: e.Package, Tag: e.Tag, Digest: e.Before})
		}
	}
	return out
}
