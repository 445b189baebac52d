package model

import "time"

// Visibility is who may see a package, as GitHub's API says.
type Visibility string

// The visibilities. VisibilityUnknown is "the API was not asked or did not
// answer", never a default.
const (
	VisibilityPublic   Visibility = "public"
	VisibilityPrivate  Visibility = "private"
	VisibilityInternal Visibility = "internal"
	VisibilityUnknown  Visibility = "unknown"
)

// Anonymous is whether somebody without credentials can pull, as tried.
type Anonymous string

// The outcomes of the attempt.
const (
	AnonymousReadable Anonymous = "readable"
	AnonymousRefused  Anonymous = "refused"
	AnonymousUnknown  Anonymous = "unknown"
)

// PackageInfo is what the Packages API tells about a package as a whole.
type PackageInfo struct {
	Name         string
	Visibility   Visibility
	Anonymous    Anonymous
	Repository   string // OWNER/NAME it is linked to, "" where unlinked or unknown
	VersionCount int    // -1 where unknown
	Updated      time.Time
	URL          string // the package's page
}

// PackageState is one package of an inventory: what is known, how old it is,
// and what went wrong when it was asked for last. Err and a usable Snapshot
// can stand side by side: the last known state, and why it is not fresh.
type PackageState struct {
	Spec     PackageSpec
	Info     PackageInfo
	Snapshot Snapshot
	// Known is whether Snapshot was ever read; false means: nothing is known.
	Known bool
	// Fresh is whether Snapshot was read from the servers in this refresh.
	Fresh bool
	Err   error
}

// Inventory is the picture of all packages of a project at one time.
type Inventory struct {
	Registry string // host[:port]
	Owner    string
	Layout   Layout
	Packages []PackageState // in the layout's order, unlisted ones after, by name
	ReadAt   time.Time      // by the server's clock: "now" for ages of this inventory
	Skew     time.Duration  // server's clock minus this machine's
	// Notes are things worth a line: listing was not allowed and the
	// configuration was used instead, an unlisted package was found.
	Notes []string
}

// Package returns the state of a package and whether it is in the inventory.
func (inv Inventory) Package(name string) (PackageState, bool) {
	for _, p := range inv.Packages {
		if p.Spec.Name == name {
			return p, true
		}
	}
	return PackageState{}, false
}

// stated is a package as it is listed, else what the layout alone says of it.
func (inv Inventory) stated(name string) PackageState {
	p, listed := inv.Package(name)
	if !listed {
		p.Spec = inv.Layout.Package(name)
	}
	return p
}

// Observation is one sighting of a tag, kept by the local store so that the
// history of a moving tag can be told later. An empty Digest is a sighting of
// the tag's absence.
type Observation struct {
	Package string
	Tag     string
	Digest  Digest
	At      time.Time // first sighting of this digest in a row, by the server's clock
	Last    time.Time // last one; equal to At for a single sighting
	Source  string    // api, registry, execute
}
