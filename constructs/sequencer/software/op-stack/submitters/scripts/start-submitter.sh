#!/bin/sh
# Starts op-batcher or op-proposer ("$@"), which take the key that signs their transactions from a variable alone.
#   KEY_FILE       64 hex digits; without it a remote signer has the key
#   KEY_VARIABLE   the variable
set -eu

if [ -n "${KEY_FILE:-}" ]; then
  if [ ! -s "$KEY_FILE" ]; then
    echo "start: fatal: no key at $KEY_FILE: its Secret lacks the entry, or it is empty." >&2
    exit 1
  fi
  export "$KEY_VARIABLE=$(cat "$KEY_FILE")"
fi
exec "$@"
