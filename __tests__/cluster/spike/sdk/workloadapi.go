package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spiffe/go-spiffe/v2/proto/spiffe/workload"
	"google.golang.org/grpc"
)

// serveWorkloadAPI is the agent: a socket DIR/NAME.sock for every identity, all of one trust domain.
func serveWorkloadAPI() {
	dir := os.Args[2]
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	first, _ := url.Parse(strings.SplitN(os.Args[3], "=", 2)[1])
	root := certificate(nil, key, key, func(template *x509.Certificate) {
		template.URIs = []*url.URL{{Scheme: "spiffe", Host: first.Host}}
		template.IsCA = true
		template.BasicConstraintsValid = true
		template.KeyUsage = x509.KeyUsageCertSign
	})
	for _, identity := range os.Args[3:] {
		name, id, _ := strings.Cut(identity, "=")
		listener := must(net.Listen("unix", filepath.Join(dir, name+".sock")))
		server := grpc.NewServer()
		workload.RegisterSpiffeWorkloadAPIServer(server, &agent{id: must(url.Parse(id)), root: root, rootKey: key})
		go func() { _ = server.Serve(listener) }()
	}
	fmt.Println("serving")
	select {}
}

type agent struct {
	workload.UnimplementedSpiffeWorkloadAPIServer
	id      *url.URL
	root    *x509.Certificate
	rootKey *ecdsa.PrivateKey
}

func (a *agent) FetchX509SVID(
	_ *workload.X509SVIDRequest, stream workload.SpiffeWorkloadAPI_FetchX509SVIDServer,
) error {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	leaf := certificate(a.root, key, a.rootKey, func(template *x509.Certificate) {
		template.URIs = []*url.URL{a.id}
		template.KeyUsage = x509.KeyUsageDigitalSignature
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	})
	svid := &workload.X509SVID{
		SpiffeId:    a.id.String(),
		X509Svid:    leaf.Raw,
		X509SvidKey: must(x509.MarshalPKCS8PrivateKey(key)),
		Bundle:      a.root.Raw,
	}
	if err := stream.Send(&workload.X509SVIDResponse{Svids: []*workload.X509SVID{svid}}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

func certificate(
	parent *x509.Certificate, key, signer *ecdsa.PrivateKey, with func(*x509.Certificate),
) *x509.Certificate {
	template := &x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, big.NewInt(1<<62))),
		Subject:      pkix.Name{Organization: []string{"stand-in"}},
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     time.Now().Add(time.Hour),
	}
	with(template)
	if parent == nil {
		parent = template
	}
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer))))
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	return value
}
