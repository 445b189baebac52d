package ghcrsim

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/scenario"
	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

const (
	adminPrefix     = "/_sim/"
	trustedRootPath = adminPrefix + "trusted_root.jsonl"
)

// serveAdmin answers the admin endpoints, which need no token and are never
// delayed, faulted or logged.
func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request) {
	verb, ok := map[string]func(http.ResponseWriter, *http.Request){
		"GET state":              s.adminState,
		"GET log":                s.adminLog,
		"POST faults":            s.adminFaults,
		"GET switches":           s.adminSwitches,
		"POST switches":          s.adminSetSwitches,
		"POST clock":             s.adminClock,
		"POST push":              s.adminPush,
		"POST retag":             s.adminRetag,
		"POST latency":           s.adminLatency,
		"POST reset":             s.adminReset,
		"GET trusted_root.jsonl": s.adminTrustedRoot,
	}[r.Method+" "+strings.TrimPrefix(r.URL.Path, adminPrefix)]
	if !ok {
		adminError(w, http.StatusNotFound, errors.New("no such admin endpoint: "+r.Method+" "+r.URL.Path))
		return
	}
	verb(w, r)
}

func adminError(w http.ResponseWriter, status int, err error) {
	sendJSON(w, status, map[string]string{"error": err.Error()})
}

// readAdmin reads a JSON body strictly: a misspelt field in a test is an error
// and not a rule that never fires.
func readAdmin(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(io.LimitReader(r.Body, jsonCap))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		adminError(w, http.StatusBadRequest, fmt.Errorf("reading the body: %w", err))
		return false
	}
	return true
}

func done(w http.ResponseWriter) { sendJSON(w, http.StatusOK, struct{}{}) }

// stateVersion is a version in the truth.
type stateVersion struct {
	ID        int64        `json:"id"`
	Digest    model.Digest `json:"digest"`
	Tags      []string     `json:"tags"`
	MediaType string       `json:"media_type"`
	Created   time.Time    `json:"created"`
	Updated   time.Time    `json:"updated"`
	Downloads int64        `json:"downloads"`
	DeletedAt *time.Time   `json:"deleted_at"`
}

// stateRun is a run in the truth.
type stateRun struct {
	ID         int64             `json:"id"`
	Name       string            `json:"name"`
	Event      string            `json:"event"`
	Actor      string            `json:"actor"`
	Branch     string            `json:"branch"`
	Commit     string            `json:"commit"`
	Status     string            `json:"status"`
	Conclusion *string           `json:"conclusion"`
	Created    time.Time         `json:"created"`
	Updated    time.Time         `json:"updated"`
	Inputs     map[string]string `json:"inputs"`
}

// adminState tells the truth, without lag or ghosts: active versions newest
// first, then deleted ones. It is written as it is read, since a scaled world
// has a million versions; no write happens meanwhile.
func (s *Server) adminState(w http.ResponseWriter, _ *http.Request) {
	s.writes.Lock()
	defer s.writes.Unlock()
	w.Header().Set("Content-Type", restType)
	out := bufio.NewWriterSize(w, 1<<16)
	wd := s.World()
	enc := json.NewEncoder(out)
	_, _ = out.WriteString(`{"packages":{`) // a bufio.Writer keeps its first error until Flush
	separator := ""
	for _, p := range wd.Packages() {
		if p.Deleted != nil {
			continue
		}
		_, _ = fmt.Fprintf(out, "%s%s:{\"visibility\":%s,\"versions\":[", separator, quoted(p.Name), quoted(p.Visibility))
		writeVersions(out, enc, wd, p.Name)
		_, _ = out.WriteString("]}")
		separator = ","
	}
	_, _ = out.WriteString(`},"runs":`)
	runs := []stateRun{}
	for _, r := range wd.Runs() {
		runs = append(runs, stateRun{
			ID: r.ID, Name: r.Name, Event: r.Event, Actor: r.Actor, Branch: r.Branch, Commit: r.SHA,
			Status: r.Status, Conclusion: textOrNull(r.Conclusion), Created: r.Created, Updated: r.Updated,
			Inputs: r.Inputs,
		})
	}
	_ = enc.Encode(runs)
	_, _ = fmt.Fprintf(out, `,"clock":%s}`, quoted(wd.Now().UTC().Format(time.RFC3339)))
	_ = out.Flush() // the client may be gone
}

// stateChunk is how many versions are held at a time.
const stateChunk = 5000

func writeVersions(out *bufio.Writer, enc *json.Encoder, wd *world.World, pkg string) {
	first := true
	for _, deleted := range []bool{false, true} {
		for offset := 0; ; offset += stateChunk {
			versions, total := wd.Versions(pkg, deleted, offset, stateChunk)
			for _, v := range versions {
				if !first {
					_ = out.WriteByte(',')
				}
				first = false
				_ = enc.Encode(stateVersion{
					ID: v.ID, Digest: v.Digest, Tags: append([]string{}, v.Tags...), MediaType: v.MediaType,
					Created: v.Created.UTC(), Updated: v.Updated.UTC(), Downloads: v.Downloads, DeletedAt: v.Deleted,
				})
			}
			if offset+stateChunk >= total {
				break
			}
		}
	}
}

