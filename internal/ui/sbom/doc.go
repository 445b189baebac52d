// Package sbom is the pane of a version's SBOMs: what each describes and why,
// its components with versions, licences and purls, in groups where wanted, and
// what changed in them against another version.
//
// Its law: it asks nobody; the root opens it and brings the lists. What a
// document describes stands above it always: the payload's is never shown as an
// image's. Rows are made and compared in commands, for there may be tens of
// thousands.
package sbom
