// Stand-ins for SPIRE's agent and SPIKE's parts, over SPIKE's real SDK: identities from a Workload API server on
// go-spiffe's protocol, and the SDK's own environment readers, mutual TLS, predicates, retries and log. What is ours is
// the order of calls, as in SPIKE's sources; SPIKE's programs cannot be built from the Go module proxy.
package main

import (
	"fmt"
	"os"
)

func main() {
	commands := map[string]func(){
		"env":          printEnvironment,
		"workload-api": serveWorkloadAPI,
		"keeper":       keep,
		"nexus":        serveNexus,
		"bootstrap":    bootstrap,
	}
	if len(os.Args) > 1 && commands[os.Args[1]] != nil {
		commands[os.Args[1]]()
		return
	}
	fmt.Fprintln(os.Stderr, "usage: spike env | workload-api DIR [NAME=SPIFFEID…] | keeper | nexus | bootstrap")
	os.Exit(2)
}
