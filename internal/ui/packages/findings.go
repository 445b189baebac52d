package packages

import (
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// finding is something that a person should know before anything else, in one
// sentence, with what to do about it where that is known.
type finding struct {
	severe bool // nothing reliable can be said while it stands
	text   string
	cure   string
	brief  string // the cure where a line has no room for it
}

// findings lists what the survey tells by itself, worst first: what could not
// be read, channels that are not one set, packages that outsiders cannot pull,
// and the inventory's own notes.
func findings(s model.Survey) []finding {
	var out []finding
	out = append(out, unread(s.Inventory)...)
	for _, c := range s.Channels {
		out = append(out, incoherent(c, s.Inventory)...)
	}
	out = append(out, hidden(s.Inventory)...)
	for _, n := range s.Inventory.Notes {
		out = append(out, finding{text: model.Sanitize(n)})
	}
	return out
}

// unread groups packages by the error that they failed with, so that ten
// packages behind one broken network are one finding.
func unread(inv model.Inventory) []finding {
	type group struct {
		names []string
		err   error
		known int // how many have an older state to show
	}
	var order []string
	groups := make(map[string]*group)
	for _, p := range inv.Packages {
		if p.Err == nil {
			continue
		}
		// The message of one package often names it; without its name the
		// failures of many packages read the same.
		key := strings.ReplaceAll(p.Err.Error(), p.Spec.Name, "")
		g := groups[key]
		if g == nil {
			g = &group{err: p.Err}
			groups[key] = g
			order = append(order, key)
		}
		g.names = append(g.names, p.Spec.Name)
		if p.Known {
			g.known++
		}
	}
	var out []finding
	for _, key := range order {
		g := groups[key]
		text := model.Sanitize(g.err.Error())
		if len(g.names) > 1 || !strings.Contains(text, g.names[0]) {
			text = subject(g.names, len(inv.Packages)) + ": " + text
		}
		switch {
		case g.known == len(g.names):
			text += " (shown as last read)"
		case g.known > 0:
			text += fmt.Sprintf(" (%d shown as last read)", g.known)
		}
		out = append(out, finding{severe: true, text: text, cure: model.Sanitize(model.CureOf(g.err))})
	}
	return out
}

// incoherent says in which ways a channel is not one set. Packages of which
// nothing could be read are not said twice.
func incoherent(c model.ChannelState, inv model.Inventory) []finding {
	var out []finding
	for _, i := range c.Incoherent {
		message := model.Sanitize(i.Message)
		if !strings.HasPrefix(message, c.Name+" ") && !strings.HasPrefix(message, c.Name+":") {
			message = c.Name + ": " + message
		}
		out = append(out, finding{severe: i.Code == "drift" || i.Code == "incomplete", text: message})
	}
	if len(out) > 0 {
		return out
	}
	var missing []string
	for _, m := range c.Members {
		if p, _ := inv.Package(m.Package); m.State == model.MemberMissing && p.Err == nil {
			missing = append(missing, m.Package)
		}
	}
	if len(missing) > 0 && len(missing) < len(c.Members) {
		out = append(out, finding{severe: true, text: c.Name + " has nothing of " + listed(missing)})
	}
	return out
}

// hidden lists packages that nobody outside can pull.
func hidden(inv model.Inventory) []finding {
	var private, refused []string
	for _, p := range inv.Packages {
		switch {
		case p.Info.Visibility == model.VisibilityPrivate, p.Info.Visibility == model.VisibilityInternal:
			private = append(private, p.Spec.Name)
		case p.Info.Anonymous == model.AnonymousRefused:
			refused = append(refused, p.Spec.Name)
		}
	}
	var out []finding
	if len(private) > 0 {
		out = append(out, finding{
			text: subject(private, len(inv.Packages)) + be(private) + " private: nobody outside can pull " + it(private),
			cure: "its page (o) has the setting", brief: "o: its page",
		})
	}
	if len(refused) > 0 {
		out = append(out, finding{
			text: subject(refused, len(inv.Packages)) + " refused a pull without credentials",
			cure: "its page (o) has the setting", brief: "o: its page",
		})
	}
	return out
}

// subject names packages in the beginning of a sentence.
func subject(names []string, all int) string {
	if len(names) == all && all > 2 {
		return fmt.Sprintf("all %d packages", all)
	}
	return listed(names)
}

// listed writes up to three names, more as a count.
func listed(names []string) string {
	clean := model.SanitizeAll(names)
	switch n := len(clean); {
	case n == 0:
		return "no package"
	case n == 1:
		return clean[0]
	case n <= 3:
		return strings.Join(clean[:n-1], ", ") + " and " + clean[n-1]
	default:
		return fmt.Sprintf("%s, %s and %d more packages", clean[0], clean[1], n-2)
	}
}

func be(names []string) string {
	if len(names) == 1 {
		return " is"
	}
	return " are"
}

func it(names []string) string {
	if len(names) == 1 {
		return "it"
	}
	return "them"
}
