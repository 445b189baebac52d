package journal

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/novotnyllc/caitui/internal/model"
)

// masked stands where a secret stood.
const masked = "***"

// secrets finds what looks like a credential in prose: the values of
// Authorization headers, GitHub's tokens by their documented prefixes, user
// information in URLs, JSON Web Tokens, and what follows the name of a scheme.
var secrets = regexp.MustCompile(strings.Join([]string{
	`(?i:\bauthorization["']?[:=]\s*["']?(?:(?:bearer|basic|token)\s+)?)[^\s"']+`,
	`\bgh[a-z]_[A-Za-z0-9_]+`,
	`\bgithub_pat_[A-Za-z0-9_]+`,
	`://[^/\s@]*:[^/\s@]+@`,
	`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.?[A-Za-z0-9_-]*`,
	`(?i:\b(?:bearer|basic|token)[ :=]+)[A-Za-z0-9+/._~-]{8,}=*`,
}, "|"))

// nameSecrets is stricter, for package and tag names: these are needed to the
// letter, so only what has the length of a real token is masked.
// Compiled when the first line is written: 30 copies of a class are long in
// making, and most runs of the program only read.
var nameSecrets = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:gh[a-z]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})`)
})

func mask(s string) string {
	return secrets.ReplaceAllStringFunc(s, func(found string) string {
		switch {
		case strings.HasPrefix(found, "://"):
			return "://" + masked + "@"
		case hasFold(found, "authorization"):
			return found[:len("authorization")] + ": " + masked
		}
		for _, scheme := range []string{"bearer", "basic", "token"} {
			if hasFold(found, scheme) {
				value := strings.TrimLeft(found[len(scheme):], " :=")
				if isProse(value) {
					return found
				}
				return found[:len(scheme)] + " " + masked
			}
		}
		return masked
	})
}

// isProse keeps "token endpoint" and "basic authentication" readable: a word
// without a digit that is not too long to be one.
func isProse(s string) bool {
	return len(s) < 20 && !strings.ContainsAny(s, "0123456789")
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func maskName(s string) string { return nameSecrets().ReplaceAllString(s, masked) }

// maxText bounds one field of a line, in bytes: an error may quote a whole
// answer of a server.
const maxText = 4096

func text(s string) string {
	s = mask(model.Sanitize(s))
	if len(s) <= maxText {
		return s
	}
	cut := maxText - len("…")
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// clean returns the event as it may be written.
func clean(e model.JournalEvent) model.JournalEvent {
	e.Actor, e.Host, e.Reason, e.Incident, e.Error = text(e.Actor), text(e.Host), text(e.Reason), text(e.Incident), text(e.Error)
	e.Registry, e.Owner, e.Plan, e.State = text(e.Registry), text(e.Owner), text(e.Plan), model.StepState(text(string(e.State)))
	e.Package, e.Tag = maskName(model.Sanitize(e.Package)), maskName(model.Sanitize(e.Tag))
	return e
}

// cleanPlan masks the prose of a plan. Its id covers registry, owner, title,
// changes and effects, which are names and digests and stay as they are.
func cleanPlan(p model.Plan) model.Plan {
	p.Reason, p.Incident, p.Actor = mask(p.Reason), mask(p.Incident), mask(p.Actor)
	p.Warnings, p.Blockers = cleanRemarks(p.Warnings), cleanRemarks(p.Blockers)
	consumers := make([]model.Consumer, len(p.Consumers))
	for i, c := range p.Consumers {
		consumers[i] = model.Consumer{Who: mask(c.Who), Gets: mask(c.Gets)}
	}
	approvals := make([]model.Approval, len(p.Approvals))
	for i, a := range p.Approvals {
		a.Note = mask(a.Note)
		approvals[i] = a
	}
	p.Consumers, p.Approvals = consumers, approvals
	return p
}

func cleanRemarks(list []model.Remark) []model.Remark {
	out := make([]model.Remark, len(list))
	for i, r := range list {
		r.Message = mask(r.Message)
		out[i] = r
	}
	return out
}
