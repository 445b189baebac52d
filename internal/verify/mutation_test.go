package verify_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// cosmetic are the changes of bundles that do not matter, by the end of the
// path and, after a bar, by the sort of change, with the reason. Everything else
// in a bundle is proved.
var cosmetic = map[string]string{
	".hint":                       "names a key to look for: the policy brings the key",
	".certificates.1":             "the chain that older bundles bring: the root brings its own",
	".certificates|doubled":       "the first one signs",
	".rfc3161Timestamps|doubled":  "one of an authority counts once",
	".inclusionProof.logIndex":    "of the second log: the entry's own index is what is proved",
	".signedTimestamp|a bit":      "a CMS has versions and lists of algorithms around what it signs; the time is signed",
	".checkpoint.envelope|a name": "who says to have signed a tree head: the key decides",
}

// Each change of a good bundle makes a bad one: every field left out, emptied,
// altered, or taken from another good bundle; every stretch of bytes.
func TestEveryMutationIsRefused(t *testing.T) {
	key, err := simca.NewKey("release")
	if err != nil {
		t.Fatal(err)
	}
	file := sha256.Sum256([]byte("image"))
	message := func(t *testing.T, content []byte, s simca.Signing) []byte {
		sum := file
		if string(content) != string(statement()) {
			sum = sha256.Sum256(content)
		}
		raw, err := instance(simca.PublicGood).SignDigest("sha256", sum[:], s)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	envelope := func(p simca.Persona) func(t *testing.T, content []byte, s simca.Signing) []byte {
		return func(t *testing.T, content []byte, s simca.Signing) []byte { return attest(t, instance(p), content, s) }
	}
	shape := func(v simca.Shape) simca.Signing { return signing(func(s *simca.Signing) { s.Shape = v }) }
	for name, c := range map[string]struct {
		sign func(t *testing.T, content []byte, s simca.Signing) []byte
		how  simca.Signing
		// also are further fields that do not matter in this shape.
		also map[string]string
	}{
		"public good": {envelope(simca.PublicGood), signing(), nil},
		"v0.2":        {envelope(simca.PublicGood), shape(simca.V02), nil},
		"v0.1":        {envelope(simca.PublicGood), shape(simca.V01), nil},
		"second log":  {envelope(simca.PublicGood), signing(func(s *simca.Signing) { s.SecondLog = true }), nil},
		"GitHub":      {envelope(simca.GitHub), signing(), nil},
		"custom": {envelope(simca.Custom), signing(), map[string]string{
			".timestampVerificationData": "the log vouches for the time too",
			".inclusionPromise|left out": "the timestamp vouches for the time too", ".inclusionPromise|emptied": "so",
			".signedEntryTimestamp|left out": "so", ".signedEntryTimestamp|emptied": "so",
		}},
		"message signature": {message, signing(), nil},
		"key": {envelope(simca.PublicGood), signing(func(s *simca.Signing) { s.Key = key }), map[string]string{
			// A key is good without a log and without a time, and both are then not told.
			".publicKey|emptied": "it holds the hint alone", ".logId.keyId": "an unknown log counts for nothing",
			".tlogEntries|left out": "no log", ".tlogEntries|emptied": "no log", ".tlogEntries.0|left out": "no log",
			".inclusionPromise|left out": "no time", ".inclusionPromise|emptied": "no time",
			".signedEntryTimestamp|left out": "no time", ".signedEntryTimestamp|emptied": "no time",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "public good" && name != "GitHub" {
				t.Skip("the others run where there is no race detector")
			}
			p := policy()
			if c.how.Key != nil {
				p = model.Policy{Key: key.PublicPEM()}
			}
			good := tree(t, c.sign(t, statement(), c.how))
			later := c.how
			later.At = later.At.AddDate(0, 0, 1)
			// Of another image, signed a day later: good where it belongs.
			other := tree(t, c.sign(t, statementOf(provenance(build()), about(another)), later))
			m := mutant{t: t, verifier: verify.New(rootsOfAll(t), 2), policy: p, also: c.also, good: good}
			if !m.verifies(good) {
				t.Fatal("the bundle was not good to begin with")
			}
			m.walk(nil, good, other)
			m.settle()
			if m.tried < 40 {
				t.Errorf("only %d mutations tried", m.tried)
			}
		})
	}
}

// A second entry whose promise is bad is not passed over: its number would be
// told as if it were proved.
func TestSecondEntryMustBeGoodToo(t *testing.T) {
	good := tree(t, attest(t, instance(simca.PublicGood), statement(), signing()))
	bad := tree(t, attest(t, instance(simca.PublicGood), statement(), flawed(simca.BadSET)))
	entries := func(b map[string]any) []any {
		return b["verificationMaterial"].(map[string]any)["tlogEntries"].([]any)
	}
	second := entries(bad)[0].(map[string]any)
	second["logIndex"] = "7"
	for _, order := range [][]any{{entries(good)[0], second}, {second, entries(good)[0]}} {
		both := tree(t, []byte(jsonText(t, good)))
		both["verificationMaterial"].(map[string]any)["tlogEntries"] = order
		refused(model.StepLog, "", "").hold(t, check(t, rootsOfAll(t), found(t, []byte(jsonText(t, both))), policy()))
	}
}

func tree(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// mutant tries changes of one good bundle.
type mutant struct {
	t        *testing.T
	verifier *verify.Verifier
	policy   model.Policy
	also     map[string]string
	good     map[string]any
	tried    int
	waiting  []mutation
}

type mutation struct {
	what string
	path []string
	item model.Attestation
}

func (m *mutant) verifies(bundle any) bool {
	items := []model.Attestation{m.item(bundle)}
	return m.verifier.Check(context.Background(), items, m.policy, model.ArtifactDigests{})[0].Verdict == model.VerdictVerified
}

func (m *mutant) item(bundle any) model.Attestation {
	raw, err := json.Marshal(bundle)
	if err != nil {
		m.t.Fatal(err)
	}
	a := model.ParseAttestations(raw)[0]
	a.About = image
	return a
}

// walk mutates everything below a node. Before a change the whole tree is
// copied, so that one does not add to another.
func (m *mutant) walk(path []string, node, other any) {
	switch v := node.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			in, _ := other.(map[string]any)
			m.field(append(slices.Clone(path), k), v[k], in[k])
		}
	case []any:
		in, _ := other.([]any)
		for i := range v {
			var counterpart any
			if i < len(in) {
				counterpart = in[i]
			}
			m.field(append(slices.Clone(path), strconv.Itoa(i)), v[i], counterpart)
		}
	}
}

