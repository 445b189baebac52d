// Package simca is a Sigstore of one's own for the simulator and for tests: a
// certificate authority, a certificate transparency log, Rekor logs of both
// generations and a timestamp authority, all in memory, and the bundles that
// they sign.
//
// Its law:
//
//   - Whatever it makes is determined by what it is given. Keys come from a
//     seed, signatures are those of RFC 6979, serial numbers come from the
//     content: the digest of a bundle's manifest is the name of a package
//     version, and the same seed must give the same names in every process.
//   - It is written from the specifications (RFC 3161, 5280, 5652, 6962, DSSE,
//     sigstore's protobuf-specs and Fulcio's oid-info.md) with the standard
//     library, and shares with the verifier nothing but the names of Fulcio's
//     extensions, so that a misreading is not shared by both sides.
//   - Its keys are public knowledge. A root of an [Instance] must never be
//     trusted for anything but simulated registries.
//
// Use:
//
//	good := simca.MustNew(simca.PublicGood, "any seed")
//	raw, err := good.Attest(simca.Statement(predicateType, predicate, simca.Subject{...}), simca.Signing{
//		Identity: simca.Workflow{Repository: "o/r", Path: ".github/workflows/build.yml", ...}.Identity(),
//		At:       time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
//	})
//	roots := simca.JoinRoots(good, simca.MustNew(simca.GitHub, "any seed")) // JSON lines, one root a line
//
// An instance of another seed is a foreign one: the same names, other keys. A
// bundle that must be refused for who signed it needs only another
// [Workflow]; one that must be refused for what it is takes a [Flaw] or
// [Signing.Alter]. An [Instance] may be used by any number of goroutines.
package simca
