package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/evidence"
)

// customer is the one audience that --for knows.
const customer = "customer"

// evidenceFlags are the flags of evidence.
type evidenceFlags struct{ out, audience, at string }

func newEvidence(a *app) *cobra.Command {
	var f evidenceFlags
	cmd := &cobra.Command{
		Use:   "evidence CHANNEL|RELEASE|REF --out DIR",
		Short: "Export what shows what was shipped and who built it, to be checked again offline",
		Long: `Collect everything about what a channel points to, about a release, or about one
version PKG:TAG or PKG@DIGEST: manifests, attestations, trusted roots, policies,
verdicts, and what caitui did to the packages. It is written into DIR, which must
be new or empty, and as one archive DIR.tar.gz beside it.

report.md keeps what is proved apart from what is only claimed. SHA256SUMS has a
hash of every file, and check.sh verifies every attestation by cosign alone, so
that nobody needs caitui; caitui verify --evidence DIR checks all of it again,
offline, with the roots in DIR.

Exit code 0 if everything that is expected is verified, 1 if not: the evidence is
written all the same.`,
		Example: `  caitui evidence prod --out evidence-prod
  caitui evidence prod --at 2026-05-18T10:00:00Z --out then
  caitui evidence v1.2.0 --for customer --out for-acme
  caitui evidence containai-payload:v1.2.0 --out payload`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runEvidence(cmd.Context(), args[0], f) },
	}
	cmd.Flags().StringVar(&f.out, "out", "", "directory to write; new or empty")
	cmd.Flags().StringVar(&f.audience, "for", "", "customer: leave out journal, hosts, names and reasons")
	cmd.Flags().StringVar(&f.at, "at", "", "of a channel: as it was at this time (RFC 3339)")
	_ = cmd.MarkFlagDirname("out")
	_ = cmd.RegisterFlagCompletionFunc("for", cobra.FixedCompletions([]string{customer}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) runEvidence(ctx context.Context, about string, f evidenceFlags) error {
	if f.out == "" {
		return usageError{errors.New("--out names the directory to write")}
	}
	if f.audience != "" && f.audience != customer {
		return usageError{fmt.Errorf("--for %q: evidence is made for a customer, or without --for for ourselves", model.Sanitize(f.audience))}
	}
	if err := evidence.Free(f.out); err != nil {
		return err
	}
	s, _, err := a.refreshed(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	req, err := evidenceRequest(s.settings.Layout, about, f)
	if err != nil {
		return err
	}
	set, err := s.service.Evidence(ctx, req)
	if err != nil {
		return err
	}
	files, archive, err := writeEvidence(set, f.out)
	if err != nil {
		return err
	}
	doc := wire.EvidenceDoc(set, f.out, files)
	doc.Archive = &archive
	lines := append(present.EvidenceSentences(set),
		fmt.Sprintf("%d files in %s; as one archive: %s, sha256 %s", len(files), f.out, archive.Path, archive.SHA256),
		"check it: sh "+model.ShellWord(filepath.Join(f.out, "check.sh"))+"   or: caitui verify --evidence "+model.ShellWord(f.out))
	if err := a.print(answer{doc: doc, tables: []present.Table{present.EvidenceTable(set)}, lines: lines}); err != nil {
		return err
	}
	if set.Verdict() != model.VerdictVerified {
		return finding{exitFinding}
	}
	return nil
}

// exportEvidence is the console's way to the same.
func (s *session) exportEvidence(ctx context.Context, req model.EvidenceRequest, dir string) (model.EvidenceWritten, error) {
	if err := evidence.Free(dir); err != nil {
		return model.EvidenceWritten{}, err
	}
	set, err := s.service.Evidence(ctx, req)
	if err != nil {
		return model.EvidenceWritten{}, err
	}
	files, archive, err := writeEvidence(set, dir)
	return model.EvidenceWritten{Set: set, Dir: dir, Files: len(files), Archive: archive.Path, SHA256: archive.SHA256}, err
}

// evidenceRequest tells a channel, a version and a release apart: a channel is
// one by its name, a version has a colon or an @ or is a package, and whatever
// else is a release.
func evidenceRequest(layout model.Layout, about string, f evidenceFlags) (model.EvidenceRequest, error) {
	req := model.EvidenceRequest{Customer: f.audience == customer}
	if f.at != "" {
		at, err := time.Parse(time.RFC3339, f.at)
		if err != nil {
			return req, usageError{fmt.Errorf("--at: %q is no time such as 2026-05-18T10:00:00Z", model.Sanitize(f.at))}
		}
		req.At = at
	}
	if _, ok := layout.Channel(about); ok {
		req.Channel = about
		return req, nil
	}
	if f.at != "" {
		return req, usageError{fmt.Errorf("--at goes with a channel, and %q is none", model.Sanitize(about))}
	}
	ref, err := model.ParseReference(about)
	switch {
	case err == nil && (ref.Tag != "" || ref.Digest != ""):
		req.Ref = ref
	case err == nil && layout.Knows(ref.Package):
		return req, usageError{fmt.Errorf("%s names a package, not one version of it: add :TAG or @DIGEST", ref.Package)}
	default:
		req.Release = about
	}
	return req, nil
}

// writeEvidence writes directory and archive.
func writeEvidence(set model.EvidenceSet, dir string) ([]model.EvidenceFile, wire.EvidenceFile, error) {
	files, err := evidence.Files(set)
	if err != nil {
		return nil, wire.EvidenceFile{}, err
	}
	var packed bytes.Buffer
	if err := evidence.Archive(&packed, filepath.Base(filepath.Clean(dir)), files); err != nil {
		return nil, wire.EvidenceFile{}, err
	}
	archive := wire.EvidenceFile{Path: filepath.Clean(dir) + ".tar.gz", SHA256: model.DigestOf(packed.Bytes()).Hex()}
	if err := evidence.Write(dir, files); err != nil {
		return nil, wire.EvidenceFile{}, err
	}
	out, err := os.OpenFile(archive.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // to be passed on
	if err == nil {
		_, err = out.Write(packed.Bytes())
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		return nil, wire.EvidenceFile{}, &model.Error{Kind: model.ErrInvalid, Message: "the directory is written, the archive is not", Cause: err,
			Cure: "pack " + dir + " yourself, or name another --out"}
	}
	return files, archive, nil
}

// knownRoots are the roots that this machine knows by itself: built in,
// refreshed through TUF, and in configured files. Nothing is sent, and what
// cannot be read is said and not known.
func (a *app) knownRoots(ctx context.Context) []model.TrustRoot {
	builtIn, err := verify.PublicGood()
	if err != nil {
		a.note("note: %v", err)
	}
	settings, err := config.For(a.flags, a.getenv)
	if err != nil {
		a.note("note: roots that are configured are not known here: %v", err)
		return builtIn.All()
	}
	files := slices.DeleteFunc(slices.Clone(settings.TrustedRoots), func(name string) bool { return strings.Contains(name, "://") })
	roots, trust := rootSources{own: true, names: files, dir: settings.Paths.Roots(), tuf: settings.TUF, offline: true, now: a.now}.all(ctx)
	for _, u := range trust.Unusable {
		a.note("note: not known here: %v", u.Err)
	}
	return builtIn.With(roots).All()
}

// verifyEvidence refuses what would change the policy of the evidence in silence.
func (v *verifyVerb) verifyEvidence(cmd *cobra.Command) error {
	var refused error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "evidence", "trusted-root", "offline":
			return
		case "owner", "repo": // policy on this verb, and known to all
		default:
			if cmd.Root().PersistentFlags().Lookup(f.Name) != nil {
				return
			}
		}
		refused = usageError{fmt.Errorf("--%s does not go with --evidence: the evidence has its own policies, which are printed", f.Name)}
	})
	if refused != nil {
		return refused
	}
	return v.runVerifyEvidence(cmd.Context(), v.evidence)
}

