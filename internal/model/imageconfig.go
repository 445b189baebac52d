package model

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// ImageConfig is an image's configuration (OCI image-spec, config.md; Docker's
// form has the same fields and a few more). Times are kept as written: what
// they say is the builder's word.
type ImageConfig struct {
	Created      string
	Author       string
	OS           string
	OSVersion    string
	Architecture string
	Variant      string

	User        string
	WorkingDir  string
	StopSignal  string
	Entrypoint  []string
	Cmd         []string
	Shell       []string
	OnBuild     []string
	Env         []string // NAME=VALUE
	Ports       []string // sorted
	Volumes     []string // sorted
	Labels      map[string]string
	Healthcheck *Healthcheck // nil: none

	History []HistoryStep
	DiffIDs []Digest
}

// Healthcheck is how Docker asks whether a container is well (Docker image
// specification v1.2, "Healthcheck"). Zero durations and retries are inherited.
type Healthcheck struct {
	Test          []string
	Interval      time.Duration
	Timeout       time.Duration
	StartPeriod   time.Duration
	StartInterval time.Duration
	Retries       int
}

// HistoryStep is one step of the build. A step that is not Empty made the next
// layer.
type HistoryStep struct {
	Created   string
	CreatedBy string
	Comment   string
	Author    string
	Empty     bool
}

// Platform is what the image says it runs on.
func (c *ImageConfig) Platform() Platform {
	return Platform{OS: c.OS, Architecture: c.Architecture, Variant: c.Variant}
}

// words is a list that old tools also wrote as one string.
type words []string

func (w *words) UnmarshalJSON(raw []byte) error {
	var list []string
	if err := json.Unmarshal(raw, &list); err == nil {
		*w = list
		return nil
	}
	var one string
	if err := json.Unmarshal(raw, &one); err != nil {
		return err
	}
	*w = words{one}
	return nil
}

// rawConfig is the document. Fields nobody compares are left out.
type rawConfig struct {
	Created      string `json:"created"`
	Author       string `json:"author"`
	OS           string `json:"os"`
	OSVersion    string `json:"os.version"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
	Config       struct {
		User         string
		WorkingDir   string
		StopSignal   string
		Entrypoint   words
		Cmd          words
		Shell        words
		OnBuild      []string
		Env          []string
		ExposedPorts map[string]json.RawMessage
		Volumes      map[string]json.RawMessage
		Labels       map[string]string
		Healthcheck  *struct {
			Test                                          []string
			Interval, Timeout, StartPeriod, StartInterval int64 // nanoseconds
			Retries                                       int
		}
	} `json:"config"`
	RootFS struct {
		DiffIDs []Digest `json:"diff_ids"`
	} `json:"rootfs"`
	History []struct {
		Created    string `json:"created"`
		CreatedBy  string `json:"created_by"`
		Comment    string `json:"comment"`
		Author     string `json:"author"`
		EmptyLayer bool   `json:"empty_layer"`
	} `json:"history"`
}

// ParseImageConfig reads an image's configuration. What is not one is
// ErrMalformed; every field may be missing.
func ParseImageConfig(raw []byte) (*ImageConfig, error) {
	var doc *rawConfig
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, &Error{Kind: ErrMalformed, Message: "an image's configuration is not readable JSON", Cause: err}
	}
	if doc == nil {
		return nil, &Error{Kind: ErrMalformed, Message: "an image's configuration is null"}
	}
	in := doc.Config
	out := &ImageConfig{
		Created: doc.Created, Author: doc.Author, OS: doc.OS, OSVersion: doc.OSVersion,
		Architecture: doc.Architecture, Variant: doc.Variant,
		User: in.User, WorkingDir: in.WorkingDir, StopSignal: in.StopSignal,
		Entrypoint: in.Entrypoint, Cmd: in.Cmd, Shell: in.Shell, OnBuild: in.OnBuild, Env: in.Env,
		Ports: namesOf(in.ExposedPorts), Volumes: namesOf(in.Volumes), Labels: in.Labels,
		DiffIDs: doc.RootFS.DiffIDs,
	}
	if h := in.Healthcheck; h != nil {
		out.Healthcheck = &Healthcheck{
			Test: h.Test, Retries: h.Retries, Interval: time.Duration(h.Interval), Timeout: time.Duration(h.Timeout),
			StartPeriod: time.Duration(h.StartPeriod), StartInterval: time.Duration(h.StartInterval),
		}
	}
	for _, h := range doc.History {
		out.History = append(out.History, HistoryStep{Created: h.Created, CreatedBy: h.CreatedBy, Comment: h.Comment, Author: h.Author, Empty: h.EmptyLayer})
	}
	return out, nil
}

func namesOf(set map[string]json.RawMessage) []string {
	out := make([]string, 0, len(set))
	for name := range set {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Command is the step as the Dockerfile had it, on one line: builders put their
// own words around it.
func (h HistoryStep) Command() string {
	s := strings.Join(strings.Fields(h.CreatedBy), " ")
	s = strings.TrimPrefix(s, "/bin/sh -c #(nop) ")
	s = strings.TrimSuffix(s, " # buildkit")
	return strings.TrimSpace(s)
}

// StepLayers pairs each step with the place of the layer that it made, -1 for
// steps that made none. It is nil where history and layers do not fit together,
// as nothing can be said then.
func StepLayers(history []HistoryStep, layers int) []int {
	out := make([]int, len(history))
	next := 0
	for i, h := range history {
		out[i] = -1
		if !h.Empty {
			out[i] = next
			next++
		}
	}
	if next != layers {
		return nil
	}
	return out
}
