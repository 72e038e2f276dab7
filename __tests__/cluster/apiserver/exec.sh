#!/bin/sh
# A cluster command (CONTRIBUTING.md) for the API server that KUBECONFIG leads to: exec.sh exec CMD...
shift
exec "$@"
