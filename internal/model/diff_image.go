package model

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// each runs over the platforms whose configurations are there, and tells of the
// others.
func (c *comparison) each(name string, f func(s *sheet, m PartPair)) DiffSection {
	s := c.sheet()
	var unread []string
	for _, m := range c.both {
		if m.configured() {
			f(s, m)
		} else {
			unread = append(unread, m.unread())
		}
	}
	if len(c.both) == 0 {
		unread = append(unread, "no platform is on both sides")
	}
	unread = append(unread, c.leftOut())
	out := s.section(name)
	out.Note = notes(unread...)
	return out
}

// config compares how the images run.
func (c *comparison) config() DiffSection {
	return c.each(DiffConfig, func(s *sheet, m PartPair) {
		b := runFields(m.B.Config)
		of := make(map[string]field, len(b))
		for _, f := range b {
			of[f.path] = f
		}
		for _, f := range runFields(m.A.Config) {
			after := of[f.path]
			delete(of, f.path)
			s.add(f.path, fact{platform: m.Platform, before: f.value, after: after.value, noise: f.noise})
		}
		for _, f := range b {
			if _, left := of[f.path]; left {
				s.add(f.path, fact{platform: m.Platform, after: f.value, noise: f.noise})
			}
		}
	})
}

// field is one value of a configuration.
type field struct {
	path  string
	value *string // nil: none
	noise bool
}

// runFields are the values of a configuration in the order in which people look
// for them, env and labels left out.
func runFields(c *ImageConfig) []field {
	out := []field{
		{path: "entrypoint", value: listed(c.Entrypoint)},
		{path: "cmd", value: listed(c.Cmd)},
		{path: "user", value: unless(c.User)},
		{path: "workdir", value: unless(c.WorkingDir)},
	}
	for _, p := range c.Ports {
		out = append(out, field{path: "ports/" + p, value: some(p)})
	}
	for _, v := range c.Volumes {
		out = append(out, field{path: "volumes/" + v, value: some(v)})
	}
	if h := c.Healthcheck; h != nil {
		out = append(out,
			field{path: "healthcheck/test", value: listed(h.Test)},
			field{path: "healthcheck/interval", value: lasting(h.Interval)},
			field{path: "healthcheck/timeout", value: lasting(h.Timeout)},
			field{path: "healthcheck/start period", value: lasting(h.StartPeriod)},
			field{path: "healthcheck/start interval", value: lasting(h.StartInterval)})
		if h.Retries != 0 {
			out = append(out, field{path: "healthcheck/retries", value: some(strconv.Itoa(h.Retries))})
		}
	}
	return append(out,
		field{path: "stop signal", value: unless(c.StopSignal)},
		field{path: "shell", value: listed(c.Shell)},
		field{path: "onbuild", value: listed(c.OnBuild)},
		field{path: "os", value: unless(c.OS)},
		field{path: "os version", value: unless(c.OSVersion)},
		field{path: "architecture", value: unless(c.Architecture)},
		field{path: "variant", value: unless(c.Variant)},
		field{path: "author", value: unless(c.Author)},
		field{path: "created", value: unless(c.Created), noise: true},
	)
}

// listed is a list in the form that a Dockerfile has it in.
func listed(list []string) *string {
	if len(list) == 0 {
		return nil
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(list); err != nil {
		return some(strings.Join(list, " "))
	}
	return some(strings.TrimSuffix(b.String(), "\n"))
}

func lasting(d time.Duration) *string {
	if d == 0 {
		return nil
	}
	return some(d.String())
}

// env compares the variables one by one. Of a name that occurs again the last
// value counts, as for a process.
func (c *comparison) env() DiffSection {
	return c.each(DiffEnv, func(s *sheet, m PartPair) {
		a, b := variables(m.A.Config.Env), variables(m.B.Config.Env)
		for _, k := range keysOf(a, b) {
			s.add(k, fact{platform: m.Platform, before: lookUp(a, k), after: lookUp(b, k)})
		}
	})
}

func variables(list []string) map[string]string {
	out := make(map[string]string, len(list))
	for _, v := range list {
		name, value, _ := strings.Cut(v, "=")
		out[name] = value
	}
	return out
}

func (c *comparison) labels() DiffSection {
	return c.each(DiffLabels, func(s *sheet, m PartPair) {
		a, b := m.A.Config.Labels, m.B.Config.Labels
		for _, k := range keysOf(a, b) {
			s.add(k, fact{platform: m.Platform, before: lookUp(a, k), after: lookUp(b, k), noise: k == AnnotationCreated})
		}
	})
}
