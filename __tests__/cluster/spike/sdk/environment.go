package main

import (
	"encoding/json"
	"os"

	"github.com/spiffe/spike-sdk-go/config/env"
	"github.com/spiffe/spike-sdk-go/log"
	"github.com/spiffe/spike-sdk-go/spiffe"
)

// printEnvironment prints what SPIKE understands of the environment of its bootstrap.
func printEnvironment() {
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"keepers":             env.KeepersVal(),
		"shares":              env.ShamirSharesVal(),
		"threshold":           env.ShamirThresholdVal(),
		"nexus":               env.NexusAPIRootVal(),
		"keeperTimeout":       env.BootstrapKeeperTimeoutVal().String(),
		"keeperMaxRetries":    env.BootstrapKeeperMaxRetriesVal(),
		"firstWait":           env.BootstrapKeeperRetryInitialIntervalVal().String(),
		"longestWait":         env.BootstrapKeeperRetryMaxIntervalVal().String(),
		"verificationTimeout": env.BootstrapInitVerificationTimeoutVal().String(),
		"timeout":             env.BootstrapTimeoutVal().String(),
		"configMap":           env.BootstrapConfigMapNameVal(),
		"svidTimeout":         env.SPIFFESourceTimeoutVal().String(),
		"socket":              spiffe.EndpointSocket(),
		"logLevel":            log.Level().String(),
		"trustRoot":           env.TrustRootVal(),
		"trustRoots": map[string]string{
			"keeper":    env.TrustRootForKeeperVal(),
			"nexus":     env.TrustRootFromEnv(env.TrustRootNexus),
			"bootstrap": env.TrustRootFromEnv(env.TrustRootBootstrap),
		},
	})
}
