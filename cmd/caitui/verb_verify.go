package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/predicate"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// verifyVerb is one run of verify.
type verifyVerb struct {
	*app
	policyFlags
	set      setFlags
	bundle   string
	digest   string
	evidence string
}

func newVerify(a *app) *cobra.Command {
	v := &verifyVerb{app: a}
	cmd := &cobra.Command{
		Use:   "verify REF | FILE | --digest D | --channel C | --release R | --evidence DIR",
		Short: "Verify the attestations of a version, a file, a channel or a release against a policy",
		Long: `Verify what is attested about a version, a local file, a digest, or everything
that a channel points to or a release consists of. The policy is printed first,
then the verdict, then each attestation with the step at which it failed, what
was expected and found.

REF is PKG:TAG, PKG@DIGEST, a configured package alone (its first channel), or
a whole reference such as ghcr.io/acme/app:v1; oci:// before it is allowed. Its
tag is resolved once. What has no tag and no digest, begins with . / or ~, or is
no configured package is a FILE. Where a REF and a file have the same name
neither is taken: write oci://NAME or ./NAME.

For a REF the configured policy of the package holds, and flags say anew who
must have signed and from where; it is bound to the commit that the version's
own tag names. For a FILE and --digest nothing configured holds: --owner,
--repo, --cert-identity or --key must say who has to have signed.

--bundle takes the place of every store. About a REF its attestations may also
be those of the indexes that share its platforms, as they may in the stores:
its manifests are read for that, and no more.

--evidence checks again what caitui evidence wrote, with the roots in DIR unless
--trusted-root replaces them and by the policies in it, which are printed:
nothing is sent. Roots that this machine does not know are told.

--offline sends nothing at all: tags, manifests and attestations are those that
the local store keeps, trusted roots the built-in or refreshed one and files. What the store
does not have is "not checked", never "none".

Exit code 0 only if the policy is met, 1 if it is not, also where nothing is
attested or expected; 2 usage, or input that is unreadable or empty; 3 if what
has to be asked cannot be.`,
		Example: `  caitui verify containai-claude:prod
  caitui verify ghcr.io/novotnyllc/containai:v1.2.0 --source-ref refs/heads/main
  caitui verify ./payload.tar.gz --repo novotnyllc/ContainAI
  caitui verify app.tgz --bundle app.sigstore.jsonl --cert-identity me@example.com --cert-oidc-issuer https://accounts.google.com
  caitui verify --channel prod -o json
  caitui verify --release v1.2.0
  caitui verify --evidence evidence-prod`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completePackage,
		RunE:              v.run,
	}
	v.declare(cmd.Flags())
	cmd.Flags().StringVar(&v.bundle, "bundle", "", "file of attestations, JSON or JSON lines, in place of every store")
	cmd.Flags().StringVar(&v.digest, "digest", "", "sha256:, sha384: or sha512: and the hex of something that is not here")
	v.set.declare(cmd)
	cmd.Flags().StringVar(&v.evidence, "evidence", "", "directory that caitui evidence wrote: check all of it again, offline")
	_ = cmd.MarkFlagDirname("evidence")
	a.trustFlags(cmd)
	return cmd
}

// trustFlags are the flags of all verbs that check attestations.
func (a *app) trustFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&a.trustedRoots, "trusted-root", nil, "file or https:// address of trusted roots that replace all others; may be repeated")
	cmd.Flags().BoolVar(&a.offline, "offline", false, "send nothing: use what the local store and files hold")
}

func (v *verifyVerb) run(cmd *cobra.Command, args []string) error {
	if err := checkGiven(cmd); err != nil {
		return err
	}
	if err := v.oneSubject(cmd, args); err != nil {
		return err
	}
	for _, root := range v.trustedRoots {
		if err := config.CheckRoot(root); err != nil {
			return err
		}
	}
	switch {
	case v.evidence != "":
		return v.verifyEvidence(cmd)
	case v.set.given():
		return v.verifySet(cmd.Context())
	}
	settings, layout, err := v.asFlagged()
	if err != nil {
		return err
	}
	src, err := sourceOf(cmd, settings)
	if err != nil {
		return err
	}
	if v.digest != "" {
		f, err := model.ParseArtifactDigest(v.digest)
		if err != nil {
			return err
		}
		return v.verifyFile(cmd.Context(), f, v.digest, src)
	}
	subject, err := parseSubject(args[0], layout, fileExists)
	if err != nil {
		return err
	}
	if subject.file == "" {
		return v.verifyReference(cmd.Context(), subject, settings, src)
	}
	if _, err := v.filePolicy(src); err != nil {
		return err // before a large file is read
	}
	f, err := readSubject(subject.file)
	if err != nil {
		return err
	}
	return v.verifyFile(cmd.Context(), f, subject.file, src)
}

// asFlagged are the settings as flags and configuration have them, and the
// layout in which a package is looked up. The demo is always the same, and what
// the flags demand they demand there too.
func (v *verifyVerb) asFlagged() (config.Settings, model.Layout, error) {
	if v.demo {
		s, err := config.Resolve(v.flags, func(string) string { return "" }, config.Config{})
		return s, model.ContainAI(), err
	}
	s, err := config.For(v.flags, v.getenv)
	return s, s.Layout, err
}

