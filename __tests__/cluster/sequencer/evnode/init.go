package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evstack/ev-node/pkg/cmd"
	"github.com/evstack/ev-node/pkg/config"
	"github.com/evstack/ev-node/pkg/genesis"
	"github.com/evstack/ev-node/pkg/p2p/key"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/spf13/cobra"
)

// What init prints, as one line of JSON.
type made struct {
	// Base64, as in genesis.json.
	ProposerAddress []byte `json:"proposerAddress"`
	// The libp2p peer id of every member's node key.
	PeerIDs []string `json:"peerIds"`
}

// initCommand makes what a sequencer has to be given: one signer, one genesis, a node key a member. It writes no
// evnode.yaml: that is what the tests are about.
func initCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "init", Short: "Make a signer, a genesis and node keys", Args: cobra.NoArgs, RunE: initialize,
	}
	flags := command.Flags()
	flags.String(genesis.ChainIDFlag, "test", "chain id")
	flags.String(config.FlagSignerPassphraseFile, "", "file with the signer's passphrase")
	flags.Int("members", 1, "how many node keys: config/node_key.json, then member-1/node_key.json and so on")
	return command
}

func initialize(command *cobra.Command, _ []string) error {
	flags := command.Flags()
	home, _ := flags.GetString(config.FlagRootDir)
	chainID, _ := flags.GetString(genesis.ChainIDFlag)
	members, _ := flags.GetInt("members")
	passphraseFile, _ := flags.GetString(config.FlagSignerPassphraseFile)
	passphrase, err := os.ReadFile(passphraseFile)
	if err != nil {
		return fmt.Errorf("passphrase: %w: name its file with --%s", err, config.FlagSignerPassphraseFile)
	}

	settings := config.DefaultConfig()
	settings.RootDir = home
	settings.Node.Aggregator = true
	proposer, err := cmd.CreateSigner(command.Context(), &settings, home, strings.TrimSpace(string(passphrase)))
	if err != nil {
		return err
	}
	if err := genesis.CreateGenesis(home, chainID, 1, proposer); err != nil && !errors.Is(err, genesis.ErrGenesisExists) {
		return err
	}
	result := made{ProposerAddress: proposer}
	for i := range members {
		folder := "config"
		if i > 0 {
			folder = fmt.Sprintf("member-%d", i)
		}
		id, err := nodeKey(filepath.Join(home, folder))
		if err != nil {
			return err
		}
		result.PeerIDs = append(result.PeerIDs, id)
	}
	return json.NewEncoder(command.OutOrStdout()).Encode(result)
}

func nodeKey(folder string) (string, error) {
	made, err := key.LoadOrGenNodeKey(folder)
	if err != nil {
		return "", fmt.Errorf("node key in %s: %w", folder, err)
	}
	id, err := peer.IDFromPublicKey(made.PubKey)
	return id.String(), err
}
