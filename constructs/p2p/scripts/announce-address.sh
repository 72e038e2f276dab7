#!/bin/sh
# Prints the address this pod announces, by ANNOUNCE_MODE; nothing when the node asks for its public address itself.
#   service  the address of ANNOUNCE_HOST, the Service of ordinal 0 (<name>-p2p.<…>); ordinal i has <name>-<i>-p2p.<…>
#   pod      the pod's own address
#   fixed    ANNOUNCE_ADDRESSES, one per ordinal
#   query    the software finds out (P2P_QUERY_FOR_IP)
set -eu
attempts=${ANNOUNCE_ATTEMPTS:-30}
interval=${ANNOUNCE_INTERVAL_SECONDS:-2}

is_address() { # IPv4 that others can dial
  case $1 in 0.* | 127.*) return 1 ;; esac
  byte='(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
  printf '%s\n' "$1" | grep -Eq "^$byte(\.$byte){3}\$"
}

fatal() {
  echo "fatal: $*" >&2
  exit 1
}

case ${ANNOUNCE_MODE:-} in
service)
  case $POD_NAME in
  *-0) host=$ANNOUNCE_HOST ;;
  *) host=$POD_NAME-p2p.${ANNOUNCE_HOST#*.} ;;
  esac
  attempt=1
  while [ "$attempt" -le "$attempts" ]; do
    address=$(getent ahostsv4 "$host" | awk 'NR == 1 { print $1 }') || address=
    if is_address "$address"; then
      echo "announcing $address ($host)" >&2
      echo "$address"
      exit 0
    fi
    echo "resolve $host: attempt $attempt/$attempts: ${address:-no answer}" >&2
    attempt=$((attempt + 1))
    [ "$attempt" -gt "$attempts" ] || sleep "$interval"
  done
  others=$(getent ahosts "$host" | awk '!seen[$1]++ { printf "%s ", $1 }') || others=
  [ -z "$others" ] || fatal "$host has no IPv4 address, only ${others% }, and nodes announce IPv4:" \
    "set kubernetes.ipFamily: IPv4 in the values. Kubernetes changes no Service that exists, so delete it first" \
    "(kubectl delete service ${host%%.*}), and its address with it."
  fatal "$host did not resolve in $attempts attempts, ${interval}s apart," \
    "and a node that announces no address cannot be found." \
    "Check that the Service exists (kubectl get service ${host%%.*}) and that cluster DNS answers;" \
    "the pod restarts and tries again."
  ;;
pod)
  addresses=$(hostname -i) || addresses=
  for address in $addresses; do # a dual-stack pod's may begin with IPv6
    if is_address "$address"; then
      echo "$address"
      exit 0
    fi
  done
  fatal "hostname -i printed \"$addresses\", which holds no IPv4 address to announce:" \
    "the pod needs one, and its host name must resolve to it."
  ;;
fixed)
  ordinal=${POD_NAME##*-}
  address=$(printf '%s\n' "$ANNOUNCE_ADDRESSES" | awk -v field=$((ordinal + 1)) '{ print $field }')
  is_address "$address" || fatal "no address for ordinal $ordinal in \"$ANNOUNCE_ADDRESSES\": reserve one per replica."
  echo "$address"
  ;;
query) ;;
*) fatal "ANNOUNCE_MODE is \"${ANNOUNCE_MODE:-}\": use service, pod, fixed or query." ;;
esac
