package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

func newPull(a *app) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "pull PKG[:TAG|@DIGEST] --out DIR",
		Short: "Save a version: the files of an artifact, or an image as an OCI image layout",
		Long: `Save a version of a package in a directory. Without TAG or DIGEST it is what the
channel prod has; where a package has no such tag, the channel's metadata names
its digest.

The layers of an artifact are written by the last element of their titles, made
safe; a title that is absolute or leads elsewhere is reported, and so is what a
plain oras pull makes of it. An image is saved whole, with all platforms, as an
OCI image layout. Content is compared with its digest while it arrives. Nothing
is unpacked or executed. No file is replaced: one with the same content is kept,
another ends the verb before anything is fetched.`,
		Example: `  caitui pull containai-payload --out payload
  caitui pull containai-installer:v1.2.0 --out installer -o json
  caitui pull containai-base:nightly --out base`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completePackage,
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := model.ParseReference(args[0])
			if err != nil {
				return err
			}
			if dir == "" {
				return usageError{errors.New("--out names the directory to save in")}
			}
			s, err := a.open(cmd.Context(), ref.Package)
			if err != nil {
				return err
			}
			defer s.close()
			layout := s.settings.Layout
			if ref.Tag == "" && ref.Digest == "" {
				ref.Tag = defaultChannel(layout)
			}
			d, via, err := s.service.Resolve(cmd.Context(), ref)
			if err != nil {
				return err
			}
			got, err := s.service.Pull(cmd.Context(), ref.Package, d, dir, a.pullProgress())
			if err != nil {
				return err
			}
			notes := present.PullSentences(got)
			if via == model.ViaMetadata {
				notes = append([]string{viaSentence(layout, ref, d)}, notes...)
			}
			return a.print(answer{
				doc:    wire.PullDoc(s.service.Status().Registry, layout.Owner, ref, via, got, notes),
				tables: []present.Table{present.PullTable(got)}, lines: notes,
			})
		},
	}
	cmd.Flags().StringVar(&dir, "out", "", "directory to save in; made where it is not there")
	_ = cmd.MarkFlagDirname("out")
	return cmd
}

// defaultChannel is what a package without tag means: prod, or where no such
// channel is configured the first one.
func defaultChannel(layout model.Layout) string {
	const usual = "prod"
	if _, ok := layout.Channel(usual); !ok && len(layout.Channels) > 0 {
		return layout.Channels[0].Name
	}
	return usual
}

func viaSentence(layout model.Layout, ref model.Reference, d model.Digest) string {
	meta, _ := layout.Metadata()
	return fmt.Sprintf("%s has no tag %s: %s:%s names its digest, %s", ref.Package, ref.Tag, meta.Name, ref.Tag, d)
}

// pullProgress tells on stderr how far a pull is, at most once a second, and
// nothing of pulls that are over before.
func (a *app) pullProgress() func(done, total int64) {
	last := a.now()
	return func(done, total int64) {
		if now := a.now(); now.Sub(last) >= time.Second {
			last = now
			a.note("%s of %s", present.Size(done), present.Size(total))
		}
	}
}
