#!/bin/sh
# Make the root folders of the sequencer images: build.sh [OUTDIR]
# OUTDIR gets evnode/ (testapp, local-da, curl), haproxy/ and node/.
# The Go programs are built once per change of their sources. The folder that keeps them is printed; without OUTDIR that
# is all.
set -eu

out=${1-}
here=$(cd "$(dirname "$0")" && pwd)
umask 022

for program in go ${out:+node curl}; do
  command -v "$program" >/dev/null || { echo "build.sh: there is no $program on this machine: install it" >&2; exit 1; }
done

if [ -n "$out" ] && [ -d "$out" ] && ! rmdir "$out" 2>/dev/null && [ ! -x "$out/evnode/usr/bin/testapp" ]; then
  echo "build.sh: $out is not empty and no earlier build: name another folder" >&2
  exit 1
fi

sources=$(cd "$here" && go env GOVERSION | cat - ./*.go go.mod go.sum | sha256sum | cut -c1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rollup-network-tests/evnode-$sources
if [ ! -d "$cache" ]; then
  mkdir -p "${cache%/*}"
  built=$(mktemp -d "${cache%/*}/building-XXXXXX")
  # -p 2: the linker and the compiler of a large package need over 1 GiB each.
  (cd "$here" && CGO_ENABLED=0 go build -p 2 -trimpath -buildvcs=false -ldflags '-s -w' -o "$built/testapp" . &&
    CGO_ENABLED=0 go build -p 2 -trimpath -buildvcs=false -ldflags '-s -w' -o "$built/local-da" \
      github.com/evstack/ev-node/tools/local-da) >&2 ||
    { rm -rf "$built"; exit 1; }
  chmod 755 "$built"
  mv "$built" "$cache" 2>/dev/null || rm -rf "$built"
fi

echo "$cache"
[ -n "$out" ] || exit 0

rm -rf "$out"
mkdir -p "$out"
"$here/../../driver/rootfs.sh" "$out/evnode" curl
cp "$cache/testapp" "$cache/local-da" "$out/evnode/usr/bin/"
"$here/../../haproxy/haproxy.sh" "$out/haproxy"
"$here/../../driver/rootfs.sh" "$out/node" node curl
chmod -R a+rX "$out"
