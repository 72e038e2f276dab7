#!/bin/sh
# Makes the root folder of the real Aztec node, once per change of what it is made of, and prints where it is kept,
# outside of the repository. It holds
#   - Debian 13, since the node's native programs need glibc 2.38, with curl and getent, and Node.js 24 as in the image;
#   - the npm packages of package-lock.json, where the image has them, with the native part of discv5's cryptography;
#   - the image's environment (image/index.mjs), which a root folder cannot carry otherwise;
#   - /crs: a structured reference string made here (image/crs.mjs), since its hosts may be out of reach;
#   - /l1: the state of an L1 after Aztec's own deployer has put its contracts there (image/l1.mjs).
# It needs root, npm, a C++ compiler, mmdebstrap, and Debian's archive and the npm registry in reach. Exit code 69 where
# it cannot be made here, with the reason as the last line.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)

missing() {
  echo "the real Aztec node cannot be installed here: $*" >&2
  exit 69
}

sources=$(cd "$here" && cat package.json package-lock.json install.sh image/* | sha256sum | cut -c1-16)
kept=${XDG_CACHE_HOME:-$HOME/.cache}/rollup-network-tests/aztec-$sources
if [ -d "$kept" ]; then
  echo "$kept"
  exit
fi

[ "$(id -u)" = 0 ] || missing "it takes root to make a root folder"
for program in npm mmdebstrap g++ make python3 unshare; do
  command -v "$program" >/dev/null || missing "there is no $program on this machine"
done
case $(uname -m) in
x86_64) machine=amd64 ;;
aarch64) machine=arm64 ;;
*) missing "Aztec has no programs for $(uname -m)" ;;
esac
debian=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m 1 '/debian/$' || :)

mkdir -p "${kept%/*}"
new=$(mktemp -d "${kept%/*}/installing-XXXXXX")
trap 'rm -rf "$new"' EXIT
chmod 755 "$new"

echo "Debian 13 and the npm packages" >&2
mmdebstrap --quiet --variant=essential --include=ca-certificates,curl,iproute2,libatomic1,libstdc++6 \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  trixie "$new/root" "${debian:-http://deb.debian.org/debian}" >&2 || missing "Debian 13 cannot be unpacked (see above)"
code=$new/root/usr/src/yarn-project
mkdir -p "$code/aztec/dest/bin" "$new/root/usr/src/bb" "$new/root/usr/src/acvm"
cp "$here/package.json" "$here/package-lock.json" "$code/"
# Not `npm ci`: it fails where a registry lacks optional packages for other platforms.
(cd "$code" && npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
  missing "npm cannot install the packages (see above)"
(cd "$code" && npm rebuild bcrypto --loglevel=error >&2) || missing "bcrypto cannot be built (see above)"

# What only other platforms and compilers read.
find "$code/node_modules/@aztec/bb.js/build" -mindepth 1 -maxdepth 1 ! -name "$machine-linux" -exec rm -r {} +
find "$code/node_modules" \( -name '*.map' -o -name '*.d.ts' \) -type f -delete
rm -rf "$code/node_modules/@aztec"/*/src "$code/node_modules/bcrypto/build/Release/obj.target"
chmod -R a+rX "$code"
chmod 755 "$code/node_modules/@aztec/bb.js/build/$machine-linux/bb" "$code"/node_modules/@foundry-rs/*-linux-*/bin/*

mv "$code"/node_modules/node-linux-*/bin/node "$new/root/usr/bin/node"
chmod 755 "$new/root/usr/bin/node"
rm -r "$code"/node_modules/node-linux-*
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$new/root/etc/nsswitch.conf"
cp "$here/image/index.mjs" "$code/aztec/dest/bin/index.js"
echo '{ "type": "module" }' >"$code/aztec/package.json"
cp "$here"/image/*.mjs "$code/"
ln -s "../src/yarn-project/node_modules/@foundry-rs/anvil-linux-$machine/bin/anvil" "$new/root/usr/bin/anvil"
ln -s "../src/yarn-project/node_modules/@foundry-rs/forge-linux-$machine/bin/forge" "$new/root/usr/bin/forge"

echo "the reference string, and the L1 with Aztec's contracts" >&2
mkdir -p "$new/root/crs" "$new/root/l1" "$new/root/scripts" "$new/root/data" "$new/root/identity"
inside() { # a program in the root folder, with loopback alone
  unshare --mount --net --pid --fork --kill-child sh -ec '
    root=$1 && shift
    mount --make-rprivate / && mount --rbind /dev "$root/dev" && mount -t proc proc "$root/proc" && ip link set lo up
    exec chroot "$root" env -i PATH=/usr/bin:/usr/sbin:/bin HOME=/tmp "$@"' inside "$new/root" "$@"
}
inside node /usr/src/yarn-project/crs.mjs /crs >&2
inside node /usr/src/yarn-project/l1.mjs /l1 >&2
rm -rf "$code"/node_modules/@foundry-rs/forge* "$new/root/usr/bin/forge" \
  "$code/node_modules/solc" "$code/node_modules/@aztec/l1-artifacts/l1-contracts" \
  "$new/root"/tmp/* "$new/root/tmp"/.foundry*

mv -T "$new/root" "$kept" 2>/dev/null || [ -d "$kept" ] # another one was first
echo "$kept"
