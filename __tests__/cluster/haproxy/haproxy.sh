#!/bin/sh
# HAProxy 3.2 or later, as the package runs it: haproxy.sh prints the program's path, haproxy.sh DIR makes the root
# folder of an image with it. HAPROXY_LINE=3.4 asks for that line instead. A machine that has it gives its own.
# Elsewhere Debian's packages are unpacked, with their own C library, and kept: 3.2 of the next release, 3.4 of
# experimental. Debian 12 and 13 have older ones, which hold up members that return (constructs/sequencer/haproxy.ts).
# Exit code 69 where it cannot be had, with the reason as the last line.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
dir=${1-}
line=${HAPROXY_LINE-}

missing() {
  echo "haproxy.sh: $*" >&2
  exit 69
}

own=$(command -v haproxy || :)
case "$line $("${own:-false}" -v 2>/dev/null | sed -n '1s/^HAProxy version //p')" in
" 3."[2-9].* | " 3."[1-9][0-9].* | " "[4-9].* | "$line $line".*)
  [ -z "$dir" ] || exec "$here/../driver/rootfs.sh" "$dir" haproxy
  echo "$own"
  exit
  ;;
esac

cache=${XDG_CACHE_HOME:-$HOME/.cache}/rollup-network-tests
case $line in
"" | 3.2) suites=forky ;;
3.4) suites="sid experimental" ;; # its libraries are in sid
*) missing "this machine has no HAProxy $line, and Debian has 3.2 or 3.4" ;;
esac
suite=${suites##* }
kept=$cache/haproxy-$suite
if [ ! -d "$kept" ]; then
  archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/$') ||
    missing "this machine has no HAProxy ${line:-3.2} and is no Debian: install it"
  mkdir -p "$cache"
  new=$(mktemp -d "$cache/fetching-XXXXXX")
  trap 'rm -rf "$new"' EXIT
  mkdir -p "$new/lists/partial" "$new/archives/partial" "$new/root" "$new/debs"
  for each in $suites; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $each main"
  done >"$new/sources.list"
  debian() {
    "$@" -q -o Dir::Etc::SourceList="$new/sources.list" -o Dir::Etc::SourceParts=- \
      -o Dir::State::Lists="$new/lists" -o Dir::State::Status=/dev/null \
      -o Dir::Cache="$new" -o APT::Sandbox::User="$(id -un)"
  }
  debian apt-get update >&2
  packages=haproxy/$suite # and the libraries that it needs, and what those need
  for _ in 1 2 3 4; do
    # shellcheck disable=SC2086
    libraries=$(debian apt-cache depends --important $packages | sed -nE 's/^ +Depends: (lib[^ ]+|zlib1g)$/\1/p')
    packages=$(echo $packages $libraries | xargs -n 1 | sort -u)
  done
  # shellcheck disable=SC2086
  (cd "$new/debs" && debian apt-get download $packages >&2)
  for package in "$new"/debs/*.deb; do dpkg -x "$package" "$new/root"; done
  rm -rf "$new/root/usr/share"
  mkdir "$new/root/usr/bin"
  ln -s usr/lib "$new/root/lib"
  ln -s usr/lib64 "$new/root/lib64"
  ln -s ../sbin/haproxy "$new/root/usr/bin/haproxy"
  cat >"$new/root/haproxy" <<'PROGRAM'
#!/bin/sh
# HAProxy outside its root folder; a reload runs it under the same name again.
root=${0%/*}
libraries=$(echo "$root"/usr/lib/*-linux-gnu)
exec "$root"/usr/lib64/ld-linux-*.so.* --argv0 "$0" --library-path "$libraries" "$root/usr/sbin/haproxy" "$@"
PROGRAM
  chmod 755 "$new/root/haproxy"
  "$new/root/haproxy" -v | grep "^HAProxy version $line" >&2 ||
    missing "Debian's $suite has another HAProxy than $line now"
  mv -T "$new/root" "$kept" 2>/dev/null || : # another run may have been first
fi

[ -n "$dir" ] || { echo "$kept/haproxy"; exit; }
"$here/../driver/rootfs.sh" "$dir"
cp -a "$kept"/[elu]* "$dir/"
