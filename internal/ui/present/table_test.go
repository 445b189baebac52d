package present_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/present"
)

func sample() present.Table {
	return present.Table{
		Columns: []present.Column{{Title: "name"}, {Title: "n", Right: true}, {Title: "note"}},
		Rows: [][]present.Cell{
			{{Text: "containai-log-forwarder"}, {Text: "5"}, {Mark: present.MarkOK, Text: "fine"}},
			{{Text: "漢字"}, {Text: "1,234"}},
			{{Text: "evil\x1b[2J"}, {Text: "1"}, {Text: "a|b\nc"}},
		},
	}
}

func TestTableText(t *testing.T) {
	want := "" +
		"NAME                         N  NOTE\n" +
		"containai-log-forwarder      5  ✓ fine\n" +
		"漢字                     1,234\n" +
		"evil�[2J                     1  a|b c\n"
	if got := sample().Text(0); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	want = "" +
		"NAME                N  NOTE\n" +
		"containai-log…      5  ✓ fine\n" +
		"漢字            1,234\n" +
		"evil�[2J            1  a|b c\n"
	if got := sample().Text(29); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

func TestTableTextFitsAnyWidth(t *testing.T) {
	for w := 1; w < 60; w++ {
		for _, line := range strings.Split(strings.TrimSuffix(sample().Text(w), "\n"), "\n") {
			if ansi.StringWidth(line) > w || strings.HasSuffix(line, " ") {
				t.Errorf("width %d: %q", w, line)
			}
		}
	}
	if got := (present.Table{}).Text(80); got != "" {
		t.Errorf("an empty table without a sentence: %q", got)
	}
}

func TestTableMarkdown(t *testing.T) {
	want := "" +
		"| name | n | note |\n" +
		"| --- | ---: | --- |\n" +
		"| containai-log-forwarder | 5 | ✓ fine |\n" +
		"| 漢字 | 1,234 |  |\n" +
		"| evil�\\[2J | 1 | a\\|b c |\n"
	if got := sample().Markdown(); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	if got := present.Markdown("<b>*x*</b> `y` [z](http://e) & _u_ #1 ~s~ \\"); got != "&lt;b&gt;\\*x\\*&lt;/b&gt; \\`y\\` \\[z\\](http://e) &amp; \\_u\\_ \\#1 \\~s\\~ \\\\" {
		t.Errorf("%q", got)
	}
}

func TestTableASCII(t *testing.T) {
	got := sample().ASCII().Text(20)
	if i := strings.IndexFunc(got, func(r rune) bool { return r > 126 }); i >= 0 {
		t.Errorf("not in ASCII at %q", got[i:])
	}
	if !strings.Contains(sample().ASCII().Text(0), "+ fine") {
		t.Errorf("the twin of the tick is missing:\n%s", got)
	}
}
