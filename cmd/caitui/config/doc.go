// Package config turns flags, environment and config.yaml into settings.
//
// Its law: flag beats environment beats file beats built-in default, and each
// effective value knows where it came from. The file is read strictly: a key
// that does nothing is an error with its line and the nearest valid key,
// because a setting that is silently ignored is found out at the worst time.
// Nothing here looks at the clock, the process's environment or the network;
// the environment is a parameter.
//
// # Whose packages a list names
//
// A package list belongs to the owner it was written beside. The built-in list
// holds while the owner is the built-in one; the list of a configuration file
// holds while the owner is the one that the file names (or the file names
// none); and --package names packages of whatever owner is in force. Where no
// list holds, the packages are those that the registry or GitHub's API lists:
// the ten of ContainAI are never shown as missing from somebody else's
// account. Channels and tag patterns are not bound to an owner.
//
// # Which API and owner belong to a registry
//
// With ghcr.io GitHub's API is used. Any other registry has none unless one
// is named, and repositories there have no owner before their name unless one
// is named. An API that is not GitHub's needs its registry named with it: an
// API of one place must never be paired with the registry of another.
package config
