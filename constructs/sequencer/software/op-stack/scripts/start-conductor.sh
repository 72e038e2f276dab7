#!/bin/sh
# Starts op-conductor of an OP Stack member: founds its raft where nobody has, and adds what differs from pod to pod to
# the command ("$@").
#   RAFT_DIRECTORY      raft's files are in $RAFT_DIRECTORY/$POD_NAME
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

found() {
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
      "Where no member has a raft: docs/op-stack.md."
    return
    ;;
  esac
  if founded_elsewhere; then
    say "another member has founded the raft: joining it"
    return
  fi
  say "founding the raft on the genesis block"
  rm -rf "$raft.new"
  mkdir -p "$raft.new"
  for file in raft-log.db raft-stable.db; do
    base64 -d <"$scripts/$file.gz.b64" | gunzip >"$raft.new/$file"
  done
  sync
  [ ! -e "$raft" ] || rmdir "$raft" || fatal "$raft holds files of a raft without its log: docs/op-stack.md."
  mv "$raft.new" "$raft"
}

mkdir -p "$RAFT_DIRECTORY"
[ -e "$raft/raft-log.db" ] || found
: >"$RUN_DIR/founded" # from now on the mesh lets raft in
wait_for "$MESH_RAFT_PORT" "the mesh, through which the conductor asks op-node"
wait_for "$NODE_PORT" op-node
wait_for "$RPC_PORT" "the execution client"
: >"$RUN_DIR/running" # mesh, op-node and execution client stay while this exists: a leader hands over through them

after_start() {
  "$scripts/keep-members.sh" "$1" &
}

before_end() {
  leads || return 0
  say "handing leadership over"
  call "$CONDUCTOR_PORT" conductor_transferLeader >/dev/null || :
  end=$(($(seconds) + 5))
  while leads && [ "$(seconds)" -lt "$end" ]; do nap; done
}

code=0
supervise "$@" --consensus.addr="$MEMBER_ALIAS$ordinal" --consensus.advertised="$POD_NAME.$HEADLESS:$RAFT_PORT" \
  --raft.server.id="$POD_NAME" || code=$?
rm -f "$RUN_DIR/running"
exit "$code"
