package config

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/novotnyllc/caitui/internal/model"
)

// document reads the nodes of one YAML file. The file is walked by hand and
// not decoded into a struct, because every error, also one about the meaning
// of a value, must name the line it is about.
type document struct{ file string }

// at is a place in the file, as editors and grep write it.
func (d document) at(tk *token.Token) string {
	name := filepath.Base(d.file)
	if tk == nil || tk.Position == nil {
		return name
	}
	return fmt.Sprintf("%s:%d:%d", name, tk.Position.Line, tk.Position.Column)
}

func (d document) errorAt(place string, message, cure string) error {
	return model.Invalid(place+": "+model.Sanitize(message), cure)
}

func (d document) fail(n ast.Node, message, cure string) error {
	return d.errorAt(d.at(n.GetToken()), message, cure)
}

// root parses the file and returns its mapping, nil for an empty file.
func (d document) root(data []byte) (ast.Node, error) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		var y yaml.Error
		if errors.As(err, &y) {
			return nil, d.errorAt(d.at(y.GetToken()), y.GetMessage(), "the file must be YAML; the line before may be the cause")
		}
		return nil, &model.Error{Kind: model.ErrInvalid, Message: d.at(nil) + ": the file is not YAML", Cause: err}
	}
	var body ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.NullType || doc.Body.Type() == ast.CommentType:
		case body != nil:
			return nil, d.fail(doc.Body, "a second document", "one file holds one configuration; remove the line ---")
		default:
			body = doc.Body
		}
	}
	return body, nil
}

// entry is one key of a mapping with its value.
type entry struct {
	name  string
	key   ast.Node
	value ast.Node
}

// mapping returns the entries of a mapping, in the order of the file.
func (d document) mapping(n ast.Node, what string) ([]entry, error) {
	m, ok := n.(ast.MapNode)
	if !ok {
		return nil, d.wrongType(n, what, "a mapping of keys to values")
	}
	var out []entry
	for it := m.MapRange(); it.Next(); {
		key := it.Key()
		name, ok := scalarText(key)
		if !ok {
			return nil, d.fail(key, "a key of "+what+" is not a plain word", "write the values out; anchors, aliases and merge keys are not read here")
		}
		out = append(out, entry{name: name, key: key, value: it.Value()})
	}
	return out, nil
}

// known is mapping for a mapping whose keys are all known beforehand.
func (d document) known(n ast.Node, what string, keys []string) ([]entry, error) {
	entries, err := d.mapping(n, what)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !slices.Contains(keys, e.name) {
			return nil, d.fail(e.key, fmt.Sprintf("%s has no key %q", what, e.name), suggestion(e.name, keys))
		}
	}
	return entries, nil
}

func (d document) list(n ast.Node, what string) ([]ast.Node, error) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		return nil, d.wrongType(n, what, "a list")
	}
	return s.Values, nil
}

func (d document) text(n ast.Node, what string) (string, error) {
	s, ok := scalarText(n)
	if !ok {
		return "", d.wrongType(n, what, "text")
	}
	if s == "" {
		return "", d.fail(n, what+" is empty", "give it a value, or remove the line")
	}
	return s, nil
}

func (d document) boolean(n ast.Node, what string) (bool, error) {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		return false, d.wrongType(n, what, "true or false")
	}
	return b.Value, nil
}

// number reads a whole number from low to high.
func (d document) number(n ast.Node, what string, low, high int) (int, error) {
	i, ok := n.(*ast.IntegerNode)
	if !ok {
		return 0, d.wrongType(n, what, "a whole number")
	}
	v := int64(math.MaxInt64)
	switch value := i.Value.(type) {
	case int64:
		v = value
	case uint64:
		v = int64(min(value, math.MaxInt64))
	}
	if v < int64(low) || v > int64(high) {
		return 0, d.fail(n, fmt.Sprintf("%s is %s", what, i.GetToken().Value), "it must be from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
	}
	return int(v), nil
}

func (d document) wrongType(n ast.Node, what, want string) error {
	cure := "see the example in the README"
	switch n.Type() {
	case ast.NullType:
		return d.fail(n, what+" has no value", "give it a value, or remove the line")
	case ast.AnchorType, ast.AliasType, ast.TagType, ast.MergeKeyType:
		return d.fail(n, what+" uses an anchor, alias or tag of YAML", "write the value out; these are not read here")
	case ast.IntegerType, ast.FloatType, ast.BoolType:
		if want == "text" {
			cure = "put it into quotes"
		}
	}
	return d.fail(n, fmt.Sprintf("%s is %s and should be %s", what, typeName(n), want), cure)
}

func scalarText(n ast.Node) (string, bool) {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value, true
	case *ast.LiteralNode:
		return s.Value.Value, true
	}
	return "", false
}

func typeName(n ast.Node) string {
	switch n.Type() {
	case ast.StringType, ast.LiteralType:
		return "text"
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	case ast.BoolType:
		return "true or false"
	case ast.SequenceType:
		return "a list"
	case ast.MappingType, ast.MappingValueType:
		return "a mapping"
	default:
		return "something else"
	}
}
