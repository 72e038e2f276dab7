#!/bin/sh
# Make the root folder of the stand-in image: build.sh OUTDIR [CLUSTER]
# CLUSTER (argument or environment) is the test cluster's command: its `rootfs` copies programs of this machine here, and
# `CLUSTER image NAME OUTDIR` puts the result on every node.
set -eu

out=${1:?"usage: build.sh OUTDIR [CLUSTER]"}
cluster=${2:-${CLUSTER:?"name the cluster command: second argument, or the environment variable CLUSTER"}}
here=$(cd "$(dirname "$0")" && pwd)
umask 022

if [ -d "$out" ] && ! rmdir "$out" 2>/dev/null && [ ! -d "$out/usr/src/yarn-project" ]; then
  echo "build.sh: $out is not empty and no earlier build: name another folder" >&2
  exit 1
fi
rm -rf "$out"
mkdir -p "$out"
"$cluster" rootfs "$out" node getent bash curl

# Where the Aztec image keeps its code and its modules.
code=$out/usr/src/yarn-project
mkdir -p "$code/aztec/dest/bin"
cp "$here/package.json" "$here/package-lock.json" "$code/"
(cd "$code" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
cp "$here"/*.js "$code/aztec/dest/bin/"

# glibc finds names with its own files and DNS; both are inside libc, and separate libraries only before 2.34.
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$out/etc/nsswitch.conf"
for lib in $(ldd "$(command -v getent)" | grep -o '/[^ )]*/libc\.so\.6'); do
  for nss in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
    [ ! -e "$(dirname "$lib")/$nss" ] || cp -L "$(dirname "$lib")/$nss" "$out$(dirname "$lib")/"
  done
done
echo 'aztec:x:10001:10001:aztec:/tmp:/bin/sh' >>"$out/etc/passwd"
ln -sf /bin/busybox "$out/usr/bin/env"
[ -e "$out/bin/bash" ] || ln -s /usr/bin/bash "$out/bin/bash"
chmod -R a+rX "$out"
