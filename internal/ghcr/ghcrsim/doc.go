// Package ghcrsim is the GitHub Container Registry, GitHub's Packages, Actions
// and attestations APIs and the blob host, served over real HTTP on loopback.
// It is what `caitui sim` and `--demo` serve and what the tests run against.
//
// Its law: it is written from the documented and reported behaviour of the
// real services alone and never imports the client, so that one misreading
// cannot stand on both sides. It contains no other registry's code. The state
// lives in package world, the seeds in package scenario; this package is the
// protocol. Where reports about the real services disagree, the behaviour is a
// switch (switches.go) whose default is the best supported report.
//
// Two clocks: ages, deletion windows, runs and the Date header follow the
// simulator's clock, which stands still unless it is moved; rate windows,
// token expiry and signed addresses follow the wall clock in Options.RealNow.
//
// Listeners: the API with the /_sim/ admin endpoints, the registry with its
// token endpoint, and the blob host under another host name. A request passes
// admin, latency, faults and the log in front (front.go) before its handler.
package ghcrsim
