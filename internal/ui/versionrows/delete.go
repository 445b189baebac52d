package versionrows

// HelpDelete is the help of the key that deletes.
const HelpDelete = "Delete the marked versions, of folded rows with what belongs to them; a preview comes first and asks for their number."

// NoDelete says why nothing can be deleted: it acts on marks only, never on what
// merely lies under the cursor, and never while a range is still growing.
func NoDelete(marked int, ranging bool) string {
	switch {
	case ranging:
		return "a range is being marked: v ends it"
	case marked == 0:
		return "it deletes marked versions only: mark some with space, v or *"
	}
	return ""
}
