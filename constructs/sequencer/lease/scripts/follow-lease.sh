#!/bin/sh
# Process 1 of a Lease member. Runs "$@", the node's start command without its role, as its child: the aggregator while
# the agent beside it says so, else a follower. It is the dead man's switch too: without a fresher deadline the
# aggregator ends, agent or not.
#   $RUN_DIR/role   from the agent: `active <stop at> <kill at> <token>` or `standby`
#   $RUN_DIR/level  from the agent: the token that was taken with a node level with its peers;
#                   with another one it catches up first
#   $RUN_DIR/anew   from the agent, empty: the follower is to be started again
#   $RUN_DIR/between  from the agent, empty: an aggregator that is to end is between two blocks
#   $RUN_DIR/node   from here: `active|standby|stopped <pid> <token>`, with the last token that was obeyed
#   $RUN_DIR/alive  a FIFO that every process of this container holds open, by which the agent sees that none is left
# Times are hundredths of a second of /proc/uptime, the one clock that both containers share and nobody sets.
set -eu
run=${RUN_DIR:-/run/sequencer}
catchup=${CATCHUP_TIMEOUT:-2s}                    # ev-node's: how long a new aggregator waits for blocks of its peers
stop_timeout=$((${STOP_TIMEOUT:-20} * 100))       # of the node on TERM, seconds; ev-node gives up after 10 s itself
restart_pause=$((${RESTART_PAUSE:-1} * 100))      # seconds after the first quick death, doubled by each further one
quick=1000                                        # a node that ran for less than 10 s died quickly
child= ending=
ran=0                                             # the last token obeyed; none is obeyed twice

fatal() {
  echo "fatal: $*" >&2
  exit 1
}

say() { echo "follow-lease: $*" >&2; }
pause() { sleep 0.1; }
is_number() { case $1 in '' | *[!0-9]*) return 1 ;; esac }
alive() { kill -0 "$child" 2>/dev/null; }
trap 'ending=yes' TERM INT

