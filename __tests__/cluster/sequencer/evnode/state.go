package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/evstack/ev-node/core/execution"
	"github.com/evstack/ev-node/pkg/genesis"
	datastore "github.com/ipfs/go-datastore"
)

var headKey = datastore.NewKey("/head")

// State executes `key=value` transactions. Its root is a hash over the history: two nodes have the same one at a height
// only if they executed the same blocks up to it.
type State struct {
	mu sync.Mutex
	db datastore.Batching
	// The root that the first block builds on.
	origin []byte
	head   uint64
	pool   [][]byte
}

var (
	_ execution.Executor       = (*State)(nil)
	_ execution.HeightProvider = (*State)(nil)
	_ execution.Rollbackable   = (*State)(nil)
)

// What is kept of a block: enough to go back to the one before it.
type executed struct {
	Root []byte `json:"root"`
	// The values before the block; null where the key was new.
	Undo map[string]*string `json:"undo,omitempty"`
}

// openState knows the genesis from the start: a new member that finds raft at height 1 executes that block without
// InitChain.
func openState(ctx context.Context, db datastore.Batching, chain genesis.Genesis) (*State, error) {
	state := &State{db: db, origin: originRoot(chain.StartTime, chain.InitialHeight, chain.ChainID)}
	switch head, err := db.Get(ctx, headKey); {
	case errors.Is(err, datastore.ErrNotFound):
		return state, nil
	case err != nil:
		return nil, err
	default:
		return state, json.Unmarshal(head, &state.head)
	}
}

// InitChain returns the root that the first block builds on; the same one on every member and every call.
func (s *State) InitChain(_ context.Context, start time.Time, initialHeight uint64, chainID string) ([]byte, error) {
	return originRoot(start, initialHeight, chainID), nil
}

func originRoot(start time.Time, initialHeight uint64, chainID string) []byte {
	root := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d", chainID, initialHeight, start.UnixNano()))
	return root[:]
}

// ExecuteTxs applies a block. A block at or below the head replaces what was there: a leader that executed a block and
// could not commit it sees the height again, perhaps with other transactions.
func (s *State) ExecuteTxs(
	ctx context.Context, txs [][]byte, height uint64, _ time.Time, previous []byte,
) (execution.ExecuteResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.head >= height {
		if err := s.rollback(ctx, height-1); err != nil {
			return execution.ExecuteResult{}, err
		}
	}
	last := s.origin
	if s.head > 0 {
		record, err := s.block(ctx, s.head)
		if err != nil {
			return execution.ExecuteResult{}, err
		}
		last = record.Root
	}
	// A member that recovers its first block from raft does not know the root before it.
	if s.head > 0 && s.head+1 != height || len(previous) > 0 && !bytes.Equal(last, previous) {
		const wrong = "block %d builds on root %x, the state is at %d with root %x"
		return execution.ExecuteResult{}, fmt.Errorf(wrong, height, previous, s.head, last)
	}

	writes := map[string]string{}
	hash := sha256.New()
	hash.Write(last)
	for _, tx := range txs {
		name, value, ok := bytes.Cut(tx, []byte("="))
		if !ok || len(name) == 0 {
			continue
		}
		writes[string(name)] = string(value)
		fmt.Fprintf(hash, "%d:%s", len(tx), tx)
	}
	undo := make(map[string]*string, len(writes))
	for name := range writes {
		before, err := s.get(ctx, name)
		if err != nil {
			return execution.ExecuteResult{}, err
		}
		undo[name] = before
	}
	batch, err := s.db.Batch(ctx)
	if err != nil {
		return execution.ExecuteResult{}, err
	}
	for name, value := range writes {
		if err := batch.Put(ctx, valueKey(name), []byte(value)); err != nil {
			return execution.ExecuteResult{}, err
		}
	}
	root := hash.Sum(nil)
	record, err := json.Marshal(executed{Root: root, Undo: undo})
	if err != nil {
		return execution.ExecuteResult{}, err
	}
	err = errors.Join(batch.Put(ctx, blockKey(height), record), s.commit(ctx, batch, height))
	return execution.ExecuteResult{UpdatedStateRoot: root}, err
}

