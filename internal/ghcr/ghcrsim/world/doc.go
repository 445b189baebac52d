// Package world is the state behind the simulated GHCR: packages, versions,
// tags, blobs, workflow runs, attestations and the clock they all live by.
//
// It is state only. It answers what is there and does what it is told; who may
// do what, which deletions are refused, how an answer looks on the wire and
// when it arrives belongs to the engine that serves it. So the same state can
// be checked by tests without HTTP, and a rule of the engine can never hide a
// fact of the world.
//
// A World is safe for concurrent use. Everything that goes in or comes out is
// a copy, except manifest and blob bytes, which are content addressed: callers
// must not write into them.
package world
