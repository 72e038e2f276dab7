#!/bin/sh
# Brings the data of an execution client to its volume "$1", where that is empty and before anything else starts.
#   URL, SHA256    of an archive with the content of the client's data folder
#   FORMAT         of the archive: tar or tar.gz
#   HOLDS          folder that is in the client's data
# It works in the folder .snapshot of the volume, and goes on at the next start where it was stopped:
#   of             which snapshot that is; refused: why that cannot be used, so that nobody fetches it again and again
#   part, archive  what is fetched of the archive, and all of it, compared with its hash
#   new, ready     what is unpacked of it, and all of it, which only has to be moved
set -eu
. "$(dirname "$0")/supervise.sh"
data=$1
work=$data/.snapshot
part=$work/part
archive=$work/archive
case $FORMAT in tar.gz) list=-tzf unpack=-xzof ;; *) list=-tf unpack=-xof ;; esac

is_empty() { # but for this work, the genesis that was fetched, and what file systems have
  for entry in "$data"/* "$data"/.[!.]*; do
    case ${entry##*/} in
    '*' | '.[!.]*' | lost+found | genesis.fetched | genesis.fetched.new | .snapshot) ;;
    *) return 1 ;;
    esac
  done
}

refuse() { # a snapshot
  rm -rf "$part" "$archive" "$work/new"
  echo "$*" >"$work/refused"
  fatal "$URL $*. Nothing is started with it. Correct snapshot in the values, or delete the claim" \
    "execution-$POD_NAME to fetch it again."
}

stop_if_full() {
  # shellcheck disable=SC2046 # its words
  set -- $(df -Pk "$data" | tail -n 1)
  [ "$4" -ge 256 ] || fatal "the volume is full: it has to hold the archive and what is in it." \
    "Expand the claim execution-$POD_NAME, or delete it and give executionStorage more room."
}

report() { # every now and then, how much there is of something
  while sleep "${SAY_SECONDS:-30}" >/dev/null 2>&1; do
    say "$1: $(du -sk "$2" 2>/dev/null | cut -f1) KB"
  done
}

# In the background, so that a signal ends it at once.
reported() { # what it does, where to, and the command
  report "$1" "$2" &
  reporter=$!
  shift 2
  "$@" &
  worker=$!
  trap 'kill -KILL "$reporter" 2>/dev/null; kill "$worker" 2>/dev/null; exit 143' TERM INT
  code=0
  wait "$worker" || code=$?
  # KILL, since a shell that was forked a moment ago can lose TERM, and then `wait` would never return.
  kill -KILL "$reporter" 2>/dev/null || :
  wait "$reporter" 2>/dev/null || :
  return "$code"
}

hash_of() { # a file
  sha256sum <"$1" | cut -c1-64
}

download() { # what is missing of the archive
  if command -v curl >/dev/null; then
    exec curl -fsSL --connect-timeout 10 --speed-limit 1000 --speed-time 30 -C - -o "$part" "$URL"
  else
    exec wget -q -c -T 30 -O "$part" "$URL"
  fi
}

fetch() {
  while :; do
    resumed=
    if [ -s "$part" ]; then resumed=yes; fi
    say "fetching $URL${resumed:+, from $(du -k "$part" | cut -f1) KB on}"
    code=0
    reported "fetched" "$part" download || code=$?
    [ "$code" -ne 0 ] || return 0
    stop_if_full
    if [ "$code" -eq 33 ]; then rm -f "$part"; fi # curl: this server sends no rest of a file
    say "$URL cannot be read (see above): trying again in ${RETRY_SECONDS:-10} s"
    sleep "${RETRY_SECONDS:-10}"
  done
}

bring() { # the archive
  if [ -s "$part" ] && [ "$(hash_of "$part")" = "$SHA256" ]; then # stopped before this was known
    mv "$part" "$archive"
    return
  fi
  fetch
  if [ "$resumed" = yes ] && [ "$(hash_of "$part")" != "$SHA256" ]; then
    say "its parts do not fit together: fetching all of it"
    rm -f "$part"
    fetch
  fi
  [ -e "$part" ] || : >"$part"
  hash=$(hash_of "$part")
  [ "$hash" = "$SHA256" ] || refuse "has the SHA-256 $hash, and not $SHA256"
  mv "$part" "$archive"
}

unpacked() {
  # busybox prints what it would make of such a path, and says so before.
  outside=$(tar "$list" "$archive" 2>&1 | grep -E '^/|(^|/)\.\.(/|$)|^tar: removing leading' | head -n 1) || :
  [ -z "$outside" ] || refuse "has a path that leads outside: $outside"
  rm -rf "$work/new"
  mkdir "$work/new"
  say "unpacking"
  if ! reported "unpacked" "$work/new" tar "$unpack" "$archive" -C "$work/new"; then
    stop_if_full
    refuse "cannot be unpacked as $FORMAT (see above)"
  fi
  link=$(find "$work/new" ! -type d ! -type f | head -n 1)
  [ -z "$link" ] || refuse "has something that is no file: ${link#"$work/new/"}"
  [ -d "$work/new/$HOLDS" ] || refuse "has no folder $HOLDS: it has to be made of the content of the data folder"
  rm -rf "$work/new/lost+found" "$work/new/.snapshot"
  sync
  mv "$work/new" "$work/ready"
}

put() { # what is ready
  for entry in "$work"/ready/* "$work"/ready/.[!.]*; do
    [ ! -e "$entry" ] || mv "$entry" "$data/"
  done
  sync
  rm -rf "$work"
  say "the volume has the snapshot"
}

if [ ! -d "$work/ready" ]; then
  if ! is_empty; then
    say "the volume has data already: no snapshot is brought"
    rm -rf "$work"
    exit 0
  fi
  mkdir -p "$work"
  if [ "$(cat "$work/of" 2>/dev/null || :)" != "$URL $SHA256 $FORMAT" ]; then
    rm -rf "$work"
    mkdir "$work"
    echo "$URL $SHA256 $FORMAT" >"$work/of"
  fi
  [ ! -e "$work/refused" ] || refuse "$(cat "$work/refused")"
  [ -e "$archive" ] || bring
  unpacked
fi
put
