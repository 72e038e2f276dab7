#!/bin/sh
# Make the root folders of an OP Stack sequencer's images: build.sh [OUTDIR]
# OUTDIR gets opstack/ (op-conductor, op-node, op-geth, op-batcher, op-proposer, curl), l1/ (anvil, curl), haproxy/ and
# node/. The programs are built once per change of what they are made of. The folder that keeps them is printed; without
# OUTDIR that is all. Exit code 69 where they cannot be had here, with the reason as the last line.
set -eu

out=${1-}
here=$(cd "$(dirname "$0")" && pwd)
umask 022

missing() {
  echo "the OP Stack cannot be built here: $*" >&2
  exit 69
}

for program in go npm ${out:+node curl}; do
  command -v "$program" >/dev/null || missing "there is no $program on this machine"
done
case $(uname -m) in
x86_64) machine=amd64 ;;
aarch64) machine=arm64 ;;
*) missing "there is no anvil for $(uname -m)" ;;
esac

sources=$(cd "$here" && go env GOVERSION | cat - ./*.go go.mod go.sum package.json | sha256sum | cut -c1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rollup-network-tests/opstack-$sources
if [ ! -d "$cache" ]; then
  mkdir -p "${cache%/*}"
  built=$(mktemp -d "${cache%/*}/building-XXXXXX")
  trap 'rm -rf "$built"' EXIT
  build() { # -p 2: the linker and the compiler of a large package need over 1 GiB each
    (cd "$here" && CGO_ENABLED=0 go build -p 2 -trimpath -buildvcs=false -ldflags '-s -w' -o "$built/$1" "$2") >&2 ||
      missing "$1 cannot be built (see above)"
  }
  build op-conductor github.com/ethereum-optimism/optimism/op-conductor/cmd
  build op-node github.com/ethereum-optimism/optimism/op-node/cmd
  build op-batcher github.com/ethereum-optimism/optimism/op-batcher/cmd
  build op-proposer github.com/ethereum-optimism/optimism/op-proposer/cmd
  build op-geth github.com/ethereum/go-ethereum/cmd/geth
  build opstack-files .
  cp "$here/package.json" "$built/"
  # Not `npm ci`: it fails where a registry lacks optional packages for other platforms.
  (cd "$built" && npm install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
    missing "npm cannot install anvil (see above)"
  cp "$built/node_modules/@foundry-rs/anvil-linux-$machine/bin/anvil" "$built/anvil"
  rm -r "$built/node_modules" "$built/package.json"
  chmod 755 "$built" "$built/anvil"
  mv "$built" "$cache" 2>/dev/null || rm -rf "$built"
fi

echo "$cache"
[ -n "$out" ] || exit 0

rm -rf "$out"
mkdir -p "$out"
"$here/../../driver/rootfs.sh" "$out/opstack" curl
cp "$cache/op-conductor" "$cache/op-node" "$cache/op-batcher" "$cache/op-proposer" "$out/opstack/usr/bin/"
cp "$cache/op-geth" "$out/opstack/usr/bin/geth" # as in its image
PATH=$cache:$PATH "$here/../../driver/rootfs.sh" "$out/l1" anvil curl
"$here/../../haproxy/haproxy.sh" "$out/haproxy"
"$here/../../driver/rootfs.sh" "$out/node" node curl
chmod -R a+rX "$out"
