#!/bin/sh
# Ready when the node says that its world state is synchronized. $1: the JSON-RPC method that says it.
set -eu
request='{"jsonrpc":"2.0","id":1,"method":"'$1'","params":[]}'
answer=$(
  curl -fsS --max-time "${READY_TIMEOUT_SECONDS:-2}" -w '\n%{http_code}' \
    -H 'content-type: application/json' -d "$request" "http://127.0.0.1:$AZTEC_PORT/"
) || {
  # In standby the node serves its status alone.
  case $answer in *404) echo "standby: the node waits until a rollup of its release is canonical" >&2 ;; esac
  exit 1
}
printf '%s\n' "$answer" | grep -Eq '"treesAreSynched":[[:space:]]*true' || {
  echo "syncing: the world state is not synchronized" >&2
  exit 1
}
