#!/bin/sh
# Starts op-conductor of an OP Stack member: founds its raft where nobody has, and adds what differs from pod to pod to
# the command ("$@").
#   RAFT_DIRECTORY      raft's files are in $RAFT_DIRECTORY/$POD_NAME; an operator who wants the raft founded again, on
#                       a chain that has blocks, puts the file found-again there on every member, within the last hour.
#                       founded-again is there until the next start of one that was
#   HAS_BLOCKS          not empty: the chain has blocks, so members found their raft only where an operator wants it
#   RAFT_PORT           of every member, which listens on $MEMBER_ALIAS<ordinal>; HEADLESS: the pods' domain
#   NODE_PORT, RPC_PORT where op-node and the execution client answer; CONDUCTOR_PORT: where the conductor will
#   MESH_PORT           of the own mesh, whose /healthz is 200 once another member has founded the raft, and 503 before
#   MESH_RAFT_PORT      where the mesh lets raft in, once the own is founded
#   MEMBERS             "name=address …", in the order of the pods
#   ROLE_PORT           where the own mesh says at /up/p2p-1 whether member 1 is there
set -eu
. "$(dirname "$0")/supervise.sh"
raft=$RAFT_DIRECTORY/$POD_NAME

majority() { # of the members are there, founded or not
  seen=1
  for member in $MEMBERS; do
    member=${member%%=*}
    if up "p2p-${member##*-}"; then seen=$((seen + 1)); fi
  done
  # shellcheck disable=SC2086 # its words
  set -- $MEMBERS
  [ "$seen" -gt $(($# / 2)) ]
}

others() { # whether they have founded: yes, no, or nothing while too few are seen to tell
  case $(status_of "http://$POD_IP:$MESH_PORT/healthz") in
  *503*) if majority; then echo no; fi ;;
  *200*) echo yes ;;
  esac
}

# Only a cluster that nobody has founded is founded. Members have one seed, so it does not matter who is first, and one
# that finds the raft founded joins it with nothing: its files would not be those that the others have by now. One that
# is cut off waits: it may be a new member of an old raft.
founded_elsewhere() {
  said=
  since=$(seconds)
  while [ "${said:-}" = "" ] || [ $(($(seconds) - since)) -lt "${SETTLE_SECONDS:-3}" ]; do
    now=$(others)
    if [ "$now" != "$said" ]; then
      said=$now
      since=$(seconds)
    fi
    nap
  done
  [ "$said" = yes ]
}

put_away() { # a raft that is founded again
  [ -e "$again" ] || return 0
  if [ -e "$raft" ]; then
    rm -rf "$raft.old"
    mv "$raft" "$raft.old"
  fi
}

founded() {
  [ ! -e "$again" ] || mv "$again" "$RAFT_DIRECTORY/founded-again"
}

unpack() {
  base64 -d <"$scripts/$1.gz.b64" | gunzip
}

found() {
  if [ -e "$again" ]; then
    # No leader starts by itself then, also not one whose execution client is empty.
    log=raft-log-without-block.db
    block="no block: an operator says where the chain goes on"
  elif [ -n "${HAS_BLOCKS:-}" ]; then
    say "this chain has blocks, so its members found no raft: joining what the others have." \
      "Where no member has a raft: rollup-network sequencer found."
    return
  else
    log=raft-log.db
    block="the genesis block"
    wait_for "$RPC_PORT" "the execution client"
    head=
    until [ -n "$head" ]; do
      head=$(call "$RPC_PORT" eth_blockNumber) || head=
      [ -n "$head" ] || nap
    done
    case $head in
    *'"0x0"'*) ;;
    *)
      say "the raft's files are gone, and the chain has blocks: joining what the others have." \
        "Where no member has a raft: rollup-network sequencer found."
      return
      ;;
    esac
  fi
  if founded_elsewhere; then
    say "another member has founded the raft: joining it"
    put_away
    founded
    return
  fi
  say "founding the raft on $block"
  put_away
  rm -rf "$raft.new"
  mkdir -p "$raft.new"
  unpack "$log" >"$raft.new/raft-log.db"
  unpack raft-stable.db >"$raft.new/raft-stable.db"
  sync
  [ ! -e "$raft" ] || rmdir "$raft" || fatal "$raft holds files of a raft without its log: docs/op-stack.md."
  mv "$raft.new" "$raft"
  founded
}

mkdir -p "$RAFT_DIRECTORY"
again=$RAFT_DIRECTORY/found-again
rm -f "$RAFT_DIRECTORY/founded-again"
if [ -n "$(find "$again" -mmin +60 2>/dev/null)" ]; then
  say "$again is older than an hour: not founding the raft again"
  rm -f "$again"
fi
if [ ! -e "$raft/raft-log.db" ] || [ -e "$again" ]; then found; fi
: >"$RUN_DIR/founded" # from now on the mesh lets raft in
wait_for "$MESH_RAFT_PORT" "the mesh, through which the conductor asks op-node"
wait_for "$NODE_PORT" op-node
wait_for "$RPC_PORT" "the execution client"
: >"$RUN_DIR/running" # mesh, op-node and execution client stay while this exists: a leader hands over through them

after_start() {
  "$scripts/keep-members.sh" "$1" &
}

before_end() {
  hand_over
  end=$(($(seconds) + 5))
  while leads && [ "$(seconds)" -lt "$end" ]; do nap; done
}

code=0
supervise "$@" --consensus.addr="$MEMBER_ALIAS$ordinal" --consensus.advertised="$POD_NAME.$HEADLESS:$RAFT_PORT" \
  --raft.server.id="$POD_NAME" || code=$?
rm -f "$RUN_DIR/running"
exit "$code"
