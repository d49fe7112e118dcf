#!/bin/sh
# build.sh [node]   finds etcd, kube-apiserver, kubectl and the ProwJob CRD, or builds and caches them
# With `node` also the programs that a node needs, and BuildKit. Prints "BIN=<directory>", "CRD=<file>" and, for a
# node, "BUILDKIT=<directory>" for the shell to evaluate; progress goes to stderr.
# KUBEBUILDER_ASSETS (as envtest has it) and PROWJOB_CRD win over what would be built.
set -eu
cd "$(dirname "$0")"
programs='etcd kube-apiserver kubectl'
[ "${1:-}" != node ] || programs="$programs kube-controller-manager kube-scheduler kubelet"
caches=${XDG_CACHE_HOME:-$HOME/.cache}/prow-coverage
key=$(cat go.sum crd/go.sum | sha256sum | cut -c1-12)
cache=$caches/kube-$key
bin=${KUBEBUILDER_ASSETS:-$cache/bin}
crd=${PROWJOB_CRD:-$cache/prowjob_crd.yaml}
buildkit=$caches/buildkit-$(sha256sum <buildkit/go.sum | cut -c1-12)

# Kubernetes 1.34 needs Go 1.24. Debian 12 has 1.19, its backports 1.23; from 1.21 on, a Go that is
# too old fetches this one as a module from GOPROXY.
newer_go=go1.27.3

# Sets `go`, or says what to install and fails; $1 is what is lacking.
find_go() {
  for go in go /usr/local/go/bin/go /usr/lib/go-1.*/bin/go; do
    command -v "$go" >/dev/null || continue
    minor=$(GOTOOLCHAIN=local "$go" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
    [ "${minor:-0}" -ge 21 ] || continue
    [ "$minor" -ge 24 ] || export GOTOOLCHAIN=$newer_go
    return 0
  done
  cat >&2 <<END
The end-to-end tests need $1, and here is neither that nor a Go to make it with. One of:
  scripts/install-go.sh          as root on Debian 12: Go from bookworm-backports; the next run builds
  Go 1.24 or newer               in PATH or /usr/local/go, from wherever you take it
  KUBEBUILDER_ASSETS=DIR         a directory with etcd, kube-apiserver and kubectl, as envtest has it,
                                 and PROWJOB_CRD=FILE, the ProwJob CustomResourceDefinition
END
  return 1
}

missing() { # DIRECTORY NAME...
  directory=$1
  shift
  for name in "$@"; do [ -x "$directory/$name" ] || printf ' %s' "$name"; done
}

# Of what the compiler says, one package a line, how many there are so far; errors as they are.
progress() {
  fetched=0
  compiled=0
  while read -r line; do
    case $line in
      'go: downloading '*)
        fetched=$((fetched + 1))
        [ $((fetched % 50)) != 0 ] || echo "    $fetched modules fetched"
        ;;
      *[!a-zA-Z0-9._/-]*) echo "$line" ;;
      *)
        compiled=$((compiled + 1))
        [ $((compiled % 100)) != 0 ] || echo "    $compiled packages compiled"
        ;;
    esac
  done >&2
}

# What the programs of Kubernetes are told of their version; without it they say v0.0.0-master+$Format.
stamp() {
  version=$("$go" list -m -f '{{.Version}}' k8s.io/kubernetes)
  minor=${version#v1.}
  package=k8s.io/component-base/version
  echo "-X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}"
}

go_build() { # LINKER-FLAGS ARGUMENT...
  flags=$1
  shift
  # The compiler collects its garbage less often: a tenth less time for some memory.
  CGO_ENABLED=0 GOGC="${GOGC:-400}" "$go" build -v -buildvcs=false -ldflags "-s -w $flags" "$@"
}

# Compiles programs of the module in the current directory; each shows up in DIRECTORY when it is whole.
compile() { # DIRECTORY NAME...
  into=$1
  shift
  echo "==> building $* into $into ($expected, once)" >&2
  began=$(date +%s)
  rm -rf "$into.new" && mkdir -p "$into.new" "$into"
  kubernetes=
  others=
  for name in "$@"; do
    case $name in
      # Its main package is the root of its module, so that its program needs a name.
      etcd) go_build '' -o "$into.new/etcd" go.etcd.io/etcd/server/v3 2>&1 | progress ;;
      build*) others="$others github.com/moby/buildkit/cmd/$name" ;;
      rootlesskit) others="$others github.com/rootless-containers/rootlesskit/v2/cmd/$name" ;;
      *) kubernetes="$kubernetes k8s.io/kubernetes/cmd/$name" ;;
    esac
  done
  # shellcheck disable=SC2086
  [ -z "$kubernetes" ] || go_build "$(stamp)" -o "$into.new/" $kubernetes 2>&1 | progress
  # shellcheck disable=SC2086
  [ -z "$others" ] || go_build '' -o "$into.new/" $others 2>&1 | progress
  failed=$(missing "$into.new" "$@")
  [ -z "$failed" ] || { echo "the build failed of:$failed" >&2; exit 1; }
  mv "$into.new"/* "$into/" && rmdir "$into.new"
  echo "    built in $(($(date +%s) - began)) s" >&2
}

# shellcheck disable=SC2086
lacking=$(missing "$bin" $programs)
if [ -n "$lacking" ]; then
  if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
    echo "KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS lacks:$lacking" >&2
    exit 1
  fi
  find_go 'a real Kubernetes API server'
  expected='4 minutes on two idle cores, and 2 more for a node'
  # shellcheck disable=SC2086
  compile "$bin" $lacking
fi
if [ "${1:-}" = node ]; then
  lacking=$(missing "$buildkit" buildkitd buildctl rootlesskit)
  if [ -n "$lacking" ]; then
    find_go BuildKit
    expected='a minute and a half on two idle cores'
    # shellcheck disable=SC2086
    (cd buildkit && compile "$buildkit" $lacking)
  fi
fi
if [ ! -s "$crd" ]; then
  [ -z "${PROWJOB_CRD:-}" ] || { echo "PROWJOB_CRD=$PROWJOB_CRD: no such file" >&2; exit 1; }
  find_go "Prow's CustomResourceDefinition"
  (cd crd && "$go" mod download sigs.k8s.io/prow)
  module=$(cd crd && "$go" list -m -f '{{.Dir}}' sigs.k8s.io/prow)
  mkdir -p "$cache"
  cp "$module/config/prow/cluster/prowjob-crd/prowjob_customresourcedefinition.yaml" "$crd.new"
  chmod u+w "$crd.new" && mv "$crd.new" "$crd"
fi
echo "BIN='$bin'"
echo "CRD='$crd'"
[ "${1:-}" != node ] || echo "BUILDKIT='$buildkit'"
