#!/bin/sh
# Starts op-conductor ("$@") of a chain of the superchain registry once its execution client has a block: such a chain
# has some, so its raft is never founded on the genesis block. A member that has a raft does not wait, and neither does
# one that an operator has told to found it.
#   RAFT_DIRECTORY, RPC_PORT    as in start-conductor.sh
set -eu
. "$(dirname "$0")/supervise.sh"

told=
while [ ! -e "$RAFT_DIRECTORY/$POD_NAME/raft-log.db" ] && [ ! -e "$RAFT_DIRECTORY/found-again" ]; do
  case $(call "$RPC_PORT" eth_blockNumber || :) in
  *'"0x0"'*)
    [ -n "$told" ] || say "the execution client has no block: waiting for data of the chain, or for blocks from L1"
    told=yes
    ;;
  *'"0x'*) break ;;
  esac
  sleep "${LOOK_SECONDS:-1}"
done
exec "$scripts/start-conductor.sh" "$@"
