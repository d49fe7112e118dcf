#!/bin/sh
# run.sh BIN_DIR   pr-pod's tests against a cluster, and the totals; BIN_DIR has the programs that were built
# The cluster is a node of this machine's own, which comes and goes with the tests (root on Debian 12), or the one that
# KUBECONFIG_DEV names (api-server.sh, node.sh and build.sh say what they want of it; build.sh runs there with BUILD=1).
# Arguments behind BIN_DIR name the tests to run: api-server, node, build.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..

run_tests() { # BIN_DIR TEST...
  bin=$1
  shift
  TOTALS=$(mktemp)
  export TOTALS
  trap 'rm -f "$TOTALS"' EXIT
  for test in "$@"; do
    began=$(date +%s)
    echo "==> $test"
    "$here/$test.sh" "$bin/prow-coverage" "$bin/pr-pod-git-server" || echo "==> $test has failed"
    echo "==> $test took $(($(date +%s) - began)) s"
  done
  # One that could not even begin tells nothing.
  awk -v tests=$# '{ passed += $1; failed += $2 } END {
    failed += tests - NR
    print passed + 0 " passed, " failed + 0 " failed"
    exit failed > 0 }' "$TOTALS"
}

if [ "$1" = --inside ]; then
  shift
  run_tests "$@"
  exit
fi
bin=$(cd "$1" && pwd)
shift
if [ -n "${KUBECONFIG_DEV:-}" ]; then
  [ $# -gt 0 ] || set -- api-server node ${BUILD:+build}
  run_tests "$bin" "$@"
  exit
fi
[ $# -gt 0 ] || set -- api-server node build
[ "$(id -u)" = 0 ] || {
  echo "a node of this machine's own needs root; KUBECONFIG_DEV names another cluster, E2E_NODE=skip leaves this out" >&2
  exit 1
}
"$top/scripts/install-packages.sh" e2e e2e-node
"$top/scripts/install-go.sh"
found=$("$top/tests/e2e/cluster/build.sh" node)
eval "$found"
export BIN CRD BUILDKIT
found=$("$top/tests/e2e/cluster/images.sh")
eval "$found"
export IMAGES
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY IMAGE
echo "==> starting a node"
exec "$top/tests/e2e/cluster/node.sh" "$0" --inside "$bin" "$@"
