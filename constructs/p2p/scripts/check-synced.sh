#!/bin/sh
# Ready when the node says that its world state is synchronized.
set -eu
request='{"jsonrpc":"2.0","id":1,"method":"node_getWorldStateSyncStatus","params":[]}'
curl -fsS --max-time "${READY_TIMEOUT_SECONDS:-2}" -H 'content-type: application/json' -d "$request" \
  "http://127.0.0.1:$AZTEC_PORT/" |
  grep -Eq '"treesAreSynched":[[:space:]]*true'
