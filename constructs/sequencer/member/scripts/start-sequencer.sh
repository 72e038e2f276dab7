#!/bin/sh
# Starts a member of a sequencer: puts its configuration in place, adds what differs from pod to pod to the command
# ("$@"), and stays process 1 above the node, so that signals are forwarded, orphans are reaped and a kill drill can
# reach the node.
#   MODE             single, raft or lease
#   DATA_DIRECTORY   ev-node's home: block data, raft state; its config/ is in memory
#   HEADLESS         the pods' domain; PEER_IDS: libp2p peer ids, one per member in the order of the pods
#   P2P_PORT         of every member
#   MEMBER_ALIAS     with a mesh: member i listens on the loopback address $MEMBER_ALIAS<i>
#   RAFT_PORT        of a raft
#   RPC_PORT         of a raft: where ev-node answers once there is a leader, and no longer when it ends
set -eu
cd "$(dirname "$0")"
ordinal=${POD_NAME##*-}
stem=${POD_NAME%-*}
config=$DATA_DIRECTORY/config

fatal() {
  echo "fatal: $*" >&2
  exit 1
}

[ -f "$NODE_KEY" ] || fatal "no key at $NODE_KEY: the Secret $NODE_KEY_SECRET has no entry $POD_NAME." \
  "Make one for every member (rollup-network keys sequencer) and delete this pod."
[ -f "$GENESIS" ] || fatal "no genesis at $GENESIS: the ConfigMap needs the key genesis.json."
if [ -n "${PASSPHRASE_FILE:-}" ]; then
  for file in "$PASSPHRASE_FILE" "${PASSPHRASE_FILE%/*}/signer.json"; do
    [ -f "$file" ] || fatal "no $file: the signer's Secret needs the keys signer.json and passphrase."
  done
fi

# Membership is static: raft remembers the members it was founded with, and none can be added or removed.
members=$(printf '%s\n' "$PEER_IDS" | wc -w | tr -d ' ')
founded=$DATA_DIRECTORY/members
if [ "$MODE" != raft ] && [ -f "$founded" ]; then
  fatal "this volume is a member's of a raft of $(cat "$founded"), whose others could go on signing without it:" \
    "it does not start as $MODE." \
    "How a chain leaves its raft: docs/runbooks/member-count.md."
fi
if [ "$MODE" = raft ] && [ -f "$founded" ] && [ "$(cat "$founded")" != "$members" ]; then
  fatal "this raft was founded with $(cat "$founded") members and cannot become one of $members: put the number back." \
    "How to get to another number: docs/runbooks/member-count.md."
fi

listens() { # ports are in hexadecimal there, and 0A is listening
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ":$(printf %04X "$1") [0-9A-F]*:0000 0A"
}

# ev-node ends at once where its execution client does not listen yet.
if [ -n "${ENGINE_PORT:-}" ]; then
  trap 'exit 143' TERM INT # process 1 ignores what it does not handle
  waited=0
  until listens "$ENGINE_PORT"; do
    [ "$waited" -lt "${ENGINE_WAIT_SECONDS:-120}" ] ||
      fatal "nothing listens on port $ENGINE_PORT after ${waited}s: see the log of container execution."
    [ "$waited" -gt 0 ] || echo "waiting for the execution client on port $ENGINE_PORT" >&2
    sleep 1
    waited=$((waited + 1))
  done
fi

rm -f "$config"/* # copies are as read-only as what they are of, and outlive a restart of the container
cp evnode.yaml "$config/evnode.yaml"
if [ -n "${DA_TOKEN_FILE:-}" ]; then
  token=$(cat "$DA_TOKEN_FILE")
  case $token in '' | *[!A-Za-z0-9._~+/=-]*) fatal "$DA_TOKEN_FILE is empty, or holds what no token is made of." ;; esac
  sed "s|^da:\$|da:\\n  auth_token: $token|" evnode.yaml >"$config/token.yaml"
  mv -f "$config/token.yaml" "$config/evnode.yaml"
fi
cp "$GENESIS" "$config/genesis.json"
cp "$NODE_KEY" "$config/node_key.json"

peers=
voters=
i=0
for id in $PEER_IDS; do
  if [ "$i" != "$ordinal" ]; then
    host=$stem-$i.$HEADLESS
    peers=$peers,/dns4/$host/tcp/$P2P_PORT/p2p/$id
    [ "$MODE" != raft ] || voters=$voters,$stem-$i@$host:$RAFT_PORT
  fi
  i=$((i + 1))
done
listen=0.0.0.0
[ -z "${MEMBER_ALIAS:-}" ] || listen=$MEMBER_ALIAS$ordinal # the mesh brings peers to it
set -- "$@" --home "$DATA_DIRECTORY" \
  --evnode.p2p.listen_address="/ip4/$listen/tcp/$P2P_PORT" --evnode.p2p.peers="${peers#,}" \
  ${PASSPHRASE_FILE:+--evnode.signer.passphrase_file="$PASSPHRASE_FILE"}
if [ "$MODE" = raft ]; then
  set -- "$@" --evnode.raft.node_id="$POD_NAME" --evnode.raft.raft_addr="$POD_NAME.$HEADLESS:$RAFT_PORT" \
    --evnode.raft.peers="${voters#,}"
fi

scripts=$PWD
# A member that is asked for its vote before it has founded its raft can never found it: ev-node then ends with
# "bootstrap only works on new clusters" at every start. So the mesh lets nobody in before the raft's own files name the
# members.
open_raft() {
  until [ -f "$founded" ] || grep -qs "$POD_NAME.$HEADLESS" raft/raft-log.db raft/snapshots/*/meta.json; do
    sleep 0.1
  done
  if [ ! -f "$founded" ]; then
    echo "$members" >"$founded.new"
    mv "$founded.new" "$founded"
  fi
  : >"$RUN_DIR/founded"
}

