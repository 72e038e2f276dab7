#!/bin/sh
# Kubernetes' API server of the newest line, whose release go.mod names: build.sh prints the path of its program. It is
# built once per change of what it is made of, and the first time takes minutes. Exit code 69 where it cannot be had
# here, with the reason as the last line.
set -eu
cd "$(dirname "$0")"
umask 022

missing() {
  echo "the API server of the newest Kubernetes cannot be had here: $*" >&2
  exit 69
}

for program in go etcd kubectl; do
  command -v "$program" >/dev/null || missing "there is no $program on this machine"
done

sources=$(go env GOVERSION | cat - build.sh go.mod go.sum | sha256sum | cut -c1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rollup-network-tests/apiserver-$sources
if [ ! -d "$cache" ]; then
  mkdir -p "${cache%/*}"
  built=$(mktemp -d "${cache%/*}/building-XXXXXX")
  trap 'rm -rf "$built"' EXIT
  release=$(go list -m -f '{{.Version}}' k8s.io/kubernetes) || missing "its release is not known (see above)"
  # The name is its own: drills stop the API server of a cluster by the name of its program.
  CGO_ENABLED=0 nice go build -p 2 -trimpath -buildvcs=false \
    -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$release" -o "$built/newest-apiserver" \
    k8s.io/kubernetes/cmd/kube-apiserver >&2 || missing "it cannot be built (see above)"
  mv -T "$built" "$cache" 2>/dev/null || :
fi
echo "$cache/newest-apiserver"