// runVerifyEvidence checks a directory of evidence again. Nothing is sent, and
// no configured policy applies: that of the evidence is shown.
func (a *app) runVerifyEvidence(ctx context.Context, dir string) error {
	var o evidence.Options
	o.Open = func(raw [][]byte) (evidence.Checker, error) {
		roots, err := verify.ParseRoots(bytes.Join(raw, []byte("\n")), dir, a.now().UTC())
		if err != nil {
			return nil, err
		}
		return verify.New(roots, runtime.GOMAXPROCS(0)), nil
	}
	o.Known = a.knownRoots(ctx)
	if len(a.trustedRoots) > 0 {
		given, err := rootSources{names: a.trustedRoots, now: a.now}.load(ctx)
		if err != nil {
			return err
		}
		o.Roots = given.All()
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return &model.Error{Kind: model.ErrInvalid, Message: fmt.Sprintf("%s is not a directory of evidence", model.Sanitize(dir)), Cause: err,
			Cure: "name what caitui evidence --out wrote; unpack an archive first"}
	}
	got, err := evidence.Check(ctx, os.DirFS(dir), o)
	if err != nil {
		return err
	}
	lines := append(present.EvidencePolicyLines(got.Set), present.EvidenceSentences(got.Set)...)
	lines = append(lines, present.EvidenceRootLines(got)...)
	for _, f := range got.Findings {
		lines = append(lines, "DOES NOT HOLD "+model.Sanitize(f.Path)+": "+model.Sanitize(f.Message))
	}
	if err := a.print(answer{doc: wire.EvidenceCheckDoc(got, dir), tables: []present.Table{present.EvidenceTable(got.Set)}, lines: lines}); err != nil {
		return err
	}
	if !got.Holds() || got.Set.Verdict() != model.VerdictVerified {
		return finding{exitFinding}
	}
	return nil
}
