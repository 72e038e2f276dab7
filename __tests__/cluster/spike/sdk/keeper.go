package main

import (
	"context"
	"net/http"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"github.com/spiffe/spike-sdk-go/api/entity/v1/reqres"
	"github.com/spiffe/spike-sdk-go/api/url"
	"github.com/spiffe/spike-sdk-go/config/env"
	sdkErrors "github.com/spiffe/spike-sdk-go/errors"
	"github.com/spiffe/spike-sdk-go/journal"
	"github.com/spiffe/spike-sdk-go/log"
	"github.com/spiffe/spike-sdk-go/net"
	"github.com/spiffe/spike-sdk-go/predicate"
	"github.com/spiffe/spike-sdk-go/spiffe"
)

// source is the identity of this process, within SPIKE_SPIFFE_SOURCE_TIMEOUT.
func source(name string) (*workloadapi.X509Source, string) {
	ctx, cancel := context.WithTimeout(context.Background(), env.SPIFFESourceTimeoutVal())
	defer cancel()
	found, id, err := spiffe.Source(ctx, spiffe.EndpointSocket())
	if err != nil {
		log.FatalErr(name, *err)
	}
	return found, id
}

// keep has one share in memory, which Nexus and the bootstrap may overwrite.
func keep() {
	var shard *[32]byte
	route := func(w http.ResponseWriter, r *http.Request, _ *journal.AuditEntry) *sdkErrors.SDKError {
		switch url.APIURL(r.URL.Path) {
		case url.KeeperContribute:
			request, err := net.ReadParseAndGuard[reqres.ShardPutRequest, reqres.ShardPutResponse](
				w, r, reqres.ShardPutResponse{}.BadRequest(), allowAll[reqres.ShardPutRequest],
			)
			if err != nil {
				return err
			}
			shard = request.Shard
			return net.Success(reqres.ShardPutResponse{}.Success(), w)
		case url.KeeperShard:
			if shard == nil {
				return net.Fail(reqres.ShardGetResponse{}.NotFound(), w, http.StatusNotFound)
			}
			return net.Success(reqres.ShardGetResponse{Shard: shard}.Success(), w)
		}
		return net.Fallback(w, r, nil)
	}
	identity, _ := source("keeper")
	net.ServeWithRoute("keeper", identity, route, predicate.AllowKeeperPeer, env.KeeperTLSPortVal())
}
