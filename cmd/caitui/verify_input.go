package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// A subject of verify is told apart by how it is written and never by what lies
// in the present directory: a file that somebody put there must not stand in
// for an image, nor an image for a file.

// ociScheme marks a reference, as gh takes it.
const ociScheme = "oci://"

// subject is what verify was asked about: a reference or a file.
type subject struct {
	host  string // of the registry, "" for the configured one
	owner string // the path before the package, "" for the configured owner
	ref   model.Reference
	file  string // "" for a reference
}

// hostName is a registry as it stands in a reference.
var hostName = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?$`)

// parseSubject reads REF or FILE. exists tells whether a file by that name is
// here: where a reference could be meant for it, neither is taken.
func parseSubject(arg string, layout model.Layout, exists func(string) bool) (subject, error) {
	name, marked := strings.CutPrefix(arg, ociScheme)
	switch {
	case arg == "" || name == "":
		return subject{}, model.Invalid("nothing is named", "name a reference such as containai:prod, or a file such as ./payload.tar.gz")
	case !marked && looksLikePath(arg):
		return subject{file: arg}, nil
	case !marked && !strings.ContainsAny(arg, ":@") && !layout.Knows(arg):
		return subject{file: arg}, nil // gh's way of naming one
	case !marked && exists(arg):
		return subject{}, model.Invalid(fmt.Sprintf("%q may be a reference or the file of that name", model.Sanitize(arg)),
			fmt.Sprintf("write %s%s for the registry, ./%s for the file", ociScheme, arg, arg))
	}
	out := subject{}
	rest := name
	if host, path, ok := strings.Cut(name, "/"); ok && (strings.ContainsAny(host, ".:") || host == "localhost") {
		if !hostName.MatchString(host) {
			return subject{}, model.Invalid(fmt.Sprintf("%q is not a registry", model.Sanitize(host)), "a whole reference is HOST/OWNER/PKG:TAG, without https://")
		}
		out.host, rest = host, path
		// Of a whole reference the first part is the owner, as everywhere on GHCR.
		if owner, pkg, ok := strings.Cut(rest, "/"); ok {
			out.owner, rest = owner, pkg
		}
	}
	ref, err := model.ParseReference(rest)
	if err != nil {
		return subject{}, err
	}
	out.ref = ref
	return out, nil
}

func looksLikePath(arg string) bool {
	return filepath.IsAbs(arg) || strings.HasPrefix(arg, ".") || strings.HasPrefix(arg, "~") || strings.Contains(arg, `\`)
}

func fileExists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// readSubject computes the digests of a local file.
func readSubject(name string) (model.ArtifactFile, error) {
	f, err := os.Open(name)
	if err != nil {
		cure := "check the name"
		if errors.Is(err, fs.ErrNotExist) {
			cure = fmt.Sprintf("a package is written with its tag, PKG:TAG, or as %s%s", ociScheme, name)
		}
		return model.ArtifactFile{}, &model.Error{Kind: model.ErrInvalid, Message: "the file cannot be opened", Cause: err, Cure: cure}
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return model.ArtifactFile{}, model.Invalid(fmt.Sprintf("%s is not a plain file", model.Sanitize(name)), "name a file")
	}
	return model.ReadArtifact(name, f)
}

// readBundles reads the attestations of --bundle: one JSON document or several,
// as JSON lines or one after the other.
func readBundles(name string) ([]model.Attestation, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, &model.Error{Kind: model.ErrInvalid, Message: "the bundle cannot be opened", Cause: err, Cure: "check --bundle"}
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, model.MaxAttestation+1))
	switch {
	case err != nil:
		return nil, &model.Error{Kind: model.ErrInvalid, Message: "the bundle cannot be read", Cause: err}
	case len(raw) > model.MaxAttestation:
		return nil, model.Invalid(fmt.Sprintf("%s has more than %d MB", model.Sanitize(name), model.MaxAttestation>>20), "give the bundles in several files")
	case len(strings.TrimSpace(string(raw))) == 0:
		return nil, model.Invalid(model.Sanitize(name)+" is empty", "give a file with a Sigstore bundle, or several as JSON lines")
	}
	items := model.ParseAttestations(raw)
	// Half a file that could be read proves nothing about its other half.
	if i := slices.IndexFunc(items, func(a model.Attestation) bool { return a.Form == model.FormUnknown }); i >= 0 {
		return nil, &model.Error{Kind: model.ErrInvalid, Message: model.Sanitize(name) + " holds something that is no attestation", Cause: items[i].Err,
			Cure: "give a file with a Sigstore bundle, or several as JSON lines"}
	}
	return items, nil
}
