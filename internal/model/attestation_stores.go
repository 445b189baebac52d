package model

import "slices"

// StorePresence is whether one of the two stores, GitHub's or the registry, has
// an attestation.
type StorePresence string

// The presences.
const (
	StoreHere     StorePresence = "here"
	StoreMissing  StorePresence = "missing"   // the other store has it, this one was asked and has not
	StoreUnknown  StorePresence = "unknown"   // asking failed
	StoreNotAsked StorePresence = "not asked" // there is nothing to ask
	StoreApart    StorePresence = "apart"     // it does not belong there: nobody would put it
)

// InGitHub tells whether GitHub's attestations API has an item of the list.
// Only Sigstore bundles belong there: cosign's own forms and BuildKit's
// statements live in the registry alone.
func (l AttestationList) InGitHub(a Attestation) StorePresence {
	if a.From(FromGitHub) {
		return StoreHere
	}
	switch state := l.Source(SourceGitHub); {
	case a.Form != FormBundle:
		return StoreApart
	case state.State == SourceNotAsked, state.State == SourceNotSupported:
		return StoreNotAsked
	case state.Err != nil || state.State == SourceFailed:
		return StoreUnknown
	}
	return StoreMissing
}

// InRegistry tells whether the registry has an item of the list. What is about
// a file does not belong there: only a manifest can have referrers. What a
// person brought along may be there or not: nobody looked.
func (l AttestationList) InRegistry(a Attestation) StorePresence {
	if slices.ContainsFunc(a.Origins, func(o AttestationOrigin) bool { return o.Kind != FromGitHub && o.Source != SourceGiven }) {
		return StoreHere
	}
	if t, ok := l.Target(a.About); ok && t.Role == RoleLayer {
		return StoreApart
	}
	for _, name := range []AttestationSourceName{SourceReferrers, SourceFallback} {
		if s := l.Source(name); s.Err != nil || s.State == SourceFailed {
			return StoreUnknown
		}
	}
	if l.Source(SourceFallback).State == SourceNotAsked {
		return StoreNotAsked
	}
	return StoreMissing
}

// Missing counts what one of the stores has and the other lacks.
func (l AttestationList) Missing() (inGitHub, inRegistry int) {
	for _, a := range l.Items {
		if l.InGitHub(a) == StoreMissing {
			inGitHub++
		}
		if l.InRegistry(a) == StoreMissing {
			inRegistry++
		}
	}
	return inGitHub, inRegistry
}