// Rollback undoes every block above a height.
func (s *State) Rollback(ctx context.Context, height uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rollback(ctx, height)
}

func (s *State) rollback(ctx context.Context, height uint64) error {
	for s.head > height {
		record, err := s.block(ctx, s.head)
		if err != nil {
			return err
		}
		batch, err := s.db.Batch(ctx)
		if err != nil {
			return err
		}
		for name, before := range record.Undo {
			if before == nil {
				err = errors.Join(err, batch.Delete(ctx, valueKey(name)))
			} else {
				err = errors.Join(err, batch.Put(ctx, valueKey(name), []byte(*before)))
			}
		}
		err = errors.Join(err, batch.Delete(ctx, blockKey(s.head)))
		if err := errors.Join(err, s.commit(ctx, batch, s.head-1)); err != nil {
			return fmt.Errorf("undo block %d: %w", s.head, err)
		}
	}
	return nil
}

// GetLatestHeight lets a node replay, or undo, after it was killed between execution and commit.
func (s *State) GetLatestHeight(context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.head, nil
}

// SetFinal has nothing to tidy: every block can be undone.
func (s *State) SetFinal(context.Context, uint64) error { return nil }

// GetExecutionInfo says that there is no gas.
func (s *State) GetExecutionInfo(context.Context) (execution.ExecutionInfo, error) {
	return execution.ExecutionInfo{}, nil
}

// FilterTxs fills a block up to its size and drops what can never be executed.
func (s *State) FilterTxs(
	_ context.Context, txs [][]byte, maxBytes, _ uint64, _ bool,
) ([]execution.FilterStatus, error) {
	statuses := make([]execution.FilterStatus, len(txs))
	var size uint64
	full := false
	for i, tx := range txs {
		length := uint64(len(tx))
		switch {
		case bytes.IndexByte(tx, '=') < 1, maxBytes > 0 && length > maxBytes:
			statuses[i] = execution.FilterRemove
		case full || maxBytes > 0 && size+length > maxBytes:
			statuses[i], full = execution.FilterPostpone, true
		default:
			size += length
		}
	}
	return statuses, nil
}

// GetTxs hands the pool over once: a transaction that the node loses afterwards is lost, none is executed twice.
func (s *State) GetTxs(context.Context) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	txs := s.pool
	s.pool = nil
	return txs, nil
}

// Submit puts a transaction into this member's pool; only a leader's pool is ever read.
func (s *State) Submit(tx []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pool = append(s.pool, tx)
}

// Value returns what the last executed block left at a key, or nil.
func (s *State) Value(ctx context.Context, name string) (*string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.get(ctx, name)
}

func (s *State) get(ctx context.Context, name string) (*string, error) {
	value, err := s.db.Get(ctx, valueKey(name))
	if errors.Is(err, datastore.ErrNotFound) {
		return nil, nil
	}
	text := string(value)
	return &text, err
}

func (s *State) block(ctx context.Context, height uint64) (record executed, err error) {
	value, err := s.db.Get(ctx, blockKey(height))
	if err != nil {
		return record, fmt.Errorf("state at height %d: %w", height, err)
	}
	return record, json.Unmarshal(value, &record)
}

func (s *State) commit(ctx context.Context, batch datastore.Batch, head uint64) error {
	if err := batch.Put(ctx, headKey, fmt.Appendf(nil, "%d", head)); err != nil {
		return err
	}
	if err := batch.Commit(ctx); err != nil {
		return err
	}
	s.head = head
	return nil
}

func blockKey(height uint64) datastore.Key { return datastore.NewKey(fmt.Sprintf("/block/%d", height)) }

// Hex, because a datastore key is a path and would be cleaned.
func valueKey(name string) datastore.Key { return datastore.NewKey(fmt.Sprintf("/value/%x", name)) }
