package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/evstack/ev-node/block"
	"github.com/evstack/ev-node/core/sequencer"
	"github.com/evstack/ev-node/node"
	"github.com/evstack/ev-node/pkg/cmd"
	"github.com/evstack/ev-node/pkg/config"
	"github.com/evstack/ev-node/pkg/da/jsonrpc"
	"github.com/evstack/ev-node/pkg/genesis"
	"github.com/evstack/ev-node/pkg/p2p/key"
	"github.com/evstack/ev-node/pkg/sequencers/single"
	"github.com/evstack/ev-node/pkg/store"
	datastore "github.com/ipfs/go-datastore"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
)

const (
	kvEndpointFlag   = "kv-endpoint"
	maxQueuedBatches = 100_000
)

func startCommand() *cobra.Command {
	command := &cobra.Command{Use: "start", Short: "Run a node", Args: cobra.NoArgs, RunE: start}
	config.AddFlags(command)
	command.Flags().String(kvEndpointFlag, "", "host:port for POST /tx and GET /kv (off when empty)")
	return command
}

func start(command *cobra.Command, _ []string) error {
	settings, err := cmd.ParseStartConfig(command)
	if err != nil {
		return err
	}
	logger := cmd.SetupLogger(settings.Log)
	configDir := filepath.Dir(settings.ConfigPath())

	chain, err := genesis.LoadGenesis(filepath.Join(configDir, "genesis.json"))
	if err != nil {
		return err
	}
	nodeKey, err := key.LoadNodeKey(configDir)
	if err != nil {
		return fmt.Errorf("node key in %s: %w", configDir, err)
	}
	// Blocks and state share one database, as they share one volume: both live or both are lost.
	db, err := store.NewDefaultKVStore(settings.RootDir, settings.DBPath, "testapp")
	if err != nil {
		return err
	}
	state, err := openState(command.Context(), store.NewPrefixKVStore(db, "kv"), chain)
	if err != nil {
		return err
	}
	if endpoint, _ := command.Flags().GetString(kvEndpointFlag); endpoint != "" {
		if err := serve(endpoint, state); err != nil {
			return err
		}
	}

	// An interface without a value, not one with a nil pointer: ev-node compares it with nil.
	var batches sequencer.Sequencer
	if settings.Node.Aggregator {
		if batches, err = newSequencer(command.Context(), logger, db, settings, chain, state); err != nil {
			return err
		}
	}
	return cmd.StartNode(logger, command, state, batches, nodeKey, db, settings, chain, node.NodeOptions{})
}

func newSequencer(
	ctx context.Context,
	logger zerolog.Logger,
	db datastore.Batching,
	settings config.Config,
	chain genesis.Genesis,
	state *State,
) (sequencer.Sequencer, error) {
	blobs, err := jsonrpc.NewWSClient(ctx, logger, settings.GetDAAddress(), settings.DA.AuthToken, "")
	if err != nil {
		return nil, fmt.Errorf("da at %s: %w", settings.GetDAAddress(), err)
	}
	da := block.NewDAClient(blobs, settings, logger)
	return single.NewSequencer(logger, db, da, settings, []byte(chain.ChainID), maxQueuedBatches, chain, state)
}
