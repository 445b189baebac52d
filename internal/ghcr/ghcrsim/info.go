package ghcrsim

// Info is the first line that `caitui sim` prints: everything a client needs
// to use the simulator.
type Info struct {
	API         string     `json:"api"`
	Registry    string     `json:"registry"`
	Blobs       string     `json:"blobs"`
	Owner       string     `json:"owner"`
	Repository  string     `json:"repository"`
	TrustedRoot string     `json:"trusted_root"`
	Tokens      InfoTokens `json:"tokens"`
}

// InfoTokens holds one credential of each kind. They are worth nothing outside
// the simulator.
type InfoTokens struct {
	Admin       string `json:"admin"`
	Write       string `json:"write"`
	Read        string `json:"read"`
	NoScope     string `json:"noscope"`
	FineGrained string `json:"fine_grained"`
	Actions     string `json:"actions"`
	Expired     string `json:"expired"`
}

// Info returns the addresses, the account and the credentials.
func (s *Server) Info() Info {
	w := s.World()
	return Info{
		API:         s.apiURL,
		Registry:    s.registryURL,
		Blobs:       s.blobsURL,
		Owner:       w.Owner(),
		Repository:  w.Repository(),
		TrustedRoot: s.apiURL + trustedRootPath,
		Tokens: InfoTokens{
			Admin:       s.tokens.named("admin"),
			Write:       s.tokens.named("write"),
			Read:        s.tokens.named("read"),
			NoScope:     s.tokens.named("noscope"),
			FineGrained: s.tokens.named("fine_grained"),
			Actions:     s.tokens.named("actions"),
			Expired:     s.tokens.named("expired"),
		},
	}
}
