#!/bin/sh
# Brings the genesis of an OP Stack chain to "$1", before the execution client reads it there.
#   SOURCE       file with it, or with .gz behind its name where it is packed
#   URL, SHA256  where that is fetched from, if it is, and what it has to be
set -eu
. "$(dirname "$0")/supervise.sh"

is_right() { # a file
  [ "$(sha256sum <"$1" | cut -c1-64)" = "$SHA256" ]
}

download() { # to a file
  if command -v curl >/dev/null; then
    curl -fsSL --connect-timeout 10 --speed-limit 1000 --speed-time 30 -o "$1" "$URL"
  else
    wget -q -T 30 -O "$1" "$URL"
  fi
}

fetch() {
  until download "$SOURCE.new"; do
    say "$URL cannot be read (see above): trying again in ${RETRY_SECONDS:-10} s"
    sleep "${RETRY_SECONDS:-10}"
  done
  is_right "$SOURCE.new" || fatal "$URL has the SHA-256 $(sha256sum <"$SOURCE.new" | cut -c1-64), and not $SHA256." \
    "Nothing is started with it. Name the right file, or its hash, in genesis of the values."
  mv "$SOURCE.new" "$SOURCE"
}

if [ -n "${URL:-}" ]; then
  { [ -e "$SOURCE" ] && is_right "$SOURCE"; } || fetch
fi
[ -e "$SOURCE" ] || SOURCE=$SOURCE.gz
[ -s "$SOURCE" ] || fatal "no genesis at ${SOURCE%.gz}, and none at $SOURCE."
case $(od -An -tx1 -N2 "$SOURCE" | tr -d ' ') in
1f8b) gunzip -c <"$SOURCE" >"$1.new" || fatal "$SOURCE cannot be unpacked, or there is no space for it (see above)." ;;
*) cp "$SOURCE" "$1.new" ;;
esac
mv "$1.new" "$1"
