package model

import (
	"regexp"
	"time"
)

// The kinds of what a trusted root trusts.
const (
	TrustAuthority = "certificate-authority" // Fulcio: whose certificates count
	TrustCTLog     = "ct-log"                // where certificates must be logged
	TrustLog       = "transparency-log"      // Rekor: where signatures must be logged
	TrustTimestamp = "timestamp-authority"   // RFC 3161
)

// TrustPart is one authority or log that a trusted root trusts, and for which
// times: what was signed outside of them does not count. A zero From or Until
// is open.
type TrustPart struct {
	Kind        string // TrustAuthority and so on
	Name        string // subject of the certificate, address of the log
	From, Until time.Time
}

// TrustVersions are the versions of a TUF repository's metadata.
type TrustVersions struct {
	Root      int64 `json:"root"`
	Timestamp int64 `json:"timestamp"`
	Snapshot  int64 `json:"snapshot"`
	Targets   int64 `json:"targets"`
}

// TrustOutcome is what became of asking a TUF repository.
type TrustOutcome string

// What becomes of asking. TrustNotAsked is the zero value.
const (
	TrustNotAsked    TrustOutcome = ""
	TrustRefreshed   TrustOutcome = "refreshed"   // it has another root than was here
	TrustUnchanged   TrustOutcome = "unchanged"   // it has the root that was here
	TrustRefused     TrustOutcome = "refused"     // what came is not signed, too old, expired or altered
	TrustUnreachable TrustOutcome = "unreachable" // nothing came
	TrustNotKept     TrustOutcome = "not-kept"    // it came, and this machine could not keep it
)

// TrustRepository is a TUF repository that a trusted root can be had of, and
// what was fetched of it last.
type TrustRepository struct {
	Name   string // an instance, or what the configuration calls it
	URL    string
	Target string // the root's name in the repository
	Anchor Digest // of the root.json that everything must follow from
	// Root is the digest of the root that was fetched, At when, and Expires when
	// the metadata stops to count as current; all zero where none was.
	Root     Digest
	At       time.Time
	Expires  time.Time
	Versions TrustVersions
	// Outcome and Err are of asking just now.
	Outcome TrustOutcome
	Err     error
}

// Origin says where and when the root came from.
func (r TrustRepository) Origin() string {
	return "refreshed " + r.At.UTC().Format(time.DateOnly) + " through TUF from " + r.URL
}

// Trust is everything that verification rests on here.
type Trust struct {
	Roots        []TrustRoot // in use
	Repositories []TrustRepository
	// Unusable is what should be in use and cannot be: while there is any,
	// nothing is verified.
	Unusable []TrustUnusable
}

// TrustUnusable is a source of roots that cannot be used.
type TrustUnusable struct {
	Source string // file, address or repository
	Err    error
}

var trustName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}$`)

// ValidTrustName reports whether a TUF repository can be called so: the name is
// part of file names.
func ValidTrustName(s string) bool { return trustName.MatchString(s) }
