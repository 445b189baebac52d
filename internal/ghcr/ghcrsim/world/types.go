package world

import (
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Visibility of a package as the Packages API spells it.
type Visibility = string

// The visibilities a package can have (docs.github.com, "About permissions for
// GitHub Packages").
const (
	Public   Visibility = "public"
	Private  Visibility = "private"
	Internal Visibility = "internal"
)

// Package is what is known about one package.
type Package struct {
	Name         string
	ID           int64
	Visibility   Visibility
	Repository   string // OWNER/NAME, "" where it is not linked to one
	Created      time.Time
	Updated      time.Time
	Deleted      *time.Time        // set while the package is deleted and can be restored
	VersionCount int               // active versions
	Roles        map[string]string // login → read, write or admin; absent: what the kind of token gives
}

// Version is one manifest of a package: GHCR lists an index, each of its
// children, each attestation and each fallback index as a version of its own.
type Version struct {
	ID        int64
	Digest    model.Digest
	MediaType string
	Tags      []string // in the order in which they were given
	Created   time.Time
	Updated   time.Time // also when a tag was gained or lost
	Downloads int64     // manifest reads
	Deleted   *time.Time
	ActiveAt  time.Time // when the REST lists may name it first
}

// TagMove is one change of a tag. From is empty where the tag is new, To is
// empty where the tag went away with its version.
type TagMove struct {
	At       time.Time
	Tag      string
	From, To model.Digest
}

// PackageOptions describe a package at its creation.
type PackageOptions struct {
	Visibility Visibility // "" means private, as GHCR creates packages
	Repository string
	Created    time.Time // zero: now
	Roles      map[string]string
	Source     Source // versions computed on demand, older than all that are written later
}

// Source computes the versions of a very large package on demand. Version 0 is
// the oldest, IDs and creation times never fall with the index. All methods
// must answer the same at every call and be safe for concurrent use.
type Source interface {
	Len() int
	Version(i int) Version
	Manifest(i int) (raw []byte, mediaType string)
	Find(d model.Digest) (i int, ok bool)
	FindTag(tag string) (i int, ok bool)
	Tags() []string // oldest pushed first; the caller does not write into it
	// Blob finds content. Without search it may answer no for what none of the
	// manifests given out so far names, and must be quick.
	Blob(d model.Digest, search bool) ([]byte, bool)
}

// Attestation is one attestation in GitHub's own store, which is independent
// of what lies in the registry.
type Attestation struct {
	SubjectDigest model.Digest
	Bundle        []byte // Sigstore bundle JSON
	PredicateType string
	Initiator     string
	RepositoryID  int64
	BundleURLOnly bool // the API gives only an address, no bundle inline
}

// Workflow is one workflow of the repository, as dispatch needs to know it.
type Workflow struct {
	ID       int64
	Name     string
	Path     string   // in the repository
	Dispatch bool     // has a workflow_dispatch trigger
	Inputs   []string // names of the inputs that dispatch accepts
}

// Run is one run of a workflow.
type Run struct {
	ID         int64
	Number     int
	Attempt    int
	WorkflowID int64
	Name       string // of the workflow
	Title      string // what the run is shown as: commit subject or workflow name
	Event      string // push, workflow_dispatch, schedule
	Actor      string
	Branch     string
	SHA        string // 40 hex
	Status     string // queued, in_progress, completed
	Conclusion string // "" until completed
	Created    time.Time
	Started    time.Time // of the latest attempt
	Updated    time.Time
	HTMLURL    string
	Inputs     map[string]string // channel and version of a dispatch
	Jobs       []Job
}

// Job is one job of a run.
type Job struct {
	ID         int64
	Name       string
	Status     string
	Conclusion string
	Started    time.Time
	Completed  time.Time // zero until completed
	Steps      []Step
}

// Step is one step of a job.
type Step struct {
	Number     int
	Name       string
	Status     string
	Conclusion string
	Started    time.Time
	Completed  time.Time
}

// Commit is one commit of the repository's default branch.
type Commit struct {
	SHA     string
	Message string
	Author  string
	Date    time.Time
}
