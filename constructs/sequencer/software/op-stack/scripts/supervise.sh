# Sourced by the start scripts of an OP Stack member. Each stays process 1 above its program, so that signals are
# forwarded, orphans are reaped and a kill drill can reach the program.
scripts=$(cd "$(dirname "$0")" && pwd)
ordinal=${POD_NAME##*-}
stem=${POD_NAME%-*}

say() {
  echo "start: $*" >&2
}

fatal() {
  say "fatal: $*"
  exit 1
}

seconds() { # whole seconds on a clock that nobody sets
  read -r uptime _ </proc/uptime
  echo "${uptime%.*}"
}

listens() { # ports are in hexadecimal there, and 0A is listening
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ":$(printf %04X "$1") [0-9A-F]*:0000 0A"
}

nap() {
  sleep 0.1 2>/dev/null || sleep 1
}

# Upstream's images have one of the two, curl or busybox' wget.
call() { # at a port of this pod, a method with its argument in JSON, if any
  type='content-type: application/json'
  body="{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$2\",\"params\":[${3:-}]}"
  if command -v curl >/dev/null; then
    curl -sf --max-time 2 -H "$type" -d "$body" "http://127.0.0.1:$1/"
  else
    wget -q -T 2 -O - --header "$type" --post-data "$body" "http://127.0.0.1:$1/" 2>/dev/null
  fi
}

status_of() { # of a GET
  if command -v curl >/dev/null; then
    curl -s -o /dev/null -w '%{http_code}' --max-time 1 "$1" || :
  else
    wget -S -q -T 1 -O /dev/null "$1" 2>&1 || :
  fi
}

up() { # whether the own mesh has a backend up
  case $(status_of "http://127.0.0.1:$ROLE_PORT/up/$1") in *200*) ;; *) return 1 ;; esac
}

leads() {
  case $(call "$CONDUCTOR_PORT" conductor_leader || :) in *true*) ;; *) return 1 ;; esac
}

# Process 1 ignores what it does not handle.
trap 'exit 143' TERM INT

wait_for() { # a port of this pod, and who listens there
  listens "$1" || say "waiting for $2 on port $1"
  until listens "$1"; do nap; done
}

# Before a program is told to end.
before_end() { :; }
# After each start, with its process id.
after_start() { :; }

# A program that ends is started again at once, not after the kubelet's growing delays. One that cannot live is left to
# the kubelet, which shows it.
supervise() {
  child=
  stopping=
  trap 'stopping=yes' TERM INT
  deaths=0
  while :; do
    began=$(seconds)
    "$@" &
    child=$!
    after_start "$child"
    code=
    while [ -z "$code" ]; do
      if [ "$stopping" = yes ]; then
        stopping=told
        before_end
        kill -TERM "$child" 2>/dev/null || :
      fi
      code=0
      wait "$child" || code=$?
      if kill -0 "$child" 2>/dev/null; then code=; fi # a trap ends the wait early
    done
    [ -z "$stopping" ] || break
    if [ $(($(seconds) - began)) -lt 30 ]; then deaths=$((deaths + 1)); else deaths=1; fi
    [ "$deaths" -lt 5 ] || break
    say "$1 ended with $code: starting it again"
    [ "$deaths" -lt 2 ] || sleep $((deaths * ${RESTART_PAUSE_SECONDS:-1}))
  done
  [ "$code" -eq 0 ] || say "$1 ended with $code"
  return "$code"
}
