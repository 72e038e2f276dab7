#!/bin/sh
# Runs a program in a root folder as a container does: room.sh ROOT WORK MOUNTS NETWORK USER COMMAND...
# The root is read-only. Each line of the file MOUNTS is a mount: "rw" or "ro", a file or folder, and where it goes,
# with tabs between. NETWORK is a network namespace of this machine, and the host's name; the environment is
# the caller's.
set -eu
exec unshare --mount --uts --pid --fork --kill-child sh -euc '
  root=$1 work=$2 mounts=$3 network=$4 user=$5
  shift 5
  hostname "$network"
  mount --make-rprivate /
  mount -t tmpfs tmpfs "$work"
  mkdir "$work/upper" "$work/work" "$work/root"
  mount -t overlay overlay -o "lowerdir=$root,upperdir=$work/upper,workdir=$work/work" "$work/root"
  room=$work/root
  tab=$(printf "\t")
  while IFS=$tab read -r mode from to; do
    if [ -d "$from" ]; then mkdir -p "$room$to"; else mkdir -p "$room${to%/*}" && : >"$room$to"; fi
    mount --bind "$from" "$room$to"
    [ "$mode" = rw ] || mount -o remount,bind,ro "$room$to"
  done <"$mounts"
  mount -t proc proc "$room/proc"
  mount --rbind /dev "$room/dev"
  mount -o remount,ro "$room"
  exec nsenter --net="/run/netns/$network" chroot --userspec="$user:$user" "$room" "$@"' room "$@"
