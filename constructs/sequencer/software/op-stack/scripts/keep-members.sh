#!/bin/sh
# Keeps every member in the raft of an OP Stack sequencer. It runs beside each conductor until that ends ("$1" is its
# process), and acts where that leads: what is new joins as a non-voter, and becomes a voter once it is level. One
# change at a time, and each looks first, so a change that was interrupted goes on. Raft itself refuses what is asked of
# a leader that leads no longer. Nobody is removed here: a member that was removed has files of the raft, and so is not
# new.
#   MEMBERS         "name=address …", in the order of the pods
#   CONDUCTOR_PORT  where the conductor answers
#   ROLE_PORT       where the mesh answers: /up/new-3 is 200 while the conductor of member 3 knows no raft, and
#                   /up/level-3 while it is in the raft and its node is healthy
set -eu
. "$(dirname "$0")/supervise.sh"

suffrage() { # of a member in $servers: 0 votes, 1 does not yet, nothing is no member
  printf '%s\n' "$servers" | tr '{' '\n' | grep -F "\"id\":\"$1\"" | grep -o '"suffrage":[0-9]*' | cut -d: -f2
}

change() { # a method, with a member
  say "$2: $1"
  # The version is what this release says of every configuration. Raft makes one change at a time by itself.
  case $(call "$CONDUCTOR_PORT" "conductor_$1" "\"$2\",\"$3\",0" || :) in
  *'"error"'* | '') say "$2: $1 failed, to be tried again" ;;
  esac
}

while sleep 1 >/dev/null 2>&1 && kill -0 "$1" 2>/dev/null; do
  leads || continue
  servers=$(call "$CONDUCTOR_PORT" conductor_clusterMembership | tr -d ' ') || continue
  case $servers in *'"servers":['*) ;; *) continue ;; esac
  for member in $MEMBERS; do
    name=${member%%=*}
    case $(suffrage "$name") in
    '') up "new-${name##*-}" && change addServerAsNonvoter "$name" "${member#*=}" && break ;;
    1) up "level-${name##*-}" && change addServerAsVoter "$name" "${member#*=}" && break ;;
    esac
  done
done
