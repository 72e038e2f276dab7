#!/bin/sh
# Compares what the values say of a chain of the superchain registry with what op-node ("$1") knows of it, as synthesis
# does with a rollup.json. Then op-node is started.
#   NETWORK        name of the chain
#   BLOCK_MS       time between its blocks, in the values
# It tells start-op-node.sh the SYSTEM_CONFIG, where L1 says whose the sequencer's key has to be.
set -eu
. "$(dirname "$0")/supervise.sh"

field() { # of $rollup, one a line
  printf '%s\n' "$rollup" | grep "\"$1\": " | tr -d ' ",' | cut -d: -f2
}

rollup=$("$1" networks dump-rollup-config --network="$NETWORK") ||
  fatal "this op-node does not know the chain $NETWORK (see above). Correct network in the values, use a newer image," \
    "or give rollup.json and genesis.json."
between=$(field block_time)
say "$NETWORK is chain $(field l2_chain_id) on L1 $(field l1_chain_id), with a block every $between s"
[ "${between}000" = "$BLOCK_MS" ] || fatal "$NETWORK has a block every $between s, and blockTime is $BLOCK_MS ms:" \
  "members would be found unhealthy too soon, or too late. Use ${between}s."
SYSTEM_CONFIG=$(field l1_system_config_address)
export SYSTEM_CONFIG
exec "$scripts/start-op-node.sh" "$@"
