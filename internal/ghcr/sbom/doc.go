// Package sbom reads bills of materials: CycloneDX 1.0 to 1.7 as JSON or XML,
// SPDX 2.x as JSON or tag-value, SPDX 3 as JSON-LD, alone or in the predicate of
// an in-toto statement.
//
// Its law: the format is found by content and never by a media type. Nothing of
// the content is trusted: bytes, nesting and the number of components are
// bounded before anything is made of them. It reads bytes that are at hand; no
// network, no files, no clock. What it makes is a model.SBOM; the types of the
// libraries stay inside.
package sbom
