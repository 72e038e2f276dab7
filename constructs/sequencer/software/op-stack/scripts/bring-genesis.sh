#!/bin/sh
# Brings the genesis of an OP Stack chain to "$1", before the execution client reads it there.
#   SOURCE  file with it, or with .gz behind its name where it is packed
set -eu
. "$(dirname "$0")/supervise.sh"

[ -e "$SOURCE" ] || SOURCE=$SOURCE.gz
[ -s "$SOURCE" ] || fatal "no genesis at ${SOURCE%.gz}, and none at $SOURCE."
case $(od -An -tx1 -N2 "$SOURCE" | tr -d ' ') in
1f8b) gunzip -c <"$SOURCE" >"$1.new" || fatal "$SOURCE cannot be unpacked, or there is no space for it (see above)." ;;
*) cp "$SOURCE" "$1.new" ;;
esac
mv "$1.new" "$1"
