package model

// RawContent is what a registry has under a digest, byte for byte.
type RawContent struct {
	Package   string
	Digest    Digest
	MediaType string // as the registry says; "" where it does not
	Manifest  bool   // a manifest or index; else a blob: a config, a layer
	Body      []byte
}
