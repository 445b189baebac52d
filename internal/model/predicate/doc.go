// Package predicate says in a few facts what the predicate of an in-toto
// statement claims: provenance, bills of materials, scans, test results,
// releases, and whatever else there may be.
//
// Its law: a predicate is what somebody wrote, and a summary holds it as
// claimed, never as true; what a certificate proves of the same thing is set
// beside it. Reading never fails: members that are missing, unknown or of
// another type are left out, and what cannot be read at all says so. Number and
// length of what is taken are bounded, and nothing is copied that is not taken,
// so that the largest predicate costs one pass. All text is sanitised where it
// is shown, not here.
package predicate
