#!/bin/sh
# Make the root folders of the monitoring images: build.sh [OUTDIR]
# OUTDIR gets operator/ (the Prometheus operator and its config reloader), prometheus/ and kube-state-metrics/.
# The programs are built once per change of their releases. The folder that keeps them is printed, with the operator's
# CRDs and Roles as its module has them; without OUTDIR that is all.
set -eu

out=${1-}
here=$(cd "$(dirname "$0")" && pwd)
umask 022
operator=github.com/prometheus-operator/prometheus-operator
prometheus=github.com/prometheus/prometheus

command -v go >/dev/null || { echo "build.sh: there is no go on this machine: install it" >&2; exit 1; }

sources=$(cd "$here" && go env GOVERSION | cat - build.sh go.mod go.sum | sha256sum | cut -c1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rollup-network-tests/prometheus-operator-$sources
if [ ! -d "$cache" ]; then
  mkdir -p "${cache%/*}"
  built=$(mktemp -d "${cache%/*}/building-XXXXXX")
  trap 'rm -rf "$built"' EXIT
  cd "$here"
  go mod download >&2
  # Of Prometheus' ways to find targets only that of Kubernetes: those of clouds take minutes to compile.
  cp -r "$(go list -m -f '{{.Dir}}' $prometheus)" "$built/source"
  chmod -R u+w "$built"
  printf 'package plugins\n\nimport _ "%s/discovery/kubernetes"\n' $prometheus >"$built/source/plugins/plugins.go"
  cp go.mod go.sum "$built"
  go mod edit -replace "$prometheus=$built/source" "$built/go.mod"
  CGO_ENABLED=0 go build -p 2 -modfile "$built/go.mod" -trimpath -buildvcs=false -ldflags '-s -w' -o "$built/" \
    $operator/cmd/operator $operator/cmd/prometheus-config-reloader $prometheus/cmd/prometheus \
    k8s.io/kube-state-metrics/v2 >&2
  rm -r "$built/source" "$built/go.mod" "$built/go.sum"
  cp -r "$(go list -m -f '{{.Dir}}' $operator)/example" "$built/example"
  chmod -R u+w,a+rX "$built"
  mv "$built" "$cache" 2>/dev/null || :
fi

echo "$cache"
[ -n "$out" ] || exit 0

for image in operator prometheus kube-state-metrics; do "$here/../../driver/rootfs.sh" "$out/$image"; done
cp "$cache/operator" "$cache/prometheus-config-reloader" "$out/operator/bin/"
cp "$cache/prometheus" "$out/prometheus/bin/"
cp "$cache/kube-state-metrics" "$out/kube-state-metrics/bin/"
chmod -R a+rX "$out"
