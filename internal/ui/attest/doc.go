// Package attest is the pane with everything that is attested about a version:
// where was looked, what was found there, what one store has and the other
// lacks, and the statements themselves as foldable trees.
//
// Its law: it asks nobody; the root opens it and brings the list. Nothing here
// is verified, and it says so wherever something was found. "None", "failed",
// "not asked" and "not supported" are different words.
package attest
