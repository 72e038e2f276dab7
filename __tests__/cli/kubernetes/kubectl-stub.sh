#!/bin/sh
# A stand-in for kubectl: a cluster in a folder, named by KUBECTL_STUB. Writes put in place what lies ready in after/,
# and a StatefulSet that starts what lies ready in started/. What the file hook has the address of does the rest.
# It is called hundreds of times: `read` takes a file of one line without another process.
set -eu

kubeconfig=$2 input=
case " $* " in *" - "*) input=$(cat) ;; esac
cd "$KUBECTL_STUB"
config=
[ ! -s "$kubeconfig" ] || config=$(cat "$kubeconfig")
printf '%s\037' "$@" "$input" "$config" "$(printf '\036')" >>calls

verb=
for word; do
  case $word in
    get | auth | create | replace | patch | delete | exec | diff | port-forward | scale) verb=$word && break ;;
  esac
done
[ ! -f "hang/$verb" ] || exec sleep 60
if [ -f "fail/$verb" ]; then
  cat "fail/$verb" >&2
  exit 1
fi

case $verb in
  get)
    for word; do
      case $word in
        /api/*)
          if [ -f fail/raw ]; then cat fail/raw >&2 && exit 1; fi
          cat "raw$word"
          exit
          ;;
      esac
    done
    items= before= listed=
    for word; do
      case $before in get) listed=$word ;; --namespace) listed=$listed.$word ;; esac
      before=$word
    done
    for word in "$@" "$listed"; do
      [ -f "objects/$word" ] || continue
      read -r object <"objects/$word" || :
      items="$items${items:+,}$object"
    done
    [ -z "$items" ] || printf '{"items":[%s]}' "$items"
    ;;
  auth) echo '{"status":{"userInfo":{"username":"ann@example.com"}}}' ;;
  patch | delete | exec)
    if [ -d after ]; then
      for file in http rpc; do [ ! -e "after/$file" ] || mv "after/$file" "$file"; done # they are read all the time
      cp -R after/. . && rm -r after
    fi
    [ "$verb" != exec ] || [ ! -f said ] || cat said
    for word; do [ ! -f "execs/$word" ] || cat "execs/$word"; done
    [ ! -f hook ] || printf '%s\n' "$@" | curl -sf --data-binary @- "$(cat hook)/$verb"
    ;;
  scale)
    for word; do
      case $word in --replicas=*) replicas=${word#*=} ;; esac
    done
    sed "s/\"replicas\":[0-9]*/\"replicas\":$replicas/" objects/statefulset/seq >scaled
    mv scaled objects/statefulset/seq
    [ ! -f hook ] || printf '%s' "$replicas" | curl -sf --data-binary @- "$(cat hook)/scale"
    if [ "$replicas" = 0 ]; then
      [ -e stuck ] || mv objects/pod stopped
    elif [ -e stopped ]; then
      mv stopped objects/pod
      [ ! -e started ] || { cp -R started/. . && rm -r started; }
    fi
    ;;
  diff)
    if [ -f diff ]; then
      cat diff
      exit 1
    fi
    ;;
  port-forward)
    for word; do
      case $word in pod/*) pod=${word#pod/} ;; esac
    done
    for word; do
      case $word in
        :*)
          port=ports/$pod$word
          [ -f "$port" ] || port=ports/$pod
          read -r local <"$port" || :
          echo "Forwarding from 127.0.0.1:$local -> ${word#:}"
          ;;
      esac
    done
    exec sleep 60
    ;;
esac
