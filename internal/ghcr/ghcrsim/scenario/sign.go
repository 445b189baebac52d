package scenario

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// authorities are the Sigstore instances of all scenarios, the same for every
// seed, so that one trusted root serves all of them. The third is the one that
// nobody trusts: its certificates bear the names of the first.
type authorities struct{ publicGood, gitHub, foreign *simca.Instance }

// signers founds them once: their keys are constants.
var signers = sync.OnceValue(func() authorities {
	return authorities{
		publicGood: simca.MustNew(simca.PublicGood, "caitui sim"),
		gitHub:     simca.MustNew(simca.GitHub, "caitui sim"),
		foreign:    simca.MustNew(simca.PublicGood, "not caitui sim"),
	}
})

// TrustedRoot is what a client must trust to verify what is seeded: JSON
// lines, the public good instance's root and that of GitHub's own.
func TrustedRoot() []byte { return simca.JoinRoots(signers().publicGood, signers().gitHub) }

// misdeed is what is wrong with an attestation. Nothing on a prod release is.
type misdeed int

const (
	honest misdeed = iota
	// privately signs under GitHub's own instance, which is not wrong, but not
	// what the others do.
	privately
	otherRepository // signed in a fork
	otherWorkflow   // signed by another workflow of the repository
	otherDigest     // about something else
	altered         // the statement was changed after it was signed
	expired         // signed after the certificate had run out
	foreign         // signed under an instance that looks like the public good one
)

// vouch is the bundle with which the workflow attests to a subject.
func (b *build) vouch(name string, d model.Digest, at time.Time, how misdeed) []byte {
	by, s, flaw, alter := b, signers().publicGood, simca.Flaw(0), (func([]byte) []byte)(nil)
	switch how {
	case honest:
	case privately:
		s = signers().gitHub
	case otherRepository:
		by = b.elsewhere("mallory/ContainAI", workflowPath)
	case otherWorkflow:
		by = b.elsewhere(b.repo, ".github/workflows/experiment.yml")
	case otherDigest:
		d = model.DigestOf([]byte("not " + d))
	case altered:
		// The commit that the statement names is made to be another.
		alter = func(payload []byte) []byte {
			return bytes.ReplaceAll(payload, []byte(b.commit), []byte(commitOf("", int64(len(name)))))
		}
	case expired:
		flaw = simca.Expired
	case foreign:
		s = signers().foreign
	}
	return attest(s, by.slsaStatement(name, d), simca.Signing{Identity: by.identity(), At: at, Flaw: flaw, Alter: alter})
}

// elsewhere is the same build, done by a workflow that is not the project's.
func (b *build) elsewhere(repo, path string) *build {
	other := *b
	other.repo, other.path = repo, path
	if repo != b.repo {
		other.repoID, other.ownerID = b.repoID+7919, b.ownerID+104729
	}
	return &other
}

// identity is what the certificate says of the run.
func (b *build) identity() simca.Identity {
	return simca.Workflow{
		Repository: b.repo, RepositoryID: fmt.Sprint(b.repoID), OwnerID: fmt.Sprint(b.ownerID),
		Path: b.workflow(), Name: workflowName, Ref: mainRef, Commit: b.commit, Event: b.event, Run: b.runURL(),
	}.Identity()
}

// attest signs, for callers whose input cannot be refused: it is their own.
func attest(s *simca.Instance, statement []byte, how simca.Signing) []byte {
	if how.Alter != nil || how.Key != nil {
		return sign(s, statement, how)
	}
	key := model.DigestOf(fmt.Appendf(nil, "%p|%d|%d|%d|%t|%t|%q|%s", s, how.At.Unix(), how.Shape, how.Flaw, how.SecondLog, how.Stamped, how.Identity, statement))
	return signed().bundle(key, func() []byte { return sign(s, statement, how) })
}

func sign(s *simca.Instance, statement []byte, how simca.Signing) []byte {
	raw, err := s.Attest(statement, how)
	if err != nil {
		panic(fmt.Sprintf("scenario: signing: %v", err))
	}
	return raw
}

// maxSigned bounds what is remembered: a few seeds of some hundred bundles of
// six kilobytes.
const maxSigned = 4096

// signatures remember what was signed. A signature follows from what is signed,
// so a seed that is loaded again, as every test and every reset does, need not
// sign anything again.
type signatures struct {
	mu   sync.Mutex
	made map[model.Digest][]byte
}

var signed = sync.OnceValue(func() *signatures { return &signatures{made: make(map[model.Digest][]byte)} })

// bundle is what was made under a key before, else what anew gives.
func (s *signatures) bundle(key model.Digest, anew func() []byte) []byte {
	s.mu.Lock()
	raw, known := s.made[key]
	s.mu.Unlock()
	if known {
		return bytes.Clone(raw)
	}
	raw = anew()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.made) < maxSigned {
		s.made[key] = bytes.Clone(raw)
	}
	return raw
}
