package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// keptSchema names the form of a kept root's file.
const keptSchema = "caitui.refreshed-root/v1"

// keptRoot is the file of a root that TUF let pass: the root, and where and
// when it came from. One file, so that one rename changes all of it.
type keptRoot struct {
	Schema   string              `json:"schema"`
	Name     string              `json:"name"`
	URL      string              `json:"url"`
	Target   string              `json:"target"`
	Anchor   model.Digest        `json:"anchor"`
	BuiltIn  bool                `json:"built_in"` // the anchor was
	At       time.Time           `json:"at"`
	Expires  time.Time           `json:"expires"`
	Versions model.TrustVersions `json:"versions"`
	Digest   model.Digest        `json:"digest"`
	Root     json.RawMessage     `json:"root"`
}

// KeptFile is where the root of a source is kept.
func (s Source) KeptFile() string { return filepath.Join(s.Cache, s.Name+".json") }

// metadataDir holds TUF's own metadata of this very address and anchor: what
// another repository said must not be held against this one.
func (s Source) metadataDir() string {
	about := model.DigestOf([]byte(s.URL + "\n" + string(model.DigestOf(s.Anchor))))
	return filepath.Join(s.Cache, s.Name+"-"+about.Short())
}

// targetFile is where go-tuf puts what it downloaded; Kept does not read it.
func (s Source) targetFile() string { return filepath.Join(s.metadataDir(), "target.json") }

// keep writes the file of a root, whole or not at all.
func (s Source) keep(r Refreshed) error {
	about := r.Repository
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false) // the root stays what was signed
	err := enc.Encode(keptRoot{Schema: keptSchema, Name: about.Name, URL: about.URL, Target: about.Target,
		Anchor: about.Anchor, BuiltIn: s.BuiltIn, At: about.At, Expires: about.Expires,
		Versions: about.Versions, Digest: about.Root, Root: r.Roots.list[0].json})
	if err == nil {
		err = replaceFile(s.KeptFile(), body.Bytes())
	}
	if err != nil {
		return &model.Error{Kind: model.ErrInvalid, Message: "the refreshed root " + s.Name + " cannot be kept", Cause: err,
			Cure: "make " + s.Cache + " writable, or name another --data-dir"}
	}
	return nil
}

// replaceFile puts content in the place of a file, for its owner alone.
func replaceFile(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// Kept is the root that Refresh got of this source the last time, a
// model.ErrNotFound where it never did. Nothing is asked, and its age is no
// reason to refuse it: a trusted root says itself for which times its keys are
// good. It is as trustworthy as the directory it lies in.
func Kept(s Source) (Refreshed, error) {
	raw, _, err := readBounded(s.KeptFile())
	if errors.Is(err, fs.ErrNotExist) {
		return Refreshed{}, &model.Error{Kind: model.ErrNotFound, Message: "no root of " + s.Name + " was fetched yet", Cure: "caitui roots --refresh " + s.Name}
	}
	if err != nil {
		return Refreshed{}, s.unusable(err)
	}
	return s.readKept(raw)
}

// readKept reads the content of a kept root's file.
func (s Source) readKept(raw []byte) (Refreshed, error) {
	var k keptRoot
	if err := json.Unmarshal(raw, &k); err != nil {
		return Refreshed{}, s.unusable(err)
	}
	if k.Schema != keptSchema || k.Name != s.Name {
		return Refreshed{}, s.unusable(fmt.Errorf("it holds %q of %q", model.Sanitize(k.Schema), model.Sanitize(k.Name)))
	}
	if k.URL != s.URL || k.Target != s.target() {
		return Refreshed{}, s.unusable(fmt.Errorf("it came from %s of %s, and the configuration names %s of %s",
			model.Sanitize(k.Target), model.Sanitize(k.URL), s.target(), s.URL))
	}
	if k.Anchor != model.DigestOf(s.Anchor) && (!k.BuiltIn || !s.BuiltIn) { // a later caitui has a later one
		return Refreshed{}, s.unusable(errors.New("it follows from another root.json than the one that the configuration names"))
	}
	out := Refreshed{Repository: s.repository()}
	about := &out.Repository
	about.At, about.Expires, about.Versions, about.Root = k.At.UTC(), k.Expires.UTC(), k.Versions, k.Digest
	var err error
	if out.Roots, err = ParseRoots(k.Root, about.Origin(), about.At); err != nil {
		return Refreshed{}, s.unusable(err)
	}
	if list := out.Roots.All(); len(list) != 1 || list[0].Digest != k.Digest {
		return Refreshed{}, s.unusable(errors.New("it was altered: the root in it is not the one that was fetched"))
	}
	return out, nil
}

// unusable is an error, not a reason to go on without: a root that is silently
// missing would change verdicts.
func (s Source) unusable(cause error) error {
	return &model.Error{Kind: model.ErrInvalid, Message: "the root of " + s.Name + " that was fetched through TUF cannot be used", Cause: cause,
		Cure: "fetch it again with caitui roots --refresh " + s.Name + ", or delete " + s.KeptFile()}
}
