#!/bin/sh
# Prints the bootnodes to join, joined by commas: the ENRs that are known (BOOTSTRAP_NODES) and then those that the bootstrap nodes
# at BOOTNODE_URLS answer with, each once. All URLs are asked, at the same time, each in a bounded number of attempts of bounded length.
set -eu
known=${BOOTSTRAP_NODES:-}
urls=${BOOTNODE_URLS:-}
[ -n "$urls" ] || { printf '%s\n' "$known"; exit 0; }

attempts=${BOOTNODE_ATTEMPTS:-20}
timeout=${BOOTNODE_TIMEOUT_SECONDS:-5}
interval=${BOOTNODE_INTERVAL_SECONDS:-1}
request='{"jsonrpc":"2.0","id":1,"method":"bootstrap_getEncodedEnr","params":[]}'
scripts=$(dirname "$0")
answers=$(mktemp -d)
trap 'rm -rf "$answers"' EXIT

ask() { # ask URL FILE: the ENR into FILE, or the last failure into FILE.why
  attempt=1
  while [ "$attempt" -le "$attempts" ]; do
    # Without NODE_OPTIONS, which are meant for the node: its heap, its preloads.
    if reply=$(curl -sS --max-time "$timeout" -H 'content-type: application/json' -d "$request" "$1" 2>"$2.why") &&
      printf '%s' "$reply" | NODE_OPTIONS= node "$scripts/enr.mjs" >"$2.enr" 2>"$2.why"; then
      mv "$2.enr" "$2"
      echo "bootnode $1: attempt $attempt/$attempts: ok" >&2
      return
    fi
    echo "bootnode $1: attempt $attempt/$attempts: $(head -n 1 "$2.why")" >&2
    attempt=$((attempt + 1))
    [ "$attempt" -gt "$attempts" ] || sleep "$interval"
  done
}

n=0
for url in $urls; do
  n=$((n + 1))
  ask "$url" "$answers/$n" &
done
wait

joined=$known
missing=
n=0
for url in $urls; do
  n=$((n + 1))
  if [ -s "$answers/$n" ]; then
    enr=$(cat "$answers/$n")
    case ",$joined," in
    *",$enr,"*) ;;
    *) joined=${joined:+$joined,}$enr ;;
    esac
  else
    missing="$missing $url ($(head -n 1 "$answers/$n.why"))"
  fi
done

answered=$(find "$answers" -type f ! -name '*.*' | wc -l)
if [ "$answered" -eq 0 ] || { [ "${BOOTNODE_REQUIRE:-any}" = all ] && [ -n "$missing" ]; }; then
  echo "fatal: bootstrap nodes that did not answer with an ENR in $attempts attempts (${timeout}s timeout):$missing." \
    "Check that they run and that the URLs and NetworkPolicies let this pod reach them; the pod restarts and tries again." >&2
  exit 1
fi
printf '%s\n' "$joined"
