package sbom

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// The functions here take what is wanted out of an element of a list and pass
// over the rest, which is most of it. encoding/json looks at everything twice and
// spends most of its time on what nobody shows. They work on valid JSON only, go
// one level down each, and take names to the letter, as the specifications do.

// errOther is JSON that is valid and something else than is expected.
var errOther = errors.New("a member is of another kind than the format says")

// valid is encoding/json's word on whether raw is JSON.
func valid(raw []byte) error {
	if json.Valid(raw) {
		return nil
	}
	var nothing struct{}
	if err := json.Unmarshal(raw, &nothing); err != nil {
		return err // which says where
	}
	return errCut
}

func isNull(raw []byte) bool { return bytes.Equal(raw, []byte("null")) }

// eachMember gives f the members of an object; null has none.
func eachMember(raw []byte, f func(name, value []byte) error) error {
	if isNull(raw) {
		return nil
	}
	var err error
	if !members(raw, func(name, value []byte) bool {
		err = f(name, value)
		return err == nil
	}) && err == nil {
		err = errOther
	}
	return err
}

// eachElement gives f the elements of a list; null has none. Those beyond limit
// are passed over.
func eachElement(raw []byte, limit int, f func(value []byte) error) error {
	if isNull(raw) {
		return nil
	}
	list, whole := elements(raw, limit)
	if !whole && len(list) <= limit {
		return errOther
	}
	for _, v := range list {
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// text reads a text; null leaves what is there.
func text(raw []byte, into *string) error {
	if len(raw) >= 2 && raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		*into = string(raw[1 : len(raw)-1])
		return nil
	}
	return json.Unmarshal(raw, into)
}
