package model

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// maxCanonical is up to how many bytes a document is brought into one form to
// be compared; a larger one is compared as it is, blanks aside.
const maxCanonical = 1 << 20

// contentKey is the same for the same content, however it is written: GitHub
// writes bundles anew when it sends them. Of a bundle the payload, which may be
// large, is compared as it is, the rest in one form.
func contentKey(form AttestationForm, doc []byte, fields map[string]json.RawMessage) Digest {
	if form != FormBundle && form != FormDSSE {
		return DigestOf(canonical(doc))
	}
	rest := make(map[string]json.RawMessage, len(fields))
	for name, value := range fields {
		rest[name] = value
	}
	envelope := fields
	if form == FormBundle {
		envelope = object(fields["dsseEnvelope"])
		rest["dsseEnvelope"] = nil
	}
	h := sha256.New()
	if payload, err := unbase64(word(envelope["payload"])); err == nil && envelope != nil {
		h.Write(payload)
		delete(rest, "payload")
		for _, name := range []string{"payloadType", "signatures"} {
			h.Write([]byte{0})
			h.Write(canonical(envelope[name]))
		}
	} else {
		h.Write(canonical(fields["dsseEnvelope"]))
	}
	if encoded, err := json.Marshal(rest); err == nil {
		h.Write([]byte{0})
		h.Write(canonical(encoded))
	}
	return Digest(digestPrefix + hex.EncodeToString(h.Sum(nil)))
}

// canonical writes JSON without blanks, with sorted names and without escapes
// that are not needed; what is too large, or no JSON, stays as it is.
func canonical(raw []byte) []byte {
	if len(raw) > maxCanonical {
		var b bytes.Buffer
		if json.Compact(&b, raw) != nil {
			return bytes.TrimSpace(raw)
		}
		return b.Bytes()
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return bytes.TrimSpace(raw)
	}
	out, err := json.Marshal(v)
	if err != nil {
		return bytes.TrimSpace(raw)
	}
	return out
}

// MergeAttestations joins what is the same content found in several places and
// puts the outcome in order: signed before unsigned, then as the targets are,
// then by predicate type. The same content that several targets have is one
// attestation that names them all.
func MergeAttestations(items []Attestation, targets []AttestationTarget) []Attestation {
	place := make(map[Digest]int, len(targets))
	for i, t := range targets {
		if _, seen := place[t.Digest]; !seen {
			place[t.Digest] = i
		}
	}
	rank := func(d Digest) int {
		if i, ok := place[d]; ok {
			return i
		}
		return len(targets)
	}
	at := make(map[Digest]int, len(items))
	var out []Attestation
	for _, a := range items {
		key := a.key
		if key == "" {
			key = placeKey(a)
		}
		i, seen := at[key]
		if !seen {
			at[key] = len(out)
			a.Origins = slices.Clone(a.Origins)
			out = append(out, a)
			continue
		}
		out[i] = joined(out[i], a, rank)
	}
	for i := range out {
		sortOrigins(out[i].Origins)
		if t, ok := place[out[i].About]; ok && out[i].Platform == "" {
			out[i].Platform = targets[t].Platform
		}
	}
	slices.SortStableFunc(out, func(a, b Attestation) int {
		return cmp.Or(compareBool(b.Signed, a.Signed), cmp.Compare(rank(a.About), rank(b.About)),
			cmp.Compare(a.PredicateType, b.PredicateType), cmp.Compare(a.Digest, b.Digest))
	})
	return out
}

// placeKey tells attestations apart whose content could not be read: by where
// they are.
func placeKey(a Attestation) Digest {
	if a.Digest != "" {
		return a.Digest
	}
	text := string(a.About)
	for _, o := range a.Origins[:min(len(a.Origins), 1)] {
		if o.Manifest != "" {
			return "manifest " + o.Manifest
		}
		text += "\x00" + string(o.Source) + "\x00" + o.Tag + "\x00" + o.Title + "\x00" + o.Path
	}
	return Digest(text)
}

// joined is one attestation found in two places. The registry's form of the
// content is the one whose digest people can look up.
func joined(a, b Attestation, rank func(Digest) int) Attestation {
	if inGitHubOnly(a) && !inGitHubOnly(b) || a.Raw == nil && b.Raw != nil {
		a, b = b, a
		a.Origins = slices.Clone(a.Origins)
	}
	for _, o := range b.Origins {
		if !slices.Contains(a.Origins, o) {
			a.Origins = append(a.Origins, o)
		}
	}
	about := append([]Digest{a.About, b.About}, slices.Concat(a.Also, b.Also)...)
	about = slices.DeleteFunc(about, func(d Digest) bool { return d == "" })
	slices.SortFunc(about, func(x, y Digest) int { return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x, y)) })
	about = slices.Compact(about)
	if len(about) > 0 {
		if about[0] != a.About {
			a.Platform = ""
			if about[0] == b.About {
				a.Platform = b.Platform
			}
		}
		a.About, a.Also = about[0], slices.Clone(about[1:])
	}
	if len(a.Also) == 0 {
		a.Also = nil
	}
	return a
}

func inGitHubOnly(a Attestation) bool {
	return len(a.Kinds()) == 1 && a.From(FromGitHub)
}

func sortOrigins(list []AttestationOrigin) {
	order := AttestationSources()
	slices.SortFunc(list, func(a, b AttestationOrigin) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Source), slices.Index(order, b.Source)),
			cmp.Compare(a.Manifest, b.Manifest), cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Path, b.Path))
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
