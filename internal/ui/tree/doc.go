// Package tree is a foldable, searchable tree of names and values: statements,
// manifests, configurations, and facts beside them.
//
// Its law: a Doc is built once, in a command where it may be large, and never
// changes; a Model belongs to the event loop and holds only what a person did
// to it. Building bounds depth, number and length of what it takes, and says
// where it stopped; drawing formats the lines that are on the screen and no
// others. All text is sanitised when it is drawn or copied.
package tree
