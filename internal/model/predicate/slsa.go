package predicate

import "strings"

// The certificate's fields that provenance speaks of, by their Fulcio names
// (sigstore/fulcio, docs/oid-info.md).
const (
	fieldRepository   = "SourceRepositoryURI"
	fieldRef          = "SourceRepositoryRef"
	fieldCommit       = "SourceRepositoryDigest"
	fieldWorkflow     = "BuildConfigURI"
	fieldSigner       = "BuildSignerURI"
	fieldRun          = "RunInvocationURI"
	fieldTrigger      = "BuildTrigger"
	fieldRunner       = "RunnerEnvironment"
	fieldRepositoryID = "SourceRepositoryIdentifier"
	fieldOwnerID      = "SourceRepositoryOwnerIdentifier"
)

// runnerPrefix begins the builder of GitHub's own provenance; what follows is
// the kind of runner.
const runnerPrefix = "https://github.com/actions/runner/"

// readSLSA tells what provenance says (slsa.dev/spec, provenance v1 and v0.2;
// v0.1 has the names of v0.2). The form is found by content.
func readSLSA(s *Summary, v value) {
	if v.at("buildDefinition") != nil || v.at("runDetails") != nil {
		readSLSA1(s, v)
	} else {
		readSLSA02(s, v)
	}
	s.finish()
	for _, label := range []string{"repository", "commit", "ref"} {
		for _, x := range s.Sections {
			for _, f := range x.Facts {
				if f.Label == label {
					s.head(f)
				}
			}
		}
	}
}

func readSLSA1(s *Summary, v value) {
	definition, run := v.at("buildDefinition"), v.at("runDetails")
	external, internal := definition.at("externalParameters"), definition.at("internalParameters")
	workflow, gh := external.at("workflow"), internal.at("github")
	repository := workflow.at("repository").text()

	x := s.section("source")
	x.claim("repository", repository, fieldRepository)
	x.claim("ref", workflow.at("ref").text(), fieldRef)
	x.claim("commit", commitOf(definition.at("resolvedDependencies"), repository), fieldCommit)
	x.claim("repository id", gh.at("repository_id").text(), fieldRepositoryID)
	x.claim("owner id", gh.at("repository_owner_id").text(), fieldOwnerID)

	x = s.section("build")
	x.claim("workflow", workflow.at("path").text(), fieldWorkflow)
	x.claim("trigger", gh.at("event_name").text(), fieldTrigger)
	x.claim("runner", gh.at("runner_environment").text(), fieldRunner)
	x.builder(run.at("builder", "id").text())
	x.text("builder's version", flatten(run.at("builder", "version")))
	x.text("build type", definition.at("buildType").text())
	meta := run.at("metadata")
	x.add(Fact{Label: "run", Value: meta.at("invocationId").text(), Kind: Link, Field: fieldRun})
	x.time("started", meta.at("startedOn"))
	x.time("finished", meta.at("finishedOn"))

	x = s.section("parameters")
	x.flat(external, "workflow.repository", "workflow.ref", "workflow.path")
	x.flat(internal, "github.event_name", "github.repository_id", "github.repository_owner_id", "github.runner_environment")
	s.section("made of").dependencies(definition.at("resolvedDependencies"))
	s.section("left behind").dependencies(run.at("byproducts"))
}

func readSLSA02(s *Summary, v value) {
	invocation, meta := v.at("invocation"), v.at("metadata")
	source, environment := invocation.at("configSource"), invocation.at("environment")
	recipe := v.at("recipe") // what v0.1 has in the invocation's place
	repository, ref, _ := strings.Cut(source.at("uri").text(), "@")

	x := s.section("source")
	x.claim("repository", repository, fieldRepository)
	x.claim("ref", ref, fieldRef)
	commit := source.at("digest", "sha1").text()
	if commit == "" {
		commit = commitOf(v.at("materials"), repository)
	}
	x.claim("commit", commit, fieldCommit)
	x.claim("repository id", environment.at("GITHUB_REPOSITORY_ID").text(), fieldRepositoryID)
	x.claim("owner id", environment.at("GITHUB_REPOSITORY_OWNER_ID").text(), fieldOwnerID)

	x = s.section("build")
	x.claim("workflow", source.at("entryPoint").text(), fieldWorkflow)
	x.text("entry point", recipe.at("entryPoint").text())
	x.claim("trigger", environment.at("GITHUB_EVENT_NAME").text(), fieldTrigger)
	x.builder(v.at("builder", "id").text())
	x.text("build type", v.at("buildType").text())
	x.text("build type", recipe.at("type").text())
	x.text("run", meta.at("buildInvocationId").text())
	x.text("run", meta.at("buildInvocationID").text())
	x.time("started", meta.at("buildStartedOn"))
	x.time("finished", meta.at("buildFinishedOn"))
	x.text("reproducible", meta.at("reproducible").text())
	var whole []string
	meta.at("completeness").each(func(name, m value) bool {
		if name != nil && m.text() == "true" {
			whole = append(whole, name.text())
		}
		return len(whole) < maxFacts
	})
	x.text("said to be complete", strings.Join(whole, ", "))

	x = s.section("parameters")
	x.flat(invocation.at("parameters"))
	x.flat(environment, "GITHUB_EVENT_NAME", "GITHUB_REPOSITORY_ID", "GITHUB_REPOSITORY_OWNER_ID")
	s.section("made of").dependencies(v.at("materials"))
}

// builder is a workflow, a kind of runner, or anything.
func (x *Section) builder(id string) {
	f := Fact{Label: "builder", Value: id}
	switch {
	case strings.HasPrefix(id, runnerPrefix):
		f.Field = fieldRunner
	case strings.Contains(id, "/.github/workflows/"):
		f.Field = fieldSigner
	}
	x.add(f)
}

// dependencies lists resource descriptors: where from, and which.
func (x *Section) dependencies(v value) {
	v.list(func(e value) {
		if len(x.Facts) == maxFacts {
			x.More++
			return
		}
		m := e.members("uri", "name", "digest", "downloadLocation")
		label := m["uri"].text()
		for _, other := range []string{"name", "downloadLocation"} {
			if label == "" {
				label = m[other].text()
			}
		}
		d := digestOf(m["digest"])
		switch {
		case label == "":
			label = "unnamed"
		case d == "":
			d = "no digest"
		}
		x.digest(label, d)
	})
}

// commitOf is the commit of the dependency that is the source repository, else
// of the only one that has any.
func commitOf(v value, repository string) string {
	found, other := "", 0
	last := ""
	v.list(func(e value) {
		m := e.members("uri", "digest")
		commit := m["digest"].at("gitCommit").text()
		if commit == "" {
			commit = m["digest"].at("sha1").text()
		}
		if commit == "" {
			return
		}
		other++
		last = commit
		uri, _, _ := strings.Cut(plainRepository(m["uri"].text()), "@")
		if found == "" && repository != "" && strings.EqualFold(plainRepository(uri), plainRepository(repository)) {
			found = commit
		}
	})
	if found == "" && other == 1 && repository == "" {
		return last
	}
	return found
}

// plainRepository is a repository's address as a certificate has it.
func plainRepository(uri string) string {
	return strings.TrimSuffix(strings.TrimPrefix(uri, "git+"), ".git")
}

// flatten is an object of texts on one line.
func flatten(v value) string {
	var out []string
	v.each(func(name, m value) bool {
		if t := m.text(); name != nil && t != "" {
			out = append(out, name.text()+" "+t)
		}
		return len(out) < 8
	})
	return cut(strings.Join(out, ", "))
}
