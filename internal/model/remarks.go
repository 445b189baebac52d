package model

import "fmt"

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

// counted is a number with its noun, for nouns with an ordinary plural.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// shorts are digests as sentences name them.
func shorts(list []Digest) []string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.Short()
	}
	return out
}