func (m *mutant) field(path []string, value, other any) {
	if !slices.Contains([]string{"0", "[]", "map[]", ""}, fmt.Sprint(value)) { // left out, they mean the same
		m.try("left out", path, nil, true)
	}
	if other != nil && !same(value, other) {
		m.try("taken from another", path, other, false)
	}
	switch v := value.(type) {
	case string:
		for what, changed := range alterations(v) {
			m.try(what, path, changed, false)
		}
		m.try("a number", path, 7, false)
	case []any:
		m.try("emptied", path, []any{}, false)
		if len(v) > 0 {
			m.try("doubled", path, append(slices.Clone(v), v[0]), false)
		}
	case map[string]any:
		m.try("emptied", path, map[string]any{}, false)
	}
	m.walk(path, value, other)
}

func same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// alterations are other texts in the place of one: bytes flipped all along
// where it is base64, numbers made others, characters changed.
func alterations(v string) map[string]string {
	out := map[string]string{}
	if v != "" {
		out["emptied"] = ""
	}
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		for _, by := range []int64{-1, 1, 3600, 86400 * 400} {
			out[fmt.Sprintf("%+d", by)] = strconv.FormatInt(n+by, 10)
		}
		return out
	}
	raw, err := base64.StdEncoding.DecodeString(v)
	if err != nil || strings.ContainsAny(v, " -_.") {
		for _, at := range places(len(v), 8) {
			changed := []byte(v)
			changed[at] ^= 0x02
			what := "a character"
			if name := strings.Index(v, "\u2014 "); name >= 0 && at > name && !strings.Contains(v[name:at], "= ") && strings.Count(v[name:at], " ") < 2 {
				what = "a name"
			}
			out[fmt.Sprintf("%s, number %d", what, at)] = string(changed)
		}
		return out
	}
	for i, at := range places(len(raw), 24) {
		changed := slices.Clone(raw)
		changed[at] ^= 1 << (i % 8)
		out[fmt.Sprintf("a bit, of byte %d", at)] = base64.StdEncoding.EncodeToString(changed)
	}
	if len(raw) > 1 {
		out["cut by a byte"] = base64.StdEncoding.EncodeToString(raw[:len(raw)-1])
		out["longer by a byte"] = base64.StdEncoding.EncodeToString(append(slices.Clone(raw), 0))
	}
	return out
}

