#!/bin/sh
# install-go.sh   a Go for the end-to-end tests on Debian 12, unless there is one: 1.23 from bookworm-backports
# Debian 12 itself has 1.19, too old to fetch a newer toolchain as a module; 1.23 can (tests/e2e/cluster/build.sh).
set -eu
for go in go /usr/local/go/bin/go /usr/lib/go-1.*/bin/go; do
  command -v "$go" >/dev/null || continue
  minor=$(GOTOOLCHAIN=local "$go" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -lt 21 ] || exit 0
done
# shellcheck disable=SC1091
release=$(. /etc/os-release && echo "$ID $VERSION_CODENAME")
if [ "$release" != 'debian bookworm' ]; then
  echo "install Go 1.24 or newer by hand: this script knows Debian 12 only, and this is $release" >&2
  exit 1
fi
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
# From wherever this machine has its Debian from.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
  sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\) .*/\2/p' | head -n 1)
echo "==> installing golang-1.23-go from bookworm-backports"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm-backports main" |
  $sudo tee /etc/apt/sources.list.d/bookworm-backports.list >/dev/null
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends -t bookworm-backports golang-1.23-go >/dev/null
