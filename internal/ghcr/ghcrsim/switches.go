package ghcrsim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Names of the switches. Each is one point where reports about the real
// services disagree, or an option that tests need.
const (
	swAnonymousDenied  = "anonymous_denied"
	swTokenLifetime    = "token_lifetime"
	swExpiredBearer    = "expired_bearer"
	swUnknownPackage   = "unknown_package"
	swOwnerCase        = "owner_case"
	swTagsOrder        = "tags_order"
	swTagsCap          = "tags_cap"
	swReferrers        = "referrers"
	swHeadBlob         = "head_blob"
	swIndexChildren    = "index_children"
	swPhantomMount     = "phantom_mount"
	swRegistryLimit    = "registry_limit"
	swNewPackage       = "new_package"
	swActionsPackages  = "actions_packages"
	swOwnerKind        = "owner_kind"
	swLag              = "lag"
	swGhosts           = "ghosts"
	swBlockedBoth      = "blocked_both_ways"
	swFineGrained      = "fine_grained"
	swRateForm         = "rate_form"
	swRetryAfter       = "retry_after"
	swPrimaryLimit     = "primary_limit"
	swSecondaryPoints  = "secondary_points"
	swConcurrent       = "concurrent"
	swActionsRate      = "actions_rate_headers"
	swAttestEmpty      = "attestations_empty"
	swAttestBundles    = "attestation_bundles"
	swDispatchDetails  = "dispatch_details"
	swRunQueue         = "run_queue"
	swRunTime          = "run_time"
	swRunConclusion    = "run_conclusion"
	swRunPublishes     = "run_publishes"
	swWorkflowDefaults = "workflow_permissions"
)

// The kinds of account, as switch owner_kind names them.
const (
	ownerOrganization = "organization"
	ownerUser         = "user"
)

// switchKind says what values a switch takes.
type switchKind int

const (
	choice switchKind = iota
	boolean
	number
	fraction // 0 to 1
	duration // Go form, as "90s"
)

// switchDef declares one switch: its values, its default, what it means.
type switchDef struct {
	name    string
	kind    switchKind
	initial string
	allowed []string // of a choice
	meaning string
}

// switchDefs is the whole list, as `GET /_sim/switches` tells it.
func switchDefs() []switchDef {
	return slices.Concat(registrySwitches(), restSwitches(), actionsSwitches())
}

func registrySwitches() []switchDef {
	return []switchDef{
		{swAnonymousDenied, choice, "401", []string{"401", "403"},
			"what an anonymous token request for a private or absent package gets"},
		{swTokenLifetime, duration, "60s", nil, "how long a registry token is valid, by the wall clock"},
		{swExpiredBearer, choice, "challenge", []string{"challenge", "denied"},
			"answer to a registry token past its lifetime: 401 with a challenge, or 403 DENIED without one"},
		{swUnknownPackage, choice, "NAME_UNKNOWN", []string{"NAME_UNKNOWN", "MANIFEST_UNKNOWN", "DENIED"},
			"code for an absent package when the token may see the owner"},
		{swOwnerCase, choice, "reject", []string{"reject", "fold"},
			"capital letters in the owner part of a /v2/ path: NAME_INVALID, or the same as small ones"},
		{swTagsOrder, choice, "pushed", []string{"pushed", "lexical"}, "order of tags/list: oldest pushed first, or alphabetical"},
		{swTagsCap, number, "1000", nil, "most tags on one page of tags/list, whatever n asks"},
		{swReferrers, choice, "404", []string{"404", "303", "empty", "406", "full"},
			"the referrers API: 404 MANIFEST_UNKNOWN, 303 to an address that answers 429, 200 with an empty index, 406, or really built"},
		{swHeadBlob, choice, "direct", []string{"direct", "redirect"},
			"HEAD of a blob: answered by the registry, or 307 to the blob host, which refuses HEAD"},
		{swIndexChildren, choice, "checked", []string{"checked", "unchecked"},
			"whether a pushed index must find its children in the package"},
		{swPhantomMount, boolean, "false", nil, "a mount reports success and the blob is not there afterwards"},
		{swRegistryLimit, number, "44000", nil, "registry requests a minute before 429 TOOMANYREQUESTS; 0: no limit"},
		{swNewPackage, choice, "private", []string{"private", "inherit"},
			"visibility of a package first pushed by a workflow: private, or that of its repository"},
		{swActionsPackages, choice, "write", []string{"write", "read"},
			"the packages permission of the workflow behind the actions token"},
	}
}

func restSwitches() []switchDef {
	return []switchDef{
		{swOwnerKind, choice, ownerOrganization, []string{ownerOrganization, ownerUser}, "what kind of account the owner is"},
		{swLag, duration, "0s", nil,
			"how long REST hides new versions and tag moves; wall clock and simulator clock both count"},
		{swGhosts, fraction, "0", nil, "share of deleted versions that REST goes on listing; deleting one is 404"},
		{swBlockedBoth, choice, "downloads", []string{"downloads", "last-tagged"},
			"which message a version gets that is over the download limit and the last tagged one"},
		{swFineGrained, choice, "403", []string{"403", "404"}, "what a fine-grained token gets from the Packages API"},
		{swRateForm, choice, "403", []string{"403", "429"}, "status of both kinds of rate limit"},
		{swRetryAfter, choice, "header", []string{"header", "absent"}, "whether the secondary limit says retry-after"},
		{swPrimaryLimit, number, "0", nil, "requests an hour and credential; 0: as GitHub has it for the kind"},
		{swSecondaryPoints, number, "900", nil, "points a minute, credential and endpoint; reads cost 1, mutations 5"},
		{swConcurrent, number, "100", nil, "requests of one credential at the same time"},
		{swActionsRate, boolean, "true", nil, "whether answers to an actions token carry x-ratelimit headers"},
		{swAttestEmpty, choice, "200", []string{"200", "404"}, "a subject without attestations: an empty list, or 404"},
		{swAttestBundles, choice, "seeded", []string{"seeded", "inline", "url", "both"},
			"where bundles are: as seeded, all inline, all behind bundle_url, or both"},
	}
}

