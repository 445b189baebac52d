package requests

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func noon() time.Time { return time.Date(2026, 7, 1, 12, 0, 4, 0, time.UTC) }

// log is requests of every kind.
func log() model.RequestLog {
	d := model.DigestOf([]byte("v1.3.0"))
	at := noon()
	list := []model.Request{
		{Method: "GET", To: model.ToRegistry, Host: "ghcr.io", Path: "/token", Query: "scope=repository%3Anovotnyllc%2Fcontainai%3Apull&service=ghcr.io", Status: 200, Bytes: 1204},
		{Method: "GET", To: model.ToAPI, Host: "api.github.com", Path: "/orgs/novotnyllc/packages/container/containai-claude/versions", Query: "page=2&per_page=100", Status: 304},
		{Method: "HEAD", To: model.ToRegistry, Host: "ghcr.io", Path: "/v2/novotnyllc/containai/manifests/prod", Status: 200},
		{Method: "GET", To: model.ToRegistry, Host: "ghcr.io", Path: "/v2/novotnyllc/containai/manifests/" + string(d), Status: 200, Bytes: 2410},
		{Method: "GET", To: model.ToRegistry, Host: "ghcr.io", Path: "/v2/novotnyllc/containai/referrers/" + string(d), Status: 404, Bytes: 19},
		{Method: "GET", To: model.ToElsewhere, Host: "pkg-containers.githubusercontent.com", Status: 200, Bytes: 181_000_000},
		{Method: "GET", To: model.ToAPI, Host: "api.github.com", Path: "/orgs/novotnyllc/packages", Query: "package_type=container", Err: "connection reset by peer", Attempt: 2},
		{Method: "POST", To: model.ToRegistry, Host: "ghcr.io", Path: "/v2/novotnyllc/containai/blobs/uploads/", Status: 202},
		{Method: "PUT", To: model.ToRegistry, Host: "ghcr.io", Path: "/v2/novotnyllc/containai/manifests/prod", Status: 201, Digest: d},
	}
	for i := range list {
		list[i].N, list[i].At, list[i].Took = int64(i+1), at.Add(time.Duration(i)*time.Second), time.Duration(i*41)*time.Millisecond
		list[i].Attempt = max(list[i].Attempt, 1)
	}
	return model.RequestLog{Requests: list, Total: int64(len(list))}
}

// with is a log with n more requests.
func with(n int) model.RequestLog {
	l := log()
	for i := range n {
		l.Total++
		l.Requests = append(l.Requests, model.Request{N: l.Total, At: noon().Add(time.Minute), Method: "GET", To: model.ToRegistry, Host: "ghcr.io",
			Path: fmt.Sprintf("/v2/novotnyllc/more-%d/tags/list", i), Status: 200, Attempt: 1})
	}
	return l
}

func at(l model.RequestLog, w, h int) *Pane { return themed(uitest.Theme(), l, w, h) }

func themed(th theme.Theme, l model.RequestLog, w, h int) *Pane {
	p := New(th)
	p.SetFocus(true)
	p.SetSize(w, h)
	bring(p, l)
	return p
}

func bring(p *Pane, l model.RequestLog) pane.Action {
	a, _ := p.Update(pane.Result{To: Name, Value: l})
	return a
}

func text(p *Pane) string { return uitest.Plain(p.View()) }

func TestGoldens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {160, 45}, {200, 60}, {40, 12}} {
		w, h := size[0], size[1]-2
		check := func(name string, p *Pane) {
			t.Helper()
			uitest.Fits(t, p.View(), w, h)
			uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), p.View())
		}
		check("newest", at(log(), w, h))
		p := at(log(), w, h)
		uitest.Press(t, p, "k", "k", "k", "k", "k", "enter")
		check("details", p)
		p = at(log(), w, h)
		uitest.Press(t, p, "/", "s", "t", "a", "t", "e", ":", "f", "a", "i", "l", "e", "d", "enter")
		check("filtered", p)
		check("nothing", at(model.RequestLog{}, w, h))
		p = New(uitest.Theme())
		p.SetSize(w, h)
		check("looking", p)
		p.Update(pane.Result{To: Name, Err: errors.New("the service is closed")})
		check("failed", p)
		check("ascii", themed(uitest.ASCIITheme(), log(), w, h))
	}
	uitest.GoldenColour(t, "colour", themed(uitest.ColourTheme(theme.Dark, termenv.TrueColor), log(), 120, 38).View())
}

func TestFitsEverySize(t *testing.T) {
	hostile := log()
	for i := range hostile.Requests {
		hostile.Requests[i].Host += "\x1b[2J\u202e漢字"
		hostile.Requests[i].Path += strings.Repeat("/漢字\x07\n", 30)
		hostile.Requests[i].Err += "\x1b]0;owned\x07"
	}
	for _, l := range []model.RequestLog{log(), hostile, {}} {
		for w := 0; w < 240; w += 23 {
			for h := 0; h < 32; h += 3 {
				p := at(l, w, h)
				uitest.Fits(t, p.View(), max(w, 0), h)
				if p.current() != nil {
					uitest.Press(t, p, "k", "tab", "j", "j")
					uitest.Fits(t, p.View(), max(w, 0), h)
				}
			}
		}
	}
	if v := at(hostile, 160, 40).View(); strings.ContainsAny(v, "\x07") || strings.Contains(v, "\x1b]") || strings.Contains(v, "\x1b[2J") {
		t.Errorf("a name acts on the terminal: %q", v)
	}
}

