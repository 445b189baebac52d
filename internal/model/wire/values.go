package wire

import (
	"encoding/json"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Text is a string whose empty value is null on the wire.
type Text string

// MarshalJSON writes null for the empty text.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// UnmarshalJSON reads null as the empty text.
func (t *Text) UnmarshalJSON(raw []byte) error {
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	*t = ""
	if s != nil {
		*t = Text(*s)
	}
	return nil
}

// Digest is a digest whose empty value is null on the wire.
type Digest model.Digest

// MarshalJSON writes null for the empty digest.
func (d Digest) MarshalJSON() ([]byte, error) { return Text(d).MarshalJSON() }

// UnmarshalJSON reads null as the empty digest and refuses what is not one.
func (d *Digest) UnmarshalJSON(raw []byte) error {
	var t Text
	if err := t.UnmarshalJSON(raw); err != nil {
		return err
	}
	if t == "" {
		*d = ""
		return nil
	}
	parsed, err := model.ParseDigest(string(t))
	if err != nil {
		return err
	}
	*d = Digest(parsed)
	return nil
}

// ID is a version id; 0 means none and is null on the wire.
type ID int64

// MarshalJSON writes null for no id.
func (i ID) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int64(i))
}

// UnmarshalJSON reads null as no id.
func (i *ID) UnmarshalJSON(raw []byte) error {
	var n *int64
	if err := json.Unmarshal(raw, &n); err != nil {
		return err
	}
	*i = 0
	if n != nil {
		*i = ID(*n)
	}
	return nil
}

// Count is a number whose negative value means "not known": null on the wire.
type Count int64

// MarshalJSON writes null for an unknown count.
func (c Count) MarshalJSON() ([]byte, error) {
	if c < 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int64(c))
}

// Time is a time in UTC whose zero value is null on the wire.
type Time time.Time

// MarshalJSON writes null for the zero time, else RFC 3339 in UTC.
func (t Time) MarshalJSON() ([]byte, error) {
	v := time.Time(t)
	if v.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(v.UTC().Format(time.RFC3339Nano))
}

// UnmarshalJSON reads null as the zero time.
func (t *Time) UnmarshalJSON(raw []byte) error {
	var s Text
	if err := s.UnmarshalJSON(raw); err != nil {
		return err
	}
	if s == "" {
		*t = Time{}
		return nil
	}
	v, err := time.Parse(time.RFC3339, string(s))
	if err != nil {
		return err
	}
	*t = Time(v.UTC())
	return nil
}

// schema is the value of a document's "schema" field.
func schema(name string) string { return "caitui." + name + "/v1" }

// remote is text that came from elsewhere, made safe for a terminal.
func remote(s string) Text { return Text(model.Sanitize(s)) }

// failure is an error as a document tells it, null where there is none.
func failure(err error) Text {
	if err == nil {
		return ""
	}
	return remote(err.Error())
}

// digests are never null as a list.
func digests(list []model.Digest) []Digest {
	out := make([]Digest, len(list))
	for i, d := range list {
		out[i] = Digest(d)
	}
	return out
}

// words are sanitised and never null as a list.
func words(list []string) []string { return model.SanitizeAll(list) }
