package predicate

import (
	"maps"
	"slices"
	"strings"
)

// result is the outcome of somebody's check.
func result(label, v string) Fact {
	f := Fact{Label: label, Value: v}
	switch strings.ToUpper(v) {
	case "PASSED", "PASS", "SUCCESS":
		f.Kind = Good
	case "FAILED", "FAIL", "FAILURE":
		f.Kind = Bad
	case "WARNED", "WARN", "WARNING":
		f.Kind = Warn
	}
	return f
}

// readVSA tells what somebody else's verification came to (slsa.dev/spec,
// verification_summary v1 and v0.2).
func readVSA(s *Summary, v value) {
	outcome := result("result", firstOf(v.at("verificationResult"), v.at("verification_result")).text())
	s.head(outcome)
	levels := firstOfLists(v.at("verifiedLevels"), v.at("policy_level"), v.at("policyLevel"))
	s.head(Fact{Label: "levels", Value: levels})
	s.head(instant("verified", firstOf(v.at("timeVerified"), v.at("time_verified"))))

	x := s.section("verification by somebody else")
	x.add(outcome)
	x.text("levels", levels)
	x.text("verifier", v.at("verifier", "id").text())
	x.text("verifier's version", flatten(v.at("verifier", "version")))
	x.time("verified", firstOf(v.at("timeVerified"), v.at("time_verified")))
	x.text("of", firstOf(v.at("resourceUri"), v.at("resource_uri")).text())
	x.text("policy", v.at("policy", "uri").text())
	x.digest("policy's digest", digestOf(v.at("policy", "digest")))
	x.text("levels of dependencies", flatten(firstObject(v.at("dependencyLevels"), v.at("dependency_levels"))))
	x.text("SLSA version", v.at("slsaVersion").text())
	s.section("rests on").dependencies(firstObject(v.at("inputAttestations"), v.at("input_attestations")))
	s.finish()
}

func firstOfLists(list ...value) string {
	for _, v := range list {
		if t := v.joined(); t != "" {
			return t
		}
	}
	return ""
}

func firstObject(list ...value) value {
	for _, v := range list {
		if v != nil {
			return v
		}
	}
	return nil
}

// readTests tells how tests ended (in-toto/attestation,
// spec/predicates/test-result.md).
func readTests(s *Summary, v value) {
	outcome := result("result", v.at("result").text())
	s.head(outcome)
	x := s.section("tests")
	x.add(outcome)
	for _, list := range []struct {
		member, label string
		kind          Kind
	}{{"passedTests", "passed", Number}, {"warnedTests", "warned", Warn}, {"failedTests", "failed", Bad}} {
		n := v.at(list.member).count()
		f := number(list.label, n)
		if n > 0 {
			f.Kind = list.kind
			s.head(Fact{Value: f.Value + " " + list.label, Kind: list.kind})
		}
		x.add(f)
	}
	x.link("report", v.at("url").text())
	x = s.section("failed")
	for _, name := range v.at("failedTests").texts() {
		x.text("", name)
	}
	s.section("configuration").dependencies(v.at("configuration"))
	s.finish()
}

// readRelease tells of which release the subjects are (in-toto/attestation,
// spec/predicates/release.md; GitHub's immutable releases add the repository).
func readRelease(s *Summary, v value) {
	x := s.section("release")
	for _, label := range []string{"purl", "tag", "repository", "releaseId", "repositoryId", "ownerId", "packageId"} {
		x.text(label, v.at(label).text())
	}
	s.head(Fact{Label: "of", Value: firstOf(v.at("purl"), v.at("repository")).text()})
	s.head(Fact{Label: "tag", Value: v.at("tag").text()})
	x.flat(v, "purl", "tag", "repository", "releaseId", "repositoryId", "ownerId", "packageId")
	s.finish()
}

// readVEX tells which vulnerabilities somebody says concern the product
// (openvex/spec, OPENVEX-SPEC.md).
func readVEX(s *Summary, v value) {
	byStatus := map[string]int{}
	list := Section{Title: "statements"}
	v.at("statements").list(func(e value) {
		m := e.members("vulnerability", "status", "justification", "products", "impact_statement", "action_statement")
		status := m["status"].text()
		name := firstOf(m["vulnerability"].at("name"), m["vulnerability"], m["vulnerability"].at("@id")).text()
		text := status
		if why := firstOf(m["justification"], m["impact_statement"], m["action_statement"]).text(); why != "" {
			text += ": " + why
		}
		if n := m["products"].count(); n > 0 {
			text += " (" + plural(n, "product", "products") + ")"
		}
		f := Fact{Label: name, Value: text}
		if status == "affected" {
			f.Kind = Bad
		}
		if len(byStatus) < maxFacts {
			byStatus[status]++
		}
		list.add(f)
	})
	x := s.section("about vulnerabilities")
	x.text("author", strings.TrimSpace(v.at("author").text()+" "+v.at("role").text()))
	x.time("written", firstOf(v.at("last_updated"), v.at("timestamp")))
	x.text("version", v.at("version").text())
	x.text("id", v.at("@id").text())
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(byStatus)) {
		parts = append(parts, number("", byStatus[status]).Value+" "+strings.ReplaceAll(status, "_", " "))
	}
	head := Fact{Value: cut(strings.Join(parts, ", "))}
	if byStatus["affected"] > 0 {
		head.Kind = Bad
	}
	s.head(head)
	s.head(Fact{Label: "by", Value: v.at("author").text()})
	s.Sections = append(s.Sections, list)
	s.finish()
}