clock() {
  read -r now _ </proc/uptime
  now=${now%.*}${now#*.}
}

report() {
  echo "$1 $2 $ran" >"$run/node.new"
  mv -f "$run/node.new" "$run/node"
}

line_of() {
  line=
  { read -r line <"$1"; } 2>/dev/null || :
}

read_role() {
  role=standby stop_at=0 kill_at=0 token=0
  line_of "$run/role"
  # Left by an agent before this start, perhaps before a reboot, when the clock was another: a living agent soon writes
  # anew.
  [ "$line" != "$stale" ] || return 0
  # shellcheck disable=SC2086
  set -- $line
  [ $# -eq 4 ] && [ "$1" = active ] && is_number "$2" && is_number "$3" && is_number "$4" || return 0
  # No Lease lasts a minute: a deadline beyond comes from another clock, and would never end the node.
  [ "$3" -lt $((now + 6000)) ] || return 0
  role=active stop_at=$2 kill_at=$3 token=$4
}

may_lead() { [ "$role" = active ] && [ "$token" -gt "$ran" ] && [ "$now" -lt "$stop_at" ]; }
holds() { [ "$role" = active ] && [ "$token" = "$ran" ] && [ "$now" -lt "$stop_at" ]; }

# A session of its own, so that whatever the command starts can be ended with it.
start() {
  setsid "$@" &
  child=$!
  clock
  started=$now
}

# ev-node finishes a block in which it is told to end, and sends it to nobody. So the agent says when there is none.
await_pause() {
  last=$((now + 120))
  while alive && [ ! -e "$run/between" ] && [ "$now" -lt "$last" ] && [ "$now" -lt "$stop_by" ]; do
    sleep 0.01
    clock
    read_role
    ! holds || stop_by=$stop_at kill_by=$kill_at
  done
}

# TERM, and KILL at the time given; an aggregator's KILL comes at its deadline, which moves while the agent still
# renews.
stop() {
  last=$1
  kill -s TERM "$child" 2>/dev/null || :
  while alive; do
    clock
    read_role
    if [ -n "$kill_by" ] && [ "$role" = active ] && [ "$token" = "$ran" ]; then kill_by=$kill_at; fi
    if [ "$now" -ge "$last" ] || { [ -n "$kill_by" ] && [ "$now" -ge "$kill_by" ]; }; then
      say "the node did not end on TERM: KILL"
      break
    fi
    pause
  done
  sweep
}

# Returns when nothing of the child runs any more: what cannot be killed is still running.
sweep() {
  kill -s KILL -- "-$child" "$child" 2>/dev/null || :
  while alive; do pause; done
}

quit() {
  clock
  [ -z "$kill_by" ] || await_pause
  stop $((now + stop_timeout))
  report stopped "$child"
  rm -f "$run/running"
  say "stopped"
  exit 0
}

# After the node ended by itself: the agent sees "stopped" and gives the Lease back.
died() {
  status=0
  wait "$child" || status=$?
  sweep
  report stopped "$child"
  clock
  if [ $((now - started)) -lt "$quick" ]; then deaths=$((deaths + 1)); else deaths=0; fi
  say "the $1 ended with $status after $(((now - started) / 100)) s"
  [ "$deaths" -lt 5 ] ||
    fatal "the node ended within $((quick / 100)) s five times in a row: its own log above says why."
  until=$((now + 500))
  while [ "$1" = aggregator ] && [ "$role" = active ] && [ "$token" = "$ran" ] && [ "$now" -lt "$until" ]; do
    [ -z "$ending" ] || quit
    pause
    clock
    read_role
  done
  [ "$deaths" -gt 0 ] || return 0
  until=$((now + (restart_pause << (deaths - 1))))
  while [ "$now" -lt "$until" ]; do
    [ -z "$ending" ] || quit
    pause
    clock
  done
}

follow() {
  kill_by=
  rm -f "$run/anew"
  start "$@" --evnode.node.aggregator=false
  report standby "$child"
  while alive; do
    [ -z "$ending" ] || quit
    clock
    read_role
    if may_lead; then
      stop $((now + 500)) # it holds nothing that needs longer, and the chain waits
      return 0
    fi
    if [ -e "$run/anew" ]; then
      say "the follower gets blocks from the DA alone: it is started again"
      stop $((now + 500))
      return 0
    fi
    pause
  done
  died follower
}

lead() {
  clock
  read_role
  may_lead || return 0
  ran=$token
  # First said, then asked again: the agent withdraws the role before it looks here, so one of the two sees the other.
  report active 0
  clock
  read_role
  if ! holds; then
    report stopped 0
    return 0
  fi
  stop_by=$stop_at kill_by=$kill_at
  rm -f "$run/between"
  line_of "$run/level"
  if [ "$line" = "$ran" ]; then
    # Without peers to ask, since ev-node would wait up to half a minute for headers of one that is gone; the follower
    # dials it.
    start "$@" --evnode.node.aggregator=true --evnode.p2p.peers=
  else
    start "$@" --evnode.node.aggregator=true --evnode.node.catchup_timeout="$catchup"
  fi
  report active "$child"
  say "aggregator with token $ran"
  while alive; do
    [ -z "$ending" ] || quit
    clock
    read_role
    if ! holds; then
      say "token $ran is over: $([ "$role" = active ] && echo "its deadline passed" || echo "the agent withdrew it")"
      await_pause
      stop $((now + stop_timeout))
      report stopped "$child"
      return 0
    fi
    stop_by=$stop_at kill_by=$kill_at
    pause
  done
  died aggregator
}

command -v setsid >/dev/null || fatal "the image has no setsid: use one with busybox or util-linux."
! grep -q ' /proc/uptime ' /proc/mounts ||
  fatal "/proc/uptime is this container's own (lxcfs), so deadlines mean nothing here: turn that off."
[ -p "$run/alive" ] || mkfifo -m 666 "$run/alive" ||
  fatal "cannot make $run/alive: mount an emptyDir at $run that this user may write to."
exec 9<>"$run/alive"

# What ran before in this pod is gone with its container; its token is kept, so that it is not obeyed again.
line_of "$run/node"
! is_number "${line##* }" || ran=${line##* }
report stopped 0
line_of "$run/role"
stale=$line

deaths=0
while :; do
  follow "$@"
  [ -z "$ending" ] || quit
  lead "$@"
  [ -z "$ending" ] || quit
done
