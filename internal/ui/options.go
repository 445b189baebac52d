package ui

import (
	"context"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Surveyor reads. Every answer holds all that is known by then, not only what
// was asked for.
type Surveyor interface {
	// Stored answers from the local store alone.
	Stored(ctx context.Context) (model.Survey, error)
	// Refresh asks the servers for everything. Failures of single packages
	// stand in the survey; an error means that nothing could be learned.
	Refresh(ctx context.Context) (model.Survey, error)
	// Confirm reads what the conclusions of the newest survey rest on, as far
	// as that is unread.
	Confirm(ctx context.Context) (model.Survey, error)
	// Versions reads all versions of one package.
	Versions(ctx context.Context, pkg string) (model.Survey, error)
	// Read fetches manifests of one package.
	Read(ctx context.Context, pkg string, digests []model.Digest) (model.Survey, error)
}

// Changer plans and executes. Planning writes nothing to the registry.
type Changer interface {
	PlanRetag(ctx context.Context, req model.RetagRequest) (model.Plan, error)
	// PlanDelete plans for the deletion of versions.
	PlanDelete(ctx context.Context, req model.DeleteRequest) (model.Plan, error)
	// PlanUntag plans for taking one tag off.
	PlanUntag(ctx context.Context, req model.UntagRequest) (model.Plan, error)
	// PlanChannel plans for a channel in all packages at once.
	PlanChannel(ctx context.Context, req model.ChannelRequest) (model.Plan, error)
	// Execute takes a plan down the one road of writes. Cancelling ctx means:
	// stop after the step under way. The outcome is whole even where there is an
	// error.
	Execute(ctx context.Context, plan model.Plan, how model.Conduct) (model.Outcome, error)
	// After looks at what a plan that was carried out has left. It only reads.
	After(ctx context.Context, plan model.Plan) model.Aftermath
}

// Recorder tells what was done from this machine, and takes it back.
type Recorder interface {
	// Record tells the journal as a whole. It asks nobody.
	Record(ctx context.Context) (model.Record, error)
	// Settle reads from the registry what became of steps whose outcome is not
	// recorded.
	Settle(ctx context.Context, x model.Execution) (model.Execution, error)
	// PlanUndo plans what takes an execution back.
	PlanUndo(ctx context.Context, x model.Execution, req model.UndoRequest) (model.Plan, error)
	// GiveUp notes that an unfinished plan shall stay as it is.
	GiveUp(ctx context.Context, x model.Execution, why string) error
	// Note writes a remark into the journal.
	Note(ctx context.Context, n model.JournalNote) (model.JournalEvent, error)
}

// Comparer tells what differs. Digests are immutable, so its answers may come
// from a memory.
type Comparer interface {
	// Compare compares two versions of a package by what their manifests and
	// configurations say. It reads no layers.
	Compare(ctx context.Context, pkg string, a, b model.Digest) (model.Diff, error)
	// CompareFiles reads the layers that differ and compares the files in
	// them. progress gets bytes and may be called from any goroutine, but not
	// after the return.
	CompareFiles(ctx context.Context, pkg string, a, b model.Digest, progress func(done, total int64)) (model.DiffSection, error)
	// CompareChannel compares each package of a channel with what the
	// channel's former release had of it.
	CompareChannel(ctx context.Context, channel string) (model.ChannelDiff, error)
}

// Attestor finds and checks statements about versions.
type Attestor interface {
	// Attested looks for statements about a digest and its parts in all places
	// where some may be, and checks them against the policy that the configuration
	// has for the package. found gets them as soon as they are there, unchecked,
	// and is not called after the return. Places that could not be asked stand in
	// the list; an error means that nothing could be learned.
	Attested(ctx context.Context, pkg string, d model.Digest, found func(model.AttestationList)) (model.Verification, error)
	// Audit checks everything that the channels point to, that of the one named
	// first before the others, and of a release where one is named. told gets what
	// is there so far, and is not called after the return.
	Audit(ctx context.Context, first, release string, told func([]model.SetVerification)) ([]model.SetVerification, error)
	// Trusted checks one digest a package, as far as the registry alone tells. What
	// that does not show to be verified is said to be unsure.
	Trusted(ctx context.Context, digests map[string]model.Digest) (map[string]model.TargetTrust, error)
}

// SBOMLister finds bills of materials.
type SBOMLister interface {
	// SBOMs looks for SBOMs of a digest in all places where some may be. Places
	// that could not be looked into stand in the list; an error means that
	// nothing could be learned.
	SBOMs(ctx context.Context, pkg string, d model.Digest) (model.SBOMList, error)
}

// RawReader reads content as it is.
type RawReader interface {
	// Raw reads a manifest, or a blob that is small enough to be shown.
	Raw(ctx context.Context, pkg string, d model.Digest) (model.RawContent, error)
}

// RequestTeller tells what was sent over the network.
type RequestTeller interface {
	// Requests returns the newest requests as soon as there have been more than
	// after of them, at once for -1, or ends with its context. It asks nobody.
	Requests(ctx context.Context, after int64) (model.RequestLog, error)
}

// Puller saves versions on this machine.
type Puller interface {
	// PullFiles tells which files Pull would write, and writes nothing.
	PullFiles(ctx context.Context, pkg string, d model.Digest) (model.Pulled, error)
	// Pull saves a version in a directory, all of it or nothing. progress gets
	// bytes, by one goroutine at a time, and not after the return.
	Pull(ctx context.Context, pkg string, d model.Digest, dir string, progress func(done, total int64)) (model.Pulled, error)
}

// Service is what the console needs of the world.
type Service interface {
	Surveyor
	Changer
	Recorder
	Comparer
	Attestor
	SBOMLister
	RawReader
	RequestTeller
	Puller
	// Status never waits.
	Status() model.Status
}

// Options is what the console is made from. Service, Theme and Now are
// required.
type Options struct {
	Service Service
	Theme   theme.Theme
	// Context ends every request of the console; nil is context.Background.
	Context context.Context
	// Now is the real time; ages are counted in the server's time, which is
	// this plus the skew of the survey.
	Now func() time.Time
	// Demo says so on every screen and makes the confirmation word "demo".
	Demo bool
	// ReadOnly turns every confirmation into a mere preview.
	ReadOnly bool
	// Mouse is whether the program was started with the mouse on.
	Mouse bool
	// Clipboard sends a text on its way; whether it arrives nobody knows. nil where there is none: the line is
	// shown to be copied by hand.
	Clipboard func(text string) error
	// Document is the JSON of what a pane tells, nil where there is none.
	Document func(of any) (string, error)
	// Browser opens a page, nil where there is none: the address is shown.
	Browser func(url string) error
	// Save writes a plan to a file and tells its path, nil where there is none.
	Save func(model.Plan) (path string, err error)
	// Evidence collects evidence and writes it into a directory that is new or
	// empty, nil where it cannot be written. An ErrInvalid is about the directory.
	Evidence func(ctx context.Context, req model.EvidenceRequest, dir string) (model.EvidenceWritten, error)
	// Keys are a person's own keys by binding, checked by keys.Rebind over
	// PaneScopes.
	Keys map[keys.ID][]string
	// First is what the store knew before the program began, so that the very
	// first frame has data. Without packages it counts as absent.
	First model.Survey
	// Home is the directory that ~ stands for, "" where none is known.
	Home string
	// Package, where set, is opened at once.
	Package string

	// panes makes the panes; nil is the real ones. timer is nil for the real
	// clock.
	panes *panes
	timer modal.Timer
}

// panes is the one table of what panes there are.
type panes struct {
	home     func() pane.Pane
	history  func(pkg string, at model.Digest) pane.Pane
	versions func() pane.Pane
	diff     func(pane.Compare) pane.Pane
	channel  func(pane.CompareChannel) pane.Pane
	attest   func(pane.ShowAttestations) pane.Pane
	matrix   func(pane.ShowMatrix) pane.Pane
	sbom     func(pane.ShowSBOM) pane.Pane
	raw      func(pane.ShowRaw) pane.Pane
	requests func() pane.Pane
	journal  func(plan string) pane.Pane
}