// At the end the list follows; elsewhere the cursor stays on its request.
func TestFollowsAtTheEndOnly(t *testing.T) {
	p := at(log(), 80, 22)
	if got := bring(p, with(3)); got != (pane.FollowRequests{After: 12}) {
		t.Errorf("asks for %#v", got)
	}
	if p.current().N != 12 {
		t.Errorf("the cursor is on %d, the newest is 12", p.current().N)
	}
	uitest.Press(t, p, "k")
	bring(p, with(9))
	if p.current().N != 11 || p.following {
		t.Errorf("the cursor was taken from 11 to %d", p.current().N)
	}
	uitest.Press(t, p, "G")
	bring(p, with(11))
	if p.current().N != 20 {
		t.Errorf("after G the cursor is on %d, the newest is 20", p.current().N)
	}
	// Requests that are no longer kept leave the cursor on what is there.
	uitest.Press(t, p, "g")
	l := with(11)
	l.Requests = l.Requests[5:]
	bring(p, l)
	if p.current().N != 6 {
		t.Errorf("the request is gone, the cursor is on %d", p.current().N)
	}
}

func TestOlderPicturesAreDropped(t *testing.T) {
	p := at(with(5), 80, 22)
	if got := bring(p, log()); got != (pane.FollowRequests{After: 14}) || p.Table.Total() != 14 {
		t.Errorf("%d rows, asks for %#v", p.Table.Total(), got)
	}
	if a, _ := p.Update(pane.Result{To: Name, Err: errors.New("late")}); a != nil || !strings.Contains(text(p), "more-4") {
		t.Errorf("what is there is gone: %#v\n%s", a, text(p))
	}
}

func TestCopiesCommandsOneAfterTheOther(t *testing.T) {
	p := at(log(), 80, 22)
	d := string(model.DigestOf([]byte("v1.3.0")))
	for _, want := range []string{"crane tag ghcr.io/novotnyllc/containai@" + d + " prod", "oras tag ghcr.io/novotnyllc/containai@" + d + " prod"} {
		if got := uitest.Press(t, p, "y"); got != (pane.Tell{Text: want}) {
			t.Errorf("got %#v, want %s", got, want)
		}
	}
	if got, ok := uitest.Press(t, p, "y").(pane.Tell); !ok || !strings.HasPrefix(got.Text, "2026-07-01T12:00:12Z PUT ghcr.io/v2/") {
		t.Errorf("the line: %#v", got)
	}
	if got, ok := uitest.Press(t, p, "y").(pane.Copy); !ok || strings.Count(got.Text, "\n") != 11 {
		t.Errorf("the table: %#v", got)
	}
	if got := uitest.Press(t, p, "y"); got != (pane.Tell{Text: "crane tag ghcr.io/novotnyllc/containai@" + d + " prod"}) {
		t.Errorf("again from the first: %#v", got)
	}
	if got := uitest.Press(t, p, "k", "y").(pane.Tell); !strings.Contains(got.Text, "POST") {
		t.Errorf("without a command the line is told: %#v", got)
	}
	// In the details it is the line under the cursor.
	uitest.Press(t, p, "G", "tab", "j")
	if got := uitest.Press(t, p, "y").(pane.Tell); !strings.HasPrefix(got.Text, "oras tag ") {
		t.Errorf("the command under the cursor: %#v", got)
	}
	if got := uitest.Press(t, p, "y").(pane.Tell); !strings.HasPrefix(got.Text, "crane tag ") {
		t.Errorf("further y: %#v", got)
	}
	uitest.Press(t, p, "g")
	if got := uitest.Press(t, p, "y").(pane.Tell); got.Text != "PUT ghcr.io/v2/novotnyllc/containai/manifests/prod" {
		t.Errorf("the address: %#v", got)
	}
}

func TestEscLeavesTheInnermost(t *testing.T) {
	p := at(log(), 80, 22)
	uitest.Press(t, p, "/", "p", "u", "t", "enter", "tab")
	if a := uitest.Press(t, p, "esc"); a != nil || p.InDetails {
		t.Errorf("from the details: %#v", a)
	}
	if a := uitest.Press(t, p, "esc"); a != nil || p.Query != "" || p.Table.Len() != 9 {
		t.Errorf("from the filter: %#v", a)
	}
	if a := uitest.Press(t, p, "esc"); a != (pane.Back{}) {
		t.Errorf("from here: %#v", a)
	}
}

func TestFilters(t *testing.T) {
	for query, want := range map[string]int{
		"method:put": 1, "host:github": 3, "path:manifests": 3, "status:404": 1, "status:none": 1, "state:failed": 2, "!ghcr.io": 3, "age<2s": 2, "reset": 1, "nowhere": 0,
	} {
		p := at(log(), 80, 22)
		p.Filter(query)
		if got := p.Table.Len(); got != want {
			t.Errorf("%s shows %d, want %d", query, got, want)
		}
		uitest.Fits(t, p.View(), 80, 22)
	}
	p := at(log(), 80, 22)
	uitest.Press(t, p, "/", "a", "g", "e", ">", "x")
	if !strings.Contains(text(p), "write a number") {
		t.Errorf("a filter that cannot be read is not said to be:\n%s", text(p))
	}
}

func TestMouse(t *testing.T) {
	p := at(log(), 170, 38)
	p.Update(tea.MouseMsg{X: 3, Y: 3, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if p.current().N != 2 || p.following {
		t.Errorf("the click went to %d", p.current().N)
	}
	p.Update(tea.MouseMsg{X: 150, Y: 3, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if !p.InDetails {
		t.Error("the click beside the list did not go to the details")
	}
	p.Update(tea.MouseMsg{Button: tea.MouseButtonWheelUp, Action: tea.MouseActionPress})
	if p.Item != 0 && p.Item >= firstCommand(p.Items) {
		t.Errorf("the wheel left the item at %d", p.Item)
	}
}
