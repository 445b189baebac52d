// Package attest is the pane with everything that is attested about a version:
// the verdict and how the version is covered, or which platform is not and why;
// the policy; where was looked and what one store has and the other lacks; and
// of each attestation why it failed, what its certificate proves, what its
// predicate claims, and the statement as a foldable tree.
//
// Its law: it asks nobody and verifies nothing; the root opens it and brings
// what was found, and then what checking it came to. Proved and claimed are
// different words, and so are "none", "failed", "not checked", "not asked" and
// "not supported".
package attest
