#!/bin/sh
# Puts the CRS into CRS_PATH, so that the node downloads nothing.
#   CRS_SOURCE  a folder with the files, of the claim CRS_CLAIM: they are linked
#   CRS_MIRROR  the URL of a folder with the files: as much of each is fetched as the node needs
# CRS_FILES has a line a file: its name, its name on the mirror, the bytes that the node needs.
set -eu

fatal() {
  echo "fatal: $*" >&2
  exit 1
}

size() { { wc -c <"$1"; } 2>/dev/null || echo 0; }

mkdir -p "$CRS_PATH"
printf '%s\n' "$CRS_FILES" | while read -r name remote bytes; do
  if [ -n "${CRS_SOURCE:-}" ]; then
    have=$(size "$CRS_SOURCE/$name")
    [ "$have" -ge "$bytes" ] || fatal "$name of the claim $CRS_CLAIM has $have bytes, and this node needs $bytes." \
      "Put the whole file into the claim's root folder."
    ln -sf "$CRS_SOURCE/$name" "$CRS_PATH/$name"
    continue
  fi
  [ "$(size "$CRS_PATH/$name")" -lt "$bytes" ] || continue
  url=$CRS_MIRROR/$remote
  echo "fetching $bytes bytes of $url" >&2
  # Cut, since a mirror may answer with the whole file, of gigabytes.
  curl -fsSL --connect-timeout 10 -r "0-$((bytes - 1))" "$url" | head -c "$bytes" >"$CRS_PATH/$name.part"
  have=$(size "$CRS_PATH/$name.part")
  [ "$have" -eq "$bytes" ] || fatal "$url gave $have bytes, and this node needs $bytes." \
    "Check that the mirror has the file and that the NetworkPolicy lets this pod reach it; the pod tries again."
  mv "$CRS_PATH/$name.part" "$CRS_PATH/$name"
done
