package model

import (
	"fmt"
	"strconv"
)

// history compares the steps of the builds, in their order. A step with the
// same command that made another layer is the layers' matter and weighs nothing
// here: without a build cache that holds for every step.
func (c *comparison) history() DiffSection {
	var loose []string
	out := c.each(DiffHistory, func(s *sheet, m PartPair) {
		a, b := stepsOf(m.A), stepsOf(m.B)
		if a == nil || b == nil {
			loose = append(loose, orUnnamed(m.Platform)+": steps and layers do not fit together")
			a, b = bareSteps(m.A), bareSteps(m.B)
		}
		names := map[string]numbered{"a": {}, "b": {}, "ab": {}}
		for _, p := range alignSteps(a, b) {
			switch {
			case p.b < 0:
				s.add(names["a"].name(a[p.a].title()), fact{platform: m.Platform, before: some(a[p.a].value())})
			case p.a < 0:
				s.add(names["b"].name(b[p.b].title()), fact{platform: m.Platform, after: some(b[p.b].value())})
			default:
				name := names["ab"].name(a[p.a].title())
				s.add(name, fact{platform: m.Platform, before: some(a[p.a].value()), after: some(b[p.b].value()), noise: true})
				if a[p.a].layer == b[p.b].layer {
					s.add(name+"/created", fact{platform: m.Platform, before: unless(a[p.a].created), after: unless(b[p.b].created), noise: true})
				}
			}
		}
	})
	out.Note = notes(append([]string{out.Note}, loose...)...)
	return out
}

// step is a step with the layer that it made.
type step struct {
	command string
	created string
	layer   Digest // "" for none
	size    int64
}

// maxTitle bounds the name of a step: commands may be pages long.
const maxTitle = 120

func (s step) title() string {
	if s.command == "" {
		return "(no command)"
	}
	if r := []rune(s.command); len(r) > maxTitle {
		return string(r[:maxTitle-1]) + "…"
	}
	return s.command
}

// value is what the step made, and the command where the title does not hold
// all of it.
func (s step) value() string {
	made := "no layer"
	if s.layer != "" {
		made = layerValue(Descriptor{Digest: s.layer, Size: s.size})
	}
	if len([]rune(s.command)) > maxTitle {
		return made + " by " + s.command
	}
	return made
}

// stepsOf are the steps of an image with their layers; nil where these do not
// fit together.
func stepsOf(p DiffPart) []step {
	places := StepLayers(p.Config.History, len(p.Manifest.Layers))
	if places == nil {
		return nil
	}
	out := bareSteps(p)
	for i, at := range places {
		if at >= 0 {
			out[i].layer, out[i].size = p.Manifest.Layers[at].Digest, p.Manifest.Layers[at].Size
		}
	}
	return out
}

func bareSteps(p DiffPart) []step {
	out := make([]step, len(p.Config.History))
	for i, h := range p.Config.History {
		out[i] = step{command: h.Command(), created: h.Created}
	}
	return out
}

// alignSteps pairs the steps of two builds: those that are wholly the same
// first, then between them those with the same command.
func alignSteps(a, b []step) []pair {
	key := func(list []step) []string {
		out := make([]string, len(list))
		for i, s := range list {
			out[i] = s.command + "\x00" + string(s.layer)
		}
		return out
	}
	var out []pair
	var left, right []int // since the last pair
	flush := func() {
		out = append(out, alignCommands(a, b, left, right)...)
		left, right = nil, nil
	}
	for _, p := range align(key(a), key(b)) {
		switch {
		case p.b < 0:
			left = append(left, p.a)
		case p.a < 0:
			right = append(right, p.b)
		default:
			flush()
			out = append(out, p)
		}
	}
	flush()
	return out
}

func alignCommands(a, b []step, left, right []int) []pair {
	commands := func(list []step, at []int) []string {
		out := make([]string, len(at))
		for i, k := range at {
			out[i] = list[k].command
		}
		return out
	}
	pairs := align(commands(a, left), commands(b, right))
	for i, p := range pairs {
		if p.a >= 0 {
			p.a = left[p.a]
		}
		if p.b >= 0 {
			p.b = right[p.b]
		}
		pairs[i] = p
	}
	return pairs
}

