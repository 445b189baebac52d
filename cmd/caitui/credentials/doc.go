// Package credentials finds out which login and token are for which host.
//
// Its law: a token goes to the host it is for and to no other, and it cannot
// be printed by accident. In this order the first that there is wins, for the
// API and for the registry each by itself:
//
//  1. GITHUB_TOKEN, else GH_TOKEN: for the API in use and the registry that
//     belongs to it. Any other registry gets it only where it is GitHub's or
//     on this machine: such a token is GitHub's, and a foreign registry must
//     not get it because it happens to be in the environment.
//  2. The login that the GitHub CLI has stored for the host: in its hosts.yml,
//     or in the system's keyring, which only `gh auth token` can ask.
//  3. Docker's configuration and credential helpers: for the registry they
//     name, never for the API.
//  4. None.
//
// The environment, the keychain and the running of programs are parameters.
package credentials
