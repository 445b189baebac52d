// Package evidence lays out a directory of evidence and checks one again. Both
// ways live in one room so that what is written and what is read cannot drift
// apart.
//
// A directory holds, with nothing else in it:
//
//	report.md        what was found, in words; what is proved and what is only
//	                 claimed are kept apart
//	evidence.json    the same for machines: what each file is and what each
//	                 verdict was
//	manifests/       manifests as the registry holds them, by package and digest
//	attestations/    bundles and other statements as they were found
//	roots/           the trusted roots that the verdicts rely on
//	sbom/            bills of materials
//	journal.jsonl    what caitui did to the packages; never for customers
//	check.sh         the same checks by cosign, so that nobody needs caitui
//	SHA256SUMS       a hash of every other file, as sha256sum writes it
//
// Nothing here asks a network or knows the time. Checking believes nothing that
// evidence.json says of content: digests are computed anew, which platforms an
// index holds is read from the manifest itself, and every signature is verified
// again. What it does take from there is what was asked, which policy was to
// hold and which places had answered.
package evidence
