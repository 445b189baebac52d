// Package history is the pane that shows the versions of one package: releases
// first, plumbing folded under what it belongs to.
//
// Its law: everything that takes time in proportion to the package (folding,
// searchable text, which version belongs to which row) is computed in a
// command over the immutable survey and comes back as a pane.Result of the
// pane's own generation; Update and View touch what is on the screen only. The
// pane asks for manifests that it shows and does not have, once each, and
// never reads anything itself.
package history
