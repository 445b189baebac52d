package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/novotnyllc/caitui/internal/model"
)

// maxDeletions bounds above how many deletions an approval is needed: GitHub's
// limits stop anybody long before.
const maxDeletions = 1_000_000

// never is the word for a rule that shall not hold.
const never = "never"

// approvals reads which plans need a second person. What is not written stays
// as built in.
func (p *fileParser) approvals(e entry) error {
	entries, err := p.known(e.value, "approvals", []string{"channels", "deletions", "wait"})
	if err != nil {
		return err
	}
	rules := model.DefaultApprovals()
	for _, rule := range entries {
		switch rule.name {
		case "channels":
			err = p.approvedChannels(rule, &rules)
		case "deletions":
			if word, ok := scalarText(rule.value); ok && word == never {
				rules.Deletions = 0
			} else {
				rules.Deletions, err = p.number(rule.value, "approvals.deletions", 1, maxDeletions)
			}
		case "wait":
			rules.DeletionWait, err = p.age(rule.value, "approvals.wait", "an approval alone will do")
		}
		if err != nil {
			return err
		}
	}
	p.c.approvals = value[model.ApprovalRules]{v: rules, place: p.at(e.key.GetToken())}
	return nil
}

func (p *fileParser) approvedChannels(e entry, rules *model.ApprovalRules) error {
	nodes, err := p.list(e.value, "approvals.channels")
	if err != nil {
		return err
	}
	for _, n := range nodes {
		name, err := p.text(n, "a channel of approvals")
		if err != nil {
			return err
		}
		if slices.Contains(rules.Channels, name) {
			return p.fail(n, fmt.Sprintf("the channel %s is listed twice", model.Sanitize(name)), "remove one")
		}
		rules.Channels = append(rules.Channels, name)
		p.approved = append(p.approved, n)
	}
	return nil
}

// checkApproved refuses approvals for what is no channel: the rule would never
// hold, and nobody would see that.
func (p *fileParser) checkApproved(channels []model.ChannelSpec) error {
	known := channelNames(channels)
	for i, name := range p.c.approvals.v.Channels {
		if !slices.Contains(known, name) {
			return p.fail(p.approved[i], fmt.Sprintf("approvals names %q, which is not a channel", model.Sanitize(name)), suggestion(name, known))
		}
	}
	return nil
}

// neverReturn reads what no channel shall point to again: releases by name and
// digests, each with the reason where one is given.
func (p *fileParser) neverReturn(e entry) error {
	nodes, err := p.list(e.value, "never_return")
	if err != nil {
		return err
	}
	var list []model.NeverReturn
	for _, n := range nodes {
		one, err := p.never(n)
		if err != nil {
			return err
		}
		list = append(list, one)
	}
	p.c.never = value[[]model.NeverReturn]{v: list, place: p.at(e.key.GetToken())}
	return nil
}

// never reads one entry: the name of a release or a digest alone, or a mapping
// with the reason.
func (p *fileParser) never(n ast.Node) (model.NeverReturn, error) {
	if text, ok := scalarText(n); ok {
		return p.banned(n, text)
	}
	entries, err := p.known(n, "an entry of never_return", []string{"release", "digest", "why"})
	if err != nil {
		return model.NeverReturn{}, err
	}
	var out model.NeverReturn
	why := ""
	for _, e := range entries {
		text, err := p.text(e.value, "never_return."+e.name)
		if err != nil {
			return model.NeverReturn{}, err
		}
		if e.name == "why" {
			why = text
			continue
		}
		if out != (model.NeverReturn{}) {
			return model.NeverReturn{}, p.fail(e.key, "an entry of never_return names a release and a digest", "make two entries of it")
		}
		if out, err = p.banned(e.value, text); err != nil {
			return model.NeverReturn{}, err
		}
		if (e.name == "digest") != (out.Digest != "") {
			return model.NeverReturn{}, p.fail(e.value, fmt.Sprintf("%q is not a %s", model.Sanitize(text), e.name),
				"a digest is sha256: and 64 characters 0-9 a-f, a release is a version or a commit")
		}
	}
	if out == (model.NeverReturn{}) {
		return out, p.fail(n, "an entry of never_return names nothing", "give it a line release: or digest:")
	}
	out.Why = why
	return out, nil
}

func (p *fileParser) banned(n ast.Node, text string) (model.NeverReturn, error) {
	if d, err := model.ParseDigest(text); err == nil {
		return model.NeverReturn{Digest: d}, nil
	}
	if model.ValidTag(text) != nil {
		return model.NeverReturn{}, p.fail(n, fmt.Sprintf("%q is neither a release nor a digest", model.Sanitize(text)),
			"a release is a version such as v1.3.0 or a commit, a digest is sha256: and 64 characters 0-9 a-f")
	}
	return model.NeverReturn{Release: text}, nil
}

// cleanupAfter reads from which age on the project's pipeline may delete.
func (p *fileParser) cleanupAfter(e entry) error {
	age, err := p.age(e.value, "cleanup_after", "the pipeline deletes nothing")
	if err != nil {
		return err
	}
	p.c.cleanup = value[time.Duration]{v: age, place: p.at(e.value.GetToken())}
	return nil
}

// age reads a number with a unit, or "never", which means what meaning says.
func (p *fileParser) age(n ast.Node, what, meaning string) (time.Duration, error) {
	text, err := p.text(n, what)
	if err != nil || text == never {
		return 0, err
	}
	d, err := model.ParseAge(text)
	if err != nil || d == 0 {
		return 0, p.fail(n, fmt.Sprintf("%s is %q", what, model.Sanitize(text)), "write a number and a unit, for example 10m, 12h or 180d, or never: "+meaning)
	}
	return d, nil
}

// describedRules are the rules as the configuration is described.
func describedRules(l model.Layout) (approvals, neverReturn, cleanup string) {
	var parts []string
	if len(l.Approvals.Channels) > 0 {
		parts = append(parts, "channels "+strings.Join(l.Approvals.Channels, ", "))
	}
	if l.Approvals.Deletions > 0 {
		text := fmt.Sprintf("more than %d deletions", l.Approvals.Deletions)
		if l.Approvals.DeletionWait > 0 {
			text += " or a wait of " + l.Approvals.DeletionWait.String()
		}
		parts = append(parts, text)
	}
	var banned []string
	for _, n := range l.NeverReturn {
		banned = append(banned, n.Release+string(n.Digest))
	}
	cleanup = never
	if l.CleanupAfter > 0 {
		cleanup = l.CleanupAfter.String()
	}
	return strings.Join(parts, "; "), strings.Join(banned, ", "), cleanup
}
