//go:build race

package ghcr_test

// underRace says that everything takes ten times as long.
const underRace = true
