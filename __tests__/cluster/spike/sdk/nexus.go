package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"github.com/spiffe/spike-sdk-go/api/entity/v1/reqres"
	"github.com/spiffe/spike-sdk-go/api/url"
	"github.com/spiffe/spike-sdk-go/config/env"
	"github.com/spiffe/spike-sdk-go/crypto"
	sdkErrors "github.com/spiffe/spike-sdk-go/errors"
	"github.com/spiffe/spike-sdk-go/journal"
	"github.com/spiffe/spike-sdk-go/net"
	"github.com/spiffe/spike-sdk-go/predicate"
)

// serveNexus asks keepers for shares until it has the threshold, and decrypts what the bootstrap encrypted.
func serveNexus() {
	identity, _ := source("nexus")
	var rootKey *[32]byte
	var lock sync.Mutex
	go func() {
		for {
			if key := collect(identity); key != nil {
				lock.Lock()
				rootKey = key
				lock.Unlock()
				return
			}
			time.Sleep(200 * time.Millisecond)
		}
	}()
	route := func(w http.ResponseWriter, r *http.Request, audit *journal.AuditEntry) *sdkErrors.SDKError {
		lock.Lock()
		defer lock.Unlock()
		if rootKey == nil {
			return net.NotReady(w, r, audit)
		}
		request, err := net.ReadParseAndGuard[reqres.BootstrapVerifyRequest, reqres.BootstrapVerifyResponse](
			w, r, reqres.BootstrapVerifyResponse{}.BadRequest(), allowAll[reqres.BootstrapVerifyRequest],
		)
		if err != nil {
			return err
		}
		gcm := must(cipher.NewGCM(must(aes.NewCipher(rootKey[:]))))
		plain, openErr := gcm.Open(nil, request.Nonce, request.Ciphertext, nil)
		if openErr != nil {
			return net.Fail(reqres.BootstrapVerifyResponse{}.BadRequest(), w, http.StatusBadRequest)
		}
		hash := sha256.Sum256(plain)
		return net.Success(reqres.BootstrapVerifyResponse{Hash: hex.EncodeToString(hash[:])}.Success(), w)
	}
	net.ServeWithRoute("nexus", identity, route, predicate.AllowAll, env.NexusTLSPortVal())
}

func allowAll[T any](T, http.ResponseWriter, *http.Request) *sdkErrors.SDKError { return nil }

func collect(identity *workloadapi.X509Source) *[32]byte {
	client := net.CreateMTLSClientForKeeper(identity)
	var shards []crypto.ShamirShard
	for id, keeper := range env.KeepersVal() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		body, err := net.Post(ctx, client, url.ShardFromKeeperAPIRoot(keeper), []byte("{}"))
		cancel()
		var answer reqres.ShardGetResponse
		if err != nil || json.Unmarshal(body, &answer) != nil || answer.Shard == nil {
			continue
		}
		shards = append(shards, crypto.ShamirShard{ID: must(strconv.ParseUint(id, 10, 64)), Value: answer.Shard})
	}
	// All of them, so that no share of an earlier run is among them.
	if len(shards) < env.ShamirSharesVal() {
		return nil
	}
	return crypto.ComputeRootKeyFromShards(shards[:env.ShamirThresholdVal()])
}
