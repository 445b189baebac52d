package versionrows

import (
	"cmp"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// The bindings of every list of versions.
const (
	KeyOpen    keys.ID = "open"
	KeyBack    keys.ID = "back"
	KeyFilter  keys.ID = "filter"
	KeyMark    keys.ID = "mark"
	KeyRange   keys.ID = "mark-range"
	KeyMarkAll keys.ID = "mark-all"
	KeyFold    keys.ID = "fold"
	KeyDiff    keys.ID = "diff"
	KeyProof   keys.ID = "attestations"
	KeySBOM    keys.ID = "sbom"
	KeyRetag   keys.ID = "retag"
	KeyDelete  keys.ID = "delete"
	KeyTell    keys.ID = "tell"
	KeyBrowse  keys.ID = "browse"
	KeyRelease keys.ID = "same-release"
	KeyTags    keys.ID = "tags"
	KeyPull    keys.ID = "pull"
	KeyUntag   keys.ID = "untag"
)

// NoVersion says that no version is under the cursor, "" where one is.
func (l *List) NoVersion() string {
	if l.Current() == nil {
		return "no version is under the cursor"
	}
	return ""
}

// TellKeys are the bindings that tell of a version; disabled says why they do not.
func TellKeys(tell, disabled string) []keys.Binding {
	return []keys.Binding{
		{ID: KeyProof, Keys: []string{"a"}, Does: "proof", Footer: 4, Disabled: disabled,
			Help: "All attestations found for the version under the cursor and its parts."},
		{ID: KeySBOM, Keys: []string{"s"}, Does: "SBOM", Disabled: disabled,
			Help: "The SBOMs of the version under the cursor: components, licences, what they describe. With two versions marked what changed in them."},
		{ID: KeyTell, Keys: []string{"y"}, Does: tell, Footer: 5, Disabled: disabled,
			Help: "Copy one line about the version, with its whole digest; " + pane.FormsHelp},
	}
}

// FoldKey is the binding that folds and unfolds; unfolding is its help where it
// unfolds.
func (l *List) FoldKey(unfolding string) keys.Binding {
	b := keys.Binding{ID: KeyFold, Keys: []string{"z"}, Does: "unfold", Footer: 7, Help: unfolding}
	if !l.folded {
		b.Does, b.Help = "fold", "Fold children, attestations and plumbing under what they belong to."
		if l.table.MarkCount() > 0 {
			b.Disabled = "marked versions could be folded away: take the marks off first"
		}
	}
	return b
}

// MarkKeys are the bindings that mark; marking is the help of the one that
// marks one version, disabled says why they do not mark.
func (l *List) MarkKeys(marking, disabled string) []keys.Binding {
	return []keys.Binding{
		{ID: KeyMark, Keys: []string{" "}, Does: "mark", Footer: 8, Disabled: disabled, Help: marking},
		{ID: KeyRange, Keys: []string{"v"}, Does: "mark range", Disabled: disabled,
			Help: "Mark a range: v at its one end, move, v at its other end."},
		{ID: KeyMarkAll, Keys: []string{"*"}, Does: "mark all", Disabled: disabled,
			Help: "Mark everything that the filter shows; again: unmark all."},
	}
}

// WayKeys are the bindings that lead from the version under the cursor to its
// files, its page and other versions; disabled says why there is nothing to save
// and no page.
func (l *List) WayKeys(disabled string) []keys.Binding {
	noPage, noRelease, noTags := disabled, l.NoVersion(), l.NoVersion()
	if r := l.Current(); r != nil {
		noPage, noRelease, noTags = cmp.Or(disabled, r.In.NoPage()), r.NoRelease(), r.NoTags()
	}
	return []keys.Binding{
		{ID: KeyPull, Keys: []string{"S"}, Does: "save files", Footer: 14, Disabled: disabled,
			Help: "Save the version in a directory of this machine: the files of an artifact, or an image as an OCI image layout. The files are shown first."},
		{ID: KeyBrowse, Keys: []string{"o"}, Does: "open page", Footer: 9, Disabled: noPage,
			Help: "Open the version's page in the browser."},
		{ID: KeyRelease, Keys: []string{"p"}, Does: "same release", Footer: 11, Disabled: noRelease,
			Help: "Go to what was published together with the version in another package: choose the package, its history opens there."},
		{ID: KeyTags, Keys: []string{"#"}, Does: "its tags", Footer: 12, Disabled: noTags,
			Help: "Go where the version's tags lead: to what its channels point to now and pointed to before, and to parts with tags of their own."},
	}
}

// DeleteKey is the binding that deletes. It acts on marks only, never on what
// merely lies under the cursor, and never while a range is still growing.
func (l *List) DeleteKey(footer int) keys.Binding {
	b := keys.Binding{ID: KeyDelete, Keys: []string{"D"}, Does: "delete marked", Danger: true, Footer: footer,
		Help: "Delete the marked versions, of folded rows with what belongs to them; a preview comes first and asks for their number."}
	switch {
	case l.table.Ranging():
		b.Disabled = "a range is being marked: v ends it"
	case l.table.MarkCount() == 0:
		b.Disabled = "it deletes marked versions only: mark some with space, v or *"
	}
	return b
}

// Do runs what moves, filters, marks and folds, and reports whether it was that.
func (l *List) Do(id keys.ID) (cmd tea.Cmd, done bool) {
	switch id {
	case keys.Up, keys.Down, keys.Top, keys.Bottom, keys.PageUp, keys.PageDown:
		l.owner.Move(id)
	case KeyFilter:
		l.prompt.Open(l.query)
		l.owner.Arrange()
	case KeyMark:
		l.table.ToggleMark()
	case KeyRange:
		l.table.MarkRange()
	case KeyMarkAll:
		l.table.MarkAll()
	case KeyFold:
		l.folded = !l.folded
		return l.compute(), true
	default:
		return nil, false
	}
	return l.Moved(), true
}

// Delete asks for the deletion of the marked versions, those of folded rows with
// what is folded under them.
func (l *List) Delete() pane.Action {
	return pane.Delete{WithParts: l.folded, Versions: l.Marked()}
}

// Act does what is about the row under the cursor, or about d, a part of it.
func (r *Row) Act(id keys.ID, d model.Digest, t *pane.Teller) pane.Action {
	switch id {
	case KeyProof:
		return pane.ShowAttestations{Package: r.In.Name, Digest: d}
	case KeySBOM:
		return pane.ShowSBOM{Package: r.In.Name, Digest: d}
	case KeyRetag:
		return pane.Retag{Package: r.In.Name, Digest: d}
	case KeyTell:
		return t.Tell(string(d), r.Forms(d)...)
	case KeyRelease:
		return r.SameRelease()
	case KeyTags:
		return r.OtherTags()
	case KeyUntag:
		return r.Untag(d)
	case KeyPull:
		return pane.Pull{Package: r.In.Name, Digest: d}
	case KeyBrowse:
		return pane.Browse{URL: r.In.Page(d)}
	}
	return nil
}