# A deposed leader ends, and closes its RPC first. Its raft library can wait for ever before the end, for a follower
# that fell silent and then answers as one of a newer term (hashicorp/raft 1.7.3, in pipelineReplicate): the others go
# on, and have no spare. A promotion closes RPC, too: for a second, and for half a minute where the follower's last call
# of a DA stays without an answer. A node that waits for its first leader has not opened it.
end_if_hung() { # a node's process id
  opened=
  closed_at=
  while sleep 1 >/dev/null 2>&1 && kill -0 "$1" 2>/dev/null; do
    if listens "$RPC_PORT"; then
      opened=yes
      closed_at=
    elif [ -n "$opened" ]; then
      closed_at=${closed_at:-$(seconds)}
      [ $(($(seconds) - closed_at)) -ge "${HUNG_SECONDS:-60}" ] || continue
      echo "the node has closed its RPC for ${HUNG_SECONDS:-60}s and not ended: killing it" >&2
      kill -KILL "$1"
      return # it is there, as a zombie, until it is waited for
    fi
  done
}

: >"$RUN_DIR/running" # the mesh stays while this exists: a leader hands over through it
cd "$DATA_DIRECTORY"
[ "$MODE" != lease ] || exec "$scripts/follow-lease.sh" "$@"
[ "$MODE" != raft ] || open_raft &

# A deposed leader's process ends by itself, and may do so often: it is started again at once, not after the kubelet's
# growing delays. A node that cannot live is left to the kubelet, which shows it.
node=
stopping=
trap 'stopping=yes; [ -z "$node" ] || kill -TERM "$node" 2>/dev/null || :' TERM INT
seconds() {
  read -r uptime _ </proc/uptime
  echo "${uptime%.*}"
}
deaths=0
while :; do
  began=$(seconds)
  "$@" &
  node=$!
  [ -z "$stopping" ] || kill -TERM "$node"
  watcher=
  if [ "$MODE" = raft ]; then
    end_if_hung "$node" &
    watcher=$!
  fi
  while :; do
    code=0
    wait "$node" || code=$?
    kill -0 "$node" 2>/dev/null || break # a trap ends the wait early
  done
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || :
  [ -z "$stopping" ] || break
  if [ $(($(seconds) - began)) -lt 30 ]; then deaths=$((deaths + 1)); else deaths=1; fi
  [ "$deaths" -lt 5 ] || break
  echo "the node ended with $code: starting it again" >&2
  [ "$deaths" -lt 2 ] || sleep $((deaths * ${RESTART_PAUSE_SECONDS:-1}))
done
rm -f "$RUN_DIR/running"
[ "$code" -eq 0 ] || echo "the node ended with $code" >&2
exit "$code"
