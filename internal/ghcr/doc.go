// Package ghcr is the service: the only room that speaks HTTP to the registry
// and to GitHub.
//
// Its law:
//
//   - One HTTP stack carries every request (stack.go). Read-only mode, the rule
//     about plain http, the binding of credentials to one origin, caps, deadlines,
//     the bound on concurrent requests and the request log live there and nowhere
//     else, so that no caller can forget them.
//   - The distribution protocol is the libraries' on top of it (registry.go):
//     go-containerregistry reads, oras-go writes. What they cannot do is named
//     there and done there.
//   - Reads are GET and HEAD and may be repeated. A write is sent once; a reply
//     that got lost is settled by reading.
//   - There is one road to a write: Execute (execute.go). Nothing else sends PUT.
//   - Content with a digest is fetched once, ever: GHCR counts each manifest GET
//     as a download.
//   - What a server said is mapped to model.Error once, at this edge, with the
//     reason and the cure. Types of the libraries never leave this room.
//   - Values handed out are never changed afterwards.
//
// The sub-packages store and journal keep what must outlive the process; ghcrsim
// is a registry to try all this against and never imports this package.
package ghcr
