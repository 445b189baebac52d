package scenario

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Predicate types that are written here, and the statement around them.
const (
	predicateSLSA   = "https://slsa.dev/provenance/v1"
	predicateBuildx = "https://slsa.dev/provenance/v0.2"
	statementV1     = "https://in-toto.io/Statement/v1"
)

type digestSet map[string]string

type subjectOf struct {
	Name   string    `json:"name"`
	Digest digestSet `json:"digest"`
}

type statement struct {
	Type          string      `json:"_type"`
	Subject       []subjectOf `json:"subject"`
	PredicateType string      `json:"predicateType"`
	Predicate     any         `json:"predicate"`
}

// obj keeps long JSON shapes readable; encoding/json sorts its keys.
type obj map[string]any

// runURL is the address of the run's attempt.
func (b *build) runURL() string {
	return fmt.Sprintf("https://github.com/%s/actions/runs/%d/attempts/%d", b.repo, b.run.ID, b.run.Attempt)
}

// mainRef is what every run builds.
const mainRef = "refs/heads/main"

// workflow is the file of the workflow that runs.
func (b *build) workflow() string {
	if b.path != "" {
		return b.path
	}
	return workflowPath
}

// workflowURI is the identity that signs: the workflow at main.
func (b *build) workflowURI() string {
	return "https://github.com/" + b.repo + "/" + b.workflow() + "@" + mainRef
}

// slsaStatement is what attest-build-provenance states about a subject.
func (b *build) slsaStatement(name string, d model.Digest) []byte {
	return compact(statement{
		Type:          statementV1,
		Subject:       []subjectOf{{Name: name, Digest: digestSet{"sha256": d.Hex()}}},
		PredicateType: predicateSLSA,
		Predicate: obj{
			"buildDefinition": obj{
				"buildType": "https://actions.github.io/buildtypes/workflow/v1",
				"externalParameters": obj{"workflow": obj{
					"ref": mainRef, "repository": "https://github.com/" + b.repo, "path": b.workflow(),
				}},
				"internalParameters": obj{"github": obj{
					"event_name": b.event, "repository_id": strconv.FormatInt(b.repoID, 10),
					"repository_owner_id": strconv.FormatInt(b.ownerID, 10),
					"runner_environment":  "github-hosted",
				}},
				"resolvedDependencies": []obj{{
					"uri":    "git+https://github.com/" + b.repo + "@" + mainRef,
					"digest": digestSet{"gitCommit": b.commit},
				}},
			},
			"runDetails": obj{
				"builder":  obj{"id": b.workflowURI()},
				"metadata": obj{"invocationId": b.runURL()},
			},
		},
	})
}

// buildxStatement is BuildKit's own provenance in its mode=max form: not
// signed, but the only place that names the image below.
func (b *build) buildxStatement(p *imagePart, r recipe, parent *imagePart) []byte {
	on := "linux/" + p.arch
	query := "?platform=" + url.QueryEscape(on)
	args := obj{"build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR": "1"}
	var materials []obj
	if parent != nil {
		tag := b.partTag(p.arch)
		if b.legacy {
			tag = "main"
		}
		args["build-arg:BASE_IMAGE"] = b.repository(parent.image) + ":" + tag
		materials = append(materials, obj{
			"uri":    "pkg:docker/" + b.repository(parent.image) + "@" + tag + query,
			"digest": digestSet{"sha256": parent.index.digest.Hex()},
		})
	} else {
		u := upstreamAt(r.upstream, p.arch, b.layersMade(r.name, p.arch))
		materials = append(materials, obj{
			"uri": u.purl + query, "digest": digestSet{"sha256": model.DigestOf([]byte(u.ref + u.made.String())).Hex()},
		})
	}
	made := b.layersMade(p.image, p.arch)
	return indented(statement{
		Type:          "https://in-toto.io/Statement/v0.1",
		PredicateType: predicateBuildx,
		Subject: []subjectOf{{
			Name:   "pkg:docker/" + b.repository(p.image) + "@" + b.partTag(p.arch) + query,
			Digest: digestSet{"sha256": p.platform.digest.Hex()},
		}},
		Predicate: obj{
			"builder":   obj{"id": b.runURL()},
			"buildType": "https://mobyproject.org/buildkit@v1",
			"materials": materials,
			"invocation": obj{
				"configSource": obj{"entryPoint": r.dockerfile},
				"parameters": obj{
					"frontend": "dockerfile.v0", "args": args,
					"locals": []obj{{"name": "context"}, {"name": "dockerfile"}},
				},
				"environment": obj{"platform": on},
			},
			"metadata": obj{
				"buildInvocationID": fmt.Sprintf("%016x", b.draw("invocation", p.image, p.arch)),
				"buildStartedOn":    made.Format(time.RFC3339Nano),
				"buildFinishedOn":   b.pushed(p.image, p.arch).Format(time.RFC3339Nano),
				"completeness":      obj{"parameters": true, "environment": true, "materials": false},
				"reproducible":      false,
				"https://mobyproject.org/buildkit@v1#metadata": obj{"vcs": obj{
					"revision": b.commit, "source": "https://github.com/" + b.repo, "localdir:context": ".",
				}},
			},
		},
	})
}

// partTag is the tag of one architecture.
func (b *build) partTag(arch string) string { return b.immutable() + "-" + arch }
