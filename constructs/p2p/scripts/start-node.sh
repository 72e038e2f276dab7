#!/bin/sh
# Starts a p2p node: finds the address to announce, puts its bootnodes together, then becomes the node ("$@").
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM # as process 1 it would ignore the signal, and in the foreground answer it only after the wait
./announce-address.sh >"$work/address" &
wait $!
P2P_IP=$(cat "$work/address")
if [ -n "$P2P_IP" ]; then export P2P_IP; else unset P2P_IP; fi
# Known ones first, then those that the gate was answered with, each once.
BOOTSTRAP_NODES=${BOOTSTRAP_NODES:-}
if [ -n "${BOOTNODES_FILE:-}" ]; then
  while read -r enr; do
    case ",$BOOTSTRAP_NODES," in
    *",$enr,"*) ;;
    *) BOOTSTRAP_NODES=${BOOTSTRAP_NODES:+$BOOTSTRAP_NODES,}$enr ;;
    esac
  done <"$BOOTNODES_FILE"
fi
if [ -n "$BOOTSTRAP_NODES" ]; then export BOOTSTRAP_NODES; else unset BOOTSTRAP_NODES; fi
if [ -n "${NETWORK_URLS:-}" ]; then
  NODE_OPTIONS='' node ./network-config.mjs & # without the node's preloads
  wait $!
  # The software adds no bootnodes of the network to those that it is given.
  export NETWORK_CONFIG_LOCATION="$NETWORK_DIR/config.json"
  unset BOOTSTRAP_NODES
fi
if [ -n "${PEER_ID_PRIVATE_KEY_PATH:-}" ] && [ ! -f "$PEER_ID_PRIVATE_KEY_PATH" ]; then
  echo "fatal: no key at $PEER_ID_PRIVATE_KEY_PATH: the Secret ${IDENTITY_SECRET:-} has no entry $POD_NAME." \
    "Add the key that belongs to this replica's ENR, since a generated one has another, and delete this pod." >&2
  exit 1
fi
mkdir -p "$DATA_DIRECTORY" ${CRS_PATH:+"$CRS_PATH"}
rm -rf "$work"
cd /
exec "$@"
