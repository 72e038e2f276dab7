#!/bin/sh
# Starts the execution client of an OP Stack member ("$@"), and makes the secret by which op-node signs its calls.
#   JWT    where that is; INIT: what puts the genesis into an empty database, and does nothing to another
set -eu
. "$(dirname "$0")/supervise.sh"

if [ ! -s "$JWT" ]; then
  od -An -tx1 -N32 /dev/urandom | tr -d ' \n' >"$JWT.new"
  mv "$JWT.new" "$JWT"
fi
if [ -n "${INIT:-}" ]; then
  # shellcheck disable=SC2086 # its words
  $INIT || fatal "the genesis does not fit the execution client's data, or its volume is full (see above)"
fi

# op-node starts again with its execution client: one that comes back short of blocks would never get them.
after_start() {
  echo "$1 $(seconds)" >"$RUN_DIR/execution.new"
  mv "$RUN_DIR/execution.new" "$RUN_DIR/execution"
}

# op-node and the conductor need it until they have ended.
before_end() {
  end=$(($(seconds) + 25))
  while { [ -e "$RUN_DIR/running" ] || [ -e "$RUN_DIR/node" ]; } && [ "$(seconds)" -lt "$end" ]; do nap; done
}

supervise "$@"
