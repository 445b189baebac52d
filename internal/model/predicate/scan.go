package predicate

import (
	"strconv"
	"strings"
)

// readScan tells what a scan for vulnerabilities found (sigstore/cosign,
// specs/COSIGN_VULN_ATTESTATION_SPEC.md; in-toto/attestation,
// spec/predicates/vuln.md): how old it is comes first, for what was found since
// nobody looked for.
func readScan(s *Summary, v value) {
	scanner, meta := v.at("scanner"), v.at("metadata")
	finished := firstOf(meta.at("scanFinishedOn"), meta.at("scanStartedOn"), v.at("timestamp"))
	found := severitiesOf(scanner.at("result"))
	s.head(instant("scanned", finished))
	s.head(found.fact())
	s.head(Fact{Label: "by", Value: nameOf(scanner)})

	x := s.section("scan")
	x.time("started", meta.at("scanStartedOn"))
	x.time("finished", meta.at("scanFinishedOn"))
	x.text("scanner", nameOf(scanner))
	x.link("scanner's address", scanner.at("uri").text())
	db := scanner.at("db")
	x.text("database", strings.TrimSpace(db.at("uri").text()+" "+db.at("version").text()))
	x.time("database of", db.at("lastUpdate"))
	invocation := v.at("invocation")
	x.text("run by", invocation.at("builder", "id").text())
	x.link("run", invocation.at("uri").text())
	x.text("event", invocation.at("event_id").text())

	x = s.section("found")
	for i, n := range found.n {
		f := number(severities[i], n)
		if i < 2 && n > 0 {
			f.Kind = Bad
		}
		if n > 0 || i < 3 && found.known {
			x.add(f)
		}
	}
	if !found.known {
		x.text("result", "in a form that is not known here: the tree has it")
	}
	s.finish()
}

func nameOf(scanner value) string {
	uri := scanner.at("uri").text()
	if name := scanner.at("name").text(); name != "" {
		uri = name
	}
	short := strings.TrimRight(uri, "/")
	short, _, _ = strings.Cut(strings.TrimPrefix(short, "pkg:"), "@")
	short = short[strings.LastIndexByte(short, '/')+1:]
	return strings.TrimSpace(short + " " + scanner.at("version").text())
}

func firstOf(list ...value) value {
	for _, v := range list {
		if v.text() != "" {
			return v
		}
	}
	return nil
}

// severities are the classes, worst first.
var severities = [...]string{"critical", "high", "medium", "low", "negligible", "unrated"}

const unrated = len(severities) - 1

// tally counts findings by severity. known is false where the form of the
// result is not.
type tally struct {
	n     [len(severities)]int
	known bool
}

func (t tally) fact() Fact {
	if !t.known {
		return Fact{}
	}
	var parts []string
	for i, n := range t.n {
		if n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+severities[i])
		}
	}
	switch {
	case len(parts) == 0:
		return Fact{Value: "nothing found", Kind: Good}
	case t.n[0]+t.n[1] > 0:
		return Fact{Value: strings.Join(parts, ", "), Kind: Bad}
	}
	return Fact{Value: strings.Join(parts, ", "), Kind: Warn}
}

// severitiesOf counts in the forms that scanners write: in-toto's list, Trivy's
// Results, Grype's matches, and SARIF.
func severitiesOf(v value) tally {
	var t tally
	m := v.members("Results", "matches", "runs")
	switch {
	case v.is('['):
		t.known = true
		v.list(func(e value) { t.n[worstOf(e.at("severity"))]++ })
	case m["Results"] != nil:
		t.known = true
		m["Results"].list(func(e value) {
			e.at("Vulnerabilities").list(func(f value) { t.n[classOf(f.at("Severity").text())]++ })
		})
	case m["matches"] != nil:
		t.known = true
		m["matches"].list(func(e value) { t.n[classOf(e.at("vulnerability", "severity").text())]++ })
	case m["runs"] != nil:
		t.known = true
		m["runs"].list(func(e value) {
			e.at("results").list(func(f value) { t.n[classOf(f.at("level").text())]++ })
		})
	}
	return t
}

// worstOf is the worst of the severities that in-toto gives a finding, each by
// another method.
func worstOf(v value) int {
	worst := unrated
	v.list(func(e value) {
		score := e.text()
		if e.is('{') {
			score = firstOf(e.at("score"), e.at("severity"), e.at("rating")).text()
		}
		worst = min(worst, classOf(score))
	})
	return worst
}

// classOf is the class of a word, or of a CVSS score (FIRST, CVSS v3.1,
// section 5). SARIF's levels count as the classes that scanners write them for.
func classOf(s string) int {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "critical":
		return 0
	case "high", "important", "error":
		return 1
	case "medium", "moderate", "warning":
		return 2
	case "low", "note":
		return 3
	case "negligible", "none", "info", "informational":
		return 4
	}
	score, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	switch {
	case err != nil || !(score >= 0 && score <= 10):
		return unrated
	case score >= 9:
		return 0
	case score >= 7:
		return 1
	case score >= 4:
		return 2
	case score > 0:
		return 3
	}
	return 4
}
