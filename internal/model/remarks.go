package model

import (
	"fmt"
	"slices"
	"strings"
)

// remarks gathers what a plan has to say. Everything in it is clean.
type remarks struct {
	warnings []Remark
	blockers []Remark
}

func (r *remarks) blocker(code, pkg string, override bool, format string, args ...any) {
	r.blockers = append(r.blockers, Remark{Code: code, Package: pkg, Override: override, Message: Sanitize(fmt.Sprintf(format, args...))})
}

func (r *remarks) warning(code, pkg, format string, args ...any) {
	r.warnings = append(r.warnings, Remark{Code: code, Package: pkg, Message: Sanitize(fmt.Sprintf(format, args...))})
}

// add takes over the remarks that are not there yet: several tags of a package
// find the same.
func (r *remarks) add(more remarks) {
	r.blockers = appendNew(r.blockers, more.blockers)
	r.warnings = appendNew(r.warnings, more.warnings)
}

func appendNew(list, more []Remark) []Remark {
	for _, r := range more {
		if !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}

// seal ends the making of a plan: it gets what there is to say of it, with the
// blockers that the request names as warnings, where they may be lifted at all,
// and its id.
func (r *remarks) seal(p Plan, overrides []string) Plan {
	p.Warnings = r.warnings
	for _, b := range r.blockers {
		if b.Override && slices.Contains(overrides, b.Code) {
			b.Message = "overridden: " + b.Message
			p.Warnings = append(p.Warnings, b)
			continue
		}
		p.Blockers = append(p.Blockers, b)
	}
	p.ID = p.CanonicalID()
	return p
}

// underWay tells of a run that may get in the way of a plan: "run 12 of @jo is
// in progress".
func underWay(run Run) string {
	by := ""
	if run.Actor != "" {
		by = " of @" + run.Actor
	}
	status := "under way"
	if run.Status != "" {
		status = strings.ReplaceAll(run.Status, "_", " ")
	}
	return fmt.Sprintf("run %d%s is %s", run.ID, by, status)
}

// counted is a number with its noun, for nouns with an ordinary plural.
func counted(n int, noun string) string {
	return fmt.Sprintf("%d %s%s", n, noun, ofPlural(n, "", "s"))
}

// ofPlural is the form of a word that goes with a number.
func ofPlural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// shorts are digests as sentences name them.
func shorts(list []Digest) []string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.Short()
	}
	return out
}
