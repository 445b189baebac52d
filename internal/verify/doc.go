// Package verify checks attestations: a signed bundle and a policy in, a
// verdict out. It is the only room that knows sigstore-go.
//
// Its law:
//
//   - Nothing is verified by forgetting. A check ends as verified only where it
//     has gone through every step (model.CheckSteps); a policy that would let
//     anybody's signature count is refused before anything is looked at.
//   - What a trusted root allows to be demanded is demanded: who may sign is the
//     policy's affair, how much must be proved is the root's. A root with
//     certificate transparency logs wants an SCT, one with transparency logs an
//     entry and a time, one with timestamp authorities alone a timestamp.
//   - A failure says at which step, what was expected and what was found there,
//     and keeps the whole chain of causes.
//   - The cryptography is sigstore-go's. Who signed, and what was built from
//     what, is compared here, on the certificate that was verified: as parsed
//     parts, never by patterns that somebody might slip through.
//   - Everything in a bundle is somebody else's. Reading it is bounded, and
//     whatever it does to a library under us ends that one check alone.
//
// It neither knows the time nor asks the network, save for Refresh, which does
// nothing else. A verdict rests on the times that logs and authorities sign.
package verify