func actionsSwitches() []switchDef {
	return []switchDef{
		{swDispatchDetails, choice, "supported", []string{"supported", "ignored"},
			"whether return_run_details is known; ignored: always 204, as older servers"},
		{swRunQueue, duration, "10s", nil, "simulator time that a dispatched run waits"},
		{swRunTime, duration, "40m", nil, "simulator time that a dispatched run works"},
		{swRunConclusion, choice, "success", []string{"success", "failure", "cancelled"}, "how dispatched runs end"},
		{swRunPublishes, boolean, "true", nil, "whether a dispatched run that succeeds publishes a build"},
		{swWorkflowDefaults, choice, "read", []string{"read", "write"},
			"the repository's default workflow permissions"},
	}
}

// switches holds the present values, in their canonical text form.
type switches struct {
	mu     sync.RWMutex
	defs   map[string]switchDef
	values map[string]string
}

func newSwitches() *switches {
	sw := &switches{defs: map[string]switchDef{}}
	for _, d := range switchDefs() {
		sw.defs[d.name] = d
	}
	sw.reset()
	return sw
}

// reset puts every switch back to its default.
func (sw *switches) reset() {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	sw.values = map[string]string{}
	for name, d := range sw.defs {
		sw.values[name] = d.initial
	}
}

// text returns a value as it stands.
func (sw *switches) text(name string) string {
	sw.mu.RLock()
	defer sw.mu.RUnlock()
	return sw.values[name]
}

func (sw *switches) flag(name string) bool { return sw.text(name) == "true" }

func (sw *switches) number(name string) int {
	n, _ := strconv.Atoi(sw.text(name)) // set() admits numbers only
	return n
}

func (sw *switches) fraction(name string) float64 {
	f, _ := strconv.ParseFloat(sw.text(name), 64) // set() admits fractions only
	return f
}

func (sw *switches) duration(name string) time.Duration {
	d, _ := time.ParseDuration(sw.text(name)) // set() admits durations only
	return d
}

// put sets one switch to a value that is known to be right.
func (sw *switches) put(name, text string) {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	sw.values[name] = text
}

// set changes several switches, all or none of them.
func (sw *switches) set(values map[string]json.RawMessage) error {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	canonical := map[string]string{}
	for name, raw := range values {
		d, ok := sw.defs[name]
		if !ok {
			return fmt.Errorf("unknown switch %q: GET /_sim/switches lists them", name)
		}
		text, err := d.parse(raw)
		if err != nil {
			return fmt.Errorf("switch %q: %w", name, err)
		}
		canonical[name] = text
	}
	for name, text := range canonical {
		sw.values[name] = text
	}
	return nil
}

// parse checks a JSON value and returns its canonical text. Strings, numbers
// and booleans are taken for each other where they mean the same.
func (d switchDef) parse(raw json.RawMessage) (string, error) {
	text := strings.TrimSpace(string(raw))
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(raw, &text); err != nil {
			return "", fmt.Errorf("reading the value: %w", err)
		}
	}
	var err error
	switch d.kind {
	case choice:
		if !slices.Contains(d.allowed, text) {
			err = fmt.Errorf("%q is not one of %s", text, strings.Join(d.allowed, ", "))
		}
	case boolean:
		if text != "true" && text != "false" {
			err = fmt.Errorf("%q is neither true nor false", text)
		}
	case number:
		if n, bad := strconv.Atoi(text); bad != nil || n < 0 {
			err = fmt.Errorf("%q is not a whole number from 0 up", text)
		}
	case fraction:
		if f, bad := strconv.ParseFloat(text, 64); bad != nil || !(f >= 0 && f <= 1) {
			err = fmt.Errorf("%q is not a number from 0 to 1", text)
		}
	case duration:
		if v, bad := time.ParseDuration(text); bad != nil || v < 0 {
			err = fmt.Errorf("%q is not a duration such as 90s", text)
		}
	}
	return text, err
}

// switchState is one switch as `GET /_sim/switches` tells it.
type switchState struct {
	Value   any      `json:"value"`
	Default any      `json:"default"`
	Allowed []string `json:"allowed,omitempty"`
	Meaning string   `json:"meaning"`
}

// list returns all switches by name.
func (sw *switches) list() map[string]switchState {
	sw.mu.RLock()
	defer sw.mu.RUnlock()
	out := map[string]switchState{}
	for name, d := range sw.defs {
		out[name] = switchState{
			Value: d.typed(sw.values[name]), Default: d.typed(d.initial),
			Allowed: d.allowed, Meaning: d.meaning,
		}
	}
	return out
}

// typed turns the canonical text into the JSON type of the switch.
func (d switchDef) typed(text string) any {
	switch d.kind {
	case boolean:
		return text == "true"
	case number, fraction:
		return json.Number(text)
	default:
		return text
	}
}
