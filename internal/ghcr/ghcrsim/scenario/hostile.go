package scenario

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// loadHostile is the ordinary story after somebody with the right to push has
// put everything into the packages that a registry takes: names and tags stay
// within their grammar, the evil sits in annotations, labels, titles, artifact
// types, configs, documents, file names, predicates and run titles. prod of
// several packages points to it.
func loadHostile(seed int64) (*world.World, error) {
	s := story{seed: seed, clock: clock(), builds: seedBuilds(seed)}
	w, err := s.settle()
	if err != nil {
		return nil, err
	}
	h := &intruder{w: w, at: clock().Add(-time.Hour)}
	h.images()
	h.shapes()
	h.artifacts()
	h.documents()
	h.referrers()
	h.names()
	h.runs()
	return w, errors.Join(h.errs...)
}

// intruder pushes things one second after another.
type intruder struct {
	w    *world.World
	at   time.Time
	errs []error
}

// put pushes a manifest with its blobs under tags.
func (h *intruder) put(name, mediaType string, raw []byte, blobs [][]byte, tags ...string) document {
	h.at = h.at.Add(time.Second)
	for _, blob := range blobs {
		h.w.PutBlob(name, blob)
	}
	d := h.w.PutManifest(name, mediaType, raw, h.at)
	for _, tag := range tags {
		h.errs = append(h.errs, h.w.SetTag(name, tag, d, h.at))
	}
	return newDocument(raw, mediaType)
}

// evils are texts that a terminal, a log or a shell must never get as they are.
func evils() []string {
	return []string{
		"\x1b]0;owned\x07\x1b[2J\x1b[1;1Hprod v9.9.9 verified",
		"\x1b]52;c;Y3VybCBldmlsLmV4YW1wbGUK\x07",
		"\x1b[31mred\x1b[0m\x1b[?1049l\x1b[?25h\x1bc",
		"\u009b31mC1\u009d0;title\u009c\u0085next",
		"v1.2.0\u202e0.3.1v\u202c \u2066isolated",
		"zero\u200bwidth\u200d\ufeff\u00adsoft",
		"line\r\n> prod     v1.2.0   ✓ 10 of 10\u2028\u2029\t\v\f",
		"nul\x00byte\x7f\b\b\b\b\b\b\b\b",
		"$(reboot) `id` ; rm -rf / && %s%n%x ${HOME}",
		"e" + strings.Repeat("\u0301\u0336\u0489", 60),
		"家族👩‍👩‍👧‍👦🏴‍☠️" + strings.Repeat("漢", 120),
		strings.Repeat("A very long value. ", 4000),
	}
}

// evilMap has every evil text as a key and as a value.
func evilMap(prefix string) map[string]string {
	out := map[string]string{}
	for i, evil := range evils() {
		out[fmt.Sprintf("%s.%02d", prefix, i)] = evil
		if len(evil) < 500 {
			out[prefix+"."+evil] = fmt.Sprint(i)
		}
	}
	return out
}

// images puts an image under containai's and containai-claude's prod whose
// config and files are evil.
func (h *intruder) images() {
	for _, name := range []string{"containai", "containai-claude"} {
		var children []descriptor
		for _, arch := range architectures() {
			raw, blobs := h.evilImage(arch)
			child := h.put(name, mediaManifest, raw, blobs).describe()
			child.Platform = &platform{Architecture: arch, OS: "linux"}
			child.Annotations = evilMap("child")
			children = append(children, child)
		}
		odd := children[0]
		odd.Platform = &platform{Architecture: evils()[0], OS: evils()[4]}
		whole := compact(index{
			SchemaVersion: 2, MediaType: mediaIndex, Manifests: append(children, odd), Annotations: evilMap("org.opencontainers.image"),
		})
		h.put(name, mediaIndex, whole, nil, "prod", "v9.9.9", strings.Repeat("x", 128), "_", "PROD", "Prod.-__-.", "con", "v1.2.0-rc."+strings.Repeat("9", 100))
	}
}

