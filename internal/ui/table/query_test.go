package table_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

var fields = []string{"tag", "kind", "channel", "commit"}

func TestQuery(t *testing.T) {
	now := time.Date(2025, 7, 1, 12, 0, 0, 0, time.UTC)
	created := now.Add(-8 * 24 * time.Hour)
	text := "containai-claude v1.3.0 sha256:9d04b2f1e7a1"
	field := func(name string) string {
		return map[string]string{"tag": "prod V1.3.0", "kind": "index", "channel": "prod"}[name]
	}
	for _, c := range []struct {
		query string
		want  bool
	}{
		{"", true}, {"  ", true}, {"claude", true}, {"CLAUDE", true}, {"codex", false},
		{"claude v1.3", true}, {"claude codex", false}, {"!codex", true}, {"!claude", false},
		{"claude !prod", true}, {"!", true},
		{"tag:prod", true}, {"tag:v1.3", true}, {"tag:nightly", false}, {"!tag:nightly", true}, {"!tag:prod", false},
		{"kind:index claude", true}, {"commit:abc", false}, {"!commit:abc", true},
		{"name:claude", false}, {"sha256:9d04", true}, {"sha256:ffff", false}, {"nosuch:thing", false},
		{"age>7d", true}, {"age>9d", false}, {"age<9d", true}, {"age<7d", false}, {"!age>9d", true},
		{"age>=8d", true}, {"age>190h", true}, {"age<1w", false}, {"age<2w", true}, {"age<1y", true},
		{"age>5min", true}, {"age>10m", true}, {"age>1s", true}, {"age", false}, {"agent", false},
	} {
		q, err := table.ParseQuery(c.query, fields)
		if err != nil {
			t.Errorf("%q: %v", c.query, err)
			continue
		}
		if got := q.Match(strings.ToLower(text), field, created, now); got != c.want {
			t.Errorf("%q matches: %v", c.query, got)
		}
	}
}

func TestQueryWithoutFieldsOrTime(t *testing.T) {
	q, err := table.ParseQuery("tag:x", fields)
	if err != nil || q.Match("x", nil, time.Time{}, time.Time{}) {
		t.Errorf("a field matched where there are none (%v)", err)
	}
	for _, s := range []string{"age>0s", "age<100y"} {
		q, err := table.ParseQuery(s, fields)
		if err != nil || q.Match("x", nil, time.Time{}, time.Now()) {
			t.Errorf("%s matched an unknown age (%v)", s, err)
		}
	}
	if q, err := table.ParseQuery(" ! ", fields); err != nil || !q.Empty() {
		t.Errorf("a lone ! is a term (%v)", err)
	}
}

func TestQueryErrors(t *testing.T) {
	for _, s := range []string{"age>", "age<", "age>x", "age>7", "age>7x", "age>=", "age>-7d", "age>99999999999999999999d", "age>200y", "age>7d\x1b"} {
		_, err := table.ParseQuery(s, fields)
		if !errors.Is(err, model.ErrInvalid) || model.CureOf(err) == "" {
			t.Errorf("%q: %v, want an invalid input with its cure", s, err)
		}
		if err != nil && strings.ContainsRune(err.Error(), 0x1b) {
			t.Errorf("%q: the message holds an escape", s)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"a !b tag:c age>7d", "age<", "!age>1h", "é:x", "\xff"} {
		f.Add(s, "some text")
	}
	now := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s, text string) {
		q, err := table.ParseQuery(s, fields)
		if err != nil {
			if !errors.Is(err, model.ErrInvalid) {
				t.Errorf("%v is not an invalid input", err)
			}
			return
		}
		q.Match(text, nil, now, now)
		if q.Empty() && !q.Match(text, nil, time.Time{}, now) {
			t.Error("an empty query hides something")
		}
	})
}
