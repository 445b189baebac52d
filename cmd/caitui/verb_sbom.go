package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// sbomFlags are what caitui sbom was asked besides the version.
type sbomFlags struct {
	search, against, group, document string
	raw                              bool
}

func newSBOM(a *app) *cobra.Command {
	var f sbomFlags
	cmd := &cobra.Command{
		Use:   "sbom PKG[:TAG|@DIGEST]",
		Short: "List the components in the SBOM of a version, or what changed in them",
		Long: `List the components in the SBOM of a version. It is looked for in GitHub's
store, the registry's referrers, cosign's tags, BuildKit's entries, the files of
an artifact and the archives in it; CycloneDX and SPDX are told by content. What
a document describes is said with the reasons: the payload's SBOM is never shown
as an image's. Where there is none, every place is told, and the payload of the
same release is named.

--against REF compares with another version: a tag or digest of the same package,
or PKG:TAG. What is added is in the version and not in REF. --search shows only
what matches: words, !word, name:, version:, type:, licence:, purl:. Where there
are several documents, --document chooses by number or digest. --raw writes the
document itself, out of any envelope, byte for byte where it goes to a file or
pipe.

Without a tag, the first channel that the package has is meant: prod as a rule.

Exit code 0 whether or not there is an SBOM, 3 where nobody could be asked, or
where --raw or --against has none to work on.`,
		Example: `  caitui sbom containai-payload
  caitui sbom containai-payload:prod --against v1.2.0
  caitui sbom containai-payload:v1.3.0 --search licence:gpl -o json
  caitui sbom containai-payload --raw > payload.sbom.json`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completePackage,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.sbom(cmd.Context(), args[0], f) },
	}
	cmd.Flags().StringVar(&f.search, "search", "", "show only components that match")
	cmd.Flags().StringVar(&f.against, "against", "", "compare with the SBOM of another version")
	cmd.Flags().StringVar(&f.group, "group", "", "put components together by licence, type or ecosystem")
	cmd.Flags().StringVar(&f.document, "document", "", "which of several documents: its number or digest")
	cmd.Flags().BoolVar(&f.raw, "raw", false, "write the document itself")
	_ = cmd.RegisterFlagCompletionFunc("group", cobra.FixedCompletions([]string{"licence", "type", "ecosystem"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) sbom(ctx context.Context, name string, f sbomFlags) error {
	ref, err := model.ParseReference(name)
	if err != nil {
		return err
	}
	view := wire.SBOMView{Search: f.search}
	if view.Match, err = matchComponents(f.search); err != nil {
		return err
	}
	if view.Group, err = grouping(f.group); err != nil {
		return err
	}
	s, err := a.open(ctx, ref.Package)
	if err != nil {
		return err
	}
	defer s.close()
	ref, list, err := a.sbomsOf(ctx, s, ref)
	if err != nil {
		return err
	}
	view.Ref = ref.String()
	if view.Shown, err = chosen(list, f.document); err != nil {
		return err
	}
	switch {
	case view.Shown < 0 && (f.raw || f.against != ""):
		return &model.Error{Kind: model.ErrNotFound, Message: ref.String() + ": " + present.NoSBOM(list), Cure: "without --raw and --against every place is told"}
	case f.raw:
		return a.writeRaw(list.Documents[view.Shown].Raw)
	case view.Shown < 0:
		a.offerPayload(ctx, s, list, &view)
	case f.against != "":
		if err := a.sbomAgainst(ctx, s, ref.Package, list.Documents[view.Shown], f.against, &view); err != nil {
			return err
		}
	}
	return a.print(sbomAnswer(list, view))
}

// sbomsOf finds the version that is meant, and its SBOMs.
func (a *app) sbomsOf(ctx context.Context, s *session, ref model.Reference) (model.Reference, model.SBOMList, error) {
	ref, digest, err := a.attestationSubject(ctx, s, ref)
	if err != nil {
		return ref, model.SBOMList{}, err
	}
	// The tags of the version lead to the indexes of its architectures.
	if _, err := s.service.Versions(ctx, ref.Package); err != nil {
		if ctx.Err() != nil {
			return ref, model.SBOMList{}, ctx.Err()
		}
		a.note("note: the versions of %s are not known: %v", ref.Package, err)
	}
	list, err := s.service.SBOMs(ctx, ref.Package, digest)
	return ref, list, err
}

// matchComponents reads a search.
func matchComponents(search string) (func(model.SBOMComponent) bool, error) {
	q, err := table.ParseQuery(search, model.SBOMFields())
	if err != nil || q.Empty() {
		return nil, err
	}
	return func(c model.SBOMComponent) bool {
		return q.Match(c.Text(), c.Field, time.Time{}, time.Time{})
	}, nil
}

func grouping(word string) (model.SBOMGrouping, error) {
	by := model.SBOMGrouping(strings.Replace(word, "license", "licence", 1))
	for _, known := range append(model.SBOMGroupings(), model.GroupNone) {
		if by == known {
			return by, nil
		}
	}
	return "", model.Invalid("components are not put together by "+model.Sanitize(word), "it is licence, type or ecosystem")
}

// chosen is the document that is meant: by number from 1, by digest or the
// beginning of its hex; without a word the one that fits the version.
func chosen(l model.SBOMList, word string) (int, error) {
	if word == "" {
		return l.Best(), nil
	}
	if n, err := strconv.Atoi(word); err == nil && n >= 1 && n <= len(l.Documents) && len(word) < 5 {
		return readable(l, n-1)
	}
	hex := strings.TrimPrefix(word, "sha256:")
	for i, d := range l.Documents {
		if len(hex) >= 6 && strings.HasPrefix(d.Digest.Hex(), hex) {
			return readable(l, i)
		}
	}
	return 0, model.Invalid(fmt.Sprintf("there is no document %s: %s found", model.Sanitize(word), present.Many(len(l.Documents), "document")), "give its number or its digest")
}

func readable(l model.SBOMList, i int) (int, error) {
	if err := l.Documents[i].Err; err != nil {
		return 0, err
	}
	return i, nil
}

// offerPayload names the payload of the same release, as far as releases are
// known.
func (a *app) offerPayload(ctx context.Context, s *session, l model.SBOMList, view *wire.SBOMView) {
	survey, err := s.service.Refresh(ctx)
	if err != nil {
		a.note("note: which release it belongs to is not known: %v", err)
		return
	}
	if ref, release, ok := survey.PayloadBeside(l.Package, l.Subject); ok {
		view.Payload, view.Release = &ref, release.Label()
		view.Notes = append(view.Notes, present.SBOMPayload(ref, release)+": caitui sbom "+ref.Package+"@"+string(ref.Digest))
	}
}

// sbomAgainst compares with the SBOM of another version.
func (a *app) sbomAgainst(ctx context.Context, s *session, pkg string, doc model.SBOMDocument, against string, view *wire.SBOMView) error {
	parse := func() (model.Reference, error) { return parseTarget(pkg, against) }
	if !strings.HasPrefix(against, "sha256:") && strings.ContainsAny(against, ":@") {
		parse = func() (model.Reference, error) { return model.ParseReference(against) }
	}
	ref, err := parse()
	if err != nil {
		return err
	}
	ref, other, err := a.sbomsOf(ctx, s, ref)
	if err != nil {
		return err
	}
	before, err := other.Counterpart(doc)
	if err != nil {
		return err
	}
	diff := model.CompareSBOMs(before.Components, doc.Components)
	view.Against, view.AgainstRef, view.AgainstOf, view.Diff = &before, ref.String(), model.VersionRef{Package: other.Package, Digest: other.Subject}, &diff
	if before.Describes != doc.Describes {
		view.Notes = append(view.Notes, fmt.Sprintf("the two describe different things: %s, and %s before", doc.Describes, before.Describes))
	}
	return nil
}

// writeRaw writes a document as it is, to a terminal without what could act on
// it.
func (a *app) writeRaw(raw []byte) error {
	if f, ok := a.stdout.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			_, err := io.WriteString(a.stdout, model.SanitizeLines(string(raw))+"\n")
			return writing(err)
		}
	}
	_, err := a.stdout.Write(raw)
	return writing(err)
}