// oneSubject refuses anything but one subject.
func (v *verifyVerb) oneSubject(cmd *cobra.Command, args []string) error {
	n := len(args)
	for _, given := range []string{v.digest, v.set.channel, v.set.release, v.evidence} {
		if given != "" {
			n++
		}
	}
	if n != 1 {
		return usageError{errors.New("name one thing to verify: REF, FILE, --digest, --channel, --release or --evidence")}
	}
	if !v.set.given() {
		return nil
	}
	for _, name := range append(policyFlagNames(), "bundle") {
		if cmd.Flags().Changed(name) {
			return usageError{fmt.Errorf("--%s goes with one version: each package of a channel or a release has its own policy, in the configuration", name)}
		}
	}
	return nil
}

// verifyFile verifies what lies in no registry.
func (v *verifyVerb) verifyFile(ctx context.Context, f model.ArtifactFile, named string, src demanded) error {
	p, err := v.filePolicy(src)
	if err != nil {
		return err
	}
	given, err := v.given()
	if err != nil {
		return err
	}
	s, err := v.openVerifying(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	var got model.Verification
	if v.bundle != "" {
		got, err = s.service.VerifyGiven(ctx, f, given, p)
	} else {
		got, err = s.service.VerifyFile(ctx, f, p)
	}
	if err != nil {
		return err
	}
	return v.tell(got, named, named)
}

// given are the attestations of --bundle.
func (v *verifyVerb) given() ([]model.Attestation, error) {
	if v.bundle == "" {
		return nil, nil
	}
	return readBundles(v.bundle)
}

// openVerifying opens a session whose trusted roots can be used.
func (v *verifyVerb) openVerifying(ctx context.Context, pkgs ...string) (*session, error) {
	s, err := v.open(ctx, pkgs...)
	if err != nil {
		return nil, err
	}
	if _, err := s.verifier.verifier(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// verifyReference verifies what a reference means.
func (v *verifyVerb) verifyReference(ctx context.Context, what subject, settings config.Settings, src demanded) error {
	given, err := v.given()
	if err != nil {
		return err
	}
	v.goTo(what, settings)
	s, err := v.openVerifying(ctx, what.ref.Package)
	if err != nil {
		return err
	}
	defer s.close()
	p, err := v.packagePolicy(s.settings.Layout, what.ref.Package, src)
	if err != nil {
		return err
	}
	ref, digest, err := v.attestationSubject(ctx, s, what.ref)
	if err != nil {
		return err
	}
	v.knowVersions(ctx, s, ref.Package)
	var got model.Verification
	if v.bundle != "" {
		got, err = s.service.VerifyBrought(ctx, ref.Package, digest, given, p)
	} else {
		got, err = s.service.Verify(ctx, ref.Package, digest, p)
	}
	if err != nil {
		return err
	}
	return v.tell(got, ref.String(), ref.Tag)
}

// goTo points the session to the registry and the owner that a whole reference
// names.
func (v *verifyVerb) goTo(what subject, settings config.Settings) {
	given := v.flags.Changed
	replace := func(flag string) {
		before := given
		given = func(f string) bool { return f == flag || before != nil && before(f) }
	}
	if what.host != "" && !strings.EqualFold(what.host, settings.Host()) {
		v.flags.Registry = what.host
		replace("registry")
	}
	if what.host != "" && (what.owner != "" || settings.Layout.Owner != "") {
		v.flags.Owner = what.owner
		replace("owner")
	}
	v.flags.Changed = given
}

// knowVersions lists the versions of a package: their tags lead to the indexes
// of its architectures, and name the commit.
func (a *app) knowVersions(ctx context.Context, s *session, pkg string) {
	if a.offline {
		return
	}
	if _, err := s.service.Versions(ctx, pkg); err != nil && ctx.Err() == nil {
		a.note("note: the versions of %s are not known: %v", pkg, err)
	}
}

// tell prints what a verification came to and turns it into the exit code.
func (v *verifyVerb) tell(got model.Verification, ref, tag string) error {
	ans := answer{doc: wire.VerifyDoc(got, ref)}
	ans.tables, ans.lines = v.tables(got, tag)
	if err := v.print(ans); err != nil {
		return err
	}
	return verificationExit(got.Verdict, got.Met(), got.List.Whole())
}

// verificationExit is 0 for a policy that is met and nothing else. What could
// not be asked is told apart from what was refused.
func verificationExit(verdict model.VerdictKind, met, whole bool) error {
	switch {
	case met:
		return nil
	case verdict == model.VerdictUnchecked && !whole:
		return finding{exitAccess}
	}
	return finding{exitFinding}
}

// maxClaimed is of how many attestations the claims are shown beside what their
// certificates prove; the document has all.
const maxClaimed = 6

// tables are a verification for people: the policy before the result, and what
// is claimed beside what is proved.
func (v *verifyVerb) tables(got model.Verification, tag string) ([]present.Table, []string) {
	lines := present.Texts(present.VerificationHead(got, tag))
	lines = append(append(lines, present.DifferenceLines(got)...), present.AttestationRemarks(got.List)...)
	tables := []present.Table{present.PolicyTable(got.Policy), present.AttestationsTable(got.List), present.ChecksTable(got)}
	for _, item := range got.List.Items {
		if claims, ok := predicate.Of(item); ok && item.Signed && len(tables) < maxClaimed+3 {
			tables = append(tables, present.PredicateTable(claims, item.Check, v.now()))
		}
	}
	return tables, lines
}
