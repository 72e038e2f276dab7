#!/bin/sh
# Makes the root folder of an image: rootfs.sh DIR [PROGRAM...]
# It has a static busybox with its applets, a user, and programs of this machine with the libraries they load.
set -eu
umask 022
dir=${1:?"usage: rootfs.sh DIR [PROGRAM...]"}
shift

busybox=$(command -v busybox) || {
  echo "rootfs.sh: there is no busybox: apt-get install -y busybox-static" >&2
  exit 1
}
if ldd "$busybox" >/dev/null 2>&1; then
  echo "rootfs.sh: $busybox needs libraries: apt-get install -y busybox-static" >&2
  exit 1
fi

mkdir -p "$dir/bin" "$dir/etc" "$dir/tmp" "$dir/usr/bin"
chmod 1777 "$dir/tmp"
cp "$busybox" "$dir/bin/busybox"
for applet in $(busybox --list | grep -vx busybox); do ln -sf busybox "$dir/bin/$applet"; done
printf '%s\n' root:x:0:0:root:/:/bin/sh nobody:x:65534:65534:nobody:/:/bin/sh app:x:10001:10001:app:/tmp:/bin/sh \
  >"$dir/etc/passwd"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$dir/etc/nsswitch.conf"
ln -sf /bin/busybox "$dir/usr/bin/env"

for program in "$@"; do
  path=$(command -v "$program") || { echo "rootfs.sh: there is no $program on this machine" >&2; exit 1; }
  real=$(readlink -f "$path")
  for file in "$real" $(ldd "$real" 2>/dev/null | grep -o '/[^ )]*'); do
    mkdir -p "$dir$(dirname "$file")"
    cp -L "$file" "$dir$file"
  done
  [ -e "$dir/usr/bin/$program" ] || ln -s "$real" "$dir/usr/bin/$program"
done
