// Package journal is the append-only record of what caitui was asked to do to
// a registry and what came of it, shared by any number of processes.
//
// # Files
//
// journal.jsonl holds one event a line, readable with grep and jq. HEAD holds
// number and hash of the last line. plans/ beside the journal's folder holds
// each plan whole.
//
// # The chain
//
// A line is the wire form of an event, and "hash" is its last member:
//
//	{"seq":7,…,"prev":"sha256:…","hash":"sha256:…"}
//
// The hash is "sha256:" and the lower-case hex SHA-256 of the line's own bytes
// without its line feed and without the member "hash" and the comma before it:
//
//	sed -E 's/,"hash":"sha256:[0-9a-f]{64}"\}$/}/' | tr -d '\n' | sha256sum
//
// "prev" is the hash of the line before, null on the first line, and "seq"
// counts from 1. So whoever alters, removes, adds or reorders a line breaks
// the chain, and HEAD (or a head quoted in a report) shows a cut end. Who can
// rewrite the journal and HEAD can rewrite history, except where a head was
// quoted elsewhere.
//
// # Crashes
//
// Under an exclusive file lock the lines are written and synced first, HEAD
// after them. So HEAD may be behind the journal, never ahead of it. A line
// that was torn by a crash is never removed: the next append ends it with a
// line feed and writes a note that names its length and SHA-256. Verify takes
// unreadable bytes for a closed torn line only where such a note follows.
//
// Where HEAD is ahead of the journal or contradicts it, somebody has cut or
// altered lines. The next append continues from HEAD, not from what is left,
// so that the break stays visible for ever. Nothing of this ever keeps an
// event from being recorded.
//
// # Law
//
// No secret is written: what looks like a token in any text is masked. Text is
// sanitised. No clock of its own, no network. The package imports the model
// and its wire form, and no other room.
package journal
