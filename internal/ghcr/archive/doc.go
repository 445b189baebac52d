// Package archive reads layers and other packed content as lists of files, picks
// single files out of archives, and tells what differs between two stacks of
// layers.
//
// Its law: nothing of the content is trusted and nothing is ever written or
// run. Bytes, entries and names are bounded, so that no archive takes more room
// than its reader allows; names that leave the root are refused and counted. A
// whiteout hides what lower layers have and nothing of its own layer (OCI
// image-spec, layer.md, "Whiteouts"). What lies in layers that were not read is
// unknown, and is said to be so. No network, no clock.
package archive
