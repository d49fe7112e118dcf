#!/bin/sh
# run.sh BUILD_DIR [ctest arguments]   the end-to-end tests against a real API server, which comes and goes with them
# KEEP=1       leaves the API server running and prints its kubeconfig
# MUTATIONS=1  runs mutations.sh instead of the tests; MUTATIONS=WORD only those whose name has the word in it
# PROW_COVERAGE_E2E_OUTAGE_SECONDS, PROW_COVERAGE_E2E_OBJECTS   make the longest two tests longer or shorter (30, 10000)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)

# In a network of its own, where the ports of the Deployment are free whatever else runs here, and with process ids
# of its own, where all ends with the first process however that ends. Where this machine does not let us, and with
# KEEP, on the machine's own loopback.
if [ -z "${PROW_COVERAGE_E2E_INSIDE:-}" ]; then
  found=$("$here/cluster/build.sh")
  eval "$found"
  export BIN CRD PROW_COVERAGE_E2E_INSIDE=1
  unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY
  spaces='--net --pid --fork --kill-child --mount-proc'
  [ "$(id -u)" = 0 ] || spaces="--user --map-root-user $spaces"
  # shellcheck disable=SC2086
  if [ -z "${KEEP:-}" ] && unshare $spaces true 2>/dev/null; then
    exec unshare $spaces "$0" "$@"
  fi
fi
shift
[ -n "${KEEP:-}" ] || ip link set lo up 2>/dev/null || true

work=$(mktemp -d /tmp/prow-coverage-e2e-XXXXXX)
mkdir "$work/tmp"
export TMPDIR="$work/tmp" PROW_COVERAGE_E2E_WORK="$work" PROW_COVERAGE_E2E_CLUSTER="$here/cluster/cluster.sh"
cleanup() {
  status=$?
  trap - EXIT
  if [ -n "${KEEP:-}" ]; then
    echo "==> left running:  export KUBECONFIG=$work/admin.kubeconfig    (kubectl is $BIN/kubectl)"
    echo "    to end it:     $here/cluster/cluster.sh $work down"
  else
    "$here/cluster/cluster.sh" "$work" down
  fi
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
echo "==> starting etcd and kube-apiserver ($("$BIN/kube-apiserver" --version)) on loopback"
"$here/cluster/cluster.sh" "$work" up >/dev/null
if [ -n "${MUTATIONS:-}" ]; then
  "$here/mutations.sh" "$build" "${MUTATIONS#1}"
  exit
fi
echo "==> running the end-to-end tests"
"$here/../../scripts/run-tests.sh" "$build" -L e2e -j1 "$@"
echo "==> the cases (those of ManifestsTest and PodSpecTest are one line):"
tr '\r' '\n' <"$build/ctest.log" | sed -nE 's/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: ([^ ]+) \.+ +Passed +([0-9.]+) sec.*/    \1 \2 s/p'