// evilImage is a platform manifest over a layer with file names as bad as tar
// allows.
func (h *intruder) evilImage(arch string) (raw []byte, blobs [][]byte) {
	files := []file{
		{path: "../../etc/cron.d/evil", body: "* * * * * root reboot\n"},
		{path: "/etc/absolute", body: "x\n"},
		{path: "usr/bin/link-out", link: "../../../../../../etc/shadow"},
		{path: "usr/bin/link-self", link: "link-self"},
		{path: "twice", body: "first\n"}, {path: "twice", body: "second\n"},
		{path: "a/" + strings.Repeat("deep/", 200) + "file", body: "deep\n"},
		{path: "usr/.wh.bin", body: ""}, {path: "usr/.wh..wh..opq", body: ""},
		{path: "setuid", mode: 0o6777, body: "#!/bin/sh\n"},
	}
	for _, evil := range evils() {
		if len(evil) < 500 && !strings.Contains(evil, "\x00") {
			files = append(files, file{path: "evil/" + strings.ReplaceAll(evil, "/", "_"), body: evil + "\n"})
		}
	}
	tarred := writeTar(files, h.at)
	layer := storeGzip(tarred)
	config := imageConfig{
		Architecture: arch, OS: "linux", Created: "0000-99-99T99:99:99Z" + evils()[0],
		Config: runConfig{
			User: evils()[2], WorkingDir: evils()[5], Entrypoint: evils(), Cmd: []string{"\x1b[5m", ""},
			Env: append([]string{"PATH=" + evils()[0], "=", "NOEQUALS"}, evils()...), Labels: evilMap("label"),
			ExposedPorts: map[string]struct{}{evils()[3]: {}, "99999999/tcp": {}},
		},
		RootFS: rootFS{Type: evils()[0], DiffIDs: []model.Digest{model.DigestOf(tarred)}},
	}
	for _, evil := range evils() {
		config.History = append(config.History, historyOf{Created: evil, CreatedBy: evil, Comment: evil})
	}
	configRaw := compact(config)
	m := manifest{
		SchemaVersion: 2, MediaType: mediaManifest, Config: describeBlob(mediaConfig, configRaw),
		Layers: []descriptor{describeBlob(mediaLayer, layer)}, Annotations: evilMap("manifest"),
	}
	return compact(m), [][]byte{configRaw, layer}
}

// shapes puts documents into containai-base and containai-proxy that are not
// what their media type says.
func (h *intruder) shapes() {
	const name = "containai-proxy"
	gone := model.DigestOf([]byte("never pushed"))
	shapes := map[string]string{
		"array": `[]`, "truncated": `{"schemaVersion":2,"manifests":[{"mediaT`, "null": `null`, "text": `"manifest"`,
		"no-fields": `{}`, "null-lists": `{"schemaVersion":2,"mediaType":"` + mediaIndex + `","manifests":null}`,
		"wrong-types": `{"schemaVersion":"two","config":7,"layers":{"0":1},"annotations":["x"]}`,
		"sizes": `{"schemaVersion":2,"mediaType":"` + mediaManifest + `","config":{"mediaType":"","digest":"` + string(gone) +
			`","size":-1},"layers":[{"mediaType":"x","digest":"` + string(gone) + `","size":9223372036854775807},{"mediaType":"x","digest":"` +
			string(gone) + `","size":9223372036854775807}]}`,
		"bad-digests": `{"schemaVersion":2,"mediaType":"` + mediaIndex + `","manifests":[{"mediaType":"` + mediaManifest +
			`","digest":"sha256:../../etc/passwd","size":1},{"mediaType":"` + mediaManifest + `","digest":"md5:0","size":1},{}]}`,
		"missing-child": `{"schemaVersion":2,"mediaType":"` + mediaIndex + `","manifests":[{"mediaType":"` + mediaManifest +
			`","digest":"` + string(gone) + `","size":500,"platform":{"architecture":"amd64","os":"linux"}}]}`,
		"deep": `{"schemaVersion":2,"mediaType":"` + mediaIndex + `","manifests":[],"x":` + nested(9000) + `}`,
		"raw":  "{\"schemaVersion\":2,\"mediaType\":\"" + mediaManifest + "\",\"artifactType\":\"\xff\xfe\x80\",\"config\":{},\"layers\":[],\"annotations\":{\"a\":\"\xc3\x28\"}}",
	}
	for _, tag := range slices.Sorted(maps.Keys(shapes)) {
		raw, mediaType := shapes[tag], mediaManifest
		if strings.Contains(raw, mediaIndex) {
			mediaType = mediaIndex
		}
		h.put(name, mediaType, []byte(raw), nil, "malformed-"+tag)
	}
	h.nest("containai-base")
}

// nested is JSON n arrays deep.
func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

// nest puts an index of an index of an index under nightly, and one with very
// many entries under dev.
func (h *intruder) nest(name string) {
	inner := known(h.w, name, "v1.2.0")
	raw, mediaType, _ := h.w.Manifest(name, inner)
	doc := newDocument(raw, mediaType)
	for range 12 {
		doc = h.put(name, mediaIndex, compact(index{SchemaVersion: 2, MediaType: mediaIndex, Manifests: []descriptor{doc.describe()}}), nil)
	}
	h.errs = append(h.errs, h.w.SetTag(name, "nightly", doc.digest, h.at))
	var many []descriptor
	for i := range 3000 {
		d := doc.describe()
		d.Platform = &platform{OS: "linux", Architecture: fmt.Sprintf("cpu%d", i)}
		many = append(many, d)
	}
	h.put(name, mediaIndex, compact(index{SchemaVersion: 2, MediaType: mediaIndex, Manifests: many}), nil, "dev")
}

// known gives the digest behind a tag of the seed.
func known(w *world.World, name, tag string) model.Digest {
	d, _ := w.Resolve(name, tag)
	return d
}