// layers compares the layers by digest, wherever they stand. Those that are
// not shared are paired by the step that made them.
func (c *comparison) layers() DiffSection {
	out := DiffSection{Name: DiffLayers}
	s := c.sheet()
	var said []string
	for _, m := range c.both {
		if !m.read() {
			said = append(said, m.unread())
			continue
		}
		left, right, shared := unshared(m.A.Manifest.Layers, m.B.Manifest.Layers)
		out.Equal += shared
		addLayers(s, m, left, right)
	}
	said = append(append(said, c.leftOut()), c.origins()...)
	out.Entries = s.section(DiffLayers).Entries
	out.Note = notes(said...)
	return out
}

// unshared are the places of the layers that the other side does not have, as
// often as they occur.
func unshared(a, b []Descriptor) (left, right []int, shared int) {
	has := make(map[Digest]int, len(b))
	for _, l := range b {
		has[l.Digest]++
	}
	taken := make(map[Digest]int, len(a))
	for i, l := range a {
		if has[l.Digest] > taken[l.Digest] {
			taken[l.Digest]++
			shared++
		} else {
			left = append(left, i)
		}
	}
	for i, l := range b {
		if taken[l.Digest] > 0 {
			taken[l.Digest]--
		} else {
			right = append(right, i)
		}
	}
	return left, right, shared
}

func addLayers(s *sheet, m PartPair, left, right []int) {
	a, b := layerSteps(m.A), layerSteps(m.B)
	names := map[string]numbered{"a": {}, "b": {}, "ab": {}}
	for _, p := range alignCommands(a, b, left, right) {
		switch {
		case p.b < 0:
			s.add(names["a"].name(a[p.a].title()), fact{platform: m.Platform, before: some(a[p.a].made())})
		case p.a < 0:
			s.add(names["b"].name(b[p.b].title()), fact{platform: m.Platform, after: some(b[p.b].made())})
		default:
			s.add(names["ab"].name(a[p.a].title()), fact{platform: m.Platform, before: some(a[p.a].made()), after: some(b[p.b].made())})
		}
	}
}

func (s step) made() string { return layerValue(Descriptor{Digest: s.layer, Size: s.size}) }

// layerSteps are the layers with the steps that made them, where these are
// known.
func layerSteps(p DiffPart) []step {
	out := make([]step, len(p.Manifest.Layers))
	for i, l := range p.Manifest.Layers {
		out[i] = step{command: "layer " + strconv.Itoa(i+1), layer: l.Digest, size: l.Size}
	}
	if p.Config == nil {
		return out
	}
	for i, at := range StepLayers(p.Config.History, len(out)) {
		if at >= 0 {
			out[at].command = p.Config.History[i].Command()
		}
	}
	return out
}

// origins says with which images of other packages the new side shares its
// first layers, the farthest reaching one of each platform.
func (c *comparison) origins() []string {
	type found struct {
		of string
		n  int
	}
	var all []found
	var platforms []string
	for _, part := range c.b.Parts {
		if part.Manifest == nil {
			continue
		}
		best := found{}
		for _, set := range c.known {
			if n := len(set.Layers); set.Package != c.b.Side.Package && n > best.n && startsWith(part.Manifest.Layers, set.Layers) {
				best = found{set.Package + "@" + set.Digest.Short(), n}
			}
		}
		if best.n > 0 {
			all, platforms = append(all, best), append(platforms, part.Platform)
		}
	}
	alike := len(all) == len(c.b.Parts)
	for _, f := range all {
		alike = alike && f == all[0]
	}
	var out []string
	for i, f := range all {
		text := fmt.Sprintf("%d %s shared with %s", f.n, plural(f.n, "layer"), f.of)
		if !alike && platforms[i] != "" {
			text = platforms[i] + ": " + text
		}
		out = append(out, text)
	}
	return out
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func startsWith(layers []Descriptor, first []Digest) bool {
	if len(layers) < len(first) {
		return false
	}
	for i, d := range first {
		if layers[i].Digest != d {
			return false
		}
	}
	return true
}