func quoted(text string) string {
	raw, _ := json.Marshal(text) // a text can always be encoded
	return string(raw)
}

// adminLog lists the requests; ?since=N leaves out those up to number N.
func (s *Server) adminLog(w http.ResponseWriter, r *http.Request) {
	since, _ := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64) // absent or odd: from the start
	sendJSON(w, http.StatusOK, s.log.since(since))
}

func (s *Server) adminFaults(w http.ResponseWriter, r *http.Request) {
	var rules []*faultRule
	if !readAdmin(w, r, &rules) {
		return
	}
	if err := s.faults.set(rules); err != nil {
		adminError(w, http.StatusBadRequest, err)
		return
	}
	done(w)
}

func (s *Server) adminSwitches(w http.ResponseWriter, _ *http.Request) {
	sendJSON(w, http.StatusOK, s.sw.list())
}

func (s *Server) adminSetSwitches(w http.ResponseWriter, r *http.Request) {
	var values map[string]json.RawMessage
	if !readAdmin(w, r, &values) {
		return
	}
	if err := s.SetSwitches(values); err != nil {
		adminError(w, http.StatusBadRequest, err)
		return
	}
	s.adminSwitches(w, r)
}

// SetSwitches does in process what POST /_sim/switches does: all of the named
// switches change, or none.
func (s *Server) SetSwitches(values map[string]json.RawMessage) error {
	if err := s.sw.set(values); err != nil {
		return err
	}
	s.World().SetOwnerIsUser(s.ownerIsUser())
	return nil
}

func (s *Server) adminClock(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Advance string `json:"advance"`
	}
	if !readAdmin(w, r, &body) {
		return
	}
	by, err := time.ParseDuration(body.Advance)
	if err != nil || by < 0 {
		adminError(w, http.StatusBadRequest, fmt.Errorf("%q is not how far a clock can go forward", body.Advance))
		return
	}
	s.writing("", func() { s.advance(by) })
	sendJSON(w, http.StatusOK, map[string]any{"clock": s.World().Now().UTC()})
}

func (s *Server) adminPush(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Channel string `json:"channel"`
		Commit  string `json:"commit"`
		Version string `json:"version"`
	}
	if !readAdmin(w, r, &body) {
		return
	}
	var err error
	s.writing("", func() { err = scenario.Publish(s.World(), body.Channel, body.Version, body.Commit) })
	if err != nil {
		adminError(w, http.StatusBadRequest, err)
		return
	}
	done(w)
}

func (s *Server) adminRetag(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Package string       `json:"package"`
		Tag     string       `json:"tag"`
		Digest  model.Digest `json:"digest"`
	}
	if !readAdmin(w, r, &body) {
		return
	}
	if !validTag(body.Tag) {
		adminError(w, http.StatusBadRequest, fmt.Errorf("%q is not a tag", body.Tag))
		return
	}
	var err error
	s.writing(body.Package, func() { err = s.World().SetTag(body.Package, body.Tag, body.Digest, time.Time{}) })
	if err != nil {
		adminError(w, http.StatusNotFound, err)
		return
	}
	done(w)
}

func (s *Server) adminLatency(w http.ResponseWriter, r *http.Request) {
	var body struct {
		RTT string `json:"rtt"`
	}
	if !readAdmin(w, r, &body) {
		return
	}
	rtt, err := time.ParseDuration(body.RTT)
	if err != nil || rtt < 0 {
		adminError(w, http.StatusBadRequest, fmt.Errorf("%q is not a latency", body.RTT))
		return
	}
	s.latency.Store(int64(rtt))
	done(w)
}

// adminReset goes back to the seed: state, clock, switches, faults, latency,
// rates and log. Credentials and addresses stay.
func (s *Server) adminReset(w http.ResponseWriter, _ *http.Request) {
	wd, err := scenario.Load(s.opts.Scenario, s.opts.Seed)
	if err != nil {
		adminError(w, http.StatusInternalServerError, err)
		return
	}
	s.writes.Lock()
	defer s.writes.Unlock()
	_ = s.faults.set(nil) // no rules have no mistakes
	s.runs.clear()
	s.lag.clear()
	s.uploads.clear()
	s.rates.clear()
	s.sw.reset()
	s.latency.Store(int64(s.opts.Latency))
	s.world.Store(wd)
	s.adoptOwnerKind(wd)
	s.log.clear()
	done(w)
}

// adminTrustedRoot serves what verifies the seeded attestations.
func (s *Server) adminTrustedRoot(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")
	_, _ = w.Write(scenario.TrustedRoot()) // the client may be gone
}
