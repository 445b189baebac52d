package main

import (
	"context"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func newDiff(a *app) *cobra.Command {
	var files bool
	cmd := &cobra.Command{
		Use:   "diff PKG A B | diff CHANNEL",
		Short: "Tell what differs between two versions, or in a channel since its former release",
		Long: `Tell what differs between two versions of a package: manifest, platforms,
configuration, environment, labels, history, layers, and the fields of channel
documents. A, the former, and B are tags, digests or channels.

diff CHANNEL compares every package of the channel with what the channel's
former release had of it.

--files also reads the layers that differ, each once and nothing to disk, and
compares the files in them: content, mode, owner, links, and texts line by line.
Dates and the like are left out of tables; JSON has them, marked as noise.

Exit code 0 whether or not there are differences.`,
		Example: `  caitui diff containai-claude v1.2.0 v1.3.0 --files
  caitui diff containai-payload v1.2.0 prod
  caitui diff prod`,
		Args:              oneOrThree,
		ValidArgsFunction: a.completePackage,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return a.diffChannel(cmd.Context(), args[0], files)
			}
			return a.diffVersions(cmd.Context(), args[0], args[1], args[2], files)
		},
	}
	cmd.Flags().BoolVar(&files, "files", false, "read the layers that differ and compare their files")
	return cmd
}

func oneOrThree(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return cobra.ExactArgs(3)(cmd, args)
}

// diffVersions compares two versions of a package.
func (a *app) diffVersions(ctx context.Context, pkg, from, to string, files bool) error {
	former, err := parseTarget(pkg, from)
	if err != nil {
		return err
	}
	present, err := parseTarget(pkg, to)
	if err != nil {
		return err
	}
	s, err := a.open(ctx, pkg)
	if err != nil {
		return err
	}
	defer s.close()
	// Which releases they belong to is told by all packages; the comparison
	// does not depend on it.
	if _, err := s.service.Refresh(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		a.note("note: releases and channels are not known: %v", err)
	}
	var digests [2]model.Digest
	for i, ref := range []model.Reference{former, present} {
		d, via, err := s.service.Resolve(ctx, ref)
		if err != nil {
			return err
		}
		if via == model.ViaMetadata {
			a.note("note: %s has no tag %s: the channel's metadata names %s", ref.Package, ref.Tag, d.Short())
		}
		digests[i] = d
	}
	d, err := s.service.Compare(ctx, pkg, digests[0], digests[1])
	if err != nil {
		return err
	}
	d.A.Ref, d.B.Ref = from, to
	if files {
		if d, err = a.withFiles(ctx, s, d); err != nil {
			return err
		}
	}
	return a.print(a.diffAnswer(s.service.Survey().Inventory, d))
}

func (a *app) diffAnswer(inv model.Inventory, d model.Diff) answer {
	return answer{
		doc:    wire.DiffDoc(inv, d),
		tables: []present.Table{present.DiffSummaryTable(d), present.DiffTable(d)},
		lines:  []string{present.TellDiff(d)},
		texts:  present.DiffTexts(d),
	}
}

// withFiles reads what differs in the files.
func (a *app) withFiles(ctx context.Context, s *session, d model.Diff) (model.Diff, error) {
	section, err := s.service.CompareFiles(ctx, d.B.Package, d.A.Digest, d.B.Digest, a.reading(d.B.Package))
	if err != nil {
		return model.Diff{}, err
	}
	return d.WithSection(section), nil
}

// reading tells on stderr how far the reading of layers is, at each quarter of
// what is known to come.
func (a *app) reading(pkg string) func(done, total int64) {
	const steps = 4
	var last int64
	return func(done, total int64) {
		if total <= 0 || done*steps/total <= last {
			return
		}
		last = done * steps / total
		a.note("%s: %s of %s read", pkg, present.Size(done), present.Size(total))
	}
}

// diffChannel compares a channel with its own former release.
func (a *app) diffChannel(ctx context.Context, channel string, files bool) error {
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	if _, ok := s.settings.Layout.Channel(channel); !ok {
		return model.Invalid(model.Sanitize(channel)+" is no channel", "name a channel, or a package with two versions: caitui diff PKG A B")
	}
	survey, err := s.service.Refresh(ctx)
	if err != nil {
		return err
	}
	if survey, err = a.confirm(ctx, s, survey); err != nil {
		return err
	}
	c, err := s.service.CompareChannel(ctx, channel)
	if err != nil {
		return err
	}
	if files {
		if err := a.channelFiles(ctx, s, c); err != nil {
			return err
		}
	}
	ans := answer{doc: wire.ChannelDiffDoc(survey.Inventory, c), tables: []present.Table{present.ChannelDiffTable(c)}, lines: []string{present.TellChannelDiff(c)}}
	for _, p := range c.Packages {
		if p.Diff != nil {
			for _, b := range present.DiffTexts(*p.Diff) {
				b.Title = model.Sanitize(p.Package) + ": " + b.Title
				ans.texts = append(ans.texts, b)
			}
		}
	}
	return a.print(ans)
}

// packagesAtOnce is of how many packages files are read together; of each
// several layers are.
const packagesAtOnce = 3

// channelFiles adds the files of every package, a few packages at a time. A
// package whose files cannot be read stands with a note.
func (a *app) channelFiles(ctx context.Context, s *session, c model.ChannelDiff) error {
	errs := make([]error, len(c.Packages))
	var told sync.Mutex
	done, all := 0, 0
	for _, p := range c.Packages {
		if p.Diff != nil {
			all++
		}
	}
	var g errgroup.Group
	g.SetLimit(packagesAtOnce)
	for i, p := range c.Packages {
		if p.Diff == nil {
			continue
		}
		reading := a.reading(p.Package)
		progress := func(came, total int64) {
			told.Lock()
			defer told.Unlock()
			reading(came, total)
		}
		g.Go(func() error {
			section, err := s.service.CompareFiles(ctx, p.Package, p.Diff.A.Digest, p.Diff.B.Digest, progress)
			if errs[i] = err; err != nil {
				section = model.DiffSection{Name: p.Diff.FilesName(), Note: "not compared: " + err.Error()}
			}
			d := p.Diff.WithSection(section)
			c.Packages[i].Diff = &d
			told.Lock()
			defer told.Unlock()
			done++
			a.note("%s: files compared, %d of %d packages done", p.Package, done, all)
			return nil
		})
	}
	_ = g.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for i, err := range errs {
		if err != nil {
			a.note("note: the files of %s were not compared: %v", c.Packages[i].Package, err)
		}
	}
	return nil
}
