package model

import (
	"slices"
	"strings"
	"time"
)

// ChangeKind is one of the intended acts.
type ChangeKind string

// The kinds of change.
const (
	MoveTag        ChangeKind = "MoveTag"
	CreateTag      ChangeKind = "CreateTag"
	RemoveTag      ChangeKind = "RemoveTag"
	PutArtifact    ChangeKind = "PutArtifact"
	DeleteVersion  ChangeKind = "DeleteVersion"
	RestoreVersion ChangeKind = "RestoreVersion"
)

// Change is one intended act. From is the precondition: what the tag pointed
// to when the plan was made ("" for a tag that did not exist).
type Change struct {
	Kind      ChangeKind
	Stage     int
	Package   string
	Tag       string
	From      Digest
	To        Digest
	VersionID int64 // 0: none
	// Artifact is what a PutArtifact writes: To is the digest of its manifest,
	// known before anything is written. nil for every other kind.
	Artifact *Artifact
}

// EffectKind is what happens to one tag or version.
type EffectKind string

// The kinds of effect.
const (
	EffectMoved     EffectKind = "moved"
	EffectCreated   EffectKind = "created"
	EffectRemoved   EffectKind = "removed"
	EffectDeleted   EffectKind = "deleted"
	EffectRestored  EffectKind = "restored"
	EffectOrphaned  EffectKind = "orphaned" // a version that loses its last tag
	EffectUnchanged EffectKind = "unchanged"
)

// Undo is whether an effect can be taken back.
type Undo string

// The kinds of undo. UndoUntil carries a time.
const (
	UndoFull  Undo = "full"
	UndoUntil Undo = "until"
	UndoNone  Undo = "none"
)

// Effect is what a plan does to one tag, or (Tag "") to one version.
type Effect struct {
	Package   string
	Tag       string
	VersionID int64 // 0: none or unknown
	Before    Digest
	After     Digest
	Kind      EffectKind
	Undo      Undo
	UndoUntil time.Time
}

// VerdictKind is the outcome of checking attestations; "" is "not checked".
type VerdictKind string

// The verdicts.
const (
	VerdictUnchecked    VerdictKind = ""
	VerdictVerified     VerdictKind = "verified"
	VerdictFailed       VerdictKind = "failed"
	VerdictUnverifiable VerdictKind = "unverifiable"
	VerdictNone         VerdictKind = "none"
)

// PlanVerdict is the verdict on one target of a plan, and whether all of the
// target is there to be pulled.
type PlanVerdict struct {
	Package string
	Digest  Digest
	Verdict VerdictKind
	// Platforms is how many platforms the target offers, Resolved how many of
	// them the registry has; -1: not an index, or not looked at.
	Platforms int
	Resolved  int
}

// Unmoved is a tag, or a package as a whole (Tag ""), that a plan leaves where
// it is though it belongs to what the plan is about, and why.
type Unmoved struct {
	Package string
	Tag     string
	Digest  Digest // where it stays, "" for nowhere
	Why     string
	// Excluded is set where it stays because somebody left it out, and not by
	// what it is.
	Excluded bool
}

// Act is what a plan is for. It decides words, not safety.
type Act string

// The acts.
const (
	ActRetag    Act = "retag"
	ActRollback Act = "rollback"
	ActPromote  Act = "promote"
	ActDelete   Act = "delete"
	ActUntag    Act = "untag"
	ActRestore  Act = "restore"
	ActUndo     Act = "undo"
	ActRevert   Act = "revert"
)

// Aim is what a plan is about, for titles, reports and rules. Fields that the
// act does not have are "".
type Aim struct {
	Act     Act
	Channel string
	From    string // name of the release that the channel leaves
	To      string // name of the release that it goes to
	As      string // version tag that a promotion gives
	Undoes  string // id of the plan that this one takes back
}

// Consumer is who gets what once the plan is done.
type Consumer struct {
	Who  string
	Gets string
}

// Approval is a second person's consent, bound to the plan's id.
type Approval struct {
	Login string
	At    time.Time
	Note  string
	Plan  string
}

// Remark is a warning or a blocker. Override says whether a blocker may be
// lifted by naming its code.
type Remark struct {
	Code     string
	Package  string // "" where it is about the whole plan
	Message  string
	Override bool
}

// Plan is ordered changes with everything a person must see before saying yes.
type Plan struct {
	ID       string // sha256: of its canonical content, see CanonicalID
	Registry string
	Owner    string
	Title    string
	Reason   string
	Incident string
	Actor    string
	Created  time.Time
	// ReadAt is when the tags concerned were read, by the server's clock.
	ReadAt    time.Time
	Aim       Aim
	Changes   []Change
	Effects   []Effect
	Unmoved   []Unmoved
	Verdicts  []PlanVerdict
	Consumers []Consumer
	Approvals []Approval
	Warnings  []Remark
	Blockers  []Remark
}

// Blocked reports whether a blocker stands that nobody lifted.
func (p Plan) Blocked() bool { return len(p.Blockers) > 0 }

// Lifted says which of the plan's blockers somebody lifted by name, and for which
// packages, "" where none was. The plan's id leaves remarks out, so this belongs
// into the journal.
func (p Plan) Lifted() string {
	var codes []string
	of := make(map[string][]string)
	for _, w := range p.Warnings {
		if !w.Override {
			continue
		}
		if !slices.Contains(codes, w.Code) {
			codes = append(codes, w.Code)
		}
		if w.Package != "" && !slices.Contains(of[w.Code], w.Package) {
			of[w.Code] = append(of[w.Code], w.Package)
		}
	}
	for i, code := range codes {
		if packages := of[code]; len(packages) > 0 {
			codes[i] += " (" + enumerate(packages) + ")"
		}
	}
	if len(codes) == 0 {
		return ""
	}
	return Sanitize("blockers lifted by name: " + strings.Join(codes, ", "))
}

// Empty reports whether everything is already as wanted.
func (p Plan) Empty() bool { return len(p.Changes) == 0 }
