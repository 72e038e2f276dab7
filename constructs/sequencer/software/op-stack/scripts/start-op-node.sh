#!/bin/sh
# Starts op-node of an OP Stack member: adds what differs from pod to pod to the command ("$@").
#   JWT, ENGINE_PORT    of the execution client; SEQUENCER_KEY: file with the key that signs gossiped blocks
#   NODE_KEY            file with this member's p2p key; PEER_IDS: of all members, in the order of the pods
#   NODE_PORT           where op-node answers
#   CONDUCTOR_PORT      where the conductor answers, which decides when op-node makes blocks
#   NEWEST_BLOCK        of a single sequencer, in place of that: as in begin-blocks.sh
#   SIGNER_ADDRESS      of the sequencer's key, if it is known; SYSTEM_CONFIG, L1_PORT: where L1 says whose it has to be
#   P2P_PORT            of every member, which listens on $MEMBER_ALIAS<ordinal>: the mesh brings peers to it
set -eu
. "$(dirname "$0")/supervise.sh"

[ -s "$NODE_KEY" ] || fatal "no key at $NODE_KEY: the Secret $NODE_KEY_SECRET has no entry $POD_NAME." \
  "Make one for every member and delete this pod."
[ -s "$SEQUENCER_KEY" ] || fatal "no $SEQUENCER_KEY: the signer's Secret needs the key sequencer.key."
OP_NODE_P2P_SEQUENCER_KEY=$(cat "$SEQUENCER_KEY")
export OP_NODE_P2P_SEQUENCER_KEY

peers=
i=0
for id in $PEER_IDS; do
  [ "$i" = "$ordinal" ] || peers=$peers,/ip4/$MEMBER_ALIAS$i/tcp/$P2P_PORT/p2p/$id
  i=$((i + 1))
done

wait_for "$ENGINE_PORT" "the execution client"
until [ -s "$JWT" ]; do nap; done

# Followers drop every block that another key has signed, and no log says so: such a member does not start. op-node
# reads the same slot, keccak256("systemconfig.unsafeblocksigner") - 1.
SIGNER_SLOT=0x65a7ed542fb37fe237fdfbdd70b31598523fe5b32879e307bae27a0bd9581c08

lower() { # an address without 0x
  printf %s "${1#0x}" | tr A-F a-f
}

signer_of_l1() {
  call "$L1_PORT" eth_getStorageAt "\"$SYSTEM_CONFIG\",\"$SIGNER_SLOT\",\"latest\"" |
    grep -o '"result": *"0x[0-9a-fA-F]*"' | grep -o '[0-9a-fA-F]\{40\}"' | tr -d '"'
}

check_signer() {
  own=$(lower "$SIGNER_ADDRESS")
  end=$(($(seconds) + ${L1_SECONDS:-30}))
  while :; do
    signer=$(lower "$(signer_of_l1 || :)")
    [ "$signer" != "$own" ] || return 0
    if [ -n "$signer" ]; then
      fatal "the sequencer's key is of 0x$own, and $SYSTEM_CONFIG on L1 names 0x$signer as unsafeBlockSigner:" \
        "followers would drop every block. Put the right key and its address in place, or change the L1."
    fi
    if [ "$(seconds)" -ge "$end" ]; then
      say "L1 does not say who signs blocks: not compared with 0x$own"
      return 0
    fi
    nap
  done
}
[ -z "${SIGNER_ADDRESS:-}" ] || check_signer

# op-node looks for lost peers once a minute, and blocks reach nobody meanwhile. A leader that is lost then takes them
# along, and the raft, which has stored the newest one, lets no other start.
keep_peers() { # op-node's process id
  [ -n "$peers" ] || return 0
  others=$(echo "$peers" | tr -d -c , | wc -c)
  while sleep 1 >/dev/null 2>&1 && kill -0 "$1" 2>/dev/null; do
    connected=$(call "$NODE_PORT" opp2p_peerStats | grep -o '"connected": *[0-9]*' | grep -o '[0-9]*$') || continue
    [ "$connected" -lt "$others" ] || continue
    for peer in $(echo "$peers" | tr , ' '); do call "$NODE_PORT" opp2p_connectPeer "\"$peer\"" >/dev/null || :; done
  done
}

after_start() {
  : >"$RUN_DIR/node"
  seen=$(cat "$RUN_DIR/execution" 2>/dev/null || :)
  follow_execution "$1" "$seen" &
  keep_peers "$1" &
  if [ -n "${NEWEST_BLOCK:-}" ]; then "$scripts/begin-blocks.sh" "$1" & fi
}

follow_execution() { # op-node's process id, and the execution client that it began with
  while sleep 1 >/dev/null 2>&1 && kill -0 "$1" 2>/dev/null; do
    [ "$(cat "$RUN_DIR/execution" 2>/dev/null || :)" != "$2" ] || continue
    say "the execution client has started again: so does op-node"
    kill -TERM "$1"
    return
  done
}

# The conductor asks op-node once a second. One that is back sooner does not sequence any more, and the conductor sees
# old blocks alone, seconds later.
after_end() {
  [ -z "${CONDUCTOR_PORT:-}" ] || hand_over
}

# The conductor hands over first.
before_end() {
  end=$(($(seconds) + 10))
  while [ -e "$RUN_DIR/running" ] && [ "$(seconds)" -lt "$end" ]; do nap; done
}

code=0
supervise "$@" --p2p.listen.ip="$MEMBER_ALIAS$ordinal" --p2p.priv.path="$NODE_KEY" --p2p.static="${peers#,}" || code=$?
rm -f "$RUN_DIR/node"
exit "$code"
