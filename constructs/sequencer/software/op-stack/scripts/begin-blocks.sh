#!/bin/sh
# Has op-node of a single OP Stack sequencer make blocks. It runs beside it until that ends ("$1" is its process). An
# execution client that is new, or came back short of blocks, first gets those that are on L1: op-node would make them
# again, with other hashes, and L1 would undo that later.
#   NODE_PORT     where op-node answers; L1_PORT: where L1 does, of which op-node learns 12 s later
#   NEWEST_BLOCK  file with the number of the newest block that was seen. It is on another volume than the blocks
set -eu
. "$(dirname "$0")/supervise.sh"
newest=$(cat "$NEWEST_BLOCK" 2>/dev/null || :)
case $newest in *[!0-9]*) newest= ;; esac

tell() { # what differs from the last time
  [ "$*" = "${told:-}" ] || say "$*"
  told=$*
}

look() { # at what op-node has and has read
  sync=$(call "$NODE_PORT" optimism_syncStatus) || return 1
  sync=$(printf %s "$sync" | tr -d ' ')
  head=$(of unsafe_l2 number)
  hash=$(of unsafe_l2 hash)
  # Until it knows its newest block, op-node names one of zeros.
  case $hash in '' | 0x00000000*) return 1 ;; esac
}

of() { # a block in $sync: a field of it
  printf '%s\n' "$sync" | grep -o "\"$1\":{[^{}]*" | grep -o "\"$2\":[^,]*" | cut -d: -f2 | tr -d '"'
}

# Which has read L1 as far as it goes is idle there: what it read last may not be in its blocks yet.
goal=
idle=0
before=
read_l1() {
  at=$(of current_l1 number)
  [ -n "$at" ] || return 1
  if [ -z "$goal" ]; then
    if ! goal=$(call "$L1_PORT" eth_blockNumber | grep -o '0x[0-9a-f]*'); then
      tell "L1 does not say how far it goes"
      return 1
    fi
    goal=$(printf %d "$goal")
    say "the newest block is $head, and ${newest:-none} was seen before: reading L1 first, up to its block $goal"
  fi
  if [ "$at" -lt "$goal" ] || [ "$head" != "$before" ]; then idle=0; else idle=$((idle + 1)); fi
  before=$head
  [ $(($(seconds) % 10)) -ne 0 ] || say "reading L1: block $at of $goal"
  [ "$idle" -ge "${IDLE_LOOKS:-3}" ]
}

begin() {
  look || return 1
  if [ -z "$newest" ] || [ "$head" -lt "$newest" ]; then read_l1 || return 1; fi
  answer=$(call "$NODE_PORT" admin_startSequencer "\"$hash\"" || :)
  case $answer in
  *'already running'*) ;; # a start whose answer came too late
  *'"error"'* | '')
    tell "op-node does not start to make blocks: ${answer:-no answer}"
    return 1
    ;;
  esac
  say "making blocks on block $head"
  # It wakes op-node, as wake.lua does.
  call "$NODE_PORT" optimism_outputAtBlock '"0x7fffffffffffffff"' >/dev/null || :
}

remember() {
  echo "$head" >"$NEWEST_BLOCK.new"
  mv "$NEWEST_BLOCK.new" "$NEWEST_BLOCK"
}

until begin; do
  sleep "${LOOK_SECONDS:-1}"
  kill -0 "$1" 2>/dev/null || exit 0
done
if [ -n "$newest" ] && [ "$head" -lt "$newest" ]; then
  say "blocks $((head + 1)) to $newest are lost: the execution client came back without them, and L1 has none"
fi
remember
kept=$head
# Never a lower one: that is of an execution client that has just come back short, and op-node starts again with it.
while sleep 1 >/dev/null 2>&1 && kill -0 "$1" 2>/dev/null; do
  look && [ "$head" -gt "$kept" ] || continue
  remember
  kept=$head
done
