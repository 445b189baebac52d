// Package wire turns values of the domain into the JSON documents that people,
// scripts and caitui itself rely on, and reads back the two that are read
// back: plan files and journal lines.
//
// Its law: every field is present in every document. A field without a value
// is null, never left out and never a zero that could be read as one; a list
// without entries is []. Digests are "sha256:<hex>", times RFC 3339 in UTC,
// lists have a stable order. Once shipped a document changes only by adding.
// Text that came from a server is sanitised before it goes into a document,
// because standard output may be a terminal. No I/O, no clock.
package wire
