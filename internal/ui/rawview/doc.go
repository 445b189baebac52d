// Package rawview is the pane of one piece of content as the registry has it: a
// manifest, a configuration, a statement or any other blob as a foldable,
// searchable tree. Every digest in it opens in turn.
//
// Its law: it holds no more than what it was brought and what a person did to
// it, and asks for everything by an Action. Content is made a tree in a command
// where it may take long. Bytes come from a stranger: they are bounded and
// sanitised by the tree.
package rawview
