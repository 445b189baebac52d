package ghcrsim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// signer makes what only the simulator can make: registry tokens and the
// addresses on the blob host. Both carry their own content and end by the wall
// clock, so that nothing has to be remembered.
type signer struct {
	key [sha256.Size]byte
	now func() time.Time
}

func newSigner(seed int64, now func() time.Time) *signer {
	return &signer{key: sha256.Sum256(fmt.Appendf(nil, "ghcrsim/signer/%d", seed)), now: now}
}

func (s *signer) mac(text string) []byte {
	h := hmac.New(sha256.New, s.key[:])
	h.Write([]byte(text))
	return h.Sum(nil)
}

// grant is the content of a registry token.
type grant struct {
	Token   string    `json:"t"` // name of the credential, "" for anonymous
	Access  access    `json:"a"`
	Expires time.Time `json:"e"`
}

// seal makes a registry token.
func (s *signer) seal(g grant) (string, error) {
	plain, err := json.Marshal(g)
	if err != nil {
		return "", fmt.Errorf("encoding a registry token: %w", err)
	}
	body := base64.RawURLEncoding.EncodeToString(plain)
	return body + "." + base64.RawURLEncoding.EncodeToString(s.mac("token/"+body)), nil
}

// open reads a registry token of ours, valid or past its lifetime.
func (s *signer) open(value string) (grant, bool) {
	body, sum, ok := strings.Cut(value, ".")
	if !ok {
		return grant{}, false
	}
	mac, err := base64.RawURLEncoding.DecodeString(sum)
	if err != nil || !hmac.Equal(mac, s.mac("token/"+body)) {
		return grant{}, false
	}
	plain, err := base64.RawURLEncoding.DecodeString(body)
	var g grant
	if err != nil || json.Unmarshal(plain, &g) != nil {
		return grant{}, false
	}
	return g, true
}

// addressLifetime is how long a signed address of the blob host is good.
const addressLifetime = 10 * time.Minute

// sign adds to a path of the blob host the query that opens it for a while.
func (s *signer) sign(path string) string {
	expires := s.now().UTC().Add(addressLifetime).Format(time.RFC3339)
	q := url.Values{
		"se": {expires}, "sp": {"r"}, "spr": {"https"}, "sr": {"b"}, "sv": {"2019-12-12"},
		"sig": {base64.StdEncoding.EncodeToString(s.mac(path + "?" + expires))},
	}
	return path + "?" + q.Encode()
}

// signed reports whether a query opens a path now.
func (s *signer) signed(path string, q url.Values) bool {
	expires, err := time.Parse(time.RFC3339, q.Get("se"))
	if err != nil || !s.now().Before(expires) {
		return false
	}
	mac, err := base64.StdEncoding.DecodeString(q.Get("sig"))
	return err == nil && hmac.Equal(mac, s.mac(path+"?"+q.Get("se")))
}

// requestID makes the x-github-request-id of an answer; it only has to look
// like one and to differ.
func (s *signer) requestID(n int64) string {
	return strings.ToUpper(hex.EncodeToString(s.mac(fmt.Sprintf("request/%d", n))[:12]))
}
