#!/bin/sh
# Process 1 of the mesh: runs HAProxy, reloads it when the certificate in MESH_TLS_DIR changes (no such variable: no
# TLS), and outlives the node on shutdown, which hands leadership over through the mesh: until $RUN_DIR/running is gone,
# MESH_LINGER_SECONDS at most. With MESH_RAFT set, raft is let in once the node has founded it ($RUN_DIR/founded): a
# member that is asked for its vote before never can.
set -eu
config=${MESH_CONFIG:-/scripts/haproxy.cfg}
tls=${MESH_TLS_DIR:-}
interval=${CERT_CHECK_SECONDS:-10}
patience=${CERT_WAIT_SECONDS:-60}
linger=${MESH_LINGER_SECONDS:-25}
ORDINAL=${POD_NAME##*-}
export ORDINAL
haproxy=
watcher=

log() {
  echo "mesh: $*" >&2
}

uptime() { # whole seconds on a clock that nobody sets
  read -r seconds _ </proc/uptime
  echo "${seconds%.*}"
}

nap() {
  sleep 0.2 2>/dev/null || sleep 1
}

stop() {
  trap '' TERM INT
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || :
  end=$(($(uptime) + linger))
  if [ -e "$RUN_DIR/running" ]; then log "the node still runs: going on for ${linger}s at most"; fi
  while [ -e "$RUN_DIR/running" ] && [ "$(uptime)" -lt "$end" ]; do nap; done
  if [ -n "$haproxy" ]; then
    kill "$haproxy" 2>/dev/null || :
    wait "$haproxy" || :
  fi
  log stopped
  exit 0
}

missing() { # the certificate files that are not there
  for file in tls.crt tls.key ca.crt; do
    [ -s "$tls/$file" ] || printf ' %s' "$file"
  done
}

fingerprint() { # the files themselves: images differ in the programs that shorten them
  cat "$tls/tls.crt" "$tls/tls.key" "$tls/ca.crt" 2>&1
}

watch() {
  seen=$1
  while sleep "$interval"; do
    now=$(fingerprint)
    [ "$now" != "$seen" ] || continue
    seen=$now
    if why=$(haproxy -c -f "$config" 2>&1); then
      log "certificate changed: reloading"
      kill -USR2 "$haproxy"
    else
      log "certificate changed and is refused, the one before stays in use; put the Secret right." \
        "$(printf '%s\n' "$why" | grep -m 1 ALERT)"
    fi
  done
}

trap stop TERM INT

if [ -n "$tls" ]; then
  end=$(($(uptime) + patience))
  [ -z "$(missing)" ] ||
    log "waiting ${patience}s for$(missing) in $tls:" \
      "the Secret of the mesh certificate needs tls.crt, tls.key and ca.crt"
  while [ -n "$(missing)" ]; do
    if [ "$(uptime)" -ge "$end" ]; then
      log "fatal: no$(missing) in $tls after ${patience}s: put it into the Secret of the mesh certificate"
      exit 1
    fi
    nap
  done
  seen=$(fingerprint) # before HAProxy reads it, so that no change falls between
fi

start() {
  haproxy -W -f "$config" &
  haproxy=$!
}

RAFT_IN=open
if [ -n "${MESH_RAFT:-}" ] && [ ! -e "$RUN_DIR/founded" ]; then RAFT_IN=closed; fi
export RAFT_IN
start
if [ "$RAFT_IN" = closed ]; then
  while [ ! -e "$RUN_DIR/founded" ] && kill -0 "$haproxy" 2>/dev/null; do nap; done
  if [ -e "$RUN_DIR/founded" ]; then
    kill "$haproxy" 2>/dev/null || :
    wait "$haproxy" || :
    log "raft is founded: letting its members in"
    RAFT_IN=open
    start
  fi
fi
if [ -n "$tls" ]; then
  watch "$seen" &
  watcher=$!
fi
code=0
wait "$haproxy" || code=$?
log "fatal: haproxy ended with $code"
[ -z "$watcher" ] || kill "$watcher" 2>/dev/null || :
exit "$code"