func sbomAnswer(l model.SBOMList, v wire.SBOMView) answer {
	ans := answer{doc: wire.SBOMDoc(l, v)}
	if len(l.Documents) > 1 || v.Shown < 0 && len(l.Documents) > 0 {
		ans.tables = append(ans.tables, present.SBOMDocumentsTable(l, v.Shown))
	}
	if v.Shown < 0 {
		ans.tables = append(ans.tables, present.SBOMPlacesTable(l))
		ans.lines = append([]string{present.NoSBOM(l)}, v.Notes...)
		return ans
	}
	doc := l.Documents[v.Shown]
	switch list := doc.Matching(v.Match); {
	case v.Diff != nil:
		ans.tables = append(ans.tables, present.SBOMDiffTable(v.Diff.Matching(v.Match)))
		ans.lines = append(ans.lines, fmt.Sprintf("against %s (%s): %s", model.Sanitize(v.AgainstRef), present.SBOMFormat(v.Against.SBOM), present.SBOMDiffCounts(*v.Diff)))
	case v.Group != model.GroupNone:
		ans.tables = append(ans.tables, present.SBOMGroupsTable(list, v.Group), present.SBOMTable(list, v.Group))
	default:
		ans.tables = append(ans.tables, present.SBOMTable(list, model.GroupNone))
	}
	ans.lines = append(ans.lines, present.SBOMSentences(l, doc)...)
	for _, p := range l.Places {
		if p.Err != nil {
			ans.lines = append(ans.lines, present.SBOMPlaceName(p.Name)+": "+present.SBOMPlaceNote(p))
		}
	}
	ans.lines = append(append(ans.lines, v.Notes...), model.SanitizeAll(l.Notes)...)
	return ans
}
