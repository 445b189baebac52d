package sbom

import (
	"bytes"
	"encoding/json"
	"strings"
)

// kind is what content turns out to be.
type kind int

const (
	isNone kind = iota
	isCycloneDXJSON
	isCycloneDXXML
	isSPDX2JSON
	isSPDX3
	isTagValue
)

// headBytes is how much of XML and tag-value is looked at: both begin with what
// they are, comments aside.
const headBytes = 4096

// sniff tells formats apart by what they must have: CycloneDX JSON "bomFormat",
// its XML the namespace, SPDX 2 JSON "spdxVersion", SPDX 3 its JSON-LD context,
// tag-value the line SPDXVersion.
func sniff(raw []byte) kind {
	raw = bytes.TrimSpace(withoutMark(raw))
	if len(raw) == 0 {
		return isNone
	}
	head := raw[:min(len(raw), headBytes)]
	switch {
	case raw[0] == '{':
		return sniffJSON(raw)
	case raw[0] == '<' && bytes.Contains(head, []byte("cyclonedx.org/schema/bom")):
		return isCycloneDXXML
	case bytes.HasPrefix(head, []byte("SPDXVersion:")), bytes.Contains(head, []byte("\nSPDXVersion:")):
		return isTagValue
	}
	return isNone
}

func sniffJSON(raw []byte) kind {
	out := isNone
	members(raw, func(name, value []byte) bool {
		switch name := string(name); {
		case name == "bomFormat" && bytes.HasPrefix(value, []byte(`"CycloneDX"`)):
			out = isCycloneDXJSON
		case name == "spdxVersion" && bytes.HasPrefix(value, []byte(`"`)):
			out = isSPDX2JSON
		case name == "@context" && strings.Contains(string(value[:min(len(value), headBytes)]), "spdx.org/rdf/3"):
			out = isSPDX3
		}
		return out == isNone
	})
	return out
}

// field is the value of a member of a JSON object.
func field(raw []byte, name string) (value []byte, ok bool) {
	members(raw, func(n, v []byte) bool {
		if string(n) == name {
			value, ok = v, true
		}
		return !ok
	})
	return value, ok
}

// members goes through the members of a JSON object at its outermost level,
// without making anything of their values, until f returns false. It looks at
// brackets and quotes only, and what is no JSON gives some members or none. whole
// is true where the object came to its end and nothing stands behind it.
func members(raw []byte, f func(name, value []byte) bool) (whole bool) {
	raw = bytes.TrimSpace(withoutMark(raw))
	if len(raw) == 0 || raw[0] != '{' {
		return false
	}
	for i := 1; ; {
		i = blanks(raw, i)
		if i < len(raw) && raw[i] == ',' {
			i = blanks(raw, i+1)
		}
		if i < len(raw) && raw[i] == '}' {
			return i == len(raw)-1
		}
		if i >= len(raw) || raw[i] != '"' {
			return false
		}
		end := value(raw, i)
		if end-i < 2 {
			return false
		}
		name := raw[i+1 : end-1]
		var plain string
		if bytes.IndexByte(name, '\\') >= 0 && json.Unmarshal(raw[i:end], &plain) == nil {
			name = []byte(plain) // the same name, spelt in another way
		}
		if i = blanks(raw, end); i >= len(raw) || raw[i] != ':' {
			return false
		}
		i = blanks(raw, i+1)
		end = value(raw, i)
		if end == i || !f(name, bytes.TrimRight(raw[i:end], " \n\r\t")) {
			return false
		}
		i = end
	}
}

// elements splits a JSON array, as members does with an object; false where it
// does not come to its end or has more than limit.
func elements(raw []byte, limit int) ([][]byte, bool) {
	if len(raw) == 0 || raw[0] != '[' {
		return nil, false
	}
	var out [][]byte
	for i := blanks(raw, 1); i < len(raw); i = blanks(raw, i) {
		if raw[i] == ']' {
			return out, i == len(raw)-1
		}
		if len(out) > 0 {
			if raw[i] != ',' {
				return nil, false
			}
			i = blanks(raw, i+1)
		}
		end := value(raw, i)
		if end == i || len(out) > limit {
			return out, false
		}
		out = append(out, bytes.TrimRight(raw[i:end], " \n\r\t"))
		i = end
	}
	return nil, false
}

func blanks(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\r' || raw[i] == '\t') {
		i++
	}
	return i
}

// value is where the value ends that begins at i.
func value(raw []byte, i int) int {
	depth := 0
	for ; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			for i++; i < len(raw) && raw[i] != '"'; i++ {
				if raw[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return min(i+1, len(raw))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return i // that of what is around
			}
			if depth == 0 {
				return i + 1
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return len(raw)
}
