#!/bin/sh
# Make the root folder of the stand-in image, with programs of this machine: build.sh OUTDIR
set -eu

out=${1:?"usage: build.sh OUTDIR"}
here=$(cd "$(dirname "$0")" && pwd)
umask 022

if [ -d "$out" ] && ! rmdir "$out" 2>/dev/null && [ ! -d "$out/usr/src/yarn-project" ]; then
  echo "build.sh: $out is not empty and no earlier build: name another folder" >&2
  exit 1
fi
rm -rf "$out"
mkdir -p "$out"
"$here/../../driver/rootfs.sh" "$out" node getent bash curl

# Where the Aztec image keeps its code and its modules.
code=$out/usr/src/yarn-project
mkdir -p "$code/aztec/dest/bin"
cp "$here/package.json" "$here/package-lock.json" "$code/"
(cd "$code" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
cp "$here"/*.js "$code/aztec/dest/bin/"

# glibc finds names with its own files and DNS; both are inside libc, and separate libraries only before 2.34.
for lib in $(ldd "$(command -v getent)" | grep -o '/[^ )]*/libc\.so\.6'); do
  for nss in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
    [ ! -e "$(dirname "$lib")/$nss" ] || cp -L "$(dirname "$lib")/$nss" "$out$(dirname "$lib")/"
  done
done
[ -e "$out/bin/bash" ] || ln -s /usr/bin/bash "$out/bin/bash"
chmod -R a+rX "$out"
