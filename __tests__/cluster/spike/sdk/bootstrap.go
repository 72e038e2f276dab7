package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	spike "github.com/spiffe/spike-sdk-go/api"
	"github.com/spiffe/spike-sdk-go/config/env"
	"github.com/spiffe/spike-sdk-go/crypto"
	sdkErrors "github.com/spiffe/spike-sdk-go/errors"
	"github.com/spiffe/spike-sdk-go/log"
	"github.com/spiffe/spike-sdk-go/retry"
	"github.com/spiffe/spike-sdk-go/spiffeid"
)

// bootstrap gives every keeper a share of a new root key and has Nexus prove that it decrypts with it, as SPIKE's
// main branch does.
func bootstrap() {
	if timeout := env.BootstrapTimeoutVal(); timeout > 0 {
		time.AfterFunc(timeout, func() {
			log.FatalLn("bootstrap", "message", "bootstrap timeout exceeded, terminating", "timeout", timeout.String())
		})
	}
	identity, id := source("AcquireSource")
	if !spiffeid.IsBootstrap(id) {
		fatal("AcquireSource", sdkErrors.ErrAccessUnauthorized.Clone(), "bootstrap SPIFFE ID required")
	}
	api := spike.NewWithSource(identity)
	ctx := context.Background()
	seed := new([32]byte)
	broadcast(ctx, api, seed)
	verify(ctx, api, seed)
	log.Info("bootstrap", "message", "bootstrap completed successfully")
}

func broadcast(ctx context.Context, api *spike.API, seed *[32]byte) {
	const name = "BroadcastKeepers"
	keepers, expected := env.KeepersVal(), env.ShamirSharesVal()
	if len(keepers) != expected {
		fatal(name, sdkErrors.ErrShamirNotEnoughKeepers.Clone(), "keeper count mismatch")
	}
	shares := crypto.RootShares(seed)
	for keeperID, keeperURL := range keepers {
		share := shares[must(strconv.Atoi(keeperID))-1]
		bounded, cancel := context.WithTimeout(ctx, env.BootstrapKeeperTimeoutVal())
		attempts := env.BootstrapKeeperMaxRetriesVal()
		_, err := retry.WithMaxAttempts(bounded, attempts, func() (bool, *sdkErrors.SDKError) {
			log.Info("broadcastToKeeper",
				"message", "sending shard to keeper", "keeper_id", keeperID, "keeper_url", keeperURL)
			if failed := api.Contribute(bounded, share, keeperID); failed != nil {
				warning := sdkErrors.ErrAPIPostFailed.Wrap(failed)
				warning.Msg = "failed to send shard: will retry"
				log.WarnErr("broadcastToKeeper", *warning)
				return false, warning
			}
			return true, nil
		}, retry.WithBackOffOptions(
			retry.WithInitialInterval(env.BootstrapKeeperRetryInitialIntervalVal()),
			retry.WithMaxInterval(env.BootstrapKeeperRetryMaxIntervalVal()),
		))
		cancel()
		if err != nil {
			fatal(name, sdkErrors.ErrBootstrapKeeperUnreachable.Clone(), fmt.Sprintf(
				"failed to reach keeper %s at %s after %d attempts; ensure all keepers are running and rerun bootstrap",
				keeperID, keeperURL, attempts))
		}
	}
}

func verify(ctx context.Context, api *spike.API, seed *[32]byte) {
	secret, _ := crypto.ComputeShares(seed)
	gcm := must(cipher.NewGCM(must(aes.NewCipher(must(secret.MarshalBinary())))))
	nonce, random := make([]byte, gcm.NonceSize()), make([]byte, 32)
	must(rand.Read(nonce))
	must(rand.Read(random))
	text := hex.EncodeToString(random)
	sealed := gcm.Seal(nil, nonce, []byte(text), nil)
	_, err := retry.Do(ctx, func() (bool, *sdkErrors.SDKError) {
		failed := api.Verify(ctx, text, nonce, sealed)
		return failed == nil, failed
	}, retry.WithBackOffOptions(retry.WithMaxElapsedTime(env.BootstrapInitVerificationTimeoutVal())))
	if err != nil {
		fatal("VerifyInitialization", sdkErrors.ErrCryptoCipherVerificationFailed.Wrap(err),
			"failed to verify initialization within timeout")
	}
}

func fatal(name string, err *sdkErrors.SDKError, message string) {
	err.Msg = message
	log.FatalErr(name, *err)
}
