package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ethereum-optimism/optimism/op-service/eth"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core"
	"github.com/hashicorp/raft"
	boltdb "github.com/hashicorp/raft-boltdb/v2"
)

// found writes what founds a raft on the genesis block: the libraries' own bytes, which ours are compared with.
func found(genesisFile, out string, voters []string) error {
	text, err := os.ReadFile(genesisFile)
	if err != nil {
		return err
	}
	var genesis core.Genesis
	if err := json.Unmarshal(text, &genesis); err != nil {
		return err
	}
	block := genesis.ToBlock()
	envelope, err := eth.BlockAsPayloadEnv(block, genesis.Config)
	if err != nil {
		return err
	}
	var payload bytes.Buffer
	if _, err := envelope.MarshalSSZ(&payload); err != nil {
		return err
	}
	var servers []raft.Server
	for _, voter := range voters {
		id, address, _ := strings.Cut(voter, "=")
		servers = append(servers, raft.Server{ID: raft.ServerID(id), Address: raft.ServerAddress(address)})
	}
	logs, err := boltdb.NewBoltStore(filepath.Join(out, "raft-log.db"))
	if err != nil {
		return err
	}
	configuration := raft.EncodeConfiguration(raft.Configuration{Servers: servers})
	err = logs.StoreLogs([]*raft.Log{
		{Index: 1, Term: 1, Type: raft.LogConfiguration, Data: configuration},
		{Index: 2, Term: 1, Type: raft.LogCommand, Data: payload.Bytes()},
	})
	if err := first(err, logs.Close()); err != nil {
		return err
	}
	stable, err := boltdb.NewBoltStore(filepath.Join(out, "raft-stable.db"))
	if err != nil {
		return err
	}
	if err := first(stable.SetUint64([]byte("CurrentTerm"), 1), stable.Close()); err != nil {
		return err
	}
	return print(map[string]any{
		"hash":      block.Hash(),
		"stateRoot": block.Root(),
		"payload":   hexutil.Bytes(payload.Bytes()),
	})
}

// read prints what hashicorp/raft finds in a member's folder.
func read(folder string) error {
	stable, err := boltdb.NewBoltStore(filepath.Join(folder, "raft-stable.db"))
	if err != nil {
		return err
	}
	defer stable.Close()
	term, err := stable.GetUint64([]byte("CurrentTerm"))
	if err != nil {
		return err
	}
	logs, err := boltdb.NewBoltStore(filepath.Join(folder, "raft-log.db"))
	if err != nil {
		return err
	}
	defer logs.Close()
	last, err := logs.LastIndex()
	if err != nil {
		return err
	}
	var entries []map[string]any
	for index := uint64(1); index <= last; index++ {
		var entry raft.Log
		if err := logs.GetLog(index, &entry); err != nil {
			return err
		}
		line := map[string]any{"index": entry.Index, "term": entry.Term, "type": entry.Type.String()}
		switch entry.Type {
		case raft.LogConfiguration:
			line["servers"] = raft.DecodeConfiguration(entry.Data).Servers
		case raft.LogCommand:
			number, hash, err := payloadOf(entry.Data)
			if err != nil {
				return err
			}
			line["number"], line["hash"] = number, hash
		}
		entries = append(entries, line)
	}
	return print(map[string]any{"term": term, "entries": entries})
}

// payloadOf reads as the conductor's state machine does.
func payloadOf(data []byte) (uint64, common.Hash, error) {
	var envelope eth.ExecutionPayloadEnvelope
	if err := envelope.UnmarshalSSZ(eth.BlockV4, uint32(len(data)), bytes.NewReader(data)); err != nil {
		if err := envelope.UnmarshalSSZ(eth.BlockV3, uint32(len(data)), bytes.NewReader(data)); err != nil {
			return 0, common.Hash{}, fmt.Errorf("%w: %s", err, hex.EncodeToString(data))
		}
	}
	return uint64(envelope.ExecutionPayload.BlockNumber), envelope.ExecutionPayload.BlockHash, nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func print(value any) error {
	return json.NewEncoder(os.Stdout).Encode(value)
}
