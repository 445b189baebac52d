package table_test

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/table"
)

func wrap(f table.Filtered) tea.Msg { return f }

func ending(s string) func(item) bool {
	return func(i item) bool { return strings.HasSuffix(i.key, s) }
}

func TestFewRowsAreFilteredAtOnce(t *testing.T) {
	m := newTable(many(table.AtOnce), 30, 10)
	if cmd := m.FilterCmd(ending("7"), wrap); cmd != nil {
		t.Error("a command for few rows")
	}
	if m.Len() != table.AtOnce/10 {
		t.Errorf("%d rows shown", m.Len())
	}
}

func TestSwappedAnswersOfFilters(t *testing.T) {
	m := newTable(many(5000), 30, 10)
	older := m.FilterCmd(ending("1"), wrap)
	newer := m.FilterCmd(ending("11"), wrap)
	if older == nil || newer == nil {
		t.Fatal("many rows are filtered in the event loop")
	}
	second, first := newer().(table.Filtered), older().(table.Filtered)
	if !m.Apply(second) {
		t.Error("the wanted answer was dropped")
	}
	if m.Apply(first) {
		t.Error("an older answer was taken")
	}
	if m.Len() != 50 {
		t.Errorf("%d rows shown, not the 50 of the newer filter", m.Len())
	}
}

func TestAnswersForOldRowsAreDropped(t *testing.T) {
	m := newTable(many(5000), 30, 10)
	cmd := m.FilterCmd(ending("1"), wrap)
	m.SetRows(many(3000))
	if m.Len() != 300 {
		t.Errorf("new rows show %d, not the 300 that the filter lets through", m.Len())
	}
	if m.Apply(cmd().(table.Filtered)) {
		t.Error("an answer about rows that are gone was taken")
	}
	cmd = m.FilterCmd(ending("2"), wrap)
	m.SetFilter(nil)
	if m.Apply(cmd().(table.Filtered)) || m.Len() != 3000 {
		t.Error("an answer came after the filter was cleared, and was taken")
	}
	if m.Apply(table.Filtered{}) {
		t.Error("the zero answer was taken")
	}
}

func TestUntilTheAnswerTheFormerRowsStay(t *testing.T) {
	m := newTable(many(5000), 30, 10)
	cmd := m.FilterCmd(ending("5"), wrap)
	if m.Len() != 5000 {
		t.Errorf("%d rows shown before the answer", m.Len())
	}
	m.Apply(cmd().(table.Filtered))
	if m.Len() != 500 || !m.Filtering() {
		t.Errorf("%d rows shown after the answer", m.Len())
	}
}
