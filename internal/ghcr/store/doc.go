// Package store keeps what caitui has seen in one SQLite database, so that the
// first frame needs no network and no manifest is fetched twice: manifests and
// other small content by digest, HTTP validators, the last snapshot of each
// package, and sightings of tags.
//
// Its law: nothing here is the truth. Losing the database loses speed and
// local history, nothing else; so a damaged one is set aside and rebuilt, one
// that a newer caitui wrote or that cannot be opened is left alone and replaced by memory for
// the time of this run, and the person is told in either case. Any number of
// processes use the same file at once (WAL mode). The package imports the
// model and no other room; it never speaks to the network.
package store
