package verify

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A certificate counts under one name, read as it is written.
func TestOnlyName(t *testing.T) {
	const one = "https://github.com/a/b/.github/workflows/c.yml@refs/heads/main"
	address := func(s string) *url.URL {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	for name, c := range map[string]struct {
		names x509.Certificate
		read  string
		want  string // in the error, "" for none
	}{
		"workflow":            {x509.Certificate{URIs: []*url.URL{address(one)}}, one, ""},
		"e-mail":              {x509.Certificate{EmailAddresses: []string{"a@b.example"}}, "a@b.example", ""},
		"none":                {x509.Certificate{}, "", "0 names"},
		"two workflows":       {x509.Certificate{URIs: []*url.URL{address(one), address(one + "2")}}, one, "2 names"},
		"workflow and e-mail": {x509.Certificate{URIs: []*url.URL{address(one)}, EmailAddresses: []string{"a@b.example"}}, one, "2 names"},
		"host":                {x509.Certificate{DNSNames: []string{"github.com"}}, "github.com", "of kind 2"},
		"read otherwise":      {x509.Certificate{URIs: []*url.URL{address(one)}}, strings.ToUpper(one), "is written"},
	} {
		t.Run(name, func(t *testing.T) {
			err := onlyName(certified(t, &c.names), c.read)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// certified signs a certificate with its own key.
func certified(t *testing.T, template *x509.Certificate) *x509.Certificate {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(1)
	template.NotBefore, template.NotAfter = time.Unix(0, 0), time.Unix(1, 0)
	raw, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}
