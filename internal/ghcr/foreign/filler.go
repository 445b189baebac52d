package foreign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// Filler writes to a registry with plain HTTP, so that no suite tests the client
// with itself.
type Filler struct {
	T    testing.TB
	Base string // http://HOST:PORT
	Auth string // Authorization, "" for none
}

// Send sends one request; any answer but success fails the test.
func (f Filler) Send(method, address, kind string, body []byte) *http.Response {
	f.T.Helper()
	u, err := url.Parse(f.Base)
	if err == nil {
		u, err = u.Parse(address)
	}
	if err != nil {
		f.T.Fatalf("%s: %v", address, err)
	}
	req, err := http.NewRequestWithContext(f.T.Context(), method, u.String(), bytes.NewReader(body))
	if err != nil {
		f.T.Fatalf("%s %s: %v", method, address, err)
	}
	if f.Auth != "" {
		req.Header.Set("Authorization", f.Auth)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Accept", strings.Join([]string{model.MediaOCIIndex, model.MediaOCIManifest, model.MediaDockerList, model.MediaDockerManifest}, ","))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		f.T.Fatalf("%s %s: %v", method, address, err)
	}
	raw, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(raw))
	if resp.StatusCode >= 300 {
		f.T.Fatalf("%s %s: %d %s", method, address, resp.StatusCode, raw)
	}
	return resp
}

// Blob pushes content.
func (f Filler) Blob(repo string, content []byte) model.Descriptor {
	f.T.Helper()
	d := model.DigestOf(content)
	location := f.Send("POST", "/v2/"+repo+"/blobs/uploads/", "", nil).Header.Get("Location")
	sep := "?"
	if strings.Contains(location, "?") {
		sep = "&"
	}
	f.Send("PUT", location+sep+"digest="+string(d), "application/octet-stream", content)
	return model.Descriptor{MediaType: "application/octet-stream", Digest: d, Size: int64(len(content))}
}

// Manifest pushes a document under a tag, or by its digest.
func (f Filler) Manifest(repo, ref, kind string, doc any) model.Descriptor {
	f.T.Helper()
	raw, err := json.MarshalIndent(doc, "", "   ") // an unusual form: bytes must survive as they are
	if err != nil {
		f.T.Fatalf("encoding a manifest: %v", err)
	}
	d := model.DigestOf(raw)
	if ref == "" {
		ref = string(d)
	}
	f.Send("PUT", "/v2/"+repo+"/manifests/"+ref, kind, raw)
	return model.Descriptor{MediaType: kind, Digest: d, Size: int64(len(raw))}
}

// Image pushes an index of two platforms under a tag.
func (f Filler) Image(repo, tag, content string, docker bool) model.Digest {
	f.T.Helper()
	manifestType, indexType, configType := model.MediaOCIManifest, model.MediaOCIIndex, "application/vnd.oci.image.config.v1+json"
	if docker {
		manifestType, indexType, configType = model.MediaDockerManifest, model.MediaDockerList, "application/vnd.docker.container.image.v1+json"
	}
	var children []map[string]any
	for _, arch := range []string{"amd64", "arm64"} {
		config := f.Blob(repo, fmt.Appendf(nil, `{"architecture":%q,"os":"linux","rootfs":{"type":"layers","diff_ids":[]},"content":%q}`, arch, content))
		config.MediaType = configType
		layer := f.Blob(repo, []byte("layer "+content+" "+arch))
		child := f.Manifest(repo, "", manifestType, map[string]any{
			"schemaVersion": 2, "mediaType": manifestType, "config": config, "layers": []model.Descriptor{layer},
		})
		children = append(children, map[string]any{"mediaType": manifestType, "digest": child.Digest, "size": child.Size,
			"platform": map[string]string{"os": "linux", "architecture": arch}})
	}
	return f.Manifest(repo, tag, indexType, map[string]any{"schemaVersion": 2, "mediaType": indexType, "manifests": children}).Digest
}

// Artifact pushes an OCI artifact of these layers, which are there, under a tag.
func (f Filler) Artifact(repo, tag, kind string, layers ...model.Descriptor) model.Digest {
	f.T.Helper()
	empty := f.Blob(repo, []byte(model.EmptyConfig))
	empty.MediaType = model.MediaOCIEmpty
	return f.Manifest(repo, tag, model.MediaOCIManifest, map[string]any{
		"schemaVersion": 2, "mediaType": model.MediaOCIManifest, "artifactType": kind, "config": empty, "layers": layers,
	}).Digest
}

// Tags lists the tags of a repository.
func (f Filler) Tags(repo string) string {
	f.T.Helper()
	var doc struct{ Tags []string }
	if err := json.NewDecoder(f.Send("GET", "/v2/"+repo+"/tags/list?n=100", "", nil).Body).Decode(&doc); err != nil {
		f.T.Fatalf("listing tags: %v", err)
	}
	return strings.Join(doc.Tags, " ")
}