// places are some places spread over a length, first and last among them.
func places(n, some int) []int {
	if testing.Short() {
		some /= 4
	}
	var out []int
	for i := range min(n, some) {
		out = append(out, i*(n-1)/max(1, min(n, some)-1))
	}
	return slices.Compact(out)
}

// try notes a changed copy of the bundle, to be checked together.
func (m *mutant) try(what string, path []string, value any, remove bool) {
	copied := tree(m.t, []byte(jsonText(m.t, m.good)))
	changed := change(copied, path, value, remove)
	if same(changed, m.good) {
		return
	}
	m.tried++
	m.waiting = append(m.waiting, mutation{what, path, m.item(changed)})
}

func change(node any, path []string, value any, remove bool) any {
	switch v := node.(type) {
	case map[string]any:
		switch {
		case len(path) > 1:
			v[path[0]] = change(v[path[0]], path[1:], value, remove)
		case remove:
			delete(v, path[0])
		default:
			v[path[0]] = value
		}
	case []any:
		i, _ := strconv.Atoi(path[0])
		switch {
		case len(path) > 1:
			v[i] = change(v[i], path[1:], value, remove)
		case remove:
			return slices.Delete(v, i, i+1)
		default:
			v[i] = value
		}
	}
	return node
}

// settle checks all that was tried.
func (m *mutant) settle() {
	items := make([]model.Attestation, len(m.waiting))
	for i, w := range m.waiting {
		items[i] = w.item
	}
	good := m.verifier.Check(context.Background(), []model.Attestation{m.item(m.good)}, m.policy, model.ArtifactDigests{})[0]
	for i, c := range m.verifier.Check(context.Background(), items, m.policy, model.ArtifactDigests{}) {
		w := m.waiting[i]
		where := "." + strings.Join(w.path, ".")
		switch {
		case c.Verdict == model.VerdictVerified && !m.matters(where, w.what):
			// What is told of it is the same, or less.
			more := slices.ContainsFunc(c.Timestamps, func(at model.CheckedTime) bool { return !slices.Contains(good.Timestamps, at) })
			if more || !slices.Equal(c.Identity, good.Identity) || !slices.Equal(c.Proves, good.Proves) {
				m.t.Errorf("%s, %s: another thing is verified", where, w.what)
			}
		case c.Verdict == model.VerdictVerified:
			m.t.Errorf("%s, %s: verified", where, w.what)
		case c.Step == "" || c.Err == nil || strings.Contains(c.Err.Error(), "broke the reader"):
			m.t.Errorf("%s, %s: %s at %q: %v", where, w.what, c.Verdict, c.Step, c.Err)
		}
	}
}

// matters reports whether a change there has to be found out.
func (m *mutant) matters(where, what string) bool {
	for _, list := range []map[string]string{cosmetic, m.also} {
		for exempt := range list {
			end, only, limited := strings.Cut(exempt, "|")
			if limited && strings.HasPrefix(what, only) && strings.HasSuffix(where, end) {
				return false
			}
			if !limited && (strings.HasSuffix(where, end) || strings.Contains(where, end+".")) {
				return false
			}
		}
	}
	return true
}
