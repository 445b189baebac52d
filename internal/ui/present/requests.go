package present

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// RequestAnswer is what became of a request, for a list: its status, or that
// there was no answer.
func RequestAnswer(r model.Request) Cell {
	switch {
	case r.Err != "" && r.Status == 0:
		return Cell{Mark: MarkBad, Text: "none", Tone: Bad}
	case r.Err != "":
		return Cell{Mark: MarkBad, Text: strconv.Itoa(r.Status) + " cut", Tone: Bad}
	case r.Status >= 500:
		return Cell{Mark: MarkBad, Text: strconv.Itoa(r.Status), Tone: Bad}
	case r.Status >= 400:
		return Cell{Mark: MarkWarn, Text: strconv.Itoa(r.Status), Tone: Warn}
	case r.Status == 304:
		return Cell{Text: "304", Tone: Muted}
	}
	return Cell{Text: strconv.Itoa(r.Status)}
}

// RequestPath is a path for a list, or that it is not kept: without what all
// have in common (the owner, GitHub's long words), and with long digests cut.
func RequestPath(r model.Request) Cell {
	if r.To == model.ToElsewhere {
		return Cell{Text: "path not kept", Tone: Muted}
	}
	path := Tag(shortPath(r.Path))
	if r.Query != "" {
		path += "?" + model.Sanitize(r.Query)
	}
	return Cell{Text: path}
}

// shortPath leaves the owner out of a path, so that the name of the package is
// seen where there is little room.
func shortPath(path string) string {
	parts := strings.Split(path, "/")
	const dots = string(MarkEllipsis)
	switch {
	case len(parts) > 5 && (parts[1] == "orgs" || parts[1] == "users") && parts[3] == "packages":
		return "/" + parts[1] + "/" + dots + "/" + strings.Join(parts[5:], "/")
	case len(parts) > 5 && parts[1] == "v2":
		return "/v2/" + dots + "/" + strings.Join(parts[3:], "/")
	}
	return path
}

// statusWords says the statuses that registries and GitHub answer with.
func statusWords(status int) string {
	switch {
	case status == 304:
		return "not changed since it was read last"
	case status >= 300 && status < 400:
		return "it is elsewhere"
	case status == 401:
		return "a token is asked for"
	case status == 403:
		return "denied"
	case status == 404:
		return "not there, or not for these credentials"
	case status == 405:
		return "the server does not do this"
	case status == 429:
		return "too many requests"
	case status >= 500:
		return "the server failed"
	case status >= 400:
		return "refused"
	}
	return ""
}

// RequestAnswerLine says in a line what became of a request.
func RequestAnswerLine(r model.Request) Line {
	out := Line{Tone: RequestAnswer(r).Tone, Mark: RequestAnswer(r).Mark}
	took := " after " + Took(r.Took)
	switch words := statusWords(r.Status); {
	case r.Status == 0:
		out.Text = "no answer" + took
	case words != "":
		out.Text = fmt.Sprintf("%d, %s, %s%s", r.Status, words, Size(int64(r.Bytes)), took)
	default:
		out.Text = fmt.Sprintf("%d, %s%s", r.Status, Size(int64(r.Bytes)), took)
	}
	if r.Err != "" {
		out.Text += ": " + model.Sanitize(r.Err)
	}
	return out
}

// Took is how long something took, in the unit that three digits do for.
func Took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "<1 ms"
	case d < 10*time.Second:
		return Count(int(d.Milliseconds())) + " ms"
	}
	return Duration(d)
}

// RequestsTable is requests for a ticket.
func RequestsTable(requests []model.Request) Table {
	t := Table{Columns: []Column{{Title: "time"}, {Title: "method"}, {Title: "address"}, {Title: "answer"}, {Title: "bytes", Right: true}, {Title: "took", Right: true}},
		Empty: "Nothing was sent."}
	for _, r := range requests {
		t.Rows = append(t.Rows, []Cell{text(Stamp(r.At)), text(r.Method), text(r.Target()), RequestAnswer(r), {Text: Count(r.Bytes)}, {Text: Took(r.Took)}})
	}
	return t
}

// TellRequest is one line about a request for a chat.
func TellRequest(r model.Request) string {
	return fmt.Sprintf("%s %s %s: %s", Full(r.At), model.Sanitize(r.Method), model.Sanitize(r.Target()), RequestAnswerLine(r).Text)
}
