// Package scenario fills a world with what a registry really holds: the
// packages of the ContainAI project as its pipeline publishes them, told as a
// story of fourteen builds with a bad release in it, and variants of that
// story.
//
// Its law: everything is computed, nothing is stored. Manifests, configs,
// layers, statements and documents are real bytes, so that every digest is the
// digest of something that can be read. The same name and seed give the same
// bytes at every run and with every release of Go: layers are written by an
// own gzip writer that does not compress, as a compressor's output is nobody's
// promise.
//
// The shapes follow the tools that the pipeline uses: BuildKit and buildx
// imagetools for images (indented JSON), oras for artifacts, actions/attest
// for bundles and fallback indexes (compact JSON). Sigstore bundles are signed
// by a simulated Sigstore whose roots TrustedRoot gives; sign.go is the one
// place that has them signed. A few that no prod release has are bad, each in a
// way of its own (misdeed). Of a scaled package only what is likely to be asked
// for is signed.
package scenario
